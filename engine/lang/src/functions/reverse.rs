//! `reverse`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "reverse",
    "`reverse` gives the elements of a list or tuple in the opposite order.",
    &[Param::new("list", Kind::Any, "").marked()],
    Returns::By(result_type),
    Body::Plain(reverse),
);

fn result_type(args: &[Value]) -> Result<Type, Fault> {
    match args[0].ty().kind() {
        TypeKind::Tuple(tuple) => {
            let mut types: Vec<Type> = tuple.iter().collect();
            types.reverse();
            Ok(Type::tuple(types))
        }
        TypeKind::List(element) | TypeKind::Set(element) => Ok(Type::list(element)),
        _ => {
            let got = args[0].ty().friendly_name();
            Err(Fault::arg(0, format!("can only reverse list or tuple values, not {got}")))
        }
    }
}

fn reverse(args: &[Value]) -> Outcome {
    let ty = result_type(args)?;
    let (list, marks) = args[0].unmark();
    let elements = list.as_elements().unwrap_or_default().iter().rev().cloned();
    let reversed = match ty.element() {
        Some(element) => Value::list(element, elements),
        None => Value::tuple(elements),
    };
    Ok(reversed.with_marks(&marks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_come_first() {
        check(
            r#"[reverse([1, "a"]), reverse(tolist([1, 2])), reverse(toset([1, 2]))]"#,
            &expect![[r#"[["a", 1], list[2, 1], list[2, 1]]"#]],
        );
        check(
            r#"reverse("abc")"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "list" parameter: can only reverse list or tuple values, not string. <"abc">"#
            ]],
        );
    }
}

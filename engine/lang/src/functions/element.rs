//! `element`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "element",
    "`element` gives the element at an index of a list, which starts again from the beginning after the last element \
     and, for negative indexes, from the end.",
    &[
        Param::new("list", Kind::Any, "").marked(),
        Param::new("index", Kind::Number, ""),
    ],
    Returns::By(result_type),
    Body::Plain(element),
)
.may_be_null();

const EMPTY: &str = "cannot use element function with an empty list";

fn result_type(args: &[Value]) -> Result<Type, Fault> {
    match args[0].ty().kind() {
        TypeKind::List(element) => Ok(element),
        TypeKind::Tuple(_) if !args[1].is_known() => Ok(Type::DYNAMIC),
        TypeKind::Tuple(tuple) => {
            let at = position(&args[1], tuple.len())?;
            tuple.get(at).ok_or_else(|| Fault::new(EMPTY))
        }
        _ => {
            let got = args[0].ty().friendly_name();
            Err(Fault::new(format!("cannot read elements from {got}")))
        }
    }
}

fn element(args: &[Value]) -> Outcome {
    result_type(args)?;
    let elements = args[0].unmarked().as_elements().unwrap_or_default();
    let at = position(&args[1], elements.len())?;
    Ok(elements[at].clone().with_marks(args[0].marks()))
}

fn position(index: &Value, length: usize) -> Result<usize, Fault> {
    let index = whole(index).map_err(|fault| {
        let why = fault.message;
        Fault::new(format!("invalid index: {why}"))
    })?;
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let at = index.checked_rem_euclid(length).ok_or_else(|| Fault::new(EMPTY))?;
    Ok(count(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes_go_round() {
        check(
            r#"[element(["a", "b", 3], 4), element(tolist([1, 2]), -1), element([null], 7)]"#,
            &expect![[r#"["b", 2, null(any)]"#]],
        );
        check(
            "element([], 0)",
            &expect![[
                r#"Error in function call: Call to function "element" failed: cannot use element function with an empty list. <element([], 0)>"#
            ]],
        );
        check(
            "element([1], 0.5)",
            &expect![[
                r#"Error in function call: Call to function "element" failed: invalid index: value must be a whole number, between -9223372036854775808 and 9223372036854775807. <element([1], 0.5)>"#
            ]],
        );
        check(
            "element(toset([1]), 0)",
            &expect![[
                r#"Error in function call: Call to function "element" failed: cannot read elements from set of number. <element(toset([1]), 0)>"#
            ]],
        );
    }
}

//! `concat`

use wb_core::convert::{Safety, convert};
use wb_core::unify::unify;

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "concat",
    "`concat` puts the elements of two or more lists or tuples one after the other.",
    &[],
    Returns::By(result_type),
    Body::With(concat),
)
.variadic(Param::new("seqs", Kind::Any, "").marked());

fn result_type(args: &[Value]) -> Result<Type, Fault> {
    if args.is_empty() {
        return Err(Fault::new("at least one argument is required"));
    }
    if args.iter().all(|arg| arg.ty().is_list())
        && let Some(unified) = unify(args.iter().map(Value::ty), Safety::Unsafe)
    {
        return Ok(unified.ty);
    }
    let mut types = Vec::new();
    for (at, arg) in args.iter().enumerate() {
        match arg.ty().kind() {
            TypeKind::Tuple(tuple) => types.extend(tuple.iter()),
            TypeKind::List(element) => match arg.unmarked().as_elements() {
                Some(elements) => types.extend(std::iter::repeat_n(element, elements.len())),
                None => return Ok(Type::DYNAMIC),
            },
            _ => {
                let got = arg.ty().friendly_name();
                let message = format!("all arguments must be lists or tuples; got {got}");
                return Err(Fault::arg(at, message));
            }
        }
    }
    Ok(Type::tuple(types))
}

fn concat(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let ty = result_type(args)?;
    let mut marks = Marks::NONE;
    let mut elements = Vec::new();
    for (at, arg) in args.iter().enumerate() {
        let converted;
        let list = if ty.is_list() && arg.ty() != ty {
            env.charge(arg.size())?;
            converted = convert(arg, ty).map_err(|error| Fault::arg(at, error.to_string()))?;
            &converted
        } else {
            arg
        };
        marks = marks.union(list.marks());
        elements.extend(list.unmarked().as_elements().unwrap_or_default().iter().cloned());
    }
    let joined = match ty.element() {
        Some(element) => Value::list(element, elements),
        None => Value::tuple(elements),
    };
    Ok(joined.with_marks(&marks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_stay_lists_and_anything_else_is_a_tuple() {
        check(
            r#"[concat(["a"], [1], []), concat(tolist(["a"]), tolist([1]))]"#,
            &expect![[r#"[["a", 1], list["a", "1"]]"#]],
        );
        check(r#"concat(tolist(["a"]), [1])"#, &expect![[r#"["a", 1]"#]]);
        check(
            r#"concat(sensitive(["a"]), [sensitive(1)])"#,
            &expect![[r#"["a", 1![Sensitive]]![Sensitive]"#]],
        );
        check(
            "concat()",
            &expect![[
                r#"Error in function call: Call to function "concat" failed: at least one argument is required. <concat()>"#
            ]],
        );
        check(
            r#"concat(["a"], "b")"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "seqs" parameter: all arguments must be lists or tuples; got string. <"b">"#
            ]],
        );
    }
}

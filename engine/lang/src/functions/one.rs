//! `one`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "one",
    "`one` gives the only element of a collection, or null where it has none. More than one is an error.",
    &[Param::new("list", Kind::Any, "A list, set or tuple.")],
    Returns::By(result_type),
    Body::Plain(one),
)
.may_be_null();

fn too_many() -> Fault {
    Fault::arg(0, "must be a list, set, or tuple value with either zero or one elements")
}

fn result_type(args: &[Value]) -> Result<Type, Fault> {
    match args[0].ty().kind() {
        TypeKind::List(element) | TypeKind::Set(element) => Ok(element),
        TypeKind::Tuple(tuple) if tuple.len() <= 1 => Ok(tuple.get(0).unwrap_or(Type::DYNAMIC)),
        _ => Err(too_many()),
    }
}

fn one(args: &[Value]) -> Outcome {
    let ty = result_type(args)?;
    let (least, most) = args[0].length_bounds();
    match args[0].as_elements().unwrap_or_default() {
        [] => Ok(Value::null(ty)),
        [only] => Ok(only.clone()),
        // Unknown elements of a set may yet turn out to be one.
        _ if args[0].ty().is_set() && least < most => Ok(Value::unknown(ty)),
        _ => Err(too_many()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_or_one() {
        check(
            r#"[one([]), one(["a"]), one(toset([1])), one(tolist([null]))]"#,
            &expect![[r#"[null(any), "a", 1, null(any)]"#]],
        );
        check(
            "one([1, 2])",
            &expect![[
                r#"Invalid function argument: Invalid value for "list" parameter: must be a list, set, or tuple value with either zero or one elements. <[1, 2]>"#
            ]],
        );
        check(
            "one(tolist([1, 2]))",
            &expect![[
                r#"Invalid function argument: Invalid value for "list" parameter: must be a list, set, or tuple value with either zero or one elements. <tolist([1, 2])>"#
            ]],
        );
        check(
            "one({})",
            &expect![[
                r#"Invalid function argument: Invalid value for "list" parameter: must be a list, set, or tuple value with either zero or one elements. <{}>"#
            ]],
        );
    }

    #[test]
    fn unknown_elements_may_coincide() {
        let set = Value::set(Type::BOOL, [Value::unknown(Type::BOOL), Value::TRUE]);
        assert_eq!(one(&[set]), Ok(Value::unknown(Type::BOOL)));
    }
}

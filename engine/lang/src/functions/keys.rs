//! `keys`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "keys",
    "`keys` gives the keys of a map, or the attribute names of an object, in order.",
    &[Param::new("inputMap", Kind::Any, "The map or object.").unknown().marked()],
    Returns::By(result_type),
    Body::Plain(keys),
);

fn result_type(args: &[Value]) -> Result<Type, Fault> {
    match args[0].ty().kind() {
        TypeKind::Map(_) => Ok(Type::list(Type::STRING)),
        TypeKind::Object(object) => Ok(Type::tuple(object.shape().names().map(|_| Type::STRING))),
        _ => Err(Fault::arg(0, "must have map or object type")),
    }
}

fn keys(args: &[Value]) -> Outcome {
    let ty = result_type(args)?;
    let (map, marks) = args[0].unmark();
    let keys = match (map.ty().as_object(), map.as_map()) {
        (Some(object), _) => Value::tuple(object.shape().names().map(Value::from)),
        (None, Some(map)) => Value::list(Type::STRING, map.keys().map(Value::from)),
        (None, None) => Value::unknown(ty),
    };
    Ok(keys.with_marks(&marks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_sorted() {
        check(
            "[keys({b = 1, a = 2}), keys(tomap({b = 1})), keys({})]",
            &expect![[r#"[["a", "b"], list["b"], []]"#]],
        );
        check(
            "keys([1])",
            &expect![[
                r#"Invalid function argument: Invalid value for "inputMap" parameter: must have map or object type. <[1]>"#
            ]],
        );
    }

    #[test]
    fn the_names_of_an_unknown_object_are_known() {
        let object = Value::unknown(Type::object([("a", Type::BOOL)]));
        assert_eq!(keys(&[object]), Ok(Value::tuple(["a".into()])));
    }
}

//! `values`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "values",
    "`values` gives the elements of a map, or the attributes of an object, in the order of their names.",
    &[Param::new("mapping", Kind::Any, "The map or object.").marked()],
    Returns::By(result_type),
    Body::Plain(values),
);

fn result_type(args: &[Value]) -> Result<Type, Fault> {
    match args[0].ty().kind() {
        TypeKind::Map(element) => Ok(Type::list(element)),
        TypeKind::Object(object) => Ok(Type::tuple(object.types().iter().copied())),
        _ => Err(Fault::new("values() requires a map as the first argument")),
    }
}

fn values(args: &[Value]) -> Outcome {
    let ty = result_type(args)?;
    let (map, marks) = args[0].unmark();
    let values = match map.view() {
        View::Map(map) => Value::list(ty.element().unwrap_or(Type::DYNAMIC), map.values().cloned()),
        View::Object(object) => Value::tuple(object.values().iter().cloned()),
        _ => Value::unknown(ty),
    };
    Ok(values.with_marks(&marks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_names() {
        check(
            r#"[values({b = 1, a = "x"}), values(tomap({b = 1, a = 2})), values({})]"#,
            &expect![[r#"[["x", 1], list[2, 1], []]"#]],
        );
        check(
            "values([1])",
            &expect![[
                r#"Error in function call: Call to function "values" failed: values() requires a map as the first argument. <values([1])>"#
            ]],
        );
    }
}

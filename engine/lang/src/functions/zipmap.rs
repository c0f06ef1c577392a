//! `zipmap`

use std::collections::BTreeMap;

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "zipmap",
    "`zipmap` makes a map, or an object, from a list of keys and a list of values.",
    &[
        Param::new("keys", Kind::List(&Kind::String), "").marked(),
        Param::new("values", Kind::Any, "A list makes a map, a tuple an object.").marked(),
    ],
    Returns::By(result_type),
    Body::Plain(zipmap),
);

fn result_type(args: &[Value]) -> Result<Type, Fault> {
    match args[1].ty().kind() {
        TypeKind::List(element) => Ok(Type::map(element)),
        TypeKind::Tuple(_) if !args[0].is_wholly_known() => Ok(Type::DYNAMIC),
        TypeKind::Tuple(tuple) => {
            let keys = keys(&args[0], tuple.len())?;
            Ok(Type::object(keys.into_iter().zip(tuple.iter())))
        }
        _ => Err(Fault::new("values argument must be a list or tuple value")),
    }
}

fn zipmap(args: &[Value]) -> Outcome {
    let ty = result_type(args)?;
    let mut marks = args[0].marks().union(args[1].marks());
    if !args[0].is_wholly_known() {
        return Ok(Value::unknown(ty).with_marks(&marks));
    }
    let values = args[1].unmarked().as_elements().unwrap_or_default();
    let keys = keys(&args[0], values.len())?;
    for key in args[0].unmarked().as_elements().unwrap_or_default() {
        marks = marks.union(key.marks());
    }
    let zipped: BTreeMap<&str, &Value> = keys.into_iter().zip(values).collect();
    let zipped = zipped.into_iter().map(|(key, value)| (key, value.clone()));
    let result = match ty.element() {
        Some(element) => Value::map(element, zipped),
        None => Value::object(zipped),
    };
    Ok(result.with_marks(&marks))
}

fn keys(list: &Value, values: usize) -> Result<Vec<&str>, Fault> {
    let elements = list.unmarked().as_elements().unwrap_or_default();
    let given = elements.len();
    if given != values {
        let message =
            format!("number of keys ({given}) does not match number of values ({values})");
        return Err(Fault::new(message));
    }
    let null = |at| Fault::new(format!("keys list has null value at index {at}"));
    let texts = elements.iter().enumerate();
    texts.map(|(at, key)| key.unmarked().as_str().ok_or_else(|| null(at))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tuples_make_objects_and_lists_maps() {
        check(
            r#"[zipmap(["a", "b"], [1, "x"]), zipmap(["a", "a"], tolist([1, 2])), zipmap([], [])]"#,
            &expect![[r#"[{"a": 1, "b": "x"}, map{"a": 2}, {}]"#]],
        );
        check(r#"zipmap([sensitive("a")], [1])"#, &expect![[r#"{"a": 1}![Sensitive]"#]]);
    }

    #[test]
    fn keys_and_values_must_match() {
        check(
            r#"zipmap(["a"], [])"#,
            &expect![[
                r#"Error in function call: Call to function "zipmap" failed: number of keys (1) does not match number of values (0). <zipmap(["a"], [])>"#
            ]],
        );
        check(
            "zipmap([null], [1])",
            &expect![[
                r#"Error in function call: Call to function "zipmap" failed: keys list has null value at index 0. <zipmap([null], [1])>"#
            ]],
        );
        check(
            r#"zipmap(["a"], {})"#,
            &expect![[
                r#"Error in function call: Call to function "zipmap" failed: values argument must be a list or tuple value. <zipmap(["a"], {})>"#
            ]],
        );
    }
}

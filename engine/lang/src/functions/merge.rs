//! `merge`

use std::collections::BTreeMap;

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "merge",
    "`merge` puts the elements of all maps and objects given into one; of equal keys the last counts. Nulls are passed \
     over.",
    &[],
    Returns::By(result_type),
    Body::Plain(merge),
)
.variadic(Param::new("maps", Kind::Any, "").nullable().untyped().marked());

fn result_type(args: &[Value]) -> Result<Type, Fault> {
    let mut attributes: BTreeMap<&str, Type> = BTreeMap::new();
    let mut are_known = true;
    let mut first: Option<Type> = None;
    let mut is_common = true;
    let mut is_open = false;
    for arg in args {
        let arg = arg.unmarked();
        let mut ty = arg.ty();
        match ty.kind() {
            TypeKind::Dynamic => {
                is_open = true;
                continue;
            }
            TypeKind::Object(_) if arg.is_null() => ty = Type::empty_object(),
            TypeKind::Object(object) => {
                attributes.extend(object.iter().map(|(name, ty)| -> (&str, Type) { (name, ty) }));
            }
            TypeKind::Map(element) => match arg.view() {
                View::Map(map) => attributes.extend(map.keys().map(|key| (key, element))),
                View::Null(_) => {}
                _ => are_known = false,
            },
            _ => {
                let got = quoted(&ty.friendly_name());
                return Err(Fault::new(format!("arguments must be maps or objects, got {got}")));
            }
        }
        is_common &= *first.get_or_insert(ty) == ty;
    }
    Ok(match first {
        _ if is_open => Type::DYNAMIC,
        None => Type::empty_object(),
        Some(first) if is_common => first,
        Some(_) if are_known => Type::object(attributes),
        Some(_) => Type::DYNAMIC,
    })
}

fn merge(args: &[Value]) -> Outcome {
    let ty = result_type(args)?;
    let mut marks = Marks::NONE;
    let mut merged: BTreeMap<&str, &Value> = BTreeMap::new();
    for arg in args {
        marks = marks.union(arg.marks());
        match arg.unmarked().view() {
            View::Map(map) => merged.extend(map.iter()),
            View::Object(object) => {
                merged
                    .extend(object.iter().map(|(name, value)| -> (&str, &Value) { (name, value) }));
            }
            _ => {}
        }
    }
    let merged = merged.into_iter().map(|(key, value)| (key, value.clone()));
    let result = match ty.element() {
        Some(element) => Value::map(element, merged),
        None => Value::object(merged),
    };
    Ok(result.with_marks(&marks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_equal_keys_counts() {
        check(
            r#"[merge({a = 1, b = 1}, {b = "x"}), merge(tomap({a = 1}), tomap({b = 2})), merge()]"#,
            &expect![[r#"[{"a": 1, "b": "x"}, map{"a": 1, "b": 2}, {}]"#]],
        );
        check("merge({a = 1}, tomap({b = 2}), null)", &expect![[r#"{"a": 1, "b": 2}"#]]);
        check(
            "merge(sensitive({a = 1}), {b = sensitive(2)})",
            &expect![[r#"{"a": 1, "b": 2![Sensitive]}![Sensitive]"#]],
        );
        check(
            "merge({a = 1}, [2])",
            &expect![[
                r#"Error in function call: Call to function "merge" failed: arguments must be maps or objects, got "tuple". <merge({a = 1}, [2])>"#
            ]],
        );
    }
}

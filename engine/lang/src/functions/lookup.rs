//! `lookup`

use wb_core::convert::convert;

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "lookup",
    "`lookup` gives the element of a map under a key, or a default where there is none.",
    &[
        Param::new("inputMap", Kind::Any, "The map or object.").marked(),
        Param::new("key", Kind::String, "").marked(),
    ],
    Returns::By(result_type),
    Body::Plain(lookup),
)
.variadic(Param::new("default", Kind::Any, "").anything())
.may_be_null();

fn result_type(args: &[Value]) -> Result<Type, Fault> {
    let given = args.len();
    if given > 3 {
        let message = format!("lookup() takes two or three arguments, got {given}");
        return Err(Fault::new(message));
    }
    let default = args.get(2);
    match args[0].ty().kind() {
        TypeKind::Object(object) => {
            let Some(key) = args[1].unmarked().as_str() else { return Ok(Type::DYNAMIC) };
            match (object.get(key), default) {
                (Some(ty), _) => Ok(ty),
                (None, Some(default)) => Ok(default.ty()),
                (None, None) => {
                    let key = redacted(key, args[1].marks());
                    Err(Fault::arg(0, format!("the given object has no attribute {key}")))
                }
            }
        }
        TypeKind::Map(element) => {
            if default.is_some_and(|default| convert(default, element).is_err()) {
                let message = "the default value must have the same type as the map elements";
                return Err(Fault::arg(2, message));
            }
            Ok(element)
        }
        _ => Err(Fault::arg(0, "lookup() requires a map as the first argument")),
    }
}

fn lookup(args: &[Value]) -> Outcome {
    let ty = result_type(args)?;
    let marks = args[0].marks().union(args[1].marks());
    let key = text(&args[1]);
    let map = args[0].unmarked();
    let found = match map.view() {
        View::Map(map) => map.get(key),
        View::Object(object) => object.get(key),
        _ => None,
    };
    let value = match (found, args.get(2)) {
        (Some(found), _) => found.clone(),
        (None, Some(default)) => {
            convert(default, ty).map_err(|error| Fault::new(error.to_string()))?
        }
        (None, None) => {
            let key = redacted(key, args[1].marks());
            return Err(Fault::new(format!("lookup failed to find key {key}")));
        }
    };
    Ok(value.with_marks(&marks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_stands_in() {
        check(
            r#"[lookup({a = 1}, "a", "x"), lookup({a = 1}, "b", "x"), lookup(tomap({a = 1}), "b", "2"), lookup({a = 1}, "b", null)]"#,
            &expect![[r#"[1, "x", 2, null(any)]"#]],
        );
        check(r#"lookup(sensitive({a = 1}), "a")"#, &expect!["1![Sensitive]"]);
    }

    #[test]
    fn what_is_missing_is_named_unless_secret() {
        check(
            r#"lookup({a = 1}, "b")"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "inputMap" parameter: the given object has no attribute "b". <{a = 1}>"#
            ]],
        );
        check(
            r#"lookup(tomap({a = 1}), "b")"#,
            &expect![[
                r#"Error in function call: Call to function "lookup" failed: lookup failed to find key "b". <lookup(tomap({a = 1}), "b")>"#
            ]],
        );
        check(
            r#"lookup(tomap({a = 1}), sensitive("b"))"#,
            &expect![[
                r#"Error in function call: Call to function "lookup" failed: lookup failed to find key (sensitive value). <lookup(tomap({a = 1}), sensitive("b"))>"#
            ]],
        );
        check(
            r#"lookup(tomap({a = 1}), "b", "x")"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "default" parameter: the default value must have the same type as the map elements. <"x">"#
            ]],
        );
        check(
            r#"lookup([1], "b")"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "inputMap" parameter: lookup() requires a map as the first argument. <[1]>"#
            ]],
        );
        check(
            r#"lookup({}, "b", 1, 2)"#,
            &expect![[
                r#"Error in function call: Call to function "lookup" failed: lookup() takes two or three arguments, got 4. <lookup({}, "b", 1, 2)>"#
            ]],
        );
    }
}

//! `jsonencode`

use super::prelude::*;

use wb_core::json;

pub(super) const FUNCTION: Function = Function::new(
    "jsonencode",
    "`jsonencode` writes a value as JSON, in one line.",
    &[Param::new("val", Kind::Any, "").nullable().untyped()],
    Returns::Always(Kind::String),
    Body::With(jsonencode),
);

fn jsonencode(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let value = &args[0];
    if !value.is_wholly_known() {
        return Ok(json_prefix(value));
    }
    env.charge(value.size())?;
    let text = json::encode(value, value.ty()).map_err(|error| Fault::new(error.to_string()))?;
    Ok(text.into())
}

/// What is known of the text of a value of which not all is known: how it begins.
fn json_prefix(value: &Value) -> Value {
    let ty = value.ty();
    let first = match ty.kind() {
        _ if !value.is_known() && value.range().could_be_null() => None,
        TypeKind::String => Some("\""),
        TypeKind::Object(_) | TypeKind::Map(_) => Some("{"),
        TypeKind::Tuple(_) | TypeKind::List(_) | TypeKind::Set(_) => Some("["),
        _ => None,
    };
    let unknown = Value::unknown(Type::STRING);
    let refined =
        first.and_then(|first| unknown.refine().not_null().exact_prefix(first).build().ok());
    refined.unwrap_or(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_as_json() {
        check(
            r#"jsonencode({b = [1, null, "<é>"], a = {}, c = toset(["x"]), d = 1e30})"#,
            &expect![[
                r#""{\"a\":{},\"b\":[1,null,\"\\u003cé\\u003e\"],\"c\":[\"x\"],\"d\":1000000000000000000000000000000}""#
            ]],
        );
        check(
            "[jsonencode(null), jsonencode(sensitive([1]))]",
            &expect![[r#"["null", "[1]"![Sensitive]]"#]],
        );
        check(
            "jsonencode(1/0)",
            &expect![[
                r#"Error in function call: Call to function "jsonencode" failed: cannot serialize infinity as JSON. <jsonencode(1/0)>"#
            ]],
        );
    }
}

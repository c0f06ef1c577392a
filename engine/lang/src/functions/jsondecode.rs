//! `jsondecode`

use wb_core::json;

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "jsondecode",
    "`jsondecode` reads JSON and gives the value that it stands for: an object becomes an object, an array a tuple.",
    &[Param::new("str", Kind::String, "")],
    Returns::By(result_type),
    Body::With(jsondecode),
)
.may_be_null();

/// The first character of a text that is not known yet may tell what it stands for, or that it stands for nothing.
fn result_type(args: &[Value]) -> Result<Type, Fault> {
    if args[0].is_known() {
        return Ok(Type::DYNAMIC);
    }
    let range = args[0].range();
    match range.prefix().trim_start().chars().next() {
        None | Some('{' | '[' | 'n') => Ok(Type::DYNAMIC),
        Some('"') => Ok(Type::STRING),
        Some('t' | 'f') => Ok(Type::BOOL),
        Some('-' | '.' | '0'..='9') => Ok(Type::NUMBER),
        Some(c) => {
            let message = format!("a JSON document cannot begin with the character '{c}'");
            Err(Fault::arg(0, message))
        }
    }
}

fn jsondecode(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let text = text(&args[0]);
    // No value takes more than this for each byte of its text.
    env.charge(text.len().saturating_mul(size_of::<Value>()))?;
    json::decode_implied(text).map_err(|error| Fault::new(error.message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_becomes_a_value() {
        check(
            r#"jsondecode("{\"a\": [1, \"x\", null, true], \"b\": {}, \"c\": 1e30}")"#,
            &expect![[
                r#"{"a": [1, "x", null(any), true], "b": {}, "c": 1000000000000000000000000000000}"#
            ]],
        );
        check(r#"jsondecode("null")"#, &expect!["null(any)"]);
    }

    #[test]
    fn what_is_no_json_is_refused() {
        check(
            r#"jsondecode("{}x")"#,
            &expect![[
                r#"Error in function call: Call to function "jsondecode" failed: extraneous data after JSON object. <jsondecode("{}x")>"#
            ]],
        );
        check(
            r#"jsondecode("")"#,
            &expect![[
                r#"Error in function call: Call to function "jsondecode" failed: unexpected end of JSON input. <jsondecode("")>"#
            ]],
        );
        let deep = format!("jsondecode(\"{}\")", "[".repeat(4_000));
        let got = super::super::testing::eval_deep(MemoryHost::new(Phase::Apply), &deep);
        assert!(got.contains("nest"), "{}", &got[..200]);
    }
}

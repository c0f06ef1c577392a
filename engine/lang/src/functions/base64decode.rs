//! `base64decode`

use super::prelude::*;

use super::support::base64;

pub(super) const FUNCTION: Function = Function::new(
    "base64decode",
    "`base64decode` reads Base64 and gives the text whose UTF-8 bytes it stands for.",
    &[Param::new("str", Kind::String, "").marked()],
    Returns::Always(Kind::String),
    Body::Plain(base64decode),
);

fn base64decode(args: &[Value]) -> Outcome {
    let bytes = base64::decode_argument(&args[0])?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Fault::new("the result of decoding the provided string is not valid UTF-8"))?;
    Ok(Value::from(text).with_marks(args[0].marks()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_becomes_text() {
        check(
            r#"[base64decode("YWJj"), base64decode("Y\nWJj\r\n"), base64decode(sensitive("YQ=="))]"#,
            &expect![[r#"["abc", "abc", "a"![Sensitive]]"#]],
        );
        check(
            r#"base64decode("YWJ")"#,
            &expect![[
                r#"Error in function call: Call to function "base64decode" failed: failed to decode base64 data "YWJ". <base64decode("YWJ")>"#
            ]],
        );
        check(
            r#"base64decode(sensitive("this is an invalid base64 string"))"#,
            &expect![[
                r#"Error in function call: Call to function "base64decode" failed: failed to decode base64 data (sensitive value). <base64decode(sensitive("this is an invalid base64 string"))>"#
            ]],
        );
        check(
            r#"base64decode("4pyTIMOgIGxhIG1v/w==")"#,
            &expect![[
                r#"Error in function call: Call to function "base64decode" failed: the result of decoding the provided string is not valid UTF-8. <base64decode("4pyTIMOgIGxhIG1v/w==")>"#
            ]],
        );
    }
}

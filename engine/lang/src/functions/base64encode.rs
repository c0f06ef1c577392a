//! `base64encode`

use super::prelude::*;

use super::support::base64;

pub(super) const FUNCTION: Function = Function::new(
    "base64encode",
    "`base64encode` writes the UTF-8 bytes of a string in Base64.",
    &[Param::new("str", Kind::String, "")],
    Returns::Always(Kind::String),
    Body::Plain(base64encode),
);

fn base64encode(args: &[Value]) -> Outcome {
    Ok(base64::encode(text(&args[0]).as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_base64() {
        check(
            r#"[base64encode("abc123!?$*&()'-=@~"), base64encode("")]"#,
            &expect![[r#"["YWJjMTIzIT8kKiYoKSctPUB+", ""]"#]],
        );
    }
}

//! `yamlencode`

use super::prelude::*;
use super::support::yaml;

pub(super) const FUNCTION: Function = Function::new(
    "yamlencode",
    "`yamlencode` writes a value as a document of YAML 1.2, in blocks.",
    &[Param::new("value", Kind::Any, "").nullable().untyped()],
    Returns::Always(Kind::String),
    Body::With(yamlencode),
);

fn yamlencode(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let value = &args[0];
    if !value.is_wholly_known() {
        return Ok(Value::unknown(Type::STRING));
    }
    env.charge(value.size())?;
    // Every line is indented by as much as it is deep.
    env.charge(value.size().saturating_mul(value.ty().depth()) / 8)?;
    Ok(yaml::encode(value).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Terraform writes, in JSON so that it is on one line.
    #[test]
    fn as_terraform_writes_it() {
        for (value, expected) in [
            (
                r#"{a = 1, b = "x y", d = [], e = {}, f = null, g = 1.5, h = true}"#,
                r#"\"a\": 1\n\"b\": \"x y\"\n\"d\": []\n\"e\": {}\n\"f\": null\n\"g\": 1.5\n\"h\": true\n"#,
            ),
            (
                r#"{i = ["a", {x = 1, y = [1, [2]]}]}"#,
                r#"\"i\":\n- \"a\"\n- \"x\": 1\n  \"y\":\n  - 1\n  - - 2\n"#,
            ),
            (r#""a\nb""#, r#"|-\n  a\n  b\n"#),
            (r#""a\n\n""#, r#"|+\n  a\n\n"#),
            (r#""\n""#, r#"|2+\n\n"#),
            (r#""a \nb""#, r#"\"a \\nb\"\n"#),
            (r#""a\tb\nc""#, r#"\"a\\tb\\nc\"\n"#),
            (r#""  a\nb""#, r#"|2-\n    a\n  b\n"#),
            (r#"{"a\nb" = 1}"#, r#"? |-\n  a\n  b\n: 1\n"#),
            (
                r#"[["a\nb"], [], {}, [[{}]], [{a = [{b = "c\n"}]}]]"#,
                r#"- - |-\n    a\n    b\n- []\n- {}\n- - - {}\n- - \"a\":\n    - \"b\": |\n        c\n"#,
            ),
            (r#"[{"x\ny" = "z\n"}, "q\n"]"#, r#"- ? |-\n    x\n    y\n  : |\n    z\n- |\n  q\n"#),
            (r#"{a = "x\n\n", b = "y"}"#, r#"\"a\": |+\n  x\n\n\"b\": \"y\"\n"#),
            ("1.5", r#"1.5\n...\n"#),
            ("null", r#"null\n...\n"#),
            (r#""\u0007\u001b\U0001f600\ufeff\u00e9""#, r#"\"\\a\\e\\U0001F600\\uFEFFé\"\n"#),
        ] {
            let got = super::super::testing::eval(&format!("yamlencode({value})"));
            assert_eq!(got, format!("\"{expected}\""), "{value}");
        }
    }

    #[test]
    fn long_text_is_broken_at_spaces() {
        check(
            r#"yamlencode({a = join(" ", [for i in range(40): "w${i}"])})"#,
            &expect![[
                r#""\"a\": \"w0 w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11 w12 w13 w14 w15 w16 w17 w18 w19 w20 w21\n  w22 w23 w24 w25 w26 w27 w28 w29 w30 w31 w32 w33 w34 w35 w36 w37 w38 w39\"\n""#
            ]],
        );
        check(
            r#"yamldecode(yamlencode(join("  ", [for i in range(40): "w${i}"]))) == join("  ", [for i in range(40): "w${i}"])"#,
            &expect!["true"],
        );
    }
}

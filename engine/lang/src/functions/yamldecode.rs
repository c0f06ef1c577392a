//! `yamldecode`

use super::prelude::*;
use super::support::yaml;

pub(super) const FUNCTION: Function = Function::new(
    "yamldecode",
    "`yamldecode` reads a document of YAML and gives the value that it stands for: a mapping becomes an object, a \
     sequence a tuple.",
    &[Param::new("src", Kind::String, "")],
    Returns::By(|_| Ok(Type::DYNAMIC)),
    Body::With(yamldecode),
)
.may_be_null();

fn yamldecode(args: &[Value], env: &mut Env<'_>) -> Outcome {
    yaml::decode(text(&args[0]), env)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_become_values() {
        check(
            r#"yamldecode("a: 1\nb:\n- x\n- \"true\"\n- ~\n- {c: 0x1F, d: >-\n   e\n   f}\n")"#,
            &expect![[r#"{"a": 1, "b": ["x", "true", null(any), {"c": 31, "d": ">- e f"}]}"#]],
        );
        check(
            r#"[yamldecode("---"), yamldecode("{1: a, true: b, 1.5: c}"), yamldecode("{a: 1, a: x}"), yamldecode("a: |-\n  true"), yamldecode("[a b, \"e\": f]")]"#,
            &expect![[
                r#"[null(any), {"1": "a", "1.5": "c", "true": "b"}, {"a": "x"}, {"a": "true"}, ["a b", {"e": "f"}]]"#
            ]],
        );
    }

    #[test]
    fn anchors_and_merges() {
        check(
            r#"yamldecode("a: &x {b: 1, c: 2}\nd: *x\ne: {c: 3, <<: *x, b: 4}\nf: {<<: [*x, {c: 5}]}")"#,
            &expect![[
                r#"{"a": {"b": 1, "c": 2}, "d": {"b": 1, "c": 2}, "e": {"b": 4, "c": 2}, "f": {"b": 1, "c": 5}}"#
            ]],
        );
        check(
            r#"yamldecode("\"<<\": 5")"#,
            &expect![[
                r#"Error in function call: Call to function "yamldecode" failed: on line 1, column 7: cannot merge number into mapping. <yamldecode("\"<<\": 5")>"#
            ]],
        );
        check(
            r#"yamldecode("<<: [5]")"#,
            &expect![[
                r#"Error in function call: Call to function "yamldecode" failed: on line 1, column 7: cannot merge number (from sequence) into mapping. <yamldecode("<<: [5]")>"#
            ]],
        );
        check(
            r#"yamldecode("&a [*a]")"#,
            &expect![[
                r#"Error in function call: Call to function "yamldecode" failed: on line 1, column 5: cannot refer to an anchor from inside its own definition. <yamldecode("&a [*a]")>"#
            ]],
        );
        check(
            r#"yamldecode("a: *x")"#,
            &expect![[
                r#"Error in function call: Call to function "yamldecode" failed: on line 1, column 4: while parsing node, found unknown anchor. <yamldecode("a: *x")>"#
            ]],
        );
    }

    #[test]
    fn what_is_no_value_is_refused() {
        for (text, expected) in [
            ("", "missing start of document"),
            ("# nothing", "missing start of document"),
            ("a: 1\\n---\\nb: 2", "on line 2, column 1: only a single document is allowed"),
            ("{~: a}", "mapping key cannot be null"),
            ("? [a]\\n: b", "only strings are allowed as mapping keys"),
            ("a: b: c", "on line 1"),
            ("[1, 2", "expected ',' or ']'"),
            ("a: @b", "on line 1"),
            (".nan", "floating point NaN is not supported"),
            ("!!set {a, b}", "can't interpret mapping as \"tag:yaml.org,2002:set\""),
            ("!foo 5", "unsupported tag \"!foo\""),
        ] {
            let got = super::super::testing::eval(&format!("yamldecode(\"{text}\")"));
            assert!(got.contains(expected), "{text}: {got}");
        }
    }

    #[test]
    fn laughs_are_bounded() {
        let mut text = String::from("a0: &a0 [ha, ha]\\n");
        for level in 1..40 {
            let below = level - 1;
            text += &format!("a{level}: &a{level} [*a{below}, *a{below}, *a{below}]\\n");
        }
        let got = super::super::testing::eval(&format!("yamldecode(\"{text}\")"));
        assert!(got.starts_with("Result too large"), "{}", &got[..got.len().min(300)]);
        let chain: String = (1..5_000).map(|n| format!("- &a{n} [*a{}]\\n", n - 1)).collect();
        let got = super::super::testing::eval(&format!("yamldecode(\"- &a0 x\\n{chain}\")"));
        assert!(got.contains("nests more than 2000 deep"), "{}", &got[..got.len().min(300)]);
    }
}

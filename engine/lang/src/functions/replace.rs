//! `replace`

use super::prelude::*;
use super::support::pattern;

pub(super) const FUNCTION: Function = Function::new(
    "replace",
    "`replace` puts one string in the place of another wherever that occurs in a third. Where what to look for stands \
     between slashes, it is a regular expression, and `$1` or `${name}` in the replacement is what a group matched.",
    &[
        Param::new("str", Kind::String, ""),
        Param::new("substr", Kind::String, ""),
        Param::new("replace", Kind::String, ""),
    ],
    Returns::Always(Kind::String),
    Body::With(replace),
);

fn replace(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let (text, wanted, new) =
        (text(&args[0]), super::args::text(&args[1]), super::args::text(&args[2]));
    if let Some(source) = between_slashes(wanted) {
        let pattern = pattern::compile(source).map_err(|error| Fault::new(error.to_string()))?;
        return pattern.replace_all(text, new, env).map(Value::from);
    }
    let times = if wanted.is_empty() {
        text.chars().count() + 1
    } else if new.len() > wanted.len() {
        text.matches(wanted).count()
    } else {
        0
    };
    env.charge(text.len().saturating_add(times.saturating_mul(new.len())))?;
    Ok(text.replace(wanted, new).into())
}

fn between_slashes(text: &str) -> Option<&str> {
    text.strip_prefix('/')?.strip_suffix('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_replaced_everywhere() {
        check(
            r#"[replace("1 + 2 + 3", "+", "-"), replace("ab", "", "-"), replace("/", "/", "x")]"#,
            &expect![[r#"["1 - 2 - 3", "-a-b-", "x"]"#]],
        );
    }

    #[test]
    fn patterns_stand_between_slashes() {
        check(
            r#"replace("hello world", "/(w)(?P<rest>.*d)/", "$${2}${rest}-$1")"#,
            &expect![
                "Invalid reference: A reference to a resource type must be followed by at least one attribute access, specifying the resource name. <rest>"
            ],
        );
        check(r#"replace("hello", "/l*/", "$1x")"#, &expect![[r#""heo""#]]);
        check(
            r#"replace("a", "/(/", "")"#,
            &expect![[
                r#"Error in function call: Call to function "replace" failed: error parsing regexp: missing closing ): `(`. <replace("a", "/(/", "")>"#
            ]],
        );
    }
}

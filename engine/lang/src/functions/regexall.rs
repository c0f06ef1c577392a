//! `regexall`

use super::prelude::*;
use super::support::pattern;

pub(super) const FUNCTION: Function = Function::new(
    "regexall",
    "`regexall` finds all parts of a string that a regular expression matches, each in the form that `regex` gives it.",
    &[Param::new("pattern", Kind::String, ""), Param::new("string", Kind::String, "")],
    Returns::By(result_type),
    Body::With(regexall),
);

fn result_type(args: &[Value]) -> Result<Type, Fault> {
    match args[0].as_str() {
        None => Ok(Type::list(Type::DYNAMIC)),
        Some(source) => Ok(Type::list(pattern::with_groups(source)?.1.result_type())),
    }
}

fn regexall(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let (pattern, groups) = pattern::with_groups(text(&args[0]))?;
    let mut matches = Vec::new();
    for captures in pattern.captures_iter(text(&args[1])) {
        // Each group takes a value, matched or not.
        env.charge(size_of::<Value>() * captures.len())?;
        matches.push(groups.result(&captures));
    }
    Ok(Value::list(groups.result_type(), matches))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_match_counts() {
        check(r#"regexall("[a-z]+", "12abc34de")"#, &expect![[r#"list["abc", "de"]"#]]);
        check(
            r#"regexall("([a-z])([0-9])?", "a1b")"#,
            &expect![[r#"list[["a", "1"], ["b", null(string)]]"#]],
        );
        check(r#"regexall("x*", "axb")"#, &expect![[r#"list["", "x", ""]"#]]);
        check(r#"regexall("z", "ab")"#, &expect!["list(string)[]"]);
    }
}

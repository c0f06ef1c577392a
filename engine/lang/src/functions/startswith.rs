//! `startswith`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "startswith",
    "`startswith` tells whether a string begins with another. Where the string is not known yet, what is known of its \
     beginning may be enough.",
    &[Param::new("str", Kind::String, "").unknown(), Param::new("prefix", Kind::String, "")],
    Returns::Always(Kind::Bool),
    Body::Plain(startswith),
);

fn startswith(args: &[Value]) -> Outcome {
    let prefix = text(&args[1]);
    if let Some(text) = args[0].as_str() {
        return Ok(text.starts_with(prefix).into());
    }
    let range = args[0].range();
    let known = range.prefix();
    Ok(if known.starts_with(prefix) {
        Value::TRUE
    } else if known.is_empty() || known.len() < prefix.len() {
        Value::unknown(Type::BOOL)
    } else {
        Value::FALSE
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_are_compared() {
        check(r#"[startswith("abc", "ab"), startswith("abc", "b")]"#, &expect!["[true, false]"]);
    }

    #[test]
    fn a_known_beginning_may_be_enough() {
        let arn = Value::unknown(Type::STRING).refine().exact_prefix("arn:").build().unwrap();
        let ask = |prefix: &str| startswith(&[arn.clone(), prefix.into()]).unwrap();
        assert_eq!(ask("ar"), Value::TRUE);
        assert_eq!(ask("vpc-"), Value::FALSE);
        assert!(!ask("vpc-1").is_known());
        assert!(!ask("arn:aws").is_known());
    }
}

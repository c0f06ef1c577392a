//! `issensitive`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "issensitive",
    "`issensitive` tells whether a value is marked as sensitive.",
    &[Param::new("value", Kind::Any, "").anything()],
    Returns::Always(Kind::Bool),
    Body::Plain(issensitive),
);

fn issensitive(args: &[Value]) -> Outcome {
    if !args[0].is_known() {
        // What it turns out to be may come with another mark.
        return Ok(Value::unknown(Type::BOOL));
    }
    Ok(args[0].marks().is_sensitive().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_value_itself_is_looked_at() {
        check(
            r#"[issensitive(sensitive("a")), issensitive("a"), issensitive([sensitive("a")])]"#,
            &expect!["[true, false, false]"],
        );
    }
}

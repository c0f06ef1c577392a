//! `split`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "split",
    "`split` cuts a string into pieces at every occurrence of a separator.",
    &[
        Param::new("separator", Kind::String, "Where it is empty, every character is a piece."),
        Param::new("str", Kind::String, "The string to cut."),
    ],
    Returns::Always(Kind::List(&Kind::String)),
    Body::Plain(split),
);

fn split(args: &[Value]) -> Outcome {
    let (separator, text) = (text(&args[0]), super::args::text(&args[1]));
    if separator.is_empty() {
        let mut buffer = [0; 4];
        let pieces = text.chars().map(|c| Value::from(&*c.encode_utf8(&mut buffer)));
        return Ok(Value::list(Type::STRING, pieces));
    }
    Ok(Value::list(Type::STRING, text.split(separator).map(Value::from)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_may_be_empty() {
        check(
            r#"[split(",", "a,,b"), split(",", ""), split("", "aé"), split("", "")]"#,
            &expect![[r#"[list["a", "", "b"], list[""], list["a", "é"], list(string)[]]"#]],
        );
    }
}

//! `title`

use super::prelude::*;
use super::support::letters;

pub(super) const FUNCTION: Function = Function::new(
    "title",
    "`title` makes the first letter of each word of a string uppercase.",
    &[Param::new("str", Kind::String, "")],
    Returns::Always(Kind::String),
    Body::Plain(title),
);

fn title(args: &[Value]) -> Outcome {
    let mut before = ' ';
    let raise = |c: char| {
        let after = if letters::separates_words(before) { letters::title(c) } else { c };
        before = c;
        after
    };
    Ok(text(&args[0]).chars().map(raise).collect::<String>().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_begin_large() {
        check(
            r#"title("hello wORLD-wide don't a_b 1st ǆ")"#,
            &expect![[r#""Hello WORLD-Wide Don'T A_b 1st ǅ""#]],
        );
    }
}

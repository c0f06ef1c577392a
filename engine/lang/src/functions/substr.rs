//! `substr`

use unicode_segmentation::UnicodeSegmentation;

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "substr",
    "`substr` takes a number of characters out of a string from an offset on. A negative offset counts from the end, and \
     a negative length means everything up to the end.",
    &[
        Param::new("str", Kind::String, "").untyped(),
        Param::new("offset", Kind::Number, "").untyped(),
        Param::new("length", Kind::Number, "").untyped(),
    ],
    Returns::Always(Kind::String),
    Body::Plain(substr),
);

fn substr(args: &[Value]) -> Outcome {
    let text = text(&args[0]);
    let (offset, length) = (whole(&args[1])?, whole(&args[2])?);
    // From the end, a length of zero takes everything, as it does in Terraform.
    let take_all = length < 0 || (length == 0 && offset < 0);
    if length == 0 && offset >= 0 {
        return Ok("".into());
    }
    let from = if offset < 0 {
        let total = i64::try_from(text.graphemes(true).count()).unwrap_or(i64::MAX);
        count(offset.saturating_add(total))
    } else {
        count(offset)
    };
    let length = if take_all { usize::MAX } else { count(length) };
    Ok(text.graphemes(true).skip(from).take(length).collect::<String>().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_from_either_end() {
        check(
            r#"[substr("hello world", 1, 4), substr("hello", -2, -1), substr("hello", 3, 99), substr("noël", 2, 1)]"#,
            &expect![[r#"["ello", "lo", "lo", "ë"]"#]],
        );
        check(
            r#"[substr("hello", 9, 1), substr("hello", 0, 0), substr("hello", -2, 0), substr("hello", -9, 2)]"#,
            &expect![[r#"["", "", "lo", "he"]"#]],
        );
        check(
            r#"substr("a", 0.5, 1)"#,
            &expect![[
                r#"Error in function call: Call to function "substr" failed: value must be a whole number, between -9223372036854775808 and 9223372036854775807. <substr("a", 0.5, 1)>"#
            ]],
        );
    }
}

//! `timecmp`

use super::prelude::*;

use super::support::dates;

pub(super) const FUNCTION: Function = Function::new(
    "timecmp",
    "`timecmp` compares two times: -1 where the first is the earlier, 1 where it is the later, 0 where they are \
     one moment.",
    &[Param::new("timestamp_a", Kind::String, ""), Param::new("timestamp_b", Kind::String, "")],
    Returns::Always(Kind::Number),
    Body::Plain(timecmp),
);

fn timecmp(args: &[Value]) -> Outcome {
    let time = |at: usize| dates::parse(text(&args[at])).map_err(|fault| fault.about(at));
    Ok(Value::int(time(0)?.moment.cmp(&time(1)?.moment) as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_not_texts_are_compared() {
        check(
            r#"[timecmp("2017-11-22T00:00:00Z", "2017-11-22T01:00:00Z"), timecmp("2017-11-22T01:00:00Z", "2017-11-22T01:00:00+01:00"), timecmp("2017-11-22T01:00:00Z", "2017-11-22T00:00:00-01:00")]"#,
            &expect!["[-1, 1, 0]"],
        );
        check(
            r#"timecmp("2017-11-22T00:00:00Z", "bloop")"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "timestamp_b" parameter: not a valid RFC3339 timestamp: cannot use "bloop" as year. <"bloop">"#
            ]],
        );
    }
}

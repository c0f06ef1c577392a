//! `timeadd`

use super::prelude::*;

use super::support::dates;
use wb_core::time::parse_duration;

pub(super) const FUNCTION: Function = Function::new(
    "timeadd",
    "`timeadd` adds a duration, such as `1h30m` or `-10s`, to a time.",
    &[Param::new("timestamp", Kind::String, ""), Param::new("duration", Kind::String, "")],
    Returns::Always(Kind::String),
    Body::Plain(timeadd),
);

fn timeadd(args: &[Value]) -> Outcome {
    let time = dates::parse(text(&args[0]))?;
    let duration = text(&args[1]);
    let nanoseconds = parse_duration(duration)
        .ok_or_else(|| Fault::new(format!("invalid duration {}", quoted(duration))))?;
    Ok(time.plus_nanoseconds(nanoseconds.into()).to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_go_both_ways() {
        check(
            r#"[timeadd("2017-11-22T00:00:00Z", "1s"), timeadd("2017-11-22T00:00:00+02:00", "-1h30m"), timeadd("2017-11-22T00:00:00.9Z", "100ms")]"#,
            &expect![[
                r#"["2017-11-22T00:00:01Z", "2017-11-21T22:30:00+02:00", "2017-11-22T00:00:01Z"]"#
            ]],
        );
        check(
            r#"timeadd("2017-11-22T00:00:00Z", "1 day")"#,
            &expect![[
                r#"Error in function call: Call to function "timeadd" failed: invalid duration "1 day". <timeadd("2017-11-22T00:00:00Z", "1 day")>"#
            ]],
        );
        check(
            r#"timeadd("2017-11-22", "1s")"#,
            &expect![[
                r#"Error in function call: Call to function "timeadd" failed: not a valid RFC3339 timestamp: missing required time introducer 'T'. <timeadd("2017-11-22", "1s")>"#
            ]],
        );
    }
}

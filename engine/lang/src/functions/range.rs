//! `range`

use super::args::number;
use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "range",
    "`range` makes a list of numbers from a start to a limit, in steps. With one argument it starts at 0, and without a \
     third the step is 1 or, downwards, -1. The limit itself is left out.",
    &[],
    Returns::Always(Kind::List(&Kind::Number)),
    Body::Plain(range),
)
.variadic(Param::new("params", Kind::Number, ""));

/// As Terraform has it.
const MOST: usize = 1024;

fn range(args: &[Value]) -> Outcome {
    let (start, end, step) = bounds(args)?;
    let down = step.is_negative();
    if step.is_zero() {
        return Err(Fault::arg(2, "step must not be zero"));
    }
    if down && end.compare(&start).is_gt() {
        return Err(Fault::arg(1, "end must be less than start when step is negative"));
    }
    if !down && end.compare(&start).is_lt() {
        return Err(Fault::arg(1, "end must be greater than start when step is positive"));
    }
    let mut values = Vec::new();
    let mut next = start;
    while if down { next.compare(&end).is_gt() } else { next.compare(&end).is_lt() } {
        if values.len() >= MOST {
            return Err(Fault::new(
                "more than 1024 values were generated; either decrease the difference between start and end or use a \
                 smaller step",
            ));
        }
        values.push(Value::number(next.clone()));
        next = next.add(&step).map_err(|_| Fault::new("start and step are opposing infinities"))?;
    }
    Ok(Value::list(Type::NUMBER, values))
}

fn bounds(args: &[Value]) -> Result<(Number, Number, Number), Fault> {
    let given = |i: usize| number(&args[i]).clone();
    let (start, end) = match args.len() {
        1 => (Number::ZERO, given(0)),
        2 => (given(0), given(1)),
        3 => return Ok((given(0), given(1), given(2))),
        _ => return Err(Fault::new("must have one, two, or three arguments")),
    };
    let step = if end.compare(&start).is_lt() { Number::from(-1) } else { Number::ONE };
    Ok((start, end, step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_down_and_in_steps() {
        check("range(3)", &expect!["list[0, 1, 2]"]);
        check("range(-2)", &expect!["list[0, -1]"]);
        check("range(1, 8, 2.5)", &expect!["list[1, 3.5, 6]"]);
        check("range(0)", &expect!["list(number)[]"]);
    }

    #[test]
    fn endless_ranges_are_refused() {
        check(
            "range(1, 2, 0)",
            &expect![[
                r#"Invalid function argument: Invalid value for "params" parameter: step must not be zero. <0>"#
            ]],
        );
        check(
            "range(2, 1, 1)",
            &expect![[
                r#"Invalid function argument: Invalid value for "params" parameter: end must be greater than start when step is positive. <1>"#
            ]],
        );
        check(
            "range(1, 2, -1)",
            &expect![[
                r#"Invalid function argument: Invalid value for "params" parameter: end must be less than start when step is negative. <2>"#
            ]],
        );
        check(
            "range(1e9)",
            &expect![[
                r#"Error in function call: Call to function "range" failed: more than 1024 values were generated; either decrease the difference between start and end or use a smaller step. <range(1e9)>"#
            ]],
        );
        check(
            "range()",
            &expect![[
                r#"Error in function call: Call to function "range" failed: must have one, two, or three arguments. <range()>"#
            ]],
        );
    }
}

//! `ceil`

use super::args::number;
use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "ceil",
    "`ceil` gives the smallest whole number that is not below the given one.",
    &[Param::new("num", Kind::Number, "")],
    Returns::Always(Kind::Number),
    Body::Plain(ceil),
);

fn ceil(args: &[Value]) -> Outcome {
    let whole = number(&args[0]).ceil();
    // Whole numbers have one zero only.
    Ok(if whole.is_zero() { Number::ZERO } else { whole }.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_go_up() {
        check("[ceil(1.2), ceil(-1.2), ceil(3), ceil(-0.5)]", &expect!["[2, -1, 3, 0]"]);
    }
}

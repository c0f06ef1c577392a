//! `floor`

use super::args::number;
use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "floor",
    "`floor` gives the largest whole number that is not above the given one.",
    &[Param::new("num", Kind::Number, "")],
    Returns::Always(Kind::Number),
    Body::Plain(floor),
);

fn floor(args: &[Value]) -> Outcome {
    let whole = number(&args[0]).floor();
    // Whole numbers have one zero only.
    Ok(if whole.is_zero() { Number::ZERO } else { whole }.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_go_down() {
        check("[floor(1.8), floor(-1.2), floor(3), floor(-0.0)]", &expect!["[1, -2, 3, 0]"]);
    }
}

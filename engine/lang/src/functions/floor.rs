//! `floor`

use super::args::number;
use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "floor",
    "`floor` gives the largest whole number that is not above the given one.",
    &[Param::new("num", Kind::Number, "")],
    Returns::Always(Kind::Number),
    Body::Plain(|args| Ok(number(&args[0]).floor().into())),
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_go_down() {
        check("[floor(1.8), floor(-1.2), floor(3)]", &expect!["[1, -2, 3]"]);
    }
}

//! `ceil`

use super::args::number;
use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "ceil",
    "`ceil` gives the smallest whole number that is not below the given one.",
    &[Param::new("num", Kind::Number, "")],
    Returns::Always(Kind::Number),
    Body::Plain(|args| Ok(number(&args[0]).ceil().into())),
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_go_up() {
        check("[ceil(1.2), ceil(-1.2), ceil(3)]", &expect!["[2, -1, 3]"]);
    }
}

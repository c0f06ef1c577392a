//! `abs`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "abs",
    "`abs` gives the distance of a number from zero: the number itself, without its minus sign if it has one.",
    &[Param::new("num", Kind::Number, "").untyped().marked()],
    Returns::Always(Kind::Number),
    Body::Plain(abs),
);

fn abs(args: &[Value]) -> Outcome {
    args[0].absolute().map_err(|error| Fault::new(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sign_goes() {
        check(r#"[abs(-1.5), abs(0), abs("-3")]"#, &expect!["[1.5, 0, 3]"]);
        check("abs(sensitive(-1))", &expect!["1![Sensitive]"]);
    }
}

//! `log`

use super::prelude::*;
use super::support::logarithm::natural;

pub(super) const FUNCTION: Function = Function::new(
    "log",
    "`log` gives the logarithm of a number in a given base.",
    &[Param::new("num", Kind::Number, ""), Param::new("base", Kind::Number, "")],
    Returns::Always(Kind::Number),
    Body::Plain(log),
);

fn log(args: &[Value]) -> Outcome {
    let (num, base) = (float(&args[0])?, float(&args[1])?);
    Value::float(natural(num) / natural(base))
        .ok_or_else(|| Fault::new("there is no logarithm of this number in this base"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_pass_through_floats() {
        check("[log(16, 2), ceil(log(15, 2)), log(1, 10)]", &expect!["[4, 4, 0]"]);
        check(
            "log(-1, 10)",
            &expect![[
                r#"Error in function call: Call to function "log" failed: there is no logarithm of this number in this base. <log(-1, 10)>"#
            ]],
        );
        check(
            "log(0, 10)",
            &expect![
                "Number out of range: The result is infinite, as it is after a division by zero. No attribute, output or file can hold such a number. <log(0, 10)>"
            ],
        );
    }
}

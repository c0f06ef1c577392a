//! `pow`

use super::prelude::*;
use super::support::power;

pub(super) const FUNCTION: Function = Function::new(
    "pow",
    "`pow` raises a number to a power.",
    &[Param::new("num", Kind::Number, ""), Param::new("power", Kind::Number, "")],
    Returns::Always(Kind::Number),
    Body::Plain(pow),
);

fn pow(args: &[Value]) -> Outcome {
    Value::float(power::pow(float(&args[0])?, float(&args[1])?))
        .ok_or_else(|| Fault::new("there is no such power of this number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_pass_through_floats() {
        check(
            "[pow(3, 2), pow(4, 0.5), pow(2, -1), pow(1, 0), pow(2, 60)]",
            &expect!["[9, 2, 0.5, 1, 1152921504606847000]"],
        );
        check(
            "pow(-8, 0.5)",
            &expect![[
                r#"Error in function call: Call to function "pow" failed: there is no such power of this number. <pow(-8, 0.5)>"#
            ]],
        );
        check(
            "pow(10, 400)",
            &expect![
                "Number out of range: The result is infinite, as it is after a division by zero. No attribute, output or file can hold such a number. <pow(10, 400)>"
            ],
        );
    }
}

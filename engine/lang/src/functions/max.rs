//! `max`

use super::args::number;
use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "max",
    "`max` takes one or more numbers and gives the largest of them.",
    &[],
    Returns::Always(Kind::Number),
    Body::Plain(max),
)
.variadic(Param::new("numbers", Kind::Number, "").untyped());

fn max(args: &[Value]) -> Outcome {
    let largest = |best: &Value, next: &Value| number(next).compare(number(best)).is_gt();
    let mut args = args.iter();
    let first = args.next().ok_or_else(|| Fault::new("must pass at least one number"))?;
    let best = args.fold(first, |best, next| if largest(best, next) { next } else { best });
    Ok(best.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_wins() {
        check(r#"max(3, "12", -9)"#, &expect!["12"]);
        check(
            "max([]...)",
            &expect![[
                r#"Error in function call: Call to function "max" failed: must pass at least one number. <max([]...)>"#
            ]],
        );
    }
}

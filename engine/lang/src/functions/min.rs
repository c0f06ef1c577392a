//! `min`

use super::args::number;
use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "min",
    "`min` takes one or more numbers and gives the smallest of them.",
    &[],
    Returns::Always(Kind::Number),
    Body::Plain(min),
)
.variadic(Param::new("numbers", Kind::Number, "").untyped());

fn min(args: &[Value]) -> Outcome {
    let smaller = |best: &Value, next: &Value| number(next).compare(number(best)).is_lt();
    let mut args = args.iter();
    let first = args.next().ok_or_else(|| Fault::new("must pass at least one number"))?;
    let best = args.fold(first, |best, next| if smaller(best, next) { next } else { best });
    Ok(best.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_wins() {
        check(r#"min(3, "12", -9)"#, &expect!["-9"]);
        check(
            "min()",
            &expect![[
                r#"Error in function call: Call to function "min" failed: must pass at least one number. <min()>"#
            ]],
        );
    }
}

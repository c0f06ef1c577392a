//! `assumenotnull`

use wb_core::refine::Refine;

use super::prelude::*;
use super::support::assume::{about, refined};

pub(super) const FUNCTION: Function = Function::new(
    "assumenotnull",
    "`assumenotnull` gives a value as it is and promises that it is not null.",
    &[about(Kind::Any)],
    Returns::Always(Kind::Any),
    Body::Plain(assumenotnull),
)
.may_be_null();

fn assumenotnull(args: &[Value]) -> Outcome {
    if args[0].ty() == Type::DYNAMIC {
        let message = "given value must have a known type; consider using the \"convert\" function to specify a type to assume";
        return Err(Fault::arg(0, message));
    }
    refined(&args[0], Refine::not_null)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_must_agree() {
        check(r#"assumenotnull("a")"#, &expect![[r#""a""#]]);
        check(
            r#"assumenotnull(tostring(null))"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "value" parameter: assumption was not upheld. <tostring(null)>"#
            ]],
        );
    }
}

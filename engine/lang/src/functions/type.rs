//! `type`, which only the console has.

use super::prelude::*;
use super::spec::Lazy;

pub(super) const FUNCTION: Function = Function::new(
    "type",
    "`type` tells the type of a value. It can be called in the console only, by itself.",
    &[Param::new("value", Kind::Any, "").anything()],
    Returns::Always(Kind::Any),
    Body::Lazy(Lazy::Type),
)
.may_be_null();

#[cfg(test)]
mod tests {
    use super::super::testing::eval_on;
    use super::*;
    use crate::host::{MemoryHost, Phase};

    #[test]
    fn it_is_no_part_of_an_expression() {
        let console = |text| eval_on(MemoryHost::new(Phase::Console), text);
        expect![[r#"Invalid use of type function: The console-only "type" function cannot be used as part of an expression. <type(1)>"#]].assert_eq(&console("[type(1)]"));
        check(
            "type(1)",
            &expect![[r#"Call to unknown function: There is no function named "type". <type>"#]],
        );
    }
}

//! `assumestringprefix`

use super::prelude::*;
use super::support::assume::{about, refined};

pub(super) const FUNCTION: Function = Function::new(
    "assumestringprefix",
    "`assumestringprefix` gives a string as it is and promises what it begins with.",
    &[about(Kind::String), Param::new("prefix", Kind::String, "What it begins with.")],
    Returns::Always(Kind::String),
    Body::Plain(assumestringprefix),
)
.may_be_null();

fn assumestringprefix(args: &[Value]) -> Outcome {
    let prefix = text(&args[1]);
    refined(&args[0], |value| value.prefix(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_must_agree() {
        check(r#"assumestringprefix("ami-1", "ami-")"#, &expect![[r#""ami-1""#]]);
        check(
            r#"assumestringprefix("ami-1", "vpc-")"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "value" parameter: assumption was not upheld. <"ami-1">"#
            ]],
        );
    }
}

//! `sensitive`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "sensitive",
    "`sensitive` marks a value as sensitive, so that it is not shown.",
    &[Param::new("value", Kind::Any, "").anything()],
    Returns::By(|args| Ok(args[0].ty())),
    Body::Plain(|args| Ok(args[0].clone().with_marks(&Marks::SENSITIVE))),
)
.may_be_null();

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_goes_on_once() {
        check(
            r#"[sensitive("a"), sensitive(sensitive(null))]"#,
            &expect![[r#"["a"![Sensitive], null(any)![Sensitive]]"#]],
        );
    }
}

//! `list`, which Terraform has not had since 0.12: calls say what to write.

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "list",
    "`list` is no more; write `tolist([...])`.",
    &[],
    Returns::By(|_| Err(gone())),
    Body::Plain(|_| Err(gone())),
)
.variadic(Param::new("vals", Kind::Any, "").nullable().unknown().untyped());

fn gone() -> Fault {
    Fault::new(
        "the \"list\" function was deprecated in Terraform v0.12 and is no longer available; use tolist([ ... ]) \
         syntax to write a literal list",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_say_what_to_write() {
        check(
            "list(1, 2)",
            &expect![[
                r#"Error in function call: Call to function "list" failed: the "list" function was deprecated in Terraform v0.12 and is no longer available; use tolist([ ... ]) syntax to write a literal list. <list(1, 2)>"#
            ]],
        );
    }
}

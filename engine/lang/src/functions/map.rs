//! `map`, which Terraform has not had since 0.12: calls say what to write.

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "map",
    "`map` is no more; write `tomap({...})`.",
    &[],
    Returns::By(|_| Err(gone())),
    Body::Plain(|_| Err(gone())),
)
.variadic(Param::new("vals", Kind::Any, "").nullable().unknown().untyped());

fn gone() -> Fault {
    Fault::new(
        "the \"map\" function was deprecated in Terraform v0.12 and is no longer available; use tomap({ ... }) syntax \
         to write a literal map",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_say_what_to_write() {
        check(
            r#"map("a", 1)"#,
            &expect![[
                r#"Error in function call: Call to function "map" failed: the "map" function was deprecated in Terraform v0.12 and is no longer available; use tomap({ ... }) syntax to write a literal map. <map("a", 1)>"#
            ]],
        );
    }
}

//! `uuid`

use super::prelude::*;

use super::support::uuids;

pub(super) const FUNCTION: Function = Function::new(
    "uuid",
    "`uuid` gives a random identifier. It is another one each time, so it is unknown until something is applied.",
    &[],
    Returns::Always(Kind::String),
    Body::With(uuid),
)
.impure();

/// As Terraform has them: 128 random bits, none of which says which kind of identifier this is.
fn uuid(_: &[Value], env: &mut Env<'_>) -> Outcome {
    let mut bytes = [0; 16];
    env.random(&mut bytes);
    Ok(uuids::format(&bytes).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_but_unknown_in_a_plan() {
        check(
            r#"[length(uuid()), uuid() == uuid(), can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", uuid()))]"#,
            &expect!["[36, false, true]"],
        );
        let plan = MemoryHost::new(Phase::Plan);
        expect!["?string{Refinement { not_null: true, bounds: None }}"]
            .assert_eq(&eval_on(plan, "uuid()"));
    }
}

//! `timestamp`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "timestamp",
    "`timestamp` gives the time in UTC as RFC 3339 has it. It is another one each time, so it is unknown until \
     something is applied.",
    &[],
    Returns::Always(Kind::String),
    Body::With(timestamp),
)
.impure();

fn timestamp(_: &[Value], env: &mut Env<'_>) -> Outcome {
    Ok(env.host().now().to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn now_but_unknown_in_a_plan() {
        check("timestamp()", &expect![[r#""2024-03-01T12:34:56Z""#]]);
        let plan = MemoryHost::new(Phase::Plan);
        expect!["?string{Refinement { not_null: true, bounds: None }}"]
            .assert_eq(&eval_on(plan, "timestamp()"));
    }
}

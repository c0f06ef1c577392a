//! `plantimestamp`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "plantimestamp",
    "`plantimestamp` gives the time at which the plan was begun, in UTC as RFC 3339 has it.",
    &[],
    Returns::Always(Kind::String),
    Body::With(plantimestamp),
);

fn plantimestamp(_: &[Value], env: &mut Env<'_>) -> Outcome {
    let time = env.host().plan_time();
    Ok(time.map_or(Value::unknown(Type::STRING), |time| time.to_string().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_through_a_plan() {
        check("plantimestamp()", &expect![[r#""2024-03-01T12:34:56Z""#]]);
        let none = MemoryHost::new(Phase::Validate).planned_at(None);
        expect!["?string{Refinement { not_null: true, bounds: None }}"]
            .assert_eq(&eval_on(none, "plantimestamp()"));
        let console = MemoryHost::new(Phase::Console);
        assert!(eval_on(console, "plantimestamp()").starts_with("Call to unknown function"));
    }
}

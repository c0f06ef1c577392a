//! `random_shuffle`.

use wb_core::provider::{PlanAsk, Planned, Problems};
use wb_core::value::Value;
use wb_sdk::model::Model;
use wb_sdk::types::{Recorded, ResourceType};
use wb_sdk::{Context, OpError};

use super::keepers::{self, Keepers};
use crate::source::Source;
use crate::validate;

/// A list in random order.
#[derive(Model)]
pub(crate) struct Shuffle {
    /// Strings of any meaning; when one changes, the list is shuffled anew.
    #[attr(optional, replace)]
    keepers: Keepers,
    /// A string that always gives the same order of the same list.
    #[attr(optional, replace)]
    seed: Option<String>,
    /// The strings to shuffle.
    #[attr(required, replace)]
    input: Vec<Option<String>>,
    /// How many strings the result has; the default is as many as `input`. Where it asks for more, they repeat, none more
    /// often than it must.
    #[attr(optional, replace)]
    result_count: Option<i64>,
    /// The strings in random order.
    #[attr(computed)]
    result: Option<Vec<Option<String>>>,
    /// The string `-`.
    #[attr(computed)]
    id: Option<String>,
}

impl ResourceType for Shuffle {
    const NAME: &'static str = "random_shuffle";

    fn validate(config: &Value) -> Problems {
        let mut problems = Problems::default();
        validate::at_least(config, "result_count", 0, &mut problems);
        validate::at_most(config, "result_count", super::MOST, &mut problems);
        problems
    }

    fn plan(ask: &PlanAsk<'_>, planned: Planned) -> Result<Planned, Problems> {
        Ok(keepers::forgive_nulls("keepers", ask, planned))
    }
}

impl Recorded for Shuffle {
    async fn create(mut planned: Self, context: Context) -> Result<Self, OpError> {
        let mut source = Source::new(&*context.ambient, planned.seed.as_deref());
        let count = planned.result_count.and_then(|n| usize::try_from(n).ok());
        let count = count.unwrap_or(planned.input.len());
        let mut result = Vec::new();
        while result.len() < count && !planned.input.is_empty() {
            let mut batch = planned.input.clone();
            source.shuffle(&mut batch);
            batch.truncate(count - result.len());
            result.append(&mut batch);
        }
        planned.result = Some(result);
        planned.id = Some("-".to_owned());
        Ok(planned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wb_core::ty::Type;
    use wb_sdk::conformance::Bench;

    #[tokio::test]
    async fn it_repeats_only_where_it_must() {
        let input = || Value::list(Type::STRING, ["a", "b", "c"].map(Value::from));
        let made = Bench::new(crate::random::types())
            .resource(Shuffle::NAME)
            .config([("input", input()), ("result_count", 7.into()), ("seed", "s".into())])
            .replace([("input", input())])
            .run()
            .await;
        let result = made.attribute("result").and_then(Value::as_elements).unwrap();
        for element in ["a", "b", "c"] {
            let times = result.iter().filter(|r| r.as_str() == Some(element)).count();
            assert!((2..=3).contains(&times), "{result:?}");
        }
    }
}

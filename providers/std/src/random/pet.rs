//! `random_pet`.

use wb_core::provider::{PlanAsk, Planned, Problems};
use wb_core::value::Value;
use wb_sdk::model::{self, Model};
use wb_sdk::types::{Recorded, ResourceType};
use wb_sdk::{Context, OpError};

use super::keepers::{self, Keepers};
use super::words::{ADJECTIVES, ADVERBS, NAMES};
use crate::source::Source;
use crate::validate;

/// A name for a pet, that people can tell from others and remember.
#[derive(Model)]
pub(crate) struct Pet {
    /// Strings of any meaning; when one changes, the name is made anew.
    #[attr(optional, replace)]
    keepers: Keepers,
    /// How many words it has.
    #[attr(optional, default = 2, replace)]
    length: i64,
    /// What it begins with.
    #[attr(optional, replace)]
    prefix: Option<String>,
    /// What stands between words.
    #[attr(optional, default = "-", replace)]
    separator: String,
    /// The name.
    #[attr(computed)]
    id: Option<String>,
}

impl ResourceType for Pet {
    const NAME: &'static str = "random_pet";

    fn validate(config: &Value) -> Problems {
        let mut problems = Problems::default();
        validate::at_least(config, "length", 1, &mut problems);
        validate::at_most(config, "length", super::MOST, &mut problems);
        problems
    }

    fn plan(ask: &PlanAsk<'_>, mut planned: Planned) -> Result<Planned, Problems> {
        // What is known of the name beforehand lets names of other things be checked in time.
        let start = ["prefix", "separator"].map(|part| {
            planned.value.attribute(part).and_then(Value::as_str).unwrap_or_default().to_owned()
        });
        let id = planned.value.attribute("id").filter(|id| !id.is_known());
        if let (Some(id), false) = (id, start[0].is_empty())
            && let Ok(id) = id.clone().refine().not_null().prefix(&start.concat()).build()
        {
            planned.value = model::with(&planned.value, "id", id);
        }
        Ok(keepers::forgive_nulls("keepers", ask, planned))
    }
}

impl Recorded for Pet {
    async fn create(mut planned: Self, context: Context) -> Result<Self, OpError> {
        let mut source = Source::new(&*context.ambient, None);
        let mut words: Vec<String> = Vec::new();
        words.extend(planned.prefix.clone().filter(|prefix| !prefix.is_empty()));
        for left in (1..=planned.length).rev() {
            let list = match left {
                1 => NAMES,
                2 => ADJECTIVES,
                _ => ADVERBS,
            };
            words.extend(source.choose(list).map(|&word| word.to_owned()));
        }
        planned.id = Some(words.join(&planned.separator));
        Ok(planned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wb_sdk::conformance::Bench;

    #[test]
    fn words_are_lower_case_and_of_one_kind() {
        for list in [NAMES, ADJECTIVES, ADVERBS] {
            assert!(list.len() >= 100);
            let mut sorted = list.to_vec();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), list.len(), "no word twice");
            assert!(list.iter().all(|w| w.bytes().all(|b| b.is_ascii_lowercase())));
        }
    }

    #[tokio::test]
    async fn it_has_as_many_words_as_asked() {
        let made = Bench::new(crate::random::types())
            .resource(Pet::NAME)
            .config([("length", 3.into()), ("prefix", "team".into()), ("separator", ".".into())])
            .replace([("length", 1.into())])
            .run()
            .await;
        let name = made.attribute("id").and_then(Value::as_str).unwrap();
        assert!(name.starts_with("team.") && name.split('.').count() == 4, "{name}");
    }
}

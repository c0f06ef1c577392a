//! `random_string`.

use wb_core::provider::{PlanAsk, Planned, Problems, StoredObject};
use wb_core::value::Value;
use wb_sdk::model::Model;
use wb_sdk::types::{Recorded, ResourceType};
use wb_sdk::{Context, OpError};

use super::characters::{self, Class, Recipe};
use super::keepers::Keepers;

/// A string of random characters. It is shown in plans: for secrets use `random_password`.
#[derive(Model)]
pub(crate) struct RandomString {
    /// Strings of any meaning; when one changes, the string is made anew.
    #[attr(optional, replace)]
    keepers: Keepers,
    /// How many characters it has.
    #[attr(required, replace)]
    length: i64,
    /// Whether it has letters A to Z.
    #[attr(optional, default = true, replace)]
    upper: bool,
    /// How many letters A to Z it has at least.
    #[attr(optional, default = 0, replace)]
    min_upper: i64,
    /// Whether it has letters a to z.
    #[attr(optional, default = true, replace)]
    lower: bool,
    /// How many letters a to z it has at least.
    #[attr(optional, default = 0, replace)]
    min_lower: i64,
    /// Whether it has digits.
    #[attr(optional, computed, replace, deprecated = "Use numeric instead.")]
    number: Option<bool>,
    /// Whether it has digits. The default is true.
    #[attr(optional, computed, replace)]
    numeric: Option<bool>,
    /// How many digits it has at least.
    #[attr(optional, default = 0, replace)]
    min_numeric: i64,
    /// Whether it has special characters, which are `!@#$%&*()-_=+[]{}<>:?`.
    #[attr(optional, default = true, replace)]
    special: bool,
    /// How many special characters it has at least.
    #[attr(optional, default = 0, replace)]
    min_special: i64,
    /// The special characters to choose from instead.
    #[attr(optional, replace)]
    override_special: Option<String>,
    /// The string.
    #[attr(computed)]
    result: Option<String>,
    /// The string again.
    #[attr(computed)]
    id: Option<String>,
}

impl ResourceType for RandomString {
    const NAME: &'static str = "random_string";
    const VERSION: u64 = 2;

    fn validate(config: &Value) -> Problems {
        characters::validate(config)
    }

    fn plan(ask: &PlanAsk<'_>, planned: Planned) -> Result<Planned, Problems> {
        Ok(characters::plan(ask, planned))
    }

    fn upgrade(_from: u64, stored: StoredObject) -> Result<StoredObject, String> {
        Ok(characters::upgrade(stored))
    }
}

impl Recorded for RandomString {
    async fn create(mut planned: Self, context: Context) -> Result<Self, OpError> {
        let recipe = Recipe {
            length: planned.length,
            upper: Class { is_on: planned.upper, least: planned.min_upper },
            lower: Class { is_on: planned.lower, least: planned.min_lower },
            numeric: Class { is_on: planned.numeric.unwrap_or(true), least: planned.min_numeric },
            special: Class { is_on: planned.special, least: planned.min_special },
            override_special: planned.override_special.as_deref(),
        };
        let made = recipe.make(&*context.ambient)?;
        planned.id = Some(made.clone());
        planned.result = Some(made);
        Ok(planned)
    }

    fn import(id: &str, _context: &Context) -> Result<Self, OpError> {
        Ok(Self {
            keepers: None,
            length: i64::try_from(id.len()).unwrap_or(i64::MAX),
            upper: true,
            min_upper: 0,
            lower: true,
            min_lower: 0,
            number: Some(true),
            numeric: Some(true),
            min_numeric: 0,
            special: true,
            min_special: 0,
            override_special: None,
            result: Some(id.to_owned()),
            id: Some(id.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wb_sdk::conformance::Bench;

    #[tokio::test]
    async fn it_is_made_imported_and_made_anew() {
        let made = Bench::new(crate::random::types())
            .resource(RandomString::NAME)
            .config([("length", 9.into()), ("special", Value::TRUE)])
            .import("result", ["number"])
            .replace([("length", 9.into()), ("number", Value::FALSE)])
            .run()
            .await;
        assert_eq!(made.attribute("result").and_then(Value::as_str).map(str::len), Some(9));
    }
}

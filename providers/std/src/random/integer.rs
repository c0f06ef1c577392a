//! `random_integer`.

use wb_core::path::Path;
use wb_core::provider::{PlanAsk, Planned, Problems};
use wb_core::value::Value;
use wb_sdk::model::Model;
use wb_sdk::types::{Recorded, ResourceType};
use wb_sdk::{Context, ErrorKind, OpError};

use super::keepers::{self, Keepers};
use crate::source::Source;
use crate::validate::int;

/// A random whole number.
#[derive(Model)]
pub(crate) struct Integer {
    /// Strings of any meaning; when one changes, the number is made anew.
    #[attr(optional, replace)]
    keepers: Keepers,
    /// The least number that it can be.
    #[attr(required, replace)]
    min: i64,
    /// The greatest number that it can be.
    #[attr(required, replace)]
    max: i64,
    /// A string that always gives the same number between the same bounds.
    #[attr(optional, replace)]
    seed: Option<String>,
    /// The number.
    #[attr(computed)]
    result: Option<i64>,
    /// The number as a string.
    #[attr(computed)]
    id: Option<String>,
}

impl ResourceType for Integer {
    const NAME: &'static str = "random_integer";

    fn validate(config: &Value) -> Problems {
        let mut problems = Problems::default();
        if let (Some(min), Some(max)) = (int(config, "min"), int(config, "max"))
            && max < min
        {
            problems.error(
                Path::new().attr("max"),
                "Bounds in the wrong order",
                format!("The greatest number is {max}, which is less than the least, {min}."),
            );
        }
        problems
    }

    fn plan(ask: &PlanAsk<'_>, planned: Planned) -> Result<Planned, Problems> {
        Ok(keepers::forgive_nulls("keepers", ask, planned))
    }
}

impl Recorded for Integer {
    async fn create(mut planned: Self, context: Context) -> Result<Self, OpError> {
        let (min, max) = (planned.min, planned.max);
        if max < min {
            let why = format!("The least number is {min} and the greatest {max}.");
            return Err(OpError::new(ErrorKind::Invalid, "Bounds in the wrong order", why));
        }
        let mut source = Source::new(&*context.ambient, planned.seed.as_deref());
        let result = match max.abs_diff(min).checked_add(1) {
            Some(count) => min.wrapping_add_unsigned(source.below(count)),
            // All numbers of 64 bits.
            None => min.wrapping_add_unsigned(source.below(u64::MAX)),
        };
        planned.result = Some(result);
        planned.id = Some(result.to_string());
        Ok(planned)
    }

    fn import(id: &str, _context: &Context) -> Result<Self, OpError> {
        let invalid = || {
            OpError::new(
                ErrorKind::Invalid,
                "Not a random integer",
                "The id must be RESULT,MIN,MAX or RESULT,MIN,MAX,SEED, the first three whole numbers.",
            )
        };
        let parts: Vec<&str> = id.split(',').collect();
        let number = |at: usize| parts.get(at).and_then(|p| p.parse().ok()).ok_or_else(invalid);
        if parts.len() > 4 {
            return Err(invalid());
        }
        Ok(Self {
            keepers: None,
            min: number(1)?,
            max: number(2)?,
            seed: parts.get(3).map(|&seed| seed.to_owned()),
            result: Some(number(0)?),
            id: parts.first().map(|&id| id.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wb_sdk::conformance::Bench;

    #[tokio::test]
    async fn it_stays_within_its_bounds_and_follows_its_seed() {
        let bench = Bench::new(crate::random::types());
        let life = || {
            bench
                .resource(Integer::NAME)
                .config([("min", (-3).into()), ("max", 3.into()), ("seed", "s".into())])
                .replace([("min", 5.into()), ("max", 5.into())])
        };
        let made = life().run().await;
        let result = made.attribute("result").and_then(Value::as_number).unwrap().to_i64().unwrap();
        assert!((-3..=3).contains(&result));
        assert_eq!(life().run().await, made);
        let whole = [("min", i64::MIN.into()), ("max", i64::MAX.into())];
        bench.resource(Integer::NAME).config(whole).run().await;
    }
}

//! `time_static`.

use wb_core::provider::Problems;
use wb_core::time::Zoned;
use wb_core::value::Value;
use wb_sdk::model::Model;
use wb_sdk::types::{Recorded, ResourceType};
use wb_sdk::{Context, OpError};

use super::moment::{self, Triggers, set_parts};

/// The time at which it was made, for good.
#[derive(Model)]
pub(crate) struct Static {
    /// Strings of any meaning; when one changes, the time is taken anew.
    #[attr(optional, replace)]
    triggers: Triggers,
    /// The time as RFC 3339 writes it; the default is when it is made.
    #[attr(optional, computed, replace)]
    rfc3339: Option<String>,
    /// Its year.
    #[attr(computed, volatile)]
    year: Option<i64>,
    /// Its month, from 1.
    #[attr(computed, volatile)]
    month: Option<i64>,
    /// Its day of the month.
    #[attr(computed, volatile)]
    day: Option<i64>,
    /// Its hour.
    #[attr(computed, volatile)]
    hour: Option<i64>,
    /// Its minute.
    #[attr(computed, volatile)]
    minute: Option<i64>,
    /// Its second.
    #[attr(computed, volatile)]
    second: Option<i64>,
    /// Its seconds since 1970-01-01T00:00:00Z.
    #[attr(computed, volatile)]
    unix: Option<i64>,
    /// The time as RFC 3339 writes it.
    #[attr(computed)]
    id: Option<String>,
}

impl ResourceType for Static {
    const NAME: &'static str = "time_static";

    fn validate(config: &Value) -> Problems {
        let mut problems = Problems::default();
        moment::check(config, "rfc3339", &mut problems);
        problems
    }
}

impl Static {
    fn fill(mut self, time: Zoned) -> Self {
        set_parts!(self, time);
        self.id = Some(time.to_string());
        self.rfc3339.get_or_insert_with(|| time.to_string());
        self
    }
}

impl Recorded for Static {
    async fn create(planned: Self, context: Context) -> Result<Self, OpError> {
        let time = moment::given_or_now(planned.rfc3339.as_deref(), &*context.ambient)?;
        Ok(planned.fill(time))
    }

    fn import(id: &str, _context: &Context) -> Result<Self, OpError> {
        let time = moment::parse(id)?;
        let empty = Self::block().empty_value();
        let model = Self::from_value(&empty).map_err(|_| moment::unfilled())?;
        Ok(model.fill(time))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wb_sdk::conformance::Bench;

    #[tokio::test]
    async fn it_is_the_time_of_making() {
        let bench = Bench::new(crate::time::types());
        let made = bench
            .resource(Static::NAME)
            .import("id", [])
            .replace([("rfc3339", "2024-02-29T12:30:00+02:00".into())])
            .run()
            .await;
        assert_eq!(made.attribute("id"), Some(&"2026-01-01T00:00:00Z".into()));
        assert_eq!(made.attribute("unix"), Some(&Value::int(1_767_225_600)));
        let given = [("rfc3339", "2024-02-29T12:30:00+02:00".into())];
        let made = bench.resource(Static::NAME).config(given).run().await;
        assert_eq!(made.attribute("hour"), Some(&Value::int(12)));
    }
}

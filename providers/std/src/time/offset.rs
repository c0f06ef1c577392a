//! `time_offset`.

use wb_core::provider::{PlanAsk, Planned, Problems};
use wb_core::time::Zoned;
use wb_core::value::Value;
use wb_sdk::model::Model;
use wb_sdk::types::{Recorded, ResourceType};
use wb_sdk::{Context, OpError};

use super::moment::{self, PARTS, Triggers, set_parts};

/// A time so much later than another.
#[derive(Model)]
pub(crate) struct Offset {
    /// Strings of any meaning; when one changes, the time is taken anew.
    #[attr(optional, replace)]
    triggers: Triggers,
    /// The time to begin at, as RFC 3339 writes it; the default is when it is made.
    #[attr(optional, computed)]
    base_rfc3339: Option<String>,
    /// So many years later.
    #[attr(optional)]
    offset_years: Option<i64>,
    /// So many months later.
    #[attr(optional)]
    offset_months: Option<i64>,
    /// So many days later.
    #[attr(optional)]
    offset_days: Option<i64>,
    /// So many hours later.
    #[attr(optional)]
    offset_hours: Option<i64>,
    /// So many minutes later.
    #[attr(optional)]
    offset_minutes: Option<i64>,
    /// So many seconds later.
    #[attr(optional)]
    offset_seconds: Option<i64>,
    /// The later time as RFC 3339 writes it.
    #[attr(computed, volatile)]
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
    /// The time to begin at, as RFC 3339 writes it.
    #[attr(computed, volatile)]
    id: Option<String>,
}

const OFFSETS: [&str; 6] = [
    "offset_years",
    "offset_months",
    "offset_days",
    "offset_hours",
    "offset_minutes",
    "offset_seconds",
];

impl ResourceType for Offset {
    const NAME: &'static str = "time_offset";

    fn validate(config: &Value) -> Problems {
        let mut problems = Problems::default();
        moment::check(config, "base_rfc3339", &mut problems);
        moment::at_least_one(config, &OFFSETS, &mut problems);
        problems
    }

    /// What an existing object becomes is known beforehand.
    fn plan(ask: &PlanAsk<'_>, mut planned: Planned) -> Result<Planned, Problems> {
        let is_known = |name: &&str| planned.value.attribute(name).is_some_and(Value::is_known);
        let is_settled = OFFSETS.iter().chain(&["base_rfc3339"]).all(is_known);
        if ask.is_create() || planned.value == *ask.prior || !is_settled {
            return Ok(planned);
        }
        if let Ok(model) = Self::from_value(&planned.value)
            && let Some(Ok(base)) = model.base_rfc3339.as_deref().map(str::parse)
        {
            let filled = model.fill(base).into_value();
            planned.value = moment::take_over(&planned.value, &filled, &PARTS);
            planned.value = moment::take_over(&planned.value, &filled, &["rfc3339", "id"]);
        }
        Ok(planned)
    }
}

impl Offset {
    fn fill(mut self, base: Zoned) -> Self {
        let n = |offset: Option<i64>| offset.unwrap_or(0);
        let seconds =
            |offset: Option<i64>, unit: i128| i128::from(n(offset)) * unit * 1_000_000_000;
        let later = base
            .plus_date(0, 0, n(self.offset_days))
            .plus_nanoseconds(seconds(self.offset_hours, 3_600))
            .plus_nanoseconds(seconds(self.offset_minutes, 60))
            .plus_date(0, n(self.offset_months), 0)
            .plus_nanoseconds(seconds(self.offset_seconds, 1))
            .plus_date(n(self.offset_years), 0, 0);
        set_parts!(self, later);
        self.rfc3339 = Some(later.to_string());
        self.id = Some(base.to_string());
        self.base_rfc3339.get_or_insert_with(|| base.to_string());
        self
    }
}

impl Recorded for Offset {
    async fn create(planned: Self, context: Context) -> Result<Self, OpError> {
        let base = moment::given_or_now(planned.base_rfc3339.as_deref(), &*context.ambient)?;
        Ok(planned.fill(base))
    }

    async fn update(_prior: Self, planned: Self, context: Context) -> Result<Self, OpError> {
        Self::create(planned, context).await
    }

    fn import(id: &str, _context: &Context) -> Result<Self, OpError> {
        let form =
            "TIME,YEARS,MONTHS,DAYS,HOURS,MINUTES,SECONDS, of which at least one number is given";
        let (base, numbers) = moment::parts_of_id(id, 6, form)?;
        let empty = Self::block().empty_value();
        let mut model = Self::from_value(&empty).map_err(|_| moment::unfilled())?;
        let [years, months, days, hours, minutes, seconds] = numbers[..] else {
            return Err(moment::unfilled());
        };
        (model.offset_years, model.offset_months, model.offset_days) = (years, months, days);
        (model.offset_hours, model.offset_minutes, model.offset_seconds) =
            (hours, minutes, seconds);
        Ok(model.fill(base))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wb_core::ty::Type;
    use wb_sdk::conformance::Bench;

    #[tokio::test]
    async fn it_is_later_and_moves_in_place() {
        let bench = Bench::new(crate::time::types());
        let made = bench
            .resource(Offset::NAME)
            .config([("offset_days", 31.into()), ("offset_months", 1.into())])
            .update([("offset_years", (-1).into()), ("offset_seconds", 90.into())])
            .replace([
                ("offset_hours", 1.into()),
                ("triggers", Value::map(Type::STRING, [("a", "b".into())])),
            ])
            .run()
            .await;
        assert_eq!(made.attribute("rfc3339"), Some(&"2026-03-01T00:00:00Z".into()));
        let imported = Offset::import("2026-01-01T00:00:00Z,,1,,,,", bench.context()).unwrap();
        assert_eq!(imported.rfc3339.as_deref(), Some("2026-02-01T00:00:00Z"));
        assert!(Offset::import("2026-01-01T00:00:00Z,,,,,,", bench.context()).is_err());
    }
}

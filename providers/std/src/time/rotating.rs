//! `time_rotating`.

use wb_core::path::Path;
use wb_core::provider::{PlanAsk, Planned, Problems};
use wb_core::time::Zoned;
use wb_core::ty::Type;
use wb_core::value::Value;
use wb_sdk::model::{self, Model};
use wb_sdk::types::{Recorded, ResourceType};
use wb_sdk::{Context, ErrorKind, OpError};

use super::moment::{self, PARTS, Triggers, set_parts};
use crate::validate;

/// A time that is taken anew when so much of it has passed. What depends on it rotates with it. The passing is noticed when a
/// plan is made.
#[derive(Model)]
pub(crate) struct Rotating {
    /// Strings of any meaning; when one changes, the time is taken anew.
    #[attr(optional, replace)]
    triggers: Triggers,
    /// The time to begin at, as RFC 3339 writes it; the default is when it is made.
    #[attr(optional, computed, replace)]
    rfc3339: Option<String>,
    /// It rotates after so many years.
    #[attr(optional)]
    rotation_years: Option<i64>,
    /// It rotates after so many months.
    #[attr(optional)]
    rotation_months: Option<i64>,
    /// It rotates after so many days.
    #[attr(optional)]
    rotation_days: Option<i64>,
    /// It rotates after so many hours.
    #[attr(optional)]
    rotation_hours: Option<i64>,
    /// It rotates after so many minutes.
    #[attr(optional)]
    rotation_minutes: Option<i64>,
    /// It rotates at this time, as RFC 3339 writes it.
    #[attr(optional, computed, volatile)]
    rotation_rfc3339: Option<String>,
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
    /// The time it began at, as RFC 3339 writes it.
    #[attr(computed)]
    id: Option<String>,
}

const ROTATIONS: [&str; 5] =
    ["rotation_years", "rotation_months", "rotation_days", "rotation_hours", "rotation_minutes"];

impl ResourceType for Rotating {
    const NAME: &'static str = "time_rotating";

    fn validate(config: &Value) -> Problems {
        let mut problems = Problems::default();
        moment::check(config, "rfc3339", &mut problems);
        moment::check(config, "rotation_rfc3339", &mut problems);
        let all: Vec<&str> = ROTATIONS.into_iter().chain(["rotation_rfc3339"]).collect();
        moment::at_least_one(config, &all, &mut problems);
        for name in ROTATIONS {
            validate::at_least(config, name, 1, &mut problems);
        }
        problems
    }

    fn plan(ask: &PlanAsk<'_>, mut planned: Planned) -> Result<Planned, Problems> {
        if ask.is_create() {
            return Ok(planned);
        }
        let rotates = validate::text(ask.prior, "rotation_rfc3339").and_then(|t| t.parse().ok());
        if rotates.is_some_and(|at: Zoned| at.moment < ask.now) {
            planned.replace.push(Path::new().attr("rotation_rfc3339"));
            for name in PARTS {
                planned.value = model::with(&planned.value, name, Value::unknown(Type::NUMBER));
            }
            return Ok(planned);
        }
        let is_known = |name: &&str| planned.value.attribute(name).is_some_and(Value::is_known);
        if planned.value == *ask.prior || !ROTATIONS.iter().all(is_known) {
            return Ok(planned);
        }
        // What an existing object becomes is known beforehand.
        if let Ok(model) = Self::from_value(&planned.value)
            && let Some(Ok(base)) = model.rfc3339.as_deref().map(str::parse)
            && let Ok(filled) = model.fill(base)
        {
            let filled = filled.into_value();
            planned.value = moment::take_over(&planned.value, &filled, &PARTS);
            let rotation = ["rotation_rfc3339"];
            planned.value = moment::take_over(&planned.value, &filled, &rotation);
        }
        Ok(planned)
    }
}

impl Rotating {
    /// The last of these counts, in the established provider's order.
    fn fill(mut self, base: Zoned) -> Result<Self, OpError> {
        let minutes =
            |n: i64, each: i128| base.plus_nanoseconds(i128::from(n) * each * 60_000_000_000);
        let mut rotation = base;
        if let Some(days) = self.rotation_days {
            rotation = base.plus_date(0, 0, days);
        }
        if let Some(hours) = self.rotation_hours {
            rotation = minutes(hours, 60);
        }
        if let Some(n) = self.rotation_minutes {
            rotation = minutes(n, 1);
        }
        if let Some(months) = self.rotation_months {
            rotation = base.plus_date(0, months, 0);
        }
        if let Some(given) = self.rotation_rfc3339.as_deref() {
            rotation = moment::parse(given)?;
        }
        if let Some(years) = self.rotation_years {
            rotation = base.plus_date(years, 0, 0);
        }
        set_parts!(self, rotation);
        self.rotation_rfc3339.get_or_insert_with(|| rotation.to_string());
        self.rfc3339.get_or_insert_with(|| base.to_string());
        self.id = Some(base.to_string());
        Ok(self)
    }
}

impl Recorded for Rotating {
    async fn create(planned: Self, context: Context) -> Result<Self, OpError> {
        let base = moment::given_or_now(planned.rfc3339.as_deref(), &*context.ambient)?;
        planned.fill(base)
    }

    async fn update(_prior: Self, planned: Self, context: Context) -> Result<Self, OpError> {
        Self::create(planned, context).await
    }

    fn import(id: &str, _context: &Context) -> Result<Self, OpError> {
        let empty = Self::block().empty_value();
        let mut model = Self::from_value(&empty).map_err(|_| moment::unfilled())?;
        if let Some((base, rotation)) = id.split_once(',')
            && !rotation.contains(',')
        {
            model.rotation_rfc3339 = Some(moment::parse(rotation)?.to_string());
            return model.fill(moment::parse(base)?);
        }
        let form = "TIME,ROTATIONTIME or TIME,YEARS,MONTHS,DAYS,HOURS,MINUTES, of which at least one number is given";
        let (base, numbers) = moment::parts_of_id(id, 5, form)?;
        let [years, months, days, hours, minutes] = numbers[..] else {
            return Err(moment::unfilled());
        };
        if numbers.iter().flatten().any(|n| *n < 1) {
            return Err(OpError::new(
                ErrorKind::Invalid,
                "Unsuitable id",
                "Numbers must be at least 1.",
            ));
        }
        (model.rotation_years, model.rotation_months, model.rotation_days) = (years, months, days);
        (model.rotation_hours, model.rotation_minutes) = (hours, minutes);
        model.fill(base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wb_core::provider::plan_by_schema;
    use wb_core::schema::Schema;
    use wb_core::time::Moment;
    use wb_sdk::conformance::{Bench, fill};

    #[tokio::test]
    async fn it_changes_in_place_until_it_rotates() {
        let bench = Bench::new(crate::time::types());
        let config = [("rotation_days", 30.into())];
        let made = bench
            .resource(Rotating::NAME)
            .config(config.clone())
            .update([("rotation_hours", 5.into())])
            .replace([("rotation_days", 30.into()), ("rfc3339", "2025-12-31T00:00:00Z".into())])
            .run()
            .await;
        assert_eq!(made.attribute("rotation_rfc3339"), Some(&"2026-01-31T00:00:00Z".into()));

        let block = Rotating::block();
        let config = fill(&block, &config.to_vec());
        let proposed = wb_core::contract::proposed_new(&block, &made, &config);
        let provider = Value::empty_object();
        let plan = |now: Moment| {
            let (prior, config, proposed) = (&made, &config, &proposed);
            let ask = PlanAsk { provider: &provider, prior, config, proposed, private: &[], now };
            Rotating::plan(&ask, plan_by_schema(&Schema::new(0, Rotating::block()), &ask)).unwrap()
        };
        let end = Moment::from_unix(1_767_225_600 + 30 * 86_400);
        assert_eq!(plan(end).value, made);
        let late = plan(end.plus_nanoseconds(1));
        assert_eq!(late.replace, [Path::new().attr("rotation_rfc3339")]);
        assert_ne!(late.value, made);
    }

    #[test]
    fn ids_have_two_forms() {
        let bench = Bench::new(crate::time::types());
        let import = |id: &str| Rotating::import(id, bench.context());
        let by_time = import("2026-01-01T00:00:00Z,2026-01-02T00:00:00Z").unwrap();
        assert_eq!(by_time.day, Some(2));
        assert_eq!(import("2026-01-01T00:00:00Z,,,3,,").unwrap().day, Some(4));
        assert!(import("2026-01-01T00:00:00Z,,,0,,").is_err());
        assert!(import("x,,,1,,").is_err());
    }
}

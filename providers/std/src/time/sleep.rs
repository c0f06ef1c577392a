//! `time_sleep`.

use std::time::Duration;

use wb_core::path::Path;
use wb_core::provider::Problems;
use wb_core::time::{Zoned, parse_duration};
use wb_core::value::Value;
use wb_sdk::model::Model;
use wb_sdk::types::{Recorded, ResourceType};
use wb_sdk::{Context, ErrorKind, OpError};

use super::moment::{self, Triggers};
use crate::validate;

/// A pause: what depends on it waits for it when it is made, and what it depends on waits for it when it is destroyed.
#[derive(Model)]
pub(crate) struct Sleep {
    /// Strings of any meaning; when one changes, it is made anew.
    #[attr(optional, replace)]
    triggers: Triggers,
    /// How long to wait when it is made: a number and `ms`, `s`, `m` or `h`.
    #[attr(optional)]
    create_duration: Option<String>,
    /// How long to wait when it is destroyed.
    #[attr(optional)]
    destroy_duration: Option<String>,
    /// When it was made, as RFC 3339 writes it.
    #[attr(computed)]
    id: Option<String>,
}

impl ResourceType for Sleep {
    const NAME: &'static str = "time_sleep";

    fn validate(config: &Value) -> Problems {
        let mut problems = Problems::default();
        let both = ["create_duration", "destroy_duration"];
        moment::at_least_one(config, &both, &mut problems);
        for name in both {
            if let Some(text) = validate::text(config, name).filter(|text| duration(text).is_none())
            {
                problems.error(
                    Path::new().attr(name),
                    "Not a duration",
                    format!("A duration is a number and one of ms, s, m and h, as \"30s\", and not {text:?}."),
                );
            }
        }
        problems
    }
}

/// A number and a unit.
fn duration(text: &str) -> Option<Duration> {
    let number = text.trim_end_matches(['m', 's', 'h']);
    let unit = &text[number.len()..];
    let mut parts = number.split('.');
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let is_number = parts.clone().count() <= 2 && parts.all(is_digits);
    if !is_number || !matches!(unit, "ms" | "s" | "m" | "h") {
        return None;
    }
    parse_duration(text).and_then(|n| u64::try_from(n).ok()).map(Duration::from_nanos)
}

/// Waits, unless the user gives up.
async fn wait(text: Option<&str>, mut context: Context) -> Result<(), OpError> {
    let Some(time) = text.and_then(duration) else { return Ok(()) };
    tokio::select! {
        () = tokio::time::sleep(time) => Ok(()),
        _ = context.cancelled() => Err(OpError::new(
            ErrorKind::Cancelled,
            "Cancelled",
            "The pause was interrupted.",
        )),
    }
}

impl Recorded for Sleep {
    async fn create(planned: Self, context: Context) -> Result<Self, OpError> {
        wait(planned.create_duration.as_deref(), context.clone()).await?;
        let id = Zoned::utc(context.ambient.now()).to_string();
        Ok(Self { id: Some(id), ..planned })
    }

    async fn delete(prior: Self, context: Context) -> Result<(), OpError> {
        wait(prior.destroy_duration.as_deref(), context).await
    }

    fn import(id: &str, context: &Context) -> Result<Self, OpError> {
        let invalid = || {
            let form =
                "The id must be CREATEDURATION,DESTROYDURATION, of which at least one is given.";
            OpError::new(ErrorKind::Invalid, "Unsuitable id", form)
        };
        let (create, destroy) = id.split_once(',').ok_or_else(invalid)?;
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let both = [given(create), given(destroy)];
        if both.iter().flatten().any(|text| duration(text).is_none()) || both == [None, None] {
            return Err(invalid());
        }
        let [create_duration, destroy_duration] = both;
        let id = Some(Zoned::utc(context.ambient.now()).to_string());
        Ok(Self { triggers: None, create_duration, destroy_duration, id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wb_core::ty::Type;
    use wb_sdk::conformance::Bench;

    #[tokio::test(start_paused = true)]
    async fn it_waits_at_both_ends() {
        let begun = tokio::time::Instant::now();
        Bench::new(crate::time::types())
            .resource(Sleep::NAME)
            .config([("create_duration", "90s".into())])
            .update([("destroy_duration", "1.5h".into())])
            .replace([
                ("create_duration", "1ms".into()),
                ("triggers", Value::map(Type::STRING, [("a", "b".into())])),
            ])
            .run()
            .await;
        assert_eq!(begun.elapsed(), Duration::from_millis(90_000 + 5_400_000 + 1));
    }

    #[test]
    fn a_duration_is_one_number_and_one_unit() {
        assert_eq!(duration("1.5s"), Some(Duration::from_millis(1500)));
        for wrong in ["", "5", "s", "1h30m", "-1s", "1.s", "1.2.3s", "1d", "1ss"] {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
    }
}

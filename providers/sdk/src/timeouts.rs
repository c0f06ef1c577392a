//! The `timeouts` block: how long an operation may take.

use std::time::Duration;

use tokio::time::Instant;
use wb_core::path::Path;
use wb_core::provider::Problems;
use wb_core::time::parse_duration;
use wb_core::value::Value;

use crate::context::Context;
use crate::error::{ErrorKind, OpError};

/// What a type whose operations take long has: a field `#[block(single)] timeouts: Option<Timeouts>`. A type with other
/// operations derives its own.
#[derive(wb_sdk_derive::Model)]
pub struct Timeouts {
    /// How long creating it may take, as `30s`, `10m` or `1h30m`.
    #[attr(optional)]
    pub create: Option<String>,
    /// How long changing it may take.
    #[attr(optional)]
    pub update: Option<String>,
    /// How long destroying it may take.
    #[attr(optional)]
    pub delete: Option<String>,
}

/// Complains about what is no duration in the block of this name.
pub fn check(config: &Value, problems: &mut Problems) {
    let Some(block) = config.attribute("timeouts").and_then(Value::as_object) else { return };
    for (name, value) in block.iter() {
        if let Some(text) = value.as_str().filter(|text| parse(text).is_none()) {
            problems.error(
                Path::new().attr("timeouts").attr(name),
                "Not a duration",
                format!("A duration is as \"30s\", \"10m\" or \"1h30m\", and not {text:?}."),
            );
        }
    }
}

fn parse(text: &str) -> Option<Duration> {
    parse_duration(text).and_then(|n| u64::try_from(n).ok()).map(Duration::from_nanos)
}

impl Context {
    /// The same with the deadline that a user's timeout gives, or else this one.
    ///
    /// # Errors
    /// Where the timeout is no duration.
    pub fn within(mut self, timeout: Option<&str>, otherwise: Duration) -> Result<Self, OpError> {
        let limit = match timeout {
            None => otherwise,
            Some(text) => parse(text).ok_or_else(|| {
                OpError::new(ErrorKind::Invalid, "Not a duration", format!("{text:?} is none."))
            })?,
        };
        self.deadline = Instant::now().into_std().checked_add(limit);
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::Bench;
    use crate::model::Model as _;
    use crate::provider::TypeList;

    #[tokio::test(start_paused = true)]
    async fn the_users_time_counts() {
        let bench = Bench::new(TypeList::new());
        let left = |timeout| {
            let context = bench.context().clone().within(timeout, Duration::from_secs(60))?;
            Ok::<_, OpError>(context.deadline.unwrap() - Instant::now().into_std())
        };
        assert_eq!(left(None), Ok(Duration::from_secs(60)));
        assert_eq!(left(Some("1h30m")), Ok(Duration::from_secs(5_400)));
        assert!(left(Some("soon")).is_err());
    }

    #[test]
    fn what_is_no_duration_is_named() {
        let timeouts =
            Timeouts { create: Some("5".into()), update: Some("5m".into()), delete: None };
        let config = Value::object([("timeouts", timeouts.into_value())]);
        let mut problems = Problems::default();
        check(&config, &mut problems);
        let paths: Vec<String> = problems.iter().map(|p| p.path.to_string()).collect();
        assert_eq!(paths, [".timeouts.create"]);
    }
}

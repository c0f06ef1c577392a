//! When a certificate is to be made anew.

use std::time::Duration;

use wb_core::path::Path;
use wb_core::provider::{PlanAsk, Planned};
use wb_core::time::Zoned;
use wb_core::ty::Type;
use wb_core::value::Value;
use wb_sdk::model;

use crate::validate;

/// Replaces a certificate that has ended, or will within the time that the user gives it.
pub(super) fn renew(ask: &PlanAsk<'_>, mut planned: Planned) -> Planned {
    if ask.is_create() {
        return planned;
    }
    let end = validate::text(ask.prior, "validity_end_time").and_then(|t| t.parse::<Zoned>().ok());
    let early = validate::int(&planned.value, "early_renewal_hours").unwrap_or(0);
    let early = Duration::from_secs(u64::try_from(early).unwrap_or(0).saturating_mul(3_600));
    let is_over = end.is_some_and(|end| ask.now.plus(early) >= end.moment);
    // An established provider has noticed it when it read the object.
    let was_over = ask.prior.attribute("ready_for_renewal").is_some_and(Value::is_true);
    if is_over || was_over {
        let unknown = Value::unknown(Type::BOOL);
        planned.value = model::with(&planned.value, "ready_for_renewal", unknown);
        planned.replace.push(Path::new().attr("ready_for_renewal"));
    }
    planned
}

/// States of old providers hold checksums in the place of keys and certificates; a new one is not needed for that.
pub(super) fn forgive_checksums(
    ask: &PlanAsk<'_>,
    mut planned: Planned,
    names: &[&str],
) -> Planned {
    for name in names {
        let before = validate::text(ask.prior, name);
        if before.is_some_and(|before| !before.contains("-----BEGIN ")) {
            let path = Path::new().attr(name);
            planned.replace.retain(|replace| *replace != path);
        }
    }
    planned
}

//! Times as attributes.

use wb_core::path::Path;
use wb_core::provider::Problems;
use wb_core::time::Zoned;
use wb_core::value::Value;
use wb_sdk::{Ambient, ErrorKind, OpError};

use crate::validate;

/// Strings whose change asks for a new object.
pub(super) type Triggers = Option<std::collections::BTreeMap<String, Option<String>>>;

/// The time that an argument gives, or the one that it is.
pub(super) fn given_or_now(given: Option<&str>, ambient: &dyn Ambient) -> Result<Zoned, OpError> {
    match given.filter(|given| !given.is_empty()) {
        Some(given) => parse(given),
        None => Ok(Zoned::utc(ambient.now())),
    }
}

pub(super) fn parse(text: &str) -> Result<Zoned, OpError> {
    text.parse().map_err(|error| {
        OpError::new(ErrorKind::Invalid, "Not a time", format!("{text:?} is {error}."))
    })
}

pub(super) fn check(config: &Value, name: &str, problems: &mut Problems) {
    if let Some(text) = validate::text(config, name)
        && let Err(error) = text.parse::<Zoned>()
    {
        problems.error(
            Path::new().attr(name),
            "Not a time",
            format!("The argument {name:?} is {text:?}, which is {error}."),
        );
    }
}

/// Complains unless at least one of these arguments is given.
pub(super) fn at_least_one(config: &Value, names: &[&str], problems: &mut Problems) {
    if names.iter().all(|name| validate::is_given(config, name) == Some(false)) {
        let all = names.iter().map(|n| format!("{n:?}")).collect::<Vec<_>>().join(", ");
        problems.error(
            Path::new(),
            "Missing argument",
            format!("At least one of the arguments {all} must be given."),
        );
    }
}

/// The parts of an import's id: a time, and numbers that may be left out.
pub(super) fn parts_of_id(
    id: &str,
    numbers: usize,
    form: &str,
) -> Result<(Zoned, Vec<Option<i64>>), OpError> {
    let invalid =
        || OpError::new(ErrorKind::Invalid, "Unsuitable id", format!("The id must be {form}."));
    let (time, rest) = id.split_once(',').ok_or_else(invalid)?;
    let parse = |part: &str| match part {
        "" => Ok(None),
        part => part.parse().map(Some).map_err(|_| invalid()),
    };
    let parts: Vec<Option<i64>> = rest.split(',').map(parse).collect::<Result<_, _>>()?;
    if parts.len() != numbers || parts.iter().all(Option::is_none) {
        return Err(invalid());
    }
    Ok((time.parse().map_err(|_| invalid())?, parts))
}

/// Puts the parts of a time into the attributes of their names.
macro_rules! set_parts {
    ($model:expr, $zoned:expr) => {{
        let zoned: wb_core::time::Zoned = $zoned;
        let civil = zoned.civil();
        $model.year = Some(civil.year);
        $model.month = Some(civil.month.into());
        $model.day = Some(civil.day.into());
        $model.hour = Some(civil.hour.into());
        $model.minute = Some(civil.minute.into());
        $model.second = Some(civil.second.into());
        $model.unix = Some(zoned.moment.seconds);
    }};
}
pub(super) use set_parts;

/// Replaces the attributes of these names by those of another object.
pub(super) fn take_over(into: &Value, from: &Value, names: &[&str]) -> Value {
    names.iter().fold(into.clone(), |value, name| match from.attribute(name) {
        Some(part) => wb_sdk::model::with(&value, name, part.clone()),
        None => value,
    })
}

/// The attributes that follow from the time.
pub(super) const PARTS: [&str; 7] = ["year", "month", "day", "hour", "minute", "second", "unix"];

/// All attributes of these types may be absent.
pub(super) fn unfilled() -> OpError {
    OpError::new(
        ErrorKind::Unexpected,
        "No object",
        "An empty object cannot be read. This is a bug in wb.",
    )
}

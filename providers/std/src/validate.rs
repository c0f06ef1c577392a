//! Looks into configurations of which parts may be unknown, for validation.

use wb_core::path::Path;
use wb_core::provider::Problems;
use wb_core::value::Value;

/// Whether an argument is given: unknown where that depends on something unknown.
pub(crate) fn is_given(config: &Value, name: &str) -> Option<bool> {
    let value = config.attribute(name)?;
    value.is_known().then(|| !value.is_null())
}

pub(crate) fn text<'a>(config: &'a Value, name: &str) -> Option<&'a str> {
    config.attribute(name)?.as_str()
}

pub(crate) fn int(config: &Value, name: &str) -> Option<i64> {
    config.attribute(name)?.as_number()?.to_i64()
}

/// Whether the argument is known to be something other than `true` or absent.
pub(crate) fn is_off(config: &Value, name: &str) -> bool {
    config.attribute(name).is_some_and(Value::is_false)
}

/// Complains about a number below `least`.
pub(crate) fn at_least(config: &Value, name: &str, least: i64, problems: &mut Problems) {
    if let Some(number) = int(config, name).filter(|number| *number < least) {
        problems.error(
            Path::new().attr(name),
            "Number too small",
            format!("The argument {name:?} must be at least {least}, and is {number}."),
        );
    }
}

/// Complains about a number above `most`: what is made of it takes time and memory.
pub(crate) fn at_most(config: &Value, name: &str, most: i64, problems: &mut Problems) {
    if let Some(number) = int(config, name).filter(|number| *number > most) {
        problems.error(
            Path::new().attr(name),
            "Number too large",
            format!("The argument {name:?} must be at most {most}, and is {number}."),
        );
    }
}

/// Complains unless exactly one of these arguments is given.
pub(crate) fn exactly_one(config: &Value, names: &[&str], problems: &mut Problems) {
    let given: Vec<Option<bool>> = names.iter().map(|name| is_given(config, name)).collect();
    let all = names.iter().map(|n| format!("{n:?}")).collect::<Vec<_>>().join(", ");
    let how_many = given.iter().filter(|g| **g == Some(true)).count();
    let at = names.iter().zip(&given).filter(|(_, g)| **g == Some(true)).nth(1);
    if let Some((name, _)) = at {
        problems.error(
            Path::new().attr(name),
            "Conflicting arguments",
            format!("Only one of the arguments {all} can be given, and here are {how_many}."),
        );
    } else if how_many == 0 && given.iter().all(Option::is_some) {
        problems.error(
            Path::new(),
            "Missing argument",
            format!("One of the arguments {all} must be given."),
        );
    }
}
/// Complains about a text that is none of these.
pub(crate) fn one_of(config: &Value, name: &str, of: &[&str], problems: &mut Problems) {
    if let Some(given) = text(config, name).filter(|given| !of.contains(given)) {
        problems.error(
            Path::new().attr(name),
            "Unsuitable value",
            format!("The argument {name:?} must be one of {}, and is {given:?}.", of.join(", ")),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_bounds() {
        for (number, is_wrong) in [(0, true), (1, false), (9, false), (10, true)] {
            let config = Value::object([("n", Value::int(number))]);
            let mut problems = Problems::default();
            at_least(&config, "n", 1, &mut problems);
            at_most(&config, "n", 9, &mut problems);
            assert_eq!(problems.has_errors(), is_wrong, "{number}");
        }
    }
}

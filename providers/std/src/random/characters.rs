//! Strings of random characters: what `random_string` and `random_password` have in common.

use wb_core::path::Path;
use wb_core::provider::{PlanAsk, Planned, Problems, StoredObject};
use wb_core::value::Value;
use wb_sdk::{Ambient, ErrorKind, OpError, model};

use crate::source::Source;
use crate::validate::{self, int, is_off};

const DIGITS: &str = "0123456789";
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const SPECIAL: &str = "!@#$%&*()-_=+[]{}<>:?";

/// One kind of character: whether any may occur, and how many must.
#[derive(Clone, Copy)]
pub(crate) struct Class {
    pub(crate) is_on: bool,
    pub(crate) least: i64,
}

pub(crate) struct Recipe<'a> {
    pub(crate) length: i64,
    pub(crate) upper: Class,
    pub(crate) lower: Class,
    pub(crate) numeric: Class,
    pub(crate) special: Class,
    pub(crate) override_special: Option<&'a str>,
}

impl Recipe<'_> {
    pub(crate) fn make(&self, ambient: &dyn Ambient) -> Result<String, OpError> {
        let special = self.override_special.filter(|s| !s.is_empty()).unwrap_or(SPECIAL);
        let classes = [
            (self.upper, UPPER),
            (self.lower, LOWER),
            (self.numeric, DIGITS),
            (self.special, special),
        ];
        let length = usize::try_from(self.length).unwrap_or_default();
        let mut source = Source::new(ambient, None);
        let mut made: Vec<char> = Vec::new();
        let mut any: Vec<char> = Vec::new();
        for (class, characters) in classes {
            let characters: Vec<char> = characters.chars().collect();
            for _ in 0..class.least {
                made.extend(source.choose(&characters));
            }
            if class.is_on {
                any.extend(characters);
            }
        }
        if any.is_empty() {
            return Err(OpError::new(
                ErrorKind::Invalid,
                "No characters to choose from",
                "All of upper, lower, numeric and special are off.",
            ));
        }
        while made.len() < length {
            made.extend(source.choose(&any));
        }
        source.shuffle(&mut made);
        Ok(made.into_iter().collect())
    }
}

/// Checks the arguments that all such types have.
pub(crate) fn validate(config: &Value) -> Problems {
    let mut problems = Problems::default();
    validate::at_least(config, "length", 1, &mut problems);
    validate::at_most(config, "length", super::MOST, &mut problems);
    let least = ["min_upper", "min_lower", "min_numeric", "min_special"];
    for name in least {
        validate::at_least(config, name, 0, &mut problems);
    }
    let sum: i64 = least.iter().filter_map(|name| int(config, name)).fold(0, i64::saturating_add);
    if let Some(length) = int(config, "length").filter(|length| *length < sum) {
        problems.error(
            Path::new().attr("length"),
            "Number too small",
            format!(
                "The length is {length}, and the minimum numbers of characters of each kind are {sum} together."
            ),
        );
    }
    let is_numeric_off = is_off(config, "numeric") || is_off(config, "number");
    if is_numeric_off && ["upper", "lower", "special"].iter().all(|name| is_off(config, name)) {
        problems.error(
            Path::new(),
            "No characters to choose from",
            "At least one of the arguments upper, lower, numeric and special must be true.",
        );
    }
    let (number, numeric) = (config.attribute("number"), config.attribute("numeric"));
    if let (Some(Some(a)), Some(Some(b))) =
        (number.map(Value::as_bool), numeric.map(Value::as_bool))
        && a != b
    {
        problems.error(
            Path::new().attr("number"),
            "Conflicting arguments",
            "The arguments number and numeric mean the same, and have different values. Use numeric alone.",
        );
    }
    problems
}

/// `number` and `numeric` are one argument under two names; and an empty list of special characters is none.
pub(crate) fn plan(ask: &PlanAsk<'_>, mut planned: Planned) -> Planned {
    let given = |name: &str| ask.config.attribute(name).filter(|v| !v.is_null()).cloned();
    let value = given("numeric").or_else(|| given("number")).unwrap_or(Value::TRUE);
    for name in ["number", "numeric"] {
        planned.value = model::with(&planned.value, name, value.clone());
        let path = Path::new().attr(name);
        planned.replace.retain(|p| *p != path);
        if !ask.is_create() && ask.prior.attribute(name) != Some(&value) {
            planned.replace.push(path);
        }
    }
    let emptied = ask.prior.attribute("override_special").and_then(Value::as_str) == Some("")
        && planned.value.attribute("override_special").is_some_and(Value::is_null);
    if emptied {
        let path = Path::new().attr("override_special");
        planned.replace.retain(|p| *p != path);
    }
    super::keepers::forgive_nulls("keepers", ask, planned)
}

/// Fills in what states of old providers lack, so that nothing is made anew for it.
pub(crate) fn upgrade(mut stored: StoredObject) -> StoredObject {
    let is_null =
        |stored: &StoredObject, name: &str| stored.get(name).is_none_or(serde_json::Value::is_null);
    let length = stored.get("result").and_then(|r| r.as_str()).map(str::len);
    if is_null(&stored, "length")
        && let Some(length) = length
    {
        stored.insert("length".to_owned(), length.into());
    }
    for name in ["min_upper", "min_lower", "min_numeric", "min_special"] {
        if is_null(&stored, name) {
            stored.insert(name.to_owned(), 0.into());
        }
    }
    for name in ["upper", "lower", "special", "number"] {
        if is_null(&stored, name) {
            stored.insert(name.to_owned(), true.into());
        }
    }
    let number = stored["number"].clone();
    stored.insert("numeric".to_owned(), number);
    stored
}

#[cfg(test)]
mod tests {
    use super::*;
    use wb_core::time::Moment;

    #[derive(Debug)]
    struct Counter(std::sync::atomic::AtomicU8);

    impl Ambient for Counter {
        fn now(&self) -> Moment {
            Moment::EPOCH
        }
        fn random(&self, bytes: &mut [u8]) {
            let n = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let digest = blake3::hash(&[n]);
            bytes.iter_mut().zip(digest.as_bytes()).for_each(|(to, from)| *to = *from);
        }
    }

    fn make(length: i64, least: [i64; 4], is_on: [bool; 4], special: Option<&str>) -> String {
        let class = |i: usize| Class { is_on: is_on[i], least: least[i] };
        let recipe = Recipe {
            length,
            upper: class(0),
            lower: class(1),
            numeric: class(2),
            special: class(3),
            override_special: special,
        };
        recipe.make(&Counter(0.into())).unwrap()
    }

    #[test]
    fn each_kind_occurs_as_often_as_asked() {
        let text = make(12, [3, 2, 4, 3], [true; 4], Some("äö"));
        let count = |of: fn(char) -> bool| text.chars().filter(|c| of(*c)).count();
        assert_eq!(text.chars().count(), 12);
        assert_eq!(count(|c| c.is_ascii_uppercase()), 3);
        assert_eq!(count(|c| c.is_ascii_lowercase()), 2);
        assert_eq!(count(|c| c.is_ascii_digit()), 4);
        assert_eq!(count(|c| c == 'ä' || c == 'ö'), 3);
    }

    #[test]
    fn kinds_that_are_off_do_not_occur() {
        let text = make(40, [0; 4], [false, false, true, false], None);
        assert!(text.chars().all(|c| c.is_ascii_digit()), "{text}");
    }

    #[test]
    fn old_states_gain_what_they_lack() {
        let stored = serde_json::json!({"result": "abc", "number": false, "upper": null});
        let upgraded = upgrade(stored.as_object().unwrap().clone());
        assert_eq!(upgraded["numeric"], false);
        assert_eq!(upgraded["upper"], true);
        assert_eq!(upgraded["length"], 3);
        assert_eq!(upgraded["min_special"], 0);
    }
}

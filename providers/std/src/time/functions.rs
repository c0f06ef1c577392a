//! `provider::time::…`: parts of times and durations.

use std::sync::Arc;

use wb_core::number::Number;
use wb_core::provider::{FunctionError, FunctionLogic};
use wb_core::time::{Moment, Zoned, parse_duration};
use wb_core::ty::Type;
use wb_core::value::Value;
use wb_sdk::function::{Function, parameter, wrong_argument};
use wb_sdk::provider::Slot;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

pub(super) fn all() -> [Slot<dyn FunctionLogic>; 3] {
    [
        Slot::new("duration_parse", || Arc::new(duration_parse())),
        Slot::new("rfc3339_parse", || Arc::new(rfc3339_parse())),
        Slot::new("unix_timestamp_parse", || Arc::new(unix_timestamp_parse())),
    ]
}

fn rfc3339_parse() -> Function {
    let timestamp = parameter("timestamp", Type::STRING, "A time as RFC 3339 writes it.");
    let result = parts_type(("unix", Type::NUMBER));
    Function::new("The parts of a time.", vec![timestamp], result, |arguments| {
        let text = arguments.first().and_then(Value::as_str).unwrap_or_default();
        let zoned: Zoned =
            text.parse().map_err(|error| wrong_argument(0, format!("{text:?} is {error}.")))?;
        Ok(parts(zoned, ("unix", Value::int(zoned.moment.seconds))))
    })
}

fn unix_timestamp_parse() -> Function {
    let timestamp =
        parameter("unix_timestamp", Type::NUMBER, "Whole seconds since 1970-01-01T00:00:00Z.");
    let result = parts_type(("rfc3339", Type::STRING));
    Function::new("The parts of a time, in UTC.", vec![timestamp], result, |arguments| {
        let zoned = Zoned::utc(Moment::from_unix(whole_number(arguments)?));
        Ok(parts(zoned, ("rfc3339", zoned.to_string().into())))
    })
}

fn duration_parse() -> Function {
    let duration = parameter("duration", Type::STRING, "A duration such as 1h30m.");
    let names = ["hours", "minutes", "seconds", "milliseconds", "microseconds", "nanoseconds"];
    let result = Type::object(names.map(|name| (name, Type::NUMBER)));
    Function::new("A duration in each unit.", vec![duration], result, |arguments| {
        let text = arguments.first().and_then(Value::as_str).unwrap_or_default();
        let nanoseconds = parse_duration(text).ok_or_else(|| {
            wrong_argument(0, format!("{text:?} is not a duration such as 1h30m."))
        })?;
        #[expect(clippy::cast_precision_loss, reason = "a float is what is asked for")]
        let in_unit = |unit: i64| {
            let whole = (nanoseconds / unit) as f64;
            let rest = (nanoseconds % unit) as f64 / unit as f64;
            Value::float(whole + rest).unwrap_or(Value::int(0))
        };
        Ok(Value::object([
            ("hours", in_unit(3_600_000_000_000)),
            ("minutes", in_unit(60_000_000_000)),
            ("seconds", in_unit(1_000_000_000)),
            ("milliseconds", Value::int(nanoseconds / 1_000_000)),
            ("microseconds", Value::int(nanoseconds / 1_000)),
            ("nanoseconds", Value::int(nanoseconds)),
        ]))
    })
}

fn whole_number(arguments: &[Value]) -> Result<i64, FunctionError> {
    let number = arguments.first().and_then(Value::as_number).and_then(Number::to_i64);
    number.ok_or_else(|| wrong_argument(0, "A whole number of 64 bits is needed."))
}

fn parts_type(further: (&'static str, Type)) -> Type {
    let numbers = [
        "year", "year_day", "day", "month", "weekday", "hour", "minute", "second", "iso_year",
        "iso_week",
    ];
    let numbers = numbers.map(|name| (name, Type::NUMBER));
    let names = ["month_name", "weekday_name"].map(|name| (name, Type::STRING));
    Type::object(numbers.into_iter().chain(names).chain([further]))
}

fn parts(zoned: Zoned, further: (&'static str, Value)) -> Value {
    let civil = zoned.civil();
    let (iso_year, iso_week) = civil.iso_week();
    let int = |n: u8| Value::int(n.into());
    Value::object([
        ("year", Value::int(civil.year)),
        ("year_day", Value::int(civil.day_of_year().into())),
        ("day", int(civil.day)),
        ("month", int(civil.month)),
        ("month_name", MONTHS[usize::from(civil.month) - 1].into()),
        ("weekday", int(civil.weekday())),
        ("weekday_name", WEEKDAYS[usize::from(civil.weekday())].into()),
        ("hour", int(civil.hour)),
        ("minute", int(civil.minute)),
        ("second", int(civil.second)),
        ("iso_year", Value::int(iso_year)),
        ("iso_week", int(iso_week)),
        further,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(function: &Function, argument: Value) -> Result<Value, String> {
        let value = function.call(&[argument]).map_err(|e| e.message)?;
        assert_eq!(value.ty(), function.signature().result);
        Ok(value)
    }

    #[test]
    fn times_come_apart() {
        let value = call(&rfc3339_parse(), "2024-12-30T23:00:00-02:00".into()).unwrap();
        assert_eq!(
            format!("{value:?}"),
            r#"{"day": 30, "hour": 23, "iso_week": 1, "iso_year": 2025, "minute": 0, "month": 12, "month_name": "December", "second": 0, "unix": 1735606800, "weekday": 1, "weekday_name": "Monday", "year": 2024, "year_day": 365}"#
        );
        let why = call(&rfc3339_parse(), "today".into()).unwrap_err();
        assert!(why.starts_with("\"today\" is not a time"), "{why}");
        let value = call(&unix_timestamp_parse(), 0.into()).unwrap();
        assert_eq!(value.attribute("rfc3339"), Some(&"1970-01-01T00:00:00Z".into()));
        assert!(call(&unix_timestamp_parse(), Value::float(0.5).unwrap()).is_err());
    }

    #[test]
    fn durations_have_all_units() {
        let value = call(&duration_parse(), "1h30m15s".into()).unwrap();
        assert_eq!(value.attribute("minutes"), Value::float(90.25).as_ref());
        assert_eq!(value.attribute("milliseconds"), Some(&Value::int(5_415_000)));
    }
}

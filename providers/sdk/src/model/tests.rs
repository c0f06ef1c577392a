//! A model of every kind of field, there and back.

use std::collections::{BTreeMap, BTreeSet};

use expect_test::expect;
use wb_core::path::Path;
use wb_core::provider::Problems;
use wb_core::ty::Type;
use wb_core::value::Value;

use super::*;

/// A thing with
/// all there is.
///
/// And more.
#[derive(Model)]
struct Thing {
    /// Its name.
    #[attr(required, replace)]
    name: String,
    /// What it is.
    #[attr(name = "type", optional, default = "plain")]
    kind: String,
    /// Its password.
    #[attr(optional, sensitive)]
    password: Option<String>,
    /// Its size.
    #[attr(optional, computed, volatile)]
    size: Option<i64>,
    /// Anything.
    #[attr(optional)]
    any: Value,
    /// Its words.
    #[attr(optional)]
    words: Option<BTreeSet<String>>,
    /// Numbers of lists.
    #[attr(optional)]
    table: Option<BTreeMap<String, Vec<f64>>>,
    /// Its only part.
    #[attr(optional, nested = single)]
    only: Option<Part>,
    /// Its first part, or none.
    #[block(list, max = 1)]
    first: Option<Part>,
    /// Its parts in any order.
    #[block(set)]
    parts: Vec<Part>,
    /// Its parts by name.
    #[block(map)]
    named: BTreeMap<String, Part>,
}

/// A part.
#[derive(Model)]
struct Part {
    /// How many.
    #[attr(optional, default = 1)]
    count: i64,
}

fn part(count: Option<i64>) -> Value {
    Value::object([("count", count.map_or(Value::null(Type::NUMBER), Value::int))])
}

fn thing(changes: &[(&str, Value)]) -> Value {
    let empty = Thing::block().empty_value();
    let have = empty.as_object().unwrap().iter().map(|(n, v)| (n, v.clone()));
    Value::object(have.chain(changes.iter().map(|(n, v)| (*n, v.clone()))))
}

#[test]
fn what_is_read_is_written_again() {
    let full = thing(&[
        ("name", "n".into()),
        ("type", "odd".into()),
        ("password", "secret".into()),
        ("size", 3.into()),
        ("any", Value::tuple([Value::TRUE])),
        ("words", Value::set(Type::STRING, ["b".into(), "a".into()])),
        ("table", Value::map(Type::DYNAMIC, [("t", Value::list(Type::NUMBER, [1.into()]))])),
        ("only", part(Some(2))),
        ("first", Value::list(Type::DYNAMIC, [part(Some(3))])),
        ("parts", Value::set(Type::DYNAMIC, [part(Some(4)), part(Some(5))])),
        ("named", Value::map(Type::DYNAMIC, [("p", part(Some(6)))])),
    ]);
    let read = Thing::from_value(&full).unwrap();
    expect![[r#"Thing { any: [true], first: Some(Part { count: 3 }), name: "n", named: {"p": Part { count: 6 }}, only: Some(Part { count: 2 }), parts: [Part { count: 4 }, Part { count: 5 }], password: (sensitive), size: Some(3), table: Some({"t": [1.0]}), type: "odd", words: Some({"a", "b"}) }"#]]
    .assert_eq(&format!("{read:?}"));
    assert_eq!(read.into_value(), full);
}

#[test]
fn what_is_absent_has_its_default_and_what_is_unknown_is_absent() {
    let unknown = Value::unknown(Type::NUMBER);
    let sparse = thing(&[
        ("name", "n".into()),
        ("size", unknown),
        ("first", Value::list(Type::DYNAMIC, [part(None)])),
    ]);
    let read = Thing::from_value(&sparse).unwrap();
    assert_eq!((read.kind.as_str(), read.size), ("plain", None));
    assert_eq!(read.first.as_ref().map(|part| part.count), Some(1));
    assert_eq!(read.into_value().ty(), Thing::ty());
}

#[test]
fn what_does_not_fit_is_named_with_its_place() {
    let half = Value::float(0.5).unwrap();
    let config = thing(&[
        ("size", half.clone()),
        ("parts", Value::set(Type::DYNAMIC, [Value::object([("count", half.clone())])])),
        ("named", Value::map(Type::DYNAMIC, [("p", Value::object([("count", half)]))])),
    ]);
    let mut problems = Problems::default();
    Thing::check(&config, &mut Path::new(), &mut problems);
    let all: Vec<String> = problems.iter().map(|p| format!("{} {}", p.path, p.detail)).collect();
    expect![[r#"
        [
            ".named[\"p\"].count A whole number of 64 bits is needed here, not 0.5.",
            ".parts[...].count A whole number of 64 bits is needed here, not 0.5.",
            ".size A whole number of 64 bits is needed here, not 0.5.",
        ]
    "#]]
    .assert_debug_eq(&all);
    let error = Thing::from_value(&config).unwrap_err();
    assert_eq!(error.path.to_string(), ".name");
}

#[test]
fn comments_are_descriptions() {
    let block = Thing::block();
    assert_eq!(block.description, "A thing with all there is.\n\nAnd more.");
    assert_eq!(block.attribute("type").unwrap().description, "What it is.");
    assert_eq!(block.nested("first").unwrap().max, Some(1));
}

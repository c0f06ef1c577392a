//! The road of a change through the contract. The exceptions of each rule are rows of the tables in `conformance/`.

use expect_test::{Expect, expect};

use super::{Violation, compatible, normalize_legacy, planned_ok, planned_unknown, proposed_new};
use crate::schema::{Attribute, Block, NestedAttributes, NestedBlock, Nesting, Settable};
use crate::ty::Type;
use crate::value::Value;

/// A thing with an id of the provider's, a name of the user's, a size of either's, and parts of every nesting.
fn thing() -> Block {
    let parts = || {
        vec![
            Attribute::new("id", Type::STRING, Settable::COMPUTED),
            Attribute::new("name", Type::STRING, Settable::REQUIRED),
        ]
    };
    let disks = NestedAttributes::new(Nesting::List, parts());
    let part = |nesting| NestedBlock::new(name_of(nesting), nesting, Block::new(parts(), vec![]));
    Block::new(
        vec![
            Attribute::new("id", Type::STRING, Settable::COMPUTED),
            Attribute::new("name", Type::STRING, Settable::REQUIRED),
            Attribute::new("size", Type::NUMBER, Settable::OPTIONAL_COMPUTED),
            Attribute::new("key", Type::STRING, Settable::OPTIONAL).sensitive(),
            Attribute::nested("disks", disks, Settable::OPTIONAL),
        ],
        [Nesting::Single, Nesting::List, Nesting::Set, Nesting::Map].map(part).into(),
    )
}

fn name_of(nesting: Nesting) -> &'static str {
    match nesting {
        Nesting::Single | Nesting::Group => "one",
        Nesting::List => "list",
        Nesting::Set => "set",
        Nesting::Map => "map",
    }
}

fn text(id: Option<&str>) -> Value {
    id.map_or_else(|| Value::null(Type::STRING), Value::from)
}

/// The empty thing with some attributes set.
fn with(changes: &[(&str, Value)]) -> Value {
    let empty = thing().empty_value();
    let empty = empty.as_object().unwrap();
    let entries = empty.iter().map(|(name, value)| {
        let change = changes.iter().find(|(changed, _)| *changed == name);
        (name, change.map_or_else(|| value.clone(), |(_, value)| value.clone()))
    });
    Value::object(entries)
}

fn part(id: Option<&str>, name: &str) -> Value {
    Value::object([("id", text(id)), ("name", Value::from(name))])
}

fn list(parts: &[(Option<&str>, &str)]) -> Value {
    let ty = part(None, "").ty();
    Value::list(ty, parts.iter().map(|(id, name)| part(*id, name)))
}

fn set(parts: &[(Option<&str>, &str)]) -> Value {
    let ty = part(None, "").ty();
    Value::set(ty, parts.iter().map(|(id, name)| part(*id, name)))
}

fn map(parts: &[(&str, Option<&str>, &str)]) -> Value {
    let ty = part(None, "").ty();
    Value::map(ty, parts.iter().map(|(key, id, name)| (*key, part(*id, name))))
}

fn check(found: &[Violation], expected: &Expect) {
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn what_the_provider_set_stays() {
    let prior = with(&[
        ("id", "i".into()),
        ("name", "old".into()),
        ("size", 5.into()),
        ("disks", list(&[(Some("d0"), "a"), (Some("d1"), "b")])),
        ("one", part(Some("o"), "a")),
        ("list", list(&[(Some("l0"), "a")])),
        ("set", set(&[(Some("s0"), "a"), (Some("s1"), "b")])),
        ("map", map(&[("k", Some("m0"), "a"), ("gone", Some("m1"), "b")])),
    ]);
    let config = with(&[
        ("name", "new".into()),
        ("disks", list(&[(None, "a")])),
        ("one", part(None, "z")),
        ("list", list(&[(None, "z"), (None, "y")])),
        ("set", set(&[(None, "b"), (None, "c")])),
        ("map", map(&[("k", None, "z"), ("new", None, "y")])),
    ]);
    let proposed = proposed_new(&thing(), &prior, &config);
    let expected = with(&[
        ("id", "i".into()),
        ("name", "new".into()),
        ("size", 5.into()),
        ("disks", list(&[(Some("d0"), "a")])),
        ("one", part(Some("o"), "z")),
        ("list", list(&[(Some("l0"), "z"), (None, "y")])),
        // An element is known again by everything that the user sets.
        ("set", set(&[(Some("s1"), "b"), (None, "c")])),
        ("map", map(&[("k", Some("m0"), "z"), ("new", None, "y")])),
    ]);
    assert_eq!(proposed, expected);
    assert_eq!(planned_ok(&thing(), &prior, &config, &proposed), []);
}

#[test]
fn what_is_read_later_is_unknown_where_the_provider_decides() {
    let config = with(&[
        ("name", "n".into()),
        ("size", 1.into()),
        ("map", map(&[("k", None, "a")])),
        ("set", set(&[(None, "a")])),
    ]);
    let planned = planned_unknown(&thing(), &config);
    let of = |name: &str| planned.attribute(name).unwrap();
    assert_eq!((of("id"), of("size")), (&Value::unknown(Type::STRING), &Value::from(1)));
    for collection in
        [of("map").as_map().unwrap().get("k"), of("set").as_elements().unwrap().first()]
    {
        let id = collection.unwrap().attribute("id").unwrap();
        assert_eq!(id, &Value::unknown(Type::STRING));
    }
}

#[test]
fn a_plan_keeps_to_the_configuration() {
    let config = with(&[
        ("name", "n".into()),
        ("key", "secret".into()),
        ("disks", list(&[(None, "a")])),
        ("list", list(&[(None, "a")])),
        ("map", map(&[("k", None, "a")])),
    ]);
    let planned = with(&[
        ("id", Value::unknown(Type::STRING)),
        ("name", "m".into()),
        ("size", 1.into()),
        ("key", "other".into()),
        ("disks", list(&[(Some("d"), "b")])),
        ("list", list(&[(None, "a"), (None, "b")])),
        ("map", map(&[("l", None, "a")])),
        ("one", part(None, "x")),
    ]);
    check(
        &planned_ok(&thing(), &Value::null(thing().ty()), &config, &planned),
        &expect![[r#"
        .disks[0].name: planned value cty.StringVal("b") does not match config value cty.StringVal("a")
        .key: sensitive planned value does not match config value
        .name: planned value cty.StringVal("m") does not match config value cty.StringVal("n")
        .list: block count in plan (2) disagrees with count in config (1)
        .map: block key "l" from plan is not present in config
        .map: block key "k" from config is not present in plan
        .one: planned for existence but config wants absence"#]],
    );
}

#[test]
fn a_prior_value_may_stand_for_the_configured_one() {
    let prior = with(&[("name", "N".into())]);
    let config = with(&[("name", "n".into())]);
    assert_eq!(planned_ok(&thing(), &prior, &config, &prior), []);
    let planned = with(&[("name", "x".into())]);
    check(
        &planned_ok(&thing(), &prior, &config, &planned),
        &expect![[
            r#".name: planned value cty.StringVal("x") does not match config value cty.StringVal("n") nor prior value cty.StringVal("N")"#
        ]],
    );
}

#[test]
fn a_result_fills_in_what_was_unknown() {
    let unknown = || Value::unknown(Type::STRING);
    let ty = part(None, "").ty();
    let open = Value::object([("id", unknown()), ("name", Value::from("a"))]);
    let planned = with(&[
        ("id", unknown()),
        ("name", "n".into()),
        ("key", "secret".into()),
        ("list", Value::list(ty, [open.clone()])),
        ("set", Value::set(ty, [open.clone(), part(Some("k"), "known")])),
    ]);
    let fine = with(&[
        ("id", "i".into()),
        ("name", "n".into()),
        ("key", "secret".into()),
        ("list", list(&[(Some("l"), "a")])),
        ("set", set(&[(Some("s"), "a"), (Some("k"), "known")])),
    ]);
    assert_eq!(compatible(&thing(), &planned, &fine), []);
    let wrong = with(&[
        ("id", Value::null(Type::STRING)),
        ("name", "m".into()),
        ("key", "other".into()),
        ("size", 3.into()),
        ("list", list(&[])),
        ("set", set(&[(Some("s"), "a"), (Some("k"), "other"), (Some("k"), "more")])),
    ]);
    check(
        &compatible(&thing(), &planned, &wrong),
        &expect![[r#"
        .key: inconsistent values for sensitive attribute
        .name: was cty.StringVal("n"), but now cty.StringVal("m")
        .size: was null, but now cty.NumberIntVal(3)
        .list: block count changed from 1 to 0
        .set: planned set element cty.ObjectVal(map[string]cty.Value{"id":cty.StringVal("k"), "name":cty.StringVal("known")}) does not correlate with any element in actual
        .set: block set length changed from 2 to 3"#]],
    );
}

#[test]
fn large_sets_are_compared_in_linear_time() {
    let numbers = |range: std::ops::Range<i64>| Value::set(Type::NUMBER, range.map(Value::int));
    let block =
        Block::new(vec![Attribute::new("s", Type::set(Type::NUMBER), Settable::OPTIONAL)], vec![]);
    let value = |set| Value::object([("s", set)]);
    let planned = value(numbers(0..100_000));
    assert_eq!(compatible(&block, &planned, &value(numbers(0..100_000))), []);
    let found = compatible(&block, &planned, &value(numbers(1..100_000)));
    check(
        &found,
        &expect![
            ".s: planned set element cty.NumberIntVal(0) does not correlate with any element in actual"
        ],
    );
}

#[test]
fn legacy_blocks_are_never_null() {
    let block = thing();
    let null = with(&[
        ("list", Value::null(list(&[]).ty())),
        ("one", Value::unknown(part(None, "").ty())),
    ]);
    let normal = normalize_legacy(&block, &null);
    assert_eq!(normal.attribute("list"), Some(&list(&[])));
    let unknown = Value::unknown(Type::STRING);
    let one = Value::object([("id", unknown.clone()), ("name", unknown)]);
    assert_eq!(normal.attribute("one"), Some(&one));
}

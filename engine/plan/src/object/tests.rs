use expect_test::expect;
use wb_core::provider::{PlanAsk, Planned, Problems};
use wb_core::schema::{NestedBlock, Settable};

use super::*;

#[derive(Debug)]
struct Kind(Schema);

impl ResourceLogic for Kind {
    fn schema(&self) -> &Schema {
        &self.0
    }

    fn plan(&self, _: &PlanAsk<'_>) -> Result<Planned, Problems> {
        Err(Problems::default())
    }

    fn upgrade(&self, from: u64, mut stored: StoredObject) -> Result<StoredObject, String> {
        let old = stored.remove("title").ok_or_else(|| format!("version {from} has a title"))?;
        stored.insert("name".to_owned(), old);
        Ok(stored)
    }
}

fn kind() -> Kind {
    let text = |name: &'static str| Attribute::new(name, Type::STRING, Settable::OPTIONAL);
    let user = Block::new(vec![text("key").sensitive(), text("once").write_only()], vec![]);
    let block = Block::new(
        vec![text("name"), Attribute::new("any", Type::DYNAMIC, Settable::OPTIONAL)],
        vec![NestedBlock::new("user", Nesting::List, user)],
    );
    Kind(Schema::new(2, block))
}

fn value() -> Value {
    let user = Value::object([("key", Value::string("k")), ("once", Value::string("secret"))]);
    Value::object([
        ("any", Value::map(Type::NUMBER, [("n", Value::int(1).with_marks(&Marks::SENSITIVE))])),
        ("name", Value::string("x")),
        ("user", Value::list(user.ty(), [user.clone()])),
    ])
}

#[test]
fn what_is_written_is_read() {
    let kind = kind();
    let object = encode(&value(), &kind.0, Object::default()).unwrap();
    let Attributes::Json(json) = &object.attributes else { panic!("it is JSON") };
    expect![[r#"{"any":{"value":{"n":1},"type":["map","number"]},"name":"x","user":[{"key":"k","once":null}]}"#]]
        .assert_eq(json.text());
    let paths: Vec<String> =
        object.sensitive.iter().map(|p| path_of(p).unwrap().to_string()).collect();
    assert_eq!(paths, [".any[\"n\"]", ".user[0].key"]);
    let read = decode(&object, &kind).unwrap();
    assert_eq!(read.unmark_deep().0, without_write_only(&kind.0.block, &value()).unmark_deep().0);
    assert!(read.attribute("user").unwrap().contains_marked());
}

#[test]
fn older_objects_are_upgraded_and_newer_ones_refused() {
    let stored = |version, text: &str| Object {
        attributes: Attributes::Json(RawJson::new(text).unwrap()),
        schema_version: version,
        ..Object::default()
    };
    let read = |version, text| decode(&stored(version, text), &kind()).map_err(|e| e.to_string());
    assert_eq!(
        read(1, r#"{"title":"t","user":[]}"#).unwrap().attribute("name"),
        Some(&Value::string("t"))
    );
    assert!(read(2, r#"{"name":"t","user":[],"added_later":null}"#).is_ok());
    let errors = [
        read(3, "{}"),
        read(1, r#"{"user":[]}"#),
        read(2, r#"{"name":"t","user":[],"added_later":1}"#),
        read(2, r#"{"name":[],"user":[]}"#),
    ];
    let errors: Vec<String> = errors.into_iter().map(Result::unwrap_err).collect();
    expect![[r#"
        it was stored under version 3 of the type's schema, by a newer provider; the version here is 2
        it cannot be upgraded from version 1 of the type's schema: version 1 has a title
        unsupported attribute "added_later"
        .name: string is required"#]]
    .assert_eq(&errors.join("\n"));
}

#[test]
fn the_unknown_cannot_be_written() {
    let unknown = Value::object([
        ("any", Value::null(Type::DYNAMIC)),
        ("name", Value::unknown(Type::STRING)),
        ("user", kind().0.block.nested("user").unwrap().empty_value()),
    ]);
    let error = encode(&unknown, &kind().0, Object::default()).unwrap_err();
    assert_eq!(error.path.to_string(), ".name");
}

#[test]
fn an_element_of_a_set_is_its_own_key() {
    let element = Value::object([("a", Value::int(1))]);
    let path = Path::new().attr("s").index(element).attr("a").index(2);
    assert_eq!(path_of(&attr_path(&path)), Some(path));
}

#[test]
fn outputs_keep_their_type() {
    let value = Value::tuple([Value::int(1), Value::string("a").with_marks(&Marks::SENSITIVE)]);
    let output = encode_output(&value, true, None).unwrap();
    assert_eq!(output.kind.text(), r#"["tuple",["number","string"]]"#);
    let plain = value.unmark_deep().0;
    assert_eq!(decode_output(&output).unwrap(), plain.with_marks(&Marks::SENSITIVE));
}

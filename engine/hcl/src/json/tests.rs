//! JSON as trees and as bodies.

use expect_test::{Expect, expect};
use wb_core::diag::Diagnostics;
use wb_core::source::FileId;

use crate::testing;
use crate::tree::{AttributeSchema, BlockSchema, BodySchema};

fn json(text: &str, want: &Expect) {
    want.assert_eq(&testing::json(text));
}

#[test]
fn values_become_expressions() {
    json(
        r#"{"a": [1, -2.5e3, true, null], "b": "x", "b": {}}"#,
        &expect![[r#"
        {"a"=[1 -2.5e3 true null] "b"="x" "b"={}}
    "#]],
    );
    json(
        r#"{"a": "\u0041${foo[\"k\"]}", "b": "${ bad", "c": "$${d}"}"#,
        &expect![[r#"
        {"a"=(json "A${foo[\"k\"]}" (template "A" foo["k"])) "b"=(json "${ bad" 1 problems) "c"=(json "$${d}" "${d}")}
    "#]],
    );
}

#[test]
fn every_mistake_is_reported_once() {
    json(
        "{\"a\": tru, \"b\": 01,\n \"c\" = 1, \"d\": [1 2, 3],}",
        &expect![[r#"
        {"a"=INVALID "b"=INVALID "d"=[1 3]}
        1:7 Invalid JSON keyword "tru": "tru" is not a valid JSON keyword. Did you mean "true"?
        1:17 Invalid JSON number "01": There is a syntax error in the given JSON number.
            help: A number has digits before and after its point, no plus sign and no zeros in front.
        2:6 Missing property value colon "=": JSON uses a colon as its name/value delimiter, not an equals sign.
        2:19 Missing attribute separator comma "2": A comma must appear between each value in an array.
        2:24 Trailing comma in object ",": JSON does not permit a trailing comma after the final property in an object.
            help: Remove the comma.
    "#]],
    );
}

#[test]
fn a_schema_says_what_a_property_is() {
    static SCHEMA: BodySchema = BodySchema::fixed(
        &[AttributeSchema::optional("a"), AttributeSchema::required("need")],
        &[BlockSchema::new("b", &["type", "name"]), BlockSchema::new("c", &[])],
    );
    let text = r#"{"//": 1, "a": 1, "b": {"t": {"x": {}, "y": [{}, {}]}}, "c": {}, "d": 1}"#;
    let (file, problems) = crate::parse_json(FileId::from_index(0), text);
    assert!(problems.is_empty());
    let mut diags = Diagnostics::new();
    let content = file.body().content(&SCHEMA, &mut diags);
    let blocks: Vec<String> = content.blocks().map(|b| b.header()).collect();
    assert_eq!(blocks, [r#"b "t" "x""#, r#"b "t" "y""#, r#"b "t" "y""#, "c"]);
    assert_eq!(testing::expr(content.attribute("a").unwrap().expr), "1");
    expect![[r#"
        1:72 Missing required argument "}": The argument "need" is required, but no definition was found.
        1:66 Extraneous JSON object property "\"d\"": No argument or block type is named "d".
    "#]].assert_eq(&testing::diagnostics(text, &diags));
}

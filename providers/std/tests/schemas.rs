//! All schemas in one file, to be read beside those of the established providers: names, types, who sets what, what is
//! secret, what needs a new object, versions. And that each attribute is described.

use std::fmt::Write as _;

use expect_test::expect_file;
use wb_core::provider::Kind;
use wb_core::schema::{Attribute, Block, NestedBlock, Schema};

fn attribute(a: &Attribute, depth: usize, out: &mut String) {
    let mut words = Vec::new();
    let settable = [
        (a.settable.required, "required"),
        (a.settable.optional, "optional"),
        (a.settable.computed, "computed"),
        (a.sensitive, "sensitive"),
        (a.write_only, "write-only"),
        (a.replace, "replace"),
        (a.volatile, "volatile"),
        (a.deprecated.is_some(), "deprecated"),
        (a.refused.is_some(), "refused"),
    ];
    words.extend(settable.iter().filter(|(is, _)| *is).map(|(_, word)| (*word).to_owned()));
    words.extend(a.default.as_ref().map(|value| format!("default {value:?}")));
    let indent = " ".repeat(depth);
    let _ = writeln!(out, "{indent}{}: {}, {}", a.name, a.ty(), words.join(", "));
    assert!(!a.description.is_empty(), "{} is not described", a.name);
}

fn block(b: &Block, depth: usize, out: &mut String) {
    for each in b.attributes() {
        attribute(each, depth, out);
    }
    for nested in b.blocks() {
        let NestedBlock { name, nesting, min, max, .. } = nested;
        let most = max.map_or("any".to_owned(), |max| max.to_string());
        let refused = if nested.refused.is_some() { ", refused" } else { "" };
        let indent = " ".repeat(depth);
        let _ = writeln!(out, "{indent}{name} {{}}: {nesting:?}, {min} to {most}{refused}");
        assert!(!nested.block.description.is_empty(), "{name} is not described");
        block(&nested.block, depth + 2, out);
    }
}

fn schema(what: &str, name: &str, schema: &Schema, out: &mut String) {
    let _ = writeln!(out, "  {what} {name}, version {}", schema.version);
    block(&schema.block, 4, out);
    assert!(!schema.block.description.is_empty(), "{name} is not described");
}

#[test]
fn schemas_are_those_of_the_established_providers() {
    let mut out = String::new();
    for each in wb_std::std_providers() {
        let _ = writeln!(out, "{} {}", each.address.for_display(), each.version);
        block(&each.provider.schema().block, 2, &mut out);
        for name in each.provider.names(Kind::Resource) {
            let logic = each.provider.resource(name).expect("a name that is listed");
            schema("resource", name, logic.schema(), &mut out);
        }
        for name in each.provider.names(Kind::Data) {
            let logic = each.provider.data(name).expect("a name that is listed");
            schema("data", name, logic.schema(), &mut out);
        }
        for name in each.provider.names(Kind::Ephemeral) {
            let logic = each.provider.ephemeral(name).expect("a name that is listed");
            schema("ephemeral", name, logic.schema(), &mut out);
        }
        for name in each.provider.names(Kind::Function) {
            let function = each.provider.function(name).expect("a name that is listed");
            let signature = function.signature();
            let parameters = signature.parameters.iter().map(|p| format!("{}: {}", p.name, p.ty));
            let parameters = parameters.collect::<Vec<_>>().join(", ");
            let _ = writeln!(out, "  function {name}({parameters}): {}", signature.result);
        }
    }
    expect_file!["schemas.txt"].assert_eq(&out);
}

//! The contract of providers: proposed, planned and new values.

use serde_json::{Map, Value as Json};

use wb_core::contract::{Violation, compatible, normalize_legacy, planned_ok, proposed_new};
use wb_core::schema::{Attribute, Block, NestedAttributes, NestedBlock, Nesting, Settable};
use wb_core::value::Value;

use super::{Outcome, Row, same, same_value};
use crate::table::{Unreadable, read_type};

type Result<T> = std::result::Result<T, Unreadable>;

pub(super) fn proposed(row: &Row<'_>) -> Result<Outcome> {
    let block = read_block(row.field("Schema")?)?;
    let value = |field| of_schema(&block, row.value(field)?);
    Ok(same_value(&proposed_new(&block, &value("Prior")?, &value("Config")?), &row.value("Want")?))
}

pub(super) fn plan_valid(row: &Row<'_>) -> Result<Outcome> {
    let block = read_block(row.field("Schema")?)?;
    let value = |field| of_schema(&block, row.value(field)?);
    let found = planned_ok(&block, &value("Prior")?, &value("Config")?, &value("Planned")?);
    violations(row, &found)
}

pub(super) fn obj_compatible(row: &Row<'_>) -> Result<Outcome> {
    let block = read_block(row.field("Schema")?)?;
    violations(row, &compatible(&block, &row.value("Planned")?, &row.value("Actual")?))
}

pub(super) fn legacy(row: &Row<'_>) -> Result<Outcome> {
    let block = read_block(row.field("Schema")?)?;
    Ok(same_value(&normalize_legacy(&block, &row.value("Input")?), &row.value("Want")?))
}

/// A null without a type stands for one of the schema's.
fn of_schema(block: &Block, value: Value) -> Result<Value> {
    Ok(if value.is_null() { Value::null(block.ty()) } else { value })
}

fn violations(row: &Row<'_>, found: &[Violation]) -> Result<Outcome> {
    let texts = |json: &Json| match json {
        Json::Array(texts) => texts.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    // The order of attributes is not part of the contract.
    let mut want: Vec<String> = texts(row.field("WantErrs")?);
    let mut got: Vec<String> = found.iter().map(ToString::to_string).collect();
    want.sort();
    got.sort();
    Ok(same(got, &want))
}

fn read_block(json: &Json) -> Result<Block> {
    if let Some(left_out) = json.get("$unsupported") {
        return Err(Unreadable(format!("left out: {left_out}")));
    }
    let attributes = read_attributes(json)?;
    let blocks = members(json, "BlockTypes").map(|(name, json)| read_nested_block(name, json));
    Ok(Block::new(attributes, blocks.collect::<Result<_>>()?))
}

fn read_attributes(json: &Json) -> Result<Vec<Attribute>> {
    members(json, "Attributes").map(|(name, json)| read_attribute(name, json)).collect()
}

fn read_attribute(name: &str, json: &Json) -> Result<Attribute> {
    let settable = Settable {
        required: flag(json, "Required"),
        optional: flag(json, "Optional"),
        computed: flag(json, "Computed"),
    };
    let mut attribute = match json.get("NestedType") {
        Some(nested) => {
            let nested = NestedAttributes::new(read_nesting(nested)?, read_attributes(nested)?);
            Attribute::nested(name.to_owned(), nested, settable)
        }
        None => {
            let ty = json.get("Type").ok_or_else(|| Unreadable(format!("{name} has no type")))?;
            Attribute::new(name.to_owned(), read_type(ty)?, settable)
        }
    };
    attribute.sensitive = flag(json, "Sensitive");
    attribute.write_only = flag(json, "WriteOnly");
    Ok(attribute)
}

fn read_nested_block(name: &str, json: &Json) -> Result<NestedBlock> {
    let empty = Json::Object(Map::new());
    let block = read_block(json.get("Block").unwrap_or(&empty))?;
    Ok(NestedBlock::new(name.to_owned(), read_nesting(json)?, block))
}

fn read_nesting(json: &Json) -> Result<Nesting> {
    let nesting = json.get("Nesting").and_then(|json| json.get("$enum")).and_then(Json::as_str);
    Ok(match nesting.unwrap_or_default().trim_start_matches("configschema.Nesting") {
        "Single" => Nesting::Single,
        "Group" => Nesting::Group,
        "List" => Nesting::List,
        "Set" => Nesting::Set,
        "Map" => Nesting::Map,
        other => return Err(Unreadable(format!("no nesting: {other:?}"))),
    })
}

fn members<'a>(json: &'a Json, field: &str) -> impl Iterator<Item = (&'a str, &'a Json)> {
    let members = json.get(field).and_then(Json::as_object).into_iter().flatten();
    members.filter(|(name, _)| !name.starts_with('$')).map(|(name, json)| (name.as_str(), json))
}

fn flag(json: &Json, name: &str) -> bool {
    json.get(name).and_then(Json::as_bool).unwrap_or_default()
}

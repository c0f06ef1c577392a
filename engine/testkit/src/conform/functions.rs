//! Calls of functions, in full or as a name and arguments, and operators, which are functions there.

use serde_json::{Map, Value as Json, json};

use wb_core::marks::Marks;
use wb_core::number::Number;
use wb_core::source::FileId;
use wb_core::ty::Type;
use wb_core::value::Value;
use wb_lang::host::{MemoryHost, Phase};
use wb_lang::typeexpr;

use super::evaluation::{Kind, Surroundings};
use super::{Outcome, Row, same_error, same_value};
use crate::table::{Unreadable, read_plain, read_type_form, write_value};

pub(super) fn call(row: &Row<'_>) -> Result<Outcome, Unreadable> {
    let divergence = row.text("divergence").unwrap_or_default();
    let asks_directly = divergence.starts_with("direct-call-only");
    if asks_directly || divergence.starts_with("harness") || divergence.starts_with("edge") {
        return Ok(Outcome::Skipped(divergence.to_owned()));
    }
    if let Some(why) = direct_only(row) {
        return Ok(Outcome::Skipped(why.to_owned()));
    }
    let (expression, variables) = match row.text("expr") {
        Ok(expression) => (expression.to_owned(), declared(row)?),
        Err(_) => from_arguments(row)?,
    };
    let mut surroundings = Surroundings::new(variables);
    surroundings.host = files(row.text("origin")?);
    let got = surroundings.evaluate(Kind::Expression, &expression);
    if let Some(want) = row.get("expect_error") {
        return Ok(match got {
            Ok(value) => Outcome::Wrong(write_value(&value)),
            Err(error) => same_error(&error, want.as_str().unwrap_or_default()),
        });
    }
    let Some(want) = row.field("expect")?.as_object() else {
        return Ok(Outcome::Skipped("the row says nothing about the result".to_owned()));
    };
    let want = typed(want)?;
    Ok(match got {
        Err(error) => Outcome::Wrong(json!({"error": error})),
        Ok(got) if divergence.starts_with("not-portable") => same_compressed(&got, &want),
        Ok(got) if is_close(&got, &want) => Outcome::Right,
        Ok(got) => same_value(&got, &want),
    })
}

/// Why the language cannot ask what a Go program can that calls a function itself.
fn direct_only(row: &Row<'_>) -> Option<&'static str> {
    let function = row.text("function").unwrap_or_default();
    if row.text("expr").is_err() && matches!(function, "&&" | "||") {
        return Some("these operators do not look at the right side where the left one decides");
    }
    let error = row.text("expect_error").unwrap_or_default();
    let is_type = row.text("expr").is_err() && error.contains(" required, but received ");
    is_type.then_some("the language converts arguments, so that a function never sees this one")
}

/// The variables that the expression refers to as `var.NAME`.
fn declared(row: &Row<'_>) -> Result<Vec<(String, Value)>, Unreadable> {
    let Some(declared) = row.get("vars").and_then(Json::as_object) else { return Ok(Vec::new()) };
    let mut values = Vec::new();
    for (name, declaration) in declared {
        let part = |name: &str| {
            let text = declaration.get(name).and_then(Json::as_str);
            text.ok_or_else(|| Unreadable(format!("a variable has no {name}")))
        };
        let unreadable = |what: &str| Unreadable(format!("{what}: {declaration}"));
        let (expression, mut diags) =
            wb_hcl::parse_expression(FileId::from_index(0), part("type")?);
        let constraint = typeexpr::parse(expression.expr(), &mut diags);
        let default = Surroundings::new(Vec::new()).evaluate(Kind::Expression, part("default")?);
        let value = default.map_err(Unreadable)?;
        let value = constraint.convert(&value).map_err(|error| unreadable(&error.to_string()))?;
        if diags.has_errors() {
            return Err(unreadable("no type"));
        }
        let is_sensitive = declaration.get("sensitive") == Some(&json!(true));
        let marks = if is_sensitive { Marks::SENSITIVE } else { Marks::NONE };
        values.push((name.clone(), value.with_marks(&marks)));
    }
    Ok(vec![("var".to_owned(), Value::object(values))])
}

/// A call with a variable for each argument.
fn from_arguments(row: &Row<'_>) -> Result<(String, Vec<(String, Value)>), Unreadable> {
    let function = row.text("function")?;
    let args = row.field("args")?;
    let args = args.as_array().ok_or_else(|| Unreadable(format!("no arguments: {args}")))?;
    let mut variables = Vec::new();
    for (at, arg) in args.iter().enumerate() {
        let arg = arg.as_object().ok_or_else(|| Unreadable(format!("no argument: {arg}")))?;
        variables.push((format!("a{at}"), typed(arg)?));
    }
    let names: Vec<&str> = variables.iter().map(|(name, _)| &**name).collect();
    let is_name = function.chars().all(|c| c.is_ascii_alphanumeric());
    let expression = match (function, &*names) {
        ("neg", [operand]) => format!("-{operand}"),
        ("!", [operand]) => format!("!{operand}"),
        (operator, [left, right]) if !is_name => format!("{left} {operator} {right}"),
        ("convert", [value]) => {
            let ty = read_type_form(row.field("target_type")?)?;
            format!("convert({value}, {})", typeexpr_text(ty))
        }
        (name, names) => format!("{name}({})", names.join(", ")),
    };
    Ok((expression, variables))
}

fn typeexpr_text(ty: Type) -> String {
    ty.to_string()
}

fn typed(json: &Map<String, Json>) -> Result<Value, Unreadable> {
    let ty = json.get("type").ok_or_else(|| Unreadable("a value has no type".to_owned()))?;
    read_plain(json.get("value").unwrap_or(&Json::Null), read_type_form(ty)?)
}

/// Numbers that are floats in the table, and decimal in an expression, differ in what no float can tell.
fn is_close(got: &Value, want: &Value) -> bool {
    const TOLERANCE: f64 = 1e-14;
    let number = |value: &Value| value.as_number().map(Number::to_f64);
    match (number(got), number(want)) {
        (Some(got), Some(want)) => (got - want).abs() <= TOLERANCE * want.abs(),
        _ => {
            let elements = |value: &Value| value.as_elements().map(<[Value]>::to_vec);
            let (Some(got_elements), Some(want_elements)) = (elements(got), elements(want)) else {
                return false;
            };
            got.ty() == want.ty()
                && got_elements.len() == want_elements.len()
                && got_elements.iter().zip(&want_elements).all(|(a, b)| a == b || is_close(a, b))
        }
    }
}

/// Compressors find other repetitions: what was compressed must be the same.
fn same_compressed(got: &Value, want: &Value) -> Outcome {
    let plain = |value: &Value| {
        let variables = vec![("it".to_owned(), value.clone())];
        Surroundings::new(variables).evaluate(Kind::Expression, "base64gunzip(it)")
    };
    match (plain(got), plain(want)) {
        (Ok(got), Ok(want)) => same_value(&got, &want),
        (got, want) => Outcome::Wrong(json!({"error": [got.err(), want.err()]})),
    }
}

macro_rules! testdata {
    ($host:ident, $folder:literal, $prefix:literal, [$($file:literal),*]) => {
        $host$(.file(
            concat!($prefix, $file),
            include_bytes!(concat!("../../../../conformance/testdata/", $folder, $file)),
        ))*
    };
}

/// The files that the tests had which the row comes from.
fn files(origin: &str) -> MemoryHost {
    // In the console infinity is a number like others, as it is for functions.
    let host = MemoryHost::new(Phase::Console);
    if origin.starts_with("opentofu:internal/lang/") {
        return testdata!(
            host,
            "module/",
            "",
            ["hello.tmpl", "hello.txt", "subdirectory/hello.tmpl", "subdirectory/hello.txt"]
        );
    }
    testdata!(
        host,
        "unit/",
        "testdata/",
        [
            "bare.tmpl",
            "func.tmpl",
            "hello.tmpl",
            "hello.txt",
            "icon.png",
            "list.tmpl",
            "recursive.tmpl"
        ]
    )
}

//! What only an evaluator can say: expressions, templates, type expressions and conversions.

use serde_json::{Value as Json, json};

use wb_core::source::FileId;
use wb_core::ty::Type;
use wb_core::value::Value;
use wb_hcl::parse_expression;
use wb_lang::functions;
use wb_lang::typeexpr::{self, Form};

use super::evaluation::{Kind, Surroundings};
use super::{Outcome, Row, same_error, same_value};
use crate::table::{Unreadable, read_type, read_value, write_type, write_value};

pub(super) fn expression(row: &Row<'_>) -> Result<Outcome, Unreadable> {
    text(row, Kind::Expression)
}

pub(super) fn template(row: &Row<'_>) -> Result<Outcome, Unreadable> {
    text(row, Kind::Template)
}

fn text(row: &Row<'_>, kind: Kind) -> Result<Outcome, Unreadable> {
    let context = row.get("ctx").unwrap_or(&Json::Null);
    for (name, function) in context.get("Functions").and_then(Json::as_object).into_iter().flatten()
    {
        let is_ours = functions::find(name).is_some() && function.get("$enum").is_some();
        if !is_ours {
            return Ok(Outcome::Skipped(format!("the row brings a function of its own, {name}")));
        }
    }
    if let Some(parent) = context.get("Parent").or(context.get("$unsupported")) {
        return Ok(Outcome::Skipped(format!("the row nests its variables: {parent}")));
    }
    let mut surroundings = Surroundings::new(variables(context.get("Variables"))?);
    let got = surroundings.evaluate(kind, row.text("input")?);
    if let Ok(want) = row.text("wantDetail") {
        let is_about_host = want.contains("Functions may not be called here");
        return Ok(match got {
            _ if is_about_host => Outcome::Skipped("the row forbids functions".to_owned()),
            Ok(got) => Outcome::Wrong(write_value(&got)),
            Err(error) => same_error(&error, want),
        });
    }
    // One mistake is one problem here, where others may count two.
    let has_error = row.get("diagCount") != Some(&json!(0));
    match got {
        Ok(got) if has_error => Ok(Outcome::Wrong(write_value(&got))),
        Ok(got) => Ok(same_value(&got, &row.value("want")?)),
        Err(_) if has_error => Ok(Outcome::Right),
        Err(error) => Ok(Outcome::Wrong(json!({"error": error}))),
    }
}

fn variables(json: Option<&Json>) -> Result<Vec<(String, Value)>, Unreadable> {
    let entries = json.and_then(Json::as_object).into_iter().flatten();
    entries.map(|(name, value)| Ok((name.clone(), read_value(value)?))).collect()
}

pub(super) fn try_can(row: &Row<'_>) -> Result<Outcome, Unreadable> {
    let mut surroundings = Surroundings::new(variables(row.get("vars"))?);
    let got = surroundings.evaluate(Kind::Expression, row.text("expr")?);
    let want = row.text("wantErr").unwrap_or_default();
    Ok(match got {
        Ok(got) if want.is_empty() => same_value(&got, &row.value("want")?),
        Ok(got) => Outcome::Wrong(write_value(&got)),
        Err(error) if want.is_empty() => Outcome::Wrong(json!({"error": error})),
        Err(error) => same_error(&error, want),
    })
}

pub(super) fn type_expression(row: &Row<'_>) -> Result<Outcome, Unreadable> {
    let source = row.text("Source")?;
    let wants_defaults = row.text("test")? == "TestGetTypeDefaults";
    let form = match row.bool("Constraint") {
        _ if wants_defaults => Form::WithDefaults,
        Ok(false) => Form::Exact,
        _ => Form::Constraint,
    };
    let file = FileId::from_index(0);
    let (expression, mut diags) = if row.text("test")? == "TestGetTypeJSON" {
        let string = serde_json::from_str::<Json>(source).ok();
        let string = string.and_then(|json| json.get("expr").map(Json::to_string));
        wb_hcl::parse_json_expression(file, string.unwrap_or_default())
    } else {
        parse_expression(file, source)
    };
    let constraint = if diags.has_errors() {
        typeexpr::Constraint::ANY
    } else {
        typeexpr::parse_form(expression.expr(), form, &mut diags)
    };
    let problem = diags.iter().find(|d| d.is_error()).map(|d| d.detail.clone());
    let want = row.text("WantError").unwrap_or_default();
    Ok(match problem {
        Some(problem) if want.is_empty() => Outcome::Wrong(json!({"error": problem})),
        Some(problem) => same_error(&problem, want),
        None if !want.is_empty() => Outcome::Wrong(write_type(constraint.ty)),
        None if wants_defaults => same_defaults(&constraint, row.field("Want")?)?,
        None => {
            let want = row.ty("Want")?;
            let is_right = constraint.ty == want;
            if is_right { Outcome::Right } else { Outcome::Wrong(write_type(constraint.ty)) }
        }
    })
}

/// Defaults have no form of their own here: they are what they do to a value without any attribute.
fn same_defaults(constraint: &typeexpr::Constraint, want: &Json) -> Result<Outcome, Unreadable> {
    let want = if want.is_null() { None } else { Some(want_defaults(want)?) };
    let probe =
        |value: &Value| constraint.defaults.as_ref().map_or(value.clone(), |d| d.apply(value));
    let expected = |value: &Value| match &want {
        Some(want) => want.constraint().defaults.as_ref().map_or(value.clone(), |d| d.apply(value)),
        None => value.clone(),
    };
    for value in
        [Value::empty_object(), Value::tuple([Value::empty_object()]), Value::null(Type::DYNAMIC)]
    {
        let got = probe(&value);
        if got != expected(&value) {
            return Ok(Outcome::Wrong(write_value(&got)));
        }
    }
    Ok(Outcome::Right)
}

/// Defaults as a table writes them, as the text of a type expression: the one way in which they come into being.
struct WrittenDefaults(String);

impl WrittenDefaults {
    fn constraint(&self) -> typeexpr::Constraint {
        let (expression, mut diags) = parse_expression(FileId::from_index(0), &*self.0);
        typeexpr::parse(expression.expr(), &mut diags)
    }
}

fn want_defaults(json: &Json) -> Result<WrittenDefaults, Unreadable> {
    let ty = read_type(json.get("Type").unwrap_or(&Json::Null))?;
    written(ty, Some(json)).map(WrittenDefaults)
}

fn written(ty: Type, defaults: Option<&Json>) -> Result<String, Unreadable> {
    use wb_core::ty::TypeKind;
    let child = |name: &str| defaults.and_then(|d| d.get("Children")).and_then(|c| c.get(name));
    Ok(match ty.kind() {
        TypeKind::Object(object) => {
            let mut attributes = Vec::new();
            for (name, ty) in object.iter() {
                let inner = written(ty, child(name))?;
                let default =
                    defaults.and_then(|d| d.get("DefaultValues")).and_then(|d| d.get(name));
                let constraint = match default {
                    Some(default) => {
                        let value = read_value(default)?;
                        let text = wb_core::json::encode(&value, value.ty());
                        let text = text.map_err(|error| Unreadable(error.to_string()))?;
                        format!("optional({inner}, {text})")
                    }
                    None if object.is_optional(name) => format!("optional({inner})"),
                    None => inner,
                };
                attributes.push(format!("{name} = {constraint}"));
            }
            format!("object({{{}}})", attributes.join(", "))
        }
        TypeKind::List(element) => format!("list({})", written(element, child(""))?),
        TypeKind::Set(element) => format!("set({})", written(element, child(""))?),
        TypeKind::Map(element) => format!("map({})", written(element, child(""))?),
        TypeKind::Tuple(tuple) => {
            let elements = tuple.iter().enumerate();
            let elements = elements.map(|(at, ty)| written(ty, child(&at.to_string())));
            format!("tuple([{}])", elements.collect::<Result<Vec<_>, _>>()?.join(", "))
        }
        TypeKind::Dynamic => "any".to_owned(),
        TypeKind::Bool => "bool".to_owned(),
        TypeKind::Number => "number".to_owned(),
        TypeKind::String => "string".to_owned(),
    })
}

pub(super) fn defaults(row: &Row<'_>) -> Result<Outcome, Unreadable> {
    let defaults = want_defaults(row.field("defaults")?)?;
    let value = row.value("value")?;
    let constraint = defaults.constraint();
    let got = constraint.defaults.as_ref().map_or(value.clone(), |defaults| defaults.apply(&value));
    Ok(same_value(&got, &row.value("want")?))
}

pub(super) fn conversion(row: &Row<'_>) -> Result<Outcome, Unreadable> {
    let (call, variables) = match row.text("CallExpr") {
        Ok(call) => {
            let marked = row.value("marked").ok();
            let marked = marked.unwrap_or_else(|| {
                read_value(&json!({"$cty": {"type": "string", "value": {"$marks": ["mark"], "$value": "marked"}}}))
                    .unwrap_or(Value::DYNAMIC)
            });
            (call.to_owned(), vec![("marked".to_owned(), marked)])
        }
        Err(_) => {
            let constraint = row.text("ConstraintExpr")?;
            (
                format!("convert(it, {constraint})"),
                vec![("it".to_owned(), row.value("InputValue")?)],
            )
        }
    };
    let got = Surroundings::new(variables).evaluate(Kind::Expression, &call);
    let want_error = row.text("WantErr").or(row.text("WantError")).unwrap_or_default();
    Ok(match got {
        Err(error) if want_error.is_empty() => Outcome::Wrong(json!({"error": error})),
        Err(error) => same_error(&error, want_error),
        Ok(got) if want_error.is_empty() => same_value(&got, &row.value("WantValue")?),
        Ok(got) => Outcome::Wrong(write_value(&got)),
    })
}

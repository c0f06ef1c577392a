//! What a parser alone can say: layout, names, problems and how strings are cut up.

use serde_json::{Value as Json, json};

use wb_core::source::FileId;
use wb_core::value::Notation;
use wb_hcl::{SourceText, is_identifier, parse_config, parse_json_expression, parse_traversal};

use super::evaluation::{Kind, Surroundings};
use super::{Outcome, Row, same, same_error};
use crate::table::Unreadable;

type Judged = Result<Outcome, Unreadable>;

pub(super) fn layout(row: &Row<'_>) -> Judged {
    let source = SourceText::from(row.text("input")?);
    Ok(match wb_hcl::format(FileId::from_index(0), &source) {
        Ok(got) => same(String::from_utf8_lossy(&got).into_owned(), &row.text("want")?.to_owned()),
        Err(_) => Outcome::Skipped(
            "the text is no file, and what cannot be read is left alone".to_owned(),
        ),
    })
}

pub(super) fn identifier(row: &Row<'_>) -> Judged {
    Ok(same(is_identifier(row.text("Input")?), &row.bool("Want")?))
}

pub(super) fn invalid_tokens(row: &Row<'_>) -> Judged {
    let (_, diags) = parse_config(FileId::from_index(0), row.text("Input")?);
    Ok(match diags.iter().find(|d| d.is_error()) {
        Some(problem) => {
            let want = format!("{}: {}", row.text("WantSummary")?, row.text("WantDetail")?);
            same_error(&format!("{}: {}", problem.summary, problem.detail), &want)
        }
        None => Outcome::Wrong(Json::Null),
    })
}

pub(super) fn json_expression(row: &Row<'_>) -> Judged {
    let (expression, mut diags) = parse_json_expression(FileId::from_index(0), row.text("Input")?);
    let mut surroundings = Surroundings::new(Vec::new());
    let got = wb_lang::eval::evaluate(expression.expr(), &mut surroundings, &mut diags);
    Ok(match diags.iter().find(|d| d.is_error()) {
        Some(problem) => Outcome::Wrong(json!({"error": problem.detail})),
        None => same(Notation(&got).to_string(), &row.text("Want")?.to_owned()),
    })
}

pub(super) fn traversal(row: &Row<'_>) -> Judged {
    let (_, diags) = parse_traversal(FileId::from_index(0), row.text("src")?, true);
    has_problem(row, diags.has_errors())
}

pub(super) fn config(row: &Row<'_>) -> Judged {
    let (_, diags) = parse_config(FileId::from_index(0), row.text("input")?);
    if row.get("diagCount").is_none() {
        // These rows say nothing but what is wrong with the text.
        return Ok(if diags.has_errors() { Outcome::Right } else { Outcome::Wrong(Json::Null) });
    }
    has_problem(row, diags.has_errors())
}

/// One mistake is one problem here, where others may count two.
fn has_problem(row: &Row<'_>, has_problem: bool) -> Judged {
    let want = row.field("diagCount")? != &json!(0);
    Ok(if has_problem == want {
        Outcome::Right
    } else {
        Outcome::Wrong(json!({"problem": has_problem}))
    })
}

/// A user's own functions are an extension that neither Terraform nor OpenTofu has.
pub(super) fn user_function(row: &Row<'_>) -> Judged {
    row.text("src")?;
    Ok(Outcome::Skipped(
        "functions that a configuration declares are in neither language".to_owned(),
    ))
}

/// A type as text. The form that people read is the one that they write, but for names that nobody can write.
pub(super) fn type_text(row: &Row<'_>) -> Judged {
    let (ty, want) = (row.ty("Type")?, row.text("Want")?);
    if ty.to_string() == want {
        return Ok(Outcome::Right);
    }
    let call = format!("convert(null, {want})");
    Ok(match Surroundings::new(Vec::new()).evaluate(Kind::Expression, &call) {
        Ok(value) if value.ty() == ty => Outcome::Right,
        _ => Outcome::Wrong(json!(ty.to_string())),
    })
}

//! Tables that ask for what the product does not have, or keep what they expect in the form of a Go program.

use serde_json::Value as Json;

use wb_core::source::FileId;
use wb_hcl::parse_json_expression;

use super::evaluation::Surroundings;
use super::{Outcome, Row, same_value};
use crate::table::Unreadable;

type Judged = Result<Outcome, Unreadable>;

fn skipped(why: &str) -> Judged {
    Ok(Outcome::Skipped(why.to_owned()))
}

pub(super) fn generate(_: &Row<'_>) -> Judged {
    skipped("the tokens that the row expects were left out when the table was made")
}

pub(super) fn generated_config(_: &Row<'_>) -> Judged {
    skipped("the row's schema belongs to a provider that only OpenTofu's tests have")
}

pub(super) fn provider_hash(_: &Row<'_>) -> Judged {
    skipped("wb keeps no account of where a provider's digests were learnt")
}

pub(super) fn version_constraints(_: &Row<'_>) -> Judged {
    skipped("the constraints were left out when the table was made")
}

pub(super) fn scope(_: &Row<'_>) -> Judged {
    skipped("the row counts on the module and the schemas of a Go program")
}

/// JSON as an expression: whether it can be read.
pub(super) fn json_parse(row: &Row<'_>) -> Judged {
    let Ok(text) = String::from_utf8(row.bytes("Input")?) else {
        return skipped("text that is not UTF-8 never becomes tokens");
    };
    let (_, diags) = parse_json_expression(FileId::from_index(0), text);
    let is_right = diags.has_errors() == (row.field("DiagCount")? != &Json::from(0));
    let problems: Vec<&str> = diags.iter().map(|d| d.detail.as_str()).collect();
    Ok(if is_right { Outcome::Right } else { Outcome::Wrong(Json::from(problems)) })
}

/// What a body in JSON gives.
pub(super) fn json_structure(row: &Row<'_>) -> Judged {
    if row.text("test")? != "TestExpressionValue_Diags" {
        return skipped("what the row expects is in the form of a Go program");
    }
    let document: Json =
        serde_json::from_str(row.text("src")?).map_err(|error| Unreadable(error.to_string()))?;
    let value = document.get("v").map(Json::to_string).unwrap_or_default();
    let (expression, mut diags) = parse_json_expression(FileId::from_index(0), value);
    let mut surroundings = Surroundings::new(Vec::new());
    let case = wb_core::value::Value::from("case");
    let got = wb_lang::eval::Evaluation::new(&mut surroundings, &mut diags)
        .local("VAR1", case)
        .value(expression.expr());
    match (diags.has_errors(), row.get("error")) {
        (true, Some(_)) => Ok(Outcome::Right),
        (false, None) => Ok(same_value(&got, &row.value("expected")?)),
        (has_error, _) => Ok(Outcome::Wrong(Json::from(has_error))),
    }
}

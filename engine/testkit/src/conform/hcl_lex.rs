//! Tokens, and the pieces of strings.

use serde_json::{Value as Json, json};

use wb_hcl::lex::{self, Token, TokenKind};

use super::{Outcome, Row};
use crate::table::{Unreadable, read_bytes};

/// Kind and bytes of every token.
pub(super) fn tokens(row: &Row<'_>) -> Result<Outcome, Unreadable> {
    let Ok(input) = String::from_utf8(row.bytes("input")?) else {
        return Ok(Outcome::Skipped("text that is not UTF-8 never becomes tokens".to_owned()));
    };
    let got = match row.text("test")? {
        "TestScanTokens_template" => lex::template_tokens(&input),
        _ => lex::tokens(&input),
    };
    let want = row.field("want")?;
    let want = want.as_array().ok_or_else(|| Unreadable(format!("no tokens: {want}")))?;
    let mut expected = Vec::with_capacity(want.len());
    for token in want {
        let kind = token.get("Type").and_then(|kind| kind.get("$enum")).and_then(Json::as_str);
        let offset = |end: &str| {
            let offset = token.get("Range").and_then(|range| range.get(end)?.get("Byte")?.as_u64());
            offset.ok_or_else(|| Unreadable(format!("a token without a place: {token}")))
        };
        let kind = kind.unwrap_or_default().trim_start_matches("Token").to_owned();
        expected.push((kind, offset("Start")?, offset("End")?));
    }
    let got: Vec<_> = got.iter().map(described).collect();
    Ok(if got == expected { Outcome::Right } else { Outcome::Wrong(json!(got)) })
}

fn described(token: &Token) -> (String, u64, u64) {
    let kind = match token.kind {
        TokenKind::Eof => "EOF".to_owned(),
        kind => format!("{kind:?}"),
    };
    (kind, token.start.into(), token.end.into())
}

pub(super) fn string_pieces(row: &Row<'_>) -> Result<Outcome, Unreadable> {
    let input = String::from_utf8(read_bytes(row.field("Input")?)?);
    let input = input.map_err(|_| Unreadable("the text is not UTF-8".to_owned()))?;
    for (field, quoted) in [("WantQuoted", true), ("WantUnquoted", false)] {
        let got: Vec<&str> = lex::literal_pieces(&input, quoted).collect();
        if json!(got) != *row.field(field)? {
            return Ok(Outcome::Wrong(json!({field: got})));
        }
    }
    Ok(Outcome::Right)
}

//! What Terraform's command rewrites besides blanks.
//!
//! - `"${expr}"` as a whole argument becomes `expr`.
//! - The `type` of a variable: `"string"`, `"list"` and `"map"` lose their quotes; `list`, `map` and `set` alone get
//!   an element type.
//! - Labels get quotes, and comments among them go.

use super::{Piece, Pieces, Text};
use crate::escape::escape_string;
use crate::lex::{self, TokenKind as K};
use crate::parse::File;
use crate::tree::{Attribute, Block, Data};

/// What to do with the tokens from one offset to another.
#[derive(Debug)]
pub(super) struct Edit {
    start: u32,
    end: u32,
    action: Action,
}

#[derive(Debug)]
enum Action {
    Unwrap,
    Type,
    /// The labels, each as it is to be written between quotes.
    Labels(Vec<String>),
}

/// What is to be rewritten in a file without mistakes, in the order of the text.
pub(super) fn of(file: &File, text: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut types = Vec::new();
    for block in file.body().blocks().filter(|b| b.block_type() == "variable") {
        types.extend(block.body().attribute("type").map(|a| a.expr.id()));
    }
    types.sort_unstable();
    for body in file.tree().bodies() {
        for attribute in body.attributes() {
            let is_type =
                attribute.name == "type" && types.binary_search(&attribute.expr.id()).is_ok();
            edits.extend(expression(&attribute, is_type, text));
        }
        edits.extend(body.blocks().filter_map(|block| labels(&block, text)));
    }
    edits.sort_by_key(|edit| edit.start);
    edits
}

fn expression(attribute: &Attribute<'_>, is_type: bool, text: &str) -> Option<Edit> {
    let span = attribute.expr.span();
    let is_quoted = text.as_bytes().get(span.start as usize) == Some(&b'"');
    let action = match attribute.expr.tree().node(attribute.expr.id()).data {
        _ if is_type => Action::Type,
        Data::TemplateWrap(_) if is_quoted => Action::Unwrap,
        _ => return None,
    };
    Some(Edit { start: span.start, end: span.end, action })
}

/// Nothing for a header that is as it should be, which most are.
fn labels(block: &Block<'_>, text: &str) -> Option<Edit> {
    let start = block.type_span().end;
    let mut end = start;
    let mut written = Vec::with_capacity(block.label_count());
    let mut is_canonical = true;
    for label in block.labels() {
        let gap = &text[end as usize..label.span.start as usize];
        let raw = &text[label.span.start as usize..label.span.end as usize];
        let inner = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"'));
        // A label with template signs in it is kept as it is: they are split tokens to Terraform, which loses it.
        let canonical = match inner {
            Some(inner) if inner.contains(['$', '%']) => inner.to_owned(),
            _ => escape_string(&lex::normal(label.text)),
        };
        is_canonical &= gap.trim().is_empty() && inner == Some(&*canonical);
        written.push(canonical);
        end = label.span.end;
    }
    (!is_canonical).then_some(Edit { start, end, action: Action::Labels(written) })
}

/// Carries the edits out.
pub(super) fn apply(pieces: &mut Pieces<'_>, edits: &[Edit]) {
    if edits.is_empty() {
        return;
    }
    let old = std::mem::take(&mut pieces.list);
    pieces.list.reserve(old.len());
    let start_of = |piece: &Piece| match piece.text {
        Text::Source(start, _) => start,
        _ => 0,
    };
    let mut at = 0;
    for edit in edits {
        let first = at + old[at..].partition_point(|piece| start_of(piece) < edit.start);
        let last = first + old[first..].partition_point(|piece| start_of(piece) < edit.end);
        pieces.list.extend_from_slice(&old[at..first]);
        let edited = &old[first..last];
        match &edit.action {
            Action::Unwrap => unwrap(pieces, edited),
            Action::Type => write_type(pieces, edited),
            Action::Labels(labels) => write_labels(pieces, labels),
        }
        at = last;
    }
    pieces.list.extend_from_slice(&old[at..]);
}

fn fixed(kind: K, text: &'static str) -> Piece {
    Piece { kind, text: Text::Fixed(text), blanks: 0 }
}

/// The tokens of an interpolation without its quotes and marks, unless there is another sequence in it. In
/// parentheses, if they are on several lines.
fn unwrap(pieces: &mut Pieces<'_>, tokens: &[Piece]) {
    let [_, _, inside @ .., _, _] = tokens else {
        pieces.list.extend_from_slice(tokens);
        return;
    };
    let mut quotes = 0;
    let is_single = inside.iter().all(|token| {
        match token.kind {
            K::OQuote => quotes += 1,
            K::CQuote => quotes -= 1,
            K::TemplateInterp | K::TemplateSeqEnd | K::QuotedLit => return quotes > 0,
            _ => {}
        }
        true
    });
    if !is_single {
        pieces.list.extend_from_slice(tokens);
        return;
    }
    let is_content = |token: &Piece| token.kind != K::Newline;
    let start = inside.iter().position(is_content).unwrap_or(inside.len());
    let end = inside.iter().rposition(is_content).map_or(start, |last| last + 1);
    let inside = &inside[start..end];
    let in_parens = inside.first().is_some_and(|token| token.kind == K::OParen)
        && inside.last().is_some_and(|token| token.kind == K::CParen);
    let needs_parens = !in_parens && inside.iter().any(|token| token.kind == K::Newline);
    pieces.list.extend(needs_parens.then(|| fixed(K::OParen, "(")));
    pieces.list.extend_from_slice(inside);
    pieces.list.extend(needs_parens.then(|| fixed(K::CParen, ")")));
}

fn write_type(pieces: &mut Pieces<'_>, tokens: &[Piece]) {
    let name = match tokens {
        [word] if word.kind == K::Ident => word,
        [open, word, _] if (open.kind, word.kind) == (K::OQuote, K::QuotedLit) => word,
        _ => {
            pieces.list.extend_from_slice(tokens);
            return;
        }
    };
    // In quotes it is a type of the time when elements were strings.
    let element = match (pieces.text(name), name.kind) {
        ("list" | "map" | "set", K::Ident) => Some("any"),
        ("list" | "map", K::QuotedLit) => Some("string"),
        ("string", K::QuotedLit) => None,
        _ => {
            pieces.list.extend_from_slice(tokens);
            return;
        }
    };
    pieces.list.push(Piece { kind: K::Ident, ..*name });
    if let Some(element) = element {
        pieces.list.extend([
            fixed(K::OParen, "("),
            fixed(K::Ident, element),
            fixed(K::CParen, ")"),
        ]);
    }
}

fn write_labels(pieces: &mut Pieces<'_>, labels: &[String]) {
    for label in labels {
        pieces.list.push(fixed(K::OQuote, "\""));
        if !label.is_empty() {
            let index = u32::try_from(pieces.made.len()).unwrap_or(u32::MAX);
            pieces.made.push(label.clone());
            let text = Text::Made(index);
            pieces.list.push(Piece { kind: K::QuotedLit, text, blanks: 0 });
        }
        pieces.list.push(fixed(K::CQuote, "\""));
    }
}

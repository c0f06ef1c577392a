//! The canonical layout of native syntax: `wb fmt`.
//!
//! Works on tokens, so that nothing is lost: only blanks between tokens change, and the few forms that Terraform's own
//! command rewrites ([`edits`]): interpolations that are whole expressions, types in quotes, labels without quotes.
//! The result is that of `terraform fmt`, byte for byte, but for labels with `$` or `%` in them, which that command
//! loses and this one keeps, and for a file that is nothing but a byte order mark.

mod edits;
mod layout;
mod spaces;

use wb_core::diag::Diagnostics;
use wb_core::source::FileId;

use crate::lex::{Scanner, TokenKind};
use crate::parse;
use crate::source::SourceText;

/// A token on its way to the output.
#[derive(Clone, Copy, Debug)]
struct Piece {
    kind: TokenKind,
    text: Text,
    /// How many blanks stand before it.
    blanks: u32,
}

/// Where the text of a piece lies.
#[derive(Clone, Copy, Debug)]
enum Text {
    /// In the source, from one offset to another.
    Source(u32, u32),
    Fixed(&'static str),
    /// In the list of made texts.
    Made(u32),
}

/// The tokens of a file, and the texts that are not in its source.
struct Pieces<'s> {
    source: &'s SourceText,
    list: Vec<Piece>,
    made: Vec<String>,
}

impl Pieces<'_> {
    /// The text of a piece; bytes that are no UTF-8 are question marks here.
    fn text(&self, piece: &Piece) -> &str {
        match piece.text {
            Text::Source(start, end) => &self.source.text()[start as usize..end as usize],
            Text::Fixed(text) => text,
            Text::Made(index) => &self.made[index as usize],
        }
    }

    fn bytes(&self, piece: &Piece) -> &[u8] {
        match piece.text {
            Text::Source(start, end) => &self.source.bytes()[start as usize..end as usize],
            _ => self.text(piece).as_bytes(),
        }
    }
}

/// Lays out a configuration file.
///
/// # Errors
/// Everything that is wrong with its syntax: what cannot be read is not touched.
pub fn format(file: FileId, source: &SourceText) -> Result<Vec<u8>, Diagnostics> {
    let (parsed, problems) = parse::parse_config(file, source);
    if problems.has_errors() {
        return Err(problems);
    }
    let edits = edits::of(&parsed, source.text());
    let mut pieces = Pieces { source, list: scan(source.text()), made: Vec::new() };
    edits::apply(&mut pieces, &edits);
    layout::lay_out(&mut pieces);
    let mut out = Vec::with_capacity(source.text().len() + source.text().len() / 8);
    for piece in &pieces.list {
        out.resize(out.len() + piece.blanks as usize, b' ');
        out.extend_from_slice(pieces.bytes(piece));
    }
    Ok(out)
}

fn scan(text: &str) -> Vec<Piece> {
    let mut scanner = Scanner::new(text);
    let mut list = Vec::with_capacity(text.len() / 4);
    let mut end = if text.starts_with('\u{feff}') { 3 } else { 0 };
    loop {
        let token = scanner.next_token();
        list.push(Piece {
            kind: token.kind,
            text: Text::Source(token.start, token.end),
            blanks: token.start - end,
        });
        end = token.end;
        if token.kind == TokenKind::Eof {
            return list;
        }
    }
}

#[cfg(test)]
mod tests;

//! Which tokens have a blank between them.

use super::{Piece, Pieces};
use crate::lex::TokenKind as K;

/// How a token changes the number of open brackets. Quotes are no brackets here.
pub(super) fn bracket_change(kind: K) -> i32 {
    match kind {
        K::OBrace | K::OBrack | K::OParen | K::TemplateControl | K::TemplateInterp => 1,
        K::CBrace | K::CBrack | K::CParen | K::TemplateSeqEnd => -1,
        _ => 0,
    }
}

/// Whether a blank stands between `subject` and `after`. `before` is what precedes `subject` on its line.
pub(super) fn blank_after(
    pieces: &Pieces<'_>,
    before: Option<K>,
    subject: &Piece,
    after: &Piece,
) -> bool {
    let (this, next) = (subject.kind, after.kind);
    match (this, next) {
        (_, K::Newline) => false,
        (K::Ident, K::OParen | K::DoubleColon) | (K::DoubleColon, K::Ident) => false,
        (K::Dot, _) | (_, K::Dot | K::Comma | K::Ellipsis) => false,
        (K::Comma, _) => true,
        (K::QuotedLit | K::StringLit | K::OQuote | K::OHeredoc, _)
        | (_, K::QuotedLit | K::StringLit | K::CQuote | K::CHeredoc) => false,
        // `in` between a name and a bracket is the word of a `for`, not a name with an index.
        (K::Ident, _) if before == Some(K::Ident) && pieces.text(subject) == "in" => true,
        (K::Ident | K::NumberLit, K::OBrack) => false,
        (_, K::OBrack) if bracket_change(this) < 0 => false,
        (K::Bang, _) => false,
        (K::Minus, _) => !is_sign_after(before),
        (K::OBrace, _) | (_, K::CBrace) => (this, next) != (K::OBrace, K::CBrace),
        (K::TemplateInterp | K::TemplateControl, K::OBrace) | (K::CBrace, K::TemplateSeqEnd) => {
            true
        }
        (K::TemplateSeqEnd, K::TemplateInterp | K::TemplateControl) => false,
        _ => bracket_change(this) <= 0 && bracket_change(next) >= 0,
    }
}

/// Whether a minus after such a token is a sign rather than an operator.
fn is_sign_after(before: Option<K>) -> bool {
    matches!(
        before,
        None | Some(
            K::OParen
                | K::OBrace
                | K::OBrack
                | K::Equal
                | K::Colon
                | K::Comma
                | K::Question
                | K::Plus
                | K::Star
                | K::Slash
                | K::Percent
                | K::Minus
                | K::EqualOp
                | K::NotEqual
                | K::GreaterThan
                | K::GreaterThanEq
                | K::LessThan
                | K::LessThanEq
                | K::And
                | K::Or
                | K::Bang
        )
    )
}

//! Lines and columns: indentation, blanks between tokens, and the alignment of equals signs and trailing comments.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::spaces::{blank_after, bracket_change};
use super::{Piece, Pieces};
use crate::lex::TokenKind as K;

/// One line in up to three cells, each a range of pieces: what it leads with, an assignment from its equals sign on,
/// and a trailing comment. A heredoc and a comment of several lines count as one.
struct Line {
    lead: Range<usize>,
    assign: Range<usize>,
    comment: Range<usize>,
}

/// Sets the blanks before every piece.
pub(super) fn lay_out(pieces: &mut Pieces<'_>) {
    let lines = lines(pieces);
    indent(pieces, &lines);
    for line in &lines {
        space(pieces, &line.lead);
        if !line.assign.is_empty() {
            pieces.list[line.assign.start].blanks = 1;
        }
        space(pieces, &line.assign);
    }
    align(pieces, &lines, |line| (line.lead.clone(), &line.assign));
    align(pieces, &lines, |line| (line.lead.start..line.assign.end, &line.comment));
}

fn ends_line(pieces: &Pieces<'_>, piece: &Piece) -> bool {
    match piece.kind {
        K::Newline => true,
        K::Comment => pieces.bytes(piece).ends_with(b"\n"),
        _ => false,
    }
}

fn lines(pieces: &Pieces<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = 0;
    for (i, piece) in pieces.list.iter().enumerate() {
        if piece.kind == K::Eof {
            lines.push(cells(pieces, start..i));
            break;
        }
        if ends_line(pieces, piece) {
            lines.push(cells(pieces, start..i + 1));
            start = i + 1;
        }
    }
    lines
}

fn cells(pieces: &Pieces<'_>, line: Range<usize>) -> Line {
    let kind = |i: usize| pieces.list[i].kind;
    let mut lead = line.clone();
    let mut comment = line.end..line.end;
    if line.len() > 1 && kind(line.end - 1) == K::Comment {
        comment = line.end - 1..line.end;
        lead.end -= 1;
    }
    // Where there is none, it is empty at the end of the lead, so that both together are a range.
    let mut assign = lead.end..lead.end;
    let equals = lead.clone().skip(1).find(|&i| kind(i) == K::Equal);
    if let Some(equals) = equals {
        // Only an assignment that ends on its line is aligned.
        let open: i32 = (equals..lead.end).map(|i| bracket_change(kind(i))).sum();
        if open == 0 {
            assign = equals..lead.end;
            lead.end = equals;
        }
    }
    Line { lead, assign, comment }
}

/// Two blanks for every line that opened more brackets than it closed and is not closed yet.
fn indent(pieces: &mut Pieces<'_>, lines: &[Line]) {
    let mut open: Vec<i32> = Vec::new();
    for line in lines {
        let Some(first) = line.lead.clone().next() else { continue };
        if pieces.list[first].kind == K::Newline {
            pieces.list[first].blanks = 0;
            continue;
        }
        let mut change = 0;
        for piece in &pieces.list[line.lead.clone()] {
            change += bracket_change(piece.kind);
            if piece.kind == K::OHeredoc {
                break;
            }
        }
        let assign = &pieces.list[line.assign.clone()];
        change += assign.iter().map(|piece| bracket_change(piece.kind)).sum::<i32>();
        if change < 0 {
            close(&mut open, -change);
        }
        pieces.list[first].blanks = 2 * u32::try_from(open.len()).unwrap_or(u32::MAX / 2);
        if change > 0 {
            open.push(change);
        }
    }
}

/// Takes closed brackets off the lines that opened them, the last first.
fn close(open: &mut Vec<i32>, mut closed: i32) {
    while let Some(last) = open.last_mut() {
        if closed < *last {
            *last -= closed;
            return;
        }
        closed -= *last;
        open.pop();
        if closed == 0 {
            return;
        }
    }
}

fn space(pieces: &mut Pieces<'_>, cell: &Range<usize>) {
    for i in cell.clone().skip(1) {
        let before = (i - 1 > cell.start).then(|| pieces.list[i - 2].kind);
        let blank = blank_after(pieces, before, &pieces.list[i - 1], &pieces.list[i]);
        pieces.list[i].blanks = u32::from(blank);
    }
}

/// Puts a cell of neighbouring lines in one column, behind the widest of what stands before it. `cell` gives what
/// stands before a cell, and the cell.
fn align(
    pieces: &mut Pieces<'_>,
    lines: &[Line],
    cell: impl Fn(&Line) -> (Range<usize>, &Range<usize>),
) {
    let mut widths: Vec<u32> = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let (before, this) = cell(line);
        if this.is_empty() {
            continue;
        }
        widths.push(columns(pieces, &before));
        if lines.get(i + 1).is_some_and(|next| !cell(next).1.is_empty()) {
            continue;
        }
        let widest = widths.iter().copied().max().unwrap_or(0);
        for (line, width) in lines[i + 1 - widths.len()..=i].iter().zip(&widths) {
            pieces.list[cell(line).1.start].blanks = widest - width + 1;
        }
        widths.clear();
    }
}

/// How many characters, as people see them, a cell has with the blanks before its tokens.
fn columns(pieces: &Pieces<'_>, cell: &Range<usize>) -> u32 {
    let width = |piece: &Piece| {
        let text = pieces.text(piece);
        let count = match text.is_ascii() && !text.contains('\r') {
            true => text.len(),
            false => text.graphemes(true).count(),
        };
        piece.blanks + u32::try_from(count).unwrap_or(u32::MAX / 4)
    };
    pieces.list[cell.clone()].iter().map(width).sum()
}

//! A value to YAML, in blocks. Text is in double quotes or, where it has several lines, a literal.

use std::fmt::Write as _;

use wb_core::value::{Value, View};

/// The document of a value that is known and has no marks.
pub(in super::super::super) fn encode(value: &Value) -> String {
    let mut writer = Writer { out: String::new() };
    writer.node(value, None, Place::Inline);
    let is_plain = matches!(value.view(), View::Null(_) | View::Bool(_) | View::Number(_));
    if !writer.out.ends_with('\n') {
        writer.out.push('\n');
    }
    if is_plain {
        writer.out.push_str("...\n");
    }
    writer.out
}

struct Writer {
    out: String,
}

/// Where a node stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Behind the key of a mapping, in whose line blocks do not begin.
    Value,
    /// Anywhere else: at the beginning, behind `- `, `? ` or `: `.
    Inline,
}

/// So far each level is indented.
const STEP: usize = 2;
/// A longer key is marked as one.
const LONGEST_KEY: usize = 128;
/// Text in quotes is broken behind this column, where there is a space.
const WIDTH: usize = 80;

impl Writer {
    /// `indent` is that of the block around the node.
    fn node(&mut self, value: &Value, indent: Option<usize>, place: Place) {
        let inner = indent.map_or(0, |indent| indent + STEP);
        match value.view() {
            View::Tuple(elements) | View::List(elements) | View::Set(elements) => {
                if elements.is_empty() {
                    return self.scalar("[]", place);
                }
                let indent = if place == Place::Value { indent.unwrap_or(0) } else { inner };
                for (at, element) in elements.iter().enumerate() {
                    self.start(indent, at == 0 && place == Place::Inline);
                    self.out.push_str("- ");
                    self.node(element, Some(indent), Place::Inline);
                }
            }
            View::Object(object) => self.mapping(object.iter(), inner, place),
            View::Map(map) => self.mapping(map.iter(), inner, place),
            View::String(text) => {
                if place == Place::Value {
                    self.out.push(' ');
                }
                self.text(text, indent.map_or(STEP, |indent| indent + STEP));
            }
            View::Bool(value) => self.scalar(if value { "true" } else { "false" }, place),
            View::Number(number) if number.is_infinite() => {
                self.scalar(if number.is_negative() { "-.inf" } else { ".inf" }, place);
            }
            View::Number(number) => self.scalar(&number.to_string(), place),
            View::Null(_) | View::Unknown(_) | View::Marked(..) => self.scalar("null", place),
        }
    }

    fn mapping<'n, 'v>(
        &mut self,
        entries: impl ExactSizeIterator<Item = (&'n str, &'v Value)>,
        indent: usize,
        place: Place,
    ) {
        if entries.len() == 0 {
            return self.scalar("{}", place);
        }
        for (at, (key, value)) in entries.enumerate() {
            self.start(indent, at == 0 && place == Place::Inline);
            if key.contains(is_break) || key.len() > LONGEST_KEY {
                self.out.push_str("? ");
                self.text(key, indent + STEP);
                self.start(indent, false);
                self.out.push_str(": ");
                self.node(value, Some(indent), Place::Inline);
            } else {
                self.quoted(key, None);
                self.out.push(':');
                self.node(value, Some(indent), Place::Value);
            }
        }
    }

    fn scalar(&mut self, text: &str, place: Place) {
        if place == Place::Value {
            self.out.push(' ');
        }
        self.out.push_str(text);
    }

    /// Goes to the beginning of an entry, which may be where the writer stands already.
    fn start(&mut self, indent: usize, is_here: bool) {
        if is_here {
            return;
        }
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        self.spaces(indent);
    }

    fn spaces(&mut self, count: usize) {
        self.out.extend(std::iter::repeat_n(' ', count));
    }

    fn text(&mut self, text: &str, indent: usize) {
        if text.contains('\n') && may_be_literal(text) {
            self.literal(text, indent);
        } else {
            self.quoted(text, Some(indent));
        }
    }

    /// Lines as they are, below a line that says what becomes of the last line's end.
    fn literal(&mut self, text: &str, indent: usize) {
        self.out.push('|');
        if text.starts_with([' ', '\n', '\u{2028}', '\u{2029}']) {
            let _ = write!(self.out, "{STEP}");
        }
        let mut last = text.chars().rev();
        match (last.next().is_some_and(is_break), last.next().is_none_or(is_break)) {
            (false, _) => self.out.push('-'),
            (true, true) => self.out.push('+'),
            (true, false) => {}
        }
        self.out.push('\n');
        let mut is_start = true;
        for c in text.chars() {
            if is_start && !is_break(c) {
                self.spaces(indent);
            }
            self.out.push(c);
            is_start = is_break(c);
        }
    }

    /// Text in double quotes, broken at spaces where it gets too long if there is an indentation for what follows.
    fn quoted(&mut self, text: &str, indent: Option<usize>) {
        let line = self.out.rfind('\n').map_or(0, |end| end + 1);
        let mut column = self.out[line..].chars().count() + 1;
        self.out.push('"');
        let mut after_space = false;
        for (at, c) in text.char_indices() {
            let is_inside = at > 0 && at + 1 < text.len();
            if let Some(indent) = indent
                && c == ' '
                && !after_space
                && column > WIDTH
                && is_inside
            {
                self.out.push('\n');
                self.spaces(indent);
                column = indent;
                if text[at + 1..].starts_with(' ') {
                    self.out.push('\\');
                    column += 1;
                }
                after_space = true;
                continue;
            }
            let before = self.out.len();
            self.push_quoted(c);
            column += self.out[before..].chars().count();
            after_space = c == ' ';
        }
        self.out.push('"');
    }

    fn push_quoted(&mut self, c: char) {
        if is_printable(c) && !is_break(c) && c != '"' && c != '\\' {
            return self.out.push(c);
        }
        let short = match c {
            '\0' => '0',
            '\x07' => 'a',
            '\x08' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\x0b' => 'v',
            '\x0c' => 'f',
            '\r' => 'r',
            '\x1b' => 'e',
            '"' => '"',
            '\\' => '\\',
            '\u{85}' => 'N',
            '\u{2028}' => 'L',
            '\u{2029}' => 'P',
            _ => {
                let number = u32::from(c);
                // Writing to a string cannot fail.
                let _ = match number {
                    0..=0xff => write!(self.out, "\\x{number:02X}"),
                    0x100..=0xffff => write!(self.out, "\\u{number:04X}"),
                    _ => write!(self.out, "\\U{number:08X}"),
                };
                return;
            }
        };
        self.out.extend(['\\', short]);
    }
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}')
        && c != '\u{feff}'
}

/// Whether nothing is lost without quotes: no spaces at the ends of lines, nothing that must be escaped.
fn may_be_literal(text: &str) -> bool {
    let mut before = None;
    for c in text.chars() {
        if !is_printable(c) || (is_break(c) && before == Some(' ')) {
            return false;
        }
        before = Some(c);
    }
    before != Some(' ')
}

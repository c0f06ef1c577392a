//! Text with verbs, in the manner of C's `printf` and as close to Go's as Terraform is.
//!
//! A verb is `%`, flags, a width, a precision, the number of an argument in brackets, and a letter. Widths are counted
//! in characters as people see them.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use wb_core::convert::convert;
use wb_core::json::{self, Escape};
use wb_core::number::Number;
use wb_core::ty::Type;
use wb_core::value::{Value, View};

use super::super::args::quoted;
use super::super::fault::Fault;
use crate::eval::Env;

/// A verb as it is written.
#[derive(Default)]
struct Verb {
    /// Where it stands in the text.
    at: Range<usize>,
    zero: bool,
    sharp: bool,
    minus: bool,
    plus: bool,
    space: bool,
    width: usize,
    precision: Option<usize>,
    /// Which argument, counted from 1.
    argument: usize,
    letter: char,
}

/// The beginning of the text that does not depend on any argument.
pub(in super::super) fn prefix(template: &str) -> Option<&str> {
    let end = template.find('%')?;
    (end > 0).then(|| &template[..end])
}

/// The text with the arguments in the places of its verbs. The arguments are known.
pub(in super::super) fn render(
    template: &str,
    args: &[Value],
    env: &mut Env<'_>,
) -> Result<String, Fault> {
    let mut out = String::new();
    let mut next = 1;
    let mut highest = 0;
    let mut at = 0;
    while let Some(found) = template[at..].find('%') {
        let start = at + found;
        out.push_str(&template[at..start]);
        if template[start + 1..].starts_with('%') {
            out.push('%');
            at = start + 2;
            continue;
        }
        let verb = Scanner { text: template, at: start + 1 }.verb(start, next)?;
        let raw = &template[verb.at.clone()];
        let Some(arg) = verb.argument.checked_sub(1).and_then(|index| args.get(index)) else {
            let (number, count) = (verb.argument, args.len());
            return Err(Fault::new(format!(
                "not enough arguments for {} at {start}: need index {number} but have {count} total",
                quoted(raw)
            )));
        };
        env.charge(
            verb.width.saturating_add(verb.precision.unwrap_or(0)).saturating_add(arg.size()),
        )?;
        let text = verb.format(arg).map_err(|why| {
            Fault::new(match verb.letter {
                letter if !LETTERS.contains(letter) => {
                    format!(
                        "unsupported format verb '{letter}' in {} at offset {start}",
                        quoted(raw)
                    )
                }
                _ => format!("unsupported value for {} at {start}: {why}", quoted(raw)),
            })
        })?;
        out.push_str(&text);
        highest = highest.max(verb.argument);
        next = verb.argument + 1;
        at = verb.at.end;
    }
    out.push_str(&template[at..]);
    if highest < args.len() {
        let message = match highest {
            0 => "too many arguments; no verbs in format string".to_owned(),
            _ => format!("too many arguments; only {highest} used by format string"),
        };
        return Err(Fault::arg(highest + 1, message));
    }
    Ok(out)
}

const LETTERS: &str = "vtbdoxXeEfgGsq";

/// Reads a verb behind its `%`.
struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl Scanner<'_> {
    fn verb(mut self, start: usize, next: usize) -> Result<Verb, Fault> {
        let mut verb = Verb { argument: next, ..Verb::default() };
        while let Some(flag @ ('0' | '#' | '-' | '+' | ' ')) = self.peek() {
            match flag {
                '0' => verb.zero = true,
                '#' => verb.sharp = true,
                '-' => verb.minus = true,
                '+' => verb.plus = true,
                _ => verb.space = true,
            }
            self.at += 1;
        }
        if matches!(self.peek(), Some('1'..='9')) {
            verb.width = self.number();
        }
        if self.take('.') {
            verb.precision = Some(self.number());
        }
        if self.take('[') {
            if !matches!(self.peek(), Some('1'..='9')) {
                return Err(self.unrecognized());
            }
            verb.argument = self.number();
            if !self.take(']') {
                return Err(self.unrecognized());
            }
        }
        match self.peek() {
            Some(letter) if letter.is_ascii_alphabetic() => {
                verb.letter = letter;
                verb.at = start..self.at + 1;
                Ok(verb)
            }
            _ => Err(self.unrecognized()),
        }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    /// A number, or as large a one as there is.
    fn number(&mut self) -> usize {
        let mut number = 0_usize;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            number = number.saturating_mul(10).saturating_add(digit as usize);
            self.at += 1;
        }
        number
    }

    fn unrecognized(&self) -> Fault {
        let at = self.at;
        Fault::new(match self.peek() {
            Some(c) => format!("unrecognized format character '{c}' at offset {at}"),
            None => format!("invalid format string starting at offset {at}"),
        })
    }
}

impl Verb {
    /// The argument as the verb wants it, or why it cannot be had so.
    fn format(&self, arg: &Value) -> Result<String, String> {
        match self.letter {
            'v' => self.as_it_is(arg),
            _ if arg.is_null() && LETTERS.contains(self.letter) => {
                Err("null value cannot be formatted".to_owned())
            }
            't' => wanted(arg, Type::BOOL).map(|value| (value.as_bool() == Some(true)).to_string()),
            's' | 'q' => wanted(arg, Type::STRING).map(|value| self.string(&value)),
            'b' | 'd' | 'o' | 'x' | 'X' => self.whole(&wanted(arg, Type::NUMBER)?),
            'e' | 'E' | 'f' | 'g' | 'G' => {
                let number = wanted(arg, Type::NUMBER)?;
                Ok(number.as_number().map_or(String::new(), |number| self.float(number)))
            }
            _ => Err(String::new()),
        }
    }

    fn as_it_is(&self, arg: &Value) -> Result<String, String> {
        match arg.view() {
            View::String(text) if !self.sharp => Ok(self.pad(text.to_owned())),
            View::Number(number) if !self.sharp => Ok(self.pad(number.to_general(None))),
            _ => {
                let text = json::encode(arg, arg.ty()).map_err(|error| error.to_string())?;
                Ok(self.pad(text))
            }
        }
    }

    fn string(&self, value: &Value) -> String {
        let text = value.as_str().unwrap_or_default();
        let text = match self.precision {
            Some(most) if most > 0 => text.graphemes(true).take(most).collect(),
            _ => text.to_owned(),
        };
        if self.letter == 's' {
            return self.pad(text);
        }
        let mut quoted = String::new();
        json::encode_string(&text, Escape::Html, &mut quoted);
        self.pad(quoted)
    }

    /// Fills the text up to the width.
    fn pad(&self, text: String) -> String {
        if self.width == 0 {
            return text;
        }
        let missing = self.width.saturating_sub(text.graphemes(true).count());
        let fill = if self.zero { "0" } else { " " }.repeat(missing);
        if self.minus { text + &fill } else { fill + &text }
    }

    fn whole(&self, value: &Value) -> Result<String, String> {
        let number = value.as_number().and_then(Number::to_integer);
        let (negative, magnitude) = number.ok_or("an integer is required")?;
        let (radix, mark) = match self.letter {
            'b' => (2, "0b"),
            'o' => (8, "0"),
            'x' => (16, "0x"),
            'X' => (16, "0X"),
            _ => (10, ""),
        };
        let mut digits = magnitude.in_radix(radix).to_string();
        if self.letter == 'X' {
            digits.make_ascii_uppercase();
        }
        let least = self.precision.unwrap_or(1);
        if self.precision == Some(0) && digits == "0" {
            return Ok(String::new());
        }
        let sign = self.sign(negative);
        let mark = if self.sharp { mark } else { "" };
        let mut zeros = least.saturating_sub(digits.len());
        let length = sign.len() + mark.len() + zeros + digits.len();
        let missing = self.width.saturating_sub(length);
        let (mut left, mut right) = (0, 0);
        if self.minus {
            right = missing;
        } else if self.zero && self.precision.is_none() {
            zeros += missing;
        } else {
            left = missing;
        }
        let [left, right] = [left, right].map(|count| " ".repeat(count));
        Ok(format!("{left}{sign}{mark}{}{digits}{right}", "0".repeat(zeros)))
    }

    fn float(&self, number: &Number) -> String {
        /// Digits after the point where the verb does not say.
        const PLACES: usize = 6;
        let places = self.precision.unwrap_or(PLACES);
        let mut text = match self.letter {
            'f' => number.to_fixed(places),
            'e' | 'E' => number.to_scientific(Some(places)),
            _ => number.to_general(self.precision),
        };
        if self.letter.is_ascii_uppercase() && !number.is_infinite() {
            text.make_ascii_uppercase();
        }
        let (sign, digits) = match text.strip_prefix(['-', '+']) {
            Some(rest) if text.starts_with('-') => ("-", rest),
            Some(rest) => (if self.space { " " } else { "+" }, rest),
            None => (self.sign(false), &*text),
        };
        let missing = self.width.saturating_sub(sign.len() + digits.len());
        if self.zero && !number.is_infinite() {
            return format!("{sign}{}{digits}", "0".repeat(missing));
        }
        let fill = " ".repeat(missing);
        if self.minus { format!("{sign}{digits}{fill}") } else { format!("{fill}{sign}{digits}") }
    }

    fn sign(&self, negative: bool) -> &'static str {
        match (negative, self.plus, self.space) {
            (true, ..) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            (false, false, false) => "",
        }
    }
}

fn wanted(value: &Value, ty: Type) -> Result<Value, String> {
    convert(value, ty).map_err(|error| error.to_string())
}

//! JSON values to nodes.
//!
//! A mistake within an object or array is reported once; reading goes on at the next comma of it, or after its end.

use wb_core::diag::Diagnostic;
use wb_core::source::Span;

use super::string::{self, Problem};
use crate::lex;
use crate::parse::{self, MAX_DEPTH, Problems};
use crate::suggest;
use crate::tree::{Data, ExprId, ItemNode, JsonStringNode, Node, Run, Str, Tree};

/// A mistake was reported, and what is read is not at the end of a value.
struct Bail;

pub(super) struct Parser<'s, 't> {
    src: &'s str,
    bytes: &'s [u8],
    at: usize,
    depth: usize,
    tree: &'t mut Tree,
    pub(super) problems: Problems,
    lists: Vec<ExprId>,
    items: Vec<ItemNode>,
}

impl<'s, 't> Parser<'s, 't> {
    pub(super) fn new(src: &'s str, tree: &'t mut Tree) -> Self {
        Self {
            src,
            bytes: src.as_bytes(),
            at: 0,
            depth: 0,
            tree,
            problems: Problems::default(),
            lists: Vec::new(),
            items: Vec::new(),
        }
    }

    /// One value, and nothing after it.
    pub(super) fn document(&mut self) -> ExprId {
        self.blanks();
        let start = self.at;
        let Ok(root) = self.value() else {
            return self.node(start, self.src.len(), Data::Invalid);
        };
        self.blanks();
        if self.at < self.src.len() && self.problems.len() == 0 {
            let end = self.src.len().min(self.at + 1);
            let end = self.src.ceil_char_boundary(end);
            let span = self.span(self.at, end);
            self.problems.push(|| {
                Diagnostic::error(
                    "Extraneous data after value",
                    "Extra characters appear after the JSON value.",
                )
                .at(span)
            });
        }
        root
    }

    fn span(&self, start: usize, end: usize) -> Span {
        self.tree.span(narrow(start), narrow(end))
    }

    fn node(&mut self, start: usize, end: usize, data: Data) -> ExprId {
        let id = ExprId(narrow(self.tree.exprs.len()));
        self.tree.exprs.push(Node { start: narrow(start), end: narrow(end), data });
        id
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn value(&mut self) -> Result<ExprId, Bail> {
        self.blanks();
        let start = self.at;
        match self.peek() {
            Some(b'{') => self.nested(start, Self::object),
            Some(b'[') => self.nested(start, Self::array),
            Some(b'"') => self.string(),
            Some(b'-' | b'+' | b'.' | b'0'..=b'9') => Ok(self.number()),
            Some(b'a'..=b'z' | b'A'..=b'Z') => Ok(self.keyword()),
            _ => Err(self.no_value()),
        }
    }

    fn nested(
        &mut self,
        start: usize,
        read: fn(&mut Self, usize) -> Result<ExprId, Bail>,
    ) -> Result<ExprId, Bail> {
        self.depth += 1;
        let outer = (self.lists.len(), self.items.len());
        let result = if self.depth > MAX_DEPTH {
            let span = self.span(start, start + 1);
            self.problems.push(|| {
                Diagnostic::error(
                    "Nested too deeply",
                    format!("Here objects and arrays are nested more than {MAX_DEPTH} deep, which is the limit."),
                )
                .at(span)
            });
            Err(Bail)
        } else {
            read(self, start)
        };
        self.depth -= 1;
        self.lists.truncate(outer.0);
        self.items.truncate(outer.1);
        result
    }

    fn object(&mut self, open: usize) -> Result<ExprId, Bail> {
        let mark = self.items.len();
        self.at += 1;
        self.blanks();
        while self.peek() != Some(b'}') {
            let read = self.property();
            let kept = self.items.len();
            if read.is_err() {
                self.skip(b'}')?;
            }
            self.items.truncate(kept);
            self.blanks();
            match self.peek() {
                Some(b'}') => {}
                Some(b',') => self.comma(b'}'),
                _ => self.unclosed(open, b'}')?,
            }
        }
        self.at += 1;
        let first = self.tree.items.len();
        self.tree.items.extend(self.items.drain(mark..));
        let items = Run::since(first, self.tree.items.len());
        Ok(self.node(open, self.at, Data::Object { items, json: true }))
    }

    /// A name, a colon and a value.
    fn property(&mut self) -> Result<(), Bail> {
        self.blanks();
        let start = self.at;
        let key = self.value()?;
        if !matches!(
            self.tree.node(key).data,
            Data::String(_) | Data::JsonString(_) | Data::Invalid
        ) {
            let span = self.span(start, self.at);
            self.problems.push(|| {
                Diagnostic::error(
                    "Invalid object property name",
                    "A JSON object property name must be a string",
                )
                .at(span)
                .help("Write it in double quotes.")
            });
            return Err(Bail);
        }
        self.blanks();
        if self.peek() != Some(b':') {
            return Err(self.no_colon(start));
        }
        self.at += 1;
        let mark = self.lists.len();
        let value = self.value();
        self.lists.truncate(mark);
        let (value, whole) = match value {
            Ok(value) => (value, Ok(())),
            Err(bail) => (self.node(self.at, self.at, Data::Invalid), Err(bail)),
        };
        self.items.push(ItemNode { key, value });
        whole
    }

    fn array(&mut self, open: usize) -> Result<ExprId, Bail> {
        let mark = self.lists.len();
        self.at += 1;
        self.blanks();
        while self.peek() != Some(b']') {
            match self.value() {
                Ok(element) => self.lists.push(element),
                Err(_) => {
                    let invalid = self.node(self.at, self.at, Data::Invalid);
                    self.lists.push(invalid);
                    self.skip(b']')?;
                }
            }
            self.blanks();
            match self.peek() {
                Some(b']') => {}
                Some(b',') => self.comma(b']'),
                _ => self.unclosed(open, b']')?,
            }
        }
        self.at += 1;
        let first = self.tree.lists.len();
        self.tree.lists.extend(self.lists.drain(mark..));
        let elements = Run::since(first, self.tree.lists.len());
        Ok(self.node(open, self.at, Data::Tuple(elements)))
    }

    /// Takes a comma, which nothing but a further element may follow.
    fn comma(&mut self, closer: u8) {
        let comma = self.at;
        self.at += 1;
        self.blanks();
        if self.peek() != Some(closer) {
            return;
        }
        let span = self.span(comma, comma + 1);
        self.problems.push(|| {
            match closer {
                b'}' => Diagnostic::error(
                    "Trailing comma in object",
                    "JSON does not permit a trailing comma after the final property in an object.",
                ),
                _ => Diagnostic::error(
                    "Trailing comma in array",
                    "JSON does not permit a trailing comma after the final value in an array.",
                ),
            }
            .at(span)
            .help("Remove the comma.")
        });
    }

    /// After an element, where neither a comma nor the end is.
    fn unclosed(&mut self, open: usize, closer: u8) -> Result<(), Bail> {
        let found = self.peek();
        let opened = self.span(open, open + 1);
        let span =
            self.span(self.at, self.src.ceil_char_boundary((self.at + 1).min(self.src.len())));
        self.problems.push(|| match (found, closer) {
            (None, b'}') => Diagnostic::error(
                "Unclosed object",
                "No closing brace was found for this JSON object.",
            )
            .at(opened),
            (None, _) => Diagnostic::error(
                "Unclosed array",
                "No closing bracket was found for this JSON array.",
            )
            .at(opened),
            (Some(b']'), b'}') => Diagnostic::error(
                "Mismatched braces",
                "A JSON object must be closed with a brace, not a bracket.",
            )
            .at(span)
            .label(opened, "opened here"),
            (Some(b'}'), _) => Diagnostic::error(
                "Mismatched brackets",
                "A JSON array must be closed with a bracket, not a brace.",
            )
            .at(span)
            .label(opened, "opened here"),
            (Some(b':'), b']') => Diagnostic::error(
                "Invalid array value",
                "A colon is not used to introduce values in a JSON array.",
            )
            .at(span)
            .help("Write { and } around properties."),
            (_, b'}') => Diagnostic::error(
                "Missing attribute separator comma",
                "A comma must appear between each property definition in an object.",
            )
            .at(span),
            _ => Diagnostic::error(
                "Missing attribute separator comma",
                "A comma must appear between each value in an array.",
            )
            .at(span),
        });
        match found {
            // The wrong bracket was meant as the right one.
            Some(b'}' | b']') if found != Some(closer) => {
                self.at += 1;
                Err(Bail)
            }
            Some(b'"' | b'{' | b'[') => Ok(()),
            _ => {
                self.skip(closer)?;
                if self.peek() == Some(b',') {
                    self.comma(closer);
                }
                Ok(())
            }
        }
    }

    /// Passes over what is left of a faulty element: to a comma or to `closer`, brackets that open on the way with all
    /// they hold.
    fn skip(&mut self, closer: u8) -> Result<(), Bail> {
        let mut open: Vec<u8> = Vec::new();
        loop {
            match self.peek() {
                None => return Err(Bail),
                Some(b',') if open.is_empty() => return Ok(()),
                Some(b) if b == closer && open.is_empty() => return Ok(()),
                Some(b'}' | b']') if open.is_empty() => return Err(Bail),
                Some(b'{') => open.push(b'}'),
                Some(b'[') => open.push(b']'),
                Some(b'}' | b']') => {
                    open.pop();
                }
                Some(b'"') => {
                    let rest = &self.src[self.at + 1..];
                    self.at += match string::extent(rest) {
                        Ok(extent) => extent.length + 1,
                        Err((length, _)) => length,
                    };
                }
                _ => {}
            }
            self.at = (self.at + 1).min(self.bytes.len());
        }
    }

    fn string(&mut self) -> Result<ExprId, Bail> {
        let open = self.at;
        let start = open + 1;
        let extent = match string::extent(&self.src[start..]) {
            Ok(extent) => extent,
            Err((length, problem)) => return self.broken_string(open, start + length, problem),
        };
        let end = start + extent.length;
        self.at = end + 1;
        let text = &self.src[start..end];
        if !extent.escaped && !has_sequences(text) && text.is_ascii() {
            let text = Str { start: narrow(start), end: narrow(end) };
            return Ok(self.node(open, end + 1, Data::String(text)));
        }
        if !extent.escaped {
            return Ok(self.string_of(open, text, Str { start: narrow(start), end: narrow(end) }));
        }
        let place = narrow(self.tree.text.len() + self.tree.decoded.len());
        match string::decode(text, place, narrow(start)) {
            Ok((decoded, anchors)) => {
                let kept = self.tree.keep(&decoded);
                if has_sequences(&decoded) {
                    self.tree.map_region(kept, anchors);
                }
                Ok(self.string_of(open, &decoded, kept))
            }
            Err(bad) => {
                let span = self.span(start + bad.start, start + bad.end);
                let context = self.span(open, end + 1);
                self.problems.push(|| {
                    Diagnostic::error(
                        "Invalid JSON string",
                        "This escape sequence means nothing in JSON.",
                    )
                    .at(span)
                    .within(context)
                    .help("For a backslash itself, write two: \\\\")
                });
                Ok(self.node(open, end + 1, Data::Invalid))
            }
        }
    }

    /// A string whose text, escapes resolved, is `text` and lies at `place`. What was read last ends with it.
    fn string_of(&mut self, open: usize, text: &str, place: Str) -> ExprId {
        let literal = match lex::normal(text) {
            std::borrow::Cow::Borrowed(_) => place,
            std::borrow::Cow::Owned(normal) => self.tree.keep(&normal),
        };
        if !has_sequences(text) {
            return self.node(open, self.at, Data::String(literal));
        }
        let (root, problems) = parse::template_at(self.tree, text, place.start, self.depth);
        let template = if problems.has_errors() { Err(problems) } else { Ok(root) };
        self.tree.json_strings.push(JsonStringNode { literal, template });
        let index = narrow(self.tree.json_strings.len() - 1);
        self.node(open, self.at, Data::JsonString(index))
    }

    fn broken_string(&mut self, open: usize, end: usize, problem: Problem) -> Result<ExprId, Bail> {
        let opened = self.span(open, open + 1);
        let whole = self.span(open, end);
        self.at = end;
        let next = self.src.ceil_char_boundary((end + 1).min(self.src.len()));
        let bad = self.span(end, next);
        self.problems.push(|| match problem {
            Problem::Control(c) => Diagnostic::error(
                "Invalid JSON string",
                format!(
                    "The control character U+{:04X} may not stand in a JSON string.",
                    u32::from(c)
                ),
            )
            .at(bad)
            .within(whole)
            .help(match c {
                '\t' => "Write a tab as \\t.".to_owned(),
                _ => format!("Write it as \\u{:04x}.", u32::from(c)),
            }),
            _ => Diagnostic::error(
                "Invalid JSON string",
                "This string is not closed before the end of its line.",
            )
            .at(opened)
            .within(whole)
            .help("Add the closing quote (\"), or write a line end as \\n."),
        });
        if matches!(problem, Problem::Control(_))
            && let Ok(rest) = string::extent(&self.src[next..])
        {
            self.at = next + rest.length + 1;
            return Ok(self.node(open, self.at, Data::Invalid));
        }
        Err(Bail)
    }

    fn number(&mut self) -> ExprId {
        let start = self.at;
        while let Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        let text = &self.src[start..self.at];
        if is_number(text) {
            return self.node(start, self.at, Data::Number);
        }
        let span = self.span(start, self.at);
        self.problems.push(|| {
            Diagnostic::error(
                "Invalid JSON number",
                "There is a syntax error in the given JSON number.",
            )
            .at(span)
            .help("A number has digits before and after its point, no plus sign and no zeros in front.")
        });
        self.node(start, self.at, Data::Invalid)
    }

    fn keyword(&mut self) -> ExprId {
        let start = self.at;
        while let Some(b'a'..=b'z' | b'A'..=b'Z' | b'_') = self.peek() {
            self.at += 1;
        }
        let text = &self.src[start..self.at];
        let data = match text {
            "true" => Data::Bool(true),
            "false" => Data::Bool(false),
            "null" => Data::Null,
            _ => {
                let span = self.span(start, self.at);
                self.problems.push(|| bad_keyword(text).at(span));
                Data::Invalid
            }
        };
        self.node(start, self.at, data)
    }

    fn no_value(&mut self) -> Bail {
        const WANTED: &str =
            "A JSON value must start with a brace, a bracket, a number, a string, or a keyword.";
        let found = self.peek();
        let next = self.src.ceil_char_boundary((self.at + 1).min(self.src.len()));
        let span = self.span(self.at, next);
        self.problems.push(|| {
            match found {
                None => Diagnostic::error("Missing value", "The JSON data ends prematurely.").help(
                    "Write a value here; a file of configuration is one object, {} at least.",
                ),
                Some(b'}' | b',') => Diagnostic::error("Missing JSON value", WANTED),
                Some(b']') => Diagnostic::error("Missing array element value", WANTED),
                Some(b'\'') => Diagnostic::error("Invalid start of value", WANTED)
                    .help("Use double quotes (\") to enclose strings."),
                Some(b'/' | b'#') => Diagnostic::error("Invalid start of value", WANTED).help(
                    "JSON has no comments. A property named \"//\" is ignored and may hold one.",
                ),
                Some(_) => Diagnostic::error("Invalid start of value", WANTED),
            }
            .at(span)
        });
        Bail
    }

    fn no_colon(&mut self, start: usize) -> Bail {
        let found = self.peek();
        let key = self.span(start, self.at);
        let next = self.src.ceil_char_boundary((self.at + 1).min(self.src.len()));
        let span = self.span(self.at, next);
        self.problems.push(|| {
            match found {
                Some(b'}' | b',') => Diagnostic::error(
                    "Missing object value",
                    "A JSON object attribute must have a value, introduced by a colon.",
                ),
                Some(b'=') => Diagnostic::error(
                    "Missing property value colon",
                    "JSON uses a colon as its name/value delimiter, not an equals sign.",
                ),
                _ => Diagnostic::error(
                    "Missing property value colon",
                    "A colon must appear between an object property's name and its value.",
                ),
            }
            .at(span)
            .within(key)
        });
        Bail
    }
}

fn bad_keyword(text: &str) -> Diagnostic {
    let detail = match text {
        "undefined" | "NaN" | "Infinity" => {
            format!("The JavaScript identifier {text:?} cannot be used in JSON.")
        }
        _ => {
            let near = suggest::nearest(text, ["true", "false", "null"]);
            let hint = near.map_or(String::new(), |near| format!(" Did you mean {near:?}?"));
            format!("{text:?} is not a valid JSON keyword.{hint}")
        }
    };
    Diagnostic::error("Invalid JSON keyword", detail)
}

/// Whether a text holds template sequences, escaped ones included.
fn has_sequences(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), b"${").is_some()
        || memchr::memmem::find(text.as_bytes(), b"%{").is_some()
}

/// The grammar of RFC 8259 §6, and a size that can be represented.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let has_zero_in_front =
        digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit();
    !has_zero_in_front && lex::is_number(digits)
}

#[expect(clippy::cast_possible_truncation, reason = "texts over 1 GiB are refused at the door")]
fn narrow(at: usize) -> u32 {
    at as u32
}

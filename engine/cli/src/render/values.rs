//! Values and their differences as text, in the layout of Terraform's plans.
//!
//! Every line starts with the sign of what stands on it, set in by four columns a level; what a sign means is said in words at
//! the top of a plan. Text goes to one string, and nothing is written twice.

use std::fmt::Write as _;

use wb_core::text::quote_into;
use wb_core::value::{Value, View};
use wb_hcl::is_identifier;

use super::clean::clean_line;
use super::delta::{BlockDelta, Content, Delta, Hidden, NestedDelta, Shape, Sign, json_in, split};
use super::paint::Paint;

/// Writes values to the end of a text.
pub(crate) struct Values<'o> {
    pub(crate) out: &'o mut String,
    pub(crate) paint: Paint,
    /// Whether lines have signs. Without them they are set in as much less.
    pub(crate) signs: bool,
    /// Whether what stays the same is shown too.
    pub(crate) all: bool,
}

impl<'o> Values<'o> {
    /// For differences: lines have signs, and what stays is hidden.
    pub(crate) fn differences(out: &'o mut String, paint: Paint) -> Self {
        Self { out, paint, signs: true, all: false }
    }

    /// For values as they are.
    pub(crate) fn plain(out: &'o mut String, paint: Paint) -> Self {
        Self { out, paint, signs: false, all: true }
    }
}

/// Attributes that tell one object from another are shown although they are the same.
const ALWAYS_SHOWN: [&str; 3] = ["id", "name", "tags"];

impl Values<'_> {
    /// The attributes and blocks of a resource or block, between braces.
    pub(crate) fn block(&mut self, delta: &BlockDelta, level: usize) {
        self.content(delta, false, level);
    }

    fn content(&mut self, delta: &BlockDelta, replaces: bool, level: usize) {
        if delta.attributes.is_empty() && delta.blocks.is_empty() {
            self.out.push_str("{}");
            return self.replaces(replaces);
        }
        self.out.push('{');
        self.replaces(replaces);
        self.out.push('\n');
        let width = name_width(delta.attributes.iter().map(|(name, _)| name.as_str()));
        let mut hidden = 0;
        for (name, part) in &delta.attributes {
            if part.is_same() && !self.all && !ALWAYS_SHOWN.contains(&name.as_str()) {
                hidden += 1;
                continue;
            }
            self.entry(name, false, width, part, level + 1, true);
        }
        self.hidden(hidden, "attribute", level + 1);
        self.blocks(&delta.blocks, !delta.attributes.is_empty(), level + 1);
        self.line(Sign::Same, level);
        self.out.push('}');
    }

    fn blocks(&mut self, blocks: &[NestedDelta], after_attributes: bool, level: usize) {
        let mut hidden = 0;
        let mut last = if after_attributes { Some("") } else { None };
        for block in blocks {
            if block.sign == Sign::Same && !self.all {
                hidden += 1;
                continue;
            }
            if last.is_some_and(|last| last != block.name) {
                self.out.push('\n');
            }
            last = Some(&block.name);
            self.line(block.sign, level);
            self.name(&block.name, false);
            if let Some(label) = &block.label {
                self.out.push(' ');
                quote_into(label, self.out);
            }
            self.out.push(' ');
            match &block.content {
                Content::Block(content) => self.content(content, block.replaces, level),
                Content::Unknown => self.braced("(known after apply)", level),
                Content::Hidden => {
                    self.braced("# (sensitive: what is in this block is not shown)", level);
                }
            }
            self.out.push('\n');
        }
        if hidden > 0 {
            self.out.push('\n');
            self.hidden(hidden, "block", level);
        }
    }

    fn braced(&mut self, text: &str, level: usize) {
        self.out.push_str("{\n");
        self.line(Sign::Same, level + 1);
        self.out.push_str(text);
        self.out.push('\n');
        self.line(Sign::Same, level);
        self.out.push('}');
    }

    /// `NAME = VALUE` on a line of its own. `alone` where it stands for itself, so that it says what becomes of it.
    pub(crate) fn entry(
        &mut self,
        name: &str,
        quoted: bool,
        width: usize,
        delta: &Delta,
        level: usize,
        alone: bool,
    ) {
        if let Shape::Hidden(hidden) = delta.shape {
            self.warning(hidden, level);
        }
        self.line(delta.sign, level);
        let start = self.out.len();
        self.name(name, quoted);
        let written = self.out[start..].chars().count();
        self.out.extend(std::iter::repeat_n(' ', width.saturating_sub(written)));
        self.out.push_str(" = ");
        self.delta(delta, level);
        if alone && delta.sign == Sign::Remove && !is_null(delta) {
            let arrow = self.paint.yellow("->");
            let _ = write!(self.out, " {arrow} {}", self.paint.dim("null"));
        }
        if !opens_with_replaces(delta) {
            self.replaces(delta.replaces);
        }
        self.out.push('\n');
    }

    /// A difference, from where its name ended.
    pub(crate) fn delta(&mut self, delta: &Delta, level: usize) {
        match &delta.shape {
            Shape::Whole(value) => self.whole(value, delta.sign, level),
            Shape::Arrow { before, after } => {
                self.whole(before, Sign::Remove, level);
                let _ = write!(self.out, " {} ", self.paint.yellow("->"));
                self.whole(after, Sign::Add, level);
            }
            Shape::Hidden(_) => self.out.push_str("(sensitive value)"),
            Shape::Text(lines) => self.text(lines, level),
            Shape::Json(inner) => self.json(inner, level),
            Shape::Elements(elements) => self.elements(elements, delta.replaces, level),
            Shape::Entries { quoted, entries } => {
                self.out.push('{');
                self.replaces(delta.replaces);
                self.out.push('\n');
                let width = key_width(entries.iter().map(|(name, _)| name.as_str()), *quoted);
                let mut hidden = 0;
                for (name, part) in entries {
                    let is_shown = !quoted && ALWAYS_SHOWN.contains(&name.as_str());
                    if part.is_same() && !is_shown && !self.all {
                        hidden += 1;
                        continue;
                    }
                    self.entry(name, *quoted, width, part, level + 1, false);
                }
                let what = if *quoted { "element" } else { "attribute" };
                self.hidden(hidden, what, level + 1);
                self.line(Sign::Same, level);
                self.out.push('}');
            }
        }
    }

    /// A value all of which has one sign.
    pub(crate) fn whole(&mut self, value: &Value, sign: Sign, level: usize) {
        match value.view() {
            View::Marked(_, marks) if marks.is_sensitive() => {
                self.out.push_str("(sensitive value)");
            }
            View::Marked(_, marks) if marks.is_ephemeral() => {
                self.out.push_str("(ephemeral value)");
            }
            View::Marked(inner, _) => self.whole(inner, sign, level),
            View::Unknown(_) => self.out.push_str("(known after apply)"),
            View::Null(_) => {
                let _ = write!(self.out, "{}", self.paint.dim("null"));
            }
            View::Bool(value) => drop(write!(self.out, "{value}")),
            View::Number(value) => drop(write!(self.out, "{value}")),
            View::String(text) => self.string(text, sign, level),
            View::List(elements) | View::Set(elements) | View::Tuple(elements) => {
                if elements.is_empty() {
                    return self.out.push_str("[]");
                }
                self.out.push_str("[\n");
                for element in elements {
                    self.line(sign, level + 1);
                    self.whole(element, sign, level + 1);
                    self.out.push_str(",\n");
                }
                self.line(Sign::Same, level);
                self.out.push(']');
            }
            View::Map(map) => self.mapping(map.iter().collect(), true, sign, level),
            View::Object(object) => self.mapping(object.iter().collect(), false, sign, level),
        }
    }

    fn mapping(&mut self, entries: Vec<(&str, &Value)>, quoted: bool, sign: Sign, level: usize) {
        if entries.is_empty() {
            return self.out.push_str("{}");
        }
        self.out.push_str("{\n");
        let width = key_width(entries.iter().map(|(name, _)| *name), quoted);
        for (name, value) in entries {
            self.line(sign, level + 1);
            let start = self.out.len();
            self.name(name, quoted);
            let written = self.out[start..].chars().count();
            self.out.extend(std::iter::repeat_n(' ', width.saturating_sub(written)));
            self.out.push_str(" = ");
            self.whole(value, sign, level + 1);
            self.out.push('\n');
        }
        self.line(Sign::Same, level);
        self.out.push('}');
    }

    fn string(&mut self, text: &str, sign: Sign, level: usize) {
        if let Some(value) = json_in(text) {
            self.out.push_str("jsonencode(\n");
            self.line(Sign::Same, level + 1);
            self.whole(&value, sign, level + 1);
            self.out.push('\n');
            self.line(Sign::Same, level);
            self.out.push(')');
            return;
        }
        if !text.contains('\n') {
            return quote_into(text, self.out);
        }
        let lines: Vec<(Sign, &str)> = split(text).into_iter().map(|l| (Sign::Same, l)).collect();
        self.heredoc(&lines, level);
    }

    fn text(&mut self, lines: &[(Sign, String)], level: usize) {
        let lines: Vec<(Sign, &str)> = lines.iter().map(|(sign, l)| (*sign, l.as_str())).collect();
        self.heredoc(&lines, level);
    }

    fn heredoc(&mut self, lines: &[(Sign, &str)], level: usize) {
        self.out.push_str("<<-EOT\n");
        for (sign, line) in lines {
            self.line(*sign, level + 1);
            self.out.push_str(&clean_line(line));
            while self.out.ends_with(' ') && line.is_empty() {
                self.out.pop();
            }
            self.out.push('\n');
        }
        self.line(Sign::Same, level);
        self.out.push_str("EOT");
    }

    fn json(&mut self, inner: &Delta, level: usize) {
        self.out.push_str("jsonencode(");
        if inner.is_same() {
            self.out.push_str(" # whitespace changes");
        }
        self.out.push('\n');
        self.line(inner.sign, level + 1);
        self.delta(inner, level + 1);
        self.out.push('\n');
        self.line(Sign::Same, level);
        self.out.push(')');
    }

    /// Of runs of elements that stay, those beside a change are shown.
    fn elements(&mut self, elements: &[Delta], replaces: bool, level: usize) {
        self.out.push('[');
        self.replaces(replaces);
        self.out.push('\n');
        let changes = |at: usize| elements.get(at).is_some_and(|e| !e.is_same());
        let mut hidden = 0;
        for (at, element) in elements.iter().enumerate() {
            if element.is_same() && !changes(at + 1) && (at == 0 || !changes(at - 1)) {
                hidden += 1;
                continue;
            }
            self.hidden(std::mem::take(&mut hidden), "element", level + 1);
            self.line(element.sign, level + 1);
            self.delta(element, level + 1);
            self.out.push(',');
            if !opens_with_replaces(element) {
                self.replaces(element.replaces);
            }
            self.out.push('\n');
        }
        self.hidden(hidden, "element", level + 1);
        self.line(Sign::Same, level);
        self.out.push(']');
    }

    /// What to know of a value that is not shown.
    fn warning(&mut self, hidden: Hidden, level: usize) {
        let (first, second, changes) = match hidden {
            Hidden::Stays => return,
            Hidden::Becomes { changes } => (
                "this attribute value will be marked as sensitive and will not",
                "display in UI output after applying this change.",
                changes,
            ),
            Hidden::Ends { changes } => (
                "this attribute value will no longer be marked as sensitive",
                "after applying this change.",
                changes,
            ),
        };
        let unchanged = if changes { "" } else { " The value is unchanged." };
        let word = self.paint.yellow("Warning:");
        let blank = " ".repeat(4 * level + 2);
        let _ = writeln!(self.out, "{blank}# {word} {first}\n{blank}# {second}{unchanged}");
    }

    fn hidden(&mut self, count: usize, what: &str, level: usize) {
        if count == 0 {
            return;
        }
        self.line(Sign::Same, level);
        let many = if count == 1 { "" } else { "s" };
        let text = format!("# ({count} unchanged {what}{many} hidden)");
        let _ = writeln!(self.out, "{}", self.paint.dim(text));
    }

    fn replaces(&mut self, replaces: bool) {
        if replaces {
            let _ = write!(self.out, " {}", self.paint.red("# forces replacement"));
        }
    }

    /// The blanks before a line, and its sign.
    pub(crate) fn line(&mut self, sign: Sign, level: usize) {
        self.out.extend(std::iter::repeat_n(' ', 4 * level));
        if !self.signs {
            return;
        }
        let out = &mut *self.out;
        // Writing to a string cannot fail.
        let _ = match sign {
            Sign::Same => write!(out, "    "),
            Sign::Add => write!(out, "  {} ", self.paint.green("+")),
            Sign::Change => write!(out, "  {} ", self.paint.yellow("~")),
            Sign::Remove => write!(out, "  {} ", self.paint.red("-")),
        };
    }

    /// A name of an attribute, or the key of a map.
    fn name(&mut self, name: &str, quoted: bool) {
        if quoted || !is_identifier(name) {
            quote_into(name, self.out);
        } else {
            self.out.push_str(name);
        }
    }
}

/// How wide the names are as they are written.
pub(crate) fn name_width<'n>(names: impl Iterator<Item = &'n str>) -> usize {
    key_width(names, false)
}

fn key_width<'n>(names: impl Iterator<Item = &'n str>, quoted: bool) -> usize {
    let width = |name: &str| {
        if !quoted && is_identifier(name) {
            return name.chars().count();
        }
        let mut text = String::new();
        quote_into(name, &mut text);
        text.chars().count()
    };
    names.map(width).max().unwrap_or(0)
}

/// Whether the words stand behind the opening bracket.
fn opens_with_replaces(delta: &Delta) -> bool {
    matches!(delta.shape, Shape::Elements(_) | Shape::Entries { .. })
}

fn is_null(delta: &Delta) -> bool {
    matches!(&delta.shape, Shape::Whole(value) if value.is_null() && value.is_known())
}

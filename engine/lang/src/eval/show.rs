//! Values in diagnostics: what the references in a faulty expression stand for, in few words.
//!
//! Nothing sensitive or ephemeral is ever shown, only that it is there, and even that only where it is what the
//! problem is about.

use wb_core::diag::ShownValue;
use wb_core::refine::MAX_LENGTH;
use wb_core::text::quote;
use wb_core::ty::Type;
use wb_core::value::{Value, View};
use wb_hcl::{Expr, Step, StepKind, Traversal};

use super::Evaluator;

/// What a problem is about, where that is not the values themselves.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Cause {
    #[default]
    Values,
    /// That something is not known yet.
    Unknown,
    /// That something is sensitive or ephemeral.
    Confidential,
}

/// Strings are cut after so many characters.
const LONGEST_STRING: usize = 128;
/// Lengths beyond this distract.
const LONGEST_LENGTH: usize = 1024;
/// So many values are shown.
const MOST_VALUES: usize = 16;

/// What to say about a value; nothing where it is better not mentioned.
#[must_use]
pub fn describe(value: &Value, cause: Cause) -> Option<String> {
    let marks = value.marks();
    if marks.is_sensitive() || marks.is_ephemeral() {
        let what =
            if marks.is_sensitive() { "has a sensitive value" } else { "has an ephemeral value" };
        return (cause == Cause::Confidential).then(|| what.to_owned());
    }
    let value = value.unmarked();
    if value.is_known() {
        return Some(format!("is {}", summary(value)));
    }
    let ty = value.ty();
    match cause {
        Cause::Unknown if ty == Type::DYNAMIC => Some("will be known only after apply".to_owned()),
        Cause::Unknown => {
            let length = if ty.is_collection() { expected_length(value) } else { String::new() };
            Some(format!("is a {}{length}, known only after apply", ty.friendly_name()))
        }
        _ if ty == Type::DYNAMIC => None,
        _ => Some(format!("is a {}", ty.friendly_name())),
    }
}

/// What is known of how many elements there will be.
fn expected_length(value: &Value) -> String {
    let (min, max) = value.length_bounds();
    let max = if max == MAX_LENGTH { usize::MAX } else { max };
    match (min, max) {
        (min, max) if min == max => format!(" of length {min}"),
        (0, max) if max <= LONGEST_LENGTH => format!(" with up to {max} elements"),
        (0, _) => String::new(),
        (min, max) if max <= LONGEST_LENGTH => format!(" with between {min} and {max} elements"),
        (min, _) => format!(" with at least {min} elements"),
    }
}

/// A known value in one line: primitives as they are, anything else by its kind and size. Elements are not shown, as
/// they may be marked.
fn summary(value: &Value) -> String {
    let name = || value.ty().friendly_name();
    let counted = |length: usize| match length {
        0 => format!("empty {}", name()),
        1 => format!("{} with 1 element", name()),
        _ => format!("{} with {length} elements", name()),
    };
    match value.view() {
        View::Null(_) => "null".to_owned(),
        View::Bool(value) => value.to_string(),
        View::Number(number) => number.to_general(Some(10)),
        View::String(text) => cut(text),
        View::List(elements) | View::Set(elements) | View::Tuple(elements) => {
            counted(elements.len())
        }
        View::Map(map) => counted(map.len()),
        View::Object(object) => match object.len() {
            0 => "object with no attributes".to_owned(),
            1 => format!("object with 1 attribute {}", quote(object.shape().name(0))),
            length => format!("object with {length} attributes"),
        },
        View::Marked(..) | View::Unknown(_) => "(not yet known)".to_owned(),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST_STRING) {
        Some((end, _)) => format!("{} (cut)", quote(&format!("{}…", &text[..end]))),
        None => quote(text),
    }
}

impl<'t> Evaluator<'_, '_, 't> {
    /// The values that an expression reads.
    pub(super) fn shown_values(&mut self, expr: Expr<'t>) -> Vec<ShownValue> {
        // Working out a value may fail in its turn; that is of no interest here.
        if std::mem::replace(&mut self.env.is_showing, true) {
            return Vec::new();
        }
        let mut shown: Vec<ShownValue> = Vec::new();
        for traversal in expr.variables().take(MOST_VALUES) {
            if let Some(value) = self.shown_value(&traversal)
                && !shown.contains(&value)
            {
                shown.push(value);
            }
        }
        self.env.is_showing = false;
        shown.sort_by(|a, b| a.traversal.cmp(&b.traversal));
        shown
    }

    /// The value of the longest part of a traversal that has one.
    fn shown_value(&mut self, traversal: &Traversal<'t>) -> Option<ShownValue> {
        let steps: Vec<Step<'_>> = traversal.steps().iter().collect();
        let mut name = traversal.root().to_owned();
        let (mut value, taken) = self.start_of(traversal)?;
        steps[..taken].iter().for_each(|step| push_step(&mut name, step));
        for step in &steps[taken..] {
            let next = match step.kind {
                StepKind::Attribute(attribute) => wb_core::access::get_attr(&value, attribute),
                StepKind::Key(key) => wb_core::access::index(&value, &Value::string(key)),
                StepKind::Index(digits) => match wb_core::number::Number::parse(digits) {
                    Ok(number) => wb_core::access::index(&value, &Value::number(number)),
                    Err(_) => break,
                },
                StepKind::Odd(_) | StepKind::Splat => break,
            };
            let Ok(next) = next else { break };
            push_step(&mut name, step);
            value = next;
        }
        let statement = describe(&value, Cause::Values)?;
        Some(ShownValue { traversal: name, statement })
    }
}

fn push_step(name: &mut String, step: &Step<'_>) {
    match step.kind {
        StepKind::Attribute(attribute) => {
            name.push('.');
            name.push_str(attribute);
        }
        StepKind::Key(key) => name.push_str(&format!("[{}]", quote(key))),
        StepKind::Index(digits) => name.push_str(&format!("[{digits}]")),
        StepKind::Odd(_) | StepKind::Splat => name.push_str("[...]"),
    }
}

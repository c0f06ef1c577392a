//! What `templatefile` and `templatestring` have in common.

use unicode_segmentation::UnicodeSegmentation;
use wb_core::diag::Diagnostic;
use wb_core::source::{FileId, Span};
use wb_core::value::{Value, View};
use wb_hcl::{is_identifier, parse_template, suggest};

use super::super::args::quoted;
use super::super::fault::{Fault, Outcome};
use crate::eval::Env;

/// The argument that holds the variables.
const VARIABLES: usize = 1;

/// Renders a template with the entries of a map or object as its variables. `name` is what messages call the text.
pub(in super::super) fn render(
    name: Option<&str>,
    text: &str,
    variables: &Value,
    env: &mut Env<'_>,
) -> Outcome {
    let source = Source { name, text };
    let variables = entries(variables)?;
    env.charge(text.len())?;
    // No diagnostic with a place in this file leaves this function.
    let (template, problems) = parse_template(FileId::from_index(0), text);
    if problems.has_errors() {
        return Err(source.fault(problems.iter()));
    }
    let is_missing = |root: &str| variables.iter().all(|(name, _)| *name != root);
    let missing = template.expr().variables().find(|traversal| is_missing(traversal.root()));
    if let Some(traversal) = missing {
        return Err(source.missing(traversal.root(), traversal.root_span(), &variables));
    }
    match env.render(template.expr(), variables)? {
        Ok(value) => Ok(value),
        Err(problems) => Err(source.fault(problems.iter())),
    }
}

fn entries(variables: &Value) -> Result<Vec<(&str, Value)>, Fault> {
    let entries: Vec<(&str, Value)> = match variables.unmarked().view() {
        View::Object(object) => object.iter().map(|(name, value)| (name, value.clone())).collect(),
        View::Map(map) => map.iter().map(|(name, value)| (name, value.clone())).collect(),
        _ => return Err(Fault::arg(VARIABLES, "invalid vars value: must be a map")),
    };
    match entries.iter().find(|(name, _)| !is_identifier(name)) {
        None => Ok(entries),
        Some((name, _)) => {
            let name = quoted(name);
            let message = format!(
                "invalid template variable name {name}: must start with a letter, followed by zero or more letters, \
                 digits, and underscores"
            );
            Err(Fault::arg(VARIABLES, message))
        }
    }
}

/// Without the middle, if there is too much of it: where templates render each other, each adds its place.
fn shortened(message: String) -> String {
    const LONGEST: usize = 2_000;
    if message.len() <= LONGEST {
        return message;
    }
    let start = &message[..message.floor_char_boundary(LONGEST / 2)];
    let end = &message[message.ceil_char_boundary(message.len() - LONGEST / 2)..];
    format!("{start} … {end}")
}

/// The text of a template, for messages.
struct Source<'a> {
    name: Option<&'a str>,
    text: &'a str,
}

impl Source<'_> {
    fn missing(&self, root: &str, at: Span, variables: &[(&str, Value)]) -> Fault {
        let place = match self.name {
            Some(_) => format!(", referenced at {}", self.place(at)),
            None => String::new(),
        };
        let near = suggest::nearest(root, variables.iter().map(|(name, _)| *name));
        let hint = near.map(|near| format!("; there is {}", quoted(near)));
        let message = format!("vars map does not contain key {}{place}", quoted(root));
        Fault::arg(VARIABLES, message + hint.as_deref().unwrap_or_default())
    }

    /// All that is wrong, each with its place.
    fn fault<'d>(&self, problems: impl Iterator<Item = &'d Diagnostic>) -> Fault {
        let one = |problem: &Diagnostic| {
            let place = problem.subject.map_or(String::new(), |span| self.place(span) + ": ");
            let detail = problem.detail.trim_end_matches('.');
            format!("{place}{}; {detail}", problem.summary)
        };
        let all: Vec<String> = problems.filter(|problem| problem.is_error()).map(one).collect();
        Fault::new(shortened(all.join("\n")))
    }

    /// `NAME:LINE,COLUMN-COLUMN`, or both lines where there are two.
    fn place(&self, span: Span) -> String {
        let name = self.name.unwrap_or("<template>");
        let position = |offset: u32| {
            let before = self.text.get(..offset as usize).unwrap_or(self.text);
            let start = before.rfind('\n').map_or(0, |end| end + 1);
            let line = before.matches('\n').count() + 1;
            (line, before[start..].graphemes(true).count() + 1)
        };
        let ((line, column), (end_line, end_column)) = (position(span.start), position(span.end));
        let end = if line == end_line { String::new() } else { format!("{end_line},") };
        format!("{name}:{line},{column}-{end}{end_column}")
    }
}

//! How many instances a block has: `count`, `for_each` and `lifecycle.enabled`.

use wb_core::diag::Diagnostic;
use wb_core::source::Span;
use wb_hcl::{Attribute, Expression};

use super::context::Context;

/// What decides how many instances there are, and what tells them apart.
#[derive(Clone, Default, Debug)]
pub enum Repetition {
    /// One instance without a key.
    #[default]
    None,
    Count(Expression),
    ForEach(Expression),
    /// One instance without a key, or none.
    Enabled(Expression),
}

impl Repetition {
    /// The argument that decides.
    #[must_use]
    pub fn argument(&self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Count(_) => Some("count"),
            Self::ForEach(_) => Some("for_each"),
            Self::Enabled(_) => Some("enabled"),
        }
    }

    #[must_use]
    pub fn expression(&self) -> Option<&Expression> {
        match self {
            Self::None => None,
            Self::Count(e) | Self::ForEach(e) | Self::Enabled(e) => Some(e),
        }
    }

    /// Where the expression that decides is written.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        self.expression().map(Expression::span)
    }

    /// Whether instances have keys.
    #[must_use]
    pub fn has_keys(&self) -> bool {
        matches!(self, Self::Count(_) | Self::ForEach(_))
    }

    pub(super) fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }
}

/// The arguments of one block that decide. At most one may be there.
#[derive(Default)]
pub(super) struct Arguments<'t> {
    pub(super) count: Option<Attribute<'t>>,
    pub(super) for_each: Option<Attribute<'t>>,
    pub(super) enabled: Option<Attribute<'t>>,
}

impl Arguments<'_> {
    /// Makes one thing of them. `what` says what there would be many of, in the plural.
    pub(super) fn lower(self, what: &str, ctx: &mut Context<'_>) -> Repetition {
        let given = [("count", self.count), ("enabled", self.enabled), ("for_each", self.for_each)];
        let given: Vec<(&str, Span)> =
            given.iter().filter_map(|(name, a)| Some((*name, a.as_ref()?.name_span))).collect();
        if given.len() > 1 {
            ctx.report(conflict(&given, what));
        }
        if let Some(count) = self.count {
            Repetition::Count(ctx.keep(count.expr))
        } else if let Some(for_each) = self.for_each {
            Repetition::ForEach(ctx.keep(for_each.expr))
        } else if let Some(enabled) = self.enabled {
            Repetition::Enabled(ctx.keep(enabled.expr))
        } else {
            Repetition::None
        }
    }
}

fn conflict(given: &[(&str, Span)], what: &str) -> Diagnostic {
    let quoted: Vec<String> = given.iter().map(|(name, _)| format!("{name:?}")).collect();
    let names = match &quoted[..] {
        [first, second] => format!("{first} and {second}"),
        [rest @ .., last] => format!("{}, and {last}", rest.join(", ")),
        [] => String::new(),
    };
    let mut in_order: Vec<Span> = given.iter().map(|(_, span)| *span).collect();
    in_order.sort_unstable();
    let mut problem = Diagnostic::error(
        format!("Invalid combination of {names}"),
        format!("Each of {names} says how many {what} there are, so only one of them may be set."),
    );
    if let [rest @ .., last] = &in_order[..] {
        problem = problem.at(*last);
        for other in rest {
            problem = problem.label(*other, "also set here");
        }
    }
    problem.help("Keep one of them and remove the others.")
}

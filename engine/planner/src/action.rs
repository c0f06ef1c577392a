//! What is done to an object, from what it is and what it should be.

use wb_core::provider::Planned;
use wb_core::source::Span;
use wb_core::value::Value;
use wb_plan::{Action, Reason};

/// What a block says of how its object may be changed.
#[derive(Clone, Debug)]
pub(crate) struct Wishes {
    pub(crate) create_first: bool,
    /// The object is let go of where it would be destroyed.
    pub(crate) let_go: bool,
    /// Where it says that the object must not be destroyed.
    pub(crate) prevent_destroy: Option<Span>,
    /// Something that it names changes.
    pub(crate) is_triggered: bool,
    /// The user asked for a new object.
    pub(crate) is_requested: bool,
}

/// An action and why it is that.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Found {
    pub(crate) action: Action,
    pub(crate) reason: Reason,
}

/// The action for an instance that is declared.
pub(crate) fn decide(
    prior: &Value,
    planned: &Planned,
    is_tainted: bool,
    same_marks: bool,
    wishes: &Wishes,
) -> Found {
    if prior.is_null() {
        return Found { action: Action::Create, reason: Reason::Plain };
    }
    let replace = if wishes.let_go {
        Action::ForgetAndCreate
    } else {
        Action::Replace { create_first: wishes.create_first }
    };
    let why = if wishes.is_triggered {
        Some(Reason::Triggered)
    } else if is_tainted {
        Some(Reason::Tainted)
    } else if wishes.is_requested {
        Some(Reason::Requested)
    } else if !planned.replace.is_empty() {
        Some(Reason::CannotUpdate)
    } else {
        None
    };
    match why {
        Some(reason) => Found { action: replace, reason },
        None if *prior == planned.value && same_marks => {
            Found { action: Action::NoOp, reason: Reason::Plain }
        }
        None => Found { action: Action::Update, reason: Reason::Plain },
    }
}

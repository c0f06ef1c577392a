//! What comes of trying a node.

use wb_core::value::Value;

use super::expand::Keys;

/// What a driver makes of a node.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// This is its value.
    Value(Value),
    /// Something outside has to be asked first; whoever gets the answer calls [`super::World::wake`].
    Parked,
}

/// What the world makes of one.
pub(super) enum Evaluated {
    Value(Value),
    Parked,
    Keys(Keys),
}

impl From<Outcome> for Evaluated {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Value(value) => Self::Value(value),
            Outcome::Parked => Self::Parked,
        }
    }
}

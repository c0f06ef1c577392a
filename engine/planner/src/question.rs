//! What a planner asks, and what it is told.

use std::sync::Arc;

use wb_core::addr::{AbsInstance, ObjectAddr, ProviderInstance};
use wb_core::value::Value;

/// Names a question within one planning.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct QuestionId(pub u32);

/// Something that only the outside can tell. All values are unmarked, and wholly known.
#[derive(Clone, Debug)]
pub struct Question {
    pub id: QuestionId,
    pub provider: ProviderInstance,
    pub wanted: Wanted,
}

/// What is wanted of a provider.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// To be configured. Its other questions come after this is answered.
    Configure {
        config: Value,
    },
    /// An object as it is now.
    Refresh {
        object: ObjectAddr,
        prior: Value,
        private: Vec<u8>,
    },
    /// A data source.
    ReadData {
        instance: AbsInstance,
        config: Value,
    },
    /// An object that is to be adopted, as it is now.
    Import {
        instance: AbsInstance,
        id: ImportId,
    },
    OpenEphemeral {
        instance: AbsInstance,
        config: Value,
    },
}

/// What an object to be adopted is named by.
#[derive(Clone, PartialEq, Debug)]
pub enum ImportId {
    Id(Arc<str>),
    /// An object of the identity's attributes.
    Identity(Value),
}

/// What came of a question.
#[derive(Clone, Debug)]
pub enum Answer {
    Configured,
    /// The object; nothing where it exists no more, or there is none to import.
    Object {
        value: Option<Value>,
        private: Vec<u8>,
    },
    /// What a data source gave, or an ephemeral object that was opened. Whoever opened it closes it.
    Value(Value),
    Failed(Failure),
}

/// Why there is no answer, for the user.
#[derive(Clone, PartialEq, Debug)]
pub struct Failure {
    pub summary: String,
    pub detail: String,
    /// Where in the configuration the cause is, if anywhere.
    pub path: Option<wb_core::path::Path>,
    pub help: Vec<String>,
}

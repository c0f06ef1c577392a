//! What is known of one declared instance while it is planned.

use std::sync::Arc;

use wb_core::value::Value;
use wb_plan::Change;
use wb_state::{Object, Status};

use crate::{Answer, QuestionId};

/// One declared instance.
#[derive(Debug, Default)]
pub(crate) struct Item {
    pub(crate) stage: Stage,
    pub(crate) prior: Option<Prior>,
    /// What is wanted from outside and has been asked for.
    pub(crate) asked: Option<QuestionId>,
    pub(crate) answer: Option<Answer>,
    pub(crate) importing: Option<wb_plan::Importing>,
    pub(crate) change: Option<Change>,
}

/// How far it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(crate) enum Stage {
    #[default]
    New,
    /// What the state has of it is loaded.
    Loaded,
    /// It was read, or need not be.
    Observed,
    Done,
}

/// An object that exists.
#[derive(Clone, Debug)]
pub(crate) struct Prior {
    /// As the state has it.
    pub(crate) object: Arc<Object>,
    /// As it was last observed. Wears its marks.
    pub(crate) value: Value,
    pub(crate) private: Vec<u8>,
}

impl Prior {
    pub(crate) fn is_tainted(&self) -> bool {
        self.object.status == Status::Tainted
    }
}

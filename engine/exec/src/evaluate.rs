//! What the executor asks of the language.

use std::sync::Arc;

use wb_core::addr::{AbsInstance, ProviderInstance};
use wb_core::diag::Diagnostics;
use wb_core::path::Path;
use wb_core::source::Span;
use wb_core::value::Value;
use wb_plan::{Change, CheckBlock};

pub use wb_lang::config::{OnFailure, When};

/// The stack of the plan that is carried out, and what is known of it by now. The executor tells it of every value as it
/// comes to be, and asks only for what these make known.
///
/// Synchronous, and called by one task alone. Values that are given wear their marks.
pub trait Evaluate {
    /// The configuration of the change's object, wholly known, of its schema's type. What `ignore_changes` names of an
    /// object that stays has the value of [`Change::before`], as it had for the plan. Write-only and ephemeral values are in it.
    ///
    /// # Errors
    /// Where it cannot be had.
    fn config(&mut self, change: &Change) -> Result<Value, Stuck>;

    /// The configuration of a provider, wholly known.
    ///
    /// # Errors
    /// Where it cannot be had.
    fn provider_config(&mut self, provider: &ProviderInstance) -> Result<Value, Stuck>;

    /// Whether the change's resource has provisioners that run then. Cheap: asked for every step.
    fn has_provisioners(&self, change: &Change, when: When) -> bool;

    /// The provisioners that run then, in order, with `object` as `self`.
    ///
    /// # Errors
    /// Where their arguments cannot be had.
    fn provisioners(
        &mut self,
        change: &Change,
        object: &Value,
        when: When,
    ) -> Result<Vec<Provision>, Stuck>;

    /// Evaluates the conditions of one instance of a resource, data source or ephemeral resource, and keeps the result
    /// for [`Evaluate::checks`]. `object` is `self` of postconditions. Errors say that a condition does not hold, or
    /// cannot be evaluated; the step fails.
    fn conditions(
        &mut self,
        instance: &AbsInstance,
        phase: Phase,
        object: Option<&Value>,
    ) -> Diagnostics;

    /// How an ephemeral object is opened.
    ///
    /// # Errors
    /// Where its configuration cannot be had.
    fn ephemeral(&mut self, instance: &AbsInstance) -> Result<Opening, Stuck>;

    /// The ephemeral object is open, and this is its value.
    fn opened(&mut self, instance: &AbsInstance, value: Value);

    /// The ephemeral object is closed: its value is to be forgotten.
    fn closed(&mut self, instance: &AbsInstance);

    /// The object of this instance is made, changed or read, and this is its value.
    fn made(&mut self, instance: &AbsInstance, value: Value);

    /// All outputs of the root module, when everything else is done. What hangs on something that failed has no value.
    fn outputs(&mut self) -> (Vec<OutputNow>, Diagnostics);

    /// The results of all blocks with conditions, when everything else is done: what was evaluated on the way, and what
    /// is evaluated now, such as conditions of objects that did not change.
    fn checks(&mut self) -> (Vec<CheckBlock>, Diagnostics);

    /// The expression that gives a part of the change's configuration its value, as the stack has it: for intents, where
    /// the value is not known yet.
    fn expression(&self, _change: &Change, _path: &Path) -> Option<String> {
        None
    }

    /// Where a part of the change's configuration is written: for problems that a provider has with it.
    fn place(&self, _change: &Change, _path: &Path) -> Option<Span> {
        None
    }
}

/// Why the language has no answer.
#[derive(Clone, PartialEq, Debug)]
pub enum Stuck {
    /// It needs these ephemeral objects. To be opened, and asked again.
    Open(Vec<AbsInstance>),
    Failed(Diagnostics),
}

impl From<Diagnostics> for Stuck {
    fn from(diags: Diagnostics) -> Self {
        Self::Failed(diags)
    }
}

/// When conditions are evaluated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Preconditions: before the object is made, changed, read or opened.
    Before,
    /// Postconditions.
    After,
}

/// What it takes to open an ephemeral object.
#[derive(Clone, PartialEq, Debug)]
pub struct Opening {
    pub provider: ProviderInstance,
    /// Wholly known.
    pub config: Value,
}

/// A provisioner that is to run.
#[derive(Clone, PartialEq, Debug)]
pub struct Provision {
    /// `local-exec`, `remote-exec` or `file`.
    pub kind: Arc<str>,
    /// Its arguments, as [`wb_core::provisioner::schema`] has them.
    pub config: Value,
    /// How to reach the object, as [`wb_core::provisioner::connection`] has it: the provisioner's own block over the
    /// resource's. Null where there is neither.
    pub connection: Value,
    pub on_failure: OnFailure,
    pub span: Option<Span>,
}

/// An output of the root module.
#[derive(Clone, PartialEq, Debug)]
pub struct OutputNow {
    pub name: Arc<str>,
    /// Nothing where it cannot be known now: it keeps the value that the state has of it.
    pub value: Option<Value>,
    pub sensitive: bool,
    pub deprecated: Option<String>,
}

//! What the executor is given, and what it gives back.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::watch;
use wb_core::addr::{AbsInstance, ProviderInstance};
use wb_core::diag::Diagnostics;
use wb_plan::Plan;
use wb_sdk::{Ambient, Configured, Fence, Providers};
use wb_state::{OpenId, RunId, State};

use crate::{Evaluate, Event, JournalSink};

/// The providers that are configured already, for the same configuration as they have now.
pub type Clients = BTreeMap<ProviderInstance, Configured>;

/// A plan to be carried out, and what it takes.
pub struct Work<'a> {
    pub plan: &'a Plan,
    /// The content of the plan's base. It becomes what the journal makes of it, so that nobody has to fold to know.
    pub state: &'a mut State,
    pub providers: &'a Providers,
    pub clients: Clients,
    pub language: &'a mut dyn Evaluate,
    pub journal: &'a mut dyn JournalSink,
    pub events: &'a mut dyn FnMut(Event),
    pub world: World,
    /// Names the run; tokens and keys of deposed objects are made of it.
    pub run: RunId,
    /// How many effects there are at once, at most.
    pub parallelism: usize,
    /// How many of them one provider has, at most.
    pub per_provider: &'a dyn Fn(&ProviderInstance) -> usize,
}

impl fmt::Debug for Work<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work").field("run", &self.run).finish_non_exhaustive()
    }
}

/// What operations see of the machine.
#[derive(Clone, Debug)]
pub struct World {
    pub ambient: Arc<dyn Ambient>,
    pub fence: Arc<dyn Fence>,
    /// What the user wants: see [`Stop`]. Nothing where nobody can stop it.
    pub stop: Option<watch::Receiver<Stop>>,
    /// What relative paths start from.
    pub work_dir: Arc<Path>,
}

/// Whether the user has asked for an end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub enum Stop {
    #[default]
    No,
    /// No step begins any more; what is in flight ends as it does.
    Soon,
    /// What is in flight is given up, and uncertain.
    Now,
}

/// What came of it. The journal has it all.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Outcome {
    pub diags: Diagnostics,
    pub done: Done,
    /// Whether every step was done.
    pub complete: bool,
    /// Whether the user's wish ended it.
    pub stopped: bool,
    /// The instances that were not touched because something before them failed, or the run was stopped.
    pub skipped: Vec<AbsInstance>,
    /// The steps whose outcome is not known.
    pub uncertain: Vec<OpenId>,
    /// Whether everything is in the journal. Where it is not, [`Work::state`] is all that knows.
    pub durable: bool,
}

/// How many objects were touched, as the summary line counts them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Done {
    pub imported: usize,
    pub added: usize,
    pub changed: usize,
    pub destroyed: usize,
    pub forgotten: usize,
}

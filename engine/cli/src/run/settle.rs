//! Steps that dead runs had begun are settled before anything else is done.

use std::collections::BTreeMap;

use wb_core::addr::AbsInstance;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_crypt::Change;
use wb_engine::session::SettleRequest;
use wb_exec::{Clients, Resolved};
use wb_plan::{Action, Plan};
use wb_state::OpenId;
use wb_store::Loaded;

use super::{Made, Run};
use crate::session::{Problems, Stop};

impl Run<'_> {
    /// Makes a plan on what exists. What came of open steps is found out first: with the lock held it goes into the state,
    /// else the plan is made as if it had.
    ///
    /// # Errors
    /// Where the user interrupted, or what was found cannot be kept.
    pub(crate) fn plan_settled(&mut self, loaded: &mut Loaded, locked: bool) -> Result<Made, Stop> {
        self.loading.diags.append(loaded.change.map(resealing).map(Into::into).unwrap_or_default());
        if loaded.snapshot.open.is_empty() {
            return self.plan(loaded);
        }
        // What this plan says is said again of the one that counts.
        let notes = self.loading.diags.clone();
        let first = self.make(loaded, false)?;
        self.loading.diags = notes;
        let mut diags = self.settle(loaded, &first.plan, first.clients, locked)?;
        let mut made = self.plan(loaded)?;
        diags.append(refused(&made.plan, loaded));
        made.plan.errored |= diags.has_errors();
        diags.append(made.diags);
        made.diags = diags;
        Ok(made)
    }

    /// Finds out what came of the open steps, and keeps it.
    ///
    /// # Errors
    /// Where nobody can be asked, or what was found cannot be kept.
    pub(crate) fn settle(
        &mut self,
        loaded: &mut Loaded,
        plan: &Plan,
        clients: Clients,
        locked: bool,
    ) -> Result<Diagnostics, Stop> {
        let resolved = self.resolve(loaded, plan, clients)?;
        if !resolved.closes.is_empty() {
            self.keep(loaded, &resolved, locked)?;
        }
        Ok(resolved.diags)
    }

    /// Asks the providers of the open steps.
    fn resolve(
        &mut self,
        loaded: &Loaded,
        plan: &Plan,
        clients: Clients,
    ) -> Result<Resolved, Stop> {
        let resolved = wb_engine::session::settle(SettleRequest {
            loaded,
            plan,
            stack: &self.stack,
            given: &self.loading.given,
            host: &self.machine,
            catalog: &self.catalog,
            providers: &self.providers,
            clients,
            ambience: self.ambience.clone(),
            interrupt: Some(self.interrupt.clone()),
        });
        resolved.map_err(|problem| {
            let sources = std::mem::take(&mut self.loading.sources);
            Problems { diags: Diagnostics::from(*problem), sources }.into()
        })
    }

    /// Puts what was found into the state.
    fn keep(&mut self, loaded: &mut Loaded, found: &Resolved, locked: bool) -> Result<(), Stop> {
        let (edits, closes) = (found.edits.clone(), found.closes.clone());
        if locked {
            let info = self.state.info("settle");
            self.state
                .close(loaded, edits, closes, &info)
                .map_err(|problem| Stop::from(*problem))?;
            *loaded = self.state.load().map_err(|problem| Stop::from(*problem))?;
            return Ok(());
        }
        loaded.snapshot.state = wb_engine::state::edited(&loaded.snapshot.state, &edits)
            .map_err(|error| Diagnostic::error("State cannot be changed", format!("{error}.")))?;
        loaded.snapshot.open.retain(|open| !closes.contains(&open.id));
        Ok(())
    }
}

/// What applying does to the encryption of the state.
fn resealing(change: Change) -> Diagnostic {
    let (summary, detail) = match change {
        Change::Encrypt => (
            "State is to be encrypted",
            "The state, or what wb keeps beside it, is not encrypted yet. Applying encrypts all of it. Terraform cannot read it then.",
        ),
        Change::Decrypt => (
            "State is to be decrypted",
            "The state, or what wb keeps beside it, is encrypted still. Applying decrypts all of it.",
        ),
        Change::Rekey => (
            "State is to be encrypted anew",
            "The state, or what wb keeps beside it, is encrypted as a fallback says. Applying encrypts all of it as is said first; then the fallback is not needed any more.",
        ),
    };
    Diagnostic::warning(summary, detail)
}

/// What would be done at an address where a step is still open, or to what needs such.
pub(super) fn refused(plan: &Plan, loaded: &Loaded) -> Diagnostics {
    let open: BTreeMap<&AbsInstance, OpenId> =
        loaded.snapshot.open.iter().map(|o| (&o.address().instance, o.id)).collect();
    let mut diags = Diagnostics::new();
    for change in plan.changes.iter().filter(|c| c.action != Action::NoOp) {
        let at = std::iter::once(change.instance()).chain(&*change.needs);
        let Some((instance, id)) = at.into_iter().find_map(|i| open.get_key_value(i)) else {
            continue;
        };
        let why = format!(
            "What came of the step {id} of an earlier run at {instance} is not known, and {} is to change. Doing that now could lose an object, or make it twice.",
            change.object
        );
        diags.push(Diagnostic::error("Step is not settled", why).about(change.object.to_string()));
    }
    diags
}

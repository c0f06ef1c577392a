//! What came of the steps that a dead run had begun.
//!
//! Each is asked of its provider, which looks only (`recover`), and only where the provider is configured for the same
//! target as then. What is found goes into the state, what is not there is settled; what cannot be told stays open, and
//! the user is told why. Nothing is guessed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use wb_core::addr::{AbsInstance, ObjectAddr, ProviderInstance};
use wb_core::contract;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::json;
use wb_core::marks::Marks;
use wb_core::time::{Moment, Zoned};
use wb_core::value::{PathMarks, Value};
use wb_plan::object;
use wb_sdk::{
    Client, Configured, Context, Object, OpError, Providers, Recover, RecoverAction, Recovery,
    ResourceOps,
};
use wb_state::{Edit, Intent, IntentAction, OpenId, OpenStep, OpenWhat, Private, State, Status};

use crate::{Clients, ShownId, Stop, World};

/// How long to wait for an object that may still appear.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Steps to be settled, and what it takes.
pub struct Resolve<'a> {
    pub open: &'a [OpenStep],
    pub state: &'a State,
    pub providers: &'a Providers,
    pub clients: Clients,
    /// The configuration of a provider, as the stack has it now, wholly known.
    pub configs: &'a mut dyn FnMut(&ProviderInstance) -> Result<Value, Diagnostics>,
    pub world: World,
}

impl fmt::Debug for Resolve<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resolve").field("open", &self.open.len()).finish_non_exhaustive()
    }
}

/// What was found out. With the lock held it is journalled as one [`wb_state::journal::Record::Changed`]; a command that
/// only looks makes the changes in memory.
#[derive(Debug, Default)]
pub struct Resolved {
    pub edits: Vec<Edit>,
    pub closes: Vec<OpenId>,
    /// What stays open. Nothing may be done at these addresses.
    pub left: Vec<OpenId>,
    /// What to tell of each step: warnings.
    pub diags: Diagnostics,
    /// The providers that are configured by now.
    pub clients: Clients,
}

/// Finds out what came of every uncertain step, what is needed first. Late results are the user's to settle: they are told.
pub async fn resolve(ask: Resolve<'_>) -> Resolved {
    let order = in_order(ask.open);
    let state = ask.state.clone();
    let found = Resolved { clients: ask.clients, ..Resolved::default() };
    let mut resolver =
        Resolver { providers: ask.providers, configs: ask.configs, world: ask.world, state, found };
    for open in order {
        match &open.what {
            OpenWhat::Uncertain(intent) => resolver.settle(open, intent).await,
            OpenWhat::Late(late) => resolver.leave(open, &late.address, &open.why),
        }
    }
    resolver.found
}

/// The steps by id, but each after those that it needs.
fn in_order(open: &[OpenStep]) -> Vec<&OpenStep> {
    let mut of: BTreeMap<&AbsInstance, Vec<usize>> = BTreeMap::new();
    for (at, step) in open.iter().enumerate() {
        of.entry(&step.address().instance).or_default().push(at);
    }
    let mut by_id: Vec<usize> = (0..open.len()).collect();
    by_id.sort_by_key(|at| open[*at].id);
    let (mut order, mut seen) = (Vec::new(), BTreeSet::new());
    for at in by_id {
        // Depth first without recursion: a step is placed when it is met the second time.
        let mut todo = vec![(at, false)];
        while let Some((at, is_second)) = todo.pop() {
            if is_second {
                order.push(&open[at]);
                continue;
            }
            if !seen.insert(at) {
                continue;
            }
            todo.push((at, true));
            let OpenWhat::Uncertain(intent) = &open[at].what else { continue };
            let needs = intent.needs.iter().filter_map(|need| of.get(need)).flatten();
            todo.extend(needs.map(|need| (*need, false)));
        }
    }
    order
}

struct Resolver<'a> {
    providers: &'a Providers,
    configs: &'a mut dyn FnMut(&ProviderInstance) -> Result<Value, Diagnostics>,
    world: World,
    /// With everything that is settled so far.
    state: State,
    found: Resolved,
}

/// Why a step cannot be settled, a sentence.
type Why = String;

impl Resolver<'_> {
    async fn settle(&mut self, open: &OpenStep, intent: &Intent) {
        let recovery = match self.ask(open, intent).await {
            Ok(recovery) => recovery,
            Err(why) => return self.leave(open, &intent.address, &why),
        };
        match self.edits(intent, recovery) {
            Ok((edits, what)) => self.close(open, intent, edits, &what),
            Err(why) => self.leave(open, &intent.address, &why),
        }
    }

    fn leave(&mut self, open: &OpenStep, address: &ObjectAddr, why: &str) {
        self.found.left.push(open.id);
        let what = match &open.what {
            OpenWhat::Uncertain(intent) => format!(
                "An earlier run began to {} {address}, and what came of it is not known.",
                verb(intent.action)
            ),
            OpenWhat::Late(late) => format!(
                "An earlier run {} {address}, which is not in the state.",
                if late.object.is_some() { "has made or changed" } else { "has destroyed" }
            ),
        };
        let diag = Diagnostic::warning("Step is not settled", format!("{what} {why}"))
            .about(address.to_string())
            .help(format!(
                "Nothing is done at this address before the step is settled; \"wb state late\" does that by hand, as {}.",
                open.id
            ));
        self.found.diags.push(diag);
    }

    fn close(&mut self, open: &OpenStep, intent: &Intent, edits: Vec<Edit>, what: &str) {
        for edit in &edits {
            if let Err(error) = edit.apply(&mut self.state) {
                return self.leave(
                    open,
                    &intent.address,
                    &format!("What was found does not fit: {error}."),
                );
            }
        }
        self.found.edits.extend(edits);
        self.found.closes.push(open.id);
        let (address, verb) = (&intent.address, verb(intent.action));
        let detail = format!(
            "An earlier run began to {verb} {address}, and did not learn what came of it. {what}"
        );
        let diag = Diagnostic::warning("Interrupted step settled", detail);
        self.found.diags.push(diag.about(address.to_string()));
    }

    /// Asks the provider, once more if the object may still appear soon.
    async fn ask(&mut self, open: &OpenStep, intent: &Intent) -> Result<Recovery, Why> {
        let (ops, client) = self.provider(intent).await?;
        let recover = recover(open, intent, &*ops)?;
        let failed = |error: OpError| format!("{}: {}", error.summary, error.detail);
        let mut answer =
            ops.recover(recover.clone(), self.context(&client)).await.map_err(failed)?;
        if let Some(wait) = self.wait_for(&answer) {
            if wait > LONGEST_WAIT {
                return Err(too_early(&answer));
            }
            tokio::time::sleep(wait).await;
            answer = ops.recover(recover, self.context(&client)).await.map_err(failed)?;
            if self.wait_for(&answer).is_some() {
                return Err(too_early(&answer));
            }
        }
        Ok(answer)
    }

    /// How long an absent object may still appear.
    fn wait_for(&self, answer: &Recovery) -> Option<Duration> {
        let Recovery::Absent { not_before: Some(until) } = answer else { return None };
        let wait = until.since(self.world.ambient.now());
        (!wait.is_zero()).then_some(wait)
    }

    /// The type of the step, and the provider configured for the same target as then.
    async fn provider(&mut self, intent: &Intent) -> Result<(Arc<dyn ResourceOps>, Client), Why> {
        let address = &intent.provider.config.provider;
        let provider = self.providers.get(address).cloned();
        let provider = provider.ok_or_else(|| format!("There is no provider {address} here."))?;
        let kind = &intent.address.instance.resource.resource.kind;
        let ops = provider.resource_ops(kind);
        let ops = ops.ok_or_else(|| format!("The provider {address} has no type {kind:?}."))?;
        if !self.found.clients.contains_key(&intent.provider) {
            let config = (self.configs)(&intent.provider).map_err(|diags| {
                let first = diags.into_iter().next();
                let why = first.map(|d| format!("{}: {}", d.summary, d.detail)).unwrap_or_default();
                format!("Its provider cannot be configured. {why}")
            })?;
            let context = self.context(&Client::new(()));
            let configured = provider.configure(config.unmark_deep().0, context).await;
            let configured: Configured = configured.map_err(|error| {
                format!("Its provider cannot be configured. {}: {}", error.summary, error.detail)
            })?;
            self.found.clients.insert(intent.provider.clone(), configured);
        }
        let configured = &self.found.clients[&intent.provider];
        if configured.target != intent.target {
            return Err(other_target(&intent.target, &configured.target));
        }
        Ok((ops, configured.client.clone()))
    }

    fn context(&self, client: &Client) -> Context {
        // What only looks ends by itself; a user who wants an end ends the whole.
        let stopped = self.world.stop.as_ref().is_some_and(|stop| *stop.borrow() == Stop::Now);
        Context {
            client: client.clone(),
            ambient: self.world.ambient.clone(),
            fence: self.world.fence.clone(),
            cancel: watch::Sender::new(stopped).subscribe(),
            deadline: None,
            work_dir: self.world.work_dir.clone(),
        }
    }

    /// What the answer makes of the state, and how that is told.
    fn edits(&self, intent: &Intent, recovery: Recovery) -> Result<(Vec<Edit>, String), Why> {
        match recovery {
            Recovery::Found(object) => self.found(intent, &object, false),
            Recovery::Discard(object) => self.found(intent, &object, true),
            Recovery::Absent { .. } => Ok(match intent.action {
                IntentAction::Create => (Vec::new(), "It was not created.".to_owned()),
                IntentAction::Update | IntentAction::Delete => {
                    let gone = Edit::Remove { address: intent.address.clone() };
                    (vec![gone], "It does not exist any more.".to_owned())
                }
            }),
            Recovery::Ambiguous(list) => Err(ambiguous(&list)),
        }
    }

    fn found(
        &self,
        intent: &Intent,
        found: &Object,
        discard: bool,
    ) -> Result<(Vec<Edit>, String), Why> {
        let there = self.state.object(&intent.address);
        let is_create = intent.action == IntentAction::Create;
        let mut edits = Vec::new();
        let mut rest = if is_create {
            if there.is_some() {
                let key = intent.deposes.ok_or("Another object is at the address by now.")?;
                edits.push(Edit::Depose { address: intent.address.instance.clone(), key });
            }
            wb_state::Object {
                dependencies: Arc::clone(&intent.dependencies),
                needs: Some(Arc::clone(&intent.needs)),
                create_before_destroy: intent.create_before_destroy,
                ..wb_state::Object::default()
            }
        } else {
            let there = there.ok_or("The state has no object at the address any more.")?;
            (**there).clone()
        };
        rest.private = Private::from_bytes(&found.private);
        if discard || (is_create && intent.provisions) {
            rest.status = Status::Tainted;
        }
        let object = self.encode(intent, found, rest)?;
        edits.push(Edit::Put {
            address: intent.address.clone(),
            provider: intent.provider.clone(),
            object: Arc::new(object),
        });
        let id = ShownId::of(&found.value);
        let id = id.map(|id| format!(" [{}={}]", id.key, id.value)).unwrap_or_default();
        let told = match intent.action {
            _ if discard => format!(
                "It exists{id}, but a secret that is told only once is lost: it is tainted, and made anew."
            ),
            IntentAction::Create if intent.provisions => format!(
                "It was created{id}. Whether its provisioners have run is not known: it is tainted."
            ),
            IntentAction::Create => format!("It was created{id}."),
            IntentAction::Update | IntentAction::Delete => {
                format!("It exists{id}, and the state has it as it is now.")
            }
        };
        Ok((edits, told))
    }

    fn encode(
        &self,
        intent: &Intent,
        found: &Object,
        rest: wb_state::Object,
    ) -> Result<wb_state::Object, Why> {
        let address = &intent.provider.config.provider;
        let kind = &intent.address.instance.resource.resource.kind;
        let ops = self.providers.get(address).and_then(|p| p.resource_ops(kind));
        let ops = ops.ok_or_else(|| format!("The provider {address} has no type {kind:?}."))?;
        let schema = ops.schema();
        if let Some(breach) = contract::read_ok(&schema.block, &found.value).first() {
            return Err(format!(
                "What the provider says of it is not what its schema says: {breach}."
            ));
        }
        let kept = intent.sensitive.iter().chain(&rest.sensitive);
        let marks: Vec<PathMarks> = kept
            .filter_map(object::path_of)
            .map(|path| PathMarks { path, marks: Marks::SENSITIVE })
            .collect();
        let value = found.value.apply_marks_at_paths(&marks);
        object::encode(&value, schema, rest)
            .map_err(|error| format!("What the provider says of it cannot be kept: {error}."))
    }
}

/// The question.
fn recover(open: &OpenStep, intent: &Intent, ops: &dyn ResourceOps) -> Result<Recover, Why> {
    let schema = ops.schema();
    let prior = match &intent.prior {
        None => None,
        Some(prior) => {
            let value = object::decode(prior, ops)
                .map_err(|error| format!("The object that it was cannot be read: {error}."))?;
            let private = prior.private.as_ref().and_then(Private::bytes).unwrap_or_default();
            Some(Object { value: value.unmark_deep().0, private })
        }
    };
    // Under another version of the schema the configuration does not say the same.
    let is_ours = intent.schema_version == schema.version && !intent.config.is_null();
    let config = is_ours.then(|| json::decode(intent.config.text(), schema.block.ty()).ok());
    let started = open.since.parse::<Zoned>().map_or(Moment::EPOCH, |zoned| zoned.moment);
    Ok(Recover {
        action: match intent.action {
            IntentAction::Create => RecoverAction::Create,
            IntentAction::Update => RecoverAction::Update,
            IntentAction::Delete => RecoverAction::Delete,
        },
        prior,
        config: config.flatten().unwrap_or_else(|| Value::null(schema.block.ty())),
        token: intent.token.clone(),
        started,
        absent_before: intent.absent_before,
    })
}

fn verb(action: IntentAction) -> &'static str {
    match action {
        IntentAction::Create => "create",
        IntentAction::Update => "change",
        IntentAction::Delete => "destroy",
    }
}

fn too_early(answer: &Recovery) -> Why {
    match answer {
        Recovery::Absent { not_before: Some(until) } => {
            format!(
                "It is not there, but may still appear until {until}: run the command again then."
            )
        }
        _ => String::new(),
    }
}

fn ambiguous(list: &[Object]) -> Why {
    let ids: Vec<String> = list
        .iter()
        .filter_map(|object| ShownId::of(&object.value))
        .map(|id| format!("{}={}", id.key, id.value))
        .collect();
    if ids.is_empty() {
        return "The provider cannot tell.".to_owned();
    }
    format!("The provider has found what may be it, and cannot tell: {}.", ids.join(", "))
}

fn other_target(then: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> Why {
    let show = |of: &BTreeMap<String, String>| {
        let parts: Vec<String> = of.iter().map(|(k, v)| format!("{k} {v:?}")).collect();
        if parts.is_empty() { "an unknown target".to_owned() } else { parts.join(", ") }
    };
    format!(
        "Its provider was configured for {}, and is now for {}: configure it as it was, and run the command again.",
        show(then),
        show(now)
    )
}

#[cfg(test)]
mod tests;

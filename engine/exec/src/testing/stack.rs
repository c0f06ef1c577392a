//! Stacks and their plans, and runs of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use tokio::sync::watch;
use wb_core::addr::{AbsInstance, ObjectAddr, ProviderInstance};
use wb_core::contract::{proposed_new, without_write_only};
use wb_core::provider::PlanAsk;
use wb_core::time::Moment;
use wb_core::value::Value;
use wb_graph::Builder;
use wb_plan::{Action, Base, Change, Plan, Reason, Selection, Step, StepKind, Steps, object};
use wb_sdk::{Provider as _, Providers};
use wb_state::journal::{Record, StepResult};
use wb_state::{Digest, Edit, Object, Private, RunId, State, Status};

use super::cloud::{Cloud, Fake, schema};
use super::language::{Says, Tables, name};
use super::log::Log;
use crate::{Clients, Event, Outcome, Stop, Work, World};

pub(crate) fn provider() -> ProviderInstance {
    ProviderInstance::parse("provider[\"test/fake\"]").unwrap()
}

pub(crate) fn instance(text: &str) -> AbsInstance {
    let bare = text.split_once('.').is_none();
    let text = if bare { format!("fake_thing.{text}") } else { text.to_owned() };
    AbsInstance::parse(&text).unwrap()
}

/// One resource of a test, and what is to happen to it.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) instance: AbsInstance,
    pub(crate) action: Action,
    pub(crate) says: Says,
    pub(crate) reason: Reason,
}

/// `a`, `memo.b`, `data.look.c`: created or read, in need of these.
pub(crate) fn node(address: &str, action: Action, needs: &[&str]) -> Node {
    Node {
        instance: instance(address),
        action,
        says: Says { inputs: needs.iter().map(|n| instance(n)).collect(), ..Says::default() },
        reason: Reason::Plain,
    }
}

/// A plan, and everything that it is carried out on.
pub(crate) struct Stage {
    pub(crate) plan: Plan,
    pub(crate) state: State,
    pub(crate) cloud: Cloud,
    pub(crate) language: Tables,
    pub(crate) log: Log,
    pub(crate) events: String,
    pub(crate) parallelism: usize,
    pub(crate) per_provider: usize,
    pub(crate) stop: Option<watch::Receiver<Stop>>,
    /// The user asks for an end when so many things were told.
    pub(crate) stop_after: Option<(usize, Stop)>,
}

/// What an object that was there before is.
fn old_value(node: &Node) -> Value {
    let name = name(&node.instance);
    let inputs =
        node.says.inputs.iter().map(|i| Value::string(format!("old-{}", super::language::name(i))));
    Value::object([
        ("id", Value::string(format!("old-{name}"))),
        ("inputs", Value::list(wb_core::ty::Type::STRING, inputs)),
        ("name", Value::string(name)),
        ("once", Value::null(wb_core::ty::Type::STRING)),
        ("secret", Value::string("s")),
        ("size", Value::int(-1)),
    ])
}

fn is_old(action: Action) -> bool {
    !matches!(action, Action::Create | Action::Read)
}

impl Stage {
    /// Nodes need earlier nodes only.
    pub(crate) fn new(nodes: &[Node]) -> Self {
        let cloud = Cloud::default();
        let log = Log::default();
        cloud.with(|w| w.history = Arc::clone(&log.history));
        let fake = Fake::new(&cloud);
        let mut state = State::default();
        let mut language = Tables { region: "here".to_owned(), ..Tables::default() };
        let mut changes = Vec::new();
        for node in nodes {
            if node.action != Action::Delete {
                language.says.insert(node.instance.clone(), node.says.clone());
            }
            let before = is_old(node.action).then(|| old_value(node));
            if let Some(before) = &before {
                let rest = Object { private: Private::from_bytes(b"o"), ..Object::default() };
                let object = object::encode(before, &schema(), rest).unwrap();
                let address = ObjectAddr::current(node.instance.clone());
                Edit::Put { address, provider: provider(), object: Arc::new(object) }
                    .apply(&mut state)
                    .unwrap();
                let name = name(&node.instance);
                let entry = (name.clone(), "before".to_owned());
                cloud.with(|w| w.objects.insert(format!("old-{name}"), entry));
            }
            let change = plan(node, before, &language, &fake);
            if matches!(node.action, Action::NoOp | Action::Update) {
                // The language knows what does not change, and the ids of what does.
                language.values.insert(node.instance.clone(), change.before.clone());
            }
            changes.push(change);
        }
        let steps = steps(nodes);
        Self {
            plan: whole(changes, steps),
            state,
            cloud,
            language,
            log,
            events: String::new(),
            parallelism: 10,
            per_provider: usize::MAX,
            stop: None,
            stop_after: None,
        }
    }

    pub(crate) async fn run(&mut self) -> Outcome {
        let providers = providers(&self.cloud);
        let events = &mut self.events;
        let sender = watch::Sender::new(Stop::No);
        let stop_after = self.stop_after;
        let stop = match stop_after {
            Some(_) => Some(sender.subscribe()),
            None => self.stop.clone(),
        };
        let mut told = 0;
        let mut tell = |event: Event| {
            show_event(events, &event);
            told += 1;
            if let Some((_, stop)) = stop_after.filter(|(after, _)| *after == told) {
                sender.send_replace(stop);
            }
        };
        let per_provider = self.per_provider;
        let world = world(&self.cloud, stop);
        crate::run(Work {
            plan: &self.plan,
            state: &mut self.state,
            providers: &providers,
            clients: Clients::new(),
            language: &mut self.language,
            journal: &mut self.log,
            events: &mut tell,
            world,
            run: RunId(1),
            parallelism: self.parallelism,
            per_provider: &move |_| per_provider,
        })
        .await
    }

    pub(crate) fn world(&self, stop: Option<watch::Receiver<Stop>>) -> World {
        world(&self.cloud, stop)
    }

    /// The records of the journal, one a line.
    pub(crate) fn records(&self) -> String {
        let mut text = String::new();
        for record in &self.log.records {
            show_record(&mut text, record);
        }
        text
    }

    /// The objects of the state, one a line.
    pub(crate) fn objects(&self) -> String {
        show_state(&self.state)
    }
}

fn world(cloud: &Cloud, stop: Option<watch::Receiver<Stop>>) -> World {
    World {
        ambient: Arc::new(cloud.clone()),
        fence: Arc::new(cloud.clone()),
        stop,
        work_dir: std::path::Path::new("/").into(),
    }
}

pub(crate) fn providers(cloud: &Cloud) -> Providers {
    let mut providers = Providers::new();
    providers.insert(provider().config.provider, Arc::new(Fake::new(cloud)));
    providers
}

pub(crate) fn provider_config(region: &str) -> Value {
    Value::object([("key", Value::string("k")), ("region", Value::string(region))])
}

pub(crate) fn id_of(object: &Object) -> String {
    let wb_state::Attributes::Json(json) = &object.attributes else { return String::new() };
    let value: serde_json::Value = serde_json::from_str(json.text()).unwrap();
    value["id"].as_str().unwrap_or("?").to_owned()
}

pub(crate) fn show_state(state: &State) -> String {
    let mut text = String::new();
    for (address, object) in state.objects() {
        let tainted = if object.status == Status::Tainted { " tainted" } else { "" };
        writeln!(text, "{address} {}{tainted}", id_of(object)).unwrap();
    }
    text
}

/// A plan for one node, made as the planner makes it.
fn plan(node: &Node, before: Option<Value>, language: &Tables, fake: &Fake) -> Change {
    let schema = schema();
    let null = Value::null(schema.block.ty());
    let before = before.unwrap_or_else(|| null.clone());
    let after = match node.action {
        Action::Delete | Action::Forget => null,
        Action::NoOp => before.clone(),
        Action::Read => {
            let config = language.config_of(&node.instance);
            wb_core::contract::planned_unknown(&schema.block, &config)
        }
        action => {
            let (config, marks) = language.config_of(&node.instance).unmark_deep_with_paths();
            let prior = if action == Action::Update { before.clone() } else { null };
            let kind = &node.instance.resource.resource.kind;
            let planned = fake.resource_ops(kind).unwrap().plan(&PlanAsk {
                provider: &Value::DYNAMIC,
                prior: &prior,
                config: &without_write_only(&schema.block, &config),
                proposed: &proposed_new(&schema.block, &prior, &config),
                private: &[],
                now: Moment::EPOCH,
            });
            planned.unwrap().value.apply_marks_at_paths(&marks)
        }
    };
    let mut needs = node.says.inputs.clone();
    needs.extend(node.says.once.clone());
    Change {
        object: ObjectAddr::current(node.instance.clone()),
        previous: None,
        provider: provider(),
        action: node.action,
        reason: node.reason,
        before,
        after,
        replace: Vec::new(),
        prior_private: Arc::from(&b"o"[..]),
        planned_private: Arc::from([]),
        importing: None,
        needs: needs.into(),
        dependencies: node.says.inputs.iter().map(|i| i.resource.config()).collect(),
        create_before_destroy: node.action == Action::Replace { create_first: true },
        skip_destroy: false,
        schema_version: 1,
    }
}

/// The steps in the order of the four rules, for plans that replace in one way only.
fn steps(nodes: &[Node]) -> Steps {
    let mut steps = Vec::new();
    let (mut make, mut delete) = (BTreeMap::new(), BTreeMap::new());
    for (change, node) in (0u32..).zip(nodes) {
        let kinds: &[StepKind] = match node.action {
            Action::NoOp => &[StepKind::Pass],
            Action::Create => &[StepKind::Create],
            Action::Read => &[StepKind::Read],
            Action::Update => &[StepKind::Update],
            Action::Delete => &[StepKind::Delete],
            Action::Forget => &[StepKind::Forget],
            Action::Replace { .. } => &[StepKind::Create, StepKind::Delete],
            Action::ForgetAndCreate => &[StepKind::Create, StepKind::Forget],
        };
        for kind in kinds {
            let at = u32::try_from(steps.len()).unwrap();
            let of = (*kind != StepKind::Pass).then_some(change);
            steps.push(Step { kind: *kind, change: of });
            let ends = matches!(kind, StepKind::Delete | StepKind::Forget);
            let half = if ends { &mut delete } else { &mut make };
            half.insert(node.instance.clone(), at);
        }
    }
    let mut graph = Builder::new(steps.len());
    let mut edge = |before: Option<&u32>, after: Option<&u32>| {
        if let (Some(before), Some(after)) = (before, after) {
            graph.edge(*before, *after);
        }
    };
    for node in nodes {
        for need in &node.says.inputs {
            edge(make.get(need), make.get(&node.instance));
            edge(delete.get(&node.instance), delete.get(need));
            let is_soft = |n: &&Node| {
                n.instance == *need && n.action == (Action::Replace { create_first: true })
            };
            if node.action == Action::Update && nodes.iter().any(|n| is_soft(&n)) {
                edge(make.get(&node.instance), delete.get(need));
            }
        }
        let (made, deleted) = (make.get(&node.instance), delete.get(&node.instance));
        match node.action {
            Action::Replace { create_first: true } => edge(made, deleted),
            Action::Replace { .. } | Action::ForgetAndCreate => edge(deleted, made),
            _ => {}
        }
    }
    Steps { steps, graph: graph.build() }
}

fn whole(changes: Vec<Change>, steps: Steps) -> Plan {
    let digest = State::default().digest();
    let base: Digest = digest;
    Plan {
        mode: wb_plan::Mode::Normal,
        base: Base { lineage: "l".into(), serial: 1, digest: base },
        workspace: "default".into(),
        selection: Selection::default(),
        refreshed: true,
        variables: Vec::new(),
        timestamp: "2026-01-01T00:00:00Z".into(),
        edits: Vec::new(),
        changes,
        drift: Vec::new(),
        outputs: Vec::new(),
        checks: Vec::new(),
        steps,
        deferred: Vec::new(),
        errored: false,
    }
}

fn show_event(text: &mut String, event: &Event) {
    let id = |id: &Option<crate::ShownId>| match id {
        Some(id) => format!(" [{}={}]", id.key, id.value),
        None => String::new(),
    };
    let line = match event {
        Event::Started { address, doing, id: of } => format!("{address}: {doing:?}{}", id(of)),
        Event::Done { address, doing, id: of, .. } => {
            format!("{address}: {doing:?} done{}", id(of))
        }
        Event::Failed { address, doing, .. } => format!("{address}: {doing:?} failed"),
        Event::ProvisionStarted { address, kind } => format!("{address}: {kind}"),
        Event::ProvisionOutput { address, kind, line } => format!("{address} ({kind}): {line}"),
        Event::ProvisionDone { address, kind } => format!("{address}: {kind} done"),
        Event::ProvisionFailed { address, kind } => format!("{address}: {kind} failed"),
    };
    text.extend([&*line, "\n"]);
}

fn show_record(text: &mut String, record: &Record) {
    match record {
        Record::Header(_) => text.push_str("header"),
        Record::Planned(steps) => write!(text, "planned {}", steps.len()).unwrap(),
        Record::Started { intent, .. } => {
            write!(text, "started {:?} {}", intent.action, intent.address).unwrap();
            text.push_str(if intent.deposes.is_some() { " deposing" } else { "" });
        }
        Record::Result(result) => {
            let StepResult { before, effect, error, .. } = &**result;
            text.push_str("result");
            for edit in before.iter().chain(effect) {
                show_edit(text, edit);
            }
            if let Some(error) = error {
                write!(text, " error: {error}").unwrap();
            }
        }
        Record::Uncertain { why, .. } => write!(text, "uncertain: {why}").unwrap(),
        Record::Changed { edits, .. } => {
            text.push_str("changed");
            for edit in edits {
                show_edit(text, edit);
            }
        }
        Record::End { complete } => write!(text, "end {complete}").unwrap(),
    }
    text.push('\n');
}

pub(crate) fn show_edits(edits: &[Edit]) -> String {
    let mut text = String::new();
    for edit in edits {
        show_edit(&mut text, edit);
        text.push('\n');
    }
    text
}

fn show_edit(text: &mut String, edit: &Edit) {
    match edit {
        Edit::Put { address, object, .. } => {
            let tainted = if object.status == Status::Tainted { " tainted" } else { "" };
            write!(text, " put {address} {}{tainted}", id_of(object)).unwrap();
        }
        Edit::Depose { address, key } => write!(text, " depose {address} {key}").unwrap(),
        Edit::Restore { address, key } => write!(text, " restore {address} {key}").unwrap(),
        Edit::Remove { address } => write!(text, " remove {address}").unwrap(),
        Edit::Move { from, to } => write!(text, " move {from} {to}").unwrap(),
        Edit::Outputs(outputs) => {
            let names: Vec<&str> = outputs.keys().map(|n| &**n).collect();
            write!(text, " outputs {}", names.join(" ")).unwrap();
        }
        Edit::Checks(_) => text.push_str(" checks"),
    }
}

//! Plans of small stacks over one provider, told as text.

use std::fmt::Write as _;
use std::sync::Arc;

use wb_core::addr::Provider;
use wb_core::diag::Diagnostics;
use wb_core::provider::{
    Catalog, Entry, FunctionLogic, Kind, PlanAsk, Planned, Problems, ProviderLogic, ReadLogic,
    ResourceLogic, plan_by_schema,
};
use wb_core::schema::{Attribute, Block, Schema, Settable};
use wb_core::source::SourceMap;
use wb_core::ty::Type;
use wb_core::value::{Value, View};
use wb_lang::host::{MemoryHost, Phase};
use wb_lang::stack::Given;
use wb_plan::{Action, Base, Change, Mode, Plan, Selection, object};
use wb_state::{Digest, Edit, Object, State};

use crate::{Answer, Input, Planner, Wanted};

/// `t`: an `input` of any type, a `name` whose change replaces, a computed `id` and `output`.
#[derive(Debug)]
struct Thing(Schema);

/// `data.t`: gives its `input` back as `output`.
#[derive(Debug)]
struct Lookup(Schema);

#[derive(Debug)]
struct Fake {
    schema: Schema,
    thing: Arc<Thing>,
    lookup: Arc<Lookup>,
}

impl ResourceLogic for Thing {
    fn schema(&self) -> &Schema {
        &self.0
    }

    fn plan(&self, ask: &PlanAsk<'_>) -> Result<Planned, Problems> {
        let mut planned = plan_by_schema(&self.0, ask);
        let input = planned.value.get_attr("input").unwrap_or(Value::DYNAMIC);
        let before = ask.prior.get_attr("input");
        let output = match before {
            Some(before) if before == input => ask.prior.get_attr("output").unwrap_or(input),
            _ if input.is_null() => input,
            _ => Value::unknown(input.ty()),
        };
        let View::Object(object) = planned.value.view() else { return Ok(planned) };
        let values = object.iter().map(|(name, value)| match name {
            "output" => output.clone(),
            _ => value.clone(),
        });
        planned.value = Value::object_of(object.shape(), values.collect());
        Ok(planned)
    }
}

impl ReadLogic for Lookup {
    fn schema(&self) -> &Schema {
        &self.0
    }
}

impl ProviderLogic for Fake {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn resource(&self, kind: &str) -> Option<Arc<dyn ResourceLogic>> {
        (kind == "t").then(|| Arc::clone(&self.thing) as _)
    }

    fn data(&self, kind: &str) -> Option<Arc<dyn ReadLogic>> {
        (kind == "t").then(|| Arc::clone(&self.lookup) as _)
    }

    fn ephemeral(&self, _: &str) -> Option<Arc<dyn ReadLogic>> {
        None
    }

    fn function(&self, _: &str) -> Option<Arc<dyn FunctionLogic>> {
        None
    }

    fn names(&self, what: Kind) -> Vec<&str> {
        if matches!(what, Kind::Resource | Kind::Data) { vec!["t"] } else { Vec::new() }
    }
}

fn catalog() -> Catalog {
    let thing = Block::new(
        vec![
            Attribute::new("input", Type::DYNAMIC, Settable::OPTIONAL),
            Attribute::new("name", Type::STRING, Settable::OPTIONAL).replace(),
            Attribute::new("id", Type::STRING, Settable::COMPUTED),
            Attribute::new("output", Type::DYNAMIC, Settable::COMPUTED),
        ],
        vec![],
    );
    let lookup = Block::new(
        vec![
            Attribute::new("input", Type::STRING, Settable::OPTIONAL),
            Attribute::new("output", Type::STRING, Settable::COMPUTED),
        ],
        vec![],
    );
    let fake = Fake {
        schema: Schema::new(0, Block::new(vec![], vec![])),
        thing: Arc::new(Thing(Schema::new(0, thing))),
        lookup: Arc::new(Lookup(Schema::new(0, lookup))),
    };
    let mut catalog = Catalog::new();
    let entry = Entry { version: "1.0.0".into(), logic: Arc::new(fake) };
    catalog.insert(Provider::implied("t"), entry);
    catalog
}

/// What a plan is made with, beside the files and the state.
pub(crate) struct Wish {
    pub(crate) mode: Mode,
    pub(crate) selection: Selection,
    pub(crate) rounds: bool,
    /// Objects that are found to have this input now, or to be gone.
    pub(crate) world: Vec<(&'static str, Option<&'static str>)>,
}

impl Default for Wish {
    fn default() -> Self {
        Self {
            mode: Mode::Normal,
            selection: Selection::default(),
            rounds: false,
            world: Vec::new(),
        }
    }
}

/// A plan and its problems, and the state that it leads to.
pub(crate) struct Made {
    pub(crate) sources: SourceMap,
    pub(crate) plan: Plan,
    pub(crate) diags: Diagnostics,
    pub(crate) after: State,
}

/// Plans. Where the plan can be carried out, whatever it leaves unknown becomes known, and another plan on the result is made, which must be empty.
pub(crate) fn plan(text: &str, state: &State, wish: &Wish) -> Made {
    let made = plan_once(text, state, wish);
    let is_whole = wish.selection.is_whole() && wish.mode == Mode::Normal;
    if is_whole && !made.diags.has_errors() && made.plan.deferred.is_empty() {
        let again = plan_once(text, &made.after, &Wish { rounds: wish.rounds, ..Wish::default() });
        let left: Vec<String> =
            again.plan.changes.iter().filter(|c| !c.is_quiet()).map(show_change).collect();
        assert!(left.is_empty(), "a second plan is not empty: {left:?}\n{:?}", again.diags);
    }
    made
}

fn plan_once(text: &str, state: &State, wish: &Wish) -> Made {
    let (sources, stack, mut diags) = wb_testkit::stack::stack(text);
    let given = Given::new();
    let (host, catalog) = (MemoryHost::new(Phase::Plan), catalog());
    let mut planner = Planner::new(Input {
        stack: &stack,
        given: &given,
        host: &host,
        catalog: &catalog,
        state,
        base: Base { lineage: "l".into(), serial: 1, digest: Digest::of_bytes(b"") },
        workspace: "default".into(),
        mode: wish.mode,
        refresh: true,
        selection: wish.selection.clone(),
        rounds: wish.rounds,
        generate: None,
        now: wb_core::time::Moment::EPOCH,
    });
    loop {
        let questions = planner.turn();
        if questions.is_empty() {
            break;
        }
        for question in questions {
            planner.answer(question.id, answer(&question.wanted, wish));
        }
    }
    assert!(!planner.is_waiting(), "every question was answered");
    let finished = planner.finish();
    diags.append(finished.diags);
    let after = predicted(&finished.plan, state, &catalog);
    Made { sources, plan: finished.plan, diags, after }
}

fn answer(wanted: &Wanted, wish: &Wish) -> Answer {
    match wanted {
        Wanted::Configure { .. } => Answer::Configured,
        Wanted::Refresh { object, prior, private } => {
            let name = object.to_string();
            let value = match wish.world.iter().find(|(addr, _)| *addr == name) {
                None => Some(prior.clone()),
                Some((_, None)) => None,
                Some((_, Some(input))) => Some(with_input(prior, input)),
            };
            Answer::Object { value, private: private.clone() }
        }
        Wanted::ReadData { config, .. } => {
            let input = config.get_attr("input").unwrap_or(Value::DYNAMIC);
            Answer::Value(Value::object([("input", input.clone()), ("output", input)]))
        }
        Wanted::Import { .. } => {
            let text = Value::from("imported");
            let null = Value::null(Type::STRING);
            let object =
                [("id", text.clone()), ("input", text.clone()), ("name", null), ("output", text)];
            Answer::Object { value: Some(Value::object(object)), private: Vec::new() }
        }
        Wanted::OpenEphemeral { .. } => unreachable!("the provider has no ephemeral resources"),
    }
}

fn with_input(object: &Value, input: &str) -> Value {
    let View::Object(members) = object.view() else { return object.clone() };
    let values = members.iter().map(|(name, value)| match name {
        "input" | "output" => Value::from(input),
        _ => value.clone(),
    });
    Value::object_of(members.shape(), values.collect())
}

/// The state after the plan. Whatever it leaves unknown is the same text everywhere, so that what was made from it is right.
fn predicted(plan: &Plan, state: &State, catalog: &Catalog) -> State {
    let mut state = state.clone();
    for edit in &plan.edits {
        edit.apply(&mut state).expect("the edits of a plan fit its state");
    }
    for change in &plan.changes {
        let address = change.object.clone();
        if matches!(change.action, Action::Delete | Action::Forget) {
            Edit::Remove { address }.apply(&mut state).unwrap();
        } else if change.action != Action::NoOp {
            let provider = &change.provider.config.provider;
            let kind = &address.instance.resource.resource;
            let rest = Object {
                dependencies: Arc::clone(&change.dependencies),
                needs: Some(Arc::clone(&change.needs)),
                create_before_destroy: change.create_before_destroy,
                skip_destroy: change.skip_destroy,
                ..Object::default()
            };
            let value = settled(&change.after);
            let object = catalog
                .with_schema(provider, kind.mode, &kind.kind, |schema| {
                    object::encode(&value, schema, rest).unwrap()
                })
                .unwrap();
            let put =
                Edit::Put { address, provider: change.provider.clone(), object: Arc::new(object) };
            put.apply(&mut state).unwrap();
        }
    }
    for output in &plan.outputs {
        let (value, _) = output.after.unmark_deep();
        if value.is_wholly_known() && !value.is_null() {
            let stored = object::encode_output(&value, output.sensitive, None).unwrap();
            state.outputs.insert(Arc::clone(&output.name), stored);
        }
    }
    state
}

fn settled(value: &Value) -> Value {
    let inner = value.unmarked();
    match inner.view() {
        View::Object(members) => {
            let input = members.get("input").cloned().unwrap_or(Value::DYNAMIC);
            let values = members.iter().map(|(name, member)| match (name, member.is_known()) {
                ("output", false) => settled(&input),
                _ => settled(member),
            });
            Value::object_of(members.shape(), values.collect()).with_marks(value.marks())
        }
        View::Tuple(elements) => {
            Value::tuple(elements.iter().map(settled)).with_marks(value.marks())
        }
        View::Unknown(_) => Value::from("known").with_marks(value.marks()),
        _ => value.clone(),
    }
}

pub(crate) fn show_change(change: &Change) -> String {
    let action = match change.action {
        Action::NoOp => "no-op",
        Action::Create => "create",
        Action::Read => "read",
        Action::Update => "update",
        Action::Replace { create_first: true } => "create, then delete",
        Action::Replace { create_first: false } => "delete, then create",
        Action::ForgetAndCreate => "forget, then create",
        Action::Delete => "delete",
        Action::Forget => "forget",
    };
    let mut out = format!("{}: {action}", change.object);
    if change.reason != wb_plan::Reason::Plain {
        let _ = write!(out, " ({:?})", change.reason);
    }
    if let Some(previous) = &change.previous {
        let _ = write!(out, " [was {previous}]");
    }
    if change.importing.is_some() {
        out += " [imported]";
    }
    if change.create_before_destroy {
        out += " [create first]";
    }
    if !change.after.is_null()
        && let Some(input) = change.after.unmarked().get_attr("input").filter(|i| !i.is_null())
    {
        let _ = write!(out, " input={input:?}");
    }
    if !change.needs.is_empty() {
        let needs: Vec<String> = change.needs.iter().map(ToString::to_string).collect();
        let _ = write!(out, " <- {}", needs.join(" "));
    }
    out
}

/// Changes, steps and their order, outputs, what is deferred, problems.
pub(crate) fn show(made: &Made) -> String {
    let mut out = String::new();
    for change in &made.plan.changes {
        let _ = writeln!(out, "{}", show_change(change));
    }
    let steps = &made.plan.steps;
    let name = |n: u32| {
        let step = steps.steps[n as usize];
        let object = step.change.map(|c| made.plan.changes[c as usize].object.to_string());
        format!("{:?} {}", step.kind, object.unwrap_or_default())
    };
    for (before, after) in steps.graph.edges() {
        let _ = writeln!(out, "  {} -> {}", name(before), name(after));
    }
    for output in made.plan.outputs.iter().filter(|o| o.action != Action::NoOp) {
        let _ = writeln!(out, "output {}: {:?} {:?}", output.name, output.action, output.after);
    }
    for deferred in &made.plan.deferred {
        let waits: Vec<String> = deferred.waits_for.iter().map(ToString::to_string).collect();
        let _ = writeln!(
            out,
            "deferred {}: {:?} <- {}",
            deferred.resource,
            deferred.why,
            waits.join(" ")
        );
    }
    for problem in &made.diags {
        let place = problem.subject.map_or_else(|| "?".to_owned(), |span| made.sources.place(span));
        let _ = writeln!(out, "{} {place} {}", problem.severity.as_str(), problem.summary);
    }
    out
}

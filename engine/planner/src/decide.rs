//! Who decides: what all parts of planning share.

use std::sync::Arc;

use wb_core::addr::{AbsInstance, Mode as ResourceMode, ProviderInstance};
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::hash::{HashMap, HashSet};
use wb_core::source::Span;
use wb_core::value::Value;
use wb_lang::world::{Checked, Driver, InstIx, NodeIx, Outcome, ProvIx, Trace, World};
use wb_plan::{Change, Deferral, Deferred, Mode};
use wb_state::{Edit, State};

use crate::imports::Imports;
use crate::item::Item;
use crate::kinds::{Kind, Kinds};
use crate::moves::Moved;
use crate::orphans::Orphans;
use crate::provider::Providers;
use crate::{Input, Question, QuestionId, Wanted, declared, moves};

/// What planning knows, and has decided so far.
#[derive(Debug)]
pub(crate) struct Decider<'a> {
    pub(crate) input: Input<'a>,
    /// The state with everything moved where it belongs, where anything is.
    pub(crate) moved: Moved,
    pub(crate) kinds: Kinds,
    items: Vec<Item>,
    pub(crate) providers: Providers,
    pub(crate) orphans: Orphans,
    pub(crate) imports: Imports,
    questions: Vec<Question>,
    askers: HashMap<QuestionId, Asker>,
    next_question: u32,
    /// What refreshing found.
    pub(crate) refreshed: Vec<Edit>,
    pub(crate) drift: Vec<Change>,
    pub(crate) deferred: Vec<Deferred>,
    /// How conditions of instances came out.
    pub(crate) checked: Vec<Checked>,
    /// How many modules and instances targets have been held against.
    pub(crate) selected: (usize, usize),
    pub(crate) excluded: HashMap<NodeIx, bool>,
}

/// Who asked a question.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Asker {
    Instance(InstIx),
    Provider(ProvIx),
    Orphan(usize),
}

impl<'a> Decider<'a> {
    pub(crate) fn new(input: Input<'a>, world: &mut World<'a>, diags: &mut Diagnostics) -> Self {
        let moved = moves::apply(input.stack, input.state, diags);
        if input.mode != Mode::Destroy {
            declared::check(input.stack, diags);
        }
        let kinds = Kinds::new(input.stack, input.catalog);
        let imports = Imports::new(input.stack);
        let mut this = Self {
            moved,
            kinds,
            items: Vec::new(),
            providers: Providers::default(),
            orphans: Orphans::default(),
            imports,
            questions: Vec::new(),
            askers: HashMap::default(),
            next_question: 0,
            refreshed: Vec::new(),
            drift: Vec::new(),
            deferred: Vec::new(),
            checked: Vec::new(),
            selected: (0, 0),
            excluded: HashMap::default(),
            input,
        };
        this.check_selection(diags);
        if this.input.mode == Mode::Destroy {
            this.plan_destruction(world, diags);
        }
        this
    }

    /// The state as it is to be seen: moves done.
    pub(crate) fn state(&self) -> &State {
        self.moved.state.as_ref().unwrap_or(self.input.state)
    }

    pub(crate) fn item(&mut self, at: InstIx) -> &Item {
        self.item_mut(at)
    }

    pub(crate) fn item_mut(&mut self, at: InstIx) -> &mut Item {
        let index = at.0 as usize;
        if index >= self.items.len() {
            self.items.resize_with(index + 1, Item::default);
        }
        &mut self.items[index]
    }

    pub(crate) fn known_item(&self, at: InstIx) -> Option<&Item> {
        self.items.get(at.0 as usize)
    }

    pub(crate) fn change_of(&self, at: InstIx) -> Option<&Change> {
        self.known_item(at)?.change.as_ref()
    }

    /// The type of a declared instance.
    pub(crate) fn kind_of(&self, world: &World<'_>, at: InstIx) -> Option<Arc<Kind>> {
        let instance = world.instance(at);
        let node = world.module(instance.module).node;
        self.kinds.of(node, instance.resource).cloned()
    }

    /// Asks something of a provider.
    pub(crate) fn ask(
        &mut self,
        asker: Asker,
        provider: ProviderInstance,
        wanted: Wanted,
    ) -> QuestionId {
        let id = QuestionId(self.next_question);
        self.next_question += 1;
        self.questions.push(Question { id, provider, wanted });
        self.askers.insert(id, asker);
        id
    }

    pub(crate) fn take_questions(&mut self) -> Vec<Question> {
        std::mem::take(&mut self.questions)
    }

    pub(crate) fn take_asker(&mut self, id: QuestionId) -> Option<Asker> {
        self.askers.remove(&id)
    }

    pub(crate) fn is_waiting(&self) -> bool {
        !self.askers.is_empty()
    }

    /// Leaves an instance to a later round.
    pub(crate) fn defer(
        &mut self,
        world: &World<'_>,
        at: InstIx,
        why: Deferral,
        span: Option<Span>,
        trace: &mut Trace,
    ) -> Outcome {
        let instance = world.instance(at);
        let module = world.module(instance.module);
        let waits_for = self.waits_for(world, trace.deps());
        self.deferred.push(Deferred {
            module: module.addr.clone(),
            resource: world.address(at).resource.config(),
            why,
            at: span,
            waits_for,
        });
        trace.defer();
        Outcome::Value(self.unknown(world, at))
    }

    /// What is known of an instance of which nothing is: its type.
    pub(crate) fn unknown(&self, world: &World<'_>, at: InstIx) -> Value {
        self.kind_of(world, at)
            .map_or(Value::DYNAMIC, |kind| Value::unknown(kind.schema().block.ty()))
    }

    /// The changing instances that nodes hang on.
    pub(crate) fn waits_for(&self, world: &World<'_>, nodes: &[NodeIx]) -> Vec<AbsInstance> {
        let mut found = Vec::new();
        let mut seen: HashSet<NodeIx> = nodes.iter().copied().collect();
        let mut todo: Vec<NodeIx> = nodes.to_vec();
        while let Some(node) = todo.pop() {
            match world.kind(node) {
                wb_lang::world::Kind::Instance(at) => {
                    let changes =
                        self.change_of(at).is_some_and(|c| c.action != wb_plan::Action::NoOp);
                    if changes {
                        found.push(world.address(at));
                    }
                }
                _ => todo.extend(world.deps(node).iter().filter(|d| seen.insert(**d))),
            }
        }
        found.sort();
        found
    }
}

impl Driver for Decider<'_> {
    fn instance(
        &mut self,
        world: &World<'_>,
        at: InstIx,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> Outcome {
        let resource = world.declaration(at);
        let header = resource.span;
        let before = diags.len();
        let outcome = match resource.addr.mode {
            ResourceMode::Managed => self.managed(world, at, trace, diags),
            ResourceMode::Data => self.data(world, at, trace, diags),
            ResourceMode::Ephemeral => self.ephemeral(world, at, trace, diags),
        };
        locate(diags, before, world, at, header);
        outcome
    }

    fn provider(
        &mut self,
        world: &World<'_>,
        at: ProvIx,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> Outcome {
        self.provider_config(world, at, trace, diags)
    }

    fn may_defer(&self) -> bool {
        self.input.rounds
    }
}

/// Says of problems which instance they are about.
fn locate(diags: &mut Diagnostics, before: usize, world: &World<'_>, at: InstIx, header: Span) {
    if diags.len() == before {
        return;
    }
    let address = world.address(at);
    let resource = &address.resource.resource;
    let block = format!("{} \"{}\" \"{}\"", resource.mode.block(), resource.kind, resource.name);
    for problem in diags.iter_mut().skip(before) {
        problem.address.get_or_insert_with(|| address.to_string());
        problem.block.get_or_insert_with(|| block.clone());
        problem.subject.get_or_insert(header);
    }
}

/// A problem that a provider's rule or an answer is the reason of, where it is written.
pub(crate) fn problem_at(
    severity: wb_core::diag::Severity,
    summary: &str,
    detail: &str,
    span: Option<Span>,
) -> Diagnostic {
    let diagnostic = match severity {
        wb_core::diag::Severity::Error => Diagnostic::error(summary.to_owned(), detail),
        wb_core::diag::Severity::Warning => Diagnostic::warning(summary.to_owned(), detail),
    };
    diagnostic.at_opt(span)
}

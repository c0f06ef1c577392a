//! A declared instance of a managed resource: from what the state has of it and what the configuration wants, to a change.

use std::sync::Arc;

use wb_core::addr::{AbsInstance, ObjectAddr};
use wb_core::contract;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::provider::{PlanAsk, Planned, ResourceLogic};
use wb_core::value::Value;
use wb_lang::config::Lifecycle;
use wb_lang::decode;
use wb_lang::eval::evaluate;
use wb_lang::generate;
use wb_lang::ignore;
use wb_lang::world::{CheckState, InstIx, Outcome, ProvIx, Rule, Trace, World};
use wb_plan::{Action, Change, Deferral, Mode, Reason, object};
use wb_state::{Edit, Object};

use crate::action::{self, Wishes};
use crate::decide::{Asker, Decider, problem_at};
use crate::item::{Prior, Stage};
use crate::kinds::{Kind, Logic};
use crate::provider::Readiness;
use crate::{Answer, Wanted};

/// What an instance is planned with.
pub(crate) struct Subject<'w, 'a> {
    pub(crate) world: &'w World<'a>,
    pub(crate) at: InstIx,
    pub(crate) address: AbsInstance,
    pub(crate) kind: Arc<Kind>,
    pub(crate) logic: Arc<dyn ResourceLogic>,
    pub(crate) provider: ProvIx,
}

/// The way on from a part of the work.
pub(crate) enum Next {
    Go,
    /// There is an outcome already.
    Stop(Outcome),
}

impl Decider<'_> {
    pub(crate) fn managed(
        &mut self,
        world: &World<'_>,
        at: InstIx,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> Outcome {
        let Some(kind) = self.kind_of(world, at) else {
            self.refuse_unimplemented(world, at, trace, diags);
            return Outcome::Value(Value::DYNAMIC);
        };
        let nothing = Outcome::Value(Value::unknown(kind.schema().block.ty()));
        let Logic::Managed(logic) = &kind.logic else { return nothing };
        let Some(provider) = world.provider_of(at, trace, diags) else {
            if !trace.is_incomplete() {
                trace.fail();
            }
            return nothing;
        };
        world.read(world.provider(provider).node, trace);
        if trace.is_incomplete() {
            return nothing;
        }
        let logic = Arc::clone(logic);
        let address = world.address(at);
        let subject = Subject { world, at, address, kind, logic, provider };
        for part in [Self::load, Self::observe] {
            if let Next::Stop(outcome) = part(self, &subject, trace, diags) {
                return outcome;
            }
        }
        match self.input.mode {
            Mode::Normal => self.plan_instance(&subject, trace, diags),
            Mode::RefreshOnly => self.look(&subject, trace, diags),
            Mode::Destroy => self.keep(&subject),
        }
    }

    /// Loads what the state has of the instance.
    fn load(&mut self, s: &Subject<'_, '_>, trace: &mut Trace, diags: &mut Diagnostics) -> Next {
        if self.item(s.at).stage != Stage::New {
            return Next::Go;
        }
        let stored = self.state().instance(&s.address).and_then(|i| i.current.clone());
        let prior = match stored {
            Some(object) => match self.read_stored(s, object, diags) {
                Some(prior) => Some(prior),
                None => {
                    trace.fail();
                    return Next::Stop(Outcome::Value(self.unknown(s.world, s.at)));
                }
            },
            None => match self.import(s, trace, diags) {
                Ok(prior) => prior,
                Err(outcome) => return Next::Stop(outcome),
            },
        };
        let item = self.item_mut(s.at);
        // What was just imported has been observed.
        item.stage = if item.importing.is_some() { Stage::Observed } else { Stage::Loaded };
        item.prior = prior;
        Next::Go
    }

    fn read_stored(
        &self,
        s: &Subject<'_, '_>,
        object: Arc<Object>,
        diags: &mut Diagnostics,
    ) -> Option<Prior> {
        match object::decode(&object, &*s.logic) {
            Ok(value) => {
                let private =
                    object.private.as_ref().and_then(wb_state::Private::bytes).unwrap_or_default();
                Some(Prior { object, value, private })
            }
            Err(error) => {
                diags.push(unreadable(&s.address, &error));
                None
            }
        }
    }

    /// Has the object read, where it may have changed outside.
    fn observe(&mut self, s: &Subject<'_, '_>, trace: &mut Trace, diags: &mut Diagnostics) -> Next {
        let refresh = self.input.refresh && !s.logic.lives_in_state();
        let item = self.item_mut(s.at);
        let Some(prior) = item.prior.as_ref().filter(|_| item.stage == Stage::Loaded && refresh)
        else {
            return Next::Go;
        };
        if let Some(answer) = item.answer.take() {
            return self.take_observation(s, answer, trace, diags);
        }
        if item.asked.is_some() {
            return Next::Stop(Outcome::Parked);
        }
        let (plain, _) = prior.value.unmark_deep();
        let private = prior.private.clone();
        match self.readiness(s.world, s.provider, Some(s.at)) {
            Readiness::Later => Next::Stop(Outcome::Parked),
            // It is planned on what was known last.
            Readiness::Unknown => Next::Go,
            Readiness::Failed => {
                trace.fail();
                Next::Stop(Outcome::Value(self.unknown(s.world, s.at)))
            }
            Readiness::Ready => {
                let object = ObjectAddr::current(s.address.clone());
                let wanted = Wanted::Refresh { object, prior: plain, private };
                let provider = s.world.provider(s.provider).addr.clone();
                let id = self.ask(Asker::Instance(s.at), provider, wanted);
                self.item_mut(s.at).asked = Some(id);
                Next::Stop(Outcome::Parked)
            }
        }
    }

    fn take_observation(
        &mut self,
        s: &Subject<'_, '_>,
        answer: Answer,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> Next {
        let item = self.item_mut(s.at);
        item.stage = Stage::Observed;
        let Some(prior) = item.prior.clone() else { return Next::Go };
        match answer {
            Answer::Object { value, private } => {
                let observed = self.observed(s, &prior, value, private, diags);
                self.item_mut(s.at).prior = observed;
                Next::Go
            }
            Answer::Failed(failure) => {
                let span = s.world.declaration(s.at).span;
                diags.push(crate::instance::failed(&failure, Some(span)));
                trace.fail();
                Next::Stop(Outcome::Value(self.unknown(s.world, s.at)))
            }
            Answer::Configured | Answer::Value(_) => Next::Go,
        }
    }

    /// What refreshing found, noted where it differs from what was known.
    fn observed(
        &mut self,
        s: &Subject<'_, '_>,
        prior: &Prior,
        value: Option<Value>,
        private: Vec<u8>,
        diags: &mut Diagnostics,
    ) -> Option<Prior> {
        let object = ObjectAddr::current(s.address.clone());
        let provider = s.world.provider(s.provider).addr.clone();
        let Some(value) = value else {
            self.refreshed.push(Edit::Remove { address: object });
            let change = self.blank_change(s, Action::Delete, prior.value.clone(), null_of(s));
            self.drift.push(change);
            return None;
        };
        let schema = s.logic.schema();
        let wrong = contract::read_ok(&schema.block, &value);
        if !wrong.is_empty() {
            let span = s.world.declaration(s.at).span;
            let what = "Provider produced invalid object";
            diags.extend(crate::instance::broken(what, &s.address, &wrong, span));
            return Some(prior.clone());
        }
        let (plain, marks) = prior.value.unmark_deep_with_paths();
        if value == plain && private == prior.private {
            return Some(prior.clone());
        }
        let marked = crate::instance::marked(&value, &marks, &schema.block);
        let rest =
            Object { private: wb_state::Private::from_bytes(&private), ..(*prior.object).clone() };
        match object::encode(&marked, schema, rest) {
            Ok(stored) => {
                let stored = Arc::new(stored);
                self.refreshed.push(Edit::Put {
                    address: object,
                    provider,
                    object: Arc::clone(&stored),
                });
                if value != plain {
                    let change =
                        self.blank_change(s, Action::Update, prior.value.clone(), marked.clone());
                    self.drift.push(change);
                }
                Some(Prior { object: stored, value: marked, private })
            }
            Err(error) => {
                let detail = format!(
                    "{}: the provider gave what the state cannot hold: {error}.",
                    s.address
                );
                diags.push(Diagnostic::error("Provider produced invalid object", detail));
                Some(prior.clone())
            }
        }
    }

    /// An instance that is only looked at. Conditions that do not hold stop nothing, as nothing is done.
    fn look(&mut self, s: &Subject<'_, '_>, trace: &mut Trace, diags: &mut Diagnostics) -> Outcome {
        let resource = s.world.declaration(s.at);
        let here = self.item(s.at).prior.as_ref().map(|prior| prior.value.clone());
        let before: Vec<Rule<'_>> =
            Rule::before(&resource.preconditions).into_iter().map(Rule::as_warning).collect();
        let after: Vec<Rule<'_>> =
            Rule::after(&resource.postconditions).into_iter().map(Rule::as_warning).collect();
        let mut checked = s.world.instance_conditions(&before, s.at, None, trace, diags);
        let found = match &here {
            Some(_) => s.world.instance_conditions(&after, s.at, here, trace, diags),
            // Nothing is there that they could be about.
            None if after.is_empty() => (CheckState::Pass, Vec::new()),
            None => (CheckState::Unknown, Vec::new()),
        };
        if trace.is_incomplete() {
            return Outcome::Value(Value::unknown(s.logic.schema().block.ty()));
        }
        checked.0 = checked.0.max(found.0);
        checked.1.extend(found.1);
        let rules: Vec<Rule<'_>> = before.into_iter().chain(after).collect();
        self.check_instance(s, &rules, checked);
        let outcome = self.keep(s);
        if let Some(change) = self.item_mut(s.at).change.as_mut() {
            let lifecycle = resource.lifecycle();
            change.create_before_destroy =
                lifecycle.and_then(|l| l.create_before_destroy) == Some(true);
        }
        outcome
    }

    /// An instance that stays as it is.
    fn keep(&mut self, s: &Subject<'_, '_>) -> Outcome {
        let value = self.item(s.at).prior.as_ref().map(|p| p.value.clone());
        let Some(value) = value else {
            return Outcome::Value(self.unknown(s.world, s.at));
        };
        let change = self.blank_change(s, Action::NoOp, value.clone(), value.clone());
        let item = self.item_mut(s.at);
        item.change = Some(change);
        item.stage = Stage::Done;
        Outcome::Value(value)
    }

    fn plan_instance(
        &mut self,
        s: &Subject<'_, '_>,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> Outcome {
        let resource = s.world.declaration(s.at);
        let module = s.world.instance(s.at).module;
        let before = diags.error_count();
        s.world.depend_on(&resource.depends_on, module, trace, diags);
        crate::provisioners::depend_on(s.world, resource, module, trace);
        let rules = Rule::before(&resource.preconditions);
        let mut checked = s.world.instance_conditions(&rules, s.at, None, trace, diags);
        let scope = &mut s.world.instance_scope(s.at, trace);
        let options = decode::Options::default();
        let wanted = match self.generated(s) {
            Some(config) => config,
            None => decode::block(&resource.body, &s.kind.decoder, scope, &options, diags),
        };
        let triggered = self.is_triggered(s, trace, diags);
        let wishes = self.wishes(s, triggered, trace, diags);
        let nothing = || Outcome::Value(Value::unknown(s.logic.schema().block.ty()));
        if trace.is_incomplete() {
            return nothing();
        }
        if trace.has_failed() || diags.error_count() > before {
            trace.fail();
            self.check_instance(s, &rules, checked);
            return nothing();
        }
        if trace.is_deferred() {
            return self.defer(s.world, s.at, Deferral::NeedsDeferred, None, trace);
        }
        if self.is_excluded(s.world, s.at, trace.deps()) {
            let outcome = self.keep(s);
            if let Some(change) = self.item_mut(s.at).change.as_mut() {
                change.reason = Reason::Excluded;
            }
            return outcome;
        }
        let Some(change) = self.decide(s, &wanted, &wishes, diags) else {
            trace.fail();
            return nothing();
        };
        let after = change.after.clone();
        let posts = Rule::after(&resource.postconditions);
        let found = s.world.instance_conditions(&posts, s.at, Some(after.clone()), trace, diags);
        if trace.is_incomplete() {
            return nothing();
        }
        checked.0 = checked.0.max(found.0);
        checked.1.extend(found.1);
        let rules: Vec<Rule<'_>> = rules.into_iter().chain(posts).collect();
        self.check_instance(s, &rules, checked);
        let item = self.item_mut(s.at);
        item.change = Some(change);
        item.stage = Stage::Done;
        Outcome::Value(after)
    }

    /// Configuration for an imported object, where its block is there to be filled.
    fn generated(&mut self, s: &Subject<'_, '_>) -> Option<Value> {
        let resource = s.world.declaration(s.at);
        if self.input.generate != Some(resource.span.file) {
            return None;
        }
        let object = self.item(s.at).prior.as_ref()?.value.unmark_deep().0;
        let provider = resource.provider.as_ref().map(wb_lang::config::ProviderRef::written);
        let block = &s.logic.schema().block;
        let made = generate::resource(&resource.addr, provider.as_deref(), block, &object);
        if let Some(importing) = self.item_mut(s.at).importing.as_mut() {
            importing.generated = Some(made.text.into());
        }
        Some(made.config)
    }

    /// What the block says of how its object may be changed.
    fn wishes(
        &self,
        s: &Subject<'_, '_>,
        is_triggered: bool,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> Wishes {
        let resource = s.world.declaration(s.at);
        let lifecycle = resource.lifecycle();
        let keeps = lifecycle.and_then(|l| l.prevent_destroy.as_ref());
        let prevent_destroy = keeps.and_then(|expression| {
            let scope = &mut s.world.instance_scope(s.at, trace);
            let value = evaluate(expression.expr(), scope, diags);
            let value =
                wb_core::convert::convert(value.unmarked(), wb_core::ty::Type::BOOL).ok()?;
            value.as_bool().filter(|is| *is).map(|_| expression.span())
        });
        Wishes {
            create_first: lifecycle.and_then(|l| l.create_before_destroy) == Some(true),
            let_go: lifecycle.and_then(|l| l.destroy) == Some(false),
            prevent_destroy,
            is_triggered,
            is_requested: self.input.selection.replace.contains(&s.address),
        }
    }

    /// The change. Nothing where there can be none, which is reported.
    fn decide(
        &mut self,
        s: &Subject<'_, '_>,
        wanted: &Value,
        wishes: &Wishes,
        diags: &mut Diagnostics,
    ) -> Option<Change> {
        let resource = s.world.declaration(s.at);
        let schema = s.logic.schema();
        let prior = self.item(s.at).prior.clone();
        let (before, private) = match &prior {
            Some(prior) => (prior.value.clone(), prior.private.clone()),
            None => (null_of(s), Vec::new()),
        };
        let (plain_prior, prior_marks) = before.unmark_deep_with_paths();
        let (whole, all_marks) = wanted.unmark_deep_with_paths();
        let ignored = resource.lifecycle().map(|l: &Lifecycle| &l.ignore_changes);
        let (config, marks) = match ignored.filter(|_| prior.is_some()) {
            Some(ignored) => (
                ignore::apply(ignored, &plain_prior, &whole),
                ignore::marks(ignored, &prior_marks, all_marks.clone()),
            ),
            None => (whole.clone(), all_marks.clone()),
        };
        self.validate(s, &config, diags)?;
        let ask = |this: &mut Self, prior: &Value, config: &Value, diags: &mut Diagnostics| {
            this.ask_logic(s, prior, config, &private, diags)
        };
        let planned = ask(self, &plain_prior, &config, diags)?;
        let is_tainted = prior.as_ref().is_some_and(Prior::is_tainted);
        let marks = crate::instance::sensitive(&marks);
        let same_marks =
            crate::instance::same_marks(&prior_marks, &marks, &schema.block, &planned.value);
        let found = action::decide(&plain_prior, &planned, is_tainted, same_marks, wishes);
        let (planned, marks) = if found.action.ends_object() {
            // A new object has nothing of which changes could be ignored.
            let new = ask(self, &null_of(s), &whole, diags)?;
            (Planned { replace: planned.replace, ..new }, crate::instance::sensitive(&all_marks))
        } else {
            (planned, marks)
        };
        if let Some(span) = wishes.prevent_destroy.filter(|_| found.action.destroys()) {
            diags.push(prevented(&s.address, span, resource.span));
            return None;
        }
        let after = crate::instance::marked(&planned.value, &marks, &schema.block);
        let mut change = self.blank_change(s, found.action, before, after);
        change.reason = found.reason;
        change.replace = planned.replace;
        change.planned_private = planned.private.into();
        change.create_before_destroy = wishes.create_first;
        change.skip_destroy = wishes.let_go;
        change.importing = self.item(s.at).importing.clone();
        Some(change)
    }

    fn validate(&self, s: &Subject<'_, '_>, config: &Value, diags: &mut Diagnostics) -> Option<()> {
        let problems = s.logic.validate(config);
        let resource = s.world.declaration(s.at);
        for problem in &problems {
            let place = decode::place(&resource.body, &s.kind.decoder, &problem.path);
            let span = place.unwrap_or(resource.span);
            diags.push(problem_at(problem.severity, &problem.summary, &problem.detail, Some(span)));
        }
        (!problems.has_errors()).then_some(())
    }

    /// Asks the type for a prediction, and holds it to its contract.
    fn ask_logic(
        &self,
        s: &Subject<'_, '_>,
        prior: &Value,
        config: &Value,
        private: &[u8],
        diags: &mut Diagnostics,
    ) -> Option<Planned> {
        let resource = s.world.declaration(s.at);
        let block = &s.logic.schema().block;
        let provider = s.world.value(s.world.provider(s.provider).node);
        let provider = provider.map_or(Value::DYNAMIC, |value| value.unmark_deep().0);
        let proposed = contract::proposed_new(block, prior, config);
        let ask = PlanAsk {
            provider: &provider,
            prior,
            config,
            proposed: &proposed,
            private,
            now: self.input.now,
        };
        match s.logic.plan(&ask) {
            Ok(planned) => {
                let wrong = contract::planned_ok(block, prior, config, &planned.value);
                if wrong.is_empty() {
                    return Some(planned);
                }
                let what = "Provider produced invalid plan";
                diags.extend(crate::instance::broken(what, &s.address, &wrong, resource.span));
                None
            }
            Err(problems) => {
                for problem in &problems {
                    let place = decode::place(&resource.body, &s.kind.decoder, &problem.path);
                    let span = place.unwrap_or(resource.span);
                    diags.push(problem_at(
                        problem.severity,
                        &problem.summary,
                        &problem.detail,
                        Some(span),
                    ));
                }
                None
            }
        }
    }

    /// A change of an instance, with nothing said of why.
    pub(crate) fn blank_change(
        &self,
        s: &Subject<'_, '_>,
        action: Action,
        before: Value,
        after: Value,
    ) -> Change {
        let prior = self.known_item(s.at).and_then(|item| item.prior.as_ref());
        Change {
            object: ObjectAddr::current(s.address.clone()),
            previous: self.moved.previous.get(&s.address).cloned(),
            provider: s.world.provider(s.provider).addr.clone(),
            action,
            reason: Reason::Plain,
            before,
            after,
            replace: Vec::new(),
            prior_private: prior.map_or_else(|| Arc::from([]), |p| Arc::from(&*p.private)),
            planned_private: Arc::from([]),
            importing: None,
            needs: Arc::from([]),
            dependencies: Arc::from([]),
            create_before_destroy: prior.is_some_and(|p| p.object.create_before_destroy),
            skip_destroy: prior.is_some_and(|p| p.object.skip_destroy),
            schema_version: s.logic.schema().version,
        }
    }
}

fn null_of(s: &Subject<'_, '_>) -> Value {
    Value::null(s.logic.schema().block.ty())
}

pub(crate) fn unreadable(address: &AbsInstance, error: &object::ObjectError) -> Diagnostic {
    let detail = format!("The state holds an object of {address} that cannot be read: {error}.");
    Diagnostic::error("Object in the state cannot be read", detail).about(address.to_string())
}

fn prevented(
    address: &AbsInstance,
    span: wb_core::source::Span,
    header: wb_core::source::Span,
) -> Diagnostic {
    let detail = format!(
        "Resource {address} has lifecycle.prevent_destroy set, but the plan calls for this resource to be destroyed."
    );
    Diagnostic::error("Instance cannot be destroyed", detail)
        .at(header)
        .label(span, "it is kept from being destroyed here")
        .help(
            "Remove prevent_destroy, or leave what is planned to others with -target or -exclude.",
        )
}

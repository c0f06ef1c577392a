//! Creating and updating.

use std::sync::Arc;
use std::time::Instant;

use wb_core::addr::DeposedKey;
use wb_core::contract;
use wb_core::diag::Diagnostics;
use wb_core::json::JsonError;
use wb_core::marks::Marks;
use wb_core::provider::PlanAsk;
use wb_core::schema::{Block, SensitivePaths};
use wb_core::time::parse_duration;
use wb_core::value::{PathMarks, Value};
use wb_plan::{Change, StepKind, object};
use wb_sdk::{Create, Object, OpError, ResourceOps, Update};
use wb_state::journal::{Record, StepResult};
use wb_state::{Edit, IntentAction, Status};

use super::intent::{keepable, token};
use super::job::{Job, Message, Work, at_once};
use super::providers::Configuration;
use super::steps::{Active, Halt, Waiter, What};
use super::{Runner, problem};
use crate::{Doing, Phase, ShownId, When};

/// A create or update on its way.
pub(super) struct Make {
    pub(super) ops: Arc<dyn ResourceOps>,
    /// The final plan, without marks.
    planned: Value,
    /// Where the configuration is sensitive.
    marks: Vec<PathMarks>,
    is_create: bool,
    /// Whether provisioners run when it is made.
    provisions: bool,
    deposes: Option<DeposedKey>,
    /// The value, when it is made; it wears its marks.
    pub(super) value: Option<Value>,
}

/// The final plan of a make.
struct Final {
    config: Value,
    prior: Value,
    planned: Object,
    marks: Vec<PathMarks>,
}

impl<'a> Runner<'a> {
    pub(super) fn begin_make(&mut self, step: u32, change: &'a Change) -> Result<(), Halt> {
        let ops = self.resource_ops(change)?;
        if !ops.lives_in_state() {
            self.room(step, &change.provider)?;
        }
        let configuration = self.configuration(Waiter::Step(step), &change.provider)?;
        let diags = self.work.language.conditions(change.instance(), Phase::Before, None);
        self.go_on(diags)?;
        let is_create = self.step(step).kind == StepKind::Create;
        let last = self.plan_again(change, &*ops, &configuration, is_create)?;
        let active = Active {
            change,
            address: change.object.clone(),
            doing: if is_create { Doing::Create } else { Doing::Update },
            begun: self.now(),
            outside: !ops.lives_in_state(),
            reserved: 0,
            what: What::Make(Make {
                planned: last.planned.value.clone(),
                marks: last.marks.clone(),
                is_create,
                provisions: is_create && self.work.language.has_provisioners(change, When::Create),
                deposes: self.will_depose(step, change),
                value: None,
                ops: Arc::clone(&ops),
            }),
            provisioning: None,
        };
        self.tell_started(&active, if is_create { None } else { ShownId::of(&change.before) });
        self.start_make(step, active, last, &configuration);
        Ok(())
    }

    /// Reports what is to be said, and stops at an error.
    pub(super) fn go_on(&mut self, diags: Diagnostics) -> Result<(), Halt> {
        if diags.has_errors() {
            return Err(Halt::Failed(diags));
        }
        if !diags.is_empty() {
            self.report(diags);
        }
        Ok(())
    }

    /// Finishes the plan with the values that are known by now. It may only fill in what was unknown.
    fn plan_again(
        &mut self,
        change: &Change,
        ops: &dyn ResourceOps,
        configuration: &Configuration,
        is_create: bool,
    ) -> Result<Final, Halt> {
        let config = self.work.language.config(change)?;
        if !config.is_wholly_known() {
            return Err(Diagnostics::from(problem::unknown_config(change)).into());
        }
        let (config, marks) = config.unmark_deep_with_paths();
        let marks = sensitive(marks);
        let block = &ops.schema().block;
        let approved = change.after.unmark_deep().0;
        let (prior, private) = if is_create {
            (Value::null(block.ty()), &[][..])
        } else {
            (change.before.unmark_deep().0, &*change.prior_private)
        };
        let planned = ops.plan(&PlanAsk {
            provider: &configuration.config,
            prior: &prior,
            config: &config,
            proposed: &contract::proposed_new(block, &prior, &config),
            private,
            now: self.planned_at,
        });
        let planned = match planned {
            Ok(planned) => planned,
            Err(problems) => {
                let language = &*self.work.language;
                let found = problems.iter().map(|p| problem::planning(p, change, language));
                return Err(Halt::Failed(found.collect()));
            }
        };
        if planned.value != approved {
            let mut found = contract::planned_ok(block, &prior, &config, &planned.value);
            found.extend(contract::compatible(block, &approved, &planned.value));
            if !found.is_empty() {
                return Err(Diagnostics::from(problem::inconsistent_plan(change, &found)).into());
            }
        }
        let planned = Object { value: planned.value, private: planned.private };
        Ok(Final { config, prior, planned, marks })
    }

    fn start_make(
        &mut self,
        step: u32,
        mut active: Active<'a>,
        last: Final,
        configuration: &Configuration,
    ) {
        let What::Make(make) = &active.what else { return };
        let change = active.change;
        let Final { config, prior, planned, .. } = last;
        if !make.is_create && planned.value == prior && *planned.private == *change.prior_private {
            // Only what the state keeps beside the value changes: marks, dependencies.
            active.outside = false;
            self.active.insert(step, active);
            return self.made(step, Ok(planned));
        }
        // An object is about as large as what it was planned to be, and its record repeats what it needs.
        let space = 4096 + 4 * make.planned.size() + 128 * change.needs.len();
        let ops = Arc::clone(&make.ops);
        let token = token(self.work.run, step);
        let mut context = if active.outside {
            self.context(&configuration.client)
        } else {
            self.context_within(&configuration.client)
        };
        context = context.of_task(&format_args!("make {}", change.object));
        context.deadline = deadline(&config, if make.is_create { "create" } else { "update" });
        let reply = if make.is_create {
            let ask = Create { config: config.clone(), planned, token };
            start(move || ops.create(ask, context))
        } else {
            let prior = Object { value: prior, private: change.prior_private.to_vec() };
            let ask = Update { prior, config: config.clone(), planned, token };
            start(move || ops.update(ask, context))
        };
        if active.outside {
            self.record_started(step, &active, &config, configuration);
            self.active.insert(step, active);
            self.keep_space(step, space);
            self.occupy(&change.provider);
            let launch = move || -> Work {
                Box::pin(async move { Message::Made { step, result: reply().await } })
            };
            self.launches.push((Job::Step(step), Box::new(launch)));
            return;
        }
        self.active.insert(step, active);
        match at_once(reply()) {
            Ok(result) => self.made(step, result),
            Err(reply) => {
                self.occupy(&change.provider);
                let work = async move { Message::Made { step, result: reply.await } };
                self.spawn(Job::Step(step), work);
            }
        }
    }

    /// Writes the intent. The effect begins when that is durable.
    fn record_started(
        &mut self,
        step: u32,
        active: &Active<'a>,
        config: &Value,
        configuration: &Configuration,
    ) {
        let What::Make(make) = &active.what else { return };
        let action = if make.is_create { IntentAction::Create } else { IntentAction::Update };
        let schema = make.ops.schema();
        let mut intent =
            self.intent(step, active.change, active.address.clone(), action, schema.version);
        intent.config = keepable(config, schema);
        intent.deposes = make.deposes;
        intent.sensitive = make.marks.iter().map(|m| object::attr_path(&m.path)).collect();
        intent.provisions = make.provisions;
        Self::fill_intent(&mut intent, configuration);
        self.append(&Record::Started { step: step.into(), intent: Box::new(intent) });
    }

    /// The operation has ended. What exists now is recorded, whatever else is wrong.
    pub(super) fn made(&mut self, step: u32, result: Result<Object, OpError>) {
        let Some(active) = self.active.get(&step) else { return };
        let (change, outside) = (active.change, active.outside);
        let What::Make(make) = &active.what else { return };
        let (is_create, deposes, provisions) = (make.is_create, make.deposes, make.provisions);
        let block = &make.ops.schema().block;
        let mut diags = Diagnostics::new();
        let mut error_text = None;
        let new = match result {
            Ok(object) => {
                let found = contract::applied_ok(block, &make.planned, &object.value);
                if !found.is_empty() {
                    diags.push(problem::inconsistent_result(change, &found));
                }
                Some(object)
            }
            Err(error) => {
                error_text = Some(format!("{}: {}", error.summary, error.detail));
                diags.push(problem::step(&error, change, self.work.language));
                if error.is_uncertain && error.partial.is_none() && outside {
                    self.uncertain(step, &format!("{}.", error.summary));
                    return self.fail(step, diags);
                }
                error.partial.map(|partial| *partial)
            }
        };
        let tainted = is_create && (diags.has_errors() || provisions);
        let put = new.map(|object| self.put(make, change, &object, tainted)).transpose();
        let effect = match put {
            Ok(put) => put.map(|(edit, value)| {
                self.keep(step, value);
                edit
            }),
            Err(error) => {
                diags.push(problem::unwritable(change, &error));
                if outside {
                    self.uncertain(step, "The provider's answer could not be recorded.");
                }
                return self.fail(step, diags);
            }
        };
        let set_aside = deposes.filter(|_| effect.is_some());
        if let (Some(key), Some(of)) = (set_aside, self.step(step).change) {
            self.deposed.insert(of, key);
        }
        let depose = |key| Edit::Depose { address: change.instance().clone(), key };
        self.record(StepResult {
            step: step.into(),
            before: set_aside.map(depose).into_iter().collect(),
            effect,
            error: error_text,
            closes: Vec::new(),
        });
        if diags.has_errors() {
            return self.fail(step, diags);
        }
        if provisions { self.provision(step, When::Create) } else { self.finish_make(step) }
    }

    /// The edit that puts a made object into the state, and its value.
    fn put(
        &self,
        make: &Make,
        change: &Change,
        object: &Object,
        tainted: bool,
    ) -> Result<(Edit, Value), JsonError> {
        let block = &make.ops.schema().block;
        let value = usable(block, &make.planned, &object.value).apply_marks_at_paths(&make.marks);
        let value = value.apply_marks_at_paths(&block.sensitive_paths(&value));
        let mut rest = Self::beside(change, &object.private);
        if !make.is_create
            && let Some(prior) = self.work.state.object(&change.object)
        {
            rest.status = prior.status;
            rest.identity.clone_from(&prior.identity);
        }
        if tainted {
            rest.status = Status::Tainted;
        }
        let edit = Edit::Put {
            address: change.object.clone(),
            provider: change.provider.clone(),
            object: Arc::new(object::encode(&value, make.ops.schema(), rest)?),
        };
        Ok((edit, value))
    }

    /// Keeps the value of what was made for what follows.
    fn keep(&mut self, step: u32, made: Value) {
        if let Some(Active { what: What::Make(make), .. }) = self.active.get_mut(&step) {
            make.value = Some(made);
        }
    }

    /// The provisioners have run: the object is sound.
    pub(super) fn untaint(&mut self, step: u32) {
        let Some(active) = self.active.get(&step) else { return };
        let change = active.change;
        let Some(object) = self.work.state.object(&change.object) else { return };
        let sound = wb_state::Object { status: Status::Ready, ..(**object).clone() };
        self.change(vec![Edit::Put {
            address: change.object.clone(),
            provider: change.provider.clone(),
            object: Arc::new(sound),
        }]);
    }

    /// The object is made, and provisioned.
    pub(super) fn finish_make(&mut self, step: u32) {
        let Some(Active { what: What::Make(make), change, .. }) = self.active.get_mut(&step) else {
            return;
        };
        let Some(value) = make.value.take() else { return };
        let change = *change;
        self.work.language.made(change.instance(), value.clone());
        self.tell_done(step, ShownId::of(&value));
        let diags = self.work.language.conditions(change.instance(), Phase::After, Some(&value));
        if diags.has_errors() {
            // The object is as it should be; only what needs it does not go on.
            return self.fail_after(step, diags);
        }
        self.report(diags);
        self.succeed(step);
    }
}

/// A call that is made later.
fn start<T>(
    call: impl FnOnce() -> wb_sdk::ops::Reply<T> + Send + 'static,
) -> Box<dyn FnOnce() -> wb_sdk::ops::Reply<T> + Send> {
    Box::new(call)
}

/// The marks that a result wears too: that something is ephemeral or deprecated does not pass over to the object.
pub(super) fn sensitive(marks: Vec<PathMarks>) -> Vec<PathMarks> {
    let kept = marks.into_iter().filter(|m| m.marks.is_sensitive());
    kept.map(|m| PathMarks { path: m.path, marks: Marks::SENSITIVE }).collect()
}

/// The part of a result that the state can hold. Where a provider breaks its contract, what it says is kept attribute by
/// attribute as far as it fits, and else what was planned: an object that exists is never dropped.
fn usable(block: &Block, planned: &Value, new: &Value) -> Value {
    if new.ty().conforms_to(block.ty()) && !new.is_null() {
        return new.unknown_as_null();
    }
    let planned = planned.unknown_as_null();
    let (Some(shape), Some(fallback)) = (block.ty().as_object(), planned.as_object()) else {
        return planned;
    };
    let values = shape.iter().map(|(name, ty)| {
        let given = new.unmarked().attribute(name).filter(|v| v.ty().conforms_to(ty));
        let part = given.or_else(|| fallback.get(name));
        part.map_or_else(|| Value::null(ty), Value::unknown_as_null)
    });
    Value::object_of(shape.shape(), values.collect())
}

/// When the user's `timeouts` end an operation of this kind.
pub(super) fn deadline(value: &Value, operation: &str) -> Option<Instant> {
    let timeouts = value.unmarked().attribute("timeouts")?;
    let text = timeouts.unmarked().attribute(operation)?.unmarked().as_str()?;
    let nanoseconds = u64::try_from(parse_duration(text)?).ok()?;
    Instant::now().checked_add(std::time::Duration::from_nanos(nanoseconds))
}

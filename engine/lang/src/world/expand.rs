//! `count`, `for_each` and `enabled`: which instances there are.

use wb_core::addr::InstanceKey;
use wb_core::convert::convert;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::number::Number;
use wb_core::ty::{Type, TypeKind};
use wb_core::value::{Value, View};
use wb_hcl::Expr;

use crate::config::{CallId, ProviderId, Repetition};
use crate::eval::{Evaluation, evaluate};
use crate::stack::evaluate_early;

use super::{Bindings, Kind, ModIx, NodeIx, Trace, World};

/// How many instances one block, and all blocks together, may have. Each takes memory, so that a slip of the keyboard
/// must not ask for a billion, nor one in a module for ten thousand times ten thousand.
pub const MAX_INSTANCES: usize = 200_000;

const SPLIT: &str = "Make fewer of them, or split the stack into several: each instance takes memory, so there is a limit.";

/// The instances that a block has: their keys, ascending, and what `each.value` is.
pub(super) enum Keys {
    Known(Vec<(InstanceKey, Option<Value>)>),
    /// They are left to a later round.
    Deferred,
    /// They could not be told, which was reported.
    Failed,
}

impl World<'_> {
    /// Makes the instances of an expansion.
    pub(super) fn expand(&mut self, ix: NodeIx, keys: Keys, trace: &mut Trace) {
        let keys = match keys {
            Keys::Known(keys) => keys,
            Keys::Deferred => return trace.defer(),
            Keys::Failed => return trace.fail(),
        };
        let range = match self.kind(ix) {
            Kind::Call(at, id) => self.add_called(at, id, keys),
            Kind::Resource(at, id) => {
                let nodes = self.slots.len();
                let range = self.add_instances(at, id, keys);
                self.demand_in_order(nodes..self.slots.len());
                range
            }
            Kind::Provider(at, id) => self.add_provider_instances(at, id, keys),
            _ => return,
        };
        self.slots[ix.index()].range = range;
    }

    pub(super) fn keys(
        &self,
        repetition: &Repetition,
        at: ModIx,
        weight: usize,
        may_defer: bool,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> Keys {
        let Some(expression) = repetition.expression() else {
            return Keys::Known(vec![(InstanceKey::None, None)]);
        };
        let expr = expression.expr();
        let before = diags.error_count();
        let value = evaluate(expr, &mut self.scope(at, Bindings::default(), trace), diags);
        if trace.is_incomplete() || trace.has_failed() || diags.error_count() > before {
            return Keys::Failed;
        }
        if trace.is_deferred() {
            return Keys::Deferred;
        }
        let found = match repetition {
            Repetition::None => Ok(Some(vec![(InstanceKey::None, None)])),
            Repetition::Count(_) => count(&value),
            Repetition::ForEach(_) => for_each(&value),
            Repetition::Enabled(_) => enabled(&value),
        };
        match found.and_then(|keys| self.bounded(keys, weight)) {
            Ok(Some(keys)) => Keys::Known(keys),
            Ok(None) if may_defer => Keys::Deferred,
            Ok(None) => {
                self.refuse(unknown(repetition, expr), expr, at, trace, diags);
                Keys::Failed
            }
            Err(problem) => {
                self.refuse(problem.of(repetition, expr), expr, at, trace, diags);
                Keys::Failed
            }
        }
    }

    /// Refuses what would take all blocks together over the limit.
    fn bounded(&self, keys: Option<Instances>, weight: usize) -> Found {
        let so_far = self.instances.len() + self.modules.len();
        let more = keys.as_ref().map_or(0, Vec::len).saturating_mul(weight);
        if so_far.saturating_add(more) <= MAX_INSTANCES {
            return Ok(keys);
        }
        let detail = format!(
            "With these, the stack would have more than {MAX_INSTANCES} instances, which is the limit."
        );
        Err(Bad::new(detail).help(SPLIT))
    }

    /// How many instances one more of a call counts for.
    pub(super) fn call_weight(&self, at: ModIx, call: CallId) -> usize {
        const NODES_LIKE_ONE: usize = 8;
        let Some(node) = self.stack[self.module(at).node].child(call) else { return 1 };
        let m = &self.stack[node].module;
        let nodes = m.variables.len() + m.locals.len() + m.outputs.len() + m.calls.len();
        1 + m.resources.len() + nodes / NODES_LIKE_ONE
    }

    /// Reports a problem with the values that the expression reads.
    fn refuse(
        &self,
        problem: Diagnostic,
        expr: Expr<'_>,
        at: ModIx,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) {
        let mut scope = self.scope(at, Bindings::default(), trace);
        Evaluation::new(&mut scope, diags).report(problem, expr);
    }

    /// The instances of a provider configuration: what they are must be known before anything is planned.
    pub(super) fn provider_keys(&self, at: ModIx, id: ProviderId, diags: &mut Diagnostics) -> Keys {
        let module = self.module(at);
        let block = &module.module.providers[id];
        let Some(expression) = &block.for_each else {
            return Keys::Known(vec![(InstanceKey::None, None)]);
        };
        let what = "The for_each of a provider configuration";
        let expr = expression.expr();
        let value =
            evaluate_early(self.stack, module.node, expr, what, self.given, self.host, diags);
        let Some(value) = value else { return Keys::Failed };
        let repetition = Repetition::ForEach(expression.clone());
        match for_each(&value) {
            Ok(Some(keys)) => Keys::Known(keys),
            Ok(None) => {
                diags.push(unknown(&repetition, expr));
                Keys::Failed
            }
            Err(problem) => {
                diags.push(problem.of(&repetition, expr));
                Keys::Failed
            }
        }
    }
}

/// What is wrong with a value that is to decide how many instances there are. One that is not known yet is fine.
pub(crate) fn unfit(repetition: &Repetition, value: &Value, expr: Expr<'_>) -> Option<Diagnostic> {
    let found = match repetition {
        Repetition::None => return None,
        Repetition::Count(_) => count(value),
        Repetition::ForEach(_) => for_each(value),
        Repetition::Enabled(_) => enabled(value),
    };
    found.err().map(|problem| problem.of(repetition, expr))
}

type Instances = Vec<(InstanceKey, Option<Value>)>;

type Found = Result<Option<Instances>, Bad>;

/// Why a value decides no instances.
struct Bad {
    detail: String,
    help: Option<String>,
}

impl Bad {
    fn new(detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), help: None }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    fn of(self, repetition: &Repetition, expr: Expr<'_>) -> Diagnostic {
        let argument = repetition.argument().unwrap_or_default();
        let problem =
            Diagnostic::error(format!("Invalid {argument} argument"), self.detail).at(expr.span());
        match self.help {
            Some(help) => problem.help(help),
            None => problem,
        }
    }
}

fn count(value: &Value) -> Found {
    let marks = value.deep_marks();
    if marks.is_sensitive() {
        return Err(Bad::new(
            "A sensitive value cannot decide how many instances there are: their number is shown.",
        )
        .help("Use nonsensitive() where the number gives nothing away."));
    }
    if marks.is_ephemeral() {
        return Err(Bad::new(
            "An ephemeral value cannot decide how many instances there are: it may be another one when the plan is applied.",
        ));
    }
    let value = value.unmarked();
    if value.is_null() {
        return Err(Bad::new(
            "The given \"count\" argument value is null. An integer is required.",
        ));
    }
    let number = convert(value, Type::NUMBER).map_err(|error| {
        Bad::new(format!("The given \"count\" argument value is unsuitable: {error}."))
    })?;
    if !number.is_known() {
        return Ok(None);
    }
    let Some(number) = number.as_number() else { return Ok(None) };
    let Some(whole) = number.to_i64() else {
        let most = Number::from(i64::try_from(MAX_INSTANCES).unwrap_or(i64::MAX));
        if number.is_integer() && number.compare(&most).is_gt() {
            let detail = format!(
                "The given \"count\" argument value is unsuitable: {number} instances are more than the limit of {MAX_INSTANCES}."
            );
            return Err(Bad::new(detail).help(SPLIT));
        }
        let detail = format!(
            "The given \"count\" argument value is unsuitable: it must be a whole number, and {number} is none."
        );
        return Err(Bad::new(detail));
    };
    if whole < 0 {
        return Err(Bad::new(
            "The given \"count\" argument value is unsuitable: must be greater than or equal to zero.",
        ));
    }
    match usize::try_from(whole) {
        Ok(whole) if whole <= MAX_INSTANCES => {
            let index = |i| (InstanceKey::Int(i), None);
            Ok(Some((0..i64::try_from(whole).unwrap_or(i64::MAX)).map(index).collect()))
        }
        _ => Err(Bad::new(format!(
            "The given \"count\" argument value is unsuitable: {whole} instances are more than the limit of {MAX_INSTANCES}."
        ))
        .help(SPLIT)),
    }
}

fn enabled(value: &Value) -> Found {
    let marks = value.deep_marks();
    if marks.is_sensitive() || marks.is_ephemeral() {
        return Err(Bad::new(
            "Whether something is enabled is shown, and must be the same when the plan is applied: it cannot be decided by a sensitive or ephemeral value.",
        ));
    }
    let value = value.unmarked();
    if value.is_null() {
        return Err(Bad::new(
            "The given \"enabled\" argument value is null. True or false is required.",
        ));
    }
    let value = convert(value, Type::BOOL).map_err(|error| {
        Bad::new(format!("The given \"enabled\" argument value is unsuitable: {error}."))
    })?;
    Ok(value.as_bool().map(|is| if is { vec![(InstanceKey::None, None)] } else { Vec::new() }))
}

fn for_each(value: &Value) -> Found {
    const WANTED: &str = "the \"for_each\" argument must be a map, or set of strings";
    let marks = value.marks();
    if marks.is_sensitive() || (value.ty().is_set() && value.deep_marks().is_sensitive()) {
        return Err(Bad::new("Sensitive values, or values derived from sensitive values, cannot be used as for_each arguments. If used, the sensitive value could be exposed as a resource instance key.")
            .help("Use a map whose keys are not sensitive, or nonsensitive() where the keys give nothing away."));
    }
    if marks.is_ephemeral() {
        return Err(Bad::new(
            "Ephemeral values cannot decide which instances there are: they may be others when the plan is applied.",
        ));
    }
    let value = value.unmarked();
    let ty = value.ty();
    if value.is_null() {
        return Err(Bad::new(format!(
            "The given \"for_each\" argument value is unsuitable: {WANTED}, and you have provided a null value."
        )));
    }
    match ty.kind() {
        TypeKind::Map(_) | TypeKind::Object(_) | TypeKind::Dynamic => {}
        TypeKind::Set(element) if element == Type::STRING || element == Type::DYNAMIC => {}
        TypeKind::Set(element) => {
            return Err(Bad::new(format!(
                "The given \"for_each\" argument value is unsuitable: \"for_each\" supports maps and sets of strings, but you have provided a set containing type {}.",
                element.friendly_name()
            )).help("Make a map with a key for each element: { for x in … : x.name => x }."));
        }
        TypeKind::List(_) | TypeKind::Tuple(_) => {
            return Err(Bad::new(format!("The given \"for_each\" argument value is unsuitable: {WANTED}, and you have provided a value of type {}.", ty.friendly_name()))
                .help("Use toset() to iterate over a list of strings, or a for expression that gives each element a key."));
        }
        _ => {
            return Err(Bad::new(format!(
                "The given \"for_each\" argument value is unsuitable: {WANTED}, and you have provided a value of type {}.",
                ty.friendly_name()
            )));
        }
    }
    let bounded = |len: usize| {
        if len <= MAX_INSTANCES {
            return Ok(());
        }
        let detail = format!(
            "The given \"for_each\" argument value is unsuitable: {len} instances are more than the limit of {MAX_INSTANCES}."
        );
        Err(Bad::new(detail).help(SPLIT))
    };
    Ok(Some(match value.view() {
        View::Unknown(_) => return Ok(None),
        View::Map(map) => {
            bounded(map.len())?;
            map.iter().map(|(k, v)| (InstanceKey::string(k), Some(v.clone()))).collect()
        }
        View::Object(object) => {
            bounded(object.len())?;
            object.iter().map(|(k, v)| (InstanceKey::string(k), Some(v.clone()))).collect()
        }
        View::Set(elements) => {
            bounded(elements.len())?;
            let mut keys = Vec::with_capacity(elements.len());
            for element in elements {
                if element.is_null() {
                    return Err(Bad::new(
                        "The given \"for_each\" argument value is unsuitable: \"for_each\" sets must not contain null values.",
                    ));
                }
                let Some(text) = element.as_str() else { return Ok(None) };
                keys.push((InstanceKey::string(text), Some(element.clone())));
            }
            keys.sort_by(|a, b| a.0.cmp(&b.0));
            keys
        }
        _ => return Ok(None),
    }))
}

fn unknown(repetition: &Repetition, expr: Expr<'_>) -> Diagnostic {
    let argument = repetition.argument().unwrap_or_default();
    let detail = match repetition {
        Repetition::ForEach(_) => "The \"for_each\" value has keys that cannot be determined until apply, so it is not known which instances there will be.".to_owned(),
        _ => format!("The \"{argument}\" value depends on resource attributes that cannot be determined until apply, so it is not known how many instances there will be."),
    };
    let help = match repetition {
        Repetition::ForEach(_) => {
            "Use a map whose keys are written in the configuration, and put what is only known after apply into its values."
        }
        _ => {
            "Use -target to apply first what the value depends on, or plan in rounds, without -no-rounds."
        }
    };
    Diagnostic::error(format!("Invalid {argument} argument"), detail).at(expr.span()).help(help)
}

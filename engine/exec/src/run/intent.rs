//! What is written down of a step before it begins.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use wb_core::addr::{DeposedKey, ObjectAddr};
use wb_core::contract::without_write_only;
use wb_core::json;
use wb_core::path::{Path, Step};
use wb_core::schema::{Schema, SensitivePaths};
use wb_core::value::Value;
use wb_plan::{Action, Change, StepKind, object};
use wb_state::journal::{Planned, Record};
use wb_state::{Intent, IntentAction, Object, RawJson, RunId};

use super::Runner;
use super::providers::Configuration;

/// Makes the call one call: the same for every attempt at a step, and for no other step of any run. A UUID, which is
/// what most APIs want.
pub(super) fn token(run: RunId, step: u32) -> String {
    let mixed = mix(run.0, step.into());
    let (run, tail) = (run.0, u64::from(step));
    format!(
        "{:08x}-{:04x}-8{:03x}-8{:03x}-{:04x}{tail:08x}",
        run >> 32,
        run >> 16 & 0xffff,
        run & 0xfff,
        (run >> 12 & 0xf) << 8 | (mixed >> 16 & 0xff),
        mixed & 0xffff,
    )
}

/// The key under which a step sets an object aside.
pub(super) fn deposed_key(run: RunId, step: u32, taken: impl Fn(DeposedKey) -> bool) -> DeposedKey {
    let mut number = mix(run.0 ^ 0x6465_706f_7365_6421, step.into());
    loop {
        let key = DeposedKey::from_random(u32::try_from(number >> 32).unwrap_or_default());
        if !taken(key) {
            return key;
        }
        number = mix(number, 1);
    }
}

/// Spreads two numbers over 64 bits (the finisher of SplitMix64).
fn mix(a: u64, b: u64) -> u64 {
    let mut z = a.wrapping_add((b + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// What may be kept of a value: nothing ephemeral or write-only, and null where it is not known.
pub(super) fn keepable(value: &Value, schema: &Schema) -> RawJson {
    let kept = without_write_only(&schema.block, value);
    let (plain, marks) = kept.unmark_deep_with_paths();
    let out: Vec<Path> =
        marks.into_iter().filter(|m| m.marks.is_ephemeral()).map(|m| m.path).collect();
    json_of(&leave_out(&plain, &out), schema)
}

/// The configuration of a provider, its secrets left out.
pub(super) fn shown_config(value: &Value, schema: &Schema) -> RawJson {
    let (plain, marks) = value.unmark_deep_with_paths();
    let secret = marks.into_iter().chain(schema.block.sensitive_paths(&plain)).map(|m| m.path);
    json_of(&leave_out(&plain, &secret.collect::<Vec<_>>()), schema)
}

/// The object without each attribute in which one of these places lies: a place inside a set has no name of its own.
fn leave_out(value: &Value, places: &[Path]) -> Value {
    if places.is_empty() {
        return value.clone();
    }
    let Some(object) = value.as_object() else { return Value::null(value.ty()) };
    let is_left_out = |name: &str| {
        places.iter().any(|path| match path.steps().first() {
            Some(Step::GetAttr(first)) => first.as_str() == name,
            _ => true,
        })
    };
    let values = object
        .iter()
        .map(|(name, part)| if is_left_out(name) { Value::null(part.ty()) } else { part.clone() });
    Value::object_of(object.shape(), values.collect())
}

fn action_of(kind: StepKind) -> Option<IntentAction> {
    match kind {
        StepKind::Create => Some(IntentAction::Create),
        StepKind::Update => Some(IntentAction::Update),
        StepKind::Delete => Some(IntentAction::Delete),
        StepKind::Read | StepKind::Forget | StepKind::Pass => None,
    }
}

fn json_of(value: &Value, schema: &Schema) -> RawJson {
    let text = json::encode(&value.unknown_as_null(), schema.block.ty()).ok();
    text.and_then(|text| RawJson::new(text).ok()).unwrap_or_else(RawJson::null)
}

impl<'a> Runner<'a> {
    /// The intent of a step at this object.
    pub(super) fn intent(
        &self,
        step: u32,
        change: &Change,
        address: ObjectAddr,
        action: IntentAction,
        schema_version: u64,
    ) -> Intent {
        let prior = match action {
            IntentAction::Create => None,
            _ => self.work.state.object(&address).cloned(),
        };
        Intent {
            action,
            address,
            provider: change.provider.clone(),
            schema_version,
            token: token(self.work.run, step),
            prior,
            config: RawJson::null(),
            unknown: Vec::new(),
            provider_config: RawJson::null(),
            target: BTreeMap::new(),
            dependencies: Arc::clone(&change.dependencies),
            needs: Arc::clone(&change.needs),
            create_before_destroy: change.create_before_destroy,
            deposes: None,
            absent_before: false,
            sensitive: Vec::new(),
            provisions: false,
        }
    }

    /// The steps that have effects outside, with their changes.
    pub(super) fn steps_outside(&mut self) -> Vec<(u32, &'a Change)> {
        let mut outside = Vec::new();
        for (at, step) in (0u32..).zip(&self.plan.steps.steps) {
            if let (Some(change), Some(_)) = (self.change_of(at), action_of(step.kind))
                && self.resource_ops(change).is_ok_and(|ops| !ops.lives_in_state())
            {
                outside.push((at, change));
            }
        }
        outside
    }

    /// Says, before the first effect, which effects there may be: what a damaged journal hides is among them. A plan
    /// without effects outside needs none of it.
    pub(super) fn record_planned(&mut self, outside: &[(u32, &'a Change)]) {
        if outside.is_empty() {
            return;
        }
        let keys = self.planned_keys();
        let planned = outside.iter().filter_map(|(at, change)| self.planned(*at, change, &keys));
        let planned: Vec<Planned> = planned.collect();
        self.records_all = true;
        self.append(&Record::Planned(planned));
    }

    fn planned(
        &self,
        at: u32,
        change: &Change,
        keys: &HashMap<u32, DeposedKey>,
    ) -> Option<Planned> {
        let step = self.step(at);
        let action = action_of(step.kind)?;
        let ops = self.configurations.known_ops(change)?;
        let key = step.change.and_then(|of| keys.get(&of)).copied();
        let mut address = change.object.clone();
        if action == IntentAction::Delete {
            address.deposed = address.deposed.or(key);
        }
        let mut intent = self.intent(at, change, address, action, ops.schema().version);
        if action == IntentAction::Delete {
            // What is to be set aside is not yet, and must be known all the same: nobody else says which object it was.
            intent.prior = self.work.state.object(&change.object).cloned();
        } else {
            let block = &ops.schema().block;
            let marks = change.after.unmark_deep_with_paths().1;
            intent.sensitive = super::make::sensitive(marks)
                .iter()
                .chain(&block.sensitive_paths(&change.after))
                .map(|m| object::attr_path(&m.path))
                .collect();
            intent.config = keepable(&change.after, ops.schema());
        }
        if let Some(known) = self.configurations.target(&change.provider) {
            intent.target.clone_from(known);
        }
        intent.provisions = action == IntentAction::Create
            && self.work.language.has_provisioners(change, crate::When::Create);
        intent.deposes = key.filter(|_| action == IntentAction::Create);
        let after = self.plan.steps.graph.before(at).iter().map(|s| u64::from(*s)).collect();
        Some(Planned { step: at.into(), after, intent })
    }

    /// The keys under which create-first replacements will set their objects aside, by change.
    fn planned_keys(&self) -> HashMap<u32, DeposedKey> {
        let steps = (0u32..).zip(&self.plan.steps.steps);
        let keys = steps.filter_map(|(at, step)| {
            Some((step.change?, self.will_depose(at, self.change_of(at)?)?))
        });
        keys.collect()
    }

    /// The key under which the step sets the current object aside, if it does.
    pub(super) fn will_depose(&self, step: u32, change: &Change) -> Option<DeposedKey> {
        if change.action != (Action::Replace { create_first: true })
            || self.step(step).kind != StepKind::Create
        {
            return None;
        }
        let instance = self.work.state.instance(change.instance())?;
        instance.current.as_ref()?;
        let taken = |key| instance.deposed(key).is_some();
        Some(deposed_key(self.work.run, step, taken))
    }

    /// Fills in what is known once the provider is configured.
    pub(super) fn fill_intent(intent: &mut Intent, configuration: &Configuration) {
        intent.provider_config = configuration.shown.clone();
        intent.target = configuration.target.clone();
    }

    /// What the state keeps beside an object's value.
    pub(super) fn beside(change: &Change, private: &[u8]) -> Object {
        Object {
            private: wb_state::Private::from_bytes(private),
            dependencies: Arc::clone(&change.dependencies),
            needs: Some(Arc::clone(&change.needs)),
            create_before_destroy: change.create_before_destroy,
            skip_destroy: change.skip_destroy,
            ..Object::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_uuids_and_differ() {
        let of = |run, step| token(RunId(run), step);
        assert_eq!(of(0x0123_4567_89ab_cdef, 17).len(), 36);
        let mut seen: Vec<String> = (0..200)
            .flat_map(|step| [1, 2, 1 << 12, 1 << 40, u64::MAX].map(|run| of(run, step)))
            .collect();
        let count = seen.len();
        assert!(seen.iter().all(|t| t.as_bytes()[14] == b'8' && t.as_bytes()[19] == b'8'));
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), count);
    }

    #[test]
    fn a_taken_key_is_not_drawn_again() {
        let first = deposed_key(RunId(1), 1, |_| false);
        assert_ne!(deposed_key(RunId(1), 1, |key| key == first), first);
    }
}

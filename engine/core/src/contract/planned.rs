//! Whether a planned value is one that the provider may plan.

use super::alike::alike;
use super::violation::PlannedOther;
use super::{Breach, Members, Violation, element, elements, member};
use crate::path::{Path, Step};
use crate::schema::{Attribute, Block, NestedAttributes, NestedBlock, Nesting};
use crate::ty::Type;
use crate::value::{Value, View};

/// Finds where a planned value is neither what is configured, nor computed, nor, as a sign that both mean the same, the prior value.
#[must_use]
pub fn planned_ok(block: &Block, prior: &Value, config: &Value, planned: &Value) -> Vec<Violation> {
    let mut check = Check::default();
    check.object(Members::of(block), Three { prior, config, planned });
    check.found
}

/// The three values of one place.
#[derive(Clone, Copy)]
struct Three<'a> {
    prior: &'a Value,
    config: &'a Value,
    planned: &'a Value,
}

#[derive(Default)]
struct Check {
    path: Path,
    found: Vec<Violation>,
}

impl Check {
    fn breach(&mut self, breach: Breach) {
        self.found.push(Violation::new(&self.path, breach));
    }

    fn at(&mut self, step: Step, check: impl FnOnce(&mut Self)) {
        self.path.push(step);
        check(self);
        self.path.pop();
    }

    fn object(&mut self, members: Members<'_>, values: Three<'_>) {
        if self.presence(values) {
            self.attributes(members.attributes, values);
            for block in members.blocks {
                self.block_member(block, values);
            }
        }
    }

    /// Whether there are two objects to compare.
    fn presence(&mut self, values: Three<'_>) -> bool {
        match (values.config.is_null(), values.planned.is_null()) {
            (false, true) => self.breach(Breach::PlannedAbsence),
            (true, false) => self.breach(Breach::PlannedExistence),
            (true, true) => {}
            (false, false) => return true,
        }
        false
    }

    fn attributes(&mut self, attributes: &[Attribute], values: Three<'_>) {
        for attribute in attributes {
            let of = |object| member(object, &attribute.name, attribute.ty());
            let planned = of(values.planned);
            let config = of(values.config);
            if planned == config {
                continue;
            }
            let prior = of(values.prior);
            let values = Three { prior: &prior, config: &config, planned: &planned };
            self.at(Step::GetAttr((&*attribute.name).into()), |c| c.attribute(attribute, values));
        }
    }

    fn attribute(&mut self, attribute: &Attribute, values: Three<'_>) {
        let Three { prior, config, planned } = values;
        if alike(planned, config) {
            return;
        }
        let had_prior = !prior.is_null();
        if had_prior && !config.is_null() && alike(planned, prior) {
            return;
        }
        // A configured value of a computed-only attribute comes of `ignore_changes` at most, and is not the provider's doing.
        let is_computed = attribute.settable.computed;
        if is_computed && (!attribute.settable.optional || config.is_null()) {
            return;
        }
        let shown = |value: &Value| (!attribute.sensitive).then(|| value.clone());
        if config.is_null() && !planned.is_null() {
            self.breach(Breach::PlannedUnasked(shown(planned)));
            return;
        }
        if planned.is_null() && attribute.write_only {
            return;
        }
        if let Some(nested) = attribute.as_nested() {
            self.nested_attribute(nested, values);
            return;
        }
        let values = (!attribute.sensitive).then(|| {
            Box::new(PlannedOther {
                planned: planned.clone(),
                config: config.clone(),
                prior: prior.clone(),
            })
        });
        self.breach(Breach::PlannedOther { values, had_prior });
    }

    fn nested_attribute(&mut self, nested: &NestedAttributes, values: Three<'_>) {
        if !self.presence(values) {
            return;
        }
        let Three { config, planned, .. } = values;
        if !planned.is_known() {
            self.breach(Breach::PlannedUnknown);
            return;
        }
        match nested.nesting {
            Nesting::Single | Nesting::Group => self.attributes(nested.attributes(), values),
            Nesting::List => {
                if self.same_count(config, planned) {
                    self.nested_elements(nested, values, Step::clone);
                }
            }
            Nesting::Map => {
                if self.same_count(config, planned) {
                    self.same_keys("map", config, planned);
                    self.nested_elements(nested, values, as_attribute);
                }
            }
            // Nothing tells which planned element comes of which configured one.
            Nesting::Set => {
                let count = length(config);
                if length(planned).range().includes(&count) == Some(false)
                    || is_other_number(&length(planned), &count)
                {
                    self.breach(Breach::PlannedCount { planned: length(planned), config: count });
                }
            }
        }
    }

    fn same_count(&mut self, config: &Value, planned: &Value) -> bool {
        let (config, planned) = (length(config), length(planned));
        let is_same = planned.equals(&config).is_true();
        if !is_same {
            self.breach(Breach::PlannedCount { planned, config });
        }
        is_same
    }

    fn nested_elements(
        &mut self,
        nested: &NestedAttributes,
        values: Three<'_>,
        shown: impl Fn(&Step) -> Step,
    ) {
        let nothing = Value::null(nested.object_type());
        for (step, planned) in elements(values.planned) {
            if let Some(config) = element(values.config, &step) {
                let prior = element(values.prior, &step).unwrap_or(&nothing);
                let values = Three { prior, config, planned };
                self.at(shown(&step), |check| check.attributes(nested.attributes(), values));
            }
        }
    }

    fn block_member(&mut self, schema: &NestedBlock, values: Three<'_>) {
        let of = |object| member(object, &schema.name, schema.ty());
        let (planned, config) = (of(values.planned), of(values.config));
        if planned == config {
            return;
        }
        let prior = of(values.prior);
        let values = Three { prior: &prior, config: &config, planned: &planned };
        self.at(Step::GetAttr((&*schema.name).into()), |check| check.block(schema, values));
    }

    fn block(&mut self, schema: &NestedBlock, values: Three<'_>) {
        let Three { config, planned, .. } = values;
        if !config.is_known() {
            self.breach(Breach::PlannedForUnknownBlocks(planned.clone()));
        } else if !planned.is_known() {
            self.breach(Breach::PlannedUnknownBlocks);
        } else {
            match schema.nesting {
                Nesting::Single | Nesting::Group => {
                    self.object(Members::of(&schema.block), values);
                }
                _ if planned.is_null() => {
                    self.breach(Breach::PlannedNullBlocks(kind(schema.nesting)));
                }
                Nesting::List | Nesting::Map => self.blocks(schema, values),
                Nesting::Set => {
                    // As for nested attributes: what stands in for what cannot be told.
                    for (step, planned) in elements(planned) {
                        if !planned.is_known() {
                            self.at(step, |check| check.breach(Breach::PlannedUnknownBlock));
                        }
                    }
                }
            }
        }
    }

    fn blocks(&mut self, schema: &NestedBlock, values: Three<'_>) {
        let Three { prior, config, planned } = values;
        let count = |value: &Value| elements(value).len();
        // Keys of an object say more than how many there are.
        if planned.ty().is_object() {
            self.same_keys("block", config, planned);
        } else if count(planned) != count(config) {
            let (planned, config) = (count(planned), count(config));
            self.breach(Breach::PlannedBlockCount { planned, config });
            return;
        } else if planned.ty().is_map() {
            self.same_keys("block", config, planned);
        }
        let nothing = Value::null(schema.block.ty());
        for (step, planned) in elements(planned) {
            let Some(config) = element(config, &step) else { continue };
            let prior = element(prior, &step).unwrap_or(&nothing).clone();
            self.at(step, |check| {
                if planned.is_known() {
                    let values = Three { prior: &prior, config, planned };
                    check.object(Members::of(&schema.block), values);
                } else {
                    check.breach(Breach::PlannedUnknownBlock);
                }
            });
        }
    }

    fn same_keys(&mut self, what: &'static str, config: &Value, planned: &Value) {
        for (step, _) in elements(planned) {
            if element(config, &step).is_none() {
                self.breach(Breach::PlannedKeyUnasked(what, key(&step)));
            }
        }
        for (step, _) in elements(config) {
            if element(planned, &step).is_none() {
                self.breach(Breach::PlannedKeyMissing(what, key(&step)));
            }
        }
    }
}

fn length(value: &Value) -> Value {
    value.length().unwrap_or_else(|| Value::unknown(Type::NUMBER))
}

fn is_other_number(a: &Value, b: &Value) -> bool {
    a.equals(b).is_false()
}

fn as_attribute(step: &Step) -> Step {
    Step::GetAttr(key(step).as_str().into())
}

fn key(step: &Step) -> String {
    match step {
        Step::GetAttr(name) => name.as_str().to_owned(),
        Step::Index(key) => match key.view() {
            View::String(text) => text.to_owned(),
            _ => step.to_string(),
        },
    }
}

fn kind(nesting: Nesting) -> &'static str {
    match nesting {
        Nesting::Map => "map",
        Nesting::Set => "set",
        _ => "list",
    }
}

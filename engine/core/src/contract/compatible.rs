//! Whether the result of an apply is a completion of the plan.

use super::{Breach, Members, Violation, element, elements, member};
use crate::convert::mismatch;
use crate::marks::MarkKinds;
use crate::path::{Path, Step};
use crate::schema::{Attribute, Block, NestedBlock, Nesting};
use crate::ty::{Type, TypeKind};
use crate::value::{Value, View};

/// Finds where `actual` differs from what was known when it was planned. Marks are looked through; a difference where
/// either value is sensitive is not shown.
#[must_use]
pub fn compatible(block: &Block, planned: &Value, actual: &Value) -> Vec<Violation> {
    let mut check = Check::default();
    check.object(Members::of(block), planned, actual);
    check.found
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

    /// What a further check at this place would find.
    fn try_out(&self, check: impl FnOnce(&mut Self)) -> Vec<Violation> {
        let mut inner = Self { path: self.path.clone(), found: Vec::new() };
        check(&mut inner);
        inner.found
    }

    fn object(&mut self, members: Members<'_>, planned: &Value, actual: &Value) {
        match (planned.is_null(), actual.is_null()) {
            (true, false) => self.breach(Breach::Appeared),
            (false, true) => self.breach(Breach::Vanished),
            (true, true) => {}
            (false, false) => {
                for attribute in members.attributes {
                    let of = |object| member(object, &attribute.name, attribute.ty());
                    let (planned, actual) = (of(planned), of(actual));
                    if planned != actual {
                        let step = Step::GetAttr((&*attribute.name).into());
                        self.at(step, |check| check.attribute(attribute, &planned, &actual));
                    }
                }
                for schema in members.blocks {
                    let of = |object| member(object, &schema.name, schema.ty());
                    let (planned, actual) = (of(planned), of(actual));
                    if planned != actual {
                        let step = Step::GetAttr((&*schema.name).into());
                        self.at(step, |check| {
                            check.blocks(schema, planned.unmarked(), actual.unmarked());
                        });
                    }
                }
            }
        }
    }

    fn attribute(&mut self, attribute: &Attribute, planned: &Value, actual: &Value) {
        let is_sensitive = |value: &Value| value.deep_mark_kinds().intersects(MarkKinds::SENSITIVE);
        let hidden = attribute.sensitive || is_sensitive(planned) || is_sensitive(actual);
        let (planned, actual) = (planned.unmark_deep().0, actual.unmark_deep().0);
        let found = self.try_out(|check| check.value(&planned, &actual));
        if found.is_empty() {
            return;
        }
        if hidden {
            self.breach(Breach::SensitiveChanged);
        } else {
            self.found.extend(found);
        }
    }

    fn blocks(&mut self, schema: &NestedBlock, planned: &Value, actual: &Value) {
        let members = Members::of(&schema.block);
        match schema.nesting {
            // What stood for an unknown number of blocks may have become none.
            Nesting::Single | Nesting::Group if !planned.is_known() && actual.is_null() => {}
            Nesting::Single | Nesting::Group => self.object(members, planned, actual),
            _ if !planned.is_known() || planned.is_null() => {}
            _ if !actual.is_known() || actual.is_null() => {}
            Nesting::Map if planned.ty().is_object() => {
                for (step, _) in elements(planned) {
                    if element(actual, &step).is_none() {
                        self.breach(Breach::KeyVanished(name(&step)));
                    }
                }
                for (step, _) in elements(actual) {
                    if element(planned, &step).is_none() {
                        self.breach(Breach::KeyAppeared(name(&step)));
                    }
                }
                self.each_block(members, planned, actual);
            }
            Nesting::List | Nesting::Map => {
                let (of_planned, of_actual) = (elements(planned).len(), elements(actual).len());
                if of_planned == of_actual {
                    self.each_block(members, planned, actual);
                } else {
                    let breach =
                        Breach::BlockCountChanged { planned: of_planned, actual: of_actual };
                    self.breach(breach);
                }
            }
            Nesting::Set => self.set(planned, actual, true, &|check, planned, actual| {
                check.object(members, planned, actual);
            }),
        }
    }

    fn each_block(&mut self, members: Members<'_>, planned: &Value, actual: &Value) {
        for (step, planned) in elements(planned) {
            if let Some(actual) = element(actual, &step) {
                self.at(step, |check| check.object(members, planned, actual));
            }
        }
    }

    /// Both values are without marks.
    fn value(&mut self, planned: &Value, actual: &Value) {
        if planned == actual || planned.ty() == Type::DYNAMIC {
            return;
        }
        if !actual.ty().conforms_to(planned.ty()) {
            self.breach(Breach::FinalType(mismatch(actual.ty(), planned.ty())));
            return;
        }
        if !planned.is_known() {
            if planned.range().includes(actual) == Some(false) {
                let (actual, planned) = (actual.clone(), planned.clone());
                self.breach(Breach::OutsidePlan { actual, planned });
            }
            return;
        }
        match (planned.is_null(), actual.is_null()) {
            (true, true) => {}
            (false, true) => self.breach(Breach::BecameNull(planned.clone())),
            (true, false) => self.breach(Breach::WasNull(actual.clone())),
            (false, false) if !actual.is_known() => self.breach(Breach::BecameUnknown),
            (false, false) => self.known(planned, actual),
        }
    }

    fn known(&mut self, planned: &Value, actual: &Value) {
        match planned.ty().kind() {
            TypeKind::List(_) | TypeKind::Map(_) | TypeKind::Tuple(_) => {
                self.keyed(planned, actual);
            }
            TypeKind::Object(_) => {
                for (step, planned) in elements(planned) {
                    if let Some(actual) = element(actual, &step) {
                        self.at(step, |check| check.value(planned, actual));
                    }
                }
            }
            TypeKind::Set(_) => self.set(planned, actual, false, &Self::value),
            _ if actual.equals(planned).is_true() => {}
            _ => {
                self.breach(Breach::Changed { planned: planned.clone(), actual: actual.clone() });
            }
        }
    }

    fn keyed(&mut self, planned: &Value, actual: &Value) {
        for (step, planned) in elements(planned) {
            match element(actual, &step) {
                Some(actual) => self.at(step, |check| check.value(planned, actual)),
                None => self.breach(Breach::ElementVanished(shown(&step))),
            }
        }
        for (step, _) in elements(actual) {
            if element(planned, &step).is_none() {
                self.breach(Breach::ElementAppeared(shown(&step)));
            }
        }
    }

    /// Elements of a set have no names. Each must have a counterpart on the other side; several may have the same, because what
    /// was unknown may turn out equal.
    fn set(
        &mut self,
        planned: &Value,
        actual: &Value,
        of_blocks: bool,
        compare: &dyn Fn(&mut Self, &Value, &Value),
    ) {
        let (View::Set(of_planned), View::Set(of_actual)) = (planned.view(), actual.view()) else {
            return;
        };
        // Those that are the same on both sides answer for themselves; only the rest is compared with all of the other side.
        let mut found_planned: Vec<bool> = of_planned.iter().map(|e| actual.holds(e)).collect();
        let mut found_actual: Vec<bool> = of_actual.iter().map(|e| planned.holds(e)).collect();
        for (a, planned) in of_planned.iter().enumerate() {
            if found_planned[a] && planned.is_wholly_known() {
                continue;
            }
            for (b, actual) in of_actual.iter().enumerate() {
                if self.try_out(|check| compare(check, planned, actual)).is_empty() {
                    found_planned[a] = true;
                    found_actual[b] = true;
                }
            }
        }
        let missing = |found: &[bool], of: &[Value]| -> Vec<Value> {
            of.iter().zip(found).filter(|(_, found)| !**found).map(|(e, _)| e.clone()).collect()
        };
        let lost = missing(&found_planned, of_planned);
        let is_lost = !lost.is_empty();
        lost.into_iter().for_each(|value| self.breach(Breach::PlannedElementLost(value)));
        if !is_lost {
            let new = missing(&found_actual, of_actual);
            new.into_iter().for_each(|value| self.breach(Breach::ActualElementNew(value)));
        }
        let (planned, actual) = (of_planned.len(), of_actual.len());
        if planned < actual {
            self.breach(Breach::SetGrew { planned, actual, of_blocks });
        }
    }
}

fn name(step: &Step) -> String {
    match step {
        Step::GetAttr(name) => name.as_str().to_owned(),
        Step::Index(_) => shown(step),
    }
}

/// A key as messages have it: a number, or text in quotes.
fn shown(step: &Step) -> String {
    step.to_string().trim_start_matches(['[', '.']).trim_end_matches(']').to_owned()
}

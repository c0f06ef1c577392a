//! `replace_triggered_by`: whether something that a resource names changes.

use wb_core::access;
use wb_core::diag::Diagnostics;
use wb_core::path::{Path, Step};
use wb_core::value::Value;
use wb_lang::world::{InstIx, Trace};
use wb_plan::Action;

use crate::decide::Decider;
use crate::managed::Subject as Planned;

impl Decider<'_> {
    pub(crate) fn is_triggered(
        &self,
        s: &Planned<'_, '_>,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> bool {
        let Some(lifecycle) = s.world.declaration(s.at).lifecycle() else { return false };
        let mut triggered = false;
        for expression in &lifecycle.replace_triggered_by {
            let found = s.world.trigger(s.at, expression.expr(), trace, diags);
            let Some(trigger) = found else { continue };
            for at in trigger.instances {
                s.world.read(s.world.instance(at).node, trace);
                triggered |= self.has_changed(at, &trigger.path);
            }
        }
        triggered
    }

    fn has_changed(&self, at: InstIx, path: &Path) -> bool {
        let Some(change) = self.change_of(at) else { return false };
        // To be made or to be gone is no change of what is there.
        matches!(change.action, Action::Update | Action::Replace { .. })
            && (path.is_empty() || part(&change.before, path) != part(&change.after, path))
    }
}

/// The part of an object; nothing where it has none.
fn part(object: &Value, path: &Path) -> Option<Value> {
    let (object, _) = object.unmark_deep();
    path.steps().iter().try_fold(object, |value, step| match step {
        Step::GetAttr(name) => access::get_attr(&value, name).ok(),
        Step::Index(key) => access::index(&value, key).ok(),
    })
}

//! Outputs of the root module.

use std::collections::HashSet;
use std::sync::Arc;

use wb_core::addr::ConfigResource;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::marks::{MarkKinds, Marks};
use wb_core::ty::Type;
use wb_core::value::Value;
use wb_lang::config::OutputId;
use wb_lang::stack::{NodeId, Stack};
use wb_lang::validate::{Block, BlockNeeds, Needed};
use wb_lang::world::{ModIx, World};
use wb_plan::{Action, Mode, OutputChange, object};

use crate::decide::Decider;

impl Decider<'_> {
    /// The values of root variables are in every plan, also where nothing reads them: what is torn down is so with the
    /// configurations of its providers.
    pub(crate) fn evaluate_variables(&mut self, world: &mut World<'_>) {
        let root = world.module(ModIx::ROOT);
        let nodes: Vec<_> = root.module.variables.ids().map(|id| root.variable(id)).collect();
        for node in nodes {
            world.demand_without_instances(node, self);
        }
    }

    /// Where only a part of the stack is planned, the outputs that hang on nothing else.
    pub(crate) fn evaluate_outputs(&mut self, world: &mut World<'_>) {
        let Some(targeted) = self.targeted_outputs().filter(|_| self.input.mode != Mode::Destroy)
        else {
            return;
        };
        let root = world.module(ModIx::ROOT);
        let outputs = root.module.outputs.ids().filter(|id| targeted.contains(id));
        let nodes: Vec<_> = outputs.map(|id| root.output(id)).collect();
        for node in nodes {
            world.demand_without_instances(node, self);
        }
        // What a module that is looked at is given has to be valid; of the root module, what is read.
        let mut nodes = Vec::new();
        for (at, module) in world.modules() {
            let variables = module.module.variables.iter();
            let validated = variables.filter(|(_, variable)| !variable.validations.is_empty());
            let read = validated
                .filter(|(id, _)| at != ModIx::ROOT || world.value(module.variable(*id)).is_some());
            nodes.extend(read.map(|(id, _)| module.validation(id)));
        }
        for node in nodes {
            world.demand_without_instances(node, self);
        }
    }

    pub(crate) fn output_changes(
        &mut self,
        world: &World<'_>,
        diags: &mut Diagnostics,
    ) -> Vec<OutputChange> {
        let mut changes: Vec<OutputChange> = Vec::new();
        let root = world.module(ModIx::ROOT);
        let targeted = self.targeted_outputs();
        let pending = self.pending_outputs(world);
        for (id, output) in root.module.outputs.iter() {
            if targeted.as_ref().is_some_and(|targeted| !targeted.contains(&id)) {
                continue;
            }
            let sensitive = output.sensitive == Some(true);
            let node = root.output(id);
            let before = self.stored_output(&output.name, diags);
            let after = match (self.input.mode, world.value(node)) {
                (Mode::Destroy, _) => Value::null(Type::DYNAMIC),
                (_, Some(_)) if world.has_failed(node) => continue,
                (_, Some(_)) if self.is_left_out(world, node) => continue,
                // Nothing is made and nothing goes, so that what hangs on that stays as it was.
                (Mode::RefreshOnly, Some(value))
                    if !value.is_wholly_known() || pending.contains(&id) =>
                {
                    match &before {
                        Some(before) if value.is_wholly_known() => before.clone(),
                        _ => continue,
                    }
                }
                (_, Some(value)) => shown(value, sensitive),
                (_, None) => continue,
            };
            if output.ephemeral == Some(true) {
                continue;
            }
            if before.is_none() && after.is_null() {
                // Null is as if there were none.
                continue;
            }
            let before = before.unwrap_or_else(|| Value::null(Type::DYNAMIC));
            changes.push(change(Arc::clone(&output.name), before, after, sensitive));
        }
        self.undeclared_outputs(world, &mut changes, diags);
        changes.sort_by(|a, b| a.name.cmp(&b.name));
        changes
    }

    /// The outputs that a part of the stack is about: they hang on resources, all of which are in that part. Nothing where the
    /// plan is about everything.
    fn targeted_outputs(&self) -> Option<HashSet<OutputId>> {
        if self.input.selection.targets.is_empty() {
            return None;
        }
        let stack = self.input.stack;
        let part: HashSet<Block> = match self.input.mode {
            Mode::Destroy => {
                let stays = self.staying_blocks();
                blocks(stack)
                    .filter(|(_, address)| !stays.contains(address))
                    .map(|(b, _)| b)
                    .collect()
            }
            Mode::Normal | Mode::RefreshOnly => {
                let targets = &self.input.selection.targets;
                let is_target =
                    |address: &ConfigResource| targets.iter().any(|t| t.touches(address));
                let chosen = blocks(stack).filter(|(_, address)| is_target(address));
                BlockNeeds::new(stack).closure(chosen.map(|(block, _)| block))
            }
        };
        let is_targeted = |needed: &[Needed]| {
            !needed.is_empty() && needed.iter().all(|(block, _)| part.contains(block))
        };
        let outputs = stack[NodeId::ROOT].module.outputs.ids();
        let needed = BlockNeeds::of_outputs(stack);
        Some(
            outputs
                .zip(&needed)
                .filter(|(_, needed)| is_targeted(needed))
                .map(|(id, _)| id)
                .collect(),
        )
    }

    /// Where the stack is only looked at, the outputs that hang on resources of which an object is still to be made, or to go.
    fn pending_outputs(&self, world: &World<'_>) -> HashSet<OutputId> {
        if self.input.mode != Mode::RefreshOnly {
            return HashSet::new();
        }
        let mut pending: HashSet<Block> = self.orphaned_blocks().collect();
        for (at, instance) in world.instances() {
            if self.known_item(at).is_none_or(|item| item.prior.is_none()) {
                pending.insert((world.module(instance.module).node, instance.resource));
            }
        }
        let stack = self.input.stack;
        let outputs = stack[NodeId::ROOT].module.outputs.ids();
        let is_pending =
            |needed: &[Needed]| needed.iter().any(|(block, _)| pending.contains(block));
        let needed = BlockNeeds::of_outputs(stack);
        outputs.zip(&needed).filter(|(_, needed)| is_pending(needed)).map(|(id, _)| id).collect()
    }

    /// What the state has that is no more declared. Looking takes nothing away.
    fn undeclared_outputs(
        &self,
        world: &World<'_>,
        changes: &mut Vec<OutputChange>,
        diags: &mut Diagnostics,
    ) {
        if self.input.mode == Mode::RefreshOnly || !self.input.selection.targets.is_empty() {
            return;
        }
        let declared = &world.module(ModIx::ROOT).module.outputs;
        for name in self.state().outputs.keys().filter(|name| declared.get(name).is_none()) {
            if let Some(before) = self.stored_output(name, diags) {
                let sensitive = before.marks().is_sensitive();
                let after = Value::null(Type::DYNAMIC);
                changes.push(change(Arc::clone(name), before, after, sensitive));
            }
        }
    }

    fn stored_output(&self, name: &str, diags: &mut Diagnostics) -> Option<Value> {
        let stored = self.state().outputs.get(name)?;
        match object::decode_output(stored) {
            Ok(value) if stored.sensitive => Some(value.with_marks(&Marks::SENSITIVE)),
            Ok(value) => Some(value),
            Err(error) => {
                let detail =
                    format!("The state holds an output {name:?} that cannot be read: {error}.");
                diags.push(Diagnostic::error("Output in the state cannot be read", detail));
                None
            }
        }
    }
}

/// The blocks of a stack, with their addresses.
fn blocks(stack: &Stack) -> impl Iterator<Item = (Block, ConfigResource)> {
    stack.iter().flat_map(|(at, node)| {
        let resources = node.module.resources.iter();
        resources.map(move |(id, r)| ((at, id), r.addr.clone().in_module(node.path.clone())))
    })
}

/// The value as outputs are kept: sensitive as a whole or not at all.
fn shown(value: &Value, sensitive: bool) -> Value {
    let plain = value.without_mark_kinds(
        MarkKinds::SENSITIVE.union(MarkKinds::EPHEMERAL).union(MarkKinds::DEPRECATED),
    );
    if sensitive { plain.with_marks(&Marks::SENSITIVE) } else { plain }
}

fn change(name: Arc<str>, before: Value, after: Value, sensitive: bool) -> OutputChange {
    let action = match (before.is_null(), after.is_null()) {
        (true, true) => Action::NoOp,
        (true, false) => Action::Create,
        (false, true) => Action::Delete,
        (false, false) if before == after => Action::NoOp,
        (false, false) => Action::Update,
    };
    OutputChange { name, action, before, after, sensitive }
}

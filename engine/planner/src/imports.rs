//! `import` blocks: objects that exist already and are to be adopted.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use wb_core::addr::{AbsInstance, ConfigResource, InstanceKey, ObjectAddr};
use wb_core::convert::convert;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::ty::Type;
use wb_core::value::{Value, View};
use wb_lang::config::{Import, ImportKey, TargetKey};
use wb_lang::eval::evaluate;
use wb_lang::stack::{NodeId, Stack};
use wb_lang::world::{Bindings, ModIx, Outcome, Trace, World};
use wb_plan::{Deferred, Importing, Mode, object};
use wb_state::{Edit, Object, Private};

use crate::decide::{Asker, Decider};
use crate::item::Prior;
use crate::managed::Subject;
use crate::provider::Readiness;
use crate::question::ImportId;
use crate::{Answer, Wanted};

/// The blocks, and what they are for.
#[derive(Debug, Default)]
pub(crate) struct Imports {
    /// By resource: the modules that have blocks for it, and which of theirs those are.
    blocks: HashMap<ConfigResource, Vec<(NodeId, Vec<usize>)>>,
    /// By module: the resources that it has blocks for.
    of_modules: HashMap<NodeId, Arc<[ConfigResource]>>,
    /// What the blocks of a module instance for a resource name, once that is known.
    targets: HashMap<(ModIx, ConfigResource), Arc<Targets>>,
}

/// The instances that blocks are for.
#[derive(Debug, Default)]
struct Targets {
    /// The number of the block in its module, and what `each` is there.
    by_address: HashMap<AbsInstance, (usize, Bindings)>,
    /// What was read to know them.
    trace: Trace,
}

impl Imports {
    pub(crate) fn new(stack: &Stack) -> Self {
        let mut blocks: HashMap<ConfigResource, Vec<(NodeId, Vec<usize>)>> = HashMap::new();
        for (id, node) in stack.iter() {
            for (at, import) in node.module.imports.iter().enumerate() {
                let target = &import.to.resource;
                let resource = ConfigResource {
                    module: node.path.join(&target.module),
                    resource: target.resource.clone(),
                };
                let of_resource = blocks.entry(resource).or_default();
                match of_resource.last_mut() {
                    Some((node, numbers)) if *node == id => numbers.push(at),
                    _ => of_resource.push((id, vec![at])),
                }
            }
        }
        let mut of_modules: HashMap<NodeId, Vec<ConfigResource>> = HashMap::new();
        for (resource, of_resource) in &blocks {
            for (node, _) in of_resource {
                of_modules.entry(*node).or_default().push(resource.clone());
            }
        }
        let of_modules = of_modules.into_iter().map(|(node, list)| (node, list.into())).collect();
        Self { blocks, of_modules, targets: HashMap::new() }
    }
}

impl Decider<'_> {
    /// The object that a block wants this instance to adopt, if any. `Err` where that is not settled yet.
    pub(crate) fn import(
        &mut self,
        s: &Subject<'_, '_>,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> Result<Option<Prior>, Outcome> {
        let nothing = || Outcome::Value(Value::unknown(s.logic.schema().block.ty()));
        // To adopt something is a change, and where nothing is changed nothing is adopted.
        if self.imports.blocks.is_empty() || self.input.mode != Mode::Normal {
            return Ok(None);
        }
        let resource = s.address.resource.config();
        let Some(of_resource) = self.imports.blocks.get(&resource) else { return Ok(None) };
        let nodes: Vec<NodeId> = of_resource.iter().map(|(node, _)| *node).collect();
        let before = diags.error_count();
        let mut wanted = None;
        for node in nodes {
            let Some(home) = self.home(s, node) else { continue };
            let targets = self.import_targets(s.world, home, &resource, diags);
            trace.join(&targets.trace);
            let Some((at, bindings)) = targets.by_address.get(&s.address) else { continue };
            let import = &self.input.stack[node].module.imports[*at];
            let id = self.id_for(s.world, home, import, bindings.clone(), trace, diags);
            wanted = id.map(|id| (id, import.span)).or(wanted);
        }
        if trace.is_incomplete() || trace.has_failed() || diags.error_count() > before {
            return Err(nothing());
        }
        let Some((id, span)) = wanted else { return Ok(None) };
        if let Some(answer) = self.item_mut(s.at).answer.take() {
            return self.imported(s, id, answer, span, trace, diags);
        }
        if self.item(s.at).asked.is_some() {
            return Err(Outcome::Parked);
        }
        match self.readiness(s.world, s.provider, Some(s.at)) {
            Readiness::Later => Err(Outcome::Parked),
            Readiness::Failed => {
                trace.fail();
                Err(nothing())
            }
            Readiness::Unknown => {
                let detail = format!(
                    "{} cannot be imported: the configuration of its provider is known only after apply.",
                    s.address
                );
                diags.push(Diagnostic::error("Invalid import", detail).at(span));
                Err(nothing())
            }
            Readiness::Ready => {
                let provider = s.world.provider(s.provider).addr.clone();
                let wanted = Wanted::Import { instance: s.address.clone(), id };
                let asked = self.ask(Asker::Instance(s.at), provider, wanted);
                self.item_mut(s.at).asked = Some(asked);
                Err(Outcome::Parked)
            }
        }
    }

    /// Reports blocks whose target is no instance of a resource that is declared: nothing would adopt their objects.
    pub(crate) fn imports_without_instance(
        &mut self,
        world: &World<'_>,
        deferred: &[Deferred],
        diags: &mut Diagnostics,
    ) {
        let is_about_all = self.input.mode == Mode::Normal
            && self.input.selection.is_whole()
            && !diags.has_errors();
        if !is_about_all {
            return;
        }
        let later: HashSet<&ConfigResource> = deferred.iter().map(|d| &d.resource).collect();
        let mut missing = Vec::new();
        for (home, module) in world.modules() {
            let resources = self.imports.of_modules.get(&module.node).cloned().unwrap_or_default();
            for resource in resources.iter().filter(|resource| !later.contains(resource)) {
                let targets = self.import_targets(world, home, resource, diags);
                for (target, (at, _)) in &targets.by_address {
                    // What was adopted before, and goes now, is no mistake.
                    let is_here = self.state().instance(target).is_some();
                    if !is_here && world.find_instance(target).is_none() {
                        missing.push((target.clone(), &module.module.imports[*at]));
                    }
                }
            }
        }
        missing.sort_by(|(a, _), (b, _)| a.cmp(b));
        diags.extend(missing.iter().map(|(target, import)| no_instance(target, import)));
    }

    /// What the blocks of a module instance for a resource name. Worked out once; what cannot be known yet is in the trace.
    fn import_targets(
        &mut self,
        world: &World<'_>,
        home: ModIx,
        resource: &ConfigResource,
        diags: &mut Diagnostics,
    ) -> Arc<Targets> {
        let place = (home, resource.clone());
        if let Some(known) = self.imports.targets.get(&place) {
            return Arc::clone(known);
        }
        let node = world.module(home).node;
        let of_resource = self.imports.blocks.get(resource).into_iter().flatten();
        let numbers = of_resource.filter(|(of, _)| *of == node).flat_map(|(_, numbers)| numbers);
        let (mut targets, mut found) = (Targets::default(), Diagnostics::new());
        for at in numbers {
            let import = &self.input.stack[node].module.imports[*at];
            for (target, bindings) in
                targets_of(world, home, import, &mut targets.trace, &mut found)
            {
                match targets.by_address.entry(target) {
                    Entry::Vacant(new) => {
                        new.insert((*at, bindings));
                    }
                    Entry::Occupied(taken) => found.push(imported_twice(taken.key(), import)),
                }
            }
        }
        if targets.trace.is_incomplete() {
            return Arc::new(targets);
        }
        if found.has_errors() {
            targets.trace.fail();
        }
        diags.append(found);
        let targets = Arc::new(targets);
        self.imports.targets.insert(place, Arc::clone(&targets));
        targets
    }

    /// The instance of the block's module around the instance.
    fn home(&self, s: &Subject<'_, '_>, node: NodeId) -> Option<ModIx> {
        let mut at = s.world.instance(s.at).module;
        loop {
            let module = s.world.module(at);
            if module.node == node {
                return Some(at);
            }
            at = module.parent?.0;
        }
    }

    /// The id that a block gives.
    fn id_for(
        &self,
        world: &World<'_>,
        home: ModIx,
        import: &Import,
        bindings: Bindings,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> Option<ImportId> {
        let scope = &mut world.scope(home, bindings, trace);
        match &import.what {
            ImportKey::Id(expression) => {
                let value = evaluate(expression.expr(), scope, diags);
                self.id_of(&value, expression.span(), trace, diags)
            }
            ImportKey::Identity(expression) => {
                let value = evaluate(expression.expr(), scope, diags).unmark_deep().0;
                if trace.is_incomplete() {
                    return None;
                }
                if !value.is_wholly_known() {
                    let detail = "The identity of an object to be imported must be known when the plan is made.";
                    diags.push(
                        Diagnostic::error("Invalid import identity argument", detail)
                            .at(expression.span()),
                    );
                    return None;
                }
                Some(ImportId::Identity(value))
            }
        }
    }

    fn id_of(
        &self,
        value: &Value,
        span: wb_core::source::Span,
        trace: &Trace,
        diags: &mut Diagnostics,
    ) -> Option<ImportId> {
        if trace.is_incomplete() || diags.has_errors() {
            return None;
        }
        let refuse = |why: &str| {
            let detail = format!("The import ID {why}.");
            Diagnostic::error("Invalid import id argument", detail).at(span)
        };
        if value.deep_marks().is_sensitive() {
            diags.push(refuse("cannot be sensitive: it is shown"));
            return None;
        }
        let text = match convert(value.unmarked(), Type::STRING) {
            Ok(text) => text,
            Err(error) => {
                diags.push(refuse(&format!("must be a string: {error}")));
                return None;
            }
        };
        match text.as_str() {
            Some("") => {
                diags.push(refuse("cannot be empty"));
                None
            }
            Some(id) => Some(ImportId::Id(id.into())),
            None if text.is_null() => {
                diags.push(refuse("cannot be null"));
                None
            }
            None => {
                diags.push(refuse("must be known when the plan is made"));
                None
            }
        }
    }

    fn imported(
        &mut self,
        s: &Subject<'_, '_>,
        id: ImportId,
        answer: Answer,
        span: wb_core::source::Span,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> Result<Option<Prior>, Outcome> {
        let schema = s.logic.schema();
        let nothing = || Outcome::Value(Value::unknown(schema.block.ty()));
        let (value, private) = match answer {
            Answer::Object { value: Some(value), private } => (value, private),
            Answer::Object { value: None, .. } | Answer::Configured | Answer::Value(_) => {
                let shown = match &id {
                    ImportId::Id(id) => format!("{id:?}"),
                    ImportId::Identity(_) => "this identity".to_owned(),
                };
                let detail = format!(
                    "While attempting to import an existing object to {}, the provider detected that no object exists with the id {shown}. Only pre-existing objects can be imported; check that the id is correct and that it is associated with the provider's configured region or endpoint, or create a new resource for this object instead of importing it.",
                    s.address
                );
                diags.push(
                    Diagnostic::error("Cannot import non-existent remote object", detail).at(span),
                );
                trace.fail();
                return Err(nothing());
            }
            Answer::Failed(failure) => {
                diags.push(crate::instance::failed(&failure, Some(span)));
                trace.fail();
                return Err(nothing());
            }
        };
        let (id, identity) = match id {
            ImportId::Id(id) => (Value::from(&*id), None),
            ImportId::Identity(identity) => (Value::null(Type::STRING), Some(identity)),
        };
        self.item_mut(s.at).importing = Some(Importing { id, identity, generated: None });
        let value = crate::instance::marked(&value, &[], &schema.block);
        let rest = Object { private: Private::from_bytes(&private), ..Object::default() };
        match object::encode(&value, schema, rest) {
            Ok(stored) => {
                let object = Arc::new(stored);
                self.refreshed.push(Edit::Put {
                    address: ObjectAddr::current(s.address.clone()),
                    provider: s.world.provider(s.provider).addr.clone(),
                    object: Arc::clone(&object),
                });
                Ok(Some(Prior { object, value, private }))
            }
            Err(error) => {
                let detail = format!(
                    "{}: the provider gave what the state cannot hold: {error}.",
                    s.address
                );
                diags.push(Diagnostic::error("Provider produced invalid object", detail).at(span));
                trace.fail();
                Err(nothing())
            }
        }
    }
}

/// The instances that a block is for, with what `each` is there.
fn targets_of(
    world: &World<'_>,
    home: ModIx,
    import: &Import,
    trace: &mut Trace,
    diags: &mut Diagnostics,
) -> Vec<(AbsInstance, Bindings)> {
    let each = match &import.for_each {
        None => vec![Bindings::default()],
        Some(for_each) => {
            let scope = &mut world.scope(home, Bindings::default(), trace);
            let value = evaluate(for_each.expr(), scope, diags);
            let Some(each) = bindings(&value) else {
                let detail = "The for_each of an import block must be a map, a set or a tuple that is known when the plan is made.";
                let problem = Diagnostic::error("Invalid for_each argument", detail);
                diags.push(problem.at(for_each.span()));
                return Vec::new();
            };
            each
        }
    };
    let below = &import.to.resource;
    let mut found = Vec::with_capacity(each.len());
    for bindings in each {
        let mut keys = Vec::with_capacity(import.to.keys.len());
        for key in &*import.to.keys {
            keys.push(match key {
                TargetKey::Constant(key) => key.clone(),
                TargetKey::Expression(expression) => {
                    let scope = &mut world.scope(home, bindings.clone(), trace);
                    let value = evaluate(expression.expr(), scope, diags);
                    let Some(key) = key_of(value.unmarked()) else {
                        let detail = "The key of an instance must be a string or a whole number that is known when the plan is made.";
                        let problem = Diagnostic::error("Invalid import 'to' expression", detail);
                        diags.push(problem.at(expression.span()));
                        return Vec::new();
                    };
                    key
                }
            });
        }
        let key = keys.pop().unwrap_or(InstanceKey::None);
        let calls = below.module.names().iter().zip(keys);
        let module = calls.fold(world.module(home).addr.clone(), |m, (name, k)| m.child(name, k));
        found.push((below.resource.clone().absolute(module).instance(key), bindings));
    }
    found
}

fn imported_twice(target: &AbsInstance, import: &Import) -> Diagnostic {
    let detail = format!("{target} is the target of more than one import, and has one object.");
    Diagnostic::error("Duplicate import configuration", detail)
        .at(import.to.span)
        .help("Remove one of them.")
}

fn no_instance(target: &AbsInstance, import: &Import) -> Diagnostic {
    let detail = format!(
        "The target {target} of this import block is no instance of the resource: it has others, or none, by its count, its for_each and those of the modules around it."
    );
    Diagnostic::error("Configuration for import target does not exist", detail)
        .at(import.to.span)
        .help("Correct the address, key included, or remove this import block.")
}

/// `each` for every element.
fn bindings(value: &Value) -> Option<Vec<Bindings>> {
    let value = value.unmarked();
    let of = |key: Value, value: &Value| Bindings {
        each_key: Some(key),
        each_value: Some(value.clone()),
        ..Bindings::default()
    };
    Some(match value.view() {
        View::Map(map) => map.iter().map(|(k, v)| of(Value::from(k), v)).collect(),
        View::Object(object) => object.iter().map(|(k, v)| of(Value::from(k), v)).collect(),
        View::Set(elements) => elements.iter().map(|e| of(e.clone(), e)).collect(),
        View::List(elements) | View::Tuple(elements) => {
            elements.iter().enumerate().map(|(i, e)| of(Value::from(i), e)).collect()
        }
        _ => return None,
    })
}

fn key_of(value: &Value) -> Option<InstanceKey> {
    match value.view() {
        View::String(text) => Some(InstanceKey::string(text)),
        View::Number(number) => number.to_i64().map(InstanceKey::Int),
        _ => None,
    }
}

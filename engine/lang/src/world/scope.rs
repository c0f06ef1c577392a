//! What references mean in a module instance.

use std::sync::Arc;

use wb_core::access;
use wb_core::addr::{InstanceKey, Mode};
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::marks::Marks;
use wb_core::provider::FunctionLogic;
use wb_core::ty::Type;
use wb_core::value::Value;

use crate::config::{CallId, Repetition, ResourceId};
use crate::eval::{ProviderFunctionName, Scope};
use crate::host::{Host, Phase};
use crate::reference::{Key, PathAttr, Reference, Subject, TerraformAttr};

use super::{InstIx, ModIx, Trace, World};

/// What `count`, `each` and `self` are.
#[derive(Clone, Default, Debug)]
pub struct Bindings {
    pub count_index: Option<Value>,
    pub each_key: Option<Value>,
    pub each_value: Option<Value>,
    pub this: Option<Value>,
}

impl Bindings {
    /// Those of an instance.
    #[must_use]
    pub fn of_key(key: &InstanceKey, each: Option<Value>) -> Self {
        match key {
            InstanceKey::None => Self::default(),
            InstanceKey::Int(index) => {
                Self { count_index: Some(Value::int(*index)), ..Self::default() }
            }
            InstanceKey::String(key) => {
                let key = Value::from(&**key);
                let each_value = each.or_else(|| Some(key.clone()));
                Self { each_key: Some(key), each_value, ..Self::default() }
            }
        }
    }

    /// Those of something that is not expanded yet: whatever `repetition` gives is unknown.
    #[must_use]
    pub fn unknown(repetition: &Repetition) -> Self {
        match repetition {
            Repetition::None | Repetition::Enabled(_) => Self::default(),
            Repetition::Count(_) => {
                Self { count_index: Some(Value::unknown(Type::NUMBER)), ..Self::default() }
            }
            Repetition::ForEach(_) => Self {
                each_key: Some(Value::unknown(Type::STRING)),
                each_value: Some(Value::DYNAMIC),
                ..Self::default()
            },
        }
    }

    /// With the object that `self` is.
    #[must_use]
    pub fn with_self(mut self, this: Value) -> Self {
        self.this = Some(this);
        self
    }
}

/// The surroundings of an expression in a module instance.
#[derive(Debug)]
pub struct ModuleScope<'w, 's> {
    world: &'w World<'s>,
    module: ModIx,
    bindings: Bindings,
    trace: &'w mut Trace,
}

impl<'s> World<'s> {
    /// The surroundings of an expression. What it reads and misses goes into `trace`.
    #[must_use]
    pub fn scope<'w>(
        &'w self,
        module: ModIx,
        bindings: Bindings,
        trace: &'w mut Trace,
    ) -> ModuleScope<'w, 's> {
        ModuleScope { world: self, module, bindings, trace }
    }

    /// The surroundings of the arguments of a resource instance.
    #[must_use]
    pub fn instance_scope<'w>(&'w self, at: InstIx, trace: &'w mut Trace) -> ModuleScope<'w, 's> {
        self.scope(self.instance(at).module, self.bindings(at), trace)
    }
}

impl ModuleScope<'_, '_> {
    fn value(&mut self, ix: super::NodeIx) -> Value {
        self.world.read(ix, self.trace).cloned().unwrap_or(Value::DYNAMIC)
    }

    fn bound(
        value: Option<&Value>,
        reference: &Reference<'_>,
        diags: &mut Diagnostics,
        summary: &'static str,
        detail: &'static str,
    ) -> Value {
        value.cloned().unwrap_or_else(|| {
            diags.push(Diagnostic::error(summary, detail).at(reference.span));
            Value::DYNAMIC
        })
    }

    fn undeclared(
        &mut self,
        what: &str,
        name: &str,
        reference: &Reference<'_>,
        diags: &mut Diagnostics,
    ) -> Value {
        let module = &self.world.module(self.module).addr;
        let place = if module.is_root() {
            "The root module".to_owned()
        } else {
            format!("The module {}", module.module())
        };
        let detail = format!("{place} declares no {what} {name}.");
        diags.push(
            Diagnostic::error(format!("Reference to undeclared {what}"), detail).at(reference.span),
        );
        Value::DYNAMIC
    }

    fn resource(
        &mut self,
        id: ResourceId,
        key: Key<'_>,
        reference: &Reference<'_>,
        diags: &mut Diagnostics,
    ) -> Value {
        let module = self.world.module(self.module);
        let expansion = module.resource(id);
        let Some((first, len)) = self.world.read_range(expansion, self.trace) else {
            return Value::DYNAMIC;
        };
        if self.world.is_open(expansion) {
            return Value::DYNAMIC;
        }
        let repetition = &module.module.resources[id].repetition;
        if !repetition.has_keys() {
            let whole = match len {
                0 => Value::null(Type::DYNAMIC),
                _ => self.value(self.world.instance(InstIx(first)).node),
            };
            return at_key(whole, key, reference, diags);
        }
        if key.is_whole() {
            return self.value(module.resource_value(id));
        }
        let key = instance_key(key, repetition);
        match self.world.find_in(self.module, id, &key) {
            Some(found) => self.value(self.world.instance(found).node),
            None => {
                let range = (first..first + len).map(InstIx);
                let keys = range.map(|i| self.world.instance(i).key.clone());
                no_instance(keys, &key, reference, diags)
            }
        }
    }

    fn called(
        &mut self,
        call: CallId,
        key: Key<'_>,
        output: Option<&str>,
        reference: &Reference<'_>,
        diags: &mut Diagnostics,
    ) -> Value {
        let module = self.world.module(self.module);
        let expansion = module.call(call);
        let Some((first, len)) = self.world.read_range(expansion, self.trace) else {
            return Value::DYNAMIC;
        };
        if self.world.is_open(expansion) {
            return Value::DYNAMIC;
        }
        let repetition = &module.module.calls[call].repetition;
        let found = match (repetition.has_keys(), key.is_whole()) {
            (false, _) if len == 0 => return Value::null(Type::DYNAMIC),
            (false, true) => ModIx(first),
            (true, false) => {
                let key = instance_key(key, repetition);
                let has_key = |m: &ModIx| {
                    let steps = self.world.module(*m).addr.steps();
                    steps.last().is_some_and(|step| step.key == key)
                };
                let candidate = match &key {
                    InstanceKey::Int(n) => u32::try_from(*n).ok().filter(|n| *n < len),
                    _ => self.world.position_of_call_key(first, len, &key),
                };
                match candidate.map(|n| ModIx(first + n)).filter(has_key) {
                    Some(found) => found,
                    None => {
                        let keys = (first..first + len).filter_map(|m| {
                            let steps = self.world.module(ModIx(m)).addr.steps();
                            Some(steps.last()?.key.clone())
                        });
                        return no_instance(keys, &key, reference, diags);
                    }
                }
            }
            _ => {
                let whole = self.value(module.call_value(call));
                let value = at_key(whole, key, reference, diags);
                return match output {
                    Some(output) => attribute(&value, output, reference, diags),
                    None => value,
                };
            }
        };
        let Some(output) = output else {
            return self.world.call_object(found, self.trace);
        };
        let called = self.world.module(found);
        match called.module.outputs.find(output) {
            Some(id) => self.value(called.output(id)),
            None => {
                let object = Value::object(
                    called.module.outputs.values().map(|o| (&*o.name, Value::DYNAMIC)),
                );
                attribute(&object, output, reference, diags)
            }
        }
    }
}

impl World<'_> {
    /// The place of a key among the instances of a call, which are ascending by it.
    fn position_of_call_key(&self, first: u32, len: u32, key: &InstanceKey) -> Option<u32> {
        let (mut low, mut high) = (0, len);
        while low < high {
            let middle = low + (high - low) / 2;
            let step = self.module(ModIx(first + middle)).addr.steps().last()?;
            match step.key.cmp(key) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }
}

/// A key as the instances have it: where they are numbered, digits are a number.
fn instance_key(key: Key<'_>, repetition: &Repetition) -> InstanceKey {
    match (key.to_instance_key(), repetition) {
        (InstanceKey::String(text), Repetition::Count(_)) => match text.parse() {
            Ok(index) => InstanceKey::Int(index),
            Err(_) => InstanceKey::String(text),
        },
        (InstanceKey::Int(index), Repetition::ForEach(_)) => {
            InstanceKey::string(&index.to_string())
        }
        (key, _) => key,
    }
}

fn at_key(value: Value, key: Key<'_>, reference: &Reference<'_>, diags: &mut Diagnostics) -> Value {
    let key = match key {
        Key::Whole => return value,
        Key::Int(index) => Value::int(index),
        Key::String(text) => Value::from(text),
    };
    access::index(&value, &key).unwrap_or_else(|error| {
        diags.push(Diagnostic::error(error.summary, error.detail).at(reference.span));
        Value::DYNAMIC
    })
}

fn attribute(
    value: &Value,
    name: &str,
    reference: &Reference<'_>,
    diags: &mut Diagnostics,
) -> Value {
    access::get_attr(value, name).unwrap_or_else(|error| {
        diags.push(Diagnostic::error(error.summary, error.detail).at(reference.span));
        Value::DYNAMIC
    })
}

fn no_instance(
    keys: impl Iterator<Item = InstanceKey>,
    key: &InstanceKey,
    reference: &Reference<'_>,
    diags: &mut Diagnostics,
) -> Value {
    let keys: Vec<InstanceKey> = keys.collect();
    let (mut detail, help) = match (keys.first(), keys.last(), key) {
        (None, _, _) => ("It has no instances.".to_owned(), None),
        (Some(InstanceKey::Int(_)), Some(InstanceKey::Int(last)), _) => {
            (format!("Its instances are numbered from 0 to {last}."), None)
        }
        _ => {
            let shown: Vec<String> = keys.iter().take(8).map(ToString::to_string).collect();
            let more = if keys.len() > shown.len() { " and more" } else { "" };
            let names = keys.iter().filter_map(|k| match k {
                InstanceKey::String(name) => Some(&**name),
                _ => None,
            });
            let meant = match key {
                InstanceKey::String(wanted) => wb_hcl::suggest::nearest(wanted, names),
                _ => None,
            };
            let help = meant.map(|name| format!("Did you mean {name:?}?"));
            (format!("There are {}{more}.", shown.join(", ")), help)
        }
    };
    detail = format!("There is no instance {key}. {detail}");
    let mut problem = Diagnostic::error("Invalid index", detail).at(reference.span);
    if let Some(help) = help {
        problem = problem.help(help);
    }
    diags.push(problem);
    Value::DYNAMIC
}

impl Scope for ModuleScope<'_, '_> {
    fn resolve(&mut self, reference: &Reference<'_>, diags: &mut Diagnostics) -> Value {
        let instance = self.world.module(self.module);
        let module = instance.module;
        match reference.subject {
            Subject::Variable(name) => match module.variables.find(name) {
                Some(id) => self.value(instance.variable(id)),
                None => self.undeclared("input variable", name, reference, diags),
            },
            Subject::Local(name) => match module.locals.find(name) {
                Some(id) => self.value(instance.local(id)),
                None => self.undeclared("local value", name, reference, diags),
            },
            Subject::Resource { mode, kind, name, key } => {
                match module.resources.find((mode, kind, name)) {
                    Some(id) => self.resource(id, key, reference, diags),
                    None => {
                        let addr = reference.subject.to_string();
                        let what = if mode == Mode::Data { "data source" } else { "resource" };
                        self.undeclared(what, &addr, reference, diags)
                    }
                }
            }
            Subject::Module { name, key, output } => match module.calls.find(name) {
                Some(call) => self.called(call, key, output, reference, diags),
                None => self.undeclared("module", name, reference, diags),
            },
            Subject::EachKey | Subject::EachValue => {
                let value = match reference.subject {
                    Subject::EachKey => self.bindings.each_key.as_ref(),
                    _ => self.bindings.each_value.as_ref(),
                };
                Self::bound(
                    value,
                    reference,
                    diags,
                    "Reference to \"each\" in context without for_each",
                    "The \"each\" object can be used only in \"module\" or \"resource\" blocks, and only when the \"for_each\" argument is set.",
                )
            }
            Subject::CountIndex => Self::bound(
                self.bindings.count_index.as_ref(),
                reference,
                diags,
                "Reference to \"count\" in non-counted context",
                "The \"count\" object can only be used in \"module\", \"resource\", and \"data\" blocks, and only when the \"count\" argument is set.",
            ),
            Subject::SelfObject => Self::bound(
                self.bindings.this.as_ref(),
                reference,
                diags,
                "Invalid \"self\" reference",
                "The \"self\" object is the resource that a postcondition, a provisioner or a connection belongs to; here it belongs to none.",
            ),
            Subject::Path(PathAttr::Module) => Value::from(&*self.world.stack()[instance.node].dir),
            Subject::Path(PathAttr::Root) => Value::from(&*self.world.stack().root().dir),
            Subject::Path(PathAttr::Cwd) => match self.world.host().started_in() {
                Ok(dir) => Value::from(dir),
                Err(why) => {
                    let detail = format!("The working folder cannot be told: {why}.");
                    diags.push(
                        Diagnostic::error("Failed to get working directory", detail)
                            .at(reference.span),
                    );
                    Value::unknown(Type::STRING)
                }
            },
            Subject::Terraform(TerraformAttr::Workspace) => {
                Value::from(self.world.host().workspace())
            }
            Subject::Terraform(TerraformAttr::Applying) => {
                Value::bool(self.world.host().phase() == Phase::Apply).with_marks(&Marks::EPHEMERAL)
            }
            Subject::TypeKeyword(name) => self.undeclared("resource", name, reference, diags),
            Subject::Output(name) | Subject::Run(name) | Subject::Check(name) => {
                self.undeclared("object", name, reference, diags)
            }
        }
    }

    fn provider_function(
        &mut self,
        name: &ProviderFunctionName<'_>,
        diags: &mut Diagnostics,
    ) -> Option<Arc<dyn FunctionLogic>> {
        let provider = self.world.module(self.module).module.provider_named(name.provider);
        let known = self.world.catalog().get(&provider);
        let found = known.and_then(|entry| entry.logic.function(name.function));
        if found.is_none() {
            let detail = format!(
                "The provider {} has no function named {:?}.",
                provider.for_display(),
                name.function
            );
            diags.push(Diagnostic::error("Unknown provider function", detail).at(name.span));
        }
        found
    }

    fn host(&self) -> &dyn Host {
        self.world.host()
    }

    fn place(&self) -> String {
        let Bindings { count_index, each_key, .. } = &self.bindings;
        format!("{} {count_index:?} {each_key:?}", self.world.module(self.module).addr)
    }
}

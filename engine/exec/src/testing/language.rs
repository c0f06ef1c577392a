//! A language of tables.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use wb_core::addr::{AbsInstance, ProviderInstance};
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::marks::Marks;
use wb_core::ty::Type;
use wb_core::value::Value;
use wb_plan::{Change, CheckBlock};

use super::cloud::with;
use crate::{Evaluate, OnFailure, Opening, OutputNow, Phase, Provision, Stuck, When};

/// What the stack says of one instance.
#[derive(Clone, Debug, Default)]
pub(crate) struct Says {
    pub(crate) inputs: Vec<AbsInstance>,
    pub(crate) size: i64,
    pub(crate) secret: bool,
    /// Its write-only attribute has the value of this ephemeral object.
    pub(crate) once: Option<AbsInstance>,
    /// Shell commands.
    pub(crate) provisioners: Vec<(When, OnFailure, String)>,
    /// Whether its condition holds.
    pub(crate) fails: Option<Phase>,
}

#[derive(Debug, Default)]
pub(crate) struct Tables {
    pub(crate) says: BTreeMap<AbsInstance, Says>,
    pub(crate) values: BTreeMap<AbsInstance, Value>,
    pub(crate) open: BTreeMap<AbsInstance, Value>,
    pub(crate) region: String,
    /// Instances whose ids are outputs.
    pub(crate) outputs: BTreeSet<AbsInstance>,
}

/// What an object of ours is called in the cloud.
pub(crate) fn name(instance: &AbsInstance) -> String {
    instance.resource.resource.name.to_string()
}

impl Tables {
    /// The configuration with what is known by now.
    pub(crate) fn config_of(&self, instance: &AbsInstance) -> Value {
        let says = self.says.get(instance).cloned().unwrap_or_default();
        let id = |i: &AbsInstance| match self.values.get(i) {
            Some(value) => value.unmark_deep().0.attribute("id").unwrap().clone(),
            None => Value::unknown(Type::STRING),
        };
        let once = match &says.once {
            Some(e) => self.open.get(e).map_or(Value::unknown(Type::STRING), |v| {
                let id = v.unmark_deep().0.attribute("id").unwrap().clone();
                id.with_marks(&Marks::EPHEMERAL)
            }),
            None => Value::null(Type::STRING),
        };
        let secret = Value::string("s");
        let size = Value::int(says.size);
        Value::object([
            ("id", Value::null(Type::STRING)),
            ("inputs", Value::list(Type::STRING, says.inputs.iter().map(id))),
            ("name", Value::string(name(instance))),
            ("once", once),
            ("secret", secret),
            ("size", if says.secret { size.with_marks(&Marks::SENSITIVE) } else { size }),
        ])
    }

    fn conditions_of(&self, instance: &AbsInstance, phase: Phase) -> Diagnostics {
        match self.says.get(instance).and_then(|s| s.fails) {
            Some(at) if at == phase => {
                Diagnostic::error("Condition failed", format!("It is not so: {phase:?}.")).into()
            }
            _ => Diagnostics::new(),
        }
    }
}

impl Evaluate for Tables {
    fn config(&mut self, change: &Change) -> Result<Value, Stuck> {
        let once = self.says.get(change.instance()).and_then(|s| s.once.clone());
        match once {
            Some(e) if !self.open.contains_key(&e) => Err(Stuck::Open(vec![e])),
            _ => Ok(self.config_of(change.instance())),
        }
    }

    fn provider_config(&mut self, _: &ProviderInstance) -> Result<Value, Stuck> {
        Ok(super::stack::provider_config(&self.region))
    }

    fn has_provisioners(&self, change: &Change, when: When) -> bool {
        let says = self.says.get(change.instance());
        says.is_some_and(|s| s.provisioners.iter().any(|(w, ..)| *w == when))
    }

    fn provisioners(
        &mut self,
        change: &Change,
        object: &Value,
        when: When,
    ) -> Result<Vec<Provision>, Stuck> {
        let id = object.attribute("id").and_then(Value::as_str).unwrap_or_default();
        let empty = wb_core::provisioner::schema("local-exec").unwrap().block.empty_value();
        let of = |(_, on_failure, command): &(When, OnFailure, String)| Provision {
            kind: Arc::from("local-exec"),
            config: with(&empty, "command", &Value::string(command.replace("ID", id))),
            connection: Value::null(Type::DYNAMIC),
            on_failure: *on_failure,
            span: None,
        };
        let says = &self.says[change.instance()];
        Ok(says.provisioners.iter().filter(|(w, ..)| *w == when).map(of).collect())
    }

    fn conditions(
        &mut self,
        instance: &AbsInstance,
        phase: Phase,
        _: Option<&Value>,
    ) -> Diagnostics {
        self.conditions_of(instance, phase)
    }

    fn ephemeral(&mut self, instance: &AbsInstance) -> Result<Opening, Stuck> {
        Ok(Opening { provider: super::stack::provider(), config: self.config_of(instance) })
    }

    fn opened(&mut self, instance: &AbsInstance, value: Value) {
        self.open.insert(instance.clone(), value);
    }

    fn closed(&mut self, instance: &AbsInstance) {
        self.open.remove(instance);
    }

    fn made(&mut self, instance: &AbsInstance, value: Value) {
        self.values.insert(instance.clone(), value);
    }

    fn outputs(&mut self) -> (Vec<OutputNow>, Diagnostics) {
        let of = |instance: &AbsInstance| OutputNow {
            name: name(instance).into(),
            value: self.values.get(instance).map(|v| v.attribute("id").unwrap().clone()),
            sensitive: false,
            deprecated: None,
        };
        (self.outputs.iter().map(of).collect(), Diagnostics::new())
    }

    fn checks(&mut self) -> (Vec<CheckBlock>, Diagnostics) {
        (Vec::new(), Diagnostics::new())
    }
}

//! The life of an object.

use std::sync::Arc;

use wb_core::contract;
use wb_core::path::Path;
use wb_core::provider::{PlanAsk, Planned};
use wb_core::value::Value;

use super::{Arguments, Bench, check, fill, refuse};
use crate::error::OpError;
use crate::ops::{
    Create, Delete, Import, ImportKey, Object, Read, Recover, RecoverAction, Recovery, ResourceOps,
    Update,
};

/// Create, read, plan of nothing, update, replace, import, delete, recovery.
#[derive(Debug)]
pub struct Life<'a> {
    bench: &'a Bench,
    ops: Arc<dyn ResourceOps>,
    kind: String,
    create: Arguments,
    update: Option<Arguments>,
    replace: Option<Arguments>,
    import: Option<(&'static str, Vec<&'static str>)>,
}

impl<'a> Life<'a> {
    pub(super) fn new(bench: &'a Bench, kind: &str) -> Self {
        let ops = bench.provider.resource_ops(kind).expect("the provider has the resource type");
        let kind = kind.to_owned();
        Self { bench, ops, kind, create: Vec::new(), update: None, replace: None, import: None }
    }

    /// What is configured at first.
    #[must_use]
    pub fn config(mut self, arguments: impl Into<Arguments>) -> Self {
        self.create = arguments.into();
        self
    }

    /// What is configured then, which changes the object in place.
    #[must_use]
    pub fn update(mut self, arguments: impl Into<Arguments>) -> Self {
        self.update = Some(arguments.into());
        self
    }

    /// What is configured at last, which needs a new object.
    #[must_use]
    pub fn replace(mut self, arguments: impl Into<Arguments>) -> Self {
        self.replace = Some(arguments.into());
        self
    }

    /// The object can be imported by the value of the attribute `by`; all of it comes back, but for some attributes.
    #[must_use]
    pub fn import(mut self, by: &'static str, but: impl Into<Vec<&'static str>>) -> Self {
        self.import = Some((by, but.into()));
        self
    }

    /// Tries it all, and gives the object that was made first.
    ///
    /// # Panics
    /// Where the type breaks the contract, or an operation fails.
    pub async fn run(self) -> Value {
        let (made, planned) = self.create(&self.create).await;
        let first = made.value.clone();
        self.check_recovery(&made, &planned).await;
        let read = self.read(&made).await.expect("what was just made is there");
        self.check_nothing_to_do(&self.create, &read);
        if let Some((by, but)) = &self.import {
            self.check_import(&read, by, but).await;
        }
        let mut now = read;
        if let Some(arguments) = &self.update {
            now = self.change(&now, arguments).await;
            self.check_nothing_to_do(arguments, &now);
        }
        if let Some(arguments) = &self.replace {
            let planned = self.plan(&now.value, arguments, &now.private);
            assert_ne!(planned.replace, Vec::<Path>::new(), "this change needs a new object");
            self.delete(now).await;
            now = self.create(arguments).await.0;
        }
        let gone = now.clone();
        self.delete(now).await;
        // A second time is as good as the first.
        self.delete(gone.clone()).await;
        if !self.ops.lives_in_state() {
            assert_eq!(self.read(&gone).await, None, "what was destroyed is gone");
        }
        first
    }

    fn plan(&self, prior: &Value, arguments: &Arguments, private: &[u8]) -> Planned {
        let block = &self.ops.schema().block;
        let config = fill(block, arguments);
        refuse(&self.ops.validate(&config)).expect("the configuration is valid");
        let proposed = contract::proposed_new(block, prior, &config);
        let ask = PlanAsk {
            provider: &self.bench.config,
            prior,
            config: &config,
            proposed: &proposed,
            private,
            now: self.bench.context.ambient.now(),
        };
        let planned = self.ops.plan(&ask).expect("the change can be planned");
        check("plan", &contract::planned_ok(block, prior, &config, &planned.value));
        planned
    }

    async fn create(&self, arguments: &Arguments) -> (Object, Planned) {
        let block = &self.ops.schema().block;
        let planned = self.plan(&Value::null(block.ty()), arguments, &[]);
        assert_eq!(planned.replace, Vec::<Path>::new(), "a new object replaces none");
        let ask = Create {
            config: fill(block, arguments),
            planned: Object { value: planned.value.clone(), private: planned.private.clone() },
            token: format!("create-{}", self.kind),
        };
        let made = self.ops.create(ask, self.bench.context.clone()).await;
        let made = made.unwrap_or_else(|e| panic!("create: {e}"));
        check("create", &contract::applied_ok(block, &planned.value, &made.value));
        (made, planned)
    }

    async fn read(&self, object: &Object) -> Option<Object> {
        let ask = Read { prior: object.clone() };
        let found = self.ops.read(ask, self.bench.context.clone()).await;
        let found = found.unwrap_or_else(|e| panic!("read: {e}"))?;
        check("read", &contract::read_ok(&self.ops.schema().block, &found.value));
        Some(found)
    }

    fn check_nothing_to_do(&self, arguments: &Arguments, object: &Object) {
        let planned = self.plan(&object.value, arguments, &object.private);
        assert_eq!(planned.value, object.value, "nothing is to be done for what was just made");
        assert_eq!(planned.replace, Vec::<Path>::new());
    }

    async fn change(&self, prior: &Object, arguments: &Arguments) -> Object {
        let block = &self.ops.schema().block;
        let planned = self.plan(&prior.value, arguments, &prior.private);
        assert_eq!(planned.replace, Vec::<Path>::new(), "this change is made in place");
        assert_ne!(planned.value, prior.value, "there is something to change");
        let ask = Update {
            prior: prior.clone(),
            config: fill(block, arguments),
            planned: Object { value: planned.value.clone(), private: planned.private },
            token: format!("update-{}", self.kind),
        };
        let made = self.ops.update(ask, self.bench.context.clone()).await;
        let made = made.unwrap_or_else(|e| panic!("update: {e}"));
        check("update", &contract::applied_ok(block, &planned.value, &made.value));
        self.read(&made).await.expect("what was just changed is there")
    }

    async fn delete(&self, prior: Object) {
        let ask = Delete { prior, token: format!("delete-{}", self.kind) };
        let done = self.ops.delete(ask, self.bench.context.clone()).await;
        done.unwrap_or_else(|e| panic!("delete: {e}"));
    }

    async fn check_import(&self, object: &Object, by: &str, but: &[&str]) {
        let id = object.value.attribute(by).and_then(Value::as_str).expect("a string to import by");
        let ask = Import { key: ImportKey::Id(id.to_owned()) };
        let found = self.ops.import(ask, self.bench.context.clone()).await;
        let found = found.unwrap_or_else(|e| panic!("import: {e}"));
        let [imported] = &found[..] else { panic!("one object is imported, not {}", found.len()) };
        let read = self.read(&imported.object).await.expect("what was imported is there");
        for (name, value) in
            object.value.as_object().into_iter().flat_map(wb_core::value::ObjectView::iter)
        {
            if !but.contains(&name) {
                assert_eq!(read.value.attribute(name), Some(value), "import gives {name} back");
            }
        }
    }

    /// A create whose reply is lost: what is outside is found, what is not is known to be nowhere.
    async fn check_recovery(&self, made: &Object, planned: &Planned) {
        let config = fill(&self.ops.schema().block, &self.create);
        let found = self.recover(RecoverAction::Create, None, config.clone()).await;
        match found.unwrap_or_else(|e| panic!("recover: {e}")) {
            Recovery::Found(found) => {
                let block = &self.ops.schema().block;
                check("recover", &contract::applied_ok(block, &planned.value, &found.value));
                assert_eq!(found.value, made.value, "what was made is found as it is");
            }
            Recovery::Absent { not_before: None } if self.ops.lives_in_state() => {}
            other => panic!("what was made is not found: {other:?}"),
        }
        for action in [RecoverAction::Update, RecoverAction::Delete] {
            let found = self.recover(action, Some(made.clone()), config.clone()).await;
            let found = found.unwrap_or_else(|e| panic!("recover: {e}"));
            assert_eq!(found, Recovery::Found(made.clone()), "what is there is found");
        }
    }

    async fn recover(
        &self,
        action: RecoverAction,
        prior: Option<Object>,
        config: Value,
    ) -> Result<Recovery, OpError> {
        let ask = Recover {
            action,
            prior,
            config,
            token: format!("{action}-{}", self.kind),
            started: self.bench.context.ambient.now(),
            absent_before: false,
        };
        self.ops.recover(ask, self.bench.context.clone()).await
    }
}

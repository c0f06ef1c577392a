//! A provider with a cloud in memory, whose operations go as the case says.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use wb_core::addr;
use wb_core::provider::{
    Catalog, Entry, FunctionLogic, Kind, PlanAsk, Planned, Problems, ProviderLogic, ReadLogic,
    ResourceLogic, plan_by_schema,
};
use wb_core::schema::{Attribute, Block, Schema, Settable};
use wb_core::ty::Type;
use wb_core::value::{Value, View};
use wb_sdk::ops::Reply;
use wb_sdk::{
    Client, Configured, Context, Create, DataOps, Delete, EphemeralOps, ErrorKind, Object, OpError,
    Provider, Providers, Read, Recover, RecoverAction, Recovery, ResourceOps, Update,
};

/// How the next operation on the object of a name goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    Fails,
    /// It fails, and has made an object all the same.
    HalfWay,
    /// It is done, and nobody knows.
    Lost,
    /// It is not done, and nobody knows.
    Undone,
    Panics,
}

/// An object, and what it was made with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Thing {
    pub(crate) name: String,
    pub(crate) token: String,
    pub(crate) inputs: Vec<String>,
}

#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) objects: BTreeMap<String, Thing>,
    pub(crate) faults: BTreeMap<String, Fault>,
    /// How many objects each name has had: ids do not depend on what else goes on.
    made: BTreeMap<String, u32>,
    /// What was asked for that cannot be: making something from what does not exist.
    pub(crate) violations: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Cloud(Arc<Mutex<World>>);

impl Cloud {
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    pub(crate) fn copy(&self) -> Self {
        let copy = self.with(|w| World {
            objects: w.objects.clone(),
            faults: w.faults.clone(),
            made: w.made.clone(),
            violations: Vec::new(),
        });
        Self(Arc::new(Mutex::new(copy)))
    }

    /// Gives way a while that differs from name to name, then tells how the operation goes.
    async fn enter(&self, name: &str) -> Option<Fault> {
        let turns = name.bytes().map(usize::from).sum::<usize>() * 7 % 5;
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
        let fault = self.with(|w| w.faults.remove(name));
        assert!(fault != Some(Fault::Panics), "a scripted panic");
        fault
    }

    fn make(&self, name: &str, token: &str, inputs: Vec<String>) -> String {
        self.with(|w| {
            let number = w.made.entry(name.to_owned()).or_default();
            *number += 1;
            let id = format!("{name}-{number}");
            for input in inputs.iter().filter(|i| !w.objects.contains_key(*i)) {
                w.violations.push(format!("{id} was made from {input}, which does not exist"));
            }
            let thing = Thing { name: name.to_owned(), token: token.to_owned(), inputs };
            w.objects.insert(id.clone(), thing);
            id
        })
    }
}

#[derive(Debug)]
struct ThingType(Schema, Cloud);

fn schema() -> Schema {
    let optional = |name: &'static str, ty| Attribute::new(name, ty, Settable::OPTIONAL);
    let attributes = vec![
        Attribute::new("id", Type::STRING, Settable::COMPUTED),
        optional("inputs", Type::list(Type::STRING)),
        Attribute::new("name", Type::STRING, Settable::REQUIRED).replace(),
        optional("size", Type::NUMBER),
    ];
    Schema::new(1, Block::new(attributes, vec![]))
}

fn text(value: &Value, name: &str) -> String {
    value.attribute(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn inputs(value: &Value) -> Vec<String> {
    match value.attribute("inputs").map(Value::view) {
        Some(View::List(ids)) => ids.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

fn with_id(value: &Value, id: &str) -> Value {
    let object = value.as_object().expect("an object");
    Value::object(object.iter().map(|(n, v)| (n, if n == "id" { id.into() } else { v.clone() })))
}

fn failed() -> OpError {
    OpError::new(ErrorKind::Denied, "Not allowed", "The cloud does not let you.")
}

fn uncertain() -> OpError {
    OpError { is_uncertain: true, ..failed() }
}

impl ResourceLogic for ThingType {
    fn schema(&self) -> &Schema {
        &self.0
    }

    fn plan(&self, ask: &PlanAsk<'_>) -> Result<Planned, Problems> {
        Ok(plan_by_schema(&self.0, ask))
    }
}

impl ResourceOps for ThingType {
    fn read(&self, ask: Read, _: Context) -> Reply<Option<Object>> {
        let exists = self.1.with(|w| w.objects.contains_key(&text(&ask.prior.value, "id")));
        Box::pin(async move { Ok(exists.then_some(ask.prior)) })
    }

    fn create(&self, ask: Create, _: Context) -> Reply<Object> {
        let cloud = self.1.clone();
        Box::pin(async move {
            let name = text(&ask.config, "name");
            let fault = cloud.enter(&name).await;
            if matches!(fault, Some(Fault::Fails)) {
                return Err(failed());
            }
            if fault == Some(Fault::Undone) {
                return Err(uncertain());
            }
            let id = cloud.make(&name, &ask.token, inputs(&ask.config));
            let object = Object::new(with_id(&ask.planned.value, &id));
            match fault {
                Some(Fault::HalfWay) => Err(failed().with_partial(object)),
                Some(Fault::Lost) => Err(uncertain()),
                _ => Ok(object),
            }
        })
    }

    fn update(&self, ask: Update, _: Context) -> Reply<Object> {
        let cloud = self.1.clone();
        Box::pin(async move {
            match cloud.enter(&text(&ask.config, "name")).await {
                Some(Fault::Fails | Fault::HalfWay) => return Err(failed()),
                Some(Fault::Undone | Fault::Lost) => return Err(uncertain()),
                _ => {}
            }
            let (id, now) = (text(&ask.planned.value, "id"), inputs(&ask.config));
            cloud.with(|w| match w.objects.get_mut(&id) {
                Some(thing) => thing.inputs = now,
                None => w.violations.push(format!("{id} was updated and does not exist")),
            });
            Ok(Object::new(ask.planned.value))
        })
    }

    fn delete(&self, ask: Delete, _: Context) -> Reply<()> {
        let cloud = self.1.clone();
        Box::pin(async move {
            let fault = cloud.enter(&text(&ask.prior.value, "name")).await;
            match fault {
                Some(Fault::Fails | Fault::HalfWay) => return Err(failed()),
                Some(Fault::Undone) => return Err(uncertain()),
                _ => {}
            }
            cloud.with(|w| w.objects.remove(&text(&ask.prior.value, "id")));
            if fault == Some(Fault::Lost) { Err(uncertain()) } else { Ok(()) }
        })
    }

    fn recover(&self, ask: Recover, _: Context) -> Reply<Recovery> {
        let found = self.1.with(|w| match &ask.prior {
            Some(prior) => Some(text(&prior.value, "id")).filter(|id| w.objects.contains_key(id)),
            None => w.objects.iter().find(|(_, t)| t.token == ask.token).map(|(id, _)| id.clone()),
        });
        let recovery = match (found, &ask.prior, ask.action) {
            (None, _, _) => Recovery::Absent { not_before: None },
            (Some(_), Some(prior), RecoverAction::Update | RecoverAction::Delete) => {
                Recovery::Found(Object::new(prior.value.clone()))
            }
            (Some(id), _, _) => Recovery::Found(Object::new(with_id(&ask.config, &id))),
        };
        Box::pin(async move { Ok(recovery) })
    }
}

#[derive(Debug)]
struct Fake {
    schema: Schema,
    thing: Arc<ThingType>,
}

impl ProviderLogic for Fake {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn resource(&self, kind: &str) -> Option<Arc<dyn ResourceLogic>> {
        (kind == "fake_thing").then(|| Arc::clone(&self.thing) as _)
    }

    fn data(&self, _: &str) -> Option<Arc<dyn ReadLogic>> {
        None
    }

    fn ephemeral(&self, _: &str) -> Option<Arc<dyn ReadLogic>> {
        None
    }

    fn function(&self, _: &str) -> Option<Arc<dyn FunctionLogic>> {
        None
    }

    fn names(&self, what: Kind) -> Vec<&str> {
        if matches!(what, Kind::Resource) { vec!["fake_thing"] } else { Vec::new() }
    }
}

impl Provider for Fake {
    fn configure(&self, _: Value, _: Context) -> Reply<Configured> {
        Box::pin(async { Ok(Configured { client: Client::new(()), target: BTreeMap::new() }) })
    }

    fn resource_ops(&self, kind: &str) -> Option<Arc<dyn ResourceOps>> {
        (kind == "fake_thing").then(|| Arc::clone(&self.thing) as _)
    }

    fn data_ops(&self, _: &str) -> Option<Arc<dyn DataOps>> {
        None
    }

    fn ephemeral_ops(&self, _: &str) -> Option<Arc<dyn EphemeralOps>> {
        None
    }
}

/// The provider, as both halves are asked for.
pub(crate) fn provider(cloud: &Cloud) -> (Providers, Catalog) {
    let thing = Arc::new(ThingType(schema(), cloud.clone()));
    let fake = Arc::new(Fake { schema: Schema::new(0, Block::new(vec![], vec![])), thing });
    let address = addr::Provider::implied("fake");
    let (mut providers, mut catalog) = (Providers::new(), Catalog::new());
    providers.insert(address.clone(), Arc::clone(&fake) as _);
    catalog.insert(address, Entry { version: "1.0.0".into(), logic: fake });
    (providers, catalog)
}

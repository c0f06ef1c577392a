//! A provider with a cloud behind it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use wb_core::provider::{
    FunctionLogic, Kind, PlanAsk, Planned, Problems, ProviderLogic, ReadLogic, ResourceLogic,
    plan_by_schema,
};
use wb_core::schema::{Attribute, Block, Schema, Settable};
use wb_core::time::Moment as Time;
use wb_core::ty::Type;
use wb_core::value::Value;
use wb_sdk::ops::Reply;
use wb_sdk::{
    Ambient, Client, Configured, Context, Create, DataOps, Delete, EphemeralOps, ErrorKind, Fence,
    FenceBroken, Object, OpError, Open, Opened, Provider, Read, ReadData, Recover, RecoverAction,
    Recovery, ResourceOps, Update,
};

use super::log::{History, Moment};

/// How an operation on an object goes, by the object's name.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) enum Script {
    #[default]
    Well,
    Fails,
    /// It fails, and has made an object all the same.
    HalfWay,
    /// It is done, and nobody knows.
    Lost,
    /// It is not done, and nobody knows.
    Undone,
    Panics,
    /// It never ends.
    Hangs,
    /// It loses the lock.
    Fences,
    /// What it gives is not what was planned.
    Lies,
}

/// What exists, and how operations go.
#[derive(Debug, Default)]
pub(crate) struct World {
    /// By id: the name and the token it was made with.
    pub(crate) objects: BTreeMap<String, (String, String)>,
    pub(crate) scripts: BTreeMap<String, Script>,
    pub(crate) history: History,
    pub(crate) fenced: bool,
    /// How often an operation gives way before it does something.
    pub(crate) slow: usize,
    /// How many are at work, and how many were at most.
    at_work: usize,
    pub(crate) most_at_work: usize,
    /// What was opened and closed.
    pub(crate) ephemeral: Vec<String>,
}

/// A handle to it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cloud(pub(crate) Arc<Mutex<World>>);

impl Cloud {
    pub(crate) fn with<T>(&self, use_it: impl FnOnce(&mut World) -> T) -> T {
        use_it(&mut self.0.lock().unwrap())
    }

    pub(crate) fn script(&self, name: &str, script: Script) {
        self.with(|w| w.scripts.insert(name.to_owned(), script));
    }

    async fn enter(&self, name: &str) -> Script {
        let (slow, script) = self.with(|w| {
            w.at_work += 1;
            w.most_at_work = w.most_at_work.max(w.at_work);
            (w.slow, w.scripts.get(name).copied().unwrap_or_default())
        });
        for _ in 0..slow {
            tokio::task::yield_now().await;
        }
        self.with(|w| w.at_work -= 1);
        match script {
            Script::Panics => panic!("a scripted panic"),
            Script::Hangs => std::future::pending().await,
            Script::Fences => self.with(|w| w.fenced = true),
            _ => {}
        }
        script
    }

    fn make(&self, name: &str, token: &str) -> String {
        self.with(|w| {
            let id = format!("id-{name}");
            w.objects.insert(id.clone(), (name.to_owned(), token.to_owned()));
            let made =
                Moment::Made { id: id.clone(), name: name.to_owned(), token: token.to_owned() };
            w.history.lock().unwrap().push(made);
            id
        })
    }
}

/// The type `fake_thing`, whose objects are in the cloud, and `fake_memo`, whose are in the state.
#[derive(Debug)]
struct Thing {
    schema: Schema,
    in_state: bool,
    cloud: Cloud,
}

pub(crate) fn schema() -> Schema {
    let optional = |name: &'static str, ty| Attribute::new(name, ty, Settable::OPTIONAL);
    Schema::new(
        1,
        Block::new(
            vec![
                Attribute::new("id", Type::STRING, Settable::COMPUTED),
                Attribute::new("name", Type::STRING, Settable::REQUIRED),
                optional("inputs", Type::list(Type::STRING)),
                optional("once", Type::STRING).write_only(),
                optional("secret", Type::STRING).sensitive(),
                optional("size", Type::NUMBER),
            ],
            vec![],
        ),
    )
}

fn text(value: &Value, name: &str) -> String {
    value.attribute(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

pub(crate) fn with(value: &Value, name: &str, new: &Value) -> Value {
    let object = value.as_object().unwrap();
    Value::object(object.iter().map(|(n, v)| (n, if n == name { new.clone() } else { v.clone() })))
}

impl ResourceLogic for Thing {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn lives_in_state(&self) -> bool {
        self.in_state
    }

    fn plan(&self, ask: &PlanAsk<'_>) -> Result<Planned, Problems> {
        let mut planned = plan_by_schema(&self.schema, ask);
        planned.value = with(&planned.value, "once", &Value::null(Type::STRING));
        if text(ask.config, "name") == "fickle" && ask.config.is_wholly_known() {
            planned.value = with(&planned.value, "size", &Value::int(99));
        }
        Ok(planned)
    }
}

impl ResourceOps for Thing {
    fn read(&self, ask: Read, _: Context) -> Reply<Option<Object>> {
        Box::pin(async { Ok(Some(ask.prior)) })
    }

    fn create(&self, ask: Create, _: Context) -> Reply<Object> {
        let (cloud, in_state) = (self.cloud.clone(), self.in_state);
        Box::pin(async move {
            let name = text(&ask.config, "name");
            let script = if in_state { Script::Well } else { cloud.enter(&name).await };
            let made = |id: String| {
                let value = with(&ask.planned.value, "id", &Value::string(id));
                Object { value, private: b"p".to_vec() }
            };
            match script {
                Script::Fails => Err(failed("create")),
                Script::Undone => Err(OpError { is_uncertain: true, ..failed("create") }),
                Script::Lost => {
                    cloud.make(&name, &ask.token);
                    Err(OpError { is_uncertain: true, ..failed("create") })
                }
                Script::HalfWay => {
                    Err(failed("create").with_partial(made(cloud.make(&name, &ask.token))))
                }
                Script::Lies => {
                    let mut object = made(cloud.make(&name, &ask.token));
                    object.value = with(&object.value, "name", &Value::string("other"));
                    Ok(object)
                }
                _ if in_state => Ok(made(format!("memo-{name}"))),
                _ => Ok(made(cloud.make(&name, &ask.token))),
            }
        })
    }

    fn update(&self, ask: Update, _: Context) -> Reply<Object> {
        let cloud = self.cloud.clone();
        Box::pin(async move {
            let name = text(&ask.config, "name");
            match cloud.enter(&name).await {
                Script::Fails => Err(failed("update")),
                Script::Lost | Script::Undone => {
                    Err(OpError { is_uncertain: true, ..failed("update") })
                }
                _ => Ok(Object { value: ask.planned.value, private: b"q".to_vec() }),
            }
        })
    }

    fn delete(&self, ask: Delete, _: Context) -> Reply<()> {
        let (cloud, in_state) = (self.cloud.clone(), self.in_state);
        Box::pin(async move {
            let name = text(&ask.prior.value, "name");
            let script = if in_state { Script::Well } else { cloud.enter(&name).await };
            let gone = || {
                let id = text(&ask.prior.value, "id");
                cloud.with(|w| {
                    w.objects.remove(&id);
                    w.history.lock().unwrap().push(Moment::Gone { id });
                });
            };
            match script {
                Script::Fails | Script::HalfWay => Err(failed("delete")),
                Script::Undone => Err(OpError { is_uncertain: true, ..failed("delete") }),
                Script::Lost => {
                    gone();
                    Err(OpError { is_uncertain: true, ..failed("delete") })
                }
                _ => {
                    gone();
                    Ok(())
                }
            }
        })
    }

    fn recover(&self, ask: Recover, _: Context) -> Reply<Recovery> {
        let cloud = self.cloud.clone();
        Box::pin(async move {
            let found = cloud.with(|w| {
                let mut all = w.objects.iter();
                match &ask.prior {
                    Some(prior) => {
                        let id = text(&prior.value, "id");
                        all.find(|(have, _)| **have == id).map(|(id, _)| id.clone())
                    }
                    None => all.find(|(_, (_, t))| *t == ask.token).map(|(id, _)| id.clone()),
                }
            });
            let Some(id) = found else { return Ok(Recovery::Absent { not_before: None }) };
            let value = match (&ask.prior, ask.action) {
                (Some(prior), RecoverAction::Update | RecoverAction::Delete) => prior.value.clone(),
                _ => with(
                    &with(&ask.config, "id", &Value::string(id)),
                    "once",
                    &Value::null(Type::STRING),
                ),
            };
            Ok(Recovery::Found(Object::new(value)))
        })
    }
}

fn failed(what: &str) -> OpError {
    OpError::new(ErrorKind::Denied, "Not allowed", format!("The cloud does not let you {what} it."))
}

/// The data source `fake_look`, and the ephemeral type `fake_token`.
#[derive(Debug)]
struct Look {
    schema: Schema,
    cloud: Cloud,
}

impl ReadLogic for Look {
    fn schema(&self) -> &Schema {
        &self.schema
    }
}

impl DataOps for Look {
    fn read(&self, ask: ReadData, _: Context) -> Reply<Value> {
        let cloud = self.cloud.clone();
        Box::pin(async move {
            let name = text(&ask.config, "name");
            match cloud.enter(&name).await {
                Script::Fails => Err(failed("read")),
                _ => Ok(with(&ask.config, "id", &Value::string("seen"))),
            }
        })
    }
}

impl EphemeralOps for Look {
    fn open(&self, ask: Open, _: Context) -> Reply<Opened> {
        let cloud = self.cloud.clone();
        Box::pin(async move {
            let name = text(&ask.config, "name");
            if cloud.enter(&name).await == Script::Fails {
                return Err(failed("open"));
            }
            cloud.with(|w| w.ephemeral.push(format!("open {name}")));
            let value = with(&ask.config, "id", &Value::string("token"));
            Ok(Opened { value, private: name.into_bytes(), renew_at: None })
        })
    }

    fn close(&self, private: Vec<u8>, _: Context) -> Reply<()> {
        let cloud = self.cloud.clone();
        Box::pin(async move {
            let name = String::from_utf8(private).unwrap();
            cloud.with(|w| w.ephemeral.push(format!("close {name}")));
            Ok(())
        })
    }
}

#[derive(Debug)]
pub(crate) struct Fake {
    pub(crate) cloud: Cloud,
    schema: Schema,
}

impl Fake {
    pub(crate) fn new(cloud: &Cloud) -> Self {
        let region = Attribute::new("region", Type::STRING, Settable::OPTIONAL);
        let key = Attribute::new("key", Type::STRING, Settable::OPTIONAL).sensitive();
        Self { cloud: cloud.clone(), schema: Schema::new(0, Block::new(vec![region, key], vec![])) }
    }

    fn thing(&self, kind: &str) -> Option<Arc<Thing>> {
        let in_state = match kind {
            "fake_thing" => false,
            "fake_memo" => true,
            _ => return None,
        };
        Some(Arc::new(Thing { schema: schema(), in_state, cloud: self.cloud.clone() }))
    }

    fn look(&self) -> Arc<Look> {
        Arc::new(Look { schema: schema(), cloud: self.cloud.clone() })
    }
}

impl ProviderLogic for Fake {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn resource(&self, kind: &str) -> Option<Arc<dyn ResourceLogic>> {
        self.thing(kind).map(|t| t as _)
    }

    fn data(&self, _: &str) -> Option<Arc<dyn ReadLogic>> {
        Some(self.look())
    }

    fn ephemeral(&self, _: &str) -> Option<Arc<dyn ReadLogic>> {
        Some(self.look())
    }

    fn function(&self, _: &str) -> Option<Arc<dyn FunctionLogic>> {
        None
    }

    fn names(&self, _: Kind) -> Vec<&str> {
        Vec::new()
    }
}

impl Provider for Fake {
    fn configure(&self, config: Value, _: Context) -> Reply<Configured> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            let region = text(&config, "region");
            if region == "nowhere" {
                return Err(failed("configure"));
            }
            let target = BTreeMap::from([("region".to_owned(), region)]);
            Ok(Configured { client: Client::new(()), target })
        })
    }

    fn resource_ops(&self, kind: &str) -> Option<Arc<dyn ResourceOps>> {
        self.thing(kind).map(|t| t as _)
    }

    fn data_ops(&self, _: &str) -> Option<Arc<dyn DataOps>> {
        Some(self.look())
    }

    fn ephemeral_ops(&self, _: &str) -> Option<Arc<dyn EphemeralOps>> {
        Some(self.look())
    }
}

impl Ambient for Cloud {
    fn now(&self) -> Time {
        Time::from_unix(1_000)
    }

    fn random(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

impl Fence for Cloud {
    fn check(&self) -> Result<(), FenceBroken> {
        if self.with(|w| w.fenced) {
            return Err(FenceBroken { why: "another run has taken it over.".to_owned() });
        }
        Ok(())
    }
}

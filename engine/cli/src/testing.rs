//! What tests of this crate share: a catalog of made-up types, and values and plans written as JSON.

use std::sync::Arc;

use serde_json::Value as Json;
use wb_core::addr::{AbsInstance, ObjectAddr, Provider, ProviderConfig, ProviderInstance};
use wb_core::marks::Marks;
use wb_core::path::Path;
use wb_core::provider::{
    Catalog, Entry, FunctionLogic, Kind, PlanAsk, Planned, Problems, ProviderLogic, ReadLogic,
    ResourceLogic,
};
use wb_core::schema::{Attribute, Block, NestedAttributes, NestedBlock, Nesting, Schema, Settable};
use wb_core::ty::Type;
use wb_core::value::Value;
use wb_plan::{Action, Base, Change, Mode, OutputChange, Plan, Reason, Selection, Steps};
use wb_state::State;

#[derive(Debug)]
struct Logic(Schema);

impl ResourceLogic for Logic {
    fn schema(&self) -> &Schema {
        &self.0
    }

    fn plan(&self, _ask: &PlanAsk<'_>) -> Result<Planned, Problems> {
        Err(Problems::default())
    }
}

impl ReadLogic for Logic {
    fn schema(&self) -> &Schema {
        &self.0
    }
}

/// Has `terraform_data`, and `test_net`, a type with blocks of every kind.
#[derive(Debug)]
struct TestProvider {
    config: Schema,
    data: Arc<Logic>,
    net: Arc<Logic>,
}

impl ProviderLogic for TestProvider {
    fn schema(&self) -> &Schema {
        &self.config
    }

    fn resource(&self, kind: &str) -> Option<Arc<dyn ResourceLogic>> {
        match kind {
            "terraform_data" => Some(self.data.clone()),
            "test_net" => Some(self.net.clone()),
            _ => None,
        }
    }

    fn data(&self, kind: &str) -> Option<Arc<dyn ReadLogic>> {
        (kind == "test_net").then(|| self.net.clone() as Arc<dyn ReadLogic>)
    }

    fn ephemeral(&self, _kind: &str) -> Option<Arc<dyn ReadLogic>> {
        None
    }

    fn function(&self, _name: &str) -> Option<Arc<dyn FunctionLogic>> {
        None
    }

    fn names(&self, what: Kind) -> Vec<&str> {
        match what {
            Kind::Resource => vec!["terraform_data", "test_net"],
            Kind::Data => vec!["test_net"],
            Kind::Ephemeral | Kind::Function => Vec::new(),
        }
    }
}

pub(crate) fn provider() -> Provider {
    Provider::builtin("terraform")
}

pub(crate) fn catalog() -> Catalog {
    let any = |name: &'static str, settable| Attribute::new(name, Type::DYNAMIC, settable);
    let data = Block::new(
        vec![
            Attribute::new("id", Type::STRING, Settable::COMPUTED),
            any("input", Settable::OPTIONAL),
            any("output", Settable::COMPUTED),
            any("triggers_replace", Settable::OPTIONAL),
        ],
        vec![],
    );
    let port = || Attribute::new("port", Type::NUMBER, Settable::REQUIRED);
    let key = || Attribute::new("key", Type::STRING, Settable::OPTIONAL).sensitive();
    let rule = || Block::new(vec![port(), key()], vec![]);
    let zones = NestedAttributes::new(Nesting::Map, vec![port(), key()]);
    let net = Block::new(
        vec![
            Attribute::new("id", Type::STRING, Settable::COMPUTED).describe("The id."),
            Attribute::new("labels", Type::map(Type::STRING), Settable::OPTIONAL),
            Attribute::new("name", Type::STRING, Settable::REQUIRED).replace(),
            Attribute::new("ranges", Type::list(Type::STRING), Settable::OPTIONAL_COMPUTED),
            Attribute::new("users", Type::set(Type::STRING), Settable::OPTIONAL)
                .deprecated("Use members."),
            Attribute::nested("zones", zones, Settable::OPTIONAL),
        ],
        vec![
            NestedBlock::new("by", Nesting::Map, rule()),
            NestedBlock::new("only", Nesting::Single, rule()),
            NestedBlock::new("rule", Nesting::List, rule()),
            NestedBlock::new("some", Nesting::Set, rule()).times(0, Some(9)),
        ],
    );
    let logic = TestProvider {
        config: Schema::new(0, Block::new(vec![], vec![])),
        data: Arc::new(Logic(Schema::new(0, data))),
        net: Arc::new(Logic(Schema::new(2, net))),
    };
    let mut catalog = Catalog::new();
    catalog.insert(provider(), Entry { version: "1.0.0".to_owned(), logic: Arc::new(logic) });
    catalog
}

/// A value from JSON: `{"$": "unknown"}` is one that is not known, `{"$sensitive": X}` one that is not shown, `{"$set": [..]}`,
/// `{"$list": [..]}` and `{"$map": {..}}` are collections of strings or of what their first element is.
pub(crate) fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::null(Type::DYNAMIC),
        Json::Bool(value) => Value::bool(*value),
        Json::Number(number) => {
            Value::number(wb_core::number::Number::parse(&number.to_string()).unwrap())
        }
        Json::String(text) => Value::string(text),
        Json::Array(elements) => Value::tuple(elements.iter().map(value)),
        Json::Object(object) if object.contains_key("$") => Value::DYNAMIC,
        Json::Object(object) => match object.iter().next() {
            Some((key, inner)) if key == "$sensitive" => value(inner).with_marks(&Marks::SENSITIVE),
            Some((key, Json::Array(elements))) if key == "$set" => {
                let elements: Vec<Value> = elements.iter().map(value).collect();
                Value::set(element_type(elements.first()), elements)
            }
            Some((key, Json::Array(elements))) if key == "$list" => {
                let elements: Vec<Value> = elements.iter().map(value).collect();
                Value::list(element_type(elements.first()), elements)
            }
            Some((key, Json::Object(entries))) if key == "$map" => {
                let entries: Vec<_> = entries.iter().map(|(k, v)| (k, value(v))).collect();
                Value::map(element_type(entries.first().map(|(_, v)| v)), entries)
            }
            _ => Value::object(object.iter().map(|(name, inner)| (name, value(inner)))),
        },
    }
}

fn element_type(first: Option<&Value>) -> Type {
    first.map_or(Type::STRING, Value::ty)
}

/// An object of a test type: attributes that are left out are null, blocks that are left out are empty.
pub(crate) fn object(kind: &str, json: &Json) -> Value {
    if json.is_null() {
        return Value::null(Type::DYNAMIC);
    }
    if json.get("$").is_some() {
        return Value::DYNAMIC;
    }
    let logic = catalog().resource(&provider(), kind).expect("a type of the test catalog");
    let block = &logic.schema().block;
    let given = |name: &str| json.get(name).map(value);
    let attributes = block
        .attributes()
        .iter()
        .map(|a| (&*a.name, given(&a.name).unwrap_or_else(|| Value::null(a.ty()))));
    let blocks = block
        .blocks()
        .iter()
        .map(|b| (&*b.name, given(&b.name).unwrap_or_else(|| b.empty_value())));
    Value::object(attributes.chain(blocks))
}

pub(crate) fn change(address: &str, action: Action, before: &Json, after: &Json) -> Change {
    let object_addr = ObjectAddr::parse(address).unwrap();
    let kind = object_addr.instance.resource.resource.kind.clone();
    Change {
        object: object_addr,
        previous: None,
        provider: ProviderInstance {
            config: ProviderConfig::root(provider()),
            key: wb_core::addr::InstanceKey::None,
        },
        action,
        reason: Reason::Plain,
        before: object(&kind, before),
        after: object(&kind, after),
        replace: Vec::new(),
        prior_private: Arc::new([]),
        planned_private: Arc::new([]),
        importing: None,
        needs: Arc::new([]),
        dependencies: Arc::new([]),
        create_before_destroy: false,
        skip_destroy: false,
        schema_version: 0,
    }
}

pub(crate) fn instance(address: &str) -> AbsInstance {
    AbsInstance::parse(address).unwrap()
}

pub(crate) fn output(name: &str, action: Action, before: &Json, after: &Json) -> OutputChange {
    OutputChange {
        name: Arc::from(name),
        action,
        before: value(before),
        after: value(after),
        sensitive: false,
    }
}

pub(crate) fn plan(changes: Vec<Change>) -> Plan {
    Plan {
        mode: Mode::Normal,
        base: Base { lineage: Arc::from("l"), serial: 1, digest: State::default().digest() },
        workspace: Arc::from("default"),
        selection: Selection::default(),
        refreshed: true,
        variables: Vec::new(),
        timestamp: Arc::from("2026-01-02T03:04:05Z"),
        edits: Vec::new(),
        changes,
        drift: Vec::new(),
        outputs: Vec::new(),
        checks: Vec::new(),
        steps: Steps::default(),
        deferred: Vec::new(),
        errored: false,
    }
}

pub(crate) fn attribute_path(name: &str) -> Path {
    Path::new().attr(name)
}

//! Plan files, to and fro.

use std::collections::BTreeMap;

use wb_core::addr::{
    AbsInstance, CheckKind, Checkable, ConfigCheckable, ConfigResource, DeposedKey, ModuleInstance,
    ObjectAddr, ProviderInstance, Target,
};
use wb_core::marks::Marks;
use wb_core::path::Path;
use wb_core::source::{FileId, Span};
use wb_core::ty::Type;
use wb_core::value::Value;
use wb_graph::Builder;
use wb_state::{CheckStatus, Edit};

use super::*;
use crate::{
    Action, Base, Change, CheckBlock, CheckInstance, Deferral, Deferred, Importing, Mode,
    OutputChange, Reason, Selection, Step, StepKind, Steps, VariableValue,
};

fn change() -> Change {
    let instance = |text| AbsInstance::parse(text).unwrap();
    let after = Value::object([
        ("id", Value::unknown(Type::STRING)),
        ("secret", Value::from("hush").with_marks(&Marks::SENSITIVE)),
    ]);
    Change {
        object: ObjectAddr {
            instance: instance("module.m[\"k\"].t.a[0]"),
            deposed: Some(DeposedKey::from_random(7)),
        },
        previous: Some(instance("t.b")),
        provider: ProviderInstance::parse("module.m.provider[\"x/y\"].alias[\"k\"]").unwrap(),
        action: Action::Replace { create_first: true },
        reason: Reason::CannotUpdate,
        before: Value::null(after.ty()),
        after,
        replace: vec![Path::new().attr("list").index(0)],
        prior_private: Arc::from(*b"\0\xff"),
        planned_private: Arc::from([]),
        importing: Some(Importing {
            id: Value::from("i-1"),
            identity: Some(Value::object([("a", Value::TRUE)])),
            generated: Some("resource".into()),
        }),
        needs: Arc::from([instance("t.c")]),
        dependencies: Arc::from([ConfigResource::parse("t.c").unwrap()]),
        create_before_destroy: true,
        skip_destroy: true,
        schema_version: 3,
    }
}

fn plan() -> Plan {
    let mut graph = Builder::new(2);
    graph.edge(0, 1);
    let check = "module.m.check.c";
    Plan {
        mode: Mode::RefreshOnly,
        base: Base { lineage: "l".into(), serial: 4, digest: Digest([9; 32]) },
        workspace: "default".into(),
        selection: Selection {
            targets: vec![Target::parse("module.m").unwrap()],
            excludes: vec![Target::parse("t.a[0]").unwrap()],
            replace: vec![AbsInstance::parse("t.a").unwrap()],
        },
        refreshed: true,
        variables: vec![
            VariableValue { name: "a".into(), value: Some(Value::from(1)), given: true },
            VariableValue { name: "b".into(), value: None, given: false },
        ],
        timestamp: "2026-01-02T03:04:05Z".into(),
        edits: vec![Edit::Outputs(BTreeMap::new())],
        changes: vec![change()],
        drift: vec![Change { action: Action::Update, ..change() }],
        outputs: vec![OutputChange {
            name: "o".into(),
            action: Action::Update,
            before: Value::from("x"),
            after: Value::DYNAMIC,
            sensitive: true,
        }],
        checks: vec![CheckBlock {
            block: ConfigCheckable::parse(CheckKind::Check, check).unwrap(),
            counted: true,
            instances: vec![CheckInstance {
                address: Checkable::parse(CheckKind::Check, "module.m[0].check.c").unwrap(),
                status: CheckStatus::Fail,
                failures: vec!["no".to_owned()],
            }],
        }],
        steps: Steps {
            steps: vec![
                Step { kind: StepKind::Create, change: Some(0) },
                Step { kind: StepKind::Pass, change: None },
            ],
            graph: graph.build(),
        },
        deferred: vec![
            Deferred {
                module: ModuleInstance::ROOT,
                resource: ConfigResource::parse("t.d").unwrap(),
                why: Deferral::NeedsDeferred,
                at: None,
                waits_for: Vec::new(),
            },
            Deferred {
                module: ModuleInstance::parse("module.m[\"k\"]").unwrap(),
                resource: ConfigResource::parse("module.m.t.d").unwrap(),
                why: Deferral::InstancesUnknown,
                at: Some(Span::new(FileId::from_index(0), 1, 3)),
                waits_for: vec![AbsInstance::parse("t.a").unwrap()],
            },
        ],
        errored: false,
    }
}

fn file() -> PlanFile {
    PlanFile {
        writer: "1.2.3".to_owned(),
        state_flag: Some("s.tfstate".to_owned()),
        sources: vec![KeptSource {
            dir: ".".into(),
            name: "a.tf".into(),
            path: "a.tf".into(),
            text: "locals {}".into(),
        }],
        modules: vec![KeptModule { path: "m".to_owned(), dir: "m".into() }],
        reads: vec![
            KeptRead::new("x".to_owned(), Arc::from(*b"text")),
            KeptRead::new("y".to_owned(), vec![0; MOST_KEPT + 1].into()),
        ],
        state: b"{}".to_vec(),
        plan: plan(),
    }
}

#[test]
fn what_is_written_is_read() {
    let file = file();
    let bytes = file.write().unwrap();
    let read = PlanFile::read(&bytes).unwrap();
    // A plan cannot be compared, but it can be shown, and what is shown is all of it.
    assert_eq!(format!("{:?}", read.plan), format!("{:?}", file.plan));
    assert_eq!(read.plan.changes[0].after, file.plan.changes[0].after);
    assert_eq!(read.sources, file.sources);
    assert_eq!(read.modules, file.modules);
    assert!(read.reads == file.reads && read.reads[1].content.is_none());
    assert_eq!((read.writer, read.state_flag), (file.writer, file.state_flag));
    assert_eq!(read.state, file.state);
    assert_eq!(bytes, PlanFile::read(&bytes).unwrap().write().unwrap());
}

#[test]
fn any_damage_is_seen() {
    let bytes = file().write().unwrap();
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x10;
        assert!(PlanFile::read(&damaged).is_err(), "byte {at}");
        assert!(PlanFile::read(&bytes[..at]).is_err(), "cut off at {at}");
    }
}

#[test]
fn what_is_no_plan_says_what_it_is() {
    let why = |bytes: &[u8]| PlanFile::read(bytes).unwrap_err().to_string();
    assert_eq!(why(b"{}"), "it is no plan that wb has saved");
    assert!(why(b"PK\x03\x04rest").contains("Terraform"));
    let mut later = file().write().unwrap();
    later[8] = 2;
    assert!(why(&later).starts_with("it has form 2, and this version of wb reads form 1"));
    let mut file = file();
    file.plan.steps.steps[0].change = Some(9);
    assert_eq!(why(&file.write().unwrap()), "it cannot be read: a step belongs to no change");
}

#[test]
fn secrets_are_not_in_what_is_logged() {
    let mut file = file();
    file.reads.truncate(1);
    assert!(!format!("{file:?}").contains("hush"));
    assert!(!format!("{:?}", file.reads).contains("116"), "the bytes of the text");
}

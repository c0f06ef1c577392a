//! A row for every sentence about what is in the file.

use std::sync::Arc;

use wb_core::addr::{AbsInstance, ConfigResource, ProviderInstance};

use super::*;
use crate::v4::{self, Written};
use crate::{
    Attributes, Edit, Intent, IntentAction, Nonce, OpenId, OpenStep, OpenWhat, RawJson, RunId,
};

fn snapshot(serial: u64, id: u64) -> Snapshot {
    let mut snapshot = Snapshot { serial, ..Snapshot::empty("l", "1.16.0") };
    let object = Object {
        attributes: Attributes::Json(RawJson::new(format!("{{\"id\":{id}}}")).unwrap()),
        dependencies: Arc::new([ConfigResource::parse("t.b").unwrap()]),
        needs: Some(Arc::new([AbsInstance::parse("t.b[3]").unwrap()])),
        ..Object::default()
    };
    let edit = Edit::Put {
        address: ObjectAddr::parse("t.a").unwrap(),
        provider: ProviderInstance::parse("provider[\"x\"]").unwrap(),
        object: Arc::new(object),
    };
    edit.apply(&mut snapshot.state).unwrap();
    snapshot
}

fn written(serial: u64, id: u64, nonce: u128) -> Written {
    v4::write(&snapshot(serial, id), Nonce(nonce)).unwrap()
}

/// As Terraform would have written it: without our member.
fn foreign(serial: u64, id: u64) -> Vec<u8> {
    v4::write_plain(&snapshot(serial, id))
}

fn sidecar(serial: u64, id: u64) -> Sidecar {
    let snapshot = snapshot(serial, id);
    let written = v4::write(&snapshot, Nonce(1)).unwrap();
    Sidecar::read(&Sidecar::write(&snapshot, snapshot.state.digest(), &written)).unwrap()
}

fn verdict(bytes: Vec<u8>, sidecar: Option<&Sidecar>) -> String {
    let file = v4::read(bytes).unwrap();
    match judge(&file, sidecar, None) {
        Ok(verdict) => format!("{verdict:?}"),
        Err(refusal) => {
            assert!(!refusal.help().is_empty());
            format!("{refusal:?}").split([' ', '{']).next().unwrap_or_default().to_owned()
        }
    }
}

#[test]
fn every_sentence() {
    let known = sidecar(5, 1);
    let known = Some(&known);
    let damaged = |serial, id| {
        let text = String::from_utf8(written(serial, id, 1).bytes).unwrap();
        text.replace(&format!("\"id\": {id}"), "\"id\": 99").into_bytes()
    };
    let rows = [
        // Member, sum right: S > K or no sidecar, accepted.
        (written(6, 2, 1).bytes, known, "Ours"),
        (written(5, 1, 1).bytes, None, "Ours"),
        // S = K, accepted if the digest is equal, else refused.
        (written(5, 1, 1).bytes, known, "Ours"),
        (written(5, 1, 2).bytes, known, "Ours"),
        (written(5, 2, 2).bytes, known, "Fork"),
        // S < K, refused.
        (written(4, 1, 1).bytes, known, "Older"),
        // Member, sum wrong: damage, whatever the serial.
        (damaged(4, 1), known, "Damaged"),
        (damaged(5, 1), known, "Damaged"),
        (damaged(6, 1), None, "Damaged"),
        // No member: S > K or no sidecar, foreign.
        (foreign(6, 2), known, "Foreign"),
        (foreign(5, 1), None, "Foreign"),
        // S = K, accepted if the digest is equal, else refused.
        (foreign(5, 1), known, "Rewritten"),
        (foreign(5, 2), known, "ForeignFork"),
        // S < K, refused.
        (foreign(4, 1), known, "Older"),
    ];
    for (i, (bytes, sidecar, want)) in rows.into_iter().enumerate() {
        assert_eq!(verdict(bytes, sidecar), want, "row {i}");
    }
}

#[test]
fn another_lineage_is_refused() {
    let file = v4::read(written(9, 1, 1).bytes).unwrap();
    let other = Sidecar { lineage: "m".into(), ..sidecar(5, 1) };
    assert!(matches!(judge(&file, Some(&other), None), Err(Refusal::Lineage { .. })));
    assert!(matches!(judge(&file, None, Some("m")), Err(Refusal::Lineage { .. })));
    assert_eq!(judge(&file, None, Some("l")), Ok(Verdict::Ours));
}

#[test]
fn after_a_foreign_write_open_steps_stay_and_dependencies_of_unchanged_objects() {
    let intent = Intent {
        action: IntentAction::Delete,
        address: ObjectAddr::parse("t.z").unwrap(),
        provider: ProviderInstance::parse("provider[\"x\"]").unwrap(),
        schema_version: 0,
        token: "k".into(),
        prior: None,
        config: RawJson::null(),
        unknown: Vec::new(),
        provider_config: RawJson::null(),
        target: std::collections::BTreeMap::new(),
        dependencies: Arc::new([]),
        needs: Arc::new([]),
        create_before_destroy: false,
        deposes: None,
        absent_before: false,
        sensitive: Vec::new(),
        provisions: false,
    };
    let mut ours = snapshot(5, 1);
    ours.open.push(OpenStep {
        id: OpenId { run: RunId(1), step: 2 },
        since: "2026-01-01T00:00:00Z".into(),
        why: "x".into(),
        what: OpenWhat::Uncertain(Box::new(intent)),
    });
    ours.folded.insert(RunId(1), 7);
    let written = v4::write(&ours, Nonce(1)).unwrap();
    let sidecar = Sidecar::read(&Sidecar::write(&ours, ours.state.digest(), &written)).unwrap();
    for (id, kept) in [(1, true), (2, false)] {
        let mut file = v4::read(foreign(6, id)).unwrap().snapshot;
        carry_over(&mut file, &sidecar);
        assert_eq!((&file.open, &file.folded), (&ours.open, &ours.folded));
        let (_, object) = file.state.objects().next().unwrap();
        assert_eq!(object.needs.is_some(), kept);
    }
}

#[test]
fn a_damaged_sidecar_is_noticed() {
    let snapshot = snapshot(5, 1);
    let written = v4::write(&snapshot, Nonce(1)).unwrap();
    let bytes = Sidecar::write(&snapshot, snapshot.state.digest(), &written);
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 4;
        assert!(Sidecar::read(&damaged).is_err(), "byte {at}");
    }
    assert!(Sidecar::read(&[]).is_err());
}

#[test]
fn what_a_fork_lacks_is_listed() {
    let known = snapshot(5, 1).state;
    assert_eq!(lacking(&snapshot(5, 2).state, &known), ["t.a differs"]);
    assert_eq!(lacking(&State::default(), &known), ["t.a is not in it"]);
    assert!(lacking(&known, &known).is_empty());
}

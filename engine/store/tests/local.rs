//! What the local stores do when nothing goes wrong, and what they refuse.

use std::path::{Path, PathBuf};

use wb_store::choice::{Choice, Record, choose, probe};
use wb_store::{Begin, CommitInfo, Content, Disk as _, Place, Store as _, StoreError, Workspaces};
use wb_testkit::disk::SimDisk;
use wb_testkit::torture::{Ledger, Scenario, act};

#[test]
fn an_apply_costs_few_syncs() {
    let count = |scenario: &Scenario| {
        let disk = scenario.disk();
        act(scenario, &disk, &mut Ledger::default()).unwrap();
        let first = disk.syncs();
        act(scenario, &disk, &mut Ledger::default()).unwrap();
        let second = disk.syncs();
        (second.0 - first.0, second.1 - first.1)
    };
    // Two runs with four batches each: a journal's head, four batches, a snapshot; of folders, a journal's name, a
    // snapshot's, and what earlier runs removed.
    assert_eq!(count(&Scenario::embedded()), (2 * (1 + 4 + 1), 2 * 3));
    // The file store also has `next`, the file itself and the sidecar.
    assert_eq!(count(&Scenario::file(None)), (2 * (1 + 4 + 4), 2 * 5));
}

#[test]
fn one_holds_the_lock_and_the_other_is_told_who() {
    for scenario in [Scenario::embedded(), Scenario::file(None)] {
        let disk = scenario.disk();
        let mut first = scenario.store(&disk, 1);
        let mut second = scenario.store(&disk, 2);
        let info = first.lock("OperationTypeApply").unwrap();
        match second.lock("OperationTypeApply") {
            Err(StoreError::Held { holder: Some(holder), .. }) => assert_eq!(*holder, info),
            other => panic!("{other:?}"),
        }
        assert_eq!(second.load().unwrap().holder.as_ref(), Some(&info));
        assert!(matches!(second.force_unlock(&info.id), Err(StoreError::Held { .. })));
        first.check_lock().unwrap();
        first.unlock().unwrap();
        second.lock("OperationTypeApply").unwrap();
        assert!(matches!(first.check_lock(), Err(StoreError::NotLocked)));
    }
}

#[test]
fn a_lock_that_another_has_taken_fences() {
    let scenario = Scenario::embedded();
    let disk = scenario.disk();
    let mut store = scenario.store(&disk, 1);
    store.lock("OperationTypeApply").unwrap();
    let path = Path::new(".wb/state/default/lock.info");
    let text = String::from_utf8(disk.read(path).unwrap()).unwrap();
    disk.place(path, text.replace("\"ID\":\"", "\"ID\":\"other").as_bytes());
    assert!(matches!(store.check_lock(), Err(StoreError::Fenced { .. })));
    let commit = store.commit(Content::Runs { own: None }, &CommitInfo::default());
    assert!(matches!(commit, Err(StoreError::Fenced { .. })));
}

#[test]
fn a_live_run_is_left_alone_and_a_dead_one_is_folded() {
    let scenario = Scenario::embedded();
    let disk = scenario.disk();
    let mut store = scenario.store(&disk, 1);
    store.lock("OperationTypeApply").unwrap();
    let loaded = store.load().unwrap();
    let info = CommitInfo::default();
    let log = store.begin(Begin { loaded: &loaded, writer: "0.1.0", info: &info }).unwrap();
    let seen = scenario.store(&disk, 2).load().unwrap();
    assert_eq!((seen.runs.len(), &seen.runs[0].folded), (1, &None));
    drop(log);
    let seen = scenario.store(&disk, 2).load().unwrap();
    assert!(seen.runs[0].folded.is_some());
}

#[test]
fn two_applies_at_once_lose_nothing_without_a_lock() {
    for mut scenario in [Scenario::embedded(), Scenario::file(None)] {
        scenario.lock = false;
        let disk = scenario.disk();
        let mut ledgers = [Ledger::default(), Ledger::default()];
        // The second begins on what the first found, and both commit.
        act(&scenario, &disk, &mut ledgers[0]).unwrap();
        act(&scenario, &disk, &mut ledgers[1]).unwrap();
        for ledger in &ledgers {
            wb_testkit::torture::verify(&scenario, &disk.after_kill(), ledger).unwrap();
        }
    }
}

#[test]
fn history_keeps_the_last_snapshots_byte_for_byte() {
    let scenario = Scenario::embedded();
    let disk = scenario.disk();
    for _ in 0..3 {
        act(&scenario, &disk, &mut Ledger::default()).unwrap();
    }
    let mut store = scenario.store(&disk, 9);
    let entries = store.history().unwrap();
    let serials: Vec<u64> = entries.iter().map(|e| e.serial).collect();
    assert_eq!(serials, [4, 5, 6]);
    assert_eq!(entries[0].info.command, "apply");
    for serial in serials {
        let bytes = store.history_bytes(serial).unwrap();
        let file = wb_state::v4::read(bytes).unwrap();
        assert!(matches!(file.trust, wb_state::v4::Trust::Ours { .. }));
        assert_eq!(file.snapshot.serial, serial);
    }
    assert!(matches!(store.history_bytes(1), Err(StoreError::NoSnapshot { serial: 1 })));
}

#[test]
fn a_state_that_is_gone_is_never_an_empty_one() {
    for scenario in [Scenario::embedded(), Scenario::file(None)] {
        let disk = scenario.disk();
        act(&scenario, &disk, &mut Ledger::default()).unwrap();
        match &scenario.place {
            Place::File(path) => disk.place(path, b""),
            Place::Embedded(_) => {
                let dir = PathBuf::from(".wb/state/default/history");
                for name in disk.list(&dir).unwrap() {
                    disk.remove(&dir.join(name)).unwrap();
                }
            }
        }
        let error = scenario.store(&disk, 5).load().unwrap_err();
        assert!(matches!(error, StoreError::Gone { .. }), "{error}");
        assert!(error.help().is_some());
    }
}

#[test]
fn damage_is_refused_with_the_newest_good_snapshot() {
    let scenario = Scenario::file(None);
    let disk = scenario.disk();
    act(&scenario, &disk, &mut Ledger::default()).unwrap();
    let path = Path::new("terraform.tfstate");
    let good = disk.read(path).unwrap();
    for at in (0..good.len()).step_by(7) {
        let mut bad = good.clone();
        bad[at] ^= 1;
        disk.place(path, &bad);
        let error = scenario.store(&disk, 5).load().unwrap_err();
        let said = format!("{error} {}", error.help().unwrap_or_default());
        assert!(said.contains("serial 2"), "byte {at}: {said}");
        assert_eq!(disk.read(path).unwrap(), bad);
    }
}

#[test]
fn an_emptied_journal_is_no_run_that_never_began() {
    let scenario = Scenario::embedded();
    let disk = scenario.disk();
    let mut store = scenario.store(&disk, 1);
    store.lock("OperationTypeApply").unwrap();
    let loaded = store.load().unwrap();
    let info = CommitInfo::default();
    drop(store.begin(Begin { loaded: &loaded, writer: "0.1.0", info: &info }).unwrap());
    let dir = Path::new(".wb/state/default/journals");
    let path = dir.join(&disk.list(dir).unwrap()[0]);
    for bytes in [&b""[..], &[0; 100]] {
        disk.place(&path, bytes);
        let error = scenario.store(&disk, 2).load().unwrap_err();
        assert!(matches!(error, StoreError::Journal { .. }), "{error}");
        assert!(error.help().is_some());
    }
    // What was never given its name is a run that did not begin.
    disk.rename(&path, &path.with_extension("new")).unwrap();
    let seen = scenario.store(&disk, 2).load().unwrap();
    assert!(seen.runs.iter().all(|run| run.folded.is_none()));
    store.commit(Content::Runs { own: None }, &info).unwrap();
    assert_eq!(disk.list(dir).unwrap(), [] as [String; 0]);
}

#[test]
fn workspaces_are_apart_and_can_be_removed() {
    let disk = SimDisk::new();
    let workspaces = Workspaces::Embedded(PathBuf::new());
    let mut scenario = Scenario::embedded();
    act(&scenario, &disk, &mut Ledger::default()).unwrap();
    scenario.place = workspaces.place("dev");
    assert_eq!(workspaces.list(&disk).unwrap(), ["default"]);
    let files = Workspaces::Files {
        default: "terraform.tfstate".into(),
        others: "terraform.tfstate.d".into(),
    };
    scenario.place = files.place("dev");
    act(&scenario, &disk, &mut Ledger::default()).unwrap();
    assert_eq!(files.list(&disk).unwrap(), ["default", "dev"]);
    files.remove(&disk, "dev").unwrap();
    assert_eq!(files.list(&disk).unwrap(), ["default"]);
    assert!(matches!(files.remove(&disk, "default"), Err(StoreError::Workspace { .. })));
}

#[test]
fn the_record_outlives_the_choice() {
    let disk = SimDisk::new();
    let folder = Path::new("");
    assert_eq!(choose(&probe(&disk, folder, "default").unwrap()), Ok(Choice::Embedded));
    Record::Embedded { lineage: "l".into() }.write(&disk, folder).unwrap();
    disk.place("terraform.tfstate.backup", b"");
    assert_eq!(choose(&probe(&disk, folder, "default").unwrap()), Ok(Choice::Embedded));
    disk.remove(Path::new(".wb/store")).unwrap();
    let found = probe(&disk, folder, "default").unwrap();
    assert!(matches!(choose(&found), Ok(Choice::File { because_found: true, .. })));
}

//! The store in a bucket: what a commit costs, and that nothing is lost whatever becomes of the machine, the network and
//! the lock.

use std::time::Duration;

use wb_state::verdict::Verdict;
use wb_store::{Begin, CommitInfo, Content, Store as _, StoreError};
use wb_testkit::bucket::Mishap;
use wb_testkit::stores::{InBucket, Stores as _};
use wb_testkit::torture::{Ledger, two_applies, verify_any};

const KEY: &str = "a/terraform.tfstate";

/// The requests of the whole scenario, and its bucket.
fn undisturbed() -> InBucket {
    let stores = InBucket::on_one_machine();
    two_applies(&mut stores.store("default", true), &mut Ledger::default()).unwrap();
    stores
}

fn verify(stores: &InBucket, ledger: &Ledger) -> Result<(), String> {
    verify_any(ledger, false, &mut || stores.open("default", true))?;
    let left = stores.bucket.keys();
    let expected = |key: &String| {
        key == KEY
            || *key == format!("{KEY}.wb/meta")
            || key.starts_with("a/terraform.tfstate.wb/history/")
    };
    match left.iter().find(|key| !expected(key)) {
        Some(key) => Err(format!("{key} is left")),
        None => Ok(()),
    }
}

#[test]
fn requests_are_few() {
    let stores = undisturbed();
    let before = stores.bucket.log().len();
    let mut store = stores.store("default", true);
    let loaded = store.load().unwrap();
    assert_eq!(
        stores.bucket.log().len() - before,
        2,
        "a plan reads the state and lists what is beside it"
    );

    let before = stores.bucket.log().len();
    store.lock("OperationTypeApply").unwrap();
    store.load().unwrap();
    store.unlock().unwrap();
    assert_eq!(stores.bucket.log().len() - before, 4, "an apply of nothing");

    let before = stores.bucket.log().len();
    let info = CommitInfo::default();
    store.lock("OperationTypeApply").unwrap();
    store.load().unwrap();
    let log = store.begin(Begin { loaded: &loaded, writer: "0.1.0", info: &info }).unwrap();
    let own = Some(log.run());
    drop(log);
    store.commit(Content::Runs { own }, &info).unwrap();
    store.unlock().unwrap();
    let log = stores.bucket.log().split_off(before);
    assert!(log.len() <= 9, "{log:#?}");
}

#[test]
fn a_kill_at_any_request_loses_nothing() {
    for mishap in [Mishap::CutOff, Mishap::LastWords] {
        for at in 1..=undisturbed().bucket.log().len() {
            let stores = InBucket::on_one_machine();
            stores.bucket.arm(at, mishap);
            let mut ledger = Ledger::default();
            // Tidying up at the end may fail without a word: what is left is folded.
            let _ = two_applies(&mut stores.store("default", true), &mut ledger);
            let log = stores.bucket.log();
            stores.bucket.disarm();
            // The same machine knows at once that the holder is dead. A lock that nobody has signed for must run out.
            if stores.open("default", true).lock("OperationTypeApply").is_err() {
                stores.bucket.pass(Duration::from_secs(61));
            }
            verify(&stores, &ledger)
                .unwrap_or_else(|e| panic!("{mishap:?} at {}: {e}", log[at - 1]));
        }
    }
}

#[test]
fn a_machine_that_is_lost_at_any_request_loses_nothing() {
    for mishap in [Mishap::CutOff, Mishap::LastWords] {
        for at in 1..=undisturbed().bucket.log().len() {
            let stores = InBucket::on_many_machines();
            stores.bucket.arm(at, mishap);
            let mut ledger = Ledger::default();
            // Tidying up at the end may fail without a word: what is left is folded.
            let _ = two_applies(&mut stores.store("default", true), &mut ledger);
            let log = stores.bucket.log();
            stores.bucket.disarm();
            stores.bucket.pass(Duration::from_secs(61));
            verify(&stores, &ledger)
                .unwrap_or_else(|e| panic!("{mishap:?} at {}: {e}", log[at - 1]));
        }
    }
}

#[test]
fn a_request_or_reply_that_is_lost_is_no_failure() {
    for mishap in [Mishap::Lost, Mishap::ReplyLost] {
        for at in 1..=undisturbed().bucket.log().len() {
            let stores = InBucket::on_one_machine();
            stores.bucket.arm(at, mishap);
            let mut ledger = Ledger::default();
            let done = two_applies(&mut stores.store("default", true), &mut ledger);
            let what = stores.bucket.log()[at - 1].clone();
            done.unwrap_or_else(|e| panic!("{mishap:?} at {what}: {e}"));
            stores.bucket.disarm();
            verify(&stores, &ledger).unwrap_or_else(|e| panic!("{mishap:?} at {what}: {e}"));
        }
    }
}

#[test]
fn a_lock_is_taken_over_after_a_minute_without_a_sign_of_life_and_its_holder_is_fenced() {
    let stores = InBucket::on_many_machines();
    let mut first = stores.store("default", true);
    let mut second = stores.store("default", true);
    let old = first.lock("OperationTypeApply").unwrap();
    let loaded = first.load().unwrap();
    stores.bucket.pass(Duration::from_secs(59));
    assert!(matches!(second.lock("OperationTypeApply"), Err(StoreError::Held { .. })));
    // It lives, and renews at the lock what it let run out.
    first.check_lock().unwrap();
    stores.bucket.pass(Duration::from_secs(59));
    assert!(matches!(second.lock("OperationTypeApply"), Err(StoreError::Held { .. })));
    stores.bucket.pass(Duration::from_secs(1));
    let new = second.lock("OperationTypeApply").unwrap();
    assert_ne!(old.id, new.id);
    assert_eq!(new.info, "wb epoch 1 renewed 0");
    let fenced = |error| matches!(error, StoreError::Fenced { .. });
    assert!(fenced(first.check_lock().unwrap_err()));
    let info = CommitInfo::default();
    let begin = Begin { loaded: &loaded, writer: "0.1.0", info: &info };
    assert!(fenced(first.begin(begin).unwrap_err()));
    assert!(fenced(first.commit(Content::Runs { own: None }, &info).unwrap_err()));
    first.unlock().unwrap();
    second.check_lock().unwrap();
    second.unlock().unwrap();
    assert!(stores.bucket.keys().is_empty());
}

#[test]
fn the_lock_of_another_program_is_never_taken_over() {
    let stores = InBucket::on_one_machine();
    let theirs = br#"{"ID":"x","Operation":"OperationTypeApply","Info":"","Who":"a@b","Version":"1.11.4","Created":"2026-01-01T00:00:00Z","Path":"bucket/a/terraform.tfstate"}"#;
    stores.bucket.place("a/terraform.tfstate.tflock", theirs);
    stores.bucket.pass(Duration::from_secs(100_000));
    let mut store = stores.store("default", true);
    let refused = store.lock("OperationTypeApply").unwrap_err();
    assert!(
        refused.to_string().contains("a@b (Apply, since 2026-01-01T00:00:00Z, ID x)"),
        "{refused}"
    );
    assert!(refused.help().unwrap().contains("wb force-unlock x"));
    store.force_unlock("x").unwrap();
    store.lock("OperationTypeApply").unwrap();
}

#[test]
fn a_lock_that_nobody_can_read_is_held() {
    let stores = InBucket::on_one_machine();
    stores.bucket.place("a/terraform.tfstate.tflock", b"{");
    stores.bucket.pass(Duration::from_secs(100_000));
    let refused = stores.store("default", true).lock("OperationTypeApply").unwrap_err();
    assert!(matches!(refused, StoreError::Held { holder: None, .. }));
}

#[test]
fn a_server_that_ignores_conditions_is_refused_unless_the_user_knows() {
    let stores = InBucket::on_one_machine();
    stores.bucket.ignore_conditions();
    let mut store = stores.store("default", true);
    store.lock("OperationTypeApply").unwrap();
    let refused = store.load().unwrap_err();
    assert!(matches!(refused, StoreError::Unconditional { .. }), "{refused}");
    assert!(refused.help().unwrap().contains("WB_S3_IGNORE_CONDITIONS"));
    store.unlock().unwrap();
    assert!(stores.bucket.keys().is_empty());
}

#[test]
fn what_another_program_wrote_is_gone_on_from_and_kept() {
    let stores = InBucket::on_one_machine();
    two_applies(&mut stores.store("default", true), &mut Ledger::default()).unwrap();
    let ours = String::from_utf8(stores.bucket.bytes(KEY).unwrap()).unwrap();
    let theirs = ours
        .split_once(",\n  \"wb\"")
        .map(|(before, _)| format!("{before}\n}}\n"))
        .unwrap()
        .replace("\"serial\": 2", "\"serial\": 3");
    stores.bucket.place(KEY, theirs.as_bytes());
    let mut store = stores.store("default", true);
    assert_eq!(store.load().unwrap().verdict, Some(Verdict::Foreign));
    let mut ledger = Ledger::default();
    two_applies(&mut store, &mut ledger).unwrap();
    verify(&stores, &ledger).unwrap();
    let serials: Vec<u64> = store.history().unwrap().iter().map(|e| e.serial).collect();
    assert_eq!(serials, [3, 4, 5]);
    assert_eq!(store.history_bytes(3).unwrap(), theirs.as_bytes());
}

#[test]
fn a_state_that_is_gone_is_never_an_empty_one() {
    let stores = undisturbed();
    stores.bucket.place(KEY, b"");
    let error = stores.store("default", true).load().unwrap_err();
    assert!(matches!(error, StoreError::Gone { .. }), "{error}");
    assert!(error.help().unwrap().contains("serial 2"));
}

#[test]
fn an_older_copy_that_was_put_back_is_refused() {
    let stores = undisturbed();
    let old = stores.store("default", true).history_bytes(1).unwrap();
    stores.bucket.place(KEY, &old);
    let error = stores.store("default", true).load().unwrap_err();
    assert!(matches!(error, StoreError::Refused { .. }), "{error}");
    assert_eq!(stores.bucket.bytes(KEY).unwrap(), old);
}

#[test]
fn damage_is_refused_with_the_newest_good_snapshot() {
    let stores = undisturbed();
    let good = stores.bucket.bytes(KEY).unwrap();
    for at in (0..good.len()).step_by(7) {
        let mut bad = good.clone();
        bad[at] ^= 1;
        stores.bucket.place(KEY, &bad);
        let error = stores.store("default", true).load().unwrap_err();
        let said = format!("{error} {}", error.help().unwrap_or_default());
        assert!(said.contains("serial 2"), "byte {at}: {said}");
    }
}

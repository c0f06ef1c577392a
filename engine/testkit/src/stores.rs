//! What every store does, whatever it is made of: one suite, run on each of them.
//!
//! A [`Stores`] opens stores as processes would; [`store_conformance!`](crate::store_conformance) makes a test of each
//! check.

use std::cell::Cell;
use std::fmt::Debug;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use wb_core::addr::ObjectAddr;
use wb_state::journal::{Record, StepResult};
use wb_state::{Attributes, Edit, Object, OpenWhat, RawJson, v4};
use wb_store::remote::{Keys, PREFIX, Remote, RemoteOptions, RemoteStore};
use wb_store::{
    Begin, CommitInfo, Content, Loaded, LocalStore, Options, RunLog, Store, StoreError, Workspaces,
};

use crate::bucket::SimBucket;
use crate::disk::SimDisk;
use crate::torture::{Sealing, Seeded, instance, intent, object, provider};

/// A stack's stores, new and empty. They keep three snapshots.
pub trait Stores: Debug {
    /// A workspace's store, as a new process opens it.
    fn open(&self, workspace: &str, lock: bool) -> Box<dyn Store>;

    /// All workspaces.
    ///
    /// # Errors
    /// Where they cannot be listed.
    fn list(&self) -> Result<Vec<String>, StoreError>;

    /// So much time passes that a holder or a run of which nothing is heard is known to be dead, where that takes time.
    fn wait_for_the_dead(&self) {}

    /// Removes a workspace.
    ///
    /// # Errors
    /// Where it cannot be removed.
    fn remove(&self, workspace: &str) -> Result<(), StoreError>;
}

/// The stores of one disk.
#[derive(Debug)]
pub struct Local {
    disk: SimDisk,
    workspaces: Workspaces,
    processes: Cell<u64>,
    sealing: Sealing,
}

impl Local {
    #[must_use]
    pub fn embedded() -> Self {
        Self::of(Workspaces::Embedded(PathBuf::new()))
    }

    #[must_use]
    pub fn file() -> Self {
        Self::of(Workspaces::Files {
            default: PathBuf::from("terraform.tfstate"),
            others: PathBuf::from("terraform.tfstate.d"),
        })
    }

    fn of(workspaces: Workspaces) -> Self {
        Self {
            disk: SimDisk::new(),
            workspaces,
            processes: Cell::new(0),
            sealing: Sealing::Nothing,
        }
    }

    /// The same, encrypted.
    #[must_use]
    pub fn sealed(self) -> Self {
        Self { sealing: Sealing::Everything, ..self }
    }
}

impl Stores for Local {
    fn open(&self, workspace: &str, lock: bool) -> Box<dyn Store> {
        self.processes.set(self.processes.get() + 1);
        let options = Options {
            place: self.workspaces.place(workspace),
            workspace: workspace.to_owned(),
            lock,
            history: 3,
            lineage: None,
            terraform_version: "1.16.0".into(),
            who: "me@here".into(),
            cipher: self.sealing.cipher(),
        };
        let ambient = Box::new(Seeded(self.processes.get()));
        Box::new(LocalStore::new(Arc::new(self.disk.clone()), ambient, options))
    }

    fn list(&self) -> Result<Vec<String>, StoreError> {
        self.workspaces.list(&self.disk)
    }

    fn remove(&self, workspace: &str) -> Result<(), StoreError> {
        self.workspaces.remove(&self.disk, workspace)
    }
}

/// The stores of one bucket.
#[derive(Debug)]
pub struct InBucket {
    pub bucket: SimBucket,
    /// The disk of the one machine that all processes run on; nothing where each has a machine of its own.
    disk: Option<SimDisk>,
    processes: Cell<u64>,
    sealing: Sealing,
}

impl InBucket {
    #[must_use]
    pub fn on_one_machine() -> Self {
        Self { disk: Some(SimDisk::new()), ..Self::on_many_machines() }
    }

    #[must_use]
    pub fn on_many_machines() -> Self {
        Self {
            bucket: SimBucket::new(),
            disk: None,
            processes: Cell::new(0),
            sealing: Sealing::Nothing,
        }
    }

    /// The same, encrypted.
    #[must_use]
    pub fn sealed(self) -> Self {
        Self { sealing: Sealing::Everything, ..self }
    }

    /// Where the states are.
    #[must_use]
    pub fn remote(&self) -> Remote {
        Remote {
            bucket: Arc::new(self.bucket.clone()),
            clock: Arc::new(self.bucket.clone()),
            keys: Keys { key: "a/terraform.tfstate".to_owned(), prefix: PREFIX.to_owned() },
            folder: PathBuf::new(),
            retries: 2,
            ignores_conditions: false,
            background: false,
        }
    }

    /// A workspace's store, as a new process opens it.
    #[must_use]
    pub fn store(&self, workspace: &str, lock: bool) -> RemoteStore {
        self.processes.set(self.processes.get() + 1);
        let options = RemoteOptions {
            workspace: workspace.to_owned(),
            lock,
            history: 3,
            terraform_version: "1.16.0".into(),
            who: "me@here".into(),
            cipher: self.sealing.cipher(),
        };
        let disk = self.disk.clone().unwrap_or_default();
        let ambient = Box::new(Seeded(self.processes.get()));
        self.remote().open(Arc::new(disk), ambient, options)
    }
}

impl Stores for InBucket {
    fn open(&self, workspace: &str, lock: bool) -> Box<dyn Store> {
        Box::new(self.store(workspace, lock))
    }

    fn list(&self) -> Result<Vec<String>, StoreError> {
        self.remote().list()
    }

    fn wait_for_the_dead(&self) {
        if self.disk.is_none() {
            self.bucket.pass(Duration::from_secs(61));
        }
    }

    fn remove(&self, workspace: &str) -> Result<(), StoreError> {
        self.remote().remove(&self.disk.clone().unwrap_or_default(), workspace)
    }
}

const APPLY: &str = "OperationTypeApply";

fn info() -> CommitInfo {
    CommitInfo { who: "me@here".into(), command: "apply".into(), plan: None }
}

fn put(name: &str, id: u64) -> Edit {
    let address = ObjectAddr::parse(name).expect("a check's names are addresses");
    Edit::Put { address, provider: provider(), object: object(id) }
}

fn result(step: u64, name: &str, id: u64) -> Record {
    let effect = Some(put(name, id));
    Record::Result(Box::new(StepResult {
        step,
        before: vec![],
        effect,
        error: None,
        closes: vec![],
    }))
}

fn begin(store: &mut dyn Store, loaded: &Loaded) -> Box<dyn RunLog> {
    store.begin(Begin { loaded, writer: "0.1.0", info: &info() }).expect("a run begins")
}

/// A run that makes one object, on what was loaded.
fn make(store: &mut dyn Store, loaded: &Loaded, name: &str, id: u64) {
    assert!(run(store, loaded, name, id), "nobody else has folded the run");
}

/// The same; says whether this commit wrote something.
fn run(store: &mut dyn Store, loaded: &Loaded, name: &str, id: u64) -> bool {
    let mut log = begin(store, loaded);
    log.append(&Record::Started { step: 1, intent: Box::new(intent(name)) });
    log.flush(1024).expect("an intent is durable");
    log.append(&result(1, name, id));
    log.append(&Record::End { complete: true });
    log.flush(0).expect("a result is durable");
    let run = log.run();
    drop(log);
    store.commit(Content::Runs { own: Some(run) }, &info()).expect("a run is committed").written
}

/// A whole apply with its lock.
fn apply(stores: &dyn Stores, workspace: &str, name: &str, id: u64) {
    let mut store = stores.open(workspace, true);
    store.lock(APPLY).expect("the lock is free");
    let loaded = store.load().expect("the state can be read");
    make(&mut *store, &loaded, name, id);
    store.unlock().expect("the lock is ours");
}

fn has(loaded: &Loaded, name: &str) -> bool {
    loaded.snapshot.state.instance(&instance(name)).is_some()
}

fn load(stores: &dyn Stores, workspace: &str) -> Loaded {
    stores.open(workspace, true).load().expect("the state can be read")
}

pub fn begins_empty_and_keeps_what_is_committed(stores: &dyn Stores) {
    let first = load(stores, "default");
    assert_eq!((first.snapshot.serial, first.verdict), (0, None));
    assert!(first.runs.is_empty() && first.holder.is_none());
    apply(stores, "default", "t.a", 1);
    let lineage = load(stores, "default").snapshot.lineage;
    apply(stores, "default", "t.b", 2);
    let loaded = load(stores, "default");
    assert_eq!((loaded.snapshot.serial, &loaded.snapshot.lineage), (2, &lineage));
    assert!(has(&loaded, "t.a") && has(&loaded, "t.b"));
    assert!(loaded.runs.is_empty(), "{:?}", loaded.runs);
}

pub fn a_commit_of_nothing_writes_nothing(stores: &dyn Stores) {
    apply(stores, "default", "t.a", 1);
    let mut store = stores.open("default", true);
    store.lock(APPLY).unwrap();
    store.load().unwrap();
    let done = store.commit(Content::Runs { own: None }, &info()).unwrap();
    assert!(!done.written);
    assert_eq!(done.snapshot.serial, 1);
    store.unlock().unwrap();
}

pub fn workspaces_are_listed_apart_and_removed(stores: &dyn Stores) {
    assert_eq!(stores.list().unwrap(), ["default"]);
    apply(stores, "default", "t.a", 1);
    apply(stores, "dev", "t.b", 2);
    apply(stores, "de", "t.c", 3);
    assert_eq!(stores.list().unwrap(), ["default", "de", "dev"]);
    let (default, dev) = (load(stores, "default"), load(stores, "dev"));
    assert!(has(&default, "t.a") && !has(&default, "t.b"));
    assert!(has(&dev, "t.b") && !has(&dev, "t.a"));
    assert_ne!(default.snapshot.lineage, dev.snapshot.lineage);
    let mut store = stores.open("dev", true);
    store.lock(APPLY).unwrap();
    stores.open("default", true).lock(APPLY).expect("each workspace has a lock of its own");
    drop(store);
    stores.remove("dev").unwrap();
    assert_eq!(stores.list().unwrap(), ["default", "de"]);
    assert_eq!(load(stores, "dev").verdict, None);
    assert!(has(&load(stores, "de"), "t.c"));
    assert!(matches!(stores.remove("default"), Err(StoreError::Workspace { .. })));
}

pub fn one_holds_the_lock_and_the_other_is_told_who(stores: &dyn Stores) {
    let (mut first, mut second) = (stores.open("default", true), stores.open("default", true));
    assert!(matches!(first.check_lock(), Err(StoreError::NotLocked)));
    let info = first.lock(APPLY).unwrap();
    match second.lock(APPLY) {
        Err(error @ StoreError::Held { .. }) => {
            assert!(error.is_held() && error.to_string().contains(&info.id), "{error}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(second.load().unwrap().holder.map(|h| h.id), Some(info.id));
    first.check_lock().unwrap();
    first.unlock().unwrap();
    second.lock(APPLY).unwrap();
    assert!(matches!(first.check_lock(), Err(StoreError::NotLocked)));
    second.unlock().unwrap();
    assert!(load(stores, "default").holder.is_none());
}

pub fn a_lock_that_was_left_is_removed_by_its_id(stores: &dyn Stores) {
    let mut dead = stores.open("default", true);
    assert!(matches!(dead.force_unlock("x"), Err(StoreError::NotLocked)));
    let info = dead.lock(APPLY).unwrap();
    drop(dead);
    let mut store = stores.open("default", true);
    match store.force_unlock("x") {
        Err(StoreError::OtherLock { held, .. }) => assert_eq!(held, info.id),
        other => panic!("{other:?}"),
    }
    store.force_unlock(&info.id).unwrap();
    assert!(matches!(store.force_unlock(&info.id), Err(StoreError::NotLocked)));
    store.lock(APPLY).unwrap();
    store.unlock().unwrap();
}

pub fn a_commit_on_a_stale_state_loses_nothing(stores: &dyn Stores) {
    apply(stores, "default", "t.a", 1);
    // Both begin on the same state, without a lock.
    let (mut first, mut second) = (stores.open("default", false), stores.open("default", false));
    let (one, two) = (first.load().unwrap(), second.load().unwrap());
    make(&mut *first, &one, "t.b", 2);
    make(&mut *second, &two, "t.c", 3);
    let loaded = load(stores, "default");
    assert!(["t.a", "t.b", "t.c"].iter().all(|name| has(&loaded, name)));
    assert_eq!(loaded.snapshot.serial, 3);
}

pub fn both_results_for_one_instance_are_kept(stores: &dyn Stores) {
    let (mut first, mut second) = (stores.open("default", false), stores.open("default", false));
    let one = first.load().unwrap();
    make(&mut *first, &one, "t.a", 1);
    // The second was planned on what was there before.
    let mut log = begin(&mut *second, &one);
    log.append(&Record::Started { step: 1, intent: Box::new(intent("t.a")) });
    log.append(&result(1, "t.a", 2));
    log.append(&Record::End { complete: true });
    log.flush(0).unwrap();
    let own = Some(log.run());
    drop(log);
    second.commit(Content::Runs { own }, &info()).unwrap();
    let loaded = load(stores, "default");
    assert!(has(&loaded, "t.a"));
    assert!(matches!(loaded.snapshot.open[..], [ref o] if matches!(o.what, OpenWhat::Late(_))));
}

pub fn the_journal_of_a_dead_run_is_replayed(stores: &dyn Stores) {
    let mut dead = stores.open("default", true);
    dead.lock(APPLY).unwrap();
    let loaded = dead.load().unwrap();
    let mut log = begin(&mut *dead, &loaded);
    for (step, name) in [(1, "t.a"), (2, "t.b")] {
        log.append(&Record::Started { step, intent: Box::new(intent(name)) });
    }
    log.flush(1024).unwrap();
    log.append(&result(1, "t.a", 1));
    log.flush(0).unwrap();
    // A run at work is left alone.
    let seen = load(stores, "default");
    assert!(matches!(&seen.runs[..], [run] if run.folded.is_none()), "{:?}", seen.runs);
    assert!(!has(&seen, "t.a"));
    drop((log, dead));
    stores.wait_for_the_dead();
    let seen = load(stores, "default");
    assert!(has(&seen, "t.a"));
    assert_eq!(seen.base.0, 0, "nothing was committed");
    assert_eq!(seen.snapshot.open.len(), 1, "what came of t.b is not known");

    let mut next = stores.open("default", true);
    next.lock(APPLY).expect("the dead holder's lock can be taken");
    next.load().unwrap();
    let done = next.commit(Content::Runs { own: None }, &info()).unwrap();
    assert_eq!(done.runs.len(), 1);
    next.unlock().unwrap();
    let seen = load(stores, "default");
    assert!(seen.runs.is_empty() && has(&seen, "t.a"));
    assert_eq!(seen.snapshot.open.len(), 1);
}

pub fn history_keeps_the_last_snapshots_byte_for_byte(stores: &dyn Stores) {
    for id in 1..=5 {
        apply(stores, "default", "t.a", id);
    }
    let mut store = stores.open("default", true);
    let entries = store.history().unwrap();
    assert_eq!(entries.iter().map(|e| e.serial).collect::<Vec<_>>(), [3, 4, 5]);
    for entry in entries {
        assert_eq!((entry.info, entry.when.is_empty()), (info(), false));
        let file = v4::read(store.history_bytes(entry.serial).unwrap()).unwrap();
        assert!(matches!(file.trust, v4::Trust::Ours { .. }));
        assert_eq!(file.snapshot.serial, entry.serial);
    }
    assert!(matches!(store.history_bytes(1), Err(StoreError::NoSnapshot { serial: 1 })));
}

pub fn another_state_is_put_in_place_with_its_lineage(stores: &dyn Stores) {
    apply(stores, "other", "t.a", 1);
    let other = load(stores, "other").snapshot;
    let replace = |serial, force| Content::Replace {
        state: Box::new(other.state.clone()),
        open: vec![],
        lineage: Some(other.lineage.clone()),
        serial,
        force,
    };
    let mut store = stores.open("default", true);
    store.lock(APPLY).unwrap();
    let first = store.commit(replace(7, false), &info()).unwrap();
    assert_eq!((first.snapshot.serial, &first.snapshot.lineage), (7, &other.lineage));
    store.unlock().unwrap();

    apply(stores, "third", "t.c", 3);
    let mut store = stores.open("third", true);
    store.lock(APPLY).unwrap();
    assert!(matches!(store.commit(replace(1, false), &info()), Err(StoreError::Refused { .. })));
    let forced = store.commit(replace(1, true), &info()).unwrap();
    assert_eq!((forced.snapshot.serial, &forced.snapshot.lineage), (2, &other.lineage));
    store.unlock().unwrap();
    let loaded = load(stores, "third");
    assert!(has(&loaded, "t.a") && !has(&loaded, "t.c"));
}

/// Runs that begin on one state, each with an object of its own, and commit at the same time.
pub fn all_at_once(mut stores: Vec<Box<dyn Store>>) {
    let loaded: Vec<Loaded> =
        stores.iter_mut().map(|store| store.load().expect("the state can be read")).collect();
    // One lineage for all: the first to be drawn.
    let lineage = loaded[0].snapshot.lineage.clone();
    std::thread::scope(|scope| {
        for (i, (store, mut loaded)) in stores.iter_mut().zip(loaded).enumerate() {
            loaded.snapshot.lineage = lineage.clone();
            // Another's commit may have found this run ended, and folded it.
            scope.spawn(move || run(&mut **store, &loaded, &format!("t.n{i}"), i as u64));
        }
    });
}

/// An apply that makes a `terraform_data`, as Terraform would have recorded it.
pub fn apply_data(stores: &dyn Stores, name: &str) {
    let mut store = stores.open("default", true);
    store.lock(APPLY).expect("the lock is free");
    let loaded = store.load().expect("the state can be read");
    let mut log = begin(&mut *store, &loaded);
    let text = "{\"id\":\"x\",\"input\":null,\"output\":null,\"triggers_replace\":null}";
    let attributes = Attributes::Json(RawJson::new(text.to_owned()).expect("it is JSON"));
    let effect = Edit::Put {
        address: ObjectAddr::parse(name).expect("a check's names are addresses"),
        provider: provider(),
        object: Arc::new(Object { attributes, ..Object::default() }),
    };
    log.append(&Record::Changed { edits: vec![effect], closes: vec![] });
    log.append(&Record::End { complete: true });
    log.flush(0).expect("the journal is durable");
    let own = Some(log.run());
    drop(log);
    store.commit(Content::Runs { own }, &info()).expect("a run is committed");
    store.unlock().expect("the lock is ours");
}

/// Gives the names of all checks to a macro, after what else it is to have.
#[macro_export]
macro_rules! each_store_check {
    ([$($then:tt)+] $($make:expr)?) => {
        $($then)+! { $($make;)?
            begins_empty_and_keeps_what_is_committed,
            a_commit_of_nothing_writes_nothing,
            workspaces_are_listed_apart_and_removed,
            one_holds_the_lock_and_the_other_is_told_who,
            a_lock_that_was_left_is_removed_by_its_id,
            a_commit_on_a_stale_state_loses_nothing,
            both_results_for_one_instance_are_kept,
            the_journal_of_a_dead_run_is_replayed,
            history_keeps_the_last_snapshots_byte_for_byte,
            another_state_is_put_in_place_with_its_lineage,
        }
    };
}

/// Makes a test of each check; the expression makes new [`Stores`].
#[macro_export]
macro_rules! store_conformance {
    ($make:expr) => {
        $crate::each_store_check! { [$crate::store_conformance] $make }
    };
    ($make:expr; $($check:ident,)*) => {$(
        #[test]
        fn $check() {
            $crate::stores::$check(&$make);
        }
    )*};
}

//! Runs on a simulated disk, and what must be true after any trouble.
//!
//! [`act`] is two applies with a commit each, as the engine would make them; it writes down in a [`Ledger`] what it was
//! told is durable. [`verify`] asks the disk that is left: every acknowledged result is in the state, every step that had
//! begun is in the state or open. Everything is a function of the scenario, the operation at which trouble begins and the
//! seed of the outcome, so that a failure is replayed by its numbers.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use wb_core::addr::{AbsInstance, ObjectAddr, ProviderInstance};
use wb_crypt::Cipher;
use wb_state::journal::{Record, StepResult};
use wb_state::{Attributes, Edit, Intent, IntentAction, Object, OpenWhat, RawJson};
use wb_store::{
    Ambient, Begin, CommitInfo, Content, Disk as _, LocalStore, Options, Place, RunLog, Store,
    StoreError,
};

use crate::crypt;
use crate::disk::SimDisk;

/// Which store, and what was there before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scenario {
    pub place: Place,
    pub lock: bool,
    /// A state that another program left.
    pub found: Option<Vec<u8>>,
    pub sealing: Sealing,
}

/// What is encrypted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sealing {
    Nothing,
    Everything,
    /// Everything from now on; what is there is not.
    FromNowOn,
}

impl Sealing {
    /// What a process that is started anew encrypts with.
    #[must_use]
    pub fn cipher(self) -> Cipher {
        match self {
            Self::Nothing => Cipher::none(),
            Self::Everything => crypt::cipher(vec![crypt::method(1)]),
            Self::FromNowOn => crypt::cipher(vec![crypt::method(1), crypt::unencrypted()]),
        }
    }
}

impl Scenario {
    #[must_use]
    pub fn embedded() -> Self {
        Self {
            place: Place::Embedded(PathBuf::new()),
            lock: true,
            found: None,
            sealing: Sealing::Nothing,
        }
    }

    #[must_use]
    pub fn file(found: Option<Vec<u8>>) -> Self {
        let place = Place::File(PathBuf::from("terraform.tfstate"));
        Self { place, lock: true, found, sealing: Sealing::Nothing }
    }

    /// The same, encrypted.
    #[must_use]
    pub fn sealed(self, sealing: Sealing) -> Self {
        Self { sealing, ..self }
    }

    /// The disk before the first apply.
    #[must_use]
    pub fn disk(&self) -> SimDisk {
        let disk = SimDisk::new();
        if let (Some(found), Place::File(path)) = (&self.found, &self.place) {
            disk.place(path, found);
        }
        disk
    }

    /// The store, as a new process opens it.
    #[must_use]
    pub fn store(&self, disk: &SimDisk, seed: u64) -> LocalStore {
        let options = Options {
            place: self.place.clone(),
            workspace: "default".into(),
            lock: self.lock,
            history: 3,
            lineage: None,
            terraform_version: "1.16.0".into(),
            who: "me@here".into(),
            cipher: self.sealing.cipher(),
        };
        LocalStore::new(Arc::new(disk.clone()), Box::new(Seeded(seed)), options)
    }
}

/// A clock that stands and numbers that follow from a seed.
#[derive(Debug)]
pub struct Seeded(pub u64);

impl Ambient for Seeded {
    fn random(&mut self) -> u128 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u128::from(self.0) << 64 | u128::from(self.0.rotate_left(29))
    }

    fn now(&mut self) -> String {
        "2026-01-01T00:00:00Z".to_owned()
    }
}

/// What is known of one instance. A value is an object's number; none is no object.
#[derive(Clone, Default, Debug)]
struct Account {
    acknowledged: Option<u64>,
    /// Values that were handed over and not acknowledged.
    maybe: Vec<Option<u64>>,
    /// Whether a step is acknowledged to have begun that has no acknowledged result.
    begun: bool,
}

/// What the store has acknowledged.
#[derive(Clone, Default, Debug)]
pub struct Ledger {
    accounts: BTreeMap<&'static str, Account>,
    begun: Vec<&'static str>,
    results: Vec<(&'static str, Option<u64>)>,
}

impl Ledger {
    fn started(&mut self, log: &mut dyn RunLog, step: u64, name: &'static str) {
        log.append(&Record::Started { step, intent: Box::new(intent(name)) });
        self.begun.push(name);
    }

    fn result(&mut self, log: &mut dyn RunLog, step: u64, name: &'static str, value: Option<u64>) {
        let address = ObjectAddr::parse(name).expect("the scenario's names are addresses");
        let effect = match value {
            None => Edit::Remove { address },
            Some(id) => Edit::Put { address, provider: provider(), object: object(id) },
        };
        log.append(&Record::Result(Box::new(StepResult {
            step,
            before: Vec::new(),
            effect: Some(effect),
            error: None,
            closes: Vec::new(),
        })));
        self.accounts.entry(name).or_default().maybe.push(value);
        self.results.push((name, value));
    }

    fn flush(&mut self, log: &mut dyn RunLog, reserve: usize) -> Result<(), StoreError> {
        log.flush(reserve)?;
        for name in self.begun.drain(..) {
            self.accounts.entry(name).or_default().begun = true;
        }
        for (name, value) in self.results.drain(..) {
            let account = self.accounts.entry(name).or_default();
            *account = Account { acknowledged: value, ..Account::default() };
        }
        Ok(())
    }
}

/// Two applies. What fails is given back at once, as a killed process would leave it.
///
/// # Errors
/// What the store reports.
pub fn act(scenario: &Scenario, disk: &SimDisk, ledger: &mut Ledger) -> Result<(), StoreError> {
    two_applies(&mut scenario.store(disk, 1), ledger)
}

/// The same, with any store.
///
/// # Errors
/// What the store reports.
pub fn two_applies(store: &mut dyn Store, ledger: &mut Ledger) -> Result<(), StoreError> {
    store.lock("OperationTypeApply")?;
    let info = CommitInfo { who: "me@here".into(), command: "apply".into(), plan: None };

    let loaded = store.load()?;
    let mut log = store.begin(Begin { loaded: &loaded, writer: "0.1.0", info: &info })?;
    ledger.started(&mut *log, 1, "t.a");
    ledger.started(&mut *log, 2, "t.b");
    ledger.flush(&mut *log, 4096)?;
    ledger.result(&mut *log, 1, "t.a", Some(1));
    ledger.started(&mut *log, 3, "t.c");
    ledger.flush(&mut *log, 4096)?;
    ledger.result(&mut *log, 2, "t.b", Some(2));
    ledger.result(&mut *log, 3, "t.c", Some(3));
    ledger.flush(&mut *log, 0)?;
    finish(store, log, ledger, &info)?;

    let loaded = store.load()?;
    let mut log = store.begin(Begin { loaded: &loaded, writer: "0.1.0", info: &info })?;
    ledger.started(&mut *log, 1, "t.a");
    ledger.started(&mut *log, 2, "t.b");
    ledger.started(&mut *log, 3, "t.d");
    ledger.flush(&mut *log, 4096)?;
    ledger.result(&mut *log, 1, "t.a", Some(11));
    ledger.flush(&mut *log, 4096)?;
    ledger.result(&mut *log, 2, "t.b", None);
    ledger.flush(&mut *log, 0)?;
    finish(store, log, ledger, &info)?;
    store.unlock()
}

fn finish(
    store: &mut dyn Store,
    mut log: Box<dyn RunLog>,
    ledger: &mut Ledger,
    info: &CommitInfo,
) -> Result<(), StoreError> {
    log.append(&Record::End { complete: true });
    ledger.flush(&mut *log, 0)?;
    store.check_lock()?;
    store.commit(Content::Runs { own: Some(log.run()) }, info)?;
    Ok(())
}

/// What must be true of a disk that is left, for a reader and for the next command.
///
/// # Errors
/// What is not.
pub fn verify(scenario: &Scenario, disk: &SimDisk, ledger: &Ledger) -> Result<(), String> {
    let mut seed = 2;
    verify_any(ledger, scenario.found.is_some(), &mut || {
        seed += 1;
        Box::new(scenario.store(disk, seed))
    })?;
    let folder = match &scenario.place {
        Place::Embedded(_) => ".wb/state/default/journals",
        Place::File(_) => ".wb/file/terraform.tfstate/journals",
    };
    let left = disk.list(folder.as_ref()).map_err(|e| e.to_string())?;
    if left.is_empty() { Ok(()) } else { Err(format!("journals are left: {left:?}")) }
}

/// What must be true of any store that is left; `open` opens it as a new process does. `found` says whether there was a
/// state before.
///
/// # Errors
/// What is not.
pub fn verify_any(
    ledger: &Ledger,
    found: bool,
    open: &mut dyn FnMut() -> Box<dyn Store>,
) -> Result<(), String> {
    look(&mut *open(), ledger, found, "a reader")?;
    let mut store = open();
    let next = |e: StoreError| format!("the next command: {e}");
    store.lock("OperationTypeApply").map_err(next)?;
    store.commit(Content::Runs { own: None }, &CommitInfo::default()).map_err(next)?;
    store.unlock().map_err(next)?;
    look(&mut *open(), ledger, found, "after the next command")
}

fn look(store: &mut dyn Store, ledger: &Ledger, found: bool, who: &str) -> Result<(), String> {
    let loaded = store.load().map_err(|e| format!("{who}: {e}"))?;
    let snapshot = &loaded.snapshot;
    for (name, account) in &ledger.accounts {
        let address = ObjectAddr::parse(name).map_err(|e| e.to_string())?;
        let value = match snapshot.state.object(&address).map(|o| &o.attributes) {
            Some(Attributes::Json(raw)) => {
                raw.text().trim_matches(['{', '}', ' ', '\n']).rsplit(' ').next().map(str::to_owned)
            }
            _ => None,
        };
        let value = value.and_then(|t| t.rsplit(':').next().and_then(|n| n.parse().ok()));
        let reflected = account.maybe.contains(&value);
        if value != account.acknowledged && !reflected {
            return Err(format!("{who}: {name} is {value:?}, acknowledged was {account:?}"));
        }
        let open = snapshot
            .open
            .iter()
            .any(|o| *o.address() == address && matches!(o.what, OpenWhat::Uncertain(_)));
        if account.begun && !reflected && !open {
            return Err(format!("{who}: {name} had begun and nobody knows of it: {account:?}"));
        }
    }
    if found && snapshot.state.instance(&instance("t.found")).is_none() {
        return Err(format!("{who}: what was there before is lost"));
    }
    Ok(())
}

pub(crate) fn instance(name: &str) -> AbsInstance {
    AbsInstance::parse(name).expect("the scenario's names are addresses")
}

pub(crate) fn provider() -> ProviderInstance {
    ProviderInstance::parse("provider[\"terraform.io/builtin/terraform\"]")
        .expect("the built-in provider has an address")
}

pub(crate) fn object(id: u64) -> Arc<Object> {
    let text = format!("{{\"id\":{id}}}");
    let attributes = Attributes::Json(RawJson::new(text).expect("a number is JSON"));
    Arc::new(Object { attributes, ..Object::default() })
}

pub(crate) fn intent(name: &str) -> Intent {
    Intent {
        action: IntentAction::Create,
        address: ObjectAddr::current(instance(name)),
        provider: provider(),
        schema_version: 0,
        token: format!("token-{name}"),
        prior: None,
        config: RawJson::empty_object(),
        unknown: Vec::new(),
        provider_config: RawJson::empty_object(),
        target: BTreeMap::new(),
        dependencies: Arc::new([]),
        needs: Arc::new([]),
        create_before_destroy: false,
        deposes: None,
        absent_before: false,
        sensitive: Vec::new(),
        provisions: false,
    }
}

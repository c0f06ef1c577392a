//! What is encrypted stays so, and what cannot be opened is refused and left as it is.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use wb_crypt::{Change, Cipher, Envelope};
use wb_store::{Begin, CommitInfo, Content, Disk, LocalStore, Options, Place, Store, StoreError};
use wb_testkit::crypt::{cipher, method, unencrypted};
use wb_testkit::disk::SimDisk;
use wb_testkit::stores::InBucket;
use wb_testkit::torture::{Ledger, Seeded, two_applies};

const STATE: &str = "terraform.tfstate";
/// Of an address in the state.
const HIDDEN: &[u8] = b"\"name\": \"a\"";

fn store(disk: &SimDisk, place: &Place, cipher: Cipher, seed: u64) -> LocalStore {
    let options = Options {
        place: place.clone(),
        workspace: "default".into(),
        lock: true,
        history: 5,
        lineage: None,
        terraform_version: "1.16.0".into(),
        who: "me@here".into(),
        cipher,
    };
    LocalStore::new(Arc::new(disk.clone()), Box::new(Seeded(seed)), options)
}

fn places() -> [Place; 2] {
    [Place::Embedded(PathBuf::new()), Place::File(PathBuf::from(STATE))]
}

fn apply(disk: &SimDisk, place: &Place, cipher: Cipher, seed: u64) -> Result<(), StoreError> {
    two_applies(&mut store(disk, place, cipher, seed), &mut Ledger::default())
}

/// Every file that holds a state or what is known of one.
fn files(disk: &SimDisk, place: &Place) -> Vec<(PathBuf, Vec<u8>)> {
    let (area, mut found) = match place {
        Place::Embedded(_) => (Path::new(".wb/state/default"), Vec::new()),
        Place::File(path) => (Path::new(".wb/file/terraform.tfstate"), vec![path.clone()]),
    };
    found.push(area.join("meta"));
    for folder in ["history", "journals"] {
        let names = disk.list(&area.join(folder)).unwrap();
        let snapshots = names.into_iter().filter(|name| !name.ends_with(".json"));
        found.extend(snapshots.map(|name| area.join(folder).join(name)));
    }
    found.into_iter().map(|path| (path.clone(), disk.read(&path).unwrap())).collect()
}

fn is_hidden(bytes: &[u8]) -> bool {
    !bytes.windows(HIDDEN.len()).any(|window| window == HIDDEN)
}

fn commit(store: &mut LocalStore) -> Result<bool, StoreError> {
    store.lock("OperationTypeApply")?;
    store.load()?;
    let committed = store.commit(Content::Runs { own: None }, &CommitInfo::default());
    store.unlock()?;
    committed.map(|committed| committed.written)
}

#[test]
fn nothing_of_an_encrypted_state_can_be_read() {
    for place in places() {
        let disk = SimDisk::new();
        apply(&disk, &place, cipher(vec![method(1)]), 1).unwrap();
        for (path, bytes) in files(&disk, &place) {
            assert!(Envelope::is_one(&bytes), "{}", path.display());
        }
        let seen = store(&disk, &place, cipher(vec![method(1)]), 2).load().unwrap();
        assert!(!seen.snapshot.state.resources.is_empty());
        // A run that is cut off has a journal, which is as secret.
        let mut second = store(&disk, &place, cipher(vec![method(1)]), 3);
        let info = CommitInfo { command: "apply".into(), ..CommitInfo::default() };
        let loaded = second.load().unwrap();
        second.lock("OperationTypeApply").unwrap();
        drop(second.begin(Begin { loaded: &loaded, writer: "9.9.9", info: &info }).unwrap());
        let journals = files(&disk, &place);
        let journal = journals.iter().find(|(path, _)| path.extension() == Some("wbj".as_ref()));
        let (_, bytes) = journal.unwrap();
        assert!(!bytes.windows(5).any(|window| window == b"9.9.9"), "the header can be read");
    }
}

#[test]
fn what_nothing_opens_is_refused_and_left() {
    for place in places() {
        let disk = SimDisk::new();
        apply(&disk, &place, cipher(vec![method(1)]), 1).unwrap();
        let before = files(&disk, &place);
        for other in [Cipher::none(), cipher(vec![method(2)]), cipher(vec![unencrypted()])] {
            let error = commit(&mut store(&disk, &place, other.clone(), 2)).unwrap_err();
            assert!(matches!(error, StoreError::Crypt { .. }), "{error}");
            let error = store(&disk, &place, other, 3).load().unwrap_err();
            assert!(error.help().is_some());
        }
        assert_eq!(files(&disk, &place), before);
    }
    // And what is not encrypted, where it must be.
    for place in places() {
        let disk = SimDisk::new();
        apply(&disk, &place, Cipher::none(), 1).unwrap();
        let before = files(&disk, &place);
        let error = commit(&mut store(&disk, &place, cipher(vec![method(1)]), 2)).unwrap_err();
        assert!(error.to_string().contains("it is not encrypted"), "{error}");
        assert_eq!(files(&disk, &place), before);
    }
}

#[test]
fn every_change_of_keys_takes_all_that_is_kept_along() {
    for place in places() {
        let disk = SimDisk::new();
        apply(&disk, &place, Cipher::none(), 1).unwrap();
        let steps = [
            (vec![method(1), unencrypted()], Change::Encrypt),
            (vec![method(2), method(1)], Change::Rekey),
            (vec![unencrypted(), method(2)], Change::Decrypt),
        ];
        let mut seed = 2;
        for (methods, change) in steps {
            let mut first = store(&disk, &place, cipher(methods.clone()), seed);
            assert_eq!(first.load().unwrap().change, Some(change));
            assert!(commit(&mut first).unwrap(), "nothing else changes, and yet it is written");
            // From now on the first method is enough, for history too.
            let mut alone = store(&disk, &place, cipher(methods[..1].to_vec()), seed + 1);
            let loaded = alone.load().unwrap();
            assert_eq!((loaded.change, loaded.runs.len()), (None, 0));
            assert!(!commit(&mut alone).unwrap());
            let history = alone.history().unwrap();
            assert!(history.len() >= 3, "{history:?}");
            for entry in &history {
                assert!(!is_hidden(&alone.history_bytes(entry.serial).unwrap()));
            }
            for (path, bytes) in files(&disk, &place) {
                let is_sealed = Envelope::is_one(&bytes);
                assert_eq!(is_sealed, change != Change::Decrypt, "{}", path.display());
            }
            seed += 2;
        }
    }
}

#[test]
fn another_program_that_begins_to_encrypt_takes_history_along() {
    let (disk, place) = (SimDisk::new(), Place::File(PathBuf::from(STATE)));
    apply(&disk, &place, Cipher::none(), 1).unwrap();
    // As OpenTofu does: without our member, with a serial more.
    let snapshot = store(&disk, &place, Cipher::none(), 2).load().unwrap().snapshot;
    let mut theirs = snapshot;
    theirs.serial += 1;
    let plain = wb_state::v4::write_plain(&theirs);
    let clear = wb_crypt::Clear { serial: theirs.serial, lineage: theirs.lineage.to_string() };
    disk.place(Path::new(STATE), &cipher(vec![method(1)]).seal(plain, Some(clear)).unwrap());
    apply(&disk, &place, cipher(vec![method(1), unencrypted()]), 3).unwrap();
    for (path, bytes) in files(&disk, &place) {
        assert!(Envelope::is_one(&bytes), "{}", path.display());
    }
}

#[test]
fn what_is_kept_beside_a_state_needs_its_key_too() {
    let (disk, place) = (SimDisk::new(), Place::File(PathBuf::from(STATE)));
    apply(&disk, &place, cipher(vec![method(1)]), 1).unwrap();
    // OpenTofu decrypts the state, and knows of nothing beside it.
    let mut theirs = store(&disk, &place, cipher(vec![method(1)]), 2).load().unwrap().snapshot;
    theirs.serial += 1;
    disk.place(Path::new(STATE), &wb_state::v4::write_plain(&theirs));
    let error = store(&disk, &place, Cipher::none(), 3).load().unwrap_err();
    assert!(matches!(error, StoreError::SealedNotes { .. }), "{error}");
    let mut both = store(&disk, &place, cipher(vec![unencrypted(), method(1)]), 4);
    assert_eq!(both.load().unwrap().change, Some(Change::Decrypt));
    assert!(commit(&mut both).unwrap());
    let mut plain = store(&disk, &place, Cipher::none(), 5);
    assert_eq!(plain.load().unwrap().change, None);
    assert!(plain.history_bytes(1).is_ok());
}

#[test]
fn no_byte_of_an_encrypted_state_changes_unnoticed() {
    let (disk, place) = (SimDisk::new(), Place::File(PathBuf::from(STATE)));
    apply(&disk, &place, cipher(vec![method(1)]), 1).unwrap();
    let whole = disk.read(Path::new(STATE)).unwrap();
    // Once for all: making the keys anew is not what is tested.
    let cipher = cipher(vec![method(1)]);
    for at in 0..whole.len() {
        for mask in [1, 0x20, 0x80] {
            let mut changed = whole.clone();
            changed[at] ^= mask;
            let damaged = SimDisk::new();
            damaged.place(Path::new(STATE), &changed);
            let error = commit(&mut store(&damaged, &place, cipher.clone(), 2)).unwrap_err();
            let is_refused = matches!(error, StoreError::Crypt { .. } | StoreError::Read { .. });
            assert!(is_refused, "byte {at}: {error}");
            assert_eq!(damaged.read(Path::new(STATE)).unwrap(), changed);
        }
    }
}

#[test]
fn a_bucket_has_nothing_to_read_either() {
    let stores = InBucket::on_one_machine().sealed();
    two_applies(&mut stores.store("default", true), &mut Ledger::default()).unwrap();
    let remote = stores.remote();
    let listing = remote.bucket.list("").unwrap();
    assert!(listing.objects.len() >= 3, "{listing:?}");
    for object in listing.objects {
        let bytes = remote.bucket.get(&object.key).unwrap().unwrap().bytes;
        assert!(Envelope::is_one(&bytes), "{}", object.key);
    }
}

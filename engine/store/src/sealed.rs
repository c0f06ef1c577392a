//! States, sidecars and journals as they are on disk: encrypted or not.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use wb_crypt::{Change, Cipher, Clear, CryptError, Envelope, JournalKey, Opened};
use wb_state::journal::{self, Batch, Journal, JournalError, MAGIC, SEALED_MAGIC, Seal};
use wb_state::v4::{self, ReadError, StateHead};
use wb_state::{Sidecar, Snapshot};

use crate::StoreError;

/// A state that could be read.
#[derive(Debug)]
pub(crate) struct StateFile {
    pub(crate) file: v4::File,
    pub(crate) raw: Raw,
    /// What the next commit changes about how it is encrypted.
    pub(crate) change: Option<Change>,
}

/// The bytes as they were found.
#[derive(Clone, Debug)]
pub(crate) enum Raw {
    /// Those that the snapshot holds pieces of.
    Plain(Arc<String>),
    Sealed(Arc<Vec<u8>>),
}

impl Raw {
    pub(crate) fn none() -> Self {
        Self::Plain(Arc::default())
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Plain(text) => text.as_bytes(),
            Self::Sealed(bytes) => bytes,
        }
    }
}

/// Why a state cannot be read.
#[derive(Debug)]
pub(crate) enum Unreadable {
    Crypt(CryptError),
    Read(ReadError),
}

impl Unreadable {
    pub(crate) fn at(self, path: PathBuf, newest: Option<String>) -> StoreError {
        match self {
            Self::Crypt(error) => StoreError::Crypt { path, error: Box::new(error), newest },
            Self::Read(error) => StoreError::Read { path, error: Box::new(error), newest },
        }
    }
}

/// Reads a state.
pub(crate) fn read_state(cipher: &Cipher, bytes: Vec<u8>) -> Result<StateFile, Unreadable> {
    let sealed = Envelope::is_one(&bytes).then(|| Arc::new(bytes.clone()));
    let opened = cipher.open(bytes).map_err(Unreadable::Crypt)?;
    let file = v4::read(opened.bytes).map_err(Unreadable::Read)?;
    let raw = match sealed {
        None => Raw::Plain(Arc::clone(&file.text)),
        Some(bytes) => {
            // OpenTofu writes both, and takes the one inside for granted as little.
            let clear = opened.clear.ok_or_else(|| form("it is no encrypted state"))?;
            if clear.serial != file.snapshot.serial {
                return Err(Unreadable::Crypt(CryptError::Clear("serial")));
            }
            if clear.lineage != *file.snapshot.lineage {
                return Err(Unreadable::Crypt(CryptError::Clear("lineage")));
            }
            Raw::Sealed(bytes)
        }
    };
    Ok(StateFile { file, raw, change: opened.change })
}

/// Which state a file holds, encrypted or not, as far as that can be seen.
#[must_use]
pub fn state_head(bytes: &[u8]) -> Option<StateHead> {
    match Envelope::head(bytes) {
        Some(Clear { serial, lineage }) => Some(StateHead { lineage, serial }),
        None => v4::head(bytes).ok(),
    }
}

fn form(why: &str) -> Unreadable {
    Unreadable::Crypt(CryptError::Form(why.to_owned()))
}

/// The bytes of a state as they are to be written.
pub(crate) fn write_state(
    cipher: &Cipher,
    snapshot: &Snapshot,
    bytes: Vec<u8>,
    path: &Path,
) -> Result<Vec<u8>, StoreError> {
    let clear = Clear { serial: snapshot.serial, lineage: snapshot.lineage.to_string() };
    cipher.seal(bytes, Some(clear)).map_err(StoreError::crypt(path))
}

/// The bytes of a state as it would be encrypted now; nothing where it is so.
///
/// # Errors
/// Where it cannot be opened, or is no state.
pub fn reseal(cipher: &Cipher, bytes: Vec<u8>) -> Result<Option<Vec<u8>>, CryptError> {
    let opened = cipher.open(bytes)?;
    if opened.change.is_none() {
        return Ok(None);
    }
    let head = state_head(&opened.bytes);
    let StateHead { lineage, serial } =
        head.ok_or_else(|| CryptError::Form("it is no state".to_owned()))?;
    cipher.seal(opened.bytes, Some(Clear { serial, lineage })).map(Some)
}

/// The bytes of a sidecar as they are to be written.
pub(crate) fn write_sidecar(
    cipher: &Cipher,
    sidecar: Vec<u8>,
    path: &Path,
) -> Result<Vec<u8>, StoreError> {
    cipher.seal(sidecar, None).map_err(StoreError::crypt(path))
}

/// Reads a sidecar that was opened, or not.
pub(crate) fn read_sidecar(
    opened: &Result<Opened, CryptError>,
    path: &Path,
) -> Result<Sidecar, StoreError> {
    let path = path.to_path_buf();
    match opened {
        Ok(opened) => {
            Sidecar::read(&opened.bytes).map_err(|error| StoreError::Sidecar { path, error })
        }
        Err(error) => Err(StoreError::SealedNotes { path, error: Box::new(error.clone()) }),
    }
}

/// What a new journal begins with, and the first of its batches.
pub(crate) fn new_journal(
    cipher: &Cipher,
    path: &Path,
) -> Result<(&'static [u8; 8], Batch), StoreError> {
    Ok(match cipher.new_journal().map_err(StoreError::crypt(path))? {
        None => (MAGIC, Batch::first()),
        Some((head, key)) => (SEALED_MAGIC, Batch::sealed(&head, Arc::new(ByKey(key)))),
    })
}

/// Reads a journal; nothing where nothing of it has arrived.
pub(crate) fn read_journal(
    cipher: &Cipher,
    bytes: &[u8],
    path: &Path,
) -> Result<Option<Journal>, StoreError> {
    let decoded = match journal::sealed_head(bytes) {
        None => journal::decode(bytes),
        Some((head, first)) => {
            let fits = |key: &JournalKey| key.open(0, first).is_some();
            let key = cipher.journal(head, fits).map_err(StoreError::crypt(path))?;
            journal::decode_sealed(bytes, &ByKey(key))
        }
    };
    match decoded {
        Ok(journal) => {
            if !bytes.starts_with(SEALED_MAGIC) {
                cipher.plain_journal().map_err(StoreError::crypt(path))?;
            }
            Ok(Some(journal))
        }
        Err(JournalError::Blank) => Ok(None),
        Err(error) => Err(StoreError::Journal { path: path.to_path_buf(), error: Box::new(error) }),
    }
}

#[derive(Debug)]
struct ByKey(JournalKey);

impl Seal for ByKey {
    fn seal(&self, number: u64, record: &[u8]) -> Vec<u8> {
        self.0.seal(number, record)
    }

    fn open(&self, number: u64, sealed: &[u8]) -> Option<Vec<u8>> {
        self.0.open(number, sealed)
    }
}

//! Records that are appended one by one.
//!
//! A journal has a key of its own, made of the method's and a salt that is drawn for it. Records are sealed with their
//! number as the nonce: none can be moved, and a key meets each number once.

use serde::{Deserialize, Serialize};

use crate::aead::{Aead, NONCE};
use crate::key::{derive, keep};
use crate::{CryptError, Secret};

/// The key of one journal.
#[derive(Clone, Debug)]
pub struct JournalKey(Aead);

/// What a sealed journal begins with.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Head {
    pub(crate) version: u32,
    pub(crate) salt: String,
    pub(crate) meta: std::collections::BTreeMap<String, String>,
}

pub(crate) const VERSION: u32 = 1;

impl JournalKey {
    pub(crate) fn new(key: &Secret, salt: &[u8]) -> Self {
        let key = derive(key, b"wb journal", salt);
        Self(Aead::new(&key).expect("a derived key has 32 bytes"))
    }

    /// Seals the record of this number.
    #[must_use]
    pub fn seal(&self, number: u64, record: &[u8]) -> Vec<u8> {
        self.0.seal(&nonce(number), record, b"").expect("a record is far shorter than 64 GiB")
    }

    /// Opens the record of this number; nothing where it is not what was sealed.
    #[must_use]
    pub fn open(&self, number: u64, sealed: &[u8]) -> Option<Vec<u8>> {
        self.0.open(&nonce(number), sealed, b"")
    }
}

fn nonce(number: u64) -> [u8; NONCE] {
    let mut nonce = [0; NONCE];
    nonce[NONCE - 8..].copy_from_slice(&number.to_be_bytes());
    nonce
}

impl Head {
    pub(crate) fn write(&self) -> Vec<u8> {
        keep(self)
    }

    pub(crate) fn read(bytes: &[u8]) -> Result<Self, CryptError> {
        let head: Self =
            serde_json::from_slice(bytes).map_err(|e| CryptError::Form(e.to_string()))?;
        match head.version {
            VERSION => Ok(head),
            other => Err(CryptError::Version(other.to_string())),
        }
    }
}

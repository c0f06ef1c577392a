//! Where keys come from.
//!
//! A provider gives two keys: one to seal with, with what must be kept to make it again, and, from what was kept, the one
//! to open with. That is how OpenTofu has it, and its `pbkdf2` and `external` are here as it has them. `key_file` is
//! wb's own.

mod external;
mod file;
mod pbkdf2;

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::envelope::Metadata;
use crate::{KeyError, Random, Secret};

pub use file::KeyFile;
pub(crate) use file::derive;
pub use pbkdf2::{Hash, MIN_ITERATIONS, MIN_PASSPHRASE, Passphrase, Pbkdf2};

/// A provider of keys, as it is configured.
#[derive(Clone, Debug)]
pub struct KeyProvider {
    /// What it is known by in an envelope: `key_provider.TYPE.NAME`, or its alias.
    pub storage: String,
    pub kind: KeyKind,
}

#[derive(Clone, Debug)]
pub enum KeyKind {
    Pbkdf2(Pbkdf2),
    /// A command that speaks OpenTofu's protocol.
    External {
        command: Vec<String>,
    },
    KeyFile(KeyFile),
}

/// What a method has its keys from.
#[derive(Clone, Debug)]
pub enum KeySource {
    Provider(Arc<KeyProvider>),
    /// The keys themselves stand in the configuration.
    Given {
        encryption: Secret,
        decryption: Option<Secret>,
    },
}

impl KeySource {
    /// Whether the keys to seal and to open with are two.
    pub(crate) fn differ(&self) -> bool {
        matches!(self, Self::Given { encryption, decryption: Some(d) } if d != encryption)
    }

    /// A key to seal with. What must be kept of it is added to `meta`.
    pub(crate) fn to_seal(&self, meta: &mut Metadata, random: &Random) -> Result<Secret, KeyError> {
        let provider = match self {
            Self::Given { encryption, .. } => return Ok(encryption.clone()),
            Self::Provider(provider) => provider,
        };
        let name = &provider.storage;
        let (key, kept) = match &provider.kind {
            KeyKind::Pbkdf2(pbkdf2) => pbkdf2.to_seal(name, meta, random)?,
            KeyKind::External { command } => external::to_seal(name, command)?,
            KeyKind::KeyFile(file) => file.to_seal(random)?,
        };
        if meta.insert(name.clone(), kept).is_some() {
            let why = "two key providers keep something under this name: give one an encrypted_metadata_alias";
            return Err(KeyError::Provider(name.clone(), why.to_owned()));
        }
        Ok(key)
    }

    /// The key to open with what was sealed with a key of which this was kept.
    pub(crate) fn to_open(&self, meta: &Metadata) -> Result<Secret, KeyError> {
        let provider = match self {
            Self::Given { decryption, encryption } => {
                return Ok(decryption.as_ref().unwrap_or(encryption).clone());
            }
            Self::Provider(provider) => provider,
        };
        let name = &provider.storage;
        let kept = meta.get(name).ok_or_else(|| KeyError::NoMetadata(name.clone()))?;
        match &provider.kind {
            KeyKind::Pbkdf2(pbkdf2) => pbkdf2.to_open(name, kept, meta),
            KeyKind::External { command } => external::to_open(name, command, kept),
            KeyKind::KeyFile(file) => file.to_open(name, kept),
        }
    }
}

/// What is kept, as JSON.
pub(crate) fn keep(kept: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(kept).expect("what is kept is text and numbers")
}

fn kept<T: DeserializeOwned>(name: &str, bytes: &[u8]) -> Result<T, KeyError> {
    serde_json::from_slice(bytes).map_err(|e| KeyError::Metadata(name.to_owned(), e.to_string()))
}

/// Bytes as JSON has them: base64.
mod base64_bytes {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Vec<u8>, D::Error> {
        let text = std::borrow::Cow::<'d, str>::deserialize(from)?;
        STANDARD.decode(&*text).map_err(|_| serde::de::Error::custom("not base64"))
    }
}

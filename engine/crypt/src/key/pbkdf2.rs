//! `pbkdf2`: a passphrase, made a key slowly, with a salt that is drawn anew by every process that writes.

use hmac::digest::block_api::EagerHash;
use serde::{Deserialize, Serialize};
use sha2::{Sha256, Sha512};

use super::{KeySource, base64_bytes, keep, kept};
use crate::envelope::Metadata;
use crate::{KeyError, Random, Secret};

/// Fewer iterations, or a shorter passphrase, can be guessed.
pub const MIN_ITERATIONS: u32 = 200_000;
pub const MIN_PASSPHRASE: usize = 16;

/// What was kept of somebody else's key must not make a command run for ever.
const MOST_ITERATIONS: u32 = 200_000_000;
const MOST_BYTES: usize = 64 << 10;

#[derive(Clone, Debug)]
pub struct Pbkdf2 {
    pub passphrase: Passphrase,
    pub key_length: usize,
    pub iterations: u32,
    pub salt_length: usize,
    pub hash: Hash,
}

#[derive(Clone, Debug)]
pub enum Passphrase {
    Text(Secret),
    /// The keys of another provider.
    Chain(Box<KeySource>),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hash {
    Sha256,
    Sha512,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    #[serde(with = "base64_bytes")]
    salt: Vec<u8>,
    iterations: u32,
    hash_function: Hash,
    key_length: usize,
}

impl Pbkdf2 {
    pub const ITERATIONS: u32 = 600_000;
    pub const SALT_LENGTH: usize = 32;
    pub const KEY_LENGTH: usize = 32;

    /// With OpenTofu's defaults.
    #[must_use]
    pub fn new(passphrase: Passphrase) -> Self {
        Self {
            passphrase,
            key_length: Self::KEY_LENGTH,
            iterations: Self::ITERATIONS,
            salt_length: Self::SALT_LENGTH,
            hash: Hash::Sha512,
        }
    }

    pub(super) fn to_seal(
        &self,
        name: &str,
        meta: &mut Metadata,
        random: &Random,
    ) -> Result<(Secret, Vec<u8>), KeyError> {
        let passphrase = match &self.passphrase {
            Passphrase::Text(text) => text.clone(),
            Passphrase::Chain(source) => long_enough(name, source.to_seal(meta, random)?)?,
        };
        let mut salt = vec![0; self.salt_length];
        random.fill(&mut salt);
        let kept = Kept {
            salt,
            iterations: self.iterations,
            hash_function: self.hash,
            key_length: self.key_length,
        };
        Ok((kept.derive(&passphrase), keep(&kept)))
    }

    pub(super) fn to_open(
        &self,
        name: &str,
        bytes: &[u8],
        meta: &Metadata,
    ) -> Result<Secret, KeyError> {
        let kept: Kept = kept(name, bytes)?;
        let wrong = |why: &str| Err(KeyError::Metadata(name.to_owned(), why.to_owned()));
        if kept.iterations == 0 || kept.iterations > MOST_ITERATIONS {
            return wrong("its number of iterations is out of all reason");
        }
        if kept.key_length == 0 || kept.key_length > MOST_BYTES || kept.salt.is_empty() {
            return wrong("its salt is missing, or its length out of all reason");
        }
        let passphrase = match &self.passphrase {
            Passphrase::Text(text) => text.clone(),
            Passphrase::Chain(source) => long_enough(name, source.to_open(meta)?)?,
        };
        Ok(kept.derive(&passphrase))
    }
}

/// A passphrase from elsewhere must be as long as one that is written down.
fn long_enough(name: &str, passphrase: Secret) -> Result<Secret, KeyError> {
    if passphrase.len() >= MIN_PASSPHRASE {
        return Ok(passphrase);
    }
    let why = format!("the key that it is chained to is shorter than {MIN_PASSPHRASE} bytes");
    Err(KeyError::Provider(name.to_owned(), why))
}

impl Kept {
    fn derive(&self, passphrase: &Secret) -> Secret {
        match self.hash_function {
            Hash::Sha256 => self.derive_with::<Sha256>(passphrase),
            Hash::Sha512 => self.derive_with::<Sha512>(passphrase),
        }
    }

    fn derive_with<H>(&self, passphrase: &Secret) -> Secret
    where
        H: EagerHash,
        <H as EagerHash>::Core: Sync,
    {
        let mut key = vec![0; self.key_length];
        pbkdf2::pbkdf2_hmac::<H>(passphrase.bytes(), &self.salt, self.iterations, &mut key);
        Secret::new(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|b| format!("{b:02x}")).collect()
    }

    /// RFC 7914, 11 (SHA-256), and what Python's hashlib gives (SHA-512).
    #[test]
    fn the_derivation_is_the_standard_one() {
        let derive = |passphrase: &str, salt: &str, iterations, hash_function, key_length| {
            let kept = Kept { salt: salt.into(), iterations, hash_function, key_length };
            hex(kept.derive(&Secret::new(passphrase)).bytes())
        };
        assert_eq!(
            derive("passwd", "salt", 1, Hash::Sha256, 64),
            "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc\
             49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783"
        );
        assert_eq!(
            derive("password", "salt", 2, Hash::Sha512, 16),
            "e1d9c16aa681708a45f5c7c4e215ceb6"
        );
    }

    #[test]
    fn what_was_kept_is_checked() {
        let of = |text: &str| {
            let pbkdf2 = Pbkdf2::new(Passphrase::Text(Secret::new("a passphrase that is long")));
            pbkdf2.to_open("k", text.as_bytes(), &Metadata::new()).unwrap_err().to_string()
        };
        for (text, why) in [
            (
                r#"{"salt":"AAAA","iterations":4000000000,"hash_function":"sha512","key_length":32}"#,
                "out of all reason",
            ),
            (
                r#"{"salt":"","iterations":1,"hash_function":"sha512","key_length":32}"#,
                "its salt is missing",
            ),
            (
                r#"{"salt":"AAAA","iterations":1,"hash_function":"sha1","key_length":32}"#,
                "unknown variant `sha1`",
            ),
            (
                r#"{"salt":"AAAA","iterations":1,"hash_function":"sha512","key_length":32,"x":1}"#,
                "unknown field `x`",
            ),
        ] {
            assert!(of(text).contains(why), "{}", of(text));
        }
    }
}

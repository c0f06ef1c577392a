//! `key_file`: a key that a file holds.
//!
//! The key itself seals nothing: every process that writes draws a salt, and what seals is made of the two. So the key
//! wears out as little as a passphrase does.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::{base64_bytes, keep, kept};
use crate::{KeyError, Random, Secret};

/// A key, as a file holds it.
#[derive(Clone, Debug)]
pub struct KeyFile {
    key: Secret,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    #[serde(with = "base64_bytes")]
    salt: Vec<u8>,
}

const LENGTH: usize = 32;
const SALT: usize = 32;

impl KeyFile {
    /// Reads the key in a file's bytes: 32 of them, or 64 hexadecimal digits, or the base64 of 32 bytes.
    ///
    /// # Errors
    /// Where it holds none of these; what it should hold.
    pub fn read(bytes: &[u8]) -> Result<Self, &'static str> {
        use base64::Engine as _;
        use base64::engine::general_purpose::STANDARD;
        let of = |key: Vec<u8>| Self { key: Secret::new(key) };
        if bytes.len() == LENGTH {
            return Ok(of(bytes.to_vec()));
        }
        let text = bytes.trim_ascii();
        let digits =
            text.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
        match text.len() {
            64 => digits.collect::<Option<Vec<u8>>>().map(of),
            44 => STANDARD.decode(text).ok().filter(|key| key.len() == LENGTH).map(of),
            _ => None,
        }
        .ok_or("it must hold 32 bytes, or them as 64 hexadecimal digits or in base64")
    }

    pub(super) fn to_seal(&self, random: &Random) -> Result<(Secret, Vec<u8>), KeyError> {
        let mut salt = vec![0; SALT];
        random.fill(&mut salt);
        Ok((self.derive(&salt), keep(&Kept { salt })))
    }

    pub(super) fn to_open(&self, name: &str, bytes: &[u8]) -> Result<Secret, KeyError> {
        let kept: Kept = kept(name, bytes)?;
        Ok(self.derive(&kept.salt))
    }

    fn derive(&self, salt: &[u8]) -> Secret {
        derive(&self.key, b"wb key_file", salt)
    }
}

/// A key made of another for one purpose, with a salt.
pub(crate) fn derive(key: &Secret, purpose: &[u8], salt: &[u8]) -> Secret {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.bytes()).expect("HMAC takes keys of any length");
    mac.update(purpose);
    mac.update(&[0]);
    mac.update(salt);
    Secret::new(mac.finalize().into_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_in_three_forms() {
        let raw = [7; 32];
        let digits = "07".repeat(32);
        let base64 = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
        for bytes in
            [&raw[..], digits.as_bytes(), format!("{digits}\n").as_bytes(), base64.as_bytes()]
        {
            assert_eq!(KeyFile::read(bytes).unwrap().key.bytes(), raw);
        }
        for bytes in [&b""[..], b"short", &[b'x'; 64], &[b'='; 44], &[0; 33]] {
            assert!(KeyFile::read(bytes).is_err());
        }
    }

    #[test]
    fn a_salt_gives_a_key_of_its_own() {
        let file = KeyFile::read(&[7; 32]).unwrap();
        let (key, kept) = file.to_seal(&Random::counting()).unwrap();
        assert_eq!(file.to_open("k", &kept).unwrap(), key);
        assert_ne!(file.to_open("k", br#"{"salt":"AAAA"}"#).unwrap(), key);
        assert_eq!(key.len(), 32);
    }
}

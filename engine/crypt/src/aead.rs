//! AES-GCM with keys of 16, 24 and 32 bytes.

use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm::aes::{Aes128, Aes192, Aes256};
use aes_gcm::{AesGcm, Nonce};

use crate::{KeyError, Secret};

pub(crate) const NONCE: usize = 12;

/// A key, ready for use.
#[derive(Clone)]
pub(crate) enum Aead {
    Aes128(Box<AesGcm<Aes128, U12>>),
    Aes192(Box<AesGcm<Aes192, U12>>),
    Aes256(Box<AesGcm<Aes256, U12>>),
}

impl Aead {
    pub(crate) fn new(key: &Secret) -> Result<Self, KeyError> {
        let wrong = |_| KeyError::Length(key.len());
        match key.len() {
            16 => AesGcm::new_from_slice(key.bytes()).map(|k| Self::Aes128(Box::new(k))),
            24 => AesGcm::new_from_slice(key.bytes()).map(|k| Self::Aes192(Box::new(k))),
            _ => AesGcm::new_from_slice(key.bytes()).map(|k| Self::Aes256(Box::new(k))),
        }
        .map_err(wrong)
    }

    pub(crate) fn seal(&self, nonce: &[u8; NONCE], plain: &[u8], aad: &[u8]) -> Option<Vec<u8>> {
        let nonce = Nonce::<U12>::from(*nonce);
        let payload = Payload { msg: plain, aad };
        match self {
            Self::Aes128(key) => key.encrypt(&nonce, payload),
            Self::Aes192(key) => key.encrypt(&nonce, payload),
            Self::Aes256(key) => key.encrypt(&nonce, payload),
        }
        .ok()
    }

    pub(crate) fn open(&self, nonce: &[u8; NONCE], sealed: &[u8], aad: &[u8]) -> Option<Vec<u8>> {
        let nonce = Nonce::<U12>::from(*nonce);
        let payload = Payload { msg: sealed, aad };
        match self {
            Self::Aes128(key) => key.decrypt(&nonce, payload),
            Self::Aes192(key) => key.decrypt(&nonce, payload),
            Self::Aes256(key) => key.decrypt(&nonce, payload),
        }
        .ok()
    }
}

impl std::fmt::Debug for Aead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Aead")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        let byte = |i| u8::from_str_radix(&text[i..i + 2], 16).unwrap();
        (0..text.len()).step_by(2).map(byte).collect()
    }

    /// The cases 4, 10 and 16 of the specification of GCM (McGrew and Viega).
    #[test]
    fn the_algorithm_is_the_standard_one() {
        let key = "feffe9928665731c6d6a8f9467308308";
        let plain = hex(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        );
        let aad = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
        let nonce: [u8; NONCE] = hex("cafebabefacedbaddecaf888").try_into().unwrap();
        for (len, begins, tag) in [
            (16, "42831ec2", "5bc94fbc3221a5db94fae95ae7121a47"),
            (24, "3980ca0b", "2519498e80f1478f37ba55bd6d27618c"),
            (32, "522dc1f0", "76fc6ece0f4e1768cddf8853bb2d551b"),
        ] {
            let key = Secret::new(hex(&key.repeat(2)[..2 * len]));
            let aead = Aead::new(&key).unwrap();
            let sealed = aead.seal(&nonce, &plain, &aad).unwrap();
            assert_eq!(sealed[..4], hex(begins));
            assert_eq!(sealed[plain.len()..], hex(tag));
            assert_eq!(aead.open(&nonce, &sealed, &aad), Some(plain.clone()));
            assert_eq!(aead.open(&nonce, &sealed, b""), None);
        }
        assert_eq!(Aead::new(&Secret::new([0; 20])).unwrap_err(), KeyError::Length(20));
    }
}

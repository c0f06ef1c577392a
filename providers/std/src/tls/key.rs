//! Private keys of all kinds.

use ed25519_dalek::SigningKey;
use wb_core::path::Path;
use wb_sdk::{Ambient, ErrorKind, OpError};

use super::der::{self, NotDer, Reader};
use super::ec::{CURVES, EcKey};
use super::rsa_key::RsaKey;
use super::{pem, ssh};
use crate::source::hex;

/// Why something is no key, as the end of a sentence. Says nothing of the key itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct BadKey(pub(super) &'static str);

impl From<NotDer> for BadKey {
    fn from(error: NotDer) -> Self {
        Self(error.0)
    }
}

impl BadKey {
    pub(super) fn at(self, argument: &str) -> OpError {
        let why = format!("The key cannot be used: {}.", self.0);
        OpError::new(ErrorKind::Invalid, "Unsuitable key", why).at(Path::new().attr(argument))
    }
}

pub(super) enum Key {
    Rsa(RsaKey),
    Ecdsa(EcKey),
    Ed25519(Box<SigningKey>),
}

/// The algorithms, as configurations name them.
pub(super) const ALGORITHMS: [&str; 3] = ["RSA", "ECDSA", "ED25519"];

const RSA: &[u32] = &[1, 2, 840, 113_549, 1, 1, 1];
const EC: &[u32] = &[1, 2, 840, 10_045, 2, 1];
const ED25519: &[u32] = &[1, 3, 101, 112];

impl Key {
    pub(super) fn generate_ed25519(ambient: &dyn Ambient) -> Self {
        let mut seed = [0; 32];
        ambient.random(&mut seed);
        Self::Ed25519(Box::new(SigningKey::from_bytes(&seed)))
    }

    pub(super) fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "RSA",
            Self::Ecdsa(_) => "ECDSA",
            Self::Ed25519(_) => "ED25519",
        }
    }

    /// Reads a key in PEM: PKCS #1, SEC 1, PKCS #8 or OpenSSH's.
    pub(super) fn from_pem(text: &str) -> Result<Self, BadKey> {
        let block = pem::decode(text).ok_or(BadKey("it is not in PEM"))?;
        match block.label.as_str() {
            "RSA PRIVATE KEY" => RsaKey::from_der(&block.bytes).map(Self::Rsa),
            "EC PRIVATE KEY" => from_sec1(&block.bytes, None).map(Self::Ecdsa),
            "PRIVATE KEY" => from_pkcs8(&block.bytes),
            "OPENSSH PRIVATE KEY" => ssh::decode(&block.bytes),
            "ENCRYPTED PRIVATE KEY" => Err(BadKey("it is encrypted")),
            _ => Err(BadKey("it is no private key")),
        }
    }

    /// In PEM of the oldest form there is for the algorithm.
    pub(super) fn to_pem(&self) -> Result<String, BadKey> {
        Ok(match self {
            Self::Rsa(key) => pem::encode("RSA PRIVATE KEY", &key.private_der()?),
            Self::Ecdsa(key) => pem::encode("EC PRIVATE KEY", &key.private_der(true)),
            Self::Ed25519(_) => self.to_pkcs8()?,
        })
    }

    pub(super) fn to_pkcs8(&self) -> Result<String, BadKey> {
        let inner = match self {
            Self::Rsa(key) => key.private_der()?,
            Self::Ecdsa(key) => key.private_der(false),
            Self::Ed25519(key) => der::octets(key.as_bytes()),
        };
        let all = [der::unsigned(&[0]), self.identifier(), der::octets(&inner)];
        Ok(pem::encode("PRIVATE KEY", &der::sequence(all)))
    }

    fn identifier(&self) -> Vec<u8> {
        match self {
            Self::Rsa(_) => der::sequence([der::oid(RSA), der::null()]),
            Self::Ecdsa(key) => der::sequence([der::oid(EC), key.curve.oid()]),
            Self::Ed25519(_) => der::sequence([der::oid(ED25519)]),
        }
    }

    /// The public key as certificates have it.
    pub(super) fn public_der(&self) -> Vec<u8> {
        let inner = match self {
            Self::Rsa(key) => key.public_der(),
            Self::Ecdsa(key) => key.point.clone(),
            Self::Ed25519(key) => key.verifying_key().as_bytes().to_vec(),
        };
        der::sequence([self.identifier(), der::bits(&inner)])
    }

    pub(super) fn public_pem(&self) -> String {
        pem::encode("PUBLIC KEY", &self.public_der())
    }

    /// What is signed with it says so by this.
    pub(super) fn signature_algorithm(&self) -> Vec<u8> {
        match self {
            Self::Rsa(_) => der::sequence([der::oid(&[1, 2, 840, 113_549, 1, 1, 11]), der::null()]),
            Self::Ecdsa(key) => key.signature_algorithm(),
            Self::Ed25519(_) => self.identifier(),
        }
    }

    pub(super) fn sign(&self, message: &[u8], ambient: &dyn Ambient) -> Result<Vec<u8>, BadKey> {
        use ed25519_dalek::Signer as _;
        match self {
            Self::Rsa(key) => key.sign(message, ambient),
            Self::Ecdsa(key) => key.sign(message),
            Self::Ed25519(key) => Ok(key.sign(message).to_bytes().to_vec()),
        }
    }
}

fn from_sec1(bytes: &[u8], outer_curve: Option<&[u8]>) -> Result<EcKey, BadKey> {
    let mut parts = Reader::new(bytes).sequence()?;
    parts.unsigned()?;
    let scalar = parts.expect(der::OCTET_STRING)?.content;
    let named = parts.take(0xa0)?.map(|element| element.content).or(outer_curve);
    let curve = CURVES.into_iter().find(|curve| Some(&*curve.oid()) == named);
    EcKey::new(curve.ok_or(BadKey("its curve is not P224, P256, P384 or P521"))?, scalar)
}

fn from_pkcs8(bytes: &[u8]) -> Result<Key, BadKey> {
    let mut parts = Reader::new(bytes).sequence()?;
    parts.unsigned()?;
    let mut identifier = parts.sequence()?;
    let algorithm = identifier.expect(der::OID)?.whole;
    let inner = parts.expect(der::OCTET_STRING)?.content;
    if algorithm == der::oid(RSA) {
        return RsaKey::from_der(inner).map(Key::Rsa);
    }
    if algorithm == der::oid(EC) {
        let curve = identifier.expect(der::OID)?.whole;
        return from_sec1(inner, Some(curve)).map(Key::Ecdsa);
    }
    if algorithm == der::oid(ED25519) {
        let seed = Reader::new(inner).expect(der::OCTET_STRING)?.content;
        let seed = seed.try_into().map_err(|_| BadKey("it has not 32 bytes"))?;
        return Ok(Key::Ed25519(Box::new(SigningKey::from_bytes(seed))));
    }
    Err(BadKey("its algorithm is not RSA, ECDSA or ED25519"))
}

/// The key identifier of a public key as certificates have it: the SHA-1 checksum of what is in it.
pub(super) fn identifier_of(public_der: &[u8]) -> Result<Vec<u8>, BadKey> {
    use sha1::Digest as _;
    let mut parts = Reader::new(public_der).sequence()?;
    let algorithm = parts.sequence()?.expect(der::OID)?.whole;
    let inner = parts.bits()?;
    let hashed = if algorithm == der::oid(ED25519) { der::octets(inner) } else { inner.to_vec() };
    Ok(sha1::Sha1::digest(hashed).to_vec())
}

/// The SHA-1 checksum that an object is known by; space at the ends does not count.
pub(super) fn known_by(bytes: &[u8]) -> String {
    use sha1::Digest as _;
    let is_space = |b: &u8| b.is_ascii_whitespace() || *b == 0x0b;
    let from = bytes.iter().take_while(|b| is_space(b)).count();
    let end = bytes.len() - bytes[from..].iter().rev().take_while(|b| is_space(b)).count();
    hex(&sha1::Sha1::digest(&bytes[from..end]))
}

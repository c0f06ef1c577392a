//! Keys in OpenSSH's forms: one line for a public key, a block of its own for a private one.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use ed25519_dalek::SigningKey;
use wb_sdk::Ambient;

use super::ec::{CURVES, EcKey};
use super::key::{BadKey, Key};
use super::pem;
use super::rsa_key::RsaKey;
use crate::source::hex;

const MAGIC: &[u8] = b"openssh-key-v1\0";
/// Private parts are padded to multiples of this.
const BLOCK: usize = 8;

/// What OpenSSH knows of a public key.
pub(super) struct Public {
    /// The line of `authorized_keys`, with its end.
    pub(super) line: String,
    pub(super) md5: String,
    pub(super) sha256: String,
}

#[derive(Default)]
struct Writer(Vec<u8>);

impl Writer {
    fn number(mut self, number: u32) -> Self {
        self.0.extend_from_slice(&number.to_be_bytes());
        self
    }

    fn string(mut self, bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref();
        // Keys are far shorter than this allows.
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self = self.number(length);
        self.0.extend_from_slice(bytes);
        self
    }

    /// A number without sign, from the highest byte.
    fn large(self, bytes: &[u8]) -> Self {
        let digits = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
        let needs_zero = digits.first().is_some_and(|byte| byte & 0x80 != 0);
        let mut padded = if needs_zero { vec![0] } else { Vec::new() };
        padded.extend_from_slice(digits);
        self.string(padded)
    }
}

/// Its name and the public numbers; nothing where OpenSSH does not know the kind.
fn public_blob(key: &Key) -> Result<Option<Vec<u8>>, BadKey> {
    let writer = Writer::default();
    Ok(Some(match key {
        Key::Rsa(key) => {
            let numbers = key.numbers()?;
            writer.string("ssh-rsa").large(&numbers.e).large(&numbers.n).0
        }
        Key::Ecdsa(key) => {
            let Some(curve) = key.curve.ssh_name() else { return Ok(None) };
            writer.string(format!("ecdsa-sha2-{curve}")).string(curve).string(&key.point).0
        }
        Key::Ed25519(key) => writer.string("ssh-ed25519").string(key.verifying_key().as_bytes()).0,
    }))
}

pub(super) fn public(key: &Key) -> Result<Option<Public>, BadKey> {
    use sha2::Digest as _;
    let Some(blob) = public_blob(key)? else { return Ok(None) };
    let mut reader = Reader(&blob);
    let name = String::from_utf8_lossy(reader.string()?).into_owned();
    let md5 = md5::Md5::digest(&blob);
    Ok(Some(Public {
        line: format!("{name} {}\n", STANDARD.encode(&blob)),
        md5: md5.iter().map(|byte| hex(&[*byte])).collect::<Vec<_>>().join(":"),
        sha256: format!("SHA256:{}", STANDARD_NO_PAD.encode(sha2::Sha256::digest(&blob))),
    }))
}

/// The private key; nothing where OpenSSH does not know the kind.
pub(super) fn encode(key: &Key, ambient: &dyn Ambient) -> Result<Option<String>, BadKey> {
    let Some(public) = public_blob(key)? else { return Ok(None) };
    let mut check = [0; 4];
    ambient.random(&mut check);
    let check = u32::from_be_bytes(check);
    let private = Writer::default().number(check).number(check);
    let private = match key {
        Key::Rsa(key) => {
            let n = key.numbers()?;
            let private = private.string("ssh-rsa").large(&n.n).large(&n.e).large(&n.d);
            private.large(&n.coefficient).large(&n.p).large(&n.q)
        }
        Key::Ecdsa(key) => {
            let curve = key.curve.ssh_name().unwrap_or_default();
            let private = private.string(format!("ecdsa-sha2-{curve}")).string(curve);
            private.string(&key.point).large(&key.scalar)
        }
        Key::Ed25519(key) => {
            let public = key.verifying_key();
            let both = key.to_keypair_bytes();
            private.string("ssh-ed25519").string(public.as_bytes()).string(both)
        }
    };
    let mut private = private.string("").0;
    let padding = (1..).take((BLOCK - private.len() % BLOCK) % BLOCK);
    private.extend(padding);
    let whole = Writer(MAGIC.to_vec()).string("none").string("none").string("");
    let whole = whole.number(1).string(public).string(private).0;
    Ok(Some(pem::encode("OPENSSH PRIVATE KEY", &whole)))
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], BadKey> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(BadKey("it ends too early"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u32, BadKey> {
        let bytes = self.take(4)?;
        Ok(bytes.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
    }

    fn string(&mut self) -> Result<&'a [u8], BadKey> {
        let length = self.number()?;
        self.take(usize::try_from(length).unwrap_or(usize::MAX))
    }
}

/// Reads a private key of this form.
pub(super) fn decode(bytes: &[u8]) -> Result<Key, BadKey> {
    let mut outer = Reader(bytes);
    if outer.take(MAGIC.len())? != MAGIC {
        return Err(BadKey("it is not in OpenSSH's form"));
    }
    if outer.string()? != b"none" {
        return Err(BadKey("it is encrypted"));
    }
    outer.string()?;
    outer.string()?;
    if outer.number()? != 1 {
        return Err(BadKey("there is not one key"));
    }
    outer.string()?;
    let mut inner = Reader(outer.string()?);
    if inner.number()? != inner.number()? {
        return Err(BadKey("it is damaged"));
    }
    match inner.string()? {
        b"ssh-rsa" => {
            let [n, e, d, _, p, q] = [(); 6].map(|()| inner.string());
            RsaKey::from_parts(n?, e?, d?, [p?, q?]).map(Key::Rsa)
        }
        b"ssh-ed25519" => {
            inner.string()?;
            let seed = inner.string()?.first_chunk().ok_or(BadKey("it has not 64 bytes"))?;
            Ok(Key::Ed25519(Box::new(SigningKey::from_bytes(seed))))
        }
        name if name.starts_with(b"ecdsa-sha2-") => {
            let curve = inner.string()?;
            inner.string()?;
            let known = |name: &str| name.as_bytes() == curve;
            let curve = CURVES.into_iter().find(|curve| curve.ssh_name().is_some_and(known));
            let curve = curve.ok_or(BadKey("its curve is not known"))?;
            EcKey::new(curve, inner.string()?).map(Key::Ecdsa)
        }
        _ => Err(BadKey("its algorithm is not RSA, ECDSA or ED25519")),
    }
}

//! Private keys of RSA, and what was encrypted for them (PKCS #1, version 1.5).
//!
//! Times depend on the key. That tells nobody anything here: the key and the text are in the configuration of whoever
//! waits for the answer.

use dashu_int::UBig;
use dashu_int::fast_div::ConstDivisor;
use dashu_int::ops::BitTest;

use super::base64;

/// A private key, or as much of it as decrypting takes.
pub(in super::super) struct Key {
    modulus: UBig,
    exponent: UBig,
}

/// No modulus has more bits than this: the time to decrypt grows with the third power.
const MOST_BITS: usize = 16_384;

impl Key {
    /// Reads a key in PEM: as PKCS #1, as PKCS #8, or as OpenSSH writes it without a passphrase.
    pub(in super::super) fn parse(pem: &str) -> Result<Self, &'static str> {
        let (label, der) = read_pem(pem)?;
        let key = match label {
            "RSA PRIVATE KEY" if pem.contains("ENCRYPTED") => return Err(PROTECTED),
            "RSA PRIVATE KEY" => pkcs1(&der).ok_or("invalid ASN1 data in the given private key"),
            "PRIVATE KEY" => pkcs8(&der).ok_or("this is no private key of RSA"),
            "OPENSSH PRIVATE KEY" => openssh(&der),
            "ENCRYPTED PRIVATE KEY" => return Err(PROTECTED),
            _ => Err("this is no private key of RSA"),
        }?;
        let bits = key.modulus.bit_len();
        if key.modulus < UBig::from(2_u8) || bits > MOST_BITS {
            return Err("its modulus is out of range");
        }
        Ok(key)
    }

    /// The text that was encrypted; nothing where it was not encrypted for this key.
    pub(in super::super) fn decrypt(&self, ciphertext: &[u8]) -> Option<Vec<u8>> {
        let length = self.modulus.to_be_bytes().len();
        let number = UBig::from_be_bytes(ciphertext);
        if ciphertext.len() > length || number >= self.modulus {
            return None;
        }
        let ring = ConstDivisor::new(self.modulus.clone());
        let plain = ring.reduce(number).pow(&self.exponent).residue();
        let plain = plain.to_be_bytes();
        // 0, 2, at least eight bytes that are not 0, 0, the text. The first 0 is no digit of the number.
        let padded = plain.strip_prefix(&[2]).filter(|_| plain.len() + 1 == length)?;
        let end = padded.iter().position(|byte| *byte == 0).filter(|end| *end >= 8)?;
        Some(padded[end + 1..].to_vec())
    }
}

const PROTECTED: &str = "it is protected by a passphrase";

/// The label and the bytes of the first block.
fn read_pem(pem: &str) -> Result<(&str, Vec<u8>), &'static str> {
    const NONE: &str = "no key found";
    let (_, rest) = pem.split_once("-----BEGIN ").ok_or(NONE)?;
    let (label, rest) = rest.split_once("-----").ok_or(NONE)?;
    let (body, _) = rest.split_once("-----END ").ok_or(NONE)?;
    // Headers, if any, end with an empty line.
    let lines = body.lines().filter(|line| !line.contains(':'));
    let letters: String = lines.map(str::trim).collect();
    Ok((label, base64::decode(&letters).map_err(|_| NONE)?))
}

/// An element of DER with this tag, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let [first, length, rest @ ..] = der else { return None };
    let (length, rest) = match *length {
        short if short < 0x80 => (usize::from(short), rest),
        long => {
            let (digits, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
            let length = digits.iter().try_fold(0_usize, |sum, digit| {
                sum.checked_mul(256)?.checked_add(usize::from(*digit))
            })?;
            (length, rest)
        }
    };
    (*first == tag).then(|| rest.split_at_checked(length))?
}

const INTEGER: u8 = 2;
const OCTETS: u8 = 4;
const SEQUENCE: u8 = 0x30;

/// Version, modulus, public exponent, private exponent, and what would make it faster.
fn pkcs1(der: &[u8]) -> Option<Key> {
    let (body, _) = element(der, SEQUENCE)?;
    let (_, body) = element(body, INTEGER)?;
    let (modulus, body) = element(body, INTEGER)?;
    let (_, body) = element(body, INTEGER)?;
    let (exponent, _) = element(body, INTEGER)?;
    Some(Key { modulus: UBig::from_be_bytes(modulus), exponent: UBig::from_be_bytes(exponent) })
}

/// Version, algorithm, and the key in its own form.
fn pkcs8(der: &[u8]) -> Option<Key> {
    /// The object identifier 1.2.840.113549.1.1.1, rsaEncryption.
    const RSA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
    const IDENTIFIER: u8 = 6;
    let (body, _) = element(der, SEQUENCE)?;
    let (_, body) = element(body, INTEGER)?;
    let (algorithm, body) = element(body, SEQUENCE)?;
    let (identifier, _) = element(algorithm, IDENTIFIER)?;
    let (key, _) = element(body, OCTETS)?;
    (identifier == RSA).then(|| pkcs1(key))?
}

/// A magic word, how it is encrypted, the public keys and the private ones; parts have their length before them.
fn openssh(bytes: &[u8]) -> Result<Key, &'static str> {
    const DAMAGED: &str = "it is damaged";
    let mut rest = bytes.strip_prefix(b"openssh-key-v1\0").ok_or(DAMAGED)?;
    let cipher = part(&mut rest).ok_or(DAMAGED)?;
    if cipher != b"none" {
        return Err(PROTECTED);
    }
    let private = (|| {
        let (_, _) = (part(&mut rest)?, part(&mut rest)?);
        let (_, mut rest) = rest.split_at_checked(4)?;
        let (_, private) = (part(&mut rest)?, part(&mut rest)?);
        // Two numbers that are the same where a passphrase was right.
        private.get(8..)
    })();
    let mut private = private.ok_or(DAMAGED)?;
    if part(&mut private) != Some(b"ssh-rsa") {
        return Err("this is no private key of RSA");
    }
    let numbers = (|| Some((part(&mut private)?, part(&mut private)?, part(&mut private)?)))();
    let (modulus, _, exponent) = numbers.ok_or(DAMAGED)?;
    Ok(Key { modulus: UBig::from_be_bytes(modulus), exponent: UBig::from_be_bytes(exponent) })
}

fn part<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (part, after) = after.split_at_checked(length)?;
    *rest = after;
    Some(part)
}

//! A digest of what a state says, the same for every spelling of it.
//!
//! It covers what both Terraform and OpenTofu keep, in the form in which they write it, so that a file which one of
//! them rewrote without changing anything has the digest of the one that wb wrote. Left out is what only one of them
//! knows: identities, `skip_destroy`, deprecation of outputs, keys of iterated providers.

use std::fmt::{self, Write as _};
use std::io::Write as _;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use wb_core::addr::{ConfigResource, Mode};

use crate::{AttrPath, Attributes, Object, RawJson, State, Status, text_order};

/// 256 bits of BLAKE3.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// Of some bytes as they are.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// # Errors
    /// Where the text is not 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is not a digest of 64 hexadecimal digits");
        if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let digits = std::str::from_utf8(pair).map_err(|_| wrong())?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| wrong())?;
        }
        Ok(Self(bytes))
    }

    /// The first eight bytes as digits, to tell one object's versions apart.
    pub(crate) fn short(self) -> String {
        self.0[..8].iter().flat_map(|byte| digits(*byte)).collect()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().flat_map(|byte| digits(*byte)).try_for_each(|digit| f.write_char(digit))
    }
}

/// A byte as two hexadecimal digits.
fn digits(byte: u8) -> [char; 2] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    [byte >> 4, byte & 15].map(|digit| char::from(DIGITS[usize::from(digit)]))
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({})", &self.to_string()[..12])
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_hex(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl State {
    /// The digest of resources, outputs and check results.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digests().0
    }

    /// The same, and the digest of each object, in the order of [`State::objects`].
    pub(crate) fn digests(&self) -> (Digest, Vec<Digest>) {
        let mut hasher = blake3::Hasher::new();
        // Hashing many small pieces costs more than copying them together.
        let mut bytes = Vec::new();
        let mut inner = Vec::new();
        let mut objects = Vec::with_capacity(self.resources.len());
        for (addr, resource) in &self.resources {
            bytes.clear();
            shown(&mut bytes, b'R', addr);
            shown(&mut bytes, b'p', &resource.provider);
            for (key, instance) in &resource.instances {
                shown(&mut bytes, b'i', key);
                let current = instance.current.iter().map(|o| (None, o));
                let deposed = instance.all_deposed().iter().map(|(k, o)| (Some(k), o));
                for (key, object) in current.chain(deposed) {
                    line(&mut bytes, b'o', key.map_or("", |k| k.as_str()));
                    inner.clear();
                    object_bytes(object, &mut inner);
                    let digest = Digest::of_bytes(&inner);
                    bytes.extend_from_slice(&digest.0);
                    objects.push(digest);
                }
            }
            hasher.update(&bytes);
        }
        bytes.clear();
        for (name, output) in &self.outputs {
            line(&mut bytes, b'O', name);
            json(&mut bytes, &output.value, 3);
            json(&mut bytes, &output.kind, 3);
            bytes.push(u8::from(output.sensitive));
        }
        checks(self, &mut bytes);
        hasher.update(&bytes);
        (Digest(*hasher.finalize().as_bytes()), objects)
    }
}

/// Adds everything that the digest covers of one object.
pub(crate) fn object_bytes(object: &Object, out: &mut Vec<u8>) {
    out.extend_from_slice(&object.schema_version.to_le_bytes());
    out.push(u8::from(object.status == Status::Tainted));
    out.push(u8::from(object.create_before_destroy));
    match &object.attributes {
        Attributes::Json(raw) => json(out, raw, ATTRIBUTES_DEPTH),
        Attributes::Flat(map) => {
            for (name, value) in map {
                line(out, b'f', name);
                line(out, b'=', value);
            }
        }
    }
    line(out, b'P', object.private.as_ref().map_or("", |p| p.base64()));
    if !object.sensitive.is_empty() {
        let mut paths: Vec<&AttrPath> = object.sensitive.iter().collect();
        paths.sort();
        paths.dedup();
        for path in paths {
            line(out, b's', &AttrPath::write_list(std::slice::from_ref(path)));
        }
    }
    // They mostly are in the order of their texts already.
    let mut dependencies: Vec<&ConfigResource> = object.dependencies.iter().collect();
    dependencies.sort_by(|a, b| text_order(a, b));
    for block in dependencies {
        out.push(b'd');
        with_length(out, |out| write_block(out, block));
    }
}

/// What a block's address prints, without formatting the commonest kind.
fn write_block(out: &mut Vec<u8>, block: &ConfigResource) {
    if block.module.is_root() && block.resource.mode == Mode::Managed {
        out.extend_from_slice(block.resource.kind.as_bytes());
        out.push(b'.');
        out.extend_from_slice(block.resource.name.as_bytes());
    } else {
        write!(out, "{block}").expect("writing to memory does not fail");
    }
}

/// How many levels are open around an object's attributes in a file.
pub(crate) const ATTRIBUTES_DEPTH: usize = 5;

fn json(out: &mut Vec<u8>, raw: &RawJson, depth: usize) {
    with_length(out, |out| raw.write(out, depth));
}

/// A tagged text with its length, so that no two lists of texts have the same bytes.
fn line(out: &mut Vec<u8>, tag: u8, text: &str) {
    out.push(tag);
    with_length(out, |out| out.extend_from_slice(text.as_bytes()));
}

/// As [`line`], of what prints.
fn shown(out: &mut Vec<u8>, tag: u8, text: &dyn fmt::Display) {
    out.push(tag);
    with_length(out, |out| write!(out, "{text}").expect("writing to memory does not fail"));
}

/// What is written, after its length.
fn with_length(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len() + 8;
    out.extend_from_slice(&[0; 8]);
    write(out);
    let length = (out.len() - start) as u64;
    out[start - 8..start].copy_from_slice(&length.to_le_bytes());
}

/// Terraform writes check results in any order.
fn checks(state: &State, out: &mut Vec<u8>) {
    let mut all: Vec<_> = state.checks.iter().collect();
    all.sort_by_cached_key(|c| (c.kind(), c.block.to_string()));
    for check in all {
        line(out, b'C', &check.block.to_string());
        line(out, b'k', check.kind().as_str());
        line(out, b's', check.status.as_str());
        let mut objects: Vec<_> = check.objects.iter().collect();
        objects.sort_by_cached_key(|o| o.address.to_string());
        for object in objects {
            line(out, b'c', &object.address.to_string());
            line(out, b's', object.status.as_str());
            object.failure_messages.iter().for_each(|m| line(out, b'm', m));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_print_and_parse() {
        let digest = Digest::of_bytes(b"x");
        assert_eq!(digest.to_string(), blake3::hash(b"x").to_hex().as_str());
        assert_eq!(digest.short(), digest.to_string()[..16]);
        assert_eq!(Digest::from_hex(&digest.to_string()), Ok(digest));
        assert!(Digest::from_hex("00").is_err());
        assert!(Digest::from_hex(&"é0".repeat(32)).is_err());
    }

    #[test]
    fn the_spelling_of_attributes_does_not_count() {
        let object = |text: &str| Object {
            attributes: Attributes::Json(RawJson::new(text).unwrap()),
            ..Object::default()
        };
        assert_eq!(object("{\"a\":1}").digest(), object("{ \"a\": 1 }").digest());
        assert_ne!(object("{\"a\":1}").digest(), object("{\"a\":2}").digest());
    }

    #[test]
    fn the_order_of_dependencies_does_not_count() {
        let object = |blocks: &[&str]| Object {
            dependencies: blocks.iter().map(|b| ConfigResource::parse(b).unwrap()).collect(),
            ..Object::default()
        };
        let blocks = ["a.b", "a-b.c", "data.a.b", "module.m.a.b"];
        let mut reversed = blocks;
        reversed.reverse();
        assert_eq!(object(&blocks).digest(), object(&reversed).digest());
        assert_ne!(object(&blocks).digest(), object(&blocks[1..]).digest());
    }
}

//! A digest of what a state says, the same for every spelling of it.
//!
//! It covers what both Terraform and OpenTofu keep, in the form in which they write it, so that a file which one of
//! them rewrote without changing anything has the digest of the one that wb wrote. Left out is what only one of them
//! knows: identities, `skip_destroy`, deprecation of outputs, keys of iterated providers.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{AttrPath, Attributes, Object, RawJson, State, Status};

/// 256 bits of BLAKE3.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    pub(crate) fn of(hasher: &blake3::Hasher) -> Self {
        Self(*hasher.finalize().as_bytes())
    }

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
        self.to_string()[..16].to_owned()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
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
        let mut hasher = blake3::Hasher::new();
        let mut inner = blake3::Hasher::new();
        for (addr, resource) in &self.resources {
            line(&mut hasher, b'R', &addr.to_string());
            line(&mut hasher, b'p', &resource.provider.to_string());
            for (key, instance) in &resource.instances {
                line(&mut hasher, b'i', &key.to_string());
                let current = instance.current.iter().map(|o| (None, o));
                let deposed = instance.all_deposed().iter().map(|(k, o)| (Some(k), o));
                for (key, object) in current.chain(deposed) {
                    line(&mut hasher, b'o', key.map_or("", |k| k.as_str()));
                    inner.reset();
                    object_bytes(object, &mut inner);
                    hasher.update(inner.finalize().as_bytes());
                }
            }
        }
        for (name, output) in &self.outputs {
            line(&mut hasher, b'O', name);
            json(&mut hasher, &output.value, 3);
            json(&mut hasher, &output.kind, 3);
            hasher.update(&[u8::from(output.sensitive)]);
        }
        checks(self, &mut hasher);
        Digest::of(&hasher)
    }
}

/// Adds everything that the digest covers of one object.
pub(crate) fn object_bytes(object: &Object, hasher: &mut blake3::Hasher) {
    hasher.update(&object.schema_version.to_le_bytes());
    hasher.update(&[
        u8::from(object.status == Status::Tainted),
        u8::from(object.create_before_destroy),
    ]);
    match &object.attributes {
        Attributes::Json(raw) => json(hasher, raw, ATTRIBUTES_DEPTH),
        Attributes::Flat(map) => {
            for (name, value) in map {
                line(hasher, b'f', name);
                line(hasher, b'=', value);
            }
        }
    }
    line(hasher, b'P', object.private.as_ref().map_or("", |p| p.base64()));
    if !object.sensitive.is_empty() {
        let mut paths: Vec<&AttrPath> = object.sensitive.iter().collect();
        paths.sort();
        paths.dedup();
        for path in paths {
            line(hasher, b's', &AttrPath::write_list(std::slice::from_ref(path)));
        }
    }
    if !object.dependencies.is_empty() {
        let mut names: Vec<String> = object.dependencies.iter().map(ToString::to_string).collect();
        names.sort_unstable();
        for name in names {
            line(hasher, b'd', &name);
        }
    }
}

/// How many levels are open around an object's attributes in a file.
pub(crate) const ATTRIBUTES_DEPTH: usize = 5;

fn json(hasher: &mut blake3::Hasher, raw: &RawJson, depth: usize) {
    raw.with_laid_out(depth, |bytes| {
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    });
}

/// A tagged text with its length, so that no two lists of texts have the same bytes.
fn line(hasher: &mut blake3::Hasher, tag: u8, text: &str) {
    let mut head = [tag, 0, 0, 0, 0, 0, 0, 0, 0];
    head[1..].copy_from_slice(&(text.len() as u64).to_le_bytes());
    hasher.update(&head);
    hasher.update(text.as_bytes());
}

/// Terraform writes check results in any order.
fn checks(state: &State, hasher: &mut blake3::Hasher) {
    let mut all: Vec<_> = state.checks.iter().collect();
    all.sort_by_cached_key(|c| (c.kind(), c.block.to_string()));
    for check in all {
        line(hasher, b'C', &check.block.to_string());
        line(hasher, b'k', check.kind().as_str());
        line(hasher, b's', check.status.as_str());
        let mut objects: Vec<_> = check.objects.iter().collect();
        objects.sort_by_cached_key(|o| o.address.to_string());
        for object in objects {
            line(hasher, b'c', &object.address.to_string());
            line(hasher, b's', object.status.as_str());
            object.failure_messages.iter().for_each(|m| line(hasher, b'm', m));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_print_and_parse() {
        let digest = Digest::of_bytes(b"x");
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
}

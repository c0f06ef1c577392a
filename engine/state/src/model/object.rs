//! Instances and their objects.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use wb_core::addr::{AbsInstance, ConfigResource, DeposedKey, InstanceKey, Mode};

use crate::digest::object_bytes;
use crate::{AttrPath, Digest, RawJson, text};

/// One resource instance: the object that its address is bound to, and those that a replacement set aside.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Instance {
    /// Which instance of an iterated provider configuration (OpenTofu) the objects belong to.
    pub provider_key: InstanceKey,
    pub current: Option<Arc<Object>>,
    deposed: Vec<(DeposedKey, Arc<Object>)>,
}

impl Instance {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.current.is_none() && self.deposed.is_empty()
    }

    #[must_use]
    pub fn deposed(&self, key: DeposedKey) -> Option<&Arc<Object>> {
        let at = self.deposed.binary_search_by_key(&key, |(k, _)| *k).ok()?;
        Some(&self.deposed[at].1)
    }

    /// The object set aside under a key, or the current one.
    #[must_use]
    pub fn object(&self, deposed: Option<DeposedKey>) -> Option<&Arc<Object>> {
        match deposed {
            None => self.current.as_ref(),
            Some(key) => self.deposed(key),
        }
    }

    /// The objects set aside, in the order of their keys.
    #[must_use]
    pub fn all_deposed(&self) -> &[(DeposedKey, Arc<Object>)] {
        &self.deposed
    }

    /// Puts an object in or, with nothing, takes it out; gives the one that was there.
    pub fn set_deposed(
        &mut self,
        key: DeposedKey,
        object: Option<Arc<Object>>,
    ) -> Option<Arc<Object>> {
        match (self.deposed.binary_search_by_key(&key, |(k, _)| *k), object) {
            (Ok(at), Some(object)) => Some(std::mem::replace(&mut self.deposed[at].1, object)),
            (Ok(at), None) => Some(self.deposed.remove(at).1),
            (Err(at), Some(object)) => {
                self.deposed.insert(at, (key, object));
                None
            }
            (Err(_), None) => None,
        }
    }

    /// Whether both hold the same objects, as [`Object::is_same`] has it.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let pair = |a: &Option<Arc<Object>>, b: &Option<Arc<Object>>| match (a, b) {
            (Some(a), Some(b)) => a.is_same(b),
            (None, None) => true,
            _ => false,
        };
        pair(&self.current, &other.current)
            && self.deposed.len() == other.deposed.len()
            && self
                .deposed
                .iter()
                .zip(&other.deposed)
                .all(|((ak, a), (bk, b))| ak == bk && a.is_same(b))
    }
}

/// Whether the object can be relied on.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    #[default]
    Ready,
    /// Made half-way, or marked by the user: the next plan replaces it.
    Tainted,
}

/// What a provider reported of one remote object.
#[derive(Clone, PartialEq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Object {
    pub attributes: Attributes,
    pub schema_version: u64,
    #[serde(skip_serializing_if = "is_default")]
    pub status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private: Option<Private>,
    /// Where in the attributes the value must not be shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sensitive: Vec<AttrPath>,
    /// Blocks that this object needs, as the file has them: in the order of their texts. Planning chooses them.
    #[serde(with = "text::shared", skip_serializing_if = "<[_]>::is_empty")]
    pub dependencies: Arc<[ConfigResource]>,
    /// The instances that it needs directly. Nothing where only the blocks are known, as after another program's
    /// write.
    #[serde(with = "text::optional_shared", skip_serializing_if = "Option::is_none")]
    pub needs: Option<Arc<[AbsInstance]>>,
    #[serde(skip_serializing_if = "is_default")]
    pub create_before_destroy: bool,
    /// OpenTofu's: taken out of the state when it is to be destroyed, and left alone outside.
    #[serde(skip_serializing_if = "is_default")]
    pub skip_destroy: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Object {
    /// Whether both stand for the same remote object in the same condition. What it depends on, what is sensitive in
    /// it and how it will be replaced follow from the stack, not from the object.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
            || (self.status == other.status
                && self.schema_version == other.schema_version
                && self.private == other.private
                && self.attributes == other.attributes)
    }

    /// The instances that it needs directly, as far as known. None at all where no block is.
    #[must_use]
    pub fn known_needs(&self) -> Option<&[AbsInstance]> {
        match &self.needs {
            Some(needs) => Some(needs),
            None if self.dependencies.is_empty() => Some(&[]),
            None => None,
        }
    }

    /// A digest of everything that Terraform keeps of an object.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let mut bytes = Vec::new();
        object_bytes(self, &mut bytes);
        Digest::of_bytes(&bytes)
    }
}

/// An object's value.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Attributes {
    /// In cty's JSON for the type's schema at [`Object::schema_version`].
    Json(RawJson),
    /// The flat map of Terraform before 0.12, which the provider upgrades.
    Flat(BTreeMap<String, String>),
}

impl Default for Attributes {
    fn default() -> Self {
        Self::Json(RawJson::empty_object())
    }
}

/// Names the remote object as its API does, where the type has an identity schema.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Identity {
    pub value: RawJson,
    pub schema_version: Option<u64>,
}

/// Bytes that only the provider understands, kept as the base64 text that the file has, whatever it is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Private(Arc<str>);

impl Private {
    /// Nothing where there are no bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        (!bytes.is_empty()).then(|| Self(BASE64.encode(bytes).into()))
    }

    pub(crate) fn from_base64(text: &str) -> Self {
        Self(text.into())
    }

    #[must_use]
    pub fn base64(&self) -> &str {
        &self.0
    }

    /// Nothing where the text, another program's, is not base64.
    #[must_use]
    pub fn bytes(&self) -> Option<Vec<u8>> {
        BASE64.decode(self.0.as_bytes()).ok()
    }
}

impl fmt::Debug for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Private({} base64 digits)", self.0.len())
    }
}

/// What an object needed beside what it is going to need, in the order of their text: what Terraform says that an object
/// depends on which is about to change.
#[must_use]
pub fn merged_dependencies(
    stored: &Arc<[ConfigResource]>,
    now: &Arc<[ConfigResource]>,
) -> Arc<[ConfigResource]> {
    if now.iter().all(|block| stored.contains(block)) {
        return Arc::clone(stored);
    }
    if stored.is_empty() {
        return Arc::clone(now);
    }
    let mut all: Vec<ConfigResource> = stored.iter().chain(&**now).cloned().collect();
    all.sort_by_cached_key(ToString::to_string);
    all.dedup();
    all.into()
}

/// The order of the texts, which are not made: most lists are of one module and one type, and differ in the name alone.
#[must_use]
pub fn text_order(a: &ConfigResource, b: &ConfigResource) -> Ordering {
    let (x, y) = (&a.resource, &b.resource);
    if a.module == b.module && x.mode == y.mode && x.kind == y.kind {
        return x.name.cmp(&y.name);
    }
    pieces(a).flat_map(str::bytes).cmp(pieces(b).flat_map(str::bytes))
}

/// What the text of an address consists of.
fn pieces(block: &ConfigResource) -> impl Iterator<Item = &str> {
    let calls = block.module.names().iter().flat_map(|name| ["module.", name, "."]);
    let mode = match block.resource.mode {
        Mode::Managed => "",
        Mode::Data => "data.",
        Mode::Ephemeral => "ephemeral.",
    };
    calls.chain([mode, &*block.resource.kind, ".", &*block.resource.name])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_are_in_the_order_of_their_texts() {
        let texts = ["a-b.x", "a.x", "a.x-y", "data.a.x", "module.a-b.a.x", "module.a.a.x", "z.x"];
        let mut blocks = texts.map(|text| ConfigResource::parse(text).unwrap());
        blocks.reverse();
        blocks.sort_by(text_order);
        assert_eq!(blocks.map(|block| block.to_string()), texts);
    }

    #[test]
    fn an_object_with_other_dependencies_is_the_same() {
        let a = Object { schema_version: 1, ..Object::default() };
        let b =
            Object { dependencies: Arc::new([ConfigResource::parse("a.b").unwrap()]), ..a.clone() };
        assert!(a.is_same(&b));
        assert!(!a.is_same(&Object { status: Status::Tainted, ..a.clone() }));
        assert_eq!(a.known_needs(), Some(&[][..]));
        assert_eq!(b.known_needs(), None);
        assert_ne!(a.digest(), b.digest());
    }

    #[test]
    fn deposed_objects_keep_their_order() {
        let mut instance = Instance::default();
        let key = |n| DeposedKey::from_random(n);
        let object = || Some(Arc::new(Object::default()));
        for n in [3, 1, 2] {
            assert_eq!(instance.set_deposed(key(n), object()), None);
        }
        assert!(instance.all_deposed().is_sorted_by_key(|(k, _)| *k));
        assert!(instance.set_deposed(key(2), None).is_some());
        assert_eq!(instance.all_deposed().len(), 2);
        assert!(instance.deposed(key(3)).is_some());
    }
}

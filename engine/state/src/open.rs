//! Steps that are not settled: effects that may or may not have happened, and results that came too late to be folded.
//!
//! They live beside the state, never in it: an instance or a deposed object would be destroyed by the next apply, which
//! nobody asked for. Every plan names them, and they stay until `recover` or the user settles them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use wb_core::addr::{AbsInstance, ConfigResource, DeposedKey, ObjectAddr, ProviderInstance};

use crate::{AttrPath, Object, RawJson, text};

/// Names one run of apply: 64 random bits, printed as 16 digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(pub u64);

impl RunId {
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let lower = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        (text.len() == 16 && text.bytes().all(lower))
            .then(|| u64::from_str_radix(text, 16).ok().map(Self))
            .flatten()
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RunId({self})")
    }
}

/// Names an open step: the run, and the number of the step in its plan. `3f2a9c1eb0d4a7e2.17`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpenId {
    pub run: RunId,
    pub step: u64,
}

impl OpenId {
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (run, step) = text.split_once('.')?;
        Some(Self { run: RunId::parse(run)?, step: step.parse().ok()? })
    }
}

impl fmt::Display for OpenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.run, self.step)
    }
}

impl fmt::Debug for OpenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OpenId({self})")
    }
}

macro_rules! serde_as_text {
    ($($name:ty: $what:literal),*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).ok_or_else(|| {
                    serde::de::Error::custom(format!(concat!("\"{}\" is not ", $what), text))
                })
            }
        }
    )*};
}

serde_as_text!(RunId: "the id of a run", OpenId: "the id of a step");

/// One step that is not settled.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct OpenStep {
    pub id: OpenId,
    /// When it was begun or found, as RFC 3339 has it.
    pub since: String,
    /// Why it is open, a sentence.
    pub why: String,
    pub what: OpenWhat,
}

impl OpenStep {
    /// The object that it is about.
    #[must_use]
    pub fn address(&self) -> &ObjectAddr {
        match &self.what {
            OpenWhat::Uncertain(intent) => &intent.address,
            OpenWhat::Late(late) => &late.address,
        }
    }
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OpenWhat {
    /// It was begun, and how it ended is not known: `recover` finds out.
    Uncertain(Box<Intent>),
    /// It ended, but by then the state said something else about the instance: the user decides.
    Late(Box<Late>),
}

/// A result that does not fit the state any more.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Late {
    #[serde(with = "text")]
    pub address: ObjectAddr,
    #[serde(with = "text")]
    pub provider: ProviderInstance,
    /// What the step made or changed; nothing where it deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<Arc<Object>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IntentAction {
    Create,
    Update,
    Delete,
}

/// What a step is about to do: enough to find out, on any machine and without the stack, whether it was done.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Intent {
    pub action: IntentAction,
    /// The object that is made, changed or deleted; its type stands in the address.
    #[serde(with = "text")]
    pub address: ObjectAddr,
    #[serde(with = "text")]
    pub provider: ProviderInstance,
    pub schema_version: u64,
    /// Makes the call one call, however often it is sent.
    pub token: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prior: Option<Arc<Object>>,
    /// The configuration, as JSON for the type's schema; null where it is not known or must not be written down.
    pub config: RawJson,
    /// Where the configuration was not yet known, and what it was to be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<Unknown>,
    /// The provider's configuration, secrets replaced by a keyed hash.
    pub provider_config: RawJson,
    /// What says which target the provider spoke to: account, project, region, endpoint.
    pub target: BTreeMap<String, String>,
    #[serde(with = "text::shared", default = "empty")]
    pub dependencies: Arc<[ConfigResource]>,
    #[serde(with = "text::shared", default = "empty")]
    pub needs: Arc<[AbsInstance]>,
    #[serde(default)]
    pub create_before_destroy: bool,
    /// The key under which the current object is set aside when this one exists.
    #[serde(with = "text::optional", default, skip_serializing_if = "Option::is_none")]
    pub deposes: Option<DeposedKey>,
    /// Whether the API was asked just before and knew no object of that name.
    #[serde(default)]
    pub absent_before: bool,
    /// Where the configuration is sensitive, and so the object.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sensitive: Vec<AttrPath>,
    /// Whether provisioners run once the object is made. One that is found without that they have run is tainted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub provisions: bool,
}

fn empty<T>() -> Arc<[T]> {
    Arc::new([])
}

/// A part of a configuration that was not yet known.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Unknown {
    pub path: AttrPath,
    /// The expression, as the stack has it.
    pub expression: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_print_and_parse() {
        let id = OpenId { run: RunId(0xab), step: 17 };
        assert_eq!(id.to_string(), "00000000000000ab.17");
        assert_eq!(OpenId::parse(&id.to_string()), Some(id));
        for text in ["", "ab.1", "00000000000000AB.1", "00000000000000ab", "00000000000000ab.x"] {
            assert_eq!(OpenId::parse(text), None, "{text}");
        }
    }
}

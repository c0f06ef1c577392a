//! Addresses in wire forms: as the text that they print. For serde's `with`.

use std::fmt::Display;
use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serializer};
use wb_core::addr::{
    AbsInstance, AddrError, ConfigResource, DeposedKey, ModuleInstance, ObjectAddr, ProviderConfig,
    ProviderInstance, Target,
};

/// What parses what it prints.
pub trait Textual: Display + Sized {
    /// # Errors
    /// Where the text is no such address.
    fn from_text(text: &str) -> Result<Self, AddrError>;
}

macro_rules! textual {
    ($($name:ty),*) => {$(
        impl Textual for $name {
            fn from_text(text: &str) -> Result<Self, AddrError> {
                Self::parse(text)
            }
        }
    )*};
}

textual!(
    AbsInstance,
    ConfigResource,
    DeposedKey,
    ObjectAddr,
    ProviderConfig,
    ProviderInstance,
    Target
);

impl Textual for ModuleInstance {
    /// The root module prints nothing.
    fn from_text(text: &str) -> Result<Self, AddrError> {
        if text.is_empty() { Ok(Self::ROOT) } else { Self::parse(text) }
    }
}

/// # Errors
/// As the serialiser has them.
pub fn serialize<T: Textual, S: Serializer>(value: &T, s: S) -> Result<S::Ok, S::Error> {
    s.collect_str(value)
}

/// # Errors
/// Where the text is no such address.
pub fn deserialize<'de, T: Textual, D: Deserializer<'de>>(d: D) -> Result<T, D::Error> {
    let text = String::deserialize(d)?;
    T::from_text(&text).map_err(D::Error::custom)
}

/// One that may be absent.
pub mod optional {
    use super::{Deserialize, Deserializer, Failed, Serializer, Textual};

    /// # Errors
    /// As the serialiser has them.
    pub fn serialize<T: Textual, S: Serializer>(
        value: &Option<T>,
        s: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => s.collect_str(value),
            None => s.serialize_none(),
        }
    }

    /// # Errors
    /// Where a text is no such address.
    pub fn deserialize<'de, T: Textual, D: Deserializer<'de>>(d: D) -> Result<Option<T>, D::Error> {
        Option::<String>::deserialize(d)?
            .map(|t| T::from_text(&t).map_err(Failed::custom))
            .transpose()
    }
}

/// A list of them.
pub mod shared {
    use super::{Arc, Deserialize, Deserializer, Failed, Serializer, Textual};

    /// # Errors
    /// As the serialiser has them.
    pub fn serialize<T: Textual, S: Serializer>(value: &Arc<[T]>, s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(value.iter().map(ToString::to_string))
    }

    /// # Errors
    /// Where a text is no such address.
    pub fn deserialize<'de, T: Textual, D: Deserializer<'de>>(d: D) -> Result<Arc<[T]>, D::Error> {
        let texts = Vec::<String>::deserialize(d)?;
        texts.iter().map(|t| T::from_text(t).map_err(Failed::custom)).collect()
    }
}

/// A list of them that is not shared.
pub mod list {
    use super::{Deserialize, Deserializer, Failed, Serializer, Textual};

    /// # Errors
    /// As the serialiser has them.
    pub fn serialize<T: Textual, S: Serializer>(value: &[T], s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(value.iter().map(ToString::to_string))
    }

    /// # Errors
    /// Where a text is no such address.
    pub fn deserialize<'de, T: Textual, D: Deserializer<'de>>(d: D) -> Result<Vec<T>, D::Error> {
        let texts = Vec::<String>::deserialize(d)?;
        texts.iter().map(|t| T::from_text(t).map_err(Failed::custom)).collect()
    }
}

/// A list that may be absent.
pub mod optional_shared {
    use super::{Arc, Deserialize, Deserializer, Failed, Serializer, Textual};

    /// # Errors
    /// As the serialiser has them.
    pub fn serialize<T: Textual, S: Serializer>(
        value: &Option<Arc<[T]>>,
        s: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Some(list) => super::shared::serialize(list, s),
            None => s.serialize_none(),
        }
    }

    /// # Errors
    /// Where a text is no such address.
    pub fn deserialize<'de, T: Textual, D: Deserializer<'de>>(
        d: D,
    ) -> Result<Option<Arc<[T]>>, D::Error> {
        let Some(texts) = Option::<Vec<String>>::deserialize(d)? else { return Ok(None) };
        texts
            .iter()
            .map(|t| T::from_text(t).map_err(Failed::custom))
            .collect::<Result<_, _>>()
            .map(Some)
    }
}

/// Makes any deserialiser's error of an address's.
struct Failed;

impl Failed {
    fn custom<E: serde::de::Error>(error: AddrError) -> E {
        E::custom(error)
    }
}

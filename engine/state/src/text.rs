//! Addresses in wire forms: as the text that they print.

use std::fmt::Display;
use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serializer};
use wb_core::addr::{
    AbsInstance, AddrError, ConfigResource, DeposedKey, ObjectAddr, ProviderConfig,
    ProviderInstance,
};

/// What parses what it prints.
pub(crate) trait Textual: Display + Sized {
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

textual!(AbsInstance, ConfigResource, DeposedKey, ObjectAddr, ProviderConfig, ProviderInstance);

pub(crate) fn serialize<T: Textual, S: Serializer>(value: &T, s: S) -> Result<S::Ok, S::Error> {
    s.collect_str(value)
}

pub(crate) fn deserialize<'de, T: Textual, D: Deserializer<'de>>(d: D) -> Result<T, D::Error> {
    let text = String::deserialize(d)?;
    T::from_text(&text).map_err(D::Error::custom)
}

pub(crate) mod optional {
    use super::{Deserialize, Deserializer, Failed, Serializer, Textual};

    pub(crate) fn serialize<T: Textual, S: Serializer>(
        value: &Option<T>,
        s: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => s.collect_str(value),
            None => s.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, T: Textual, D: Deserializer<'de>>(
        d: D,
    ) -> Result<Option<T>, D::Error> {
        Option::<String>::deserialize(d)?
            .map(|t| T::from_text(&t).map_err(Failed::custom))
            .transpose()
    }
}

pub(crate) mod shared {
    use super::{Arc, Deserialize, Deserializer, Failed, Serializer, Textual};

    pub(crate) fn serialize<T: Textual, S: Serializer>(
        value: &Arc<[T]>,
        s: S,
    ) -> Result<S::Ok, S::Error> {
        s.collect_seq(value.iter().map(ToString::to_string))
    }

    pub(crate) fn deserialize<'de, T: Textual, D: Deserializer<'de>>(
        d: D,
    ) -> Result<Arc<[T]>, D::Error> {
        let texts = Vec::<String>::deserialize(d)?;
        texts.iter().map(|t| T::from_text(t).map_err(Failed::custom)).collect()
    }
}

pub(crate) mod optional_shared {
    use super::{Arc, Deserialize, Deserializer, Failed, Serializer, Textual};

    pub(crate) fn serialize<T: Textual, S: Serializer>(
        value: &Option<Arc<[T]>>,
        s: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Some(list) => super::shared::serialize(list, s),
            None => s.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, T: Textual, D: Deserializer<'de>>(
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

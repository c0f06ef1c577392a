//! Addresses in wire forms: as the text that they print. For serde's `with`.

use std::fmt::{self, Display, Write as _};
use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
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
    Text(value).serialize(s)
}

/// # Errors
/// Where the text is no such address.
pub fn deserialize<'de, T: Textual, D: Deserializer<'de>>(d: D) -> Result<T, D::Error> {
    // Not `deserialize_str`: CBOR's reader gives that for short texts only.
    d.deserialize_string(TextVisitor(PhantomData))
}

/// An address that is written as text.
struct Text<'a, T>(&'a T);

impl<T: Textual> Serialize for Text<'_, T> {
    /// In one piece: most addresses fit, and a string that grows piece by piece is copied several times.
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut text = String::with_capacity(96);
        write!(text, "{}", self.0).expect("writing to a string does not fail");
        s.serialize_str(&text)
    }
}

/// An address that was read from text.
struct Parsed<T>(T);

impl<'de, T: Textual> Deserialize<'de> for Parsed<T> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        deserialize(d).map(Self)
    }
}

struct TextVisitor<T>(PhantomData<T>);

impl<T: Textual> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an address")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::from_text(text).map_err(E::custom)
    }
}

/// One that may be absent.
pub mod optional {
    use super::{Deserialize, Deserializer, Parsed, Serialize as _, Serializer, Text, Textual};

    /// # Errors
    /// As the serialiser has them.
    pub fn serialize<T: Textual, S: Serializer>(
        value: &Option<T>,
        s: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => Text(value).serialize(s),
            None => s.serialize_none(),
        }
    }

    /// # Errors
    /// Where a text is no such address.
    pub fn deserialize<'de, T: Textual, D: Deserializer<'de>>(d: D) -> Result<Option<T>, D::Error> {
        Ok(Option::<Parsed<T>>::deserialize(d)?.map(|parsed| parsed.0))
    }
}

/// A list of them.
pub mod shared {
    use super::{Arc, Deserialize, Deserializer, Parsed, Serializer, Text, Textual};

    /// # Errors
    /// As the serialiser has them.
    pub fn serialize<T: Textual, S: Serializer>(value: &Arc<[T]>, s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(value.iter().map(Text))
    }

    /// # Errors
    /// Where a text is no such address.
    pub fn deserialize<'de, T: Textual, D: Deserializer<'de>>(d: D) -> Result<Arc<[T]>, D::Error> {
        Ok(Vec::<Parsed<T>>::deserialize(d)?.into_iter().map(|parsed| parsed.0).collect())
    }
}

/// A list of them that is not shared.
pub mod list {
    use super::{Deserialize, Deserializer, Parsed, Serializer, Text, Textual};

    /// # Errors
    /// As the serialiser has them.
    pub fn serialize<T: Textual, S: Serializer>(value: &[T], s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(value.iter().map(Text))
    }

    /// # Errors
    /// Where a text is no such address.
    pub fn deserialize<'de, T: Textual, D: Deserializer<'de>>(d: D) -> Result<Vec<T>, D::Error> {
        Ok(Vec::<Parsed<T>>::deserialize(d)?.into_iter().map(|parsed| parsed.0).collect())
    }
}

/// A list that may be absent.
pub mod optional_shared {
    use super::{Arc, Deserialize, Deserializer, Parsed, Serializer, Textual};

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
        let Some(all) = Option::<Vec<Parsed<T>>>::deserialize(d)? else { return Ok(None) };
        Ok(Some(all.into_iter().map(|parsed| parsed.0).collect()))
    }
}

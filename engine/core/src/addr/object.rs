//! Objects: what an instance's address is bound to.

use std::fmt;

use super::{AbsInstance, AddrError, AddrErrorKind as Kind};

/// Names one of an instance's deposed objects: eight hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeposedKey([u8; 8]);

impl DeposedKey {
    /// The key for a random number. Keys are short: whoever draws one looks whether it is taken.
    #[must_use]
    pub fn from_random(number: u32) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        Self(std::array::from_fn(|i| DIGITS[(number >> (28 - 4 * i)) as usize & 15]))
    }

    /// # Errors
    /// Where the text has not eight characters. Terraform does not ask whether they are digits, so states exist in
    /// which they are not.
    pub fn parse(text: &str) -> Result<Self, AddrError> {
        let bytes: Option<[u8; 8]> = text.as_bytes().try_into().ok();
        bytes.filter(|b| b.iter().all(u8::is_ascii_graphic)).map(Self).ok_or_else(|| {
            AddrError::new(Kind::DeposedKey, 0..u32::try_from(text.len()).unwrap_or(u32::MAX))
        })
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a deposed key is made of ASCII characters only")
    }
}

impl fmt::Display for DeposedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for DeposedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeposedKey({self})")
    }
}

/// An instance's current object, or one of its deposed ones.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ObjectAddr {
    pub instance: AbsInstance,
    pub deposed: Option<DeposedKey>,
}

impl ObjectAddr {
    #[must_use]
    pub fn current(instance: AbsInstance) -> Self {
        Self { instance, deposed: None }
    }

    /// # Errors
    /// Where the text is not an instance address, with or without `(deposed object KEY)`.
    pub fn parse(text: &str) -> Result<Self, AddrError> {
        let Some((instance, key)) =
            text.strip_suffix(')').and_then(|t| t.rsplit_once(" (deposed object "))
        else {
            return AbsInstance::parse(text).map(Self::current);
        };
        let deposed = DeposedKey::parse(key).map_err(|mut e| {
            let start = u32::try_from(text.len() - 1 - key.len()).unwrap_or(u32::MAX);
            e.range = start..start.saturating_add(e.range.end);
            e
        })?;
        Ok(Self { instance: AbsInstance::parse(instance)?, deposed: Some(deposed) })
    }
}

impl fmt::Display for ObjectAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.instance.fmt(f)?;
        match self.deposed {
            Some(key) => write!(f, " (deposed object {key})"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_print_and_parse() {
        for text in
            ["a.b", "module.m[0].a.b[\"x (deposed object y)\"]", "a.b (deposed object 00ab01ff)"]
        {
            assert_eq!(ObjectAddr::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(DeposedKey::from_random(0x00ab_01ff).as_str(), "00ab01ff");
        assert_eq!(ObjectAddr::parse("a.b (deposed object 12)").unwrap_err().range, 20..22);
    }
}

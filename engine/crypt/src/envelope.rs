//! Sealed bytes, and what it takes to open them: OpenTofu's form.
//!
//! One JSON object: `meta`, which tells each key provider by its name how it made the key; `encrypted_data`; and
//! `encryption_version`. A state has its `serial` and `lineage` in the clear before them. Bytes are in base64.
//!
//! It is read as strictly as it is written, so that no byte of ours can change unnoticed: no program writes another member.
//! OpenTofu lays a local file out on several lines.

use std::borrow::Cow;
use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::CryptError;

/// What is kept for each key provider, by its name.
pub(crate) type Metadata = BTreeMap<String, Vec<u8>>;

/// What stands in the clear of a state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Clear {
    pub serial: u64,
    pub lineage: String,
}

/// Sealed bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Envelope {
    pub clear: Option<Clear>,
    pub meta: Metadata,
    pub data: Vec<u8>,
}

const VERSION: &str = "v0";

/// What an envelope may begin with.
const MEMBERS: [&[u8]; 5] =
    [b"\"serial\"", b"\"lineage\"", b"\"meta\"", b"\"encrypted_data\"", b"\"encryption_version\""];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire<'a> {
    #[serde(default)]
    serial: Option<u64>,
    #[serde(default)]
    lineage: Option<String>,
    #[serde(default)]
    meta: Option<BTreeMap<String, String>>,
    #[serde(borrow)]
    encrypted_data: Cow<'a, str>,
    #[serde(borrow)]
    encryption_version: Cow<'a, str>,
}

/// The members that make an envelope known, whatever else is there.
#[derive(Default, Deserialize)]
struct Signs {
    #[serde(default)]
    encrypted_data: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    encryption_version: Option<serde::de::IgnoredAny>,
}

impl Envelope {
    /// Whether the bytes are meant to be an envelope, damaged or not.
    #[must_use]
    pub fn is_one(bytes: &[u8]) -> bool {
        // A state has its version first, so that this costs it nothing.
        let Some(rest) = bytes.trim_ascii_start().strip_prefix(b"{") else { return false };
        if !MEMBERS.iter().any(|name| rest.trim_ascii_start().starts_with(name)) {
            return false;
        }
        let signs: Signs = serde_json::from_slice(bytes).unwrap_or_default();
        signs.encrypted_data.is_some() || signs.encryption_version.is_some()
    }

    /// What stands in the clear, where the bytes are those of an encrypted state.
    #[must_use]
    pub fn head(bytes: &[u8]) -> Option<Clear> {
        Self::is_one(bytes).then(|| Self::read(bytes)).and_then(Result::ok)?.clear
    }

    /// Reads an envelope.
    ///
    /// # Errors
    /// Where it is not as it was written.
    pub fn read(bytes: &[u8]) -> Result<Self, CryptError> {
        let wire: Wire<'_> =
            serde_json::from_slice(bytes).map_err(|e| CryptError::Form(e.to_string()))?;
        if wire.encryption_version != VERSION {
            return Err(CryptError::Version(wire.encryption_version.into_owned()));
        }
        let clear = match (wire.serial, wire.lineage) {
            (Some(serial), Some(lineage)) => Some(Clear { serial, lineage }),
            (None, None) => None,
            _ => return Err(CryptError::Form("it has only one of serial and lineage".into())),
        };
        let decode = |text: &str, what: &str| {
            STANDARD.decode(text).map_err(|_| CryptError::Form(format!("{what} is no base64")))
        };
        let meta = wire.meta.unwrap_or_default().into_iter().map(|(name, text)| {
            let bytes = decode(&text, "what is kept for a key provider")?;
            Ok((name, bytes))
        });
        let meta = meta.collect::<Result<_, CryptError>>()?;
        Ok(Self { clear, meta, data: decode(&wire.encrypted_data, "the data")? })
    }

    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let mut out = String::with_capacity(self.data.len() / 3 * 4 + 512);
        out.push('{');
        if let Some(Clear { serial, lineage }) = &self.clear {
            out.push_str(&format!("\"serial\":{serial},\"lineage\":{},", quoted(lineage)));
        }
        out.push_str("\"meta\":{");
        for (n, (name, bytes)) in self.meta.iter().enumerate() {
            let comma = if n == 0 { "" } else { "," };
            out.push_str(&format!("{comma}{}:\"{}\"", quoted(name), STANDARD.encode(bytes)));
        }
        out.push_str("},\"encrypted_data\":\"");
        STANDARD.encode_string(&self.data, &mut out);
        out.push_str("\",\"encryption_version\":\"");
        out.push_str(VERSION);
        out.push_str("\"}");
        out.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn the_form_is_opentofus() {
        let envelope = Envelope {
            clear: Some(Clear { serial: 7, lineage: "e7a0".into() }),
            meta: [("key_provider.pbkdf2.a".to_owned(), b"{}".to_vec())].into(),
            data: vec![1, 2, 3, 4],
        };
        let text = String::from_utf8(envelope.write()).unwrap();
        expect![[r#"{"serial":7,"lineage":"e7a0","meta":{"key_provider.pbkdf2.a":"e30="},"encrypted_data":"AQIDBA==","encryption_version":"v0"}"#]].assert_eq(&text);
        assert_eq!(Envelope::read(text.as_bytes()), Ok(envelope.clone()));
        assert_eq!(Envelope::head(text.as_bytes()), envelope.clear);
        let plan = Envelope { clear: None, ..envelope };
        assert_eq!(Envelope::read(&plan.write()), Ok(plan));
    }

    #[test]
    fn what_is_no_envelope_is_told_apart() {
        for (text, is_one) in [
            ("{\"version\": 4, \"terraform_version\": \"1.11.4\"}", false),
            ("{\"version\": 4, \"outputs\": {\"x\": \"\\\"encrypted_data\\\"\"}}", false),
            ("{\"version\": 4, \"outputs\": {\"encrypted_data\": 1}}", false),
            ("PK\u{3}\u{4}", false),
            ("", false),
            ("{\"encrypted_data\":\"\",\"other\":1}", true),
            (" {\"encryption_version\":\"v9\"}", true),
        ] {
            assert_eq!(Envelope::is_one(text.as_bytes()), is_one, "{text}");
        }
    }

    #[test]
    fn another_form_is_refused() {
        let refused = |text: &str| Envelope::read(text.as_bytes()).unwrap_err().to_string();
        for (text, why) in [
            (
                r#"{"encrypted_data":"","encryption_version":"v1"}"#,
                "it is encrypted in the form \"v1\", and only \"v0\" is known",
            ),
            (
                r#"{"serial":1,"encrypted_data":"","encryption_version":"v0"}"#,
                "it is encrypted, and damaged: it has only one of serial and lineage",
            ),
            (
                r#"{"encrypted_data":"AB=C","encryption_version":"v0"}"#,
                "it is encrypted, and damaged: the data is no base64",
            ),
        ] {
            assert_eq!(refused(text), why);
        }
        assert!(
            refused(r#"{"encrypted_data":"","encryption_version":"v0","x":1}"#).contains("`x`")
        );
    }
}

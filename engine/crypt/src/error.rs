//! What can go wrong with keys and with what they seal.

use std::fmt;

/// Why something is not opened or sealed. Each is the end of a sentence that names the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CryptError {
    /// It is encrypted, and nothing says how.
    NotConfigured,
    /// It is not encrypted, and must be.
    Plain,
    /// It is no envelope as it was written.
    Form(String),
    /// Another version of the form.
    Version(String),
    /// No method opens it: each with the reason.
    Closed(Vec<(String, KeyError)>),
    /// The method that seals cannot.
    Seal(String, KeyError),
    /// What stands in the clear is not what is inside.
    Clear(&'static str),
}

/// Why there is no key, or why it does not fit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeyError {
    /// Nothing is kept under this name that would tell the key.
    NoMetadata(String),
    /// What is kept under this name is of another form.
    Metadata(String, String),
    /// AES has no keys of this length.
    Length(usize),
    /// The key does not open it: it is another one, or the bytes were changed.
    Wrong,
    /// The provider gives a key to seal with, and none to open.
    SealsOnly(String),
    /// The provider cannot give a key.
    Provider(String, String),
}

impl CryptError {
    /// What the user can do.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::NotConfigured => {
                "Say in an `encryption` block of the `terraform` block, or in TF_ENCRYPTION, how it is encrypted: the same \
                 key provider and method that wrote it."
            }
            Self::Plain => {
                "To encrypt what is there, name a method \"unencrypted\" in a `fallback` block for one apply. Without one, \
                 what is not encrypted could be anybody's."
            }
            Self::Closed(tries)
                if tries.iter().any(|(_, why)| matches!(why, KeyError::NoMetadata(_))) =>
            {
                "Name the key provider as it was named when this was written, or give the old name as \
                 `encrypted_metadata_alias`. After a change of keys, the old method belongs into a `fallback` block."
            }
            Self::Closed(_) => {
                "Use the key that wrote it. After a change of keys, the old method belongs into a `fallback` block until the \
                 next apply. Nothing was overwritten."
            }
            Self::Version(_) => "Use a program that knows this form.",
            Self::Form(_) | Self::Clear(_) => {
                "Put it back from a backup or from history. Nothing was overwritten."
            }
            Self::Seal(..) => "Nothing was written. Mend what the key needs, and try again.",
        }
    }
}

impl fmt::Display for CryptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotConfigured => f.write_str("it is encrypted, and no encryption is configured"),
            Self::Plain => {
                f.write_str("it is not encrypted, and the configuration takes only what is")
            }
            Self::Form(why) => write!(f, "it is encrypted, and damaged: {why}"),
            Self::Version(version) => {
                write!(f, "it is encrypted in the form {version:?}, and only \"v0\" is known")
            }
            Self::Closed(tries) => {
                f.write_str("it is encrypted, and nothing that is configured opens it")?;
                for (n, (method, why)) in tries.iter().enumerate() {
                    f.write_str(if n == 0 { ": " } else { "; " })?;
                    write!(f, "{method}: {why}")?;
                }
                Ok(())
            }
            Self::Seal(method, why) => write!(f, "it cannot be encrypted with {method}: {why}"),
            Self::Clear(what) => {
                write!(f, "the {what} beside what is encrypted is not the one that was encrypted")
            }
        }
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoMetadata(name) => write!(f, "nothing is kept in it for {name}"),
            Self::Metadata(name, why) => {
                write!(f, "what is kept in it for {name} cannot be used: {why}")
            }
            Self::Length(len) => {
                write!(f, "AES has keys of 16, 24 or 32 bytes, and this one has {len}")
            }
            Self::Wrong => f.write_str("the key is another one, or what it should open is damaged"),
            Self::SealsOnly(name) => write!(f, "{name} gives no key to decrypt with"),
            Self::Provider(name, why) => write!(f, "{name}: {why}"),
        }
    }
}

impl std::error::Error for CryptError {}
impl std::error::Error for KeyError {}

//! Encryption of what is kept: states, journals, plans.
//!
//! - [`Cipher`]: how one kind of thing is sealed, and what else may open it. [`Method`]s in their order: the first seals,
//!   those after it only open, so that keys can be changed.
//! - [`KeyProvider`]: where a key comes from: a passphrase, a file, a command.
//! - [`Envelope`]: sealed bytes with what it takes to find the key again, in OpenTofu's form.
//! - [`JournalKey`]: the same for records that are appended one by one.
//!
//! **Invariants.** What is sealed is opened whole or not at all: no byte of it can change unnoticed. A key of an AES-GCM
//! method never meets one nonce twice: nonces of envelopes are random, and every process that writes draws a key of its
//! own, where the provider can. No key and no passphrase is in a `Debug` output or an error.

mod aead;
mod cipher;
mod envelope;
mod error;
mod journal;
mod key;
mod secret;

pub use cipher::{Change, Cipher, Method, MethodKind, Opened, Random};
pub use envelope::{Clear, Envelope};
pub use error::{CryptError, KeyError};
pub use journal::JournalKey;
pub use key::{
    Hash, KeyFile, KeyKind, KeyProvider, KeySource, MIN_ITERATIONS, MIN_PASSPHRASE, Passphrase,
    Pbkdf2,
};
pub use secret::Secret;

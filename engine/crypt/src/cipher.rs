//! How one kind of thing is sealed, and what else may open it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::aead::{Aead, NONCE};
use crate::envelope::Metadata;
use crate::journal::{self, Head};
use crate::{Clear, CryptError, Envelope, JournalKey, KeyError, KeySource, Secret};

/// The methods for one kind of thing. Cheap to clone; clones share the keys that were made.
#[derive(Clone, Default, Debug)]
pub struct Cipher(Option<Arc<Configured>>);

#[derive(Debug)]
struct Configured {
    methods: Vec<Method>,
    random: Random,
    made: Mutex<Made>,
}

/// The keys that were made. Making one may take half a second.
#[derive(Default, Debug)]
struct Made {
    sealing: Option<Arc<Sealing>>,
    opening: Vec<Opening>,
}

/// The key that this process seals with.
#[derive(Debug)]
struct Sealing {
    meta: Metadata,
    key: Secret,
    aead: Aead,
}

/// A key that opens.
#[derive(Clone, Debug)]
struct Opening {
    method: usize,
    meta: Metadata,
    key: Secret,
}

/// A way to seal.
#[derive(Clone, Debug)]
pub struct Method {
    /// As it is referred to: `method.TYPE.NAME`.
    pub name: String,
    pub kind: MethodKind,
}

#[derive(Clone, Debug)]
pub enum MethodKind {
    /// What is there stays as it is.
    Unencrypted,
    AesGcm {
        keys: KeySource,
        aad: Vec<u8>,
    },
}

/// What was opened.
#[derive(Clone, PartialEq, Eq)]
pub struct Opened {
    pub bytes: Vec<u8>,
    /// What stood in the clear beside it.
    pub clear: Option<Clear>,
    /// What the next writing changes.
    pub change: Option<Change>,
}

impl fmt::Debug for Opened {
    /// Without what was sealed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened").field("change", &self.change).finish_non_exhaustive()
    }
}

/// How what is there differs from what would be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// It is not encrypted yet.
    Encrypt,
    /// It is encrypted still.
    Decrypt,
    /// It is encrypted with what is only a fallback now.
    Rekey,
}

/// Random bytes, fit for keys.
#[derive(Clone)]
pub struct Random(Arc<Fill>);

type Fill = dyn Fn(&mut [u8]) + Send + Sync;

impl Random {
    pub fn new(fill: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        Self(Arc::new(fill))
    }

    pub(crate) fn fill(&self, bytes: &mut [u8]) {
        (self.0)(bytes);
    }

    /// Bytes that count up, for tests.
    #[cfg(test)]
    pub(crate) fn counting() -> Self {
        let next = std::sync::atomic::AtomicU8::new(1);
        let next = move || next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Self::new(move |bytes| bytes.fill_with(&next))
    }
}

impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Random")
    }
}

impl Cipher {
    /// Nothing is configured: what is not encrypted passes, and nothing else does.
    #[must_use]
    pub fn none() -> Self {
        Self(None)
    }

    /// The first method seals; all open. `random` must never repeat itself.
    #[must_use]
    pub fn new(methods: Vec<Method>, random: Random) -> Self {
        match methods.is_empty() {
            true => Self(None),
            false => Self(Some(Arc::new(Configured { methods, random, made: Mutex::default() }))),
        }
    }

    /// Whether what is written is encrypted.
    #[must_use]
    pub fn seals(&self) -> bool {
        self.0.as_ref().is_some_and(|c| !c.methods[0].is_unencrypted())
    }

    /// Whether what is not encrypted may be read.
    #[must_use]
    pub fn takes_plain(&self) -> bool {
        self.0.as_ref().is_none_or(|c| c.methods.iter().any(Method::is_unencrypted))
    }

    /// Opens what was read.
    ///
    /// # Errors
    /// Where it must not be used, or nothing opens it.
    pub fn open(&self, bytes: Vec<u8>) -> Result<Opened, CryptError> {
        if !Envelope::is_one(&bytes) {
            let change = self.take_plain()?;
            return Ok(Opened { bytes, clear: None, change });
        }
        let envelope = Envelope::read(&bytes)?;
        let Some(configured) = &self.0 else { return Err(CryptError::NotConfigured) };
        let (nonce, sealed) = envelope
            .data
            .split_first_chunk::<NONCE>()
            .ok_or_else(|| CryptError::Form("there is nothing in it".to_owned()))?;
        let (method, bytes) = configured.try_all(&envelope.meta, |key, aad| {
            Aead::new(key)?.open(nonce, sealed, aad).ok_or(KeyError::Wrong)
        })?;
        Ok(Opened { bytes, clear: envelope.clear, change: configured.change(method) })
    }

    /// What becomes of something that is not encrypted.
    fn take_plain(&self) -> Result<Option<Change>, CryptError> {
        if !self.takes_plain() {
            return Err(CryptError::Plain);
        }
        Ok(self.seals().then_some(Change::Encrypt))
    }

    /// Seals what is to be written; gives it back as it is where that is how it is written.
    ///
    /// # Errors
    /// Where there is no key.
    pub fn seal(&self, plain: Vec<u8>, clear: Option<Clear>) -> Result<Vec<u8>, CryptError> {
        let Some(configured) = self.0.as_ref().filter(|_| self.seals()) else { return Ok(plain) };
        let sealing = configured.sealing()?;
        let mut nonce = [0; NONCE];
        configured.random.fill(&mut nonce);
        let method = &configured.methods[0];
        let sealed = sealing.aead.seal(&nonce, &plain, method.aad());
        let sealed = sealed.ok_or_else(|| {
            let why = "it is longer than AES-GCM allows".to_owned();
            CryptError::Seal(method.name.clone(), KeyError::Provider("aes_gcm".into(), why))
        })?;
        let mut data = Vec::with_capacity(NONCE + sealed.len());
        data.extend_from_slice(&nonce);
        data.extend_from_slice(&sealed);
        Ok(Envelope { clear, meta: sealing.meta.clone(), data }.write())
    }

    /// The key of a new journal, and what the journal begins with; nothing where journals are not encrypted.
    ///
    /// # Errors
    /// Where there is no key.
    pub fn new_journal(&self) -> Result<Option<(Vec<u8>, JournalKey)>, CryptError> {
        let Some(configured) = self.0.as_ref().filter(|_| self.seals()) else { return Ok(None) };
        let sealing = configured.sealing()?;
        let mut salt = [0; 32];
        configured.random.fill(&mut salt);
        let meta = sealing.meta.iter().map(|(name, kept)| (name.clone(), STANDARD.encode(kept)));
        let head =
            Head { version: journal::VERSION, salt: STANDARD.encode(salt), meta: meta.collect() };
        Ok(Some((head.write(), JournalKey::new(&sealing.key, &salt))))
    }

    /// The key of a journal that begins with `head`, such that `fits`: one opens its first record.
    ///
    /// # Errors
    /// Where nothing that is configured opens it.
    pub fn journal(
        &self,
        head: &[u8],
        fits: impl Fn(&JournalKey) -> bool,
    ) -> Result<JournalKey, CryptError> {
        let head = Head::read(head)?;
        let Some(configured) = &self.0 else { return Err(CryptError::NotConfigured) };
        let decode = |text: &str| {
            STANDARD.decode(text).map_err(|_| CryptError::Form("its head is no base64".to_owned()))
        };
        let salt = decode(&head.salt)?;
        let meta = head.meta.iter().map(|(name, text)| Ok((name.clone(), decode(text)?)));
        let meta = meta.collect::<Result<Metadata, CryptError>>()?;
        let (_, key) = configured.try_all(&meta, |key, _| {
            Some(JournalKey::new(key, &salt)).filter(|key| fits(key)).ok_or(KeyError::Wrong)
        })?;
        Ok(key)
    }

    /// That a journal is not encrypted.
    ///
    /// # Errors
    /// Where it must be.
    pub fn plain_journal(&self) -> Result<(), CryptError> {
        self.take_plain().map(|_| ())
    }
}

impl Method {
    fn is_unencrypted(&self) -> bool {
        matches!(self.kind, MethodKind::Unencrypted)
    }

    fn aad(&self) -> &[u8] {
        match &self.kind {
            MethodKind::Unencrypted => &[],
            MethodKind::AesGcm { aad, .. } => aad,
        }
    }
}

impl Configured {
    /// What a method does, tried with the keys of each.
    fn try_all<T>(
        &self,
        meta: &Metadata,
        open: impl Fn(&Secret, &[u8]) -> Result<T, KeyError>,
    ) -> Result<(usize, T), CryptError> {
        let mut tries = Vec::new();
        for (n, method) in self.methods.iter().enumerate() {
            let MethodKind::AesGcm { keys, aad } = &method.kind else { continue };
            let opened = self.key_of(n, keys, meta).and_then(|key| open(&key, aad));
            match opened {
                Ok(opened) => return Ok((n, opened)),
                Err(why) => tries.push((method.name.clone(), why)),
            }
        }
        match tries.is_empty() {
            true => Err(CryptError::NotConfigured),
            false => Err(CryptError::Closed(tries)),
        }
    }

    fn key_of(&self, method: usize, keys: &KeySource, meta: &Metadata) -> Result<Secret, KeyError> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sealing) = made.sealing.as_ref().filter(|s| method == 0 && s.meta == *meta)
            && !keys.differ()
        {
            return Ok(sealing.key.clone());
        }
        if let Some(known) = made.opening.iter().find(|o| o.method == method && o.meta == *meta) {
            return Ok(known.key.clone());
        }
        let key = keys.to_open(meta)?;
        made.opening.push(Opening { method, meta: meta.clone(), key: key.clone() });
        Ok(key)
    }

    /// The key that this process seals with; made once.
    fn sealing(&self) -> Result<Arc<Sealing>, CryptError> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sealing) = &made.sealing {
            return Ok(Arc::clone(sealing));
        }
        let method = &self.methods[0];
        let MethodKind::AesGcm { keys, .. } = &method.kind else {
            return Err(CryptError::NotConfigured);
        };
        let wrong = |why| CryptError::Seal(method.name.clone(), why);
        let mut meta = Metadata::new();
        let key = keys.to_seal(&mut meta, &self.random).map_err(wrong)?;
        let aead = Aead::new(&key).map_err(wrong)?;
        let sealing = Arc::new(Sealing { meta, key, aead });
        made.sealing = Some(Arc::clone(&sealing));
        Ok(sealing)
    }

    /// What writing changes of something that this method opens.
    fn change(&self, method: usize) -> Option<Change> {
        match (method, self.methods[0].is_unencrypted()) {
            (0, _) => None,
            (_, true) => Some(Change::Decrypt),
            (_, false) => Some(Change::Rekey),
        }
    }
}

#[cfg(test)]
mod tests;

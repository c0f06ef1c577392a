//! A saved plan.
//!
//! A plan file begins with [`MAGIC`], the version of its form (4 bytes, little end first) and the BLAKE3 of what
//! follows: one [`PlanFile`] in CBOR, deflated. It holds everything that carrying the plan out reads: the sources of all
//! modules, the values of variables, the content of the files that functions read, and the state that the plan was made
//! on. A plan decides by the logic of the providers that made it, so only the same version of wb takes it.
//!
//! Values are in it as they are, secrets too: who writes it to a disk lets nobody else read it.

mod error;

use std::fmt;
use std::io::{Read as _, Write as _};
use std::sync::Arc;

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::{Deserialize, Serialize};
use wb_core::source::SourceMap;
use wb_state::Digest;

use crate::{Plan, wire};

pub use error::PlanFileError;

/// What a plan file begins with.
pub const MAGIC: &[u8; 8] = b"wbplan\r\n";

/// The version of the form that is written, and the only one that is read.
pub const FORMAT: u32 = 1;

/// Files that functions read are kept up to so many bytes. Of larger ones only the digest is.
pub const MOST_KEPT: usize = 1 << 20;

/// What a plan file may hold, inflated: one that was made to fill the memory is refused.
const LARGEST: u64 = 8 << 30;

const HEAD: usize = 8 + 4 + 32;

/// A plan, and what it takes to carry it out.
#[derive(Clone, Serialize, Deserialize)]
pub struct PlanFile {
    /// The version of wb that made it.
    pub writer: String,
    /// What `-state` said when it was made.
    pub state_flag: Option<String>,
    /// The files of all modules, in the order in which places in [`Plan::deferred`] number them.
    pub sources: Vec<KeptSource>,
    /// Where the module of each call lies.
    pub modules: Vec<KeptModule>,
    /// What functions read.
    pub reads: Vec<KeptRead>,
    /// The state that the plan was made on, in Terraform's form; nothing where there was none.
    #[serde(with = "wire::bytes")]
    pub state: Vec<u8>,
    pub plan: Plan,
}

/// A file of a module.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct KeptSource {
    /// The folder of its module, as seen from the stack's.
    pub dir: Arc<str>,
    pub name: Arc<str>,
    /// As it is shown.
    pub path: Arc<str>,
    pub text: Arc<str>,
}

/// The module of a call.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct KeptModule {
    /// Names joined by dots; the root module's is empty.
    pub path: String,
    pub dir: Arc<str>,
}

/// A file that a function read.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptRead {
    pub path: String,
    pub digest: Digest,
    /// Nothing where it is too large: then it is read again, and must be the same.
    #[serde(with = "wire::bytes::optional")]
    pub content: Option<Arc<[u8]>>,
}

impl KeptRead {
    #[must_use]
    pub fn new(path: String, content: Arc<[u8]>) -> Self {
        let digest = Digest::of_bytes(&content);
        Self { path, digest, content: (content.len() <= MOST_KEPT).then_some(content) }
    }
}

impl fmt::Debug for KeptRead {
    /// Without the content, which may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptRead").field("path", &self.path).finish_non_exhaustive()
    }
}

impl fmt::Debug for PlanFile {
    /// Without the values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlanFile").field("writer", &self.writer).finish_non_exhaustive()
    }
}

impl PlanFile {
    /// The bytes of the file.
    ///
    /// # Errors
    /// Where a value has no form, which none has that a planner gives.
    pub fn write(&self) -> Result<Vec<u8>, PlanFileError> {
        let mut body = DeflateEncoder::new(Vec::new(), Compression::fast());
        let unwritable = |error: &dyn fmt::Display| PlanFileError::Value(error.to_string());
        ciborium::into_writer(self, &mut body).map_err(|e| unwritable(&e))?;
        let body = body.flush().and_then(|()| body.finish()).map_err(|e| unwritable(&e))?;
        let mut bytes = Vec::with_capacity(HEAD + body.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&FORMAT.to_le_bytes());
        bytes.extend_from_slice(&Digest::of_bytes(&body).0);
        bytes.extend_from_slice(&body);
        Ok(bytes)
    }

    /// Whether the bytes are meant to be a plan file of wb, of whatever version.
    #[must_use]
    pub fn is_one(bytes: &[u8]) -> bool {
        bytes.starts_with(MAGIC)
    }

    /// Reads the bytes of a file.
    ///
    /// # Errors
    /// Where they are no plan file, or one of another form, or damaged.
    pub fn read(bytes: &[u8]) -> Result<Self, PlanFileError> {
        if bytes.starts_with(b"PK\x03\x04") {
            return Err(PlanFileError::Terraforms);
        }
        let Some(rest) = bytes.strip_prefix(MAGIC) else { return Err(PlanFileError::NoPlan) };
        let Some((format, rest)) = rest.split_first_chunk::<4>() else {
            return Err(PlanFileError::Short(bytes.len()));
        };
        let format = u32::from_le_bytes(*format);
        if format != FORMAT {
            return Err(PlanFileError::Form(format));
        }
        let Some((digest, body)) = rest.split_first_chunk::<32>() else {
            return Err(PlanFileError::Short(bytes.len()));
        };
        if Digest::of_bytes(body) != Digest(*digest) {
            return Err(PlanFileError::Damaged(bytes.len()));
        }
        let file: Self = ciborium::from_reader(DeflateDecoder::new(body).take(LARGEST))
            .map_err(|error| PlanFileError::Value(words(error)))?;
        file.check()?;
        Ok(file)
    }

    /// Whether what refers to something else in the file finds it.
    fn check(&self) -> Result<(), PlanFileError> {
        let wrong = |what: &str| Err(PlanFileError::Value(what.to_owned()));
        let changes = self.plan.changes.len();
        let steps = &self.plan.steps.steps;
        if steps.iter().any(|step| step.change.is_some_and(|n| n as usize >= changes)) {
            return wrong("a step belongs to no change");
        }
        let places = self.plan.deferred.iter().filter_map(|deferred| deferred.at);
        if places.into_iter().any(|span| span.file.index() >= self.sources.len()) {
            return wrong("a place is in no file");
        }
        Ok(())
    }

    /// The files that places in the plan are in.
    #[must_use]
    pub fn source_map(&self) -> SourceMap {
        let mut map = SourceMap::new();
        for source in &self.sources {
            map.add(Arc::clone(&source.path), Arc::clone(&source.text));
        }
        map
    }
}

/// What the reader of the form says, without the names of its errors.
fn words(error: ciborium::de::Error<std::io::Error>) -> String {
    match error {
        ciborium::de::Error::Semantic(_, why) => why,
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests;

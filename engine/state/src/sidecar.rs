//! What stands beside a state file, for the case that somebody else writes the file and drops our member.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::v4::{Member, Sum, Written};
use crate::{Digest, Snapshot, layout};

/// A copy of what the last commit put into the member `wb`, and which state that was.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Sidecar {
    pub lineage: String,
    pub serial: u64,
    /// Of resources, outputs and checks.
    pub digest: Digest,
    /// The checksum that the file had.
    pub sum: String,
    pub member: Member,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SidecarError {
    Damaged,
    /// A later version wrote it.
    Form(String),
}

impl fmt::Display for SidecarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged => f.write_str("it is damaged"),
            Self::Form(why) => write!(f, "this version of wb cannot read it: {why}"),
        }
    }
}

impl std::error::Error for SidecarError {}

impl Sidecar {
    /// The bytes of the sidecar of a snapshot that was written as `written`. The first line is the checksum of the
    /// rest.
    #[must_use]
    pub fn write(snapshot: &Snapshot, digest: Digest, written: &Written) -> Vec<u8> {
        let mut out = vec![b'0'; Sum::DIGITS];
        out.extend_from_slice(b"\n{\"lineage\": ");
        layout::write_string(&mut out, &snapshot.lineage);
        out.extend_from_slice(format!(", \"serial\": {}", snapshot.serial).as_bytes());
        out.extend_from_slice(format!(", \"digest\": \"{digest}\"").as_bytes());
        out.extend_from_slice(format!(", \"sum\": \"{}\"", written.sum).as_bytes());
        out.extend_from_slice(b", \"member\": {");
        out.extend_from_slice(&written.bytes[written.body.clone()]);
        out.extend_from_slice(b"}}\n");
        let sum = Sum::around(&out, 0);
        out[..Sum::DIGITS].copy_from_slice(sum.to_string().as_bytes());
        out
    }

    /// # Errors
    /// Where the bytes are not as they were written, or of a form that is not known.
    pub fn read(bytes: &[u8]) -> Result<Self, SidecarError> {
        if !is_whole(bytes) {
            return Err(SidecarError::Damaged);
        }
        serde_json::from_slice(&bytes[Sum::DIGITS..]).map_err(|e| SidecarError::Form(e.to_string()))
    }

    /// The state's digest, if the sidecar is of the very file that has this sum. Nothing else of it is needed then, and
    /// its member, which is large, is not read.
    #[must_use]
    pub fn digest_of(bytes: &[u8], snapshot: &Snapshot, sum: Sum) -> Option<Digest> {
        #[derive(Deserialize)]
        struct Head {
            lineage: String,
            serial: u64,
            digest: Digest,
            sum: String,
        }
        let head = is_whole(bytes).then(|| serde_json::from_slice(&bytes[Sum::DIGITS..]));
        let head: Head = head?.ok()?;
        let is_of = *head.lineage == *snapshot.lineage
            && head.serial == snapshot.serial
            && head.sum == sum.to_string();
        is_of.then_some(head.digest)
    }
}

/// Whether the bytes are as they were written.
fn is_whole(bytes: &[u8]) -> bool {
    bytes.len() > Sum::DIGITS
        && Sum::around(bytes, 0).to_string().as_bytes() == &bytes[..Sum::DIGITS]
}

//! The member `wb`.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};

use crate::snapshot::{Nonce, Snapshot};
use crate::{Digest, OpenStep, RawJson, RunId};

/// The checksum of a file's other bytes: the first half of their BLAKE3, 32 digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sum([u8; 16]);

impl Sum {
    /// How many digits it has in the file.
    pub(crate) const DIGITS: usize = 32;

    /// The sum of a file in which the digits themselves stand from `at` on.
    pub(crate) fn around(file: &[u8], at: usize) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&file[..at]);
        hasher.update(&file[at + Self::DIGITS..]);
        let mut sum = [0; 16];
        sum.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        Self(sum)
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sum({self})")
    }
}

/// What the member holds besides the checksum. The sidecar has a copy.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    pub nonce: String,
    /// By object: a digest's first digits, to know the object again, then the instances that it needs.
    #[serde(default)]
    pub deps: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub open: Vec<OpenStep>,
    #[serde(default)]
    pub folded: BTreeMap<RunId, u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probe: Option<RawJson>,
}

impl Member {
    /// The member's text for a snapshot, without the checksum: one line a dependency or open step, so that what
    /// changed shows in a diff.
    ///
    /// `digests` are those of the objects, in their order.
    pub(super) fn body(
        snapshot: &Snapshot,
        nonce: Nonce,
        digests: &[Digest],
    ) -> Result<String, serde_json::Error> {
        let mut out = format!("\"nonce\": \"{nonce}\"");
        out.push_str(",\n    \"deps\": {");
        let mut first = true;
        let mut scratch = String::new();
        for ((addr, object), digest) in snapshot.state.objects().zip(digests) {
            let Some(needs) = &object.needs else { continue };
            if needs.is_empty() && object.dependencies.is_empty() {
                continue;
            }
            out.push_str(if first { "\n      " } else { ",\n      " });
            first = false;
            quoted(&mut out, &mut scratch, &addr)?;
            out.push_str(": [\"");
            out.push_str(&digest.short());
            out.push('"');
            for need in needs.iter() {
                out.push(',');
                quoted(&mut out, &mut scratch, need)?;
            }
            out.push(']');
        }
        out.push_str(if first { "},\n    \"open\": [" } else { "\n    },\n    \"open\": [" });
        for (i, step) in snapshot.open.iter().enumerate() {
            out.push_str(if i == 0 { "\n      " } else { ",\n      " });
            out.push_str(&serde_json::to_string(step)?);
        }
        out.push_str(if snapshot.open.is_empty() { "]" } else { "\n    ]" });
        out.push_str(",\n    \"folded\": ");
        out.push_str(&serde_json::to_string(&snapshot.folded)?);
        if let Some(probe) = &snapshot.probe {
            out.push_str(",\n    \"probe\": ");
            out.push_str(&serde_json::to_string(probe)?);
        }
        Ok(out)
    }
}

/// Adds an address as a JSON string.
fn quoted(
    out: &mut String,
    scratch: &mut String,
    address: &dyn fmt::Display,
) -> Result<(), serde_json::Error> {
    scratch.clear();
    write!(scratch, "{address}").expect("writing to a string does not fail");
    if scratch.bytes().all(|b| matches!(b, b' '..=b'~') && b != b'"' && b != b'\\') {
        out.push('"');
        out.push_str(scratch);
        out.push('"');
    } else {
        out.push_str(&serde_json::to_string(scratch)?);
    }
    Ok(())
}

//! What is there: the state, and what is listed beside it.

use std::path::PathBuf;
use std::sync::Arc;

use wb_crypt::{Change, Cipher};
use wb_state::verdict::{self, Refusal, Verdict};
use wb_state::{Digest, Sidecar, Snapshot, v4};

use super::attempts::Attempts;
use super::bucket::{Got, Listing};
use super::layout::{Layout, Part};
use super::runs::Copied;
use crate::{StoreError, sealed};

/// A snapshot in history.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Kept {
    pub(super) serial: u64,
    pub(super) key: String,
}

/// The last commit and all that is beside it, as it was read.
#[derive(Debug)]
pub(super) struct Seen {
    /// Nothing where there was no commit.
    pub(super) current: Option<Current>,
    pub(super) copied: Copied,
    /// Oldest first.
    pub(super) history: Vec<Kept>,
    pub(super) is_locked: bool,
    /// Whether there is a sidecar.
    pub(super) has_meta: bool,
    /// Whether the holder of a lock has left a sign of life.
    pub(super) has_beat: bool,
    /// What nobody needs any more.
    pub(super) litter: Vec<String>,
    pub(super) now: i64,
}

#[derive(Debug)]
pub(super) struct Current {
    pub(super) snapshot: Snapshot,
    pub(super) verdict: Verdict,
    pub(super) digest: Option<Digest>,
    pub(super) bytes: Arc<Vec<u8>>,
    /// What a commit is conditional on.
    pub(super) etag: String,
    /// What the next commit changes about how it is encrypted.
    pub(super) change: Option<Change>,
}

/// The snapshots in history, oldest first.
pub(super) fn history(layout: &Layout, listing: &Listing) -> Vec<Kept> {
    let kept = listing.objects.iter().filter_map(|object| match layout.part(&object.key) {
        Some(Part::History { serial }) => Some(Kept { serial, key: object.key.clone() }),
        _ => None,
    });
    let mut kept: Vec<Kept> = kept.collect();
    kept.sort();
    kept
}

fn litter(layout: &Layout, listing: &Listing) -> Vec<String> {
    let keys = listing.objects.iter().map(|object| object.key.clone());
    keys.filter(|key| layout.part(key) == Some(Part::Probe)).collect()
}

/// Reads it all.
///
/// The requests are not one moment: what another commits between two of them can look like damage. So what is wrong is
/// wrong only if the state is still the one that was read.
pub(super) fn look(
    attempts: &Attempts,
    cipher: &Cipher,
    layout: &Layout,
) -> Result<Seen, StoreError> {
    let mut got = attempts.get(&layout.state)?;
    loop {
        let etag = got.as_ref().map(|got| got.etag.clone());
        match look_beside(attempts, cipher, layout, got) {
            Err(
                error @ (StoreError::Refused { .. }
                | StoreError::Crypt { .. }
                | StoreError::SealedNotes { .. }
                | StoreError::Gone { .. }
                | StoreError::Sidecar { .. }),
            ) => {
                got = attempts.get(&layout.state)?;
                if got.as_ref().map(|got| got.etag.clone()) == etag {
                    return Err(error);
                }
            }
            looked => return looked,
        }
    }
}

fn look_beside(
    attempts: &Attempts,
    cipher: &Cipher,
    layout: &Layout,
    got: Option<Got>,
) -> Result<Seen, StoreError> {
    let listing = attempts.list(&layout.beside())?;
    let is_there = |part: &Part| {
        listing.objects.iter().any(|object| layout.part(&object.key).as_ref() == Some(part))
    };
    let mut seen = Seen {
        current: None,
        copied: Copied::new(layout, &listing),
        history: history(layout, &listing),
        is_locked: is_there(&Part::Lock),
        has_meta: is_there(&Part::Meta),
        has_beat: is_there(&Part::Beat),
        litter: litter(layout, &listing),
        now: listing.now,
    };
    // Terraform takes an empty object for no state too.
    match got.filter(|got| !got.bytes.is_empty()) {
        Some(got) => seen.current = Some(judge(attempts, cipher, layout, &seen, got)?),
        None if seen.has_meta => {
            return Err(StoreError::Gone {
                path: attempts.path(&layout.state),
                newest: newest(attempts, cipher, &seen.history),
            });
        }
        None => {}
    }
    Ok(seen)
}

fn judge(
    attempts: &Attempts,
    cipher: &Cipher,
    layout: &Layout,
    seen: &Seen,
    Got { bytes, etag }: Got,
) -> Result<Current, StoreError> {
    let path = || -> PathBuf { attempts.path(&layout.state) };
    let newest = || newest(attempts, cipher, &seen.history);
    let bytes = Arc::new(bytes);
    let read = sealed::read_state(cipher, bytes.to_vec());
    let read = read.map_err(|error| error.at(path(), newest()))?;
    let sealed::StateFile { file, change, .. } = read;
    let ours = matches!(file.trust, v4::Trust::Ours { .. });
    // What the member says needs no second witness, unless there is a newer snapshot: an older copy was put back then,
    // or a commit was cut off before it.
    let newer = seen.history.last().is_some_and(|kept| kept.serial > file.snapshot.serial);
    let sidecar = match seen.has_meta && (!ours || newer) {
        true => attempts.get(&layout.meta())?,
        false => None,
    };
    let sidecar = sidecar.map(|got| cipher.open(got.bytes));
    let beside = sidecar.as_ref().and_then(|sidecar| sidecar.as_ref().ok()?.change);
    let change = change.or(beside);
    let known = sidecar.map(|s| sealed::read_sidecar(&s, &attempts.path(&layout.meta())));
    let known = match known {
        Some(Ok(sidecar)) => Some(sidecar),
        Some(Err(error)) if !ours => return Err(error),
        _ => None,
    };
    let verdict = verdict::judge(&file, known.as_ref(), None).map_err(|refusal| {
        let known = match refusal {
            Refusal::Fork { .. } | Refusal::ForeignFork { .. } => known.as_ref(),
            _ => None,
        };
        StoreError::Refused {
            path: path(),
            lacking: known.map(|k| lacking(attempts, cipher, seen, &file, k)).unwrap_or_default(),
            refusal: Box::new(refusal),
            newest: newest(),
        }
    })?;
    let mut snapshot = file.snapshot;
    let mut digest = None;
    if let Some(sidecar) = &known {
        if verdict != Verdict::Ours {
            verdict::carry_over(&mut snapshot, sidecar);
        }
        digest = (verdict == Verdict::Rewritten).then_some(sidecar.digest);
    }
    Ok(Current { snapshot, verdict, digest, bytes, etag, change })
}

/// A snapshot in history, if it can be read.
pub(super) fn read_kept(attempts: &Attempts, cipher: &Cipher, kept: &Kept) -> Option<v4::File> {
    let got = attempts.get(&kept.key).ok()??;
    Some(sealed::read_state(cipher, got.bytes).ok()?.file)
}

fn lacking(
    attempts: &Attempts,
    cipher: &Cipher,
    seen: &Seen,
    file: &v4::File,
    sidecar: &Sidecar,
) -> Vec<String> {
    let kept = seen.history.iter().rfind(|kept| kept.serial == sidecar.serial);
    let known = kept.and_then(|kept| read_kept(attempts, cipher, kept));
    known.map(|k| verdict::lacking(&file.snapshot.state, &k.snapshot.state)).unwrap_or_default()
}

/// The newest snapshot in history that can be read.
fn newest(attempts: &Attempts, cipher: &Cipher, history: &[Kept]) -> Option<String> {
    let good = |kept: &&Kept| {
        let file = read_kept(attempts, cipher, kept);
        file.is_some_and(|f| !matches!(f.trust, v4::Trust::Damaged { .. }))
    };
    let kept = history.iter().rev().find(good)?;
    Some(format!("serial {} ({})", kept.serial, attempts.path(&kept.key).display()))
}

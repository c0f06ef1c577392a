//! What a commit is made of, in every store: what is there, the journals of runs, and what the user wants instead.

use std::path::{Path, PathBuf};

use wb_state::journal::{Base, FoldReport, Header, Journal, fold};
use wb_state::verdict::{Refusal, Verdict};
use wb_state::{Digest, RunId, Snapshot, State};

use crate::StoreError;
use crate::store::{Ambient, Begin, Content, RunNote};

/// A run of which something was found.
#[derive(Clone, Debug)]
pub(crate) struct FoundRun {
    pub(crate) id: RunId,
    /// Where its journal is.
    pub(crate) path: PathBuf,
    /// Whether it is at work.
    pub(crate) live: bool,
    /// Nothing where the run had not begun when it died.
    pub(crate) journal: Option<Journal>,
}

/// A run, and what folding it did; nothing where it was not folded.
pub(crate) type Folded = (FoundRun, Option<FoldReport>);

/// Puts runs in the order in which they began.
pub(crate) fn sort(found: &mut [FoundRun]) {
    found.sort_by(|a, b| {
        let began = |r: &FoundRun| r.journal.as_ref().map(|j| j.header.started.clone());
        (began(a), a.id).cmp(&(began(b), b.id))
    });
}

/// Folds into a snapshot every run that is not at work. `base` is the snapshot's digest; `base_of` finds the state on
/// which a run was planned.
pub(crate) fn fold_runs(
    snapshot: &mut Snapshot,
    base: Digest,
    found: Vec<FoundRun>,
    base_of: &mut dyn FnMut(&Header) -> Option<State>,
) -> Result<Vec<Folded>, StoreError> {
    let mut notes = Vec::new();
    let original = (found.len() > 1).then(|| snapshot.clone());
    let mut changed = false;
    for run in found {
        let Some(journal) = run.journal.as_ref().filter(|_| !run.live) else {
            notes.push((run, None));
            continue;
        };
        let is_base = journal.header.base_serial == snapshot.serial
            && journal.header.base_digest == base
            && !snapshot.folded.contains_key(&journal.header.run);
        let older = match (is_base, &original) {
            (true, _) if !changed => None,
            (true, Some(original)) => Some(original.state.clone()),
            _ => base_of(&journal.header),
        };
        let base = match (is_base && !changed, &older) {
            (true, _) => Base::Same,
            (false, Some(state)) => Base::Older(state),
            (false, None) => Base::Gone,
        };
        let report = fold(snapshot, base, journal)
            .map_err(|error| StoreError::Fold { path: run.path.clone(), error: Box::new(error) })?;
        changed |= report.folded > 0;
        notes.push((run, Some(report)));
    }
    Ok(notes)
}

/// Does to a snapshot, in which the runs are folded, what the content says beyond them. `place` names the state.
pub(crate) fn replace(
    next: &mut Snapshot,
    content: Content,
    verdict: Option<Verdict>,
    runs: &[Folded],
    place: &Path,
) -> Result<(), StoreError> {
    let Content::Replace { state, open, lineage, serial, force } = content else { return Ok(()) };
    if let Some(other) = lineage.filter(|l| *l != next.lineage) {
        if let Some((run, _)) = runs.iter().find(|(r, _)| r.live) {
            return Err(StoreError::OpenRun { run: run.id.to_string() });
        }
        if !force && verdict.is_some() {
            let (file, known) = (other.to_string(), next.lineage.to_string());
            return Err(StoreError::Refused {
                path: place.to_path_buf(),
                refusal: Box::new(Refusal::Lineage { file, known }),
                newest: None,
                lacking: Vec::new(),
            });
        }
        next.lineage = other;
    }
    next.state = *state;
    for step in open {
        if next.open.iter().all(|there| there.id != step.id) {
            next.open.push(step);
        }
    }
    next.serial = next.serial.max(serial.saturating_sub(1));
    Ok(())
}

/// The runs as the engine is told of them.
pub(crate) fn notes(runs: Vec<Folded>) -> Vec<RunNote> {
    let note = |(run, folded): Folded| {
        run.journal.map(|Journal { header, .. }| RunNote { header, folded })
    };
    runs.into_iter().filter_map(note).collect()
}

/// The head of the journal of a run that begins now.
pub(crate) fn header(
    begin: &Begin<'_>,
    workspace: &str,
    epoch: u64,
    ambient: &mut dyn Ambient,
) -> Header {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&ambient.random().to_le_bytes()[..8]);
    Header {
        format: 1,
        writer: begin.writer.to_owned(),
        lineage: begin.loaded.snapshot.lineage.to_string(),
        workspace: workspace.to_owned(),
        base_serial: begin.loaded.base.0,
        base_digest: begin.loaded.base.1,
        run: RunId(u64::from_le_bytes(bytes)),
        epoch,
        started: ambient.now(),
        who: begin.info.who.clone(),
        command: begin.info.command.clone(),
        plan: begin.info.plan.clone(),
    }
}

/// A random UUID of 128 random bits.
pub(crate) fn uuid(r: u128) -> String {
    let (a, b, c) = (r >> 96, (r >> 80) & 0xffff, (r >> 64) & 0xfff);
    let (d, e) = ((r >> 48) & 0x3fff | 0x8000, r & 0xffff_ffff_ffff);
    format!("{a:08x}-{b:04x}-4{c:03x}-{d:04x}-{e:012x}")
}

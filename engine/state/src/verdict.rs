//! Whether a file continues what we know.
//!
//! A state file can be written by Terraform, put back from a backup, edited by hand or damaged. What we know of the last
//! commit stands in the sidecar. [`judge`] compares the two and either says how the file goes on from there, or why it
//! must not be used.

use std::fmt;
use std::sync::Arc;

use wb_core::addr::ObjectAddr;

use crate::v4::{File, Trust};
use crate::{Object, Sidecar, Snapshot, State};

/// How an accepted file came to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// wb wrote it.
    Ours,
    /// Another program wrote it anew without changing anything.
    Rewritten,
    /// Another program changed it.
    Foreign,
}

/// Why a file must not be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// Its bytes are not those that were written.
    Damaged { recorded: String, computed: String },
    /// It is another state's.
    Lineage { file: String, known: String },
    /// It is older than the last commit: a copy was put back.
    Older { file: u64, known: u64 },
    /// It has the serial of the last commit and says something else: two programs went on from one state.
    Fork { serial: u64 },
    /// The same, and our member is gone, so that another program wrote it.
    ForeignFork { serial: u64 },
}

/// Compares a file with what is known of the last commit.
///
/// `lineage` is the lineage that is known otherwise, from the record of which store is used.
///
/// # Errors
/// Where the file must not be used.
pub fn judge(
    file: &File,
    sidecar: Option<&Sidecar>,
    lineage: Option<&str>,
) -> Result<Verdict, Refusal> {
    if let Trust::Damaged { recorded, computed } = &file.trust {
        return Err(Refusal::Damaged {
            recorded: recorded.clone(),
            computed: computed.to_string(),
        });
    }
    let known = sidecar.map(|s| s.lineage.as_str()).into_iter().chain(lineage);
    for known in known {
        if *known != *file.snapshot.lineage {
            let file = file.snapshot.lineage.to_string();
            return Err(Refusal::Lineage { file, known: known.to_owned() });
        }
    }
    let ours = matches!(file.trust, Trust::Ours { .. });
    let newer = if ours { Verdict::Ours } else { Verdict::Foreign };
    let serial = file.snapshot.serial;
    let Some(sidecar) = sidecar else { return Ok(newer) };
    match serial.cmp(&sidecar.serial) {
        std::cmp::Ordering::Greater => Ok(newer),
        std::cmp::Ordering::Less => Err(Refusal::Older { file: serial, known: sidecar.serial }),
        std::cmp::Ordering::Equal => judge_equal(file, sidecar),
    }
}

fn judge_equal(file: &File, sidecar: &Sidecar) -> Result<Verdict, Refusal> {
    let serial = file.snapshot.serial;
    if let Trust::Ours { sum, .. } = &file.trust
        && sum.to_string() == sidecar.sum
    {
        return Ok(Verdict::Ours);
    }
    let same = file.snapshot.state.digest() == sidecar.digest;
    match (&file.trust, same) {
        (Trust::Ours { .. }, true) => Ok(Verdict::Ours),
        (Trust::Ours { .. }, false) => Err(Refusal::Fork { serial }),
        (_, true) => Ok(Verdict::Rewritten),
        (_, false) => Err(Refusal::ForeignFork { serial }),
    }
}

/// Gives a snapshot that another program wrote what it dropped: open steps, folded runs and what is known of the server
/// always, dependencies by instance for objects that are as they were.
pub fn carry_over(snapshot: &mut Snapshot, sidecar: &Sidecar) {
    let member = &sidecar.member;
    for step in &member.open {
        if snapshot.open.iter().all(|o| o.id != step.id) {
            snapshot.open.push(step.clone());
        }
    }
    for (run, last) in &member.folded {
        let entry = snapshot.folded.entry(*run).or_insert(0);
        *entry = (*entry).max(*last);
    }
    if snapshot.probe.is_none() {
        snapshot.probe.clone_from(&member.probe);
    }
    let mut found: Vec<(ObjectAddr, Arc<Object>)> = Vec::new();
    for (addr, object) in snapshot.state.objects() {
        let Some((digest, needs)) =
            member.deps.get(&addr.to_string()).and_then(|l| l.split_first())
        else {
            continue;
        };
        if object.needs.is_some() || object.digest().short() != *digest {
            continue;
        }
        let needs: Result<Vec<_>, _> =
            needs.iter().map(|n| wb_core::addr::AbsInstance::parse(n)).collect();
        // The sidecar's checksum was right: an address that does not parse would be a later version's.
        if let Ok(needs) = needs {
            let object = Object { needs: Some(needs.into()), ..Object::clone(object) };
            found.push((addr, Arc::new(object)));
        }
    }
    for (addr, object) in found {
        replace(&mut snapshot.state, &addr, object);
    }
}

fn replace(state: &mut State, addr: &ObjectAddr, object: Arc<Object>) {
    let resource = state.resources.get_mut(&addr.instance.resource);
    let Some(instance) = resource.and_then(|r| r.instances.get_mut(&addr.instance.key)) else {
        return;
    };
    match addr.deposed {
        None => instance.current = Some(object),
        Some(key) => {
            instance.set_deposed(key, Some(object));
        }
    }
}

/// What `known` has and `file` has not, or has otherwise: a line each, for a message.
#[must_use]
pub fn lacking(file: &State, known: &State) -> Vec<String> {
    let mut lines = Vec::new();
    for (addr, object) in known.objects() {
        match file.object(&addr) {
            None => lines.push(format!("{addr} is not in it")),
            Some(there) if !there.is_same(object) => lines.push(format!("{addr} differs")),
            Some(_) => {}
        }
    }
    for (name, output) in &known.outputs {
        match file.outputs.get(name) {
            None => lines.push(format!("output.{name} is not in it")),
            Some(there) if there != output => lines.push(format!("output.{name} differs")),
            Some(_) => {}
        }
    }
    lines
}

impl Refusal {
    /// What the user can do.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Damaged { .. } => {
                "Restore the newest good snapshot with `wb state rollback`. Who edits a state by hand must remove the \
                 member \"wb\" and raise the serial."
            }
            Self::Lineage { .. } => {
                "Put back the file that belongs here, or use another folder for the other state."
            }
            Self::Older { .. } => {
                "Put back the newer file. To go back to the older content all the same, use `wb state rollback`, or \
                 `wb state push -force` with a copy of the file."
            }
            Self::Fork { .. } | Self::ForeignFork { .. } => {
                "Decide which one is right: `wb state history` lists what was committed here, and `wb state push -force` \
                 with a copy of the file takes the file."
            }
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged { recorded, computed } => write!(
                f,
                "the state is damaged: its checksum is {computed}, and {recorded} was recorded when it was written"
            ),
            Self::Lineage { file, known } => {
                write!(f, "the state has the lineage {file}, and that of this stack is {known}")
            }
            Self::Older { file, known } => write!(
                f,
                "the state has serial {file}, and serial {known} was committed: an older copy was put back"
            ),
            Self::Fork { serial } => write!(
                f,
                "the state has serial {serial}, as the last commit, but another content: both went on from one state"
            ),
            Self::ForeignFork { serial } => write!(
                f,
                "another program wrote the state with serial {serial}, which wb had committed with another content"
            ),
        }
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests;

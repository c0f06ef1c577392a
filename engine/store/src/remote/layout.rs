//! The names of objects.
//!
//! State and lock have the names that Terraform gives them. All of wb's own begin with `KEY.wb/`, so that one listing of
//! `KEY.` shows the lock, the runs and the history.

use wb_state::{Digest, RunId};

/// Terraform's default for `workspace_key_prefix`.
pub const PREFIX: &str = "env:";
pub(super) const DEFAULT: &str = "default";

/// Where the states of a stack are in a bucket.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Keys {
    /// The default workspace's.
    pub key: String,
    /// What the keys of other workspaces begin with.
    pub prefix: String,
}

impl Keys {
    /// The key of a workspace's state.
    #[must_use]
    pub fn state(&self, workspace: &str) -> String {
        if workspace == DEFAULT {
            return self.key.clone();
        }
        if self.prefix.is_empty() {
            return format!("{workspace}/{}", self.key);
        }
        format!("{}/{workspace}/{}", self.prefix, self.key)
    }

    /// What the keys of all workspaces but the default one begin with.
    pub(super) fn others(&self) -> String {
        if self.prefix.is_empty() { String::new() } else { format!("{}/", self.prefix) }
    }

    /// The workspace whose state this is.
    pub(super) fn workspace<'a>(&self, key: &'a str) -> Option<&'a str> {
        let (workspace, rest) = key.strip_prefix(self.others().as_str())?.split_once('/')?;
        (rest == self.key && !workspace.is_empty()).then_some(workspace)
    }
}

/// The objects of one workspace.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) state: String,
}

/// What an object beside the state is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Part {
    Lock,
    Meta,
    /// A sign of life of the holder of a lock.
    Beat,
    /// What a look at the server has left behind.
    Probe,
    History {
        serial: u64,
    },
    /// A piece of a run's journal; the first has number 0.
    Segment {
        run: RunId,
        number: u64,
    },
    /// A run's sign of life.
    RunBeat {
        run: RunId,
    },
}

impl Layout {
    /// What all but the state itself begins with.
    pub(super) fn beside(&self) -> String {
        format!("{}.", self.state)
    }

    pub(super) fn lock(&self) -> String {
        format!("{}.tflock", self.state)
    }

    pub(super) fn meta(&self) -> String {
        format!("{}.wb/meta", self.state)
    }

    pub(super) fn beat(&self) -> String {
        format!("{}.wb/beat", self.state)
    }

    pub(super) fn probe(&self, random: u128) -> String {
        format!("{}.wb/probe-{random:032x}", self.state)
    }

    pub(super) fn history(&self, serial: u64, bytes: &[u8]) -> String {
        let digest = Digest::of_bytes(bytes).to_string();
        format!("{}.wb/history/{serial:012}-{}", self.state, &digest[..8])
    }

    /// The first piece holds the intents of the run's steps, and is there before any of them begins.
    pub(super) fn segment(&self, run: RunId, number: u64) -> String {
        match number {
            0 => format!("{}.wb/{run}/intents", self.state),
            n => format!("{}.wb/{run}/{n:08}", self.state),
        }
    }

    pub(super) fn run_beat(&self, run: RunId) -> String {
        format!("{}.wb/{run}/beat", self.state)
    }

    /// What an object beside the state is; nothing where it is none of ours.
    pub(super) fn part(&self, key: &str) -> Option<Part> {
        let rest = key.strip_prefix(&self.state)?;
        if rest == ".tflock" {
            return Some(Part::Lock);
        }
        let rest = rest.strip_prefix(".wb/")?;
        match rest.split_once('/') {
            None if rest == "meta" => Some(Part::Meta),
            None if rest == "beat" => Some(Part::Beat),
            None => rest.starts_with("probe-").then_some(Part::Probe),
            Some(("history", name)) => {
                let (serial, _) = name.split_once('-')?;
                Some(Part::History { serial: serial.parse().ok()? })
            }
            Some((run, name)) => {
                let run = RunId::parse(run)?;
                match name {
                    "intents" => Some(Part::Segment { run, number: 0 }),
                    "beat" => Some(Part::RunBeat { run }),
                    n => Some(Part::Segment { run, number: n.parse().ok()? }),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workspaces_have_the_keys_that_terraform_gives_them() {
        let keys = Keys { key: "a/b.tfstate".into(), prefix: PREFIX.into() };
        assert_eq!(keys.state("default"), "a/b.tfstate");
        assert_eq!(keys.state("dev"), "env:/dev/a/b.tfstate");
        assert_eq!(keys.workspace("env:/dev/a/b.tfstate"), Some("dev"));
        assert_eq!(keys.workspace("env:/dev/a/b.tfstate.tflock"), None);
        assert_eq!(keys.workspace("env:/dev/x/a/b.tfstate"), None);
        assert_eq!(keys.workspace("a/b.tfstate"), None);
    }

    #[test]
    fn every_name_is_known_again() {
        let layout = Layout { state: "k".into() };
        let run = RunId(0x1f);
        for (key, part) in [
            (layout.lock(), Some(Part::Lock)),
            (layout.meta(), Some(Part::Meta)),
            (layout.beat(), Some(Part::Beat)),
            (layout.history(7, b"x"), Some(Part::History { serial: 7 })),
            (layout.segment(run, 0), Some(Part::Segment { run, number: 0 })),
            (layout.segment(run, 12), Some(Part::Segment { run, number: 12 })),
            (layout.run_beat(run), Some(Part::RunBeat { run })),
            (layout.probe(3), Some(Part::Probe)),
            ("k2.tflock".to_owned(), None),
            ("k.wb/other".to_owned(), None),
        ] {
            assert_eq!(layout.part(&key), part, "{key}");
        }
    }
}

//! What can go wrong with a store, as a diagnostic.

use wb_core::diag::Diagnostic;
use wb_crypt::CryptError;
use wb_store::StoreError;

/// A problem with a store, for the user.
#[must_use]
pub fn problem(error: &StoreError) -> Diagnostic {
    let summary = match error {
        StoreError::Held { .. } | StoreError::BeingWritten { .. } | StoreError::NoLocks { .. } => {
            "Error acquiring the state lock"
        }
        StoreError::Fenced { .. } => "The state lock was lost",
        StoreError::OtherLock { .. } | StoreError::NotLocked => "Failed to unlock state",
        StoreError::Read { .. }
        | StoreError::Gone { .. }
        | StoreError::Sidecar { .. }
        | StoreError::SealedNotes { .. } => "Failed to load state",
        StoreError::Crypt { error, .. } => match **error {
            CryptError::NotConfigured => "The state is encrypted",
            CryptError::Plain => "The state is not encrypted",
            CryptError::Seal(..) => "Failed to encrypt state",
            _ => "Failed to decrypt state",
        },
        StoreError::Refused { .. } => "The state cannot be used as it is",
        StoreError::Journal { .. } | StoreError::Fold { .. } => {
            "The journal of a run cannot be used"
        }
        StoreError::Unconditional { .. } => "The server cannot keep a state safely",
        StoreError::NoSnapshot { .. } => "No such snapshot",
        StoreError::Workspace { .. } => "Invalid workspace",
        StoreError::OpenRun { .. } => "A run is still open",
        StoreError::Io { .. } | StoreError::Encode(_) => "The state cannot be read or written",
    };
    let mut problem = Diagnostic::error(summary, format!("{}.", sentence(&error.to_string())));
    problem.help.extend(error.help());
    problem
}

/// The same, where a result carries it.
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "it is what map_err wants")]
pub fn problem_box(error: StoreError) -> Box<Diagnostic> {
    Box::new(problem(&error))
}

/// A clause as the beginning of a sentence. Paths and names stay as they are.
fn sentence(text: &str) -> String {
    let is_word = text.split(' ').next().is_some_and(|w| w.bytes().all(|b| b.is_ascii_lowercase()));
    match text.chars().next() {
        Some(first) if is_word => first.to_uppercase().chain(text.chars().skip(1)).collect(),
        _ => text.to_owned(),
    }
}

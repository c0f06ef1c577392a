//! Where snapshots, journals and locks live.
//!
//! - [`Store`]: what the engine asks of any of them. [`LocalStore`] is two: the embedded one in `.wb/state`, and the
//!   file one, which keeps Terraform's state file and shares its lock.
//! - [`remote`]: the store in a bucket, whoever keeps that: the SDKs of clouds are other crates'.
//! - [`choice`]: which store a stack has, as a pure function of what is found on disk.
//! - [`Disk`]: all file operations there are, so that tests can cut the power between any two.
//!
//! Whatever says something of a state is written and read through a [`wb_crypt::Cipher`] (`sealed`).
//!
//! **Invariants.** What [`RunLog::flush`] and [`Store::commit`] have returned from survives any crash. A reader never
//! waits. No file that another program may have open is replaced by another.

pub mod choice;
mod commit;
mod disk;
mod error;
mod local;
mod lock;
pub mod remote;
mod sealed;
mod store;

pub use disk::{Disk, DiskFile, Open, RealDisk, make_dirs, write_durable};
pub use error::StoreError;
pub use local::{LocalStore, Options, Place, Workspaces};
pub use lock::LockInfo;
pub use sealed::{reseal, state_head};
pub use store::{
    Ambient, Begin, CommitInfo, Committed, Content, HistoryEntry, Loaded, RunLog, RunNote, Store,
};

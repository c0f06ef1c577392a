//! The file: Terraform's state format 4, and one member of ours.
//!
//! Terraform and OpenTofu accept an unknown top-level member and drop it at their next write. Ours, `wb`, is the last
//! and begins with the checksum of all other bytes, so that any damage shows, and its absence says that somebody else
//! wrote the file. What it holds besides (nonce, dependencies by instance, open steps, folded runs, what is known of
//! the server) is thereby committed in one write with the state.
//!
//! Reading borrows: attributes stay text that shares the file's buffer. Reading and writing take time linear in the
//! file.

mod build;
mod error;
mod member;
mod read;
mod wire;
mod write;

pub use error::{ReadError, ReadErrorKind};
pub use member::{Member, Sum};
pub use read::{File, HEAD_SIZE, StateHead, Trust, head, read};
pub use write::{Written, write, write_plain};

#[cfg(test)]
mod tests;

//! Commands and files on other machines, over SSH.
//!
//! [`Shell`] is what callers see: a machine that runs commands and takes files. [`OpenSsh`] is the one behind it that
//! drives the user's own `ssh` program, and so has what that has: agents, certificates, hardware keys, every cipher. Where
//! to connect, and how, is a [`Target`].
//!
//! **Invariant.** No secret is in an argument of a process, in a message or in `Debug` output. Keys are in files of a folder
//! that only this user can read and that is gone afterwards; passwords are in the environment of `ssh` alone.

mod openssh;
mod shell;
mod target;

pub use openssh::{OpenSsh, Settings};
pub use shell::{Future, Output, Shell, SshError};
pub use target::{Hop, Secret, Target};

//! Where modules of other packages come from: repositories, archives, registries.
//!
//! A [`Fetcher`] brings one package into one folder. What is fetched is put beside its place first and moved there when it
//! is whole, so that an interruption leaves either the old module or the new one.
//!
//! **Invariants.** Nothing of a package is run. Nothing is written outside of the folder that is given, whatever names an
//! archive has. Secrets of addresses are in no message.

mod archive;
mod error;
mod fetcher;
mod git;
mod http;
mod registry;
mod tree;
mod url;

pub use error::FetchError;
pub use fetcher::Fetcher;

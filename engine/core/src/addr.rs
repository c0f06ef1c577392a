//! Addresses: what things are called.
//!
//! | type | example |
//! |---|---|
//! | [`ModulePath`] | `module.net.module.zone`: a module of the configuration |
//! | [`ModuleInstance`] | `module.net["a"].module.zone[0]`: one of its instances |
//! | [`ResourceAddr`] | `aws_vpc.main`, `data.aws_ami.base`, within its module |
//! | [`ConfigResource`], [`AbsResource`], [`AbsInstance`] | the same with module, module instance, instance key |
//! | [`ObjectAddr`] | an instance's current object or a deposed one |
//! | [`AbsNamed`] | `module.net.output.id`, `var.size`, `local.x`, `check.health` |
//! | [`Provider`], [`ProviderConfig`], [`ProviderInstance`] | `hashicorp/aws`, `provider["…"].west`, `….west["eu"]` |
//! | [`ModuleSource`] | `./child`, `hashicorp/consul/aws`, `github.com/a/b`: where a module comes from |
//! | [`Target`], [`RemoveEndpoint`], [`MoveEndpoint`] | what `-target`, `removed` and `moved` select |
//!
//! All are immutable and cheap to clone, print as Terraform prints them, and parse what they print. Parsing takes text
//! ([`parts::scan`]) or a traversal that somebody else has read (a slice of [`Part`]); an [`AddrError`] says which
//! bytes are at fault.
//!
//! `Ord` is the order of `terraform state list`: modules near the root first, then names and keys; data sources before
//! managed resources; no key before integers before strings. The order of resources in a state file differs only in
//! modules, which are compared there as text.

mod check;
mod error;
mod key;
mod module;
mod module_source;
mod moves;
mod object;
pub mod parts;
mod provider;
mod provider_config;
mod resource;
mod target;

pub use check::{AbsNamed, CheckKind, Checkable, ConfigCheckable, NamedKind};
pub use error::{AddrError, AddrErrorKind};
pub use key::InstanceKey;
pub use module::{ModuleInstance, ModulePath, ModuleStep};
pub use module_source::{ModuleSource, ModuleSourceError, RegistryModule, RemoteModule};
pub use moves::{
    ConfigMoveable, MoveEndpoint, MovePattern, MoveSubject, Repetition, Written,
    implied_module_move, implied_resource_move, unify,
};
pub use object::{DeposedKey, ObjectAddr};
pub use parts::Part;
pub use provider::{DEFAULT_HOST, OPENTOFU_HOST, Provider, ProviderError};
pub use provider_config::{ProviderConfig, ProviderInstance};
pub use resource::{AbsInstance, AbsResource, ConfigResource, Mode, ResourceAddr};
pub use target::{RemoveEndpoint, Target};

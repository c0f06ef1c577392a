//! The files of a folder to a [`Module`]: every block type of the language, override files, and every rule that can be
//! checked without looking outside of the folder.
//!
//! Nothing is evaluated here but constants. Expressions and bodies are kept as handles into the syntax trees.

mod address;
mod block;
mod body;
mod conditions;
pub mod constant;
mod context;
mod files;
mod identity;
mod lower;
mod module;
mod names;
mod overrides;
mod provider_ref;
mod references;
mod repetition;
mod rules;
mod settings;
pub mod walk;

pub use block::call::{ModuleCall, PassedProvider};
pub use block::check::Check;
pub use block::import::{Import, ImportKey, ImportTarget, TargetKey};
pub use block::lifecycle::{IgnoreChanges, Lifecycle};
pub use block::locals::Local;
pub use block::moved::Moved;
pub use block::output::Output;
pub use block::provider::ProviderBlock;
pub use block::provisioner::{Connection, OnFailure, Provisioner, When};
pub use block::refused::refused_file;
pub use block::removed::Removed;
pub use block::required_providers::{ProviderAlias, RequiredProvider, VersionConstraint};
pub use block::resource::{Managed, Resource};
pub use block::terraform::{Backend, BackendKind, ProviderMeta, Settings};
pub use block::variable::{ParseMode, Variable, VariableDefault};
pub use body::Body;
pub use conditions::CheckRule;
pub use files::{Dialect, FileName, Selection};
pub use identity::{opentofu_version, terraform_version};
pub use lower::{SourceFile, lower};
pub use module::Module;
pub use names::{
    CallId, CheckId, Id, Keyed, LocalId, OutputId, ProviderId, RequiredProviderId, ResourceId,
    Table, VarId,
};
pub use provider_ref::{ProviderKey, ProviderRef};
pub use repetition::Repetition;

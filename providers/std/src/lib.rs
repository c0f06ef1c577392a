//! The standard provider: what a stack needs beside clouds.
//!
//! To users these are separate providers, at the addresses that they know: `hashicorp/random`, `hashicorp/tls` and so on. Names,
//! attributes, defaults and schema versions are those of the established ones, so that configurations and states go both
//! ways. One type is one file.
//!
//! Nothing is made before it is asked for: a list costs a few pointers.

mod archive;
mod cloudinit;
mod external;
mod files;
mod http;
mod local;
mod null;
mod random;
mod source;
mod terraform;
mod time;
mod tls;
mod validate;

use std::sync::Arc;

use wb_core::addr;
use wb_sdk::provider::TypeList;
use wb_sdk::{Provider, Providers};

/// A provider that is part of wb.
#[derive(Clone, Debug)]
pub struct StdProvider {
    pub address: addr::Provider,
    /// The version of the established provider that it stands for.
    pub version: &'static str,
    pub provider: Arc<dyn Provider>,
}

/// All of them, as far as they need no engine.
#[must_use]
pub fn std_providers() -> Vec<StdProvider> {
    std_providers_with(|types| types)
}

/// All of them. `complete` adds to `terraform.io/builtin/terraform` what reads states and the language, which providers do not
/// know.
#[must_use]
pub fn std_providers_with(complete: fn(TypeList) -> TypeList) -> Vec<StdProvider> {
    let hashicorp = |name: &str, version, types: TypeList| StdProvider {
        address: addr::Provider::hashicorp(name),
        version,
        provider: Arc::new(types),
    };
    vec![
        hashicorp("archive", "2.7.1", archive::types()),
        hashicorp("cloudinit", "2.3.7", cloudinit::types()),
        hashicorp("external", "2.3.5", external::types()),
        hashicorp("http", "3.5.0", http::types()),
        hashicorp("local", "2.5.3", local::types()),
        hashicorp("null", "3.2.4", null::types()),
        hashicorp("random", "3.7.2", random::types()),
        hashicorp("time", "0.13.1", time::types()),
        hashicorp("tls", "4.2.1", tls::types()),
        StdProvider {
            address: addr::Provider::builtin("terraform"),
            version: "",
            provider: Arc::new(complete(terraform::types())),
        },
    ]
}

/// Adds all of them to the providers of a run.
pub fn insert_into(providers: &mut Providers) {
    for each in std_providers() {
        providers.insert(each.address, each.provider);
    }
}

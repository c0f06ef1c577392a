//! The providers that are part of wb.

use wb_core::addr::Provider;
use wb_core::provider::{Catalog, Entry};
use wb_sdk::Providers;
use wb_std::std_providers_with;

/// The other registry that people know the same providers from.
const OPENTOFU: &str = "registry.opentofu.org";

/// Both halves of all providers.
pub(crate) fn all() -> (Providers, Catalog) {
    let (mut providers, mut catalog) = (Providers::new(), Catalog::new());
    for each in std_providers_with(wb_engine::builtin::complete) {
        let entry = || Entry { version: each.version.to_owned(), logic: each.provider.clone() };
        if !each.address.is_builtin() {
            let address = &each.address;
            let twin = Provider::new(OPENTOFU, &address.namespace, &address.kind);
            catalog.insert(twin, entry());
        }
        catalog.insert(each.address.clone(), entry());
        providers.insert(each.address, each.provider);
    }
    (providers, catalog)
}

//! Versions: `version -json`.

use std::io;

use wb_core::addr::Provider;

use super::out::Out;

/// Writes which versions this is and stands for. Tools read `terraform_version`.
///
/// # Errors
/// Where it cannot be written.
pub fn version<'a>(
    wb: &str,
    terraform: &str,
    platform: &str,
    providers: impl IntoIterator<Item = (&'a Provider, &'a str)>,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    let mut out = Out::new(to);
    out.object(|out| {
        out.key("terraform_version").string(terraform);
        out.key("wb_version").string(wb);
        out.key("platform").string(platform);
        out.key("provider_selections").object(|out| {
            for (provider, version) in providers {
                out.key(&provider.to_string()).string(version);
            }
        });
        out.key("terraform_outdated").plain(false);
    });
    out.finish()
}

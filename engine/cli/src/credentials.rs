//! Tokens for registries: of the environment, and of Terraform's CLI configuration.

use std::path::PathBuf;

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::SourceMap;
use wb_hcl::{AttributeSchema, BlockSchema, BodySchema};
use wb_lang::config::constant;
use wb_modules::Fetcher;

use crate::session::Session;

static FILE: BodySchema = BodySchema::fixed(&[], &[BlockSchema::new("credentials", &["host"])]);
static CREDENTIALS: BodySchema = BodySchema::fixed(&[AttributeSchema::optional("token")], &[]);

impl Session {
    /// What brings packages of modules, with the tokens that it may show.
    pub(crate) fn fetcher(&mut self) -> Fetcher {
        let mut fetcher = Fetcher::new();
        for (host, token) in self.configured_tokens() {
            fetcher = fetcher.token(host, token);
        }
        // The environment counts more.
        for (name, token) in self.environment.tokens() {
            fetcher = fetcher.token(host_of(&name), token);
        }
        fetcher
    }

    /// The tokens in `.terraformrc`. What else is in it is about plugins, which wb has none of.
    fn configured_tokens(&mut self) -> Vec<(String, String)> {
        let Some((path, is_named)) = self.cli_config() else { return Vec::new() };
        let source = match wb_engine::load::read_source(&path) {
            Ok(source) => source,
            Err(error) => {
                if is_named {
                    let detail = format!(
                        "The CLI configuration file {} cannot be read: {error}.",
                        path.display()
                    );
                    let problem =
                        Diagnostic::warning("Unable to open CLI configuration file", detail);
                    self.show(&problem.into(), &SourceMap::new());
                }
                return Vec::new();
            }
        };
        let mut sources = SourceMap::new();
        let id = sources.add(path.to_string_lossy(), std::sync::Arc::clone(source.text()));
        let (file, mut diags) = wb_hcl::parse_config(id, &source);
        let mut found = Vec::new();
        for block in file.body().partial_content(&FILE, &mut diags).blocks() {
            let content = block.body().partial_content(&CREDENTIALS, &mut Diagnostics::new());
            let token =
                content.attribute("token").and_then(|a| constant::value(a.expr, &mut diags));
            if let (Some(host), Some(token)) =
                (block.label(0), token.as_ref().and_then(|t| t.as_str()))
            {
                found.push((host.text.to_ascii_lowercase(), token.to_owned()));
            }
        }
        self.show(&diags, &sources);
        found
    }

    /// The file of the CLI configuration, and whether the environment names it.
    fn cli_config(&self) -> Option<(PathBuf, bool)> {
        if let Some(named) = self.environment.twin("CLI_CONFIG_FILE") {
            return Some((PathBuf::from(named), true));
        }
        let home = self.environment.get("HOME")?;
        Some((PathBuf::from(home).join(".terraformrc"), false))
    }
}

/// The host that the end of a variable's name stands for: `app_example_com` is `app.example.com`, and two underscores are a
/// dash.
fn host_of(name: &str) -> String {
    name.replace("__", "-").replace('_', ".").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_variable_names_a_host() {
        assert_eq!(super::host_of("app_My__host_io"), "app.my-host.io");
    }
}

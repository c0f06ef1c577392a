//! Provider configurations, and which versions of providers will do.

use wb_core::diag::Diagnostic;
use wb_core::version::{Verdict, Version};

use super::kinds::Kinds;
use super::view::Place;
use super::walk::Walk;
use crate::decode::Ephemeral;

impl Walk<'_, '_, '_> {
    /// Whether the providers that there are will do. A constraint that only asks for an earlier version warns: what stands for a
    /// later one has what the earlier had.
    pub(super) fn required_providers(&mut self) {
        let known = self.view.catalog;
        for required in self.view.module.required_providers.values() {
            let Some(wanted) = &required.version else { continue };
            let Some(entry) = known.get(&required.provider) else { continue };
            let Ok(version) = Version::parse(&entry.version) else { continue };
            let name = required.provider.for_display();
            let detail = format!(
                "{name} is part of wb and stands for version {version}, and the module asks for {}.",
                wanted.constraints
            );
            let problem = match wanted.constraints.verdict(&version) {
                Verdict::Met => continue,
                Verdict::TooLate => Diagnostic::warning("Provider is of a later version", detail),
                Verdict::Unmet => Diagnostic::error("Unsupported provider version", detail)
                    .help(format!("Change the constraint so that it admits {version}.")),
            };
            self.diags.push(problem.at(wanted.span));
        }
    }

    pub(super) fn providers(&mut self, kinds: &mut Kinds<'_>) {
        for block in self.view.module.providers.values() {
            let place = Place { each: block.for_each.is_some(), ..Place::default() };
            if let Some(for_each) = &block.for_each {
                // Whether it is known early enough was found when the stack was put together.
                self.names_in(for_each.expr(), &Place::default());
            }
            let kind = kinds.of_provider(&self.view.module.provider_named(&block.name));
            self.within(
                || format!("provider {:?}", block.name),
                |walk| {
                    walk.body(&block.body, kind.as_deref(), place, Ephemeral::Anywhere, block.span);
                },
            );
        }
    }
}

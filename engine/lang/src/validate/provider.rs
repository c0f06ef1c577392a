//! Provider configurations.

use super::kinds::Kinds;
use super::view::Place;
use super::walk::Walk;
use crate::decode::Ephemeral;

impl Walk<'_, '_, '_> {
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

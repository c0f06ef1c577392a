//! Objects to be imported.

use super::view::Place;
use super::walk::Walk;
use crate::config::{Import, ImportKey, Repetition, TargetKey};

impl Walk<'_, '_, '_> {
    pub(super) fn imports(&mut self) {
        for import in &self.view.module.imports {
            self.within(|| "import".to_owned(), |walk| walk.import(import));
        }
    }

    fn import(&mut self, import: &Import) {
        let place = Place { each: import.for_each.is_some(), ..Place::default() };
        if let Some(for_each) = &import.for_each {
            self.repetition(&Repetition::ForEach(for_each.clone()), Place::default());
        }
        let (ImportKey::Id(key) | ImportKey::Identity(key)) = &import.what;
        self.expression(key.expr(), place);
        for key in import.to.keys.iter() {
            if let TargetKey::Expression(key) = key {
                self.expression(key.expr(), place);
            }
        }
    }
}

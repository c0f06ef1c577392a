//! Objects to be imported.

use wb_core::diag::Diagnostic;
use wb_core::ty::Type;
use wb_hcl::Expr;

use super::view::Place;
use super::walk::Walk;
use crate::config::{Import, ImportKey, TargetKey};

impl Walk<'_, '_, '_> {
    pub(super) fn imports(&mut self) {
        for import in &self.view.module.imports {
            self.within(|| "import".to_owned(), |walk| walk.import(import));
        }
    }

    fn import(&mut self, import: &Import) {
        let place = Place { each: import.for_each.is_some(), ..Place::default() };
        if let Some(for_each) = &import.for_each {
            self.import_for_each(for_each.expr());
        }
        let (ImportKey::Id(key) | ImportKey::Identity(key)) = &import.what;
        self.expression(key.expr(), place);
        for key in import.to.keys.iter() {
            if let TargetKey::Expression(key) = key {
                self.expression(key.expr(), place);
            }
        }
    }

    /// Unlike that of resources, it may be a list: the keys are those of the addresses that it is used in.
    fn import_for_each(&mut self, expr: Expr<'_>) {
        let (value, is_fine) = self.expression(expr, Place::default());
        let ty = value.ty();
        let is_iterable = ty.is_collection() || ty.is_tuple() || ty.is_object();
        let is_open = ty == Type::DYNAMIC && !value.is_null();
        if is_fine && (value.is_null() || !(is_iterable || is_open)) {
            let have = if value.is_null() { "a null value".to_owned() } else { ty.friendly_name() };
            let detail = format!(
                "The for_each of an import block must be a map, a set or a list, and you have provided {have}."
            );
            let problem = Diagnostic::error("Invalid for_each argument", detail).at(expr.span());
            self.report_about(problem, expr, Place::default());
        }
    }
}

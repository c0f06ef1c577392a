//! Type constraints as the language writes them: `list(object({ a = string, b = optional(number, 1) }))`.
//!
//! A constraint is a [`Type`] that may leave types open and say which attributes are optional, and the default values
//! of those. Values are converted in two steps: defaults are put in where attributes are missing, then the type is
//! made.

mod defaults;
pub mod locate;
mod parse;
pub mod unused;

use std::sync::Arc;

use wb_core::convert::{ConvertError, convert};
use wb_core::diag::Diagnostics;
use wb_core::ty::Type;
use wb_core::value::Value;
use wb_hcl::Expr;

pub use defaults::Defaults;

/// A type constraint with default values.
#[derive(Clone, Debug)]
pub struct Constraint {
    pub ty: Type,
    pub defaults: Option<Arc<Defaults>>,
}

/// Which forms of types are allowed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// Types of values: nothing is left open.
    Exact,
    /// Also `any`, and attributes that are optional.
    Constraint,
    /// Also default values of optional attributes.
    WithDefaults,
}

impl Constraint {
    /// Any type.
    pub const ANY: Self = Self::plain(Type::DYNAMIC);

    /// A constraint without default values.
    #[must_use]
    pub const fn plain(ty: Type) -> Self {
        Self { ty, defaults: None }
    }

    /// The value as the constraint wants it.
    ///
    /// # Errors
    /// Where it cannot be made so.
    pub fn convert(&self, value: &Value) -> Result<Value, ConvertError> {
        match &self.defaults {
            Some(defaults) if !value.is_null() => convert(&defaults.apply(value), self.ty),
            _ => convert(value, self.ty),
        }
    }
}

/// Reads a type constraint; in JSON from a string. What is wrong is reported, and any type stands in its place.
pub fn parse(expr: Expr<'_>, diags: &mut Diagnostics) -> Constraint {
    parse_form(expr, Form::WithDefaults, diags)
}

/// As [`parse`], with the given form.
pub fn parse_form(expr: Expr<'_>, form: Form, diags: &mut Diagnostics) -> Constraint {
    let (ty, defaults) = parse::read(expr, form, diags);
    Constraint { ty, defaults: defaults.map(Arc::new) }
}

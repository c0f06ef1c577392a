//! Promises about values that are not known yet: what a configuration knows of a value and its type does not say.
//! A promise that a known value breaks is an error.

use wb_core::refine::Refine;
use wb_core::value::Value;

use super::super::args::whole;
use super::super::fault::{Fault, Outcome};
use super::super::spec::{Kind, Param};

/// The value that a promise is about.
pub(in super::super) const fn about(kind: Kind) -> Param {
    Param::new("value", kind, "The value to make the assumption about.")
        .nullable()
        .unknown()
        .untyped()
}

pub(in super::super) const MIN: Param =
    Param::new("min_length", Kind::Number, "The least possible length.");
pub(in super::super) const MAX: Param =
    Param::new("max_length", Kind::Number, "The greatest possible length.");

/// The value with a promise.
pub(in super::super) fn refined(value: &Value, promise: impl FnOnce(Refine) -> Refine) -> Outcome {
    let refined = promise(value.refine()).build();
    refined.map_err(|_| Fault::arg(0, "assumption was not upheld"))
}

/// A length that an argument gives.
pub(in super::super) fn length(args: &[Value], at: usize) -> Result<usize, Fault> {
    let length = whole(&args[at]).ok().filter(|length| *length < i64::MAX);
    let length = length.ok_or_else(|| {
        Fault::arg(at, format!("must be a whole number between 0 and {}", i64::MAX))
    })?;
    Ok(super::super::args::count(length))
}

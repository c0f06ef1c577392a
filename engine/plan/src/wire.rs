//! Parts of a plan in its file's form, for serde's `with`.

pub(crate) mod bytes;
pub(crate) mod checks;
pub(crate) mod paths;
pub(crate) mod span;
pub(crate) mod steps;
pub(crate) mod value;

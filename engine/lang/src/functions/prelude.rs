//! What every function's file begins with.

pub(super) use wb_core::marks::{MarkKinds, Marks};
pub(super) use wb_core::number::Number;
pub(super) use wb_core::ty::{Type, TypeKind};
pub(super) use wb_core::value::{Value, View};

pub(super) use super::args::{count, float, quoted, redacted, text, whole};
pub(super) use super::fault::{Fault, Outcome};
pub(super) use super::spec::{Body, Function, Kind, Param, Returns};
pub(super) use crate::eval::Env;

#[cfg(test)]
pub(super) use super::testing::{check, check_files, eval_on};
#[cfg(test)]
pub(super) use crate::host::{MemoryHost, Phase};
#[cfg(test)]
pub(super) use expect_test::expect;

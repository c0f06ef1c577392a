//! The functions of the language: one file each, found by name in one table.
//!
//! A function is a [`Function`]: what people read about it, its parameters, the type of its result and what it does.
//! [`call`] has the rules that hold for all of them: nulls, unknown values and marks never reach a function that did
//! not ask for them.

mod abs;
mod alltrue;
mod anytrue;
mod args;
mod call;
mod can;
mod ceil;
mod chomp;
mod chunklist;
mod coalesce;
mod coalescelist;
mod compact;
mod concat;
mod contains;
mod distinct;
mod element;
mod endswith;
mod ephemeralasnull;
mod fault;
mod flatten;
mod floor;
mod indent;
mod index;
mod issensitive;
mod join;
mod keys;
mod length;
mod list;
mod log;
mod lookup;
mod lower;
mod map;
mod matchkeys;
mod max;
mod merge;
pub mod metadata;
mod min;
mod nonsensitive;
mod one;
mod parseint;
mod pow;
mod prelude;
mod range;
mod regex;
mod regexall;
mod replace;
mod reverse;
mod sensitive;
mod setintersection;
mod setproduct;
mod setsubtract;
mod setunion;
mod signum;
mod slice;
mod sort;
mod spec;
mod split;
mod startswith;
mod strcontains;
mod strrev;
mod substr;
mod sum;
mod support;
mod table;
#[cfg(test)]
mod testing;
mod title;
mod tobool;
mod tolist;
mod tomap;
mod tonumber;
mod toset;
mod tostring;
mod transpose;
mod trim;
mod trimprefix;
mod trimspace;
mod trimsuffix;
mod r#try;
mod r#type;
mod upper;
mod values;
mod zipmap;

pub use fault::Fault;
pub use spec::{Function, Kind, Param};

pub(crate) use call::call_provider;
pub(crate) use spec::{Body, Lazy};
pub use table::{all, find};

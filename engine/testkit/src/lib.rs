//! What the tests of several crates share. No crate uses this outside its tests; only tools do.
//!
//! - [`table`]: values, types and paths as the tables of `conformance/` write them.
//! - [`conform`]: runs those tables, one result a row.

pub mod conform;
pub mod table;

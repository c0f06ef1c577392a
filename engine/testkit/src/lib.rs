//! What the tests of several crates share. No crate uses this outside its tests; only tools do.
//!
//! - [`table`]: values, types and paths as the tables of `conformance/` write them.
//! - [`disk`]: a disk that can lose power.
//! - [`bucket`]: a bucket whose server can die or lie.
//! - [`torture`]: applies on such a disk, and what must be true of what is left.
//! - [`stores`]: the suite that every store passes.
//! - [`stack`]: stacks given as text.
//! - [`fuzz`]: what must be true of any bytes.
//! - [`conform`]: runs those tables, one result a row.

pub mod bucket;
pub mod conform;
pub mod crypt;
pub mod disk;
pub mod fuzz;
pub mod stack;
pub mod stores;
pub mod table;
pub mod torture;

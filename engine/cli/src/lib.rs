//! The command `wb`: what it shows.

pub mod json;
pub mod render;
mod stored;
#[cfg(test)]
mod testing;

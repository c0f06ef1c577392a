//! What several functions need.

pub(super) mod conversion;
pub(super) mod letters;
pub(super) mod pattern;
pub(super) mod power;
pub(super) mod sets;

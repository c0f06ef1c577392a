//! What several functions need.

pub(super) mod assume;
pub(super) mod base64;
pub(super) mod charset;
pub(super) mod cidr;
mod codepages;
pub(super) mod conversion;
pub(super) mod csv;
pub(super) mod dates;
pub(super) mod digest;
pub(super) mod files;
pub(super) mod format;
pub(super) mod glob;
pub(super) mod gzip;
pub(super) mod letters;
pub(super) mod logarithm;
pub(super) mod paths;
pub(super) mod pattern;
pub(super) mod power;
pub(super) mod rsa;
pub(super) mod sets;
pub(super) mod template;
pub(super) mod uuids;
pub(super) mod yaml;

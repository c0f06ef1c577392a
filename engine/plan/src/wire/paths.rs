//! Paths into values, in the form that states have for them.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serializer};
use wb_core::path::Path;
use wb_state::AttrPath;

use crate::object::{attr_path, path_of};

pub(crate) fn serialize<S: Serializer>(paths: &[Path], s: S) -> Result<S::Ok, S::Error> {
    s.collect_seq(paths.iter().map(attr_path))
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<Path>, D::Error> {
    let paths = Vec::<AttrPath>::deserialize(d)?;
    let path = |path: &AttrPath| path_of(path).ok_or_else(|| D::Error::custom("no path"));
    paths.iter().map(path).collect()
}

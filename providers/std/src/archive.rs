//! `hashicorp/archive`.

mod file;
mod glob;
mod pack;
mod walk;

use wb_sdk::provider::TypeList;
use wb_sdk::types::{data, remote};

pub(crate) fn types() -> TypeList {
    TypeList::new().resources([remote::<file::File>()]).data([data::<file::File>()])
}

//! `hashicorp/null`.

mod data;
mod resource;

use wb_sdk::provider::TypeList;
use wb_sdk::types;

pub(crate) fn types() -> TypeList {
    TypeList::new()
        .resources([types::recorded::<resource::Null>()])
        .data([types::data::<data::Null>()])
}

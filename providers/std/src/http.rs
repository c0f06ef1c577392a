//! `hashicorp/http`.

mod client;
mod data;

use wb_sdk::provider::TypeList;
use wb_sdk::types;

pub(crate) fn types() -> TypeList {
    TypeList::new().data([types::data::<data::Http>()])
}

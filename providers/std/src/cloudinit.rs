//! `hashicorp/cloudinit`.

mod config;

use wb_sdk::provider::TypeList;
use wb_sdk::types::{data, recorded};

pub(crate) fn types() -> TypeList {
    TypeList::new().resources([recorded::<config::Config>()]).data([data::<config::Config>()])
}

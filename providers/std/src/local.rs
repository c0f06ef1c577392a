//! `hashicorp/local`.

mod file;
mod file_data;

mod sensitive_file;
mod sensitive_file_data;

use wb_core::provider::Kind;
use wb_sdk::provider::TypeList;
use wb_sdk::types::{data, remote};

pub(crate) fn types() -> TypeList {
    TypeList::new()
        .resources([remote::<file::File>(), remote::<sensitive_file::SensitiveFile>()])
        .data([data::<file_data::File>(), data::<sensitive_file_data::SensitiveFile>()])
        // It reads the disk, and functions of providers are pure.
        .unimplemented(Kind::Function, &["direxists"])
        .unimplemented(Kind::Data, &["local_command"])
        .unimplemented(Kind::Ephemeral, &["local_command"])
}

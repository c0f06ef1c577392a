//! `hashicorp/random`.

mod bytes;
mod characters;
mod id;
mod integer;
pub(crate) mod keepers;
mod password;
mod pet;
mod shuffle;
mod string;
mod uuid;
mod words;

use wb_core::provider::Kind;
use wb_sdk::provider::TypeList;
use wb_sdk::types::{ephemeral, recorded};

/// As many bytes, characters, words or elements one object may have. They are written into every state.
const MOST: i64 = 100_000;

pub(crate) fn types() -> TypeList {
    TypeList::new()
        .resources([
            recorded::<bytes::Bytes>(),
            recorded::<id::Id>(),
            recorded::<integer::Integer>(),
            recorded::<password::Password>(),
            recorded::<pet::Pet>(),
            recorded::<shuffle::Shuffle>(),
            recorded::<string::RandomString>(),
            recorded::<uuid::Uuid>(),
        ])
        .ephemeral([ephemeral::<password::EphemeralPassword>()])
        .unimplemented(Kind::Resource, &["random_uuid4", "random_uuid7"])
        .unimplemented(Kind::Ephemeral, &["random_bytes"])
}

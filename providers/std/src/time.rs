//! `hashicorp/time`.

mod functions;
mod moment;
mod offset;
mod rotating;
mod sleep;
mod static_;

use wb_sdk::provider::TypeList;
use wb_sdk::types::recorded;

pub(crate) fn types() -> TypeList {
    TypeList::new()
        .resources([
            recorded::<offset::Offset>(),
            recorded::<rotating::Rotating>(),
            recorded::<sleep::Sleep>(),
            recorded::<static_::Static>(),
        ])
        .functions(functions::all())
}

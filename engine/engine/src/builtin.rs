//! What the provider `terraform.io/builtin/terraform` has that needs the engine: states of other stacks, and the language's own
//! syntax. Providers know neither.

mod remote_state;
mod tfvars;

use std::sync::Arc;

use wb_core::provider::FunctionLogic;
use wb_sdk::provider::{Slot, TypeList};
use wb_sdk::types::data;

/// Adds it to the rest of that provider.
#[must_use]
pub fn complete(types: TypeList) -> TypeList {
    types.data([data::<remote_state::RemoteState>()]).functions(functions())
}

fn functions() -> [Slot<dyn FunctionLogic>; 3] {
    [
        Slot::new("decode_tfvars", || Arc::new(tfvars::decode())),
        Slot::new("encode_expr", || Arc::new(tfvars::encode_expr())),
        Slot::new("encode_tfvars", || Arc::new(tfvars::encode())),
    ]
}

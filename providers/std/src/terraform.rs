//! `terraform.io/builtin/terraform`.

mod data;

use wb_core::provider::Kind;
use wb_sdk::provider::TypeList;
use wb_sdk::types::recorded;

pub(crate) fn types() -> TypeList {
    TypeList::new()
        .resources([recorded::<data::TerraformData>()])
        // They read and write the language's syntax, which providers do not know.
        .unimplemented(Kind::Function, &["decode_tfvars", "encode_expr", "encode_tfvars"])
}

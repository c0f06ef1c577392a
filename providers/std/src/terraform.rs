//! `terraform.io/builtin/terraform`.

mod data;

use wb_sdk::provider::TypeList;
use wb_sdk::types::recorded;

pub(crate) fn types() -> TypeList {
    TypeList::new().resources([recorded::<data::TerraformData>()])
}

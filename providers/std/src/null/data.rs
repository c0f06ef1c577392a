//! `data.null_data_source`.

use std::collections::BTreeMap;

use wb_sdk::model::Model;
use wb_sdk::types::DataType;
use wb_sdk::{Context, OpError};

use crate::source::Source;

/// Gives back what it is given. Local values do the same without a data source.
#[derive(Model)]
pub(crate) struct Null {
    /// Strings to give back.
    #[attr(optional)]
    inputs: Option<BTreeMap<String, Option<String>>>,
    /// The strings of `inputs`.
    #[attr(computed)]
    outputs: Option<BTreeMap<String, Option<String>>>,
    /// The string `default`, where `has_computed_default` gives no other.
    #[attr(optional, computed)]
    has_computed_default: Option<String>,
    /// A random number.
    #[attr(computed)]
    random: Option<String>,
    /// The string `static`.
    #[attr(computed, deprecated = "It has no meaning and is there for old configurations only.")]
    id: Option<String>,
}

impl DataType for Null {
    const NAME: &'static str = "null_data_source";

    async fn read(mut config: Self, context: Context) -> Result<Self, OpError> {
        config.outputs = config.inputs.clone();
        config.random = Some(Source::new(&*context.ambient, None).below(1 << 63).to_string());
        config.has_computed_default.get_or_insert_with(|| "default".to_owned());
        config.id = Some("static".to_owned());
        Ok(config)
    }
}

//! `random_bytes`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use wb_core::provider::Problems;
use wb_core::value::Value;
use wb_sdk::model::Model;
use wb_sdk::types::{Recorded, ResourceType};
use wb_sdk::{Context, ErrorKind, OpError};

use super::keepers::Keepers;
use crate::source::hex;
use crate::validate;

/// Random bytes for a key or another secret. They are never shown.
#[derive(Model)]
pub(crate) struct Bytes {
    /// Strings of any meaning; when one changes, the bytes are made anew.
    #[attr(optional, replace)]
    keepers: Keepers,
    /// How many bytes there are.
    #[attr(required, replace)]
    length: i64,
    /// The bytes in base64.
    #[attr(computed, sensitive)]
    base64: Option<String>,
    /// The bytes in hexadecimal digits.
    #[attr(computed, sensitive)]
    hex: Option<String>,
}

impl ResourceType for Bytes {
    const NAME: &'static str = "random_bytes";

    fn validate(config: &Value) -> Problems {
        let mut problems = Problems::default();
        validate::at_least(config, "length", 1, &mut problems);
        validate::at_most(config, "length", super::MOST, &mut problems);
        problems
    }
}

impl Recorded for Bytes {
    async fn create(mut planned: Self, context: Context) -> Result<Self, OpError> {
        let mut bytes = vec![0; usize::try_from(planned.length).unwrap_or_default()];
        context.ambient.random(&mut bytes);
        planned.base64 = Some(STANDARD.encode(&bytes));
        planned.hex = Some(hex(&bytes));
        Ok(planned)
    }

    fn import(id: &str, _context: &Context) -> Result<Self, OpError> {
        let bytes = STANDARD.decode(id).map_err(|_| {
            OpError::new(ErrorKind::Invalid, "Not bytes", "The id must be the bytes in base64.")
        })?;
        Ok(Self {
            keepers: None,
            length: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            base64: Some(id.to_owned()),
            hex: Some(hex(&bytes)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wb_sdk::conformance::Bench;

    #[tokio::test]
    async fn it_is_made_imported_and_made_anew() {
        Bench::new(crate::random::types())
            .resource(Bytes::NAME)
            .config([("length", 33.into())])
            .import("base64", [])
            .replace([("length", 5.into())])
            .run()
            .await;
    }
}

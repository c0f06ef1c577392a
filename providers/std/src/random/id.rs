//! `random_id`.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use dashu_int::UBig;
use wb_core::provider::{PlanAsk, Planned, Problems};
use wb_core::value::Value;
use wb_sdk::model::Model;
use wb_sdk::types::{Recorded, ResourceType};
use wb_sdk::{Context, ErrorKind, OpError};

use super::keepers::{self, Keepers};
use crate::source::hex;
use crate::validate;

/// Random bytes as a name that nothing else has. They are shown in plans: for secrets use `random_bytes`.
#[derive(Model)]
pub(crate) struct Id {
    /// Strings of any meaning; when one changes, the id is made anew.
    #[attr(optional, replace)]
    keepers: Keepers,
    /// How many random bytes there are.
    #[attr(required, replace)]
    byte_length: i64,
    /// What each form but `id` begins with.
    #[attr(optional, replace)]
    prefix: Option<String>,
    /// The bytes in base64 of the alphabet for URLs, without padding.
    #[attr(computed)]
    b64_url: Option<String>,
    /// The bytes in base64 of the standard alphabet.
    #[attr(computed)]
    b64_std: Option<String>,
    /// The bytes in hexadecimal digits.
    #[attr(computed)]
    hex: Option<String>,
    /// The bytes as a decimal number.
    #[attr(computed)]
    dec: Option<String>,
    /// As `b64_url`, without the prefix.
    #[attr(computed)]
    id: Option<String>,
}

impl ResourceType for Id {
    const NAME: &'static str = "random_id";

    fn validate(config: &Value) -> Problems {
        let mut problems = Problems::default();
        validate::at_least(config, "byte_length", 1, &mut problems);
        validate::at_most(config, "byte_length", super::MOST, &mut problems);
        problems
    }

    fn plan(ask: &PlanAsk<'_>, planned: Planned) -> Result<Planned, Problems> {
        Ok(keepers::forgive_nulls("keepers", ask, planned))
    }
}

impl Id {
    fn fill(&mut self, bytes: &[u8]) {
        let prefixed = |text: &str| Some(format!("{}{text}", self.prefix.as_deref().unwrap_or("")));
        let id = URL_SAFE_NO_PAD.encode(bytes);
        self.b64_url = prefixed(&id);
        self.b64_std = prefixed(&STANDARD.encode(bytes));
        self.hex = prefixed(&hex(bytes));
        self.dec = prefixed(&UBig::from_be_bytes(bytes).to_string());
        self.id = Some(id);
    }
}

impl Recorded for Id {
    async fn create(mut planned: Self, context: Context) -> Result<Self, OpError> {
        let mut bytes = vec![0; usize::try_from(planned.byte_length).unwrap_or_default()];
        context.ambient.random(&mut bytes);
        planned.fill(&bytes);
        Ok(planned)
    }

    fn import(id: &str, _context: &Context) -> Result<Self, OpError> {
        let (prefix, id) = match id.rsplit_once(',') {
            Some((prefix, id)) => (Some(prefix.to_owned()).filter(|p| !p.is_empty()), id),
            None => (None, id),
        };
        let bytes = URL_SAFE_NO_PAD.decode(id).map_err(|_| {
            OpError::new(
                ErrorKind::Invalid,
                "Not an id",
                "What follows the last comma must be bytes in base64 of the alphabet for URLs, without padding.",
            )
        })?;
        let mut made = Self {
            keepers: None,
            byte_length: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            prefix,
            b64_url: None,
            b64_std: None,
            hex: None,
            dec: None,
            id: None,
        };
        made.fill(&bytes);
        Ok(made)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wb_sdk::conformance::Bench;

    #[test]
    fn bytes_have_five_forms() {
        let mut id = Id {
            keepers: None,
            byte_length: 3,
            prefix: Some("p-".into()),
            b64_url: None,
            b64_std: None,
            hex: None,
            dec: None,
            id: None,
        };
        id.fill(&[0xfb, 0xff, 0x01, 0x02]);
        assert_eq!(id.id.as_deref(), Some("-_8BAg"));
        assert_eq!(id.b64_url.as_deref(), Some("p--_8BAg"));
        assert_eq!(id.b64_std.as_deref(), Some("p-+/8BAg=="));
        assert_eq!(id.hex.as_deref(), Some("p-fbff0102"));
        assert_eq!(id.dec.as_deref(), Some("p-4227793154"));
    }

    #[tokio::test]
    async fn it_is_made_imported_and_made_anew() {
        Bench::new(crate::random::types())
            .resource(Id::NAME)
            .config([("byte_length", 8.into())])
            .import("id", [])
            .replace([("byte_length", 8.into()), ("prefix", "p".into())])
            .run()
            .await;
    }
}

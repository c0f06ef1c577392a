//! `random_uuid`.

use wb_core::provider::{PlanAsk, Planned, Problems};
use wb_sdk::model::Model;
use wb_sdk::types::{Recorded, ResourceType};
use wb_sdk::{Context, ErrorKind, OpError};

use super::keepers::{self, Keepers};
use crate::source;

/// A random UUID.
#[derive(Model)]
pub(crate) struct Uuid {
    /// Strings of any meaning; when one changes, the UUID is made anew.
    #[attr(optional, replace)]
    keepers: Keepers,
    /// The UUID.
    #[attr(computed)]
    result: Option<String>,
    /// The UUID again.
    #[attr(computed)]
    id: Option<String>,
}

impl ResourceType for Uuid {
    const NAME: &'static str = "random_uuid";

    fn plan(ask: &PlanAsk<'_>, planned: Planned) -> Result<Planned, Problems> {
        Ok(keepers::forgive_nulls("keepers", ask, planned))
    }
}

impl Recorded for Uuid {
    async fn create(planned: Self, context: Context) -> Result<Self, OpError> {
        let made = source::uuid(&*context.ambient);
        Ok(Self { id: Some(made.clone()), result: Some(made), ..planned })
    }

    fn import(id: &str, _context: &Context) -> Result<Self, OpError> {
        let is_uuid = id.len() == 36
            && id.char_indices().all(|(i, c)| match i {
                8 | 13 | 18 | 23 => c == '-',
                _ => c.is_ascii_hexdigit(),
            });
        if !is_uuid {
            let why = "The id must be a UUID: 32 hexadecimal digits in five groups.";
            return Err(OpError::new(ErrorKind::Invalid, "Not a UUID", why));
        }
        let made = id.to_ascii_lowercase();
        Ok(Self { keepers: None, result: Some(made.clone()), id: Some(made) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wb_sdk::conformance::Bench;

    #[tokio::test]
    async fn it_is_made_and_imported() {
        Bench::new(crate::random::types()).resource(Uuid::NAME).import("id", []).run().await;
    }
}

//! `null_resource`.

use std::collections::BTreeMap;

use wb_core::provider::{PlanAsk, Planned, Problems};
use wb_sdk::model::Model;
use wb_sdk::types::{Recorded, ResourceType};
use wb_sdk::{Context, OpError};

use crate::random::keepers;
use crate::source::Source;

/// Makes nothing; it is there for the provisioners that it carries. `terraform_data` does the same and more.
#[derive(Model)]
pub(crate) struct Null {
    /// Strings of any meaning; when one changes, the object is made anew, and its provisioners run again.
    #[attr(optional, replace)]
    triggers: Option<BTreeMap<String, Option<String>>>,
    /// A random number that tells this object from all others.
    #[attr(computed)]
    id: Option<String>,
}

impl ResourceType for Null {
    const NAME: &'static str = "null_resource";

    fn plan(ask: &PlanAsk<'_>, planned: Planned) -> Result<Planned, Problems> {
        Ok(keepers::forgive_nulls("triggers", ask, planned))
    }
}

impl Recorded for Null {
    async fn create(mut planned: Self, context: Context) -> Result<Self, OpError> {
        let number = Source::new(&*context.ambient, None).below(1 << 63);
        planned.id = Some(number.to_string());
        Ok(planned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wb_core::ty::Type;
    use wb_core::value::Value;
    use wb_sdk::conformance::Bench;

    #[tokio::test]
    async fn it_is_made_anew_when_triggers_change() {
        let triggers = |value: &str| Value::map(Type::STRING, [("t", value.into())]);
        Bench::new(crate::null::types())
            .resource(Null::NAME)
            .config([("triggers", triggers("a"))])
            .replace([("triggers", triggers("b"))])
            .run()
            .await;
    }
}

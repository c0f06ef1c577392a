//! `terraform_data`.

use wb_core::provider::{PlanAsk, Planned, Problems};
use wb_core::ty::Type;
use wb_core::value::Value;
use wb_sdk::model::{self, Model};
use wb_sdk::types::{Recorded, ResourceType};
use wb_sdk::{Context, OpError};

use crate::source;

/// Keeps a value in the state, and gives it back once it is applied. It makes nothing outside: use it to pass values on in
/// order, or to run provisioners.
#[derive(Model)]
pub(crate) struct TerraformData {
    /// A value of any type to keep.
    #[attr(optional)]
    input: Value,
    /// A value of any type; when it changes, the object is made anew.
    #[attr(optional, replace)]
    triggers_replace: Value,
    /// The value of `input`, known once it is applied.
    #[attr(computed)]
    output: Value,
    /// A string that tells this object from all others.
    #[attr(computed)]
    id: Option<String>,
}

impl ResourceType for TerraformData {
    const NAME: &'static str = "terraform_data";

    fn plan(ask: &PlanAsk<'_>, mut planned: Planned) -> Result<Planned, Problems> {
        let null = Value::null(Type::DYNAMIC);
        let input = planned.value.attribute("input").unwrap_or(&null);
        let is_new = ask.is_create() || !planned.replace.is_empty();
        let output = if is_new && input.is_null() {
            // A null keeps its type.
            Some(input.clone())
        } else if is_new || ask.prior.attribute("input") != Some(input) {
            // What will come out is unknown, but not of what type.
            Some(Value::unknown(input.ty()))
        } else {
            None
        };
        let id = is_new.then(|| {
            let id = Value::unknown(Type::STRING).refine().not_null().build();
            id.unwrap_or(Value::unknown(Type::STRING))
        });
        if id.is_some() || output.is_some() {
            let id = id.map(|id| ("id", id));
            let output = output.map(|output| ("output", output));
            planned.value = model::with_all(&planned.value, id.into_iter().chain(output));
        }
        Ok(planned)
    }
}

impl TerraformData {
    fn settle(mut self) -> Self {
        if !self.output.is_known() {
            self.output = self.input.clone();
        }
        self
    }
}

impl Recorded for TerraformData {
    async fn create(mut planned: Self, context: Context) -> Result<Self, OpError> {
        planned.id = Some(source::uuid(&*context.ambient));
        Ok(planned.settle())
    }

    async fn update(_prior: Self, planned: Self, _context: Context) -> Result<Self, OpError> {
        Ok(planned.settle())
    }

    fn import(id: &str, _context: &Context) -> Result<Self, OpError> {
        let null = || Value::null(Type::DYNAMIC);
        Ok(Self { input: null(), triggers_replace: null(), output: null(), id: Some(id.into()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wb_sdk::conformance::Bench;

    #[tokio::test]
    async fn it_keeps_values_of_any_type() {
        let bench = Bench::new(crate::terraform::types());
        let made = bench
            .resource(TerraformData::NAME)
            .config([("input", Value::tuple([1.into(), "a".into()]))])
            .update([("input", Value::object([("k", Value::TRUE)]))])
            .replace([("triggers_replace", "again".into())])
            .run()
            .await;
        assert_eq!(made.attribute("output"), made.attribute("input"));
        assert_eq!(made.attribute("id").and_then(Value::as_str).map(str::len), Some(36));
        let null = [("input", Value::null(Type::STRING))];
        let made = bench.resource(TerraformData::NAME).config(null.clone()).run().await;
        assert_eq!(made.attribute("output"), Some(&null[0].1));
    }
}

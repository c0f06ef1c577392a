//! Maps whose change asks for a new object.

use std::collections::BTreeMap;

use wb_core::path::Path;
use wb_core::provider::{PlanAsk, Planned};
use wb_core::value::Value;

/// What a type keeps in such a map.
pub(crate) type Keepers = Option<BTreeMap<String, Option<String>>>;

/// Takes back the need for a new object where the map differs in nulls only: states of old providers hold none.
pub(crate) fn forgive_nulls(name: &str, ask: &PlanAsk<'_>, mut planned: Planned) -> Planned {
    let (Some(before), Some(after)) = (ask.prior.attribute(name), planned.value.attribute(name))
    else {
        return planned;
    };
    if after.is_known() && entries(before) == entries(after) {
        let path = Path::new().attr(name);
        planned.replace.retain(|replace| *replace != path);
    }
    planned
}

fn entries(map: &Value) -> Vec<(&str, &Value)> {
    let all = map.as_map().map(|map| map.iter().filter(|(_, value)| !value.is_null()));
    all.into_iter().flatten().collect()
}

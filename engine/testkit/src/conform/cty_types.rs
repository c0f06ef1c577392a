//! Types alone: conformance and unification.

use serde_json::{Value as Json, json};

use wb_core::convert::Safety;
use wb_core::unify;

use super::{Outcome, Row, same};
use crate::table::{Unreadable, read_type, write_type};

pub(super) fn conforms(row: &Row<'_>) -> Result<Outcome, Unreadable> {
    let got = row.ty("Receiver")?.conforms_to(row.ty("Given")?);
    Ok(same(got, &row.bool("Conforms")?))
}

pub(super) fn unify(row: &Row<'_>) -> Result<Outcome, Unreadable> {
    let input = row.field("Input")?;
    let types = input.as_array().ok_or_else(|| Unreadable(format!("no types: {input}")))?;
    let types = types.iter().map(read_type).collect::<Result<Vec<_>, _>>()?;
    let got = unify::unify(types, Safety::Safe).map(|unified| {
        let converted = unified.conversions.iter().map(Option::is_some).collect::<Vec<_>>();
        (unified.ty, json!(converted))
    });
    let want_type = row.field("WantType")?;
    let want = match want_type {
        Json::Null => None,
        _ => Some((read_type(want_type)?, row.field("WantConversions")?.clone())),
    };
    Ok(match got {
        got if got == want => Outcome::Right,
        Some((ty, conversions)) => {
            Outcome::Wrong(json!({"type": write_type(ty), "conversions": conversions}))
        }
        None => Outcome::Wrong(Json::Null),
    })
}

//! What `tostring`, `tolist` and their like have in common.

use wb_core::convert::{Conversion, Safety, convert, mismatch};
use wb_core::ty::Type;
use wb_core::value::Value;

use super::super::args::quoted;
use super::super::fault::{Fault, Outcome};
use super::super::spec::{Kind, Param};
use crate::eval::Env;

pub(in super::super) const VALUE: Param =
    Param::new("v", Kind::Any, "").nullable().untyped().marked();

/// The wanted type, if the argument's type converts to it.
pub(in super::super) fn result_type(args: &[Value], wanted: Kind) -> Result<Type, Fault> {
    let (got, want) = (args[0].ty(), wanted.ty());
    if got == want || Conversion::between(got, want, Safety::Unsafe).is_some() {
        return Ok(want);
    }
    Err(Fault::arg(0, no_conversion(got, want)))
}

pub(in super::super) fn convert_to(args: &[Value], wanted: Kind, env: &mut Env<'_>) -> Outcome {
    let want = result_type(args, wanted)?;
    if !want.is_primitive() {
        env.charge(args[0].size())?;
    }
    convert(&args[0], want).map_err(|_| Fault::arg(0, why(&args[0], want)))
}

/// Why the value did not convert although its type may. Nothing of a secret is shown.
fn why(value: &Value, want: Type) -> String {
    let marks = value.deep_marks();
    let secret = match (marks.is_ephemeral(), marks.is_sensitive()) {
        (true, _) => Some("ephemeral"),
        (false, true) => Some("sensitive"),
        (false, false) => None,
    };
    let (got, wanted) = (value.ty().friendly_name(), want.friendly_constraint_name());
    if let Some(secret) = secret {
        return format!("cannot convert this {secret} {got} to {wanted}");
    }
    let text = value.unmarked().as_str().map_or("string".to_owned(), quoted);
    match want {
        _ if value.ty() != Type::STRING => no_conversion(value.ty(), want),
        want if want == Type::BOOL => format!(
            "cannot convert {text} to bool; only the strings \"true\" or \"false\" are allowed"
        ),
        want if want == Type::NUMBER => format!(
            "cannot convert {text} to number; given string must be a decimal representation of a number"
        ),
        _ => no_conversion(value.ty(), want),
    }
}

fn no_conversion(got: Type, want: Type) -> String {
    if got.is_tuple() && want.is_tuple() {
        return format!("incompatible tuple type for conversion: {}", mismatch(got, want));
    }
    if got.is_object() && want.is_object() {
        return format!("incompatible object type for conversion: {}", mismatch(got, want));
    }
    let (got, want) = (got.friendly_name(), want.friendly_constraint_name());
    format!("cannot convert {got} to {want}")
}

//! `coalesce`

use wb_core::convert::{Safety, convert};
use wb_core::unify::unify;

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "coalesce",
    "`coalesce` gives the first of its arguments that is neither null nor an empty string.",
    &[],
    Returns::By(result_type),
    Body::Plain(coalesce),
)
.variadic(Param::new("vals", Kind::Any, "").nullable().unknown().untyped());

fn result_type(args: &[Value]) -> Result<Type, Fault> {
    let unified = unify(args.iter().map(Value::ty), Safety::Unsafe);
    let unified = unified.ok_or_else(|| Fault::new("all arguments must have the same type"))?;
    Ok(unified.ty)
}

fn coalesce(args: &[Value]) -> Outcome {
    let ty = result_type(args)?;
    for (at, arg) in args.iter().enumerate() {
        let value = convert(arg, ty).map_err(|error| Fault::arg(at, error.to_string()))?;
        if !value.is_known() {
            return Ok(Value::unknown(ty));
        }
        if !value.is_null() && value.as_str() != Some("") {
            return Ok(value);
        }
    }
    Err(Fault::new("no non-null, non-empty-string arguments"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_with_content_is_taken() {
        check(
            r#"[coalesce("", null, "b", "c"), coalesce(null, 1, "a"), coalesce(null, false)]"#,
            &expect![[r#"["b", "1", false]"#]],
        );
        check(
            r#"coalesce("", null)"#,
            &expect![[
                r#"Error in function call: Call to function "coalesce" failed: no non-null, non-empty-string arguments. <coalesce("", null)>"#
            ]],
        );
        check(
            r#"coalesce("a", [])"#,
            &expect![[
                r#"Error in function call: Call to function "coalesce" failed: all arguments must have the same type. <coalesce("a", [])>"#
            ]],
        );
        check(
            "coalesce()",
            &expect![[
                r#"Error in function call: Call to function "coalesce" failed: all arguments must have the same type. <coalesce()>"#
            ]],
        );
    }

    #[test]
    fn nobody_knows_what_an_unknown_argument_will_be() {
        let unknown = Value::unknown(Type::STRING);
        assert_eq!(coalesce(&[unknown.clone(), "a".into()]), Ok(unknown.clone()));
        assert_eq!(coalesce(&["a".into(), unknown]), Ok("a".into()));
    }
}

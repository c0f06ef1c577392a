//! `coalescelist`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "coalescelist",
    "`coalescelist` gives the first of its arguments that is not an empty list.",
    &[],
    Returns::By(result_type),
    Body::Plain(coalescelist),
)
.variadic(Param::new("vals", Kind::Any, "Lists or tuples.").nullable().unknown().untyped());

fn result_type(args: &[Value]) -> Result<Type, Fault> {
    let first = args.first().ok_or_else(|| Fault::new("at least one argument is required"))?;
    for arg in args {
        let ty = arg.ty();
        if !arg.is_known() {
            return Ok(Type::DYNAMIC);
        }
        if !ty.is_list() && !ty.is_tuple() {
            return Err(Fault::new("coalescelist arguments must be lists or tuples"));
        }
    }
    let is_common = args.iter().all(|arg| arg.ty() == first.ty());
    Ok(if is_common { first.ty() } else { Type::DYNAMIC })
}

fn coalescelist(args: &[Value]) -> Outcome {
    let ty = result_type(args)?;
    for arg in args {
        if !arg.is_known() {
            return Ok(Value::unknown(ty));
        }
        if arg.as_elements().is_some_and(|elements| !elements.is_empty()) {
            return Ok(arg.clone());
        }
    }
    Err(Fault::new("no non-null arguments"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_with_elements_is_taken() {
        check(
            r#"[coalescelist([], tolist(null), ["a"], [1]), coalescelist(tolist(["b"]))]"#,
            &expect![[r#"[["a"], list["b"]]"#]],
        );
        check(
            "coalescelist([], [])",
            &expect![[
                r#"Error in function call: Call to function "coalescelist" failed: no non-null arguments. <coalescelist([], [])>"#
            ]],
        );
        check(
            r#"coalescelist("a")"#,
            &expect![[
                r#"Error in function call: Call to function "coalescelist" failed: coalescelist arguments must be lists or tuples. <coalescelist("a")>"#
            ]],
        );
        check(
            "coalescelist()",
            &expect![[
                r#"Error in function call: Call to function "coalescelist" failed: at least one argument is required. <coalescelist()>"#
            ]],
        );
    }
}

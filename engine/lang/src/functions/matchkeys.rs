//! `matchkeys`

use std::collections::HashSet;

use wb_core::convert::{Safety, convert};
use wb_core::unify::unify;

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "matchkeys",
    "`matchkeys` keeps those elements of a list whose counterparts in a list of keys occur in a third list.",
    &[
        Param::new("values", Kind::List(&Kind::Any), ""),
        Param::new("keys", Kind::List(&Kind::Any), "A list of the same length as `values`."),
        Param::new("searchset", Kind::List(&Kind::Any), "The keys to keep."),
    ],
    Returns::By(|args| key_type(args).map(|_| args[0].ty())),
    Body::With(matchkeys),
);

fn key_type(args: &[Value]) -> Result<Type, Fault> {
    let unified = unify([args[1].ty(), args[2].ty()], Safety::Unsafe);
    let unified =
        unified.ok_or_else(|| Fault::new("keys and searchset must be of the same type"))?;
    Ok(unified.ty)
}

fn matchkeys(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let key_type = key_type(args)?;
    let element = args[0].ty().element().unwrap_or(Type::DYNAMIC);
    let values = args[0].as_elements().unwrap_or_default();
    if values.len() != args[1].as_elements().unwrap_or_default().len() {
        return Err(Fault::new("length of keys and values should be equal"));
    }
    env.charge(args[1].size().saturating_add(args[2].size()))?;
    let as_keys =
        |at: usize| convert(&args[at], key_type).map_err(|e| Fault::arg(at, e.to_string()));
    let (keys, wanted) = (as_keys(1)?, as_keys(2)?);
    let wanted_keys = wanted.as_elements().unwrap_or_default();
    if wanted_keys.is_empty() {
        return Ok(Value::list(element, []));
    }
    if !args[0].is_wholly_known() || !keys.is_wholly_known() {
        return Ok(Value::unknown(args[0].ty()));
    }
    let pairs = keys.as_elements().unwrap_or_default().iter().zip(values);
    let mut kept = Vec::new();
    // Only keys before the first unknown one can be found with certainty.
    let known = wanted_keys.iter().take_while(|key| key.is_wholly_known());
    let known: HashSet<&Value> = known.collect();
    let is_open = known.len() < wanted_keys.len() && !wanted.is_wholly_known();
    for (key, value) in pairs {
        if known.contains(key) {
            kept.push(value.clone());
        } else if is_open {
            return Ok(Value::list(element, []));
        }
    }
    Ok(Value::list(element, kept))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counterparts_are_kept() {
        check(
            r#"matchkeys(["i1", "i2", "i3"], ["west", "east", "east"], ["east"])"#,
            &expect![[r#"list["i2", "i3"]"#]],
        );
        check(r#"matchkeys(["a", "b"], [1, 2], ["2"])"#, &expect![[r#"list["b"]"#]]);
        check(
            r#"[matchkeys([1], ["a"], []), matchkeys([1], ["a"], ["b"])]"#,
            &expect!["[list(number)[], list(number)[]]"],
        );
        check(
            r#"matchkeys(["a"], [], ["b"])"#,
            &expect![[
                r#"Error in function call: Call to function "matchkeys" failed: length of keys and values should be equal. <matchkeys(["a"], [], ["b"])>"#
            ]],
        );
        check(
            r#"matchkeys(["a"], ["b"], [{}])"#,
            &expect![[
                r#"Error in function call: Call to function "matchkeys" failed: keys and searchset must be of the same type. <matchkeys(["a"], ["b"], [{}])>"#
            ]],
        );
    }
}

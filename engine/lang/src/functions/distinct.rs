//! `distinct`

use std::collections::HashSet;

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "distinct",
    "`distinct` removes elements that occurred before from a list.",
    &[Param::new("list", Kind::List(&Kind::Any), "")],
    Returns::By(|args| Ok(args[0].ty())),
    Body::With(distinct),
);

fn distinct(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let list = &args[0];
    if !list.is_wholly_known() {
        return Ok(Value::unknown(list.ty()));
    }
    env.charge(list.size())?;
    let mut seen = HashSet::new();
    let elements = list.as_elements().unwrap_or_default();
    let first = elements.iter().filter(|element| seen.insert(*element)).cloned();
    Ok(Value::list(list.ty().element().unwrap_or(Type::DYNAMIC), first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_equals_stays() {
        check(
            r#"[distinct(["b", "a", "b"]), distinct([1.0, 1]), distinct([null, null])]"#,
            &expect![[r#"[list["b", "a"], list[1], list[null(any)]]"#]],
        );
        check("distinct([{a = 1}, {a = 1.0}])", &expect![[r#"list[{"a": 1}]"#]]);
        check(
            r#"distinct(["a", {}])"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "list" parameter: all list elements must have the same type. <["a", {}]>"#
            ]],
        );
    }
}

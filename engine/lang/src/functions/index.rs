//! `index`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "index",
    "`index` finds the position of the first element of a list that equals a value.",
    &[Param::new("list", Kind::Any, ""), Param::new("value", Kind::Any, "")],
    Returns::Always(Kind::Number),
    Body::With(index),
);

fn index(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let (View::List(elements) | View::Tuple(elements)) = args[0].view() else {
        return Err(Fault::new("argument must be a list or tuple"));
    };
    if elements.is_empty() {
        return Err(Fault::new("cannot search an empty list"));
    }
    env.charge(args[0].size().min(args[1].size().saturating_mul(elements.len())))?;
    for (at, element) in elements.iter().enumerate() {
        let equal = element.equals(&args[1]);
        if !equal.is_known() {
            return Ok(Value::unknown(Type::NUMBER));
        }
        if equal.is_true() {
            return Ok(at.into());
        }
    }
    Err(Fault::new("item not found"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_one_is_found() {
        check(r#"[index(["a", "b", "b"], "b"), index([1, {a = 2}], {a = 2})]"#, &expect!["[1, 1]"]);
        check(
            r#"index(["1"], 1)"#,
            &expect![[
                r#"Error in function call: Call to function "index" failed: item not found. <index(["1"], 1)>"#
            ]],
        );
        check(
            "index([], 1)",
            &expect![[
                r#"Error in function call: Call to function "index" failed: cannot search an empty list. <index([], 1)>"#
            ]],
        );
        check(
            "index({}, 1)",
            &expect![[
                r#"Error in function call: Call to function "index" failed: argument must be a list or tuple. <index({}, 1)>"#
            ]],
        );
    }
}

//! `contains`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "contains",
    "`contains` tells whether a list, set or tuple has an element that equals a value.",
    &[Param::new("list", Kind::Any, ""), Param::new("value", Kind::Any, "").nullable()],
    Returns::Always(Kind::Bool),
    Body::With(contains),
);

fn contains(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let elements =
        args[0].as_elements().ok_or_else(|| Fault::new("argument must be list, tuple, or set"))?;
    env.charge(args[0].size().min(args[1].size().saturating_mul(elements.len())))?;
    let mut is_open = false;
    for element in elements {
        let equal = args[1].equals(element);
        if equal.is_true() {
            return Ok(Value::TRUE);
        }
        is_open |= !equal.is_known();
    }
    Ok(if is_open { Value::unknown(Type::BOOL) } else { Value::FALSE })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_is_what_the_operator_calls_so() {
        check(
            r#"[contains(["a", 1], 1), contains(["1"], 1), contains([null], null), contains(toset([]), "a")]"#,
            &expect!["[true, false, true, false]"],
        );
        check(
            r#"contains({a = 1}, 1)"#,
            &expect![[
                r#"Error in function call: Call to function "contains" failed: argument must be list, tuple, or set. <contains({a = 1}, 1)>"#
            ]],
        );
        check(
            r#"contains("abc", "b")"#,
            &expect![[
                r#"Error in function call: Call to function "contains" failed: argument must be list, tuple, or set. <contains("abc", "b")>"#
            ]],
        );
    }
}

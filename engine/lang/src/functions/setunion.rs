//! `setunion`

use super::prelude::*;
use super::support::sets;

pub(super) const FUNCTION: Function = Function::new(
    "setunion",
    "`setunion` gives the set of all elements that any of the sets given has.",
    &[sets::FIRST],
    Returns::By(sets::result_type),
    Body::With(setunion),
)
.variadic(sets::OTHERS);

fn setunion(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let (element, sets) = sets::unified(args, env)?;
    let all = sets.iter().flat_map(|set| set.as_elements().unwrap_or_default());
    Ok(Value::set(element, all.cloned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_in_it_once() {
        check(
            r#"setunion(["a", "b"], ["b", "c"], ["d"])"#,
            &expect![[r#"set["a", "b", "c", "d"]"#]],
        );
        check(r#"setunion([1], ["1"])"#, &expect![[r#"set["1"]"#]]);
        check("setunion([], [])", &expect!["set(any)[]"]);
        check(r#"setunion([null], ["a"])"#, &expect![[r#"set["a", null(string)]"#]]);
        check(
            r#"setunion([1], [["x"]], [null])"#,
            &expect![[
                r#"Error in function call: Call to function "setunion" failed: given sets must all have compatible element types. <setunion([1], [["x"]], [null])>"#
            ]],
        );
    }
}

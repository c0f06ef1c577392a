//! `setintersection`

use super::prelude::*;
use super::support::sets;

pub(super) const FUNCTION: Function = Function::new(
    "setintersection",
    "`setintersection` gives the set of those elements that all the sets given have in common.",
    &[sets::FIRST],
    Returns::By(sets::result_type),
    Body::With(setintersection),
)
.variadic(sets::OTHERS);

fn setintersection(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let (element, sets) = sets::unified(args, env)?;
    if !sets.iter().all(Value::is_wholly_known) {
        return Ok(Value::unknown(Type::set(element)));
    }
    let Some((first, others)) = sets.split_first() else { return Ok(Value::set(element, [])) };
    let is_common = |value: &&Value| others.iter().all(|other| other.holds(value));
    let elements = first.as_elements().unwrap_or_default().iter();
    Ok(Value::set(element, elements.filter(is_common).cloned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_all_have_stays() {
        check(r#"setintersection(["a", "b"], ["b", "c"], ["b"])"#, &expect![[r#"set["b"]"#]]);
        check(r#"setintersection([1], ["1", "2"])"#, &expect![[r#"set["1"]"#]]);
        check(r#"setintersection([1], [])"#, &expect!["set(number)[]"]);
        check(
            r#"setintersection([1], [{}])"#,
            &expect![[
                r#"Error in function call: Call to function "setintersection" failed: given sets must all have compatible element types. <setintersection([1], [{}])>"#
            ]],
        );
    }
}

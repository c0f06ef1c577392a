//! `setsubtract`

use super::prelude::*;
use super::support::sets;

pub(super) const FUNCTION: Function = Function::new(
    "setsubtract",
    "`setsubtract` gives the set of those elements of one set that another does not have.",
    &[
        Param::new("a", Kind::Set(&Kind::Any), "").untyped(),
        Param::new("b", Kind::Set(&Kind::Any), "").untyped(),
    ],
    Returns::By(sets::result_type),
    Body::With(setsubtract),
);

fn setsubtract(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let (element, sets) = sets::unified(args, env)?;
    if !sets.iter().all(Value::is_wholly_known) {
        return Ok(Value::unknown(Type::set(element)));
    }
    let elements = sets[0].as_elements().unwrap_or_default().iter();
    Ok(Value::set(element, elements.filter(|value| !sets[1].holds(value)).cloned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_other_has_goes() {
        check(r#"setsubtract(["a", "b", "c"], ["a", "d"])"#, &expect![[r#"set["b", "c"]"#]]);
        check("setsubtract([], [1])", &expect!["set(number)[]"]);
    }
}

//! `compact`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "compact",
    "`compact` removes nulls and empty strings from a list of strings.",
    &[Param::new("list", Kind::List(&Kind::String), "")],
    Returns::Always(Kind::List(&Kind::String)),
    Body::Plain(compact),
);

fn compact(args: &[Value]) -> Outcome {
    if !args[0].is_wholly_known() {
        return Ok(Value::unknown(Type::list(Type::STRING)));
    }
    let elements = args[0].as_elements().unwrap_or_default().iter();
    let full = elements.filter(|e| e.as_str().is_some_and(|text| !text.is_empty()));
    Ok(Value::list(Type::STRING, full.cloned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_empty_goes() {
        check(
            r#"[compact(["a", "", null, "b"]), compact([""])]"#,
            &expect![[r#"[list["a", "b"], list(string)[]]"#]],
        );
    }
}

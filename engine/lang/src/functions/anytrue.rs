//! `anytrue`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "anytrue",
    "`anytrue` tells whether any element of a list is true. It is false for an empty list.",
    &[Param::new("list", Kind::List(&Kind::Bool), "")],
    Returns::Always(Kind::Bool),
    Body::Plain(anytrue),
);

fn anytrue(args: &[Value]) -> Outcome {
    let elements = args[0].as_elements().unwrap_or_default();
    Ok(if elements.iter().any(Value::is_true) {
        Value::TRUE
    } else if elements.iter().all(Value::is_known) {
        Value::FALSE
    } else {
        Value::unknown(Type::BOOL)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_enough() {
        check(
            r#"[anytrue(["true", false]), anytrue([]), anytrue([null, false])]"#,
            &expect!["[true, false, false]"],
        );
    }

    #[test]
    fn one_is_enough_among_the_unknown() {
        let list = |elements: [Value; 2]| [Value::list(Type::BOOL, elements)];
        let unknown = Value::unknown(Type::BOOL);
        assert_eq!(anytrue(&list([unknown.clone(), Value::TRUE])), Ok(Value::TRUE));
        assert_eq!(anytrue(&list([unknown.clone(), Value::FALSE])), Ok(unknown));
    }
}

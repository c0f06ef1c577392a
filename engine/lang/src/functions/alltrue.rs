//! `alltrue`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "alltrue",
    "`alltrue` tells whether all elements of a list are true. It is true for an empty list.",
    &[Param::new("list", Kind::List(&Kind::Bool), "")],
    Returns::Always(Kind::Bool),
    Body::Plain(alltrue),
);

fn alltrue(args: &[Value]) -> Outcome {
    for element in args[0].as_elements().unwrap_or_default() {
        // The first that is not true decides, whatever follows.
        if !element.is_known() {
            return Ok(Value::unknown(Type::BOOL));
        }
        if !element.is_true() {
            return Ok(Value::FALSE);
        }
    }
    Ok(Value::TRUE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_exception_is_enough() {
        check(
            r#"[alltrue(["true", true]), alltrue([]), alltrue([true, null]), alltrue([true, false])]"#,
            &expect!["[true, true, false, false]"],
        );
    }

    #[test]
    fn what_stands_before_the_unknown_counts() {
        let list = |elements: [Value; 2]| [Value::list(Type::BOOL, elements)];
        let unknown = Value::unknown(Type::BOOL);
        assert_eq!(alltrue(&list([Value::FALSE, unknown.clone()])), Ok(Value::FALSE));
        assert_eq!(alltrue(&list([unknown.clone(), Value::FALSE])), Ok(unknown));
    }
}

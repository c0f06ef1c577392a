//! `nonsensitive`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "nonsensitive",
    "`nonsensitive` gives the value without its mark as sensitive. Use it only where the result tells nothing of what was \
     to be kept secret.",
    &[Param::new("value", Kind::Any, "").anything()],
    Returns::By(|args| Ok(args[0].ty())),
    Body::Plain(nonsensitive),
)
.may_be_null();

fn nonsensitive(args: &[Value]) -> Outcome {
    let (value, marks) = args[0].unmark();
    Ok(value.with_marks(&marks.without(MarkKinds::SENSITIVE)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mark_goes() {
        check(r#"[nonsensitive(sensitive("a")), nonsensitive(1)]"#, &expect![[r#"["a", 1]"#]]);
        let ephemeral = Value::TRUE.with_marks(&Marks::EPHEMERAL);
        let both = ephemeral.clone().with_marks(&Marks::SENSITIVE);
        assert_eq!(nonsensitive(&[both]), Ok(ephemeral));
    }
}

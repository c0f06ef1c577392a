//! `assumeequal`

use wb_core::convert::convert;

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "assumeequal",
    "`assumeequal` gives its second argument and promises that the first, of which less is known, is equal to it.",
    &[
        Param::new("actual_value", Kind::Any, "The value to make the assumption about.").anything(),
        Param::new("expected_value", Kind::Any, "The value that it is assumed to be.").anything(),
    ],
    Returns::By(|args| Ok(args[1].ty())),
    Body::Plain(assumeequal),
)
.may_be_null();

fn assumeequal(args: &[Value]) -> Outcome {
    let (actual, expected) = (&args[0], &args[1]);
    let actual = convert(actual, expected.ty()).map_err(|_| {
        let (got, want) = (actual.ty().friendly_name(), expected.ty().friendly_name());
        let message = format!("actual value type {got} does not match assumed value type {want}");
        Fault::arg(0, message)
    })?;
    if actual.equals(expected).unmarked().as_bool() == Some(false) {
        return Err(Fault::arg(0, "the actual value does not match the assumed value"));
    }
    // Sensitive and ephemeral say what a value is; the expected one says that of itself. Where a value comes from is
    // kept.
    let (_, mut marks) = actual.unmark_deep_with_paths();
    for at_path in &mut marks {
        at_path.marks = at_path.marks.without(MarkKinds::SENSITIVE.union(MarkKinds::EPHEMERAL));
    }
    marks.retain(|at_path| !at_path.marks.is_empty());
    Ok(expected.apply_marks_at_paths(&marks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_must_agree() {
        check(
            r#"[assumeequal("1", 1), assumeequal(sensitive("a"), "a")]"#,
            &expect![[r#"[1, "a"]"#]],
        );
        check(
            r#"assumeequal("a", "b")"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "actual_value" parameter: the actual value does not match the assumed value. <"a">"#
            ]],
        );
        check(
            r#"assumeequal([], "b")"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "actual_value" parameter: actual value type tuple does not match assumed value type string. <[]>"#
            ]],
        );
    }
}

//! `length`

use unicode_segmentation::UnicodeSegmentation;

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "length",
    "`length` tells how many elements a collection has, how many attributes an object, or how many characters a string.",
    &[Param::new("value", Kind::Any, "").untyped().unknown().marked()],
    Returns::By(|args| check_type(args).map(|()| Type::NUMBER)),
    Body::Plain(length),
);

fn check_type(args: &[Value]) -> Result<(), Fault> {
    let ty = args[0].ty();
    if ty == Type::BOOL || ty == Type::NUMBER {
        let what = "argument must be a string, a collection type, or a structural type";
        return Err(Fault::new(what));
    }
    Ok(())
}

fn length(args: &[Value]) -> Outcome {
    check_type(args)?;
    let value = args[0].unmarked();
    let length = match value.ty().kind() {
        TypeKind::String => characters(value)?,
        TypeKind::Dynamic => Value::unknown(Type::NUMBER),
        TypeKind::Object(object) => object.len().into(),
        _ => value.length().ok_or_else(|| Fault::new("argument has no length"))?,
    };
    Ok(length.with_marks(args[0].marks()))
}

fn characters(text: &Value) -> Outcome {
    let count = |text: &str| text.graphemes(true).count();
    match text.as_str() {
        Some(text) => Ok(count(text).into()),
        None => {
            // What follows can only add characters.
            let least = count(text.range().prefix());
            let refined = Value::unknown(Type::NUMBER).refine().not_null().number_min(least, true);
            refined.build().map_err(|error| Fault::new(error.to_string()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_has_parts_is_counted() {
        check(
            r#"[length("noël👨‍👩‍👧"), length([1, null]), length({a = 1}), length(toset([1, 1]))]"#,
            &expect!["[5, 2, 1, 1]"],
        );
        check("length(sensitive([1]))", &expect!["1![Sensitive]"]);
        check(
            "length(1)",
            &expect![[
                r#"Error in function call: Call to function "length" failed: argument must be a string, a collection type, or a structural type. <length(1)>"#
            ]],
        );
        check(
            "length(null)",
            &expect![[
                r#"Invalid function argument: Invalid value for "value" parameter: argument must not be null. <null>"#
            ]],
        );
    }

    #[test]
    fn a_known_beginning_bounds_the_length() {
        let text = Value::unknown(Type::STRING).refine().exact_prefix("arn:").build().unwrap();
        let expected = Value::unknown(Type::NUMBER).refine().not_null().number_min(4, true);
        assert_eq!(length(&[text]), Ok(expected.build().unwrap()));
    }
}

//! `slice`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "slice",
    "`slice` gives the elements of a list from one index up to, but without, another.",
    &[
        Param::new("list", Kind::Any, "").marked(),
        Param::new("start_index", Kind::Number, ""),
        Param::new("end_index", Kind::Number, ""),
    ],
    Returns::By(result_type),
    Body::Plain(slice),
);

fn result_type(args: &[Value]) -> Result<Type, Fault> {
    let ty = args[0].ty();
    match ty.kind() {
        TypeKind::List(_) => bounds(args).map(|_| ty),
        TypeKind::Tuple(tuple) => Ok(match bounds(args)? {
            (Some(start), Some(end)) => Type::tuple(tuple.iter().take(end).skip(start)),
            _ => Type::DYNAMIC,
        }),
        TypeKind::Set(_) => Err(Fault::arg(
            0,
            "cannot slice a set, because its elements do not have indices; explicitly convert to a list if the \
             ordering of the result is not important",
        )),
        _ => Err(Fault::arg(0, "must be a list or tuple value")),
    }
}

fn slice(args: &[Value]) -> Outcome {
    let ty = result_type(args)?;
    let (list, marks) = args[0].unmark();
    let (Some(start), Some(end)) = bounds(args)? else { return Ok(Value::unknown(ty)) };
    let elements = list.as_elements().unwrap_or_default()[start..end].iter().cloned();
    let part = match ty.element() {
        Some(element) => Value::list(element, elements),
        None => Value::tuple(elements),
    };
    Ok(part.with_marks(&marks))
}

/// Start and end, as far as they are known.
fn bounds(args: &[Value]) -> Result<(Option<usize>, Option<usize>), Fault> {
    let list = args[0].unmarked();
    let length = match list.ty().as_tuple() {
        Some(tuple) => Some(tuple.len()),
        None => list.as_elements().map(<[Value]>::len),
    };
    let bound = |at: usize, name: &str| {
        if !args[at].is_known() {
            return Ok(None);
        }
        let index = whole(&args[at]).map_err(|fault| {
            let why = fault.message;
            Fault::arg(at, format!("invalid {name} index: {why}"))
        })?;
        let Ok(index) = usize::try_from(index) else {
            return Err(Fault::arg(at, format!("{name} index must not be less than zero")));
        };
        if length.is_some_and(|length| index > length) {
            let message = format!("{name} index must not be greater than the length of the list");
            return Err(Fault::arg(at, message));
        }
        Ok(Some(index))
    };
    let (start, end) = (bound(1, "start")?, bound(2, "end")?);
    if let (Some(start), Some(end)) = (start, end)
        && start > end
    {
        return Err(Fault::arg(1, "start index must not be greater than end index"));
    }
    Ok((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_left_out() {
        check(
            r#"[slice(["a", "b", 3], 1, 3), slice(tolist([1, 2]), 0, 1), slice([], 0, 0)]"#,
            &expect![[r#"[["b", 3], list[1], []]"#]],
        );
    }

    #[test]
    fn bounds_are_checked() {
        check(
            "slice([1], 0, 2)",
            &expect![[
                r#"Invalid function argument: Invalid value for "end_index" parameter: end index must not be greater than the length of the list. <2>"#
            ]],
        );
        check(
            "slice([1], -1, 0)",
            &expect![[
                r#"Invalid function argument: Invalid value for "start_index" parameter: start index must not be less than zero. <-1>"#
            ]],
        );
        check(
            "slice([1, 2], 1, 0)",
            &expect![[
                r#"Invalid function argument: Invalid value for "start_index" parameter: start index must not be greater than end index. <1>"#
            ]],
        );
        check(
            "slice(toset([1]), 0, 1)",
            &expect![[
                r#"Invalid function argument: Invalid value for "list" parameter: cannot slice a set, because its elements do not have indices; explicitly convert to a list if the ordering of the result is not important. <toset([1])>"#
            ]],
        );
        check(
            "slice(1, 0, 1)",
            &expect![[
                r#"Invalid function argument: Invalid value for "list" parameter: must be a list or tuple value. <1>"#
            ]],
        );
    }
}

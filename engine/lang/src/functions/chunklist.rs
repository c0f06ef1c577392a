//! `chunklist`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "chunklist",
    "`chunklist` cuts a list into lists of a given length; the last one may be shorter. A length of zero leaves \
     everything in one.",
    &[
        Param::new("list", Kind::List(&Kind::Any), "The list to cut.").marked(),
        Param::new("size", Kind::Number, "The most elements of a chunk.").marked(),
    ],
    Returns::By(|args| Ok(Type::list(args[0].ty()))),
    Body::Plain(chunklist),
);

fn chunklist(args: &[Value]) -> Outcome {
    let marks = args[0].marks().union(args[1].marks());
    let size = whole(&args[1]).map_err(|fault| {
        let why = fault.message;
        Fault::new(format!("invalid size: {why}"))
    })?;
    let size =
        usize::try_from(size).map_err(|_| Fault::new("the size argument must be positive"))?;
    let list = args[0].unmarked();
    let ty = list.ty();
    let element = ty.element().unwrap_or(Type::DYNAMIC);
    let elements = list.as_elements().unwrap_or_default();
    let chunks: Vec<Value> = if size == 0 && !elements.is_empty() {
        vec![list.clone()]
    } else {
        elements.chunks(size.max(1)).map(|c| Value::list(element, c.iter().cloned())).collect()
    };
    Ok(Value::list(ty, chunks).with_marks(&marks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_chunk_may_be_shorter() {
        check(
            r#"[chunklist(["a", "b", "c"], 2), chunklist(["a"], 0), chunklist([], 3)]"#,
            &expect![[r#"[list[list["a", "b"], list["c"]], list[list["a"]], list(list(any))[]]"#]],
        );
        check(
            r#"chunklist(["a"], -1)"#,
            &expect![[
                r#"Error in function call: Call to function "chunklist" failed: the size argument must be positive. <chunklist(["a"], -1)>"#
            ]],
        );
        check(
            r#"chunklist(["a"], 0.5)"#,
            &expect![[
                r#"Error in function call: Call to function "chunklist" failed: invalid size: value must be a whole number, between -9223372036854775808 and 9223372036854775807. <chunklist(["a"], 0.5)>"#
            ]],
        );
    }
}

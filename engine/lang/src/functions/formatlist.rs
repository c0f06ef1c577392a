//! `formatlist`

use super::prelude::*;
use super::support::format::render;

pub(super) const FUNCTION: Function = Function::new(
    "formatlist",
    "`formatlist` does what `format` does, once for each element of the lists among its arguments, which have one length; \
     other arguments are the same each time.",
    &[Param::new("format", Kind::String, "")],
    Returns::Always(Kind::List(&Kind::String)),
    Body::With(formatlist),
)
.variadic(Param::new("args", Kind::Any, "").nullable().unknown().untyped());

fn formatlist(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let (template, args) = (text(&args[0]), &args[1..]);
    let unknown = || Ok(Value::unknown(Type::list(Type::STRING)));
    let mut is_known = true;
    // The first list, and how long it is.
    let mut first: Option<(usize, usize)> = None;
    for (at, arg) in args.iter().enumerate() {
        if arg.is_null() || !is_sequence(arg) {
            is_known &= *arg != Value::DYNAMIC;
            continue;
        }
        is_known &= arg.is_known();
        let Some(length) = length(arg) else {
            // Unknown elements of a set may turn out to be one.
            is_known = false;
            continue;
        };
        let (chooser, expected) = *first.get_or_insert((at, length));
        if length != expected {
            let (number, chooser) = (at + 1, chooser + 1);
            let message = format!(
                "argument {number} has length {length}, which is inconsistent with argument {chooser} of length {expected}"
            );
            return Err(Fault::arg(at + 1, message));
        }
    }
    if !is_known {
        return unknown();
    }
    let count = first.map_or(1, |(_, length)| length);
    let mut list = Vec::new();
    for round in 0..count {
        let element = |arg: &Value| match arg.as_elements() {
            Some(elements) if is_sequence(arg) => elements[round].clone(),
            _ => arg.clone(),
        };
        let round_args: Vec<Value> = args.iter().map(element).collect();
        list.push(if round_args.iter().all(Value::is_wholly_known) {
            let text =
                render(template, &round_args, env).map_err(|fault| match fault.is_exhausted {
                    true => fault,
                    false => {
                        Fault::new(format!("error on format iteration {round}: {}", fault.message))
                    }
                })?;
            Value::from(text)
        } else {
            Value::unknown(Type::STRING).refine_not_null()
        });
    }
    Ok(Value::list(Type::STRING, list))
}

fn is_sequence(value: &Value) -> bool {
    let ty = value.ty();
    ty.is_list() || ty.is_set() || ty.is_tuple()
}

/// How many elements there are, where that is known.
fn length(value: &Value) -> Option<usize> {
    match value.ty().as_tuple() {
        Some(tuple) => Some(tuple.len()),
        None => value.length().and_then(|length| length.as_number()?.to_usize()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_for_each_element() {
        check(
            r#"formatlist("%s-%d-%s", ["a", "b"], [1, 2], "x")"#,
            &expect![[r#"list["a-1-x", "b-2-x"]"#]],
        );
        check(
            r#"[formatlist("x"), formatlist("%s", []), formatlist("%s%s", "a", "b")]"#,
            &expect![[r#"[list["x"], list(string)[], list["ab"]]"#]],
        );
    }

    #[test]
    fn lengths_agree() {
        check(
            r#"formatlist("%s-%d", ["a", "b"], [1])"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "args" parameter: argument 2 has length 1, which is inconsistent with argument 1 of length 2. <[1]>"#
            ]],
        );
        check(
            r#"formatlist("%s-%d", ["a", "b"], [1, "x"])"#,
            &expect![[
                r#"Error in function call: Call to function "formatlist" failed: error on format iteration 1: unsupported value for "%d" at 3: a number is required. <formatlist("%s-%d", ["a", "b"], [1, "x"])>"#
            ]],
        );
    }
}

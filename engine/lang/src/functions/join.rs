//! `join`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "join",
    "`join` puts the strings of one or more lists one after the other, with a separator between them.",
    &[Param::new("separator", Kind::String, "What to put between each two strings.")],
    Returns::Always(Kind::String),
    Body::With(join),
)
.variadic(Param::new("lists", Kind::List(&Kind::String), "The lists of strings to join."));

fn join(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let separator = text(&args[0]);
    let lists = &args[1..];
    if lists.is_empty() {
        return Err(Fault::new("at least one list is required"));
    }
    if !lists.iter().all(Value::is_wholly_known) {
        return Ok(Value::unknown(Type::STRING));
    }
    let mut items = Vec::new();
    for (at, list) in lists.iter().enumerate() {
        for (i, element) in list.as_elements().unwrap_or_default().iter().enumerate() {
            items.push(element.as_str().ok_or_else(|| null_element(at, i, lists.len()))?);
        }
    }
    let between = separator.len().saturating_mul(items.len().saturating_sub(1));
    env.charge(items.iter().map(|s| s.len()).sum::<usize>().saturating_add(between))?;
    Ok(items.join(separator).into())
}

fn null_element(list: usize, element: usize, lists: usize) -> Fault {
    let number = list + 1;
    let of_list = if lists > 1 { format!(" of list {number}") } else { String::new() };
    let message = format!("element {element}{of_list} is null; cannot concatenate null values");
    Fault::arg(number, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_follow_each_other() {
        check(
            r#"[join(", ", ["a", 1, true]), join("-", [], ["x"], ["y"])]"#,
            &expect![[r#"["a, 1, true", "x-y"]"#]],
        );
    }

    #[test]
    fn nulls_are_refused() {
        check(
            r#"join(",", ["a", null])"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "lists" parameter: element 1 is null; cannot concatenate null values. <["a", null]>"#
            ]],
        );
        check(
            r#"join(",", ["a"], [null])"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "lists" parameter: element 0 of list 2 is null; cannot concatenate null values. <[null]>"#
            ]],
        );
        check(
            r#"join(",")"#,
            &expect![[
                r#"Error in function call: Call to function "join" failed: at least one list is required. <join(",")>"#
            ]],
        );
    }
}

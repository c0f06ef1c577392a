//! `sort`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "sort",
    "`sort` orders a list of strings by their characters' numbers in Unicode.",
    &[Param::new("list", Kind::List(&Kind::String), "").unknown()],
    Returns::Always(Kind::List(&Kind::String)),
    Body::Plain(sort),
);

fn sort(args: &[Value]) -> Outcome {
    let list = &args[0];
    if !list.is_wholly_known() {
        return of_same_length(list);
    }
    let mut texts = Vec::new();
    for (at, element) in list.as_elements().unwrap_or_default().iter().enumerate() {
        let null = || format!("given list element {at} is null; a null string cannot be sorted");
        texts.push((element.as_str().ok_or_else(|| Fault::new(null()))?, element));
    }
    texts.sort_by_key(|(text, _)| *text);
    Ok(Value::list(Type::STRING, texts.into_iter().map(|(_, element)| element.clone())))
}

fn of_same_length(list: &Value) -> Outcome {
    let unknown = Value::unknown(Type::list(Type::STRING));
    if !list.ty().is_list() {
        return Ok(unknown);
    }
    let (min, max) = list.length_bounds();
    let refined = unknown.refine().length_min(min).length_max(max);
    refined.build().map_err(|error| Fault::new(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_by_number() {
        check(
            r#"sort(["b", "é", "B", "a", 10, 9])"#,
            &expect![[r#"list["10", "9", "B", "a", "b", "é"]"#]],
        );
        check(
            r#"sort(["b", null])"#,
            &expect![[
                r#"Error in function call: Call to function "sort" failed: given list element 1 is null; a null string cannot be sorted. <sort(["b", null])>"#
            ]],
        );
    }

    #[test]
    fn an_unknown_list_keeps_its_length() {
        let list = Value::list(Type::STRING, [Value::unknown(Type::STRING), "a".into()]);
        let sorted = sort(&[list]).unwrap();
        assert_eq!(sorted.length_bounds(), (2, 2));
    }
}

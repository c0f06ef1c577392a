//! `transpose`

use std::collections::BTreeMap;

use wb_core::value::MapView;

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "transpose",
    "`transpose` takes a map of lists of strings and swaps keys and elements: each string becomes a key for the keys it \
     was found under.",
    &[Param::new("values", Kind::Map(&Kind::List(&Kind::String)), "")],
    Returns::Always(Kind::Map(&Kind::List(&Kind::String))),
    Body::Plain(transpose),
);

fn transpose(args: &[Value]) -> Outcome {
    if !args[0].is_wholly_known() {
        return Ok(Value::unknown(args[0].ty()));
    }
    let strings = Type::list(Type::STRING);
    let mut swapped: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let entries = args[0].as_map().into_iter().flat_map(MapView::iter);
    for (key, list) in entries {
        let elements = list
            .as_elements()
            .ok_or_else(|| Fault::arg(0, format!("cannot use null list for [{}]", quoted(key))))?;
        for (at, element) in elements.iter().enumerate() {
            let text = element.as_str().ok_or_else(|| {
                Fault::arg(0, format!("cannot use null string for [{}][{at}]", quoted(key)))
            })?;
            swapped.entry(text).or_default().push(key);
        }
    }
    // Keys were met in order, so each list of them is sorted.
    let lists = swapped
        .into_iter()
        .map(|(key, list)| (key, Value::list(Type::STRING, list.into_iter().map(Value::from))));
    Ok(Value::map(strings, lists))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_elements_change_places() {
        check(
            r#"transpose({b = ["1", "2"], a = ["2", "2"]})"#,
            &expect![[r#"map{"1": list["b"], "2": list["a", "a", "b"]}"#]],
        );
        check("transpose({})", &expect!["map(list(string)){}"]);
        check(
            "transpose({a = [null]})",
            &expect![[
                r#"Invalid function argument: Invalid value for "values" parameter: cannot use null string for ["a"][0]. <{a = [null]}>"#
            ]],
        );
        check(
            "transpose({a = null})",
            &expect![[
                r#"Invalid function argument: Invalid value for "values" parameter: cannot use null list for ["a"]. <{a = null}>"#
            ]],
        );
    }
}

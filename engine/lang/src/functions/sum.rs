//! `sum`

use wb_core::convert;

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "sum",
    "`sum` adds up the numbers in a list, set or tuple.",
    &[Param::new("list", Kind::Any, "")],
    Returns::Always(Kind::Number),
    Body::Plain(sum),
);

fn sum(args: &[Value]) -> Outcome {
    let list = &args[0];
    let not_numbers = || Fault::arg(0, "argument must be list, set, or tuple of number values");
    let elements = match list.view() {
        View::List(elements) | View::Set(elements) | View::Tuple(elements) => elements,
        View::Map(_) | View::Object(_) => {
            let got = list.ty().friendly_name();
            let message = format!("argument must be list, set, or tuple. Received {got}");
            return Err(Fault::arg(0, message));
        }
        _ => return Err(Fault::arg(0, "cannot sum noniterable")),
    };
    if elements.is_empty() {
        return Err(Fault::arg(0, "cannot sum an empty list"));
    }
    if !list.is_wholly_known() {
        return Ok(Value::unknown(Type::NUMBER));
    }
    let mut total: Option<Number> = None;
    for element in elements {
        let element = convert::convert(element, Type::NUMBER).map_err(|_| not_numbers())?;
        let number = element.as_number().ok_or_else(not_numbers)?;
        total = Some(match total {
            None => number.clone(),
            Some(total) => total
                .add(number)
                .map_err(|_| Fault::new("can't compute sum of opposing infinities"))?,
        });
    }
    total.map(Value::number).ok_or_else(not_numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_add_up() {
        check(r#"[sum([1, 2.5, "3"]), sum(toset([1, 2]))]"#, &expect!["[6.5, 3]"]);
    }

    #[test]
    fn anything_else_is_refused() {
        check(
            "sum([])",
            &expect![[
                r#"Invalid function argument: Invalid value for "list" parameter: cannot sum an empty list. <[]>"#
            ]],
        );
        check(
            r#"sum([1, "x"])"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "list" parameter: argument must be list, set, or tuple of number values. <[1, "x"]>"#
            ]],
        );
        check(
            "sum([1, null])",
            &expect![[
                r#"Invalid function argument: Invalid value for "list" parameter: argument must be list, set, or tuple of number values. <[1, null]>"#
            ]],
        );
        check(
            "sum({a = 1})",
            &expect![[
                r#"Invalid function argument: Invalid value for "list" parameter: argument must be list, set, or tuple. Received object. <{a = 1}>"#
            ]],
        );
        check(
            "sum(1)",
            &expect![[
                r#"Invalid function argument: Invalid value for "list" parameter: cannot sum noniterable. <1>"#
            ]],
        );
    }
}

//! `provider::terraform::{decode_tfvars,encode_expr,encode_tfvars}`: values as the language writes them, and back.

use std::fmt::Write as _;

use wb_core::diag::Diagnostics;
use wb_core::provider::FunctionError;
use wb_core::source::SourceMap;
use wb_core::ty::Type;
use wb_core::value::{Value, View};
use wb_hcl::{is_identifier, parse_config};
use wb_lang::config::constant;
use wb_lang::express::{assignments, expression};
use wb_sdk::function::{Function, parameter, wrong_argument};

pub(super) fn encode_expr() -> Function {
    let value = parameter("value", Type::DYNAMIC, "The value.");
    Function::new(
        "A value as an expression of the language that gives it.",
        vec![value],
        Type::STRING,
        |arguments| Ok(arguments.first().map(expression).unwrap_or_default().into()),
    )
}

pub(super) fn encode() -> Function {
    let value = parameter("value", Type::DYNAMIC, "An object of the variables' values.");
    Function::new(
        "Values of variables as the text of a .tfvars file.",
        vec![value],
        Type::STRING,
        |arguments| {
            let entries: Vec<(&str, &Value)> = match arguments.first().map(Value::view) {
                Some(View::Object(object)) => object.iter().collect(),
                Some(View::Map(map)) => map.iter().collect(),
                _ => {
                    let why = "an object is needed, whose attributes are the variables";
                    return Err(wrong_argument(0, why));
                }
            };
            if let Some((name, _)) = entries.iter().find(|(name, _)| !is_identifier(name)) {
                let why = format!("{name:?} cannot be the name of a variable");
                return Err(wrong_argument(0, why));
            }
            Ok(assignments(entries).into())
        },
    )
}

pub(super) fn decode() -> Function {
    let text = parameter("src", Type::STRING, "The text of a .tfvars file.");
    Function::new(
        "The values that the text of a .tfvars file assigns.",
        vec![text],
        Type::DYNAMIC,
        |arguments| read(arguments.first().and_then(Value::as_str).unwrap_or_default()),
    )
}

fn read(text: &str) -> Result<Value, FunctionError> {
    let mut sources = SourceMap::new();
    let file = sources.add("argument", text);
    let (parsed, mut diags) = parse_config(file, text);
    let mut values = Vec::new();
    if !diags.has_errors() {
        for attribute in parsed.body().just_attributes(&mut diags) {
            values.extend(
                constant::value(attribute.expr, &mut diags).map(|value| (attribute.name, value)),
            );
        }
    }
    if diags.has_errors() {
        return Err(wrong_argument(0, problems(&diags, &sources)));
    }
    Ok(Value::object(values))
}

/// Everything that is wrong, each with its place in the text.
fn problems(diags: &Diagnostics, sources: &SourceMap) -> String {
    let mut text = String::new();
    for problem in diags.iter().filter(|problem| problem.is_error()) {
        let place = problem.subject.map(|span| sources.start(span));
        let between = if text.is_empty() { "" } else { "; " };
        let detail = problem.detail.trim_end_matches('.');
        text.push_str(between);
        // Writing to a string cannot fail.
        let _ = match place {
            Some(at) => write!(text, "line {}, column {}: {detail}", at.line, at.column),
            None => write!(text, "{detail}"),
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use wb_core::provider::FunctionLogic as _;

    use super::*;

    fn call(function: &Function, argument: Value) -> String {
        match function.call(&[argument]) {
            Ok(value) => format!("{value:?}"),
            Err(error) => error.message,
        }
    }

    #[test]
    fn what_is_encoded_is_decoded_again() {
        let value = Value::object([
            ("a", Value::int(1)),
            ("b", Value::tuple(vec!["${x}".into(), Value::object([("c d", Value::bool(true))])])),
        ]);
        let text = encode().call(std::slice::from_ref(&value)).unwrap();
        assert_eq!(decode().call(&[text]).unwrap(), value);
        assert_eq!(call(&decode(), "".into()), "{}");
    }

    #[test]
    fn what_is_no_file_of_variables_is_refused_with_its_place() {
        let mut all = String::new();
        for text in ["a = 1\na = 2", "a = b", "a = upper(\"x\")", "a =", "a {\n}\n", "\u{0}"] {
            let _ = writeln!(all, "{text:?}: {}", call(&decode(), text.into()));
        }
        for value in [Value::object([("b c", Value::int(1))]), Value::tuple(vec![1.into()])] {
            let _ = writeln!(all, "{value:?}: {}", call(&encode(), value.clone()));
        }
        expect![[r#"
            "a = 1\na = 2": line 2, column 1: The argument "a" was already set. Each argument may be set only once
            "a = b": line 1, column 5: This value must be known before anything is evaluated, so it cannot refer to anything
            "a = upper(\"x\")": line 1, column 5: This value must be known before anything is evaluated, so it cannot be the result of a function
            "a =": line 1, column 4: Expected the start of an expression, but found the end of the file
            "a {\n}\n": line 1, column 1: Blocks are not allowed here
            "\0": line 1, column 1: This character is not used within the language
            {"b c": 1}: "b c" cannot be the name of a variable
            [1]: an object is needed, whose attributes are the variables
        "#]].assert_eq(&all);
    }
}

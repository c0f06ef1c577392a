//! Values of outputs, as `output` and the end of an apply show them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use wb_core::value::Value;
use wb_lang::eval::console::format_value;
use wb_state::Output;

use super::clean::clean;
use crate::stored;

/// `NAME = VALUE` for each; values that are sensitive are not shown.
#[must_use]
pub fn outputs(all: &BTreeMap<Arc<str>, Output>) -> String {
    let mut out = String::new();
    for (name, output) in all {
        let value = if output.sensitive { "<sensitive>".to_owned() } else { output_value(output) };
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{name} = {value}");
    }
    out
}

/// One output by itself. Who asks for it by name sees it, sensitive or not.
#[must_use]
pub fn output_value(output: &Output) -> String {
    let value = stored::output(output).unmark_deep().0;
    clean(&format_value(&value)).into_owned()
}

/// The value of an output that is kept in a state.
#[must_use]
pub fn value_of(output: &Output) -> Value {
    stored::output(output)
}

#[cfg(test)]
mod tests {
    use wb_state::RawJson;

    use super::*;

    #[test]
    fn secrets_are_shown_only_by_name() {
        let output = |value: &str, kind: &str, sensitive| Output {
            value: RawJson::new(value).unwrap(),
            kind: RawJson::new(kind).unwrap(),
            sensitive,
            deprecated: None,
        };
        let all = BTreeMap::from([
            ("list".into(), output("[1]", "[\"list\",\"number\"]", false)),
            ("secret".into(), output("\"s\"", "\"string\"", true)),
        ]);
        assert_eq!(outputs(&all), "list = tolist([\n  1,\n])\nsecret = <sensitive>\n");
        assert_eq!(output_value(&all["secret"]), "\"s\"");
    }
}

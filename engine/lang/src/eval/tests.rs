//! Text in, value or diagnostics out. Values are written as `Debug` does: `?string` is unknown, `!` precedes marks.

use expect_test::{Expect, expect};
use wb_core::marks::Marks;
use wb_core::ty::Type;
use wb_core::value::Value;

use super::testing::{TestScope, run, run_limited, show};
use crate::host::{MemoryHost, Phase};

/// Variables: `small`, `list`, `secret`, and unknown ones by type; two resources, one with three instances.
fn scope() -> TestScope {
    let object = Type::object([("a", Type::STRING), ("n", Type::NUMBER)]);
    let instance = |id: &str| Value::object([("id", id.into())]);
    TestScope::new(MemoryHost::new(Phase::Plan))
        .with("small", "small".into())
        .with("list", Value::list(Type::STRING, ["a", "b", "c"].map(Value::from)))
        .with(
            "map",
            Value::map(Type::NUMBER, [("k", 1), ("l", 2)].map(|(k, v)| (k, Value::from(v)))),
        )
        .with("secret", Value::from("s").with_marks(&Marks::SENSITIVE))
        .with("flag", Value::unknown(Type::BOOL))
        .with("text", Value::unknown(Type::STRING))
        .with("any", Value::DYNAMIC)
        .with("object", Value::unknown(object))
        .with("objects", Value::unknown(Type::list(object)))
        .with("none", Value::null(object))
        .with("three", Value::tuple(["0", "1", "2"].map(instance)))
        .with("by", Value::object([("x", instance("x")), ("y", instance("y"))]))
}

fn check(lines: &[&str], expected: &Expect) {
    let shown = lines.iter().map(|line| format!("{line} => {}", show(line, &mut scope())));
    expected.assert_eq(&shown.collect::<Vec<_>>().join("\n"));
}

#[test]
fn literals() {
    check(
        &[
            "0.1 + 0.2",
            "1e1000 > 1e999",
            "1e99999999999",
            "null",
            "[true, false]",
            r#""a\u00e9\n$${x}""#,
            "<<-EOT\n  a\n   b\nEOT\n",
            "100000000000000000000000000000000000001 % 7",
        ],
        &expect![[r#"
            0.1 + 0.2 => 0.3
            1e1000 > 1e999 => true
            1e99999999999 => Invalid number literal: Failed to recognize the value of this number literal. <1e99999999999> (Write a number that is neither so large nor so small.)
            null => null(any)
            [true, false] => [true, false]
            "a\u00e9\n$${x}" => "aé\n${x}"
            <<-EOT
              a
               b
            EOT
             => "a\n b\n"
            100000000000000000000000000000000000001 % 7 => 3"#]],
    );
}

#[test]
fn templates() {
    check(
        &[
            r#""a${1}b${true}""#,
            r#""${[1]}""#,
            r#""${[1]}x""#,
            r#""${null}""#,
            r#""a${null}""#,
            r#""a${var.secret}""#,
            r#""arn:${var.text}:x""#,
            r#""${var.text}:x""#,
            r#""%{ for k, v in var.map }${k}=${v};%{ endfor }""#,
            r#""%{ for v in var.list ~} ${v} %{~ endfor }""#,
            r#""%{ if var.small == "small" }yes%{ else }no%{ endif }""#,
            r#""%{ if var.flag }yes%{ endif }""#,
            r#""%{ for v in [null] }${v}%{ endfor }""#,
        ],
        &expect![[r#"
            "a${1}b${true}" => "a1btrue"
            "${[1]}" => [1]
            "${[1]}x" => Invalid template interpolation value: Cannot include the given value in a string template: string required, but have tuple. <[1]>
            "${null}" => null(any)
            "a${null}" => Invalid template interpolation value: The expression result is null. Cannot include a null value in a string template. <null>
            "a${var.secret}" => "as"![Sensitive]
            "arn:${var.text}:x" => ?string{Refinement { not_null: true, bounds: Prefix("arn:") }}
            "${var.text}:x" => ?string{Refinement { not_null: true, bounds: None }}
            "%{ for k, v in var.map }${k}=${v};%{ endfor }" => "k=1;l=2;"
            "%{ for v in var.list ~} ${v} %{~ endfor }" => "abc"
            "%{ if var.small == "small" }yes%{ else }no%{ endif }" => "yes"
            "%{ if var.flag }yes%{ endif }" => ?string{Refinement { not_null: true, bounds: None }}
            "%{ for v in [null] }${v}%{ endfor }" => Invalid template interpolation value: The expression result is null. Cannot include a null value in a string template. <v> [v is null]"#]],
    );
}

#[test]
fn tuples_and_objects() {
    check(
        &[
            r#"{a = 1, "b" = 2, (var.small) = 3, null = 4, 5 = 6}"#,
            "{a = 1, a = 2}",
            "{var.small = 1}",
            "{(var.text) = 1}",
            "{(null) = 1}",
            "{([]) = 1}",
            "{(var.secret) = 1}",
            "[var.text, var.secret]",
        ],
        &expect![[r#"
            {a = 1, "b" = 2, (var.small) = 3, null = 4, 5 = 6} => {"5": 6, "a": 1, "b": 2, "null": 4, "small": 3}
            {a = 1, a = 2} => {"a": 2}
            {var.small = 1} => Ambiguous attribute key: If this expression is intended to be a reference, wrap it in parentheses. If it's instead intended as a literal name containing periods, wrap it in quotes to create a string literal. <var.small>
            {(var.text) = 1} => ?any
            {(null) = 1} => Null value as key: Can't use a null value as a key. <(null)>
            {([]) = 1} => Incorrect key type: Can't use this value as a key: string required, but have tuple. <([])>
            {(var.secret) = 1} => {"s": 1}![Sensitive]
            [var.text, var.secret] => [?string, "s"![Sensitive]]"#]],
    );
}

#[test]
fn loops() {
    check(
        &[
            "[for v in var.list : upper(v)]",
            "[for i, v in var.list : i if v != \"b\"]",
            "{for k, v in var.map : v => k}",
            "{for v in var.list : \"x\" => v}",
            "{for v in var.list : \"x\" => v...}",
            "[for k, v in {b = 1, a = 2} : k]",
            "[for k, v in toset([\"b\", \"a\"]) : k]",
            "[for v in null : v]",
            "[for v in 5 : v]",
            "[for v in var.any : v]",
            "[for v in var.objects : v.a]",
            "[for v in [1, 2] : v if var.flag]",
            "[for v in [1] : v if null]",
            "[for v in [1] : v if \"x\"]",
            "[for v in [] : v if \"x\"]",
            "{for v in [1] : null => v}",
            "{for v in [1] : var.text => v}",
            "{for v in [1] : [] => v}",
            "[for v in sensitive([1]) : v]",
            "[for v in [1] : v if var.secret == \"s\"]",
            "{for v in [var.secret] : v => 1}",
            "[for v in [1, 2, 3] : v.x]",
            "[for var in [{a = 1}] : var.a]",
        ],
        &expect![[r#"
            [for v in var.list : upper(v)] => ["A", "B", "C"]
            [for i, v in var.list : i if v != "b"] => [0, 2]
            {for k, v in var.map : v => k} => {"1": "k", "2": "l"}
            {for v in var.list : "x" => v} => Duplicate object key: Two different items produced the key "x" in this 'for' expression. If duplicates are expected, use the ellipsis (...) after the value expression to enable grouping by key. <"x">
            {for v in var.list : "x" => v...} => {"x": ["a", "b", "c"]}
            [for k, v in {b = 1, a = 2} : k] => ["a", "b"]
            [for k, v in toset(["b", "a"]) : k] => ["a", "b"]
            [for v in null : v] => Iteration over null value: A null value cannot be used as the collection in a 'for' expression. <null>
            [for v in 5 : v] => Iteration over non-iterable value: A value of type number cannot be used as the collection in a 'for' expression. <5>
            [for v in var.any : v] => ?any
            [for v in var.objects : v.a] => ?any
            [for v in [1, 2] : v if var.flag] => ?any
            [for v in [1] : v if null] => Invalid 'for' condition: The value of the 'if' clause must not be null. <null>
            [for v in [1] : v if "x"] => Invalid 'for' condition: The 'if' clause value is invalid: a bool is required. <"x">
            [for v in [] : v if "x"] => Invalid 'for' condition: The 'if' clause value is invalid: a bool is required. <"x">
            {for v in [1] : null => v} => Invalid object key: Key expression in 'for' expression must not produce a null value. <null>
            {for v in [1] : var.text => v} => ?any
            {for v in [1] : [] => v} => Invalid object key: The key expression produced an invalid result: string required, but have tuple. <[]>
            [for v in sensitive([1]) : v] => [1]![Sensitive]
            [for v in [1] : v if var.secret == "s"] => [1]![Sensitive]
            {for v in [var.secret] : v => 1} => {"s": 1}![Sensitive]
            [for v in [1, 2, 3] : v.x] => Unsupported attribute: Can't access attributes on a primitive-typed value (number). <.x> [v is 1]
            [for var in [{a = 1}] : var.a] => [1]"#]],
    );
}

#[test]
fn access() {
    check(
        &[
            "var.map.k",
            "var.map.m",
            "var.list[1]",
            "var.list[3]",
            "var.list[-1]",
            "var.list[0.5]",
            "var.list[\"1\"]",
            "var.list.0",
            "var.list[var.small]",
            "{a = {b = [1]}}.a.b[0]",
            "{abc = 1}.abd",
            "{a = 1}[\"a\"]",
            "var.none.a",
            "null[0]",
            "var.object.a",
            "var.objects[0].n",
            "var.objects.n",
            "toset([1])[0]",
            "var.nothing.a",
            "5.a",
            "[1][null]",
            "[1][var.any]",
        ],
        &expect![[r#"
            var.map.k => 1
            var.map.m => Missing map element: This map does not have an element with the key "m". <.m> [var.map is map of number with 2 elements]
            var.list[1] => "b"
            var.list[3] => Invalid index: The given key does not identify an element in this collection value: the given index is greater than or equal to the length of the collection. <[3]> [var.list is list of string with 3 elements]
            var.list[-1] => Invalid index: The given key does not identify an element in this collection value: a negative number is not a valid index for a sequence. <[-1]> [var.list is list of string with 3 elements]
            var.list[0.5] => Invalid index: The given key does not identify an element in this collection value: indexing a sequence requires a whole number, but the given index has a fractional part. <[0.5]> [var.list is list of string with 3 elements]
            var.list["1"] => "b"
            var.list.0 => "a"
            var.list[var.small] => Invalid index: The given key does not identify an element in this collection value: a number is required. <[var.small]> [var.list is list of string with 3 elements] [var.small is "small"]
            {a = {b = [1]}}.a.b[0] => 1
            {abc = 1}.abd => Unsupported attribute: This object does not have an attribute named "abd". <.abd> (Did you mean "abc"?)
            {a = 1}["a"] => 1
            var.none.a => Attempt to get attribute from null value: This value is null, so it does not have any attributes. <.a> [var.none is null]
            null[0] => Attempt to index null value: This value is null, so it does not have any indices. <[0]>
            var.object.a => ?string
            var.objects[0].n => ?number
            var.objects.n => Unsupported attribute: Can't access attributes on a list of objects. Did you mean to access attribute "n" for a specific element of the list, or across all elements of the list? <.n> [var.objects is a list of object]
            toset([1])[0] => Invalid index: Elements of a set are identified only by their value and don't have any separate index or key to select with, so it's only possible to perform operations across all elements of the set. <[0]>
            var.nothing.a => Reference to nothing: There is no "nothing". <var.nothing>
            5.a => Unsupported attribute: Can't access attributes on a primitive-typed value (number). <.a>
            [1][null] => Invalid index: Can't use a null value as an indexing key. <[null]>
            [1][var.any] => ?any"#]],
    );
}

#[test]
fn splats() {
    check(
        &[
            "test.three[*].id",
            "test.three.*.id",
            "null[*]",
            "var.none[*].a",
            "var.small[*]",
            "{a = 1}[*].a",
            "var.objects[*].n",
            "var.object[*].n",
            "var.list[*].x",
            "tolist([])[*].x",
            "tolist([{a = [1]}, {a = [2]}])[*].a[*]",
            "var.any[*].x",
            "sensitive([{a = 1}])[*].a",
            "tolist(null)[*]",
        ],
        &expect![[r#"
            test.three[*].id => ["0", "1", "2"]
            test.three.*.id => ["0", "1", "2"]
            null[*] => []
            var.none[*].a => []
            var.small[*] => ["small"]
            {a = 1}[*].a => [1]
            var.objects[*].n => ?list(number){Refinement { not_null: true, bounds: None }}
            var.object[*].n => ?any
            var.list[*].x => Unsupported attribute: Can't access attributes on a primitive-typed value (string). <.x>
            tolist([])[*].x => list(any)[]
            tolist([{a = [1]}, {a = [2]}])[*].a[*] => list[[1], [2]]
            var.any[*].x => ?any
            sensitive([{a = 1}])[*].a => [1]![Sensitive]
            tolist(null)[*] => Splat of null value: Splat expressions (with the * symbol) cannot be applied to null sequences. <tolist(null)>"#]],
    );
}

#[test]
fn operators() {
    check(
        &[
            "1 + 2 * 3 - 4 / 2 % 3",
            "\"1\" + true",
            "\"1\" + \"2\"",
            "1 == \"1\"",
            "[1] == [1.0]",
            "tolist([1]) == [1]",
            "null == null",
            "null + 1",
            "!null",
            "-\"2\"",
            "!!true",
            "- - 3",
            "!5",
            "5 > var.small",
            "var.text == \"x\"",
            "var.text + 1",
            "var.secret == \"s\"",
            "1 / 0",
            "0 / 0",
            "1 / 0 > 5",
            "-var.flag",
        ],
        &expect![[r#"
            1 + 2 * 3 - 4 / 2 % 3 => 5
            "1" + true => Invalid operand: Unsuitable value for right operand: number required, but have bool. <true>
            "1" + "2" => 3
            1 == "1" => false
            [1] == [1.0] => true
            tolist([1]) == [1] => false
            null == null => true
            null + 1 => Operation failed: Error during operation: argument must not be null. <null + 1>
            !null => Operation failed: Error during operation: argument must not be null. <null>
            -"2" => -2
            !!true => true
            - - 3 => 3
            !5 => Invalid operand: Unsuitable value for unary operand: bool required, but have number. <5>
            5 > var.small => Invalid operand: Unsuitable value for right operand: a number is required. <var.small> [var.small is "small"]
            var.text == "x" => ?bool{Refinement { not_null: true, bounds: None }}
            var.text + 1 => ?number{Refinement { not_null: true, bounds: None }}
            var.secret == "s" => true![Sensitive]
            1 / 0 => Number out of range: The result is infinite, as it is after a division by zero. No attribute, output or file can hold such a number. <1 / 0>
            0 / 0 => Operation failed: Error during operation: can't divide zero by zero or infinity by infinity. <0 / 0>
            1 / 0 > 5 => true
            -var.flag => Invalid operand: Unsuitable value for unary operand: number required, but have bool. <var.flag> [var.flag is a bool]"#]],
    );
}

#[test]
fn logic_is_decided_by_one_side_where_it_can_be() {
    check(
        &[
            "false && {}.a",
            "{}.a && false",
            "true || {}.a",
            "true && {}.a",
            "{}.a || {}.b",
            "var.flag && {}.a",
            "var.flag && false",
            "var.flag || false",
            "false && \"x\"",
            "var.secret == \"s\" || true",
            "null || true",
        ],
        &expect![[r#"
            false && {}.a => false
            {}.a && false => false
            true || {}.a => true
            true && {}.a => Unsupported attribute: This object does not have an attribute named "a". <.a>
            {}.a || {}.b => Unsupported attribute: This object does not have an attribute named "a". <.a>
            Unsupported attribute: This object does not have an attribute named "b". <.b>
            var.flag && {}.a => ?bool{Refinement { not_null: true, bounds: None }}
            var.flag && false => false
            var.flag || false => ?bool{Refinement { not_null: true, bounds: None }}
            false && "x" => Invalid operand: Unsuitable value for right operand: a bool is required. <"x">
            var.secret == "s" || true => true![Sensitive]
            null || true => true"#]],
    );
}

#[test]
fn conditionals() {
    check(
        &[
            "true ? 1 : \"a\"",
            "true ? 1 : {}.a",
            "false ? 1 : {}.a",
            "true ? null : \"a\"",
            "true ? [1] : [\"a\", 2]",
            "true ? {a = 1} : {b = 1}",
            "true ? {a = 1} : {a = true}",
            "true ? tolist([{a = 1}]) : tolist([{b = 1}])",
            "null ? 1 : 2",
            "5 ? 1 : 2",
            "\"true\" ? 1 : 2",
            "var.flag ? 1 : 5",
            "var.flag ? \"a\" : \"b\"",
            "var.flag ? var.list : tolist([])",
            "var.flag ? null : null",
            "var.flag ? \"a\" : null",
            "var.flag ? {}.a : 1",
            "var.any ? 1 : 2",
            "true ? var.any : 1",
            "true ? 1 : var.secret",
            "{}.a ? 1 : 2",
        ],
        &expect![[r#"
            true ? 1 : "a" => "1"
            true ? 1 : {}.a => 1
            false ? 1 : {}.a => Unsupported attribute: This object does not have an attribute named "a". <.a>
            true ? null : "a" => null(string)
            true ? [1] : ["a", 2] => list["1"]
            true ? {a = 1} : {b = 1} => map{"a": 1}
            true ? {a = 1} : {a = true} => Inconsistent conditional result types: The true and false result expressions must have consistent types. Type mismatch for object attribute "a": The 'true' value is number, but the 'false' value is bool. <{a = 1} : {a = true}>
            true ? tolist([{a = 1}]) : tolist([{b = 1}]) => list[map{"a": 1}]
            null ? 1 : 2 => Null condition: The condition value is null. Conditions must either be true or false. <null>
            5 ? 1 : 2 => Incorrect condition type: The condition expression must be of type bool. <5>
            "true" ? 1 : 2 => 1
            var.flag ? 1 : 5 => ?number{Refinement { not_null: true, bounds: Number { min: Some(Bound { number: 1, inclusive: true }), max: Some(Bound { number: 5, inclusive: true }) } }}
            var.flag ? "a" : "b" => ?string{Refinement { not_null: true, bounds: None }}
            var.flag ? var.list : tolist([]) => ?list(string){Refinement { not_null: true, bounds: None }}
            var.flag ? null : null => null(any)
            var.flag ? "a" : null => ?string
            var.flag ? {}.a : 1 => ?any
            var.any ? 1 : 2 => ?number{Refinement { not_null: true, bounds: Number { min: Some(Bound { number: 1, inclusive: true }), max: Some(Bound { number: 2, inclusive: true }) } }}
            true ? var.any : 1 => ?any
            true ? 1 : var.secret => "1"![Sensitive]
            {}.a ? 1 : 2 => Unsupported attribute: This object does not have an attribute named "a". <.a>"#]],
    );
}

#[test]
fn calls() {
    check(
        &[
            "max(1, [2, 3]...)",
            "max(null...)",
            "max(5...)",
            "max(var.any...)",
            "max(sensitive([1])...)",
            "abs()",
            "abs(1, 2)",
            "abs(\"x\")",
            "abs({}.a)",
            "abs(var.text)",
            "upper(var.any)",
            "upper(null)",
            "core::upper(\"a\")",
            "core::uper(\"a\")",
            "uper(\"a\")",
            "other::f(1)",
            "provider::p::f(1)",
            "provider::p::f::g::h(1)",
            "replace(var.small, var.secret, var.list)",
        ],
        &expect![[r#"
            max(1, [2, 3]...) => 3
            max(null...) => Invalid expanding argument value: The expanding argument (indicated by ...) must not be null. <null>
            max(5...) => Invalid expanding argument value: The expanding argument (indicated by ...) must be of a tuple, list, or set type. <5>
            max(var.any...) => ?any
            max(sensitive([1])...) => 1![Sensitive]
            abs() => Not enough function arguments: Function "abs" expects 1 argument(s). Missing value for "num". <)>
            abs(1, 2) => Too many function arguments: Function "abs" expects only 1 argument(s). <2>
            abs("x") => Invalid function argument: Invalid value for "num" parameter: a number is required. <"x">
            abs({}.a) => Unsupported attribute: This object does not have an attribute named "a". <.a>
            abs(var.text) => ?number{Refinement { not_null: true, bounds: None }}
            upper(var.any) => ?string{Refinement { not_null: true, bounds: None }}
            upper(null) => Invalid function argument: Invalid value for "str" parameter: argument must not be null. <null>
            core::upper("a") => "A"
            core::uper("a") => Call to unknown function: There is no builtin (core::) function named "uper". Did you mean "core::upper"? <core::uper>
            uper("a") => Call to unknown function: There is no function named "uper". Did you mean "upper"? <uper>
            other::f(1) => Call to unknown function: There are no functions in namespace "other::". <other::f>
            provider::p::f(1) => Unknown provider function: There is no function "f". <provider::p::f>
            provider::p::f::g::h(1) => Call to unknown function: There are no functions in namespace "provider::p::f::g::". <provider::p::f::g::h>
            replace(var.small, var.secret, var.list) => Invalid function argument: Invalid value for "replace" parameter: string required, but have list of string. <var.list> [var.list is list of string with 3 elements]"#]],
    );
}

#[test]
fn mistakes_show_the_values_involved_and_no_secrets() {
    check(
        &[
            "var.small + 1",
            "var.list + var.secret",
            "var.text.a",
            "abs(var.list[0])",
            "[for v in var.list : v + 1]",
            "var.map[var.small]",
            "max(test.three[0].id, var.map.l)",
        ],
        &expect![[r#"
            var.small + 1 => Invalid operand: Unsuitable value for left operand: a number is required. <var.small> [var.small is "small"]
            var.list + var.secret => Invalid operand: Unsuitable value for left operand: number required, but have list of string. <var.list> [var.list is list of string with 3 elements]
            Invalid operand: Unsuitable value for right operand: a number is required. <var.secret>
            var.text.a => Unsupported attribute: Can't access attributes on a primitive-typed value (string). <.a> [var.text is a string]
            abs(var.list[0]) => Invalid function argument: Invalid value for "num" parameter: a number is required. <var.list[0]> [var.list[0] is "a"]
            [for v in var.list : v + 1] => Invalid operand: Unsuitable value for left operand: a number is required. <v> [v is "a"]
            var.map[var.small] => Invalid index: The given key does not identify an element in this collection value. <[var.small]> [var.map is map of number with 2 elements] [var.small is "small"]
            max(test.three[0].id, var.map.l) => 2"#]],
    );
}

#[test]
fn only_the_instance_with_the_key_is_asked_for() {
    let asked = |text: &str| {
        let mut scope = scope();
        let (value, diags) = run(text, &mut scope);
        format!("{text}: {value:?} {diags:?}{}", scope.asked.join(" "))
    };
    let lines = [
        "test.three[0].id",
        "test.three[1 + 1].id",
        "test.by[\"x\"].id",
        "test.by[\"${\"x\"}\"].id",
        "test.three[sensitive(1)].id",
        "test.three[*].id",
        "test.three[var.text]",
        "[for test in test.three : test.id]",
        "module.by[lower(\"X\")].id",
        "module.by.x.id",
        "module.by[var.text]",
    ];
    expect![[r#"
        test.three[0].id: "0" test.three[0]
        test.three[1 + 1].id: "2" test.three[2]
        test.by["x"].id: "x" test.by["x"]
        test.by["${"x"}"].id: "x" test.by["x"]
        test.three[sensitive(1)].id: "1"![Sensitive] test.three[1]
        test.three[*].id: ["0", "1", "2"] test.three
        test.three[var.text]: ?any var.text test.three
        [for test in test.three : test.id]: ["0", "1", "2"] test.three
        module.by[lower("X")].id: "x" module.by["x"].id
        module.by.x.id: "x" module.by.x
        module.by[var.text]: ?any var.text module.by"#]]
    .assert_eq(&lines.map(asked).join("\n"));
}

#[test]
fn bombs_go_off_in_a_diagnostic() {
    let problem = |text: &str| {
        let diags = run_limited(text, 1 << 20, &mut scope());
        diags.iter().map(|d| d.summary.to_string()).collect::<Vec<_>>().join(", ")
    };
    let repeat =
        "join(\"\", [for i in range(1000) : join(\"\", [for j in range(1000) : \"aaaaaaaaaa\"])])";
    assert_eq!(problem(repeat), "Result too large");
    // It ends before the text is made.
    let parts = "${join(\"\", range(1000))}".repeat(200);
    assert_eq!(problem(&format!("\"{parts}{parts}\"")), "Result too large");
    let nested = "[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : c]]]";
    assert_eq!(problem(nested), "Result too large");
    // No way around it: what tries, or does not look, ends too.
    assert_eq!(problem(&format!("try({repeat}, 1)")), "Result too large");
    assert_eq!(problem(&format!("can({nested})")), "Result too large");
    assert_eq!(problem(&format!("true ? 1 : {repeat}")), "Result too large");
    // Sharing makes it small in memory, and converting large.
    let mut doubled = "[\"x\"]".to_owned();
    for name in ["a", "b", "c", "d", "e", "f"] {
        doubled = format!(
            "[for {name} in [{doubled}] : [{name}, {name}, {name}, {name}, {name}, {name}, {name}, {name}, {name}, {name}]]"
        );
    }
    // So does writing it out, which is what becomes of results.
    assert_eq!(problem(&doubled), "Result too large");
    assert_eq!(problem(&format!("length({doubled})")), "");
    assert_eq!(problem(&format!("tolist({doubled})")), "Result too large");
    assert_eq!(problem(&format!("{doubled} == {doubled}")), "Result too large");
}

#[test]
fn deep_expressions_are_evaluated_or_refused() {
    let work = || {
        let brackets = |n: usize| format!("{}1{}", "[".repeat(n), "]".repeat(n));
        let (value, diags) = run(&brackets(1_900), &mut scope());
        assert!(diags.is_empty() && value.ty().depth() == 1_900, "{diags:?}");
        let wrapped = "[[[[[[[[[[[[[[[[[[[[".to_owned() + "v" + "]]]]]]]]]]]]]]]]]]]]";
        let mut text = "1".to_owned();
        for _ in 0..120 {
            text = format!("[for v in [{text}] : {wrapped}][0]");
        }
        let (_, diags) = run(&text, &mut scope());
        assert_eq!(diags.iter().next().map(|d| &*d.summary), Some("Value nests too deeply"));
        let sum = "1".to_owned() + &" + 1".repeat(100_000);
        assert_eq!(run(&sum, &mut scope()).0, Value::from(100_001));
    };
    let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(work);
    thread.unwrap().join().unwrap();
}

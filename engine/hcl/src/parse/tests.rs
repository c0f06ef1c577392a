//! What text means, and what is said of text that means nothing.

use expect_test::{Expect, expect};

use crate::testing;
use wb_core::source::FileId;

fn config(text: &str, want: &Expect) {
    want.assert_eq(&testing::config(text));
}

fn expression(text: &str, want: &Expect) {
    want.assert_eq(&testing::expression(text));
}

fn template(text: &str, want: &Expect) {
    want.assert_eq(&testing::template(text));
}

#[test]
fn bodies_hold_arguments_and_blocks() {
    config(
        "a = 1\nb \"c\" d {\n  e = [1, \"x\", foo.bar[0].baz[\"k\"]]\n  f {}\n}\ng { h = 1 }\n",
        &expect![[r#"
            a = 1
            b "c" "d" {
              e = [1 "x" foo.bar[0].baz["k"]]
              f {
              }
            }
            g {
              h = 1
            }
        "#]],
    );
}

#[test]
fn operators_of_one_precedence_are_flat() {
    expression(
        "a+b*c - d == e && f || !-g.h",
        &expect![[r#"
            ((((a + (b * c) - d) == e) && f) || (!- g.h))
        "#]],
    );
    expression(
        "a ? b : c ? d : e",
        &expect![[r#"
        (if a b (if c d e))
    "#]],
    );
}

#[test]
fn steps_go_into_values() {
    expression(
        "a.*.b.0.c[1]",
        &expect![[r#"
        (get (splat a (get @ .b[0].c)) [1])
    "#]],
    );
    expression(
        "a[*].b[c].d",
        &expect![[r#"
        (splat a (get (index (get @ .b) c) .d))
    "#]],
    );
    expression(
        "f(x, y...)[\"k\"]",
        &expect![[r#"
        (get (call f x y...) ["k"])
    "#]],
    );
    expression(
        "a::b::c(1)",
        &expect![[r#"
        (call a::b::c 1)
    "#]],
    );
    expression(
        "a.0.1.b",
        &expect![[r#"
        a[INVALID].b
        1:3 Invalid legacy index syntax "0.1": When using the legacy index syntax, chaining two indexes together is not permitted. Use the proper index syntax instead, like [0][1].
    "#]],
    );
}

#[test]
fn collections_may_be_made_by_for() {
    expression(
        "[for k, v in y : v if z]",
        &expect![[r#"
        (for k, v in y: v if z)
    "#]],
    );
    expression(
        "{for k, v in y : k => v... if z}",
        &expect![[r#"
        (for-object k, v in y: k => v group if z)
    "#]],
    );
    expression(
        "{ b = 1, (c) = 2\n \"d\" : 3 }",
        &expect![[r#"
        {'b=1 (parens c)=2 "d"=3}
    "#]],
    );
}

#[test]
fn templates_have_sequences_and_trim_marks() {
    template(
        "a ${~ b ~}  c",
        &expect![[r#"
        (template "a" b "c")
    "#]],
    );
    template(
        "$${x} $$ %%{y}",
        &expect![[r#"
        "${x} $$ %{y}"
    "#]],
    );
    template(
        "%{ if true ~} hello %{~ else ~} x %{~ endif }",
        &expect![[r#"
        (template (if true (template "hello") (template "x")))
    "#]],
    );
    template(
        "%{ for i in x }${i}%{ endfor }z",
        &expect![[r#"
        (template (join (for i in x: (template i))) "z")
    "#]],
    );
}

#[test]
fn a_flush_heredoc_loses_the_indentation_its_lines_share() {
    config(
        "d = <<-E\n    one\n      two ${x}\n\n    E\n",
        &expect![[r#"
        d = (template "one\n  two " x "\n\n")
    "#]],
    );
}

#[test]
fn what_follows_a_mark_that_nobody_sees_is_read() {
    config(
        "\u{feff}\u{feff}a {\n  b = 1\n}\n\u{a0}c = 2\n",
        &expect![[r#"
            c = 2
            a {
              b = 1
            }
            1:1 Invalid character "\u{feff}": This character is not used within the language.
                help: Remove it, or put it in quotes: this is U+FEFF.
            4:1 Invalid character "\u{a0}": This character is not used within the language.
                help: Put a plain space in its place: this is U+00A0.
        "#]],
    );
}

#[test]
fn every_mistake_is_reported_once_and_the_rest_is_read() {
    config(
        "a = [1 2, 3]\nb = \"x\nc = f(1,\nd {\n  e = 'x'\n  f = 1 +\n}\ng = 1\n}\nh = \"${i\"\nj = 2\n",
        &expect![[r#"
            a = [1 3]
            b = INVALID
            c = INVALID
            g = 1
            h = INVALID
            j = 2
            d {
              e = INVALID
              f = INVALID
            }
            1:8 Missing item separator "2": Expected a comma to mark the beginning of the next item.
            2:5 Invalid multi-line string "\"x": Quoted strings may not be split over multiple lines. To produce a multi-line string, either use the \n escape to represent a newline character or use the "heredoc" multi-line template syntax.
                help: If the string ends on this line, add its closing quote (").
            3:5 Unterminated function call "f(": There is no closing parenthesis for this function call before the end of the argument. This may be caused by incorrect parenthesis nesting elsewhere in this file.
                4:1 "" expected ) before this
            5:7 Invalid character "'": Single quotes are not valid. Use double quotes (") to enclose strings.
            6:10 Invalid expression "": Expected the start of an expression, but found the end of the line.
                help: An expression may go on in the next line only within parentheses or brackets.
            9:1 Argument or block definition required "}": An argument or block definition is required here, but this is a closing brace (}) without an opening one.
                help: Remove it, or look for a brace too many before it.
            10:6 Unclosed template interpolation sequence "${": There is no closing brace for this interpolation sequence before the end of the quoted template. This might be caused by incorrect nesting inside the given expression.
                help: Add the missing } where the expression ends.
        "#]],
    );
}

#[test]
fn what_is_too_deep_is_reported_once() {
    let (_, problems) =
        crate::parse_config(FileId::from_index(0), "a {\n".repeat(5_000) + &"}\n".repeat(5_000));
    let summaries: Vec<&str> = problems.iter().map(|d| &*d.summary).collect();
    assert_eq!(summaries, ["Nested too deeply"]);
}

#[test]
fn a_character_that_is_not_seen_is_named() {
    for (text, help) in [
        ("a = 1\rb = 2", "Save the file with line feeds: a carriage return alone ends no line."),
        ("a =\u{a0}1", "Put a plain space in its place: this is U+00A0."),
        ("a = x\u{200b}", "Remove it, or put it in quotes: this is U+200B."),
    ] {
        let (_, problems) = crate::parse_config(FileId::from_index(0), text);
        assert_eq!(problems.iter().next().unwrap().help, [help], "{text:?}");
    }
}

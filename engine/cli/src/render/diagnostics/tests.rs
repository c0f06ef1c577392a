//! What problems look like.

use expect_test::{Expect, expect};
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::{SourceMap, Span};

use super::{compact_warnings, diagnostics};
use crate::render::Style;

const MAIN: &str = "variable \"size\" {}

resource \"terraform_data\" \"a\" {
  input = var.size + \"x\"
  foo   = 日本 + 1
}
";

struct Fixture {
    sources: SourceMap,
}

impl Fixture {
    fn new() -> Self {
        let mut sources = SourceMap::new();
        sources.add("main.tf", MAIN);
        sources.add("child/other.tf", "output \"id\" {}\n");
        Self { sources }
    }

    /// The first place of a text in one of the files.
    fn span(&self, needle: &str) -> Span {
        let (id, at) = self
            .sources
            .iter()
            .find_map(|(id, file)| Some((id, file.text().find(needle)?)))
            .expect("the text is in one of the files");
        let start = u32::try_from(at).unwrap();
        Span::new(id, start, start + u32::try_from(needle.len()).unwrap())
    }
}

const DRAWN: Style = Style { drawn: true, color: false, width: 80 };

fn check(problems: &Diagnostics, fixture: &Fixture, style: Style, expected: &Expect) {
    // A first line without indentation keeps that of the others.
    expected.assert_eq(&format!("shown:\n{}", diagnostics(problems, &fixture.sources, style)));
}

fn operand(fixture: &Fixture) -> Diagnostic {
    Diagnostic::error("Invalid operand", "A number is required here, and this is a string.")
        .at(fixture.span("\"x\""))
        .within(fixture.span("var.size + \"x\""))
        .in_block("resource \"terraform_data\" \"a\"")
        .about("terraform_data.a[0]")
        .label(fixture.span("variable \"size\""), "declared here")
        .label(fixture.span("output \"id\""), "used here")
        .value("var.size", "is 3")
        .help("Use a template to join strings: \"${a}${b}\".")
}

#[test]
fn a_pipe_gets_plain_text() {
    let fixture = Fixture::new();
    let mut problems = Diagnostics::from(operand(&fixture));
    problems.push(Diagnostic::warning("Odd", "One.\n\nTwo.").at(fixture.span("日本")));
    problems.push(Diagnostic::error("No such file", "There is none."));
    check(
        &problems,
        &fixture,
        Style::PLAIN,
        &expect![[r#"
            shown:
            Warning: Odd
              at main.tf:5:11, in resource "terraform_data" "a"

                5 |   foo   = 日本 + 1
                  |           ^^^^

              One.

              Two.

            Error: Invalid operand
              at main.tf:4:22, in resource "terraform_data" "a", for terraform_data.a[0]

                1 | variable "size" {}
                  | --------------- declared here
              ...
                4 |   input = var.size + "x"
                  |                      ^^^

              child/other.tf:1:1:
                1 | output "id" {}
                  | ----------- used here

              var.size is 3

              A number is required here, and this is a string.

              Help: Use a template to join strings: "${a}${b}".

            Error: No such file

              There is none.

        "#]],
    );
}

#[test]
fn a_terminal_gets_it_drawn() {
    let fixture = Fixture::new();
    let mut problems = Diagnostics::from(operand(&fixture));
    problems.push(Diagnostic::warning("Odd", "One.\n\nTwo.").at(fixture.span("日本")));
    problems.push(Diagnostic::error("No such file", "There is none."));
    check(
        &problems,
        &fixture,
        DRAWN,
        &expect![[r#"
            shown:
              ⚠ Warning: Odd
              │ in resource "terraform_data" "a"
              │ One.
              │ 
              │ Two.
               ╭─[main.tf:5:11]
             5 │   foo   = 日本 + 1
               ·           ────
               ╰────

              × Error: Invalid operand
              │ in resource "terraform_data" "a", for terraform_data.a[0]
              │ A number is required here, and this is a string.
               ╭─[main.tf:1:1]
             1 │ variable "size" {}
               · ───────┬───────
               ·        ╰── declared here
               ╰────
               ╭─[main.tf:4:22]
             4 │   input = var.size + "x"
               ·                      ─┬─
               ·                       ╰── var.size is 3
               ╰────
               ╭─[child/other.tf:1:1]
             1 │ output "id" {}
               · ─────┬─────
               ·      ╰── used here
               ╰────
              help: Use a template to join strings: "${a}${b}".

              × Error: No such file
              │ There is none.

        "#]],
    );
}

#[test]
fn colours_are_put_around_words() {
    let fixture = Fixture::new();
    let style = Style { color: true, ..Style::PLAIN };
    let shown = diagnostics(&operand(&fixture).into(), &fixture.sources, style);
    assert!(
        shown.starts_with("\x1b[1;31mError:\x1b[0m \x1b[1mInvalid operand\x1b[0m\n"),
        "{shown:?}"
    );
    let plain = diagnostics(&operand(&fixture).into(), &fixture.sources, Style::PLAIN);
    assert!(!plain.contains('\x1b'));
}

#[test]
fn many_errors_are_counted_and_similar_warnings_are_shown_once() {
    let fixture = Fixture::new();
    let mut problems = Diagnostics::new();
    for n in 0..500 {
        problems.push(Diagnostic::error("Wrong", format!("For the {n}th time.")));
    }
    for _ in 0..3 {
        problems.push(Diagnostic::warning("Odd", "Again.").at(fixture.span("foo")));
    }
    let shown = diagnostics(&problems, &fixture.sources, Style::PLAIN);
    assert_eq!(shown.matches("Error: Wrong\n").count(), 20);
    assert_eq!(shown.matches("Warning: Odd\n").count(), 1);
    assert!(shown.contains("(and 2 more similar warnings elsewhere)"));
    assert!(shown.ends_with("… and 480 more errors\n\n"));
}

#[test]
fn errors_of_one_kind_are_shown_under_the_first() {
    let fixture = Fixture::new();
    let undeclared = |name: &str| {
        Diagnostic::error("Undeclared", format!("There is no {name}.")).at(fixture.span(name))
    };
    let mut problems = Diagnostics::from(undeclared("var.size").help("Declare it."));
    problems.push(undeclared("foo").help("Declare it.").help("Did you mean \"for\"?"));
    problems.push(Diagnostic::error("Refused", "The server said:\n1\n2").at(fixture.span("日本")));
    problems.extend((0..12).map(|n| {
        Diagnostic::error("Undeclared", "There is no var.size.").about(format!("a.b[{n}]"))
    }));
    check(
        &problems,
        &fixture,
        Style::PLAIN,
        &expect![[r#"
            shown:
            Error: Undeclared
              at main.tf:4:11, in resource "terraform_data" "a"

                4 |   input = var.size + "x"
                  |           ^^^^^^^^

              There is no var.size.

              Help: Declare it.

              The same kind of error is at:
                main.tf:5:3: There is no foo. Did you mean "for"?
                a.b[0]
                a.b[1]
                a.b[2]
                a.b[3]
                a.b[4]
                a.b[5]
                a.b[6]
                a.b[7]
                a.b[8]
                … and 3 more places

            Error: Refused
              at main.tf:5:11, in resource "terraform_data" "a"

                5 |   foo   = 日本 + 1
                  |           ^^^^

              The server said:
              1
              2

        "#]],
    );
}

#[test]
fn an_error_that_is_found_twice_is_shown_once() {
    let fixture = Fixture::new();
    let problems: Diagnostics = [operand(&fixture), operand(&fixture)].into_iter().collect();
    let shown = diagnostics(&problems, &fixture.sources, Style::PLAIN);
    assert_eq!(shown.matches("Error: ").count(), 1);
}

#[test]
fn warnings_can_be_a_list() {
    let fixture = Fixture::new();
    let odd = || Diagnostic::warning("Odd", "Long text.").at(fixture.span("foo"));
    let mut problems: Diagnostics = [odd(), odd()].into_iter().collect();
    problems.push(Diagnostic::warning("Strange", ""));
    let shown = compact_warnings(&problems, &fixture.sources, Style::PLAIN).unwrap();
    expect![[r#"
        Warnings:

        - Odd
          at main.tf:5:3 (and 1 more)
        - Strange

        To see these warnings in full, run the command without -compact-warnings.

    "#]]
    .assert_eq(&shown);
    problems.push(Diagnostic::error("Wrong", ""));
    assert_eq!(compact_warnings(&problems, &fixture.sources, Style::PLAIN), None);
}

#[test]
fn nothing_raw_reaches_the_output() {
    let mut sources = SourceMap::new();
    let id = sources.add("a\u{1b}[2J.tf", "x = \"\u{1b}[2J\u{7}\u{202e}\"\n");
    let problem = Diagnostic::error("Bad\u{7}", "Odd \u{1b}[31m text.")
        .at(Span::new(id, 4, 10))
        .value("x\u{1b}", "is \u{1b}")
        .label(Span::new(id, 0, 1), "see\u{1b}")
        .help("\u{9b}31m");
    for style in [Style::PLAIN, DRAWN] {
        let shown = diagnostics(&problem.clone().into(), &sources, style);
        let raw = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
        assert!(!shown.contains(raw), "{shown:?}");
    }
}

#[test]
fn a_place_that_is_not_in_the_map_is_left_out() {
    let fixture = Fixture::new();
    let problem = Diagnostic::error("Wrong", "Why.").at(fixture.span("output \"id\""));
    let shown = diagnostics(&problem.into(), &SourceMap::new(), Style::PLAIN);
    assert_eq!(shown, "Error: Wrong\n\n  Why.\n\n");
}

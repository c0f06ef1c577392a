//! `templatefile`

use super::prelude::*;
use super::support::{files, template};

pub(super) const FUNCTION: Function = Function::new(
    "templatefile",
    "`templatefile` renders the content of a file as a template, in which the entries of a map are variables. A template \
     may render others.",
    &[
        Param::new("path", Kind::String, "").marked(),
        Param::new("vars", Kind::Any, "The variables of the template."),
    ],
    Returns::By(|_| Ok(Type::DYNAMIC)),
    Body::With(templatefile),
)
.may_be_null();

fn templatefile(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let marks = args[0].marks();
    let content = files::read_text(&args[0], env)?;
    let name = super::args::withheld(marks).unwrap_or(text(&args[0]));
    let rendered = template::render(Some(name), &content, &args[1], env)?;
    Ok(rendered.with_marks(marks))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn templates() -> MemoryHost {
        MemoryHost::new(Phase::Apply)
            .file("hello.tmpl", "Hello, ${name}!")
            .file("list.tmpl", "%{ for x in list ~}\n- ${x}\n%{ endfor ~}\n")
            .file("value.tmpl", "${[1, name]}")
            .file("wrong.tmpl", "a\n${name.x} ${upper(1, 2)}")
            .file("broken.tmpl", "${")
            .file("outer.tmpl", "<${templatefile(\"hello.tmpl\", {name = inner})}>")
            .file("endless.tmpl", "${templatefile(\"endless.tmpl\", {})}")
            .file("large.tmpl", "${join(\"\", [for i in range(1000): format(\"%1000000d\", i)])}")
    }

    fn check(text: &str, expected: &expect_test::Expect) {
        expected.assert_eq(&eval_on(templates(), text));
    }

    #[test]
    fn variables_are_put_in() {
        check(
            r#"[templatefile("hello.tmpl", {name = "Jodie"}), templatefile("list.tmpl", {list = ["a", "b"]}), templatefile("value.tmpl", {name = "x"}), templatefile("outer.tmpl", tomap({inner = "o"}))]"#,
            &expect![[r#"["Hello, Jodie!", "- a\n- b\n", [1, "x"], "<Hello, o!>"]"#]],
        );
        check(
            r#"[templatefile("hello.tmpl", {name = sensitive("s")}), templatefile(sensitive("hello.tmpl"), {name = "s"})]"#,
            &expect![[r#"["Hello, s!"![Sensitive], "Hello, s!"![Sensitive]]"#]],
        );
    }

    #[test]
    fn problems_have_their_place_in_the_template() {
        check(
            r#"templatefile("hello.tmpl", {nane = 1})"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "vars" parameter: vars map does not contain key "name", referenced at hello.tmpl:1,10-14; there is "nane". <{nane = 1}>"#
            ]],
        );
        check(
            r#"templatefile("hello.tmpl", {"!" = 1})"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "vars" parameter: invalid template variable name "!": must start with a letter, followed by zero or more letters, digits, and underscores. <{"!" = 1}>"#
            ]],
        );
        check(
            r#"templatefile("hello.tmpl", [1])"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "vars" parameter: invalid vars value: must be a map. <[1]>"#
            ]],
        );
        check(
            r#"templatefile("wrong.tmpl", {name = {}})"#,
            &expect![[r#"
            Error in function call: Call to function "templatefile" failed: wrong.tmpl:2,7-9: Unsupported attribute; This object does not have an attribute named "x"
            wrong.tmpl:2,22-23: Too many function arguments; Function "upper" expects only 1 argument(s). <templatefile("wrong.tmpl", {name = {}})>"#]],
        );
        check(
            r#"templatefile("broken.tmpl", {})"#,
            &expect![[
                r#"Error in function call: Call to function "templatefile" failed: broken.tmpl:1,3-3: Missing expression; Expected the start of an expression, but found the end of the file. <templatefile("broken.tmpl", {})>"#
            ]],
        );
        check(
            r#"templatefile("none.tmpl", {})"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "path" parameter: no file exists at "none.tmpl"; this function works only with files that are distributed as part of the configuration source code, so if this file will be created by a resource in this configuration you must instead obtain this result from an attribute of that resource. <"none.tmpl">"#
            ]],
        );
        check(
            r#"templatefile("large.tmpl", {})"#,
            &expect![[
                r#"Result too large: Evaluating this would take the expression over its limit of 128 MiB. Lists and strings that are repeated or multiplied in several steps grow beyond what any machine can hold. <templatefile("large.tmpl", {})>"#
            ]],
        );
    }

    #[test]
    fn templates_do_not_render_themselves_for_ever() {
        let call = r#"templatefile("endless.tmpl", {})"#;
        let got = super::super::testing::eval_deep(templates(), call);
        assert!(got.contains("templates render templates more than 1024 deep"), "{got}");
        assert!(got.len() < 4_000, "{}", got.len());
    }
}

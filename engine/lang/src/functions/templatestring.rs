//! `templatestring`

use super::prelude::*;
use super::support::template;

pub(super) const FUNCTION: Function = Function::new(
    "templatestring",
    "`templatestring` renders a string as a template, in which the entries of a map are variables.",
    &[
        Param::new("template", Kind::String, "").marked(),
        Param::new("vars", Kind::Any, "The variables of the template.").marked(),
    ],
    Returns::By(|_| Ok(Type::DYNAMIC)),
    Body::With(templatestring),
)
.may_be_null();

fn templatestring(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let rendered = template::render(None, text(&args[0]), &args[1], env)?;
    Ok(rendered.with_marks(args[0].marks()).with_marks(args[1].marks()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_put_in() {
        check(
            r#"[templatestring("Hello, $${name}!", {name = "Jodie"}), templatestring("$${a}", {a = [1]}), templatestring(sensitive("x"), {}), templatestring("$${a.b}", {a = {b = sensitive("c")}})]"#,
            &expect![[r#"["Hello, Jodie!", [1], "x"![Sensitive], "c"![Sensitive]]"#]],
        );
    }

    #[test]
    fn problems_have_their_place_in_the_template() {
        check(
            r#"templatestring("Hello, $${name}!", {})"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "vars" parameter: vars map does not contain key "name". <{}>"#
            ]],
        );
        check(
            r#"templatestring("$${1 + }", {})"#,
            &expect![[
                r#"Error in function call: Call to function "templatestring" failed: <template>:1,7-8: Invalid expression; Expected the start of an expression, but found "}". <templatestring("$${1 + }", {})>"#
            ]],
        );
        check(
            r#"templatestring("$${1 / \"x\"}", {})"#,
            &expect![[
                r#"Error in function call: Call to function "templatestring" failed: <template>:1,7-10: Invalid operand; Unsuitable value for right operand: a number is required. <templatestring("$${1 / \"x\"}", {})>"#
            ]],
        );
        check(
            r#"templatestring("$${uppr(1)}", {})"#,
            &expect![[
                r#"Error in function call: Call to function "templatestring" failed: <template>:1,3-7: Call to unknown function; There is no function named "uppr". Did you mean "upper"?. <templatestring("$${uppr(1)}", {})>"#
            ]],
        );
    }
}

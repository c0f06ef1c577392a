//! The elements of `replace_triggered_by`: references to one resource, an instance or an attribute of it.

use wb_core::diag::Diagnostic;
use wb_hcl::{Expr, ExprKind, Expression, StepKind, Traversal};

use crate::config::context::Context;

/// Reads a trigger; in JSON from a string. Nothing where it is none, which is reported.
pub(super) fn lower(expr: Expr<'_>, ctx: &mut Context<'_>) -> Option<Expression> {
    if !ctx.is_json() {
        return check(expr, ctx).then(|| ctx.keep(expr));
    }
    let Some((inner, problems)) = expr.expression_in_string() else {
        ctx.report(none(expr));
        return None;
    };
    if problems.has_errors() {
        ctx.diags.append(problems);
        return None;
    }
    check(inner.expr(), ctx).then(|| inner.clone())
}

fn check(expr: Expr<'_>, ctx: &mut Context<'_>) -> bool {
    if matches!(expr.kind(), ExprKind::Invalid) {
        return false;
    }
    let mut resources = 0;
    for traversal in expr.variables() {
        match meaning(&traversal) {
            Meaning::Resource => resources += 1,
            Meaning::Key => {}
            Meaning::Wrong(summary, detail) => {
                ctx.report(Diagnostic::error(summary, detail).at(traversal.span()));
                return false;
            }
        }
    }
    match resources {
        1 => return true,
        0 => ctx.report(none(expr)),
        _ => ctx.report(
            Diagnostic::error(
                "Invalid replace_triggered_by expression",
                "Each element names one resource, but this one refers to several.",
            )
            .at(expr.span())
            .help("Make an element of each of them."),
        ),
    }
    false
}

fn none(expr: Expr<'_>) -> Diagnostic {
    Diagnostic::error(
        "Invalid replace_triggered_by expression",
        "Each element names a resource, one of its instances or one of its attributes; this one does not.",
    )
    .at(expr.span())
    .help("To replace a resource when a variable or local value changes, name a terraform_data resource that holds it.")
}

enum Meaning {
    Resource,
    /// A part of the key of an instance.
    Key,
    /// Nothing that may be here: a summary and a detail.
    Wrong(&'static str, &'static str),
}

fn meaning(traversal: &Traversal<'_>) -> Meaning {
    let steps = traversal.steps();
    let attribute = |i: usize| match steps.get(i).map(|step| step.kind) {
        Some(StepKind::Attribute(name)) => Some(name),
        _ => None,
    };
    match traversal.root() {
        "each" if attribute(0) == Some("key") => Meaning::Key,
        "each" => Meaning::Wrong(
            "Invalid each reference in replace_triggered_by expression",
            "Of the object each, only each.key can be used here.",
        ),
        "count" if attribute(0) == Some("index") => Meaning::Key,
        "count" => Meaning::Wrong(
            "Invalid count reference in replace_triggered_by expression",
            "Of the object count, only count.index can be used here.",
        ),
        "var" | "local" | "module" | "path" | "terraform" | "tofu" | "self" | "data"
        | "ephemeral" => Meaning::Wrong(
            "Invalid reference in replace_triggered_by expression",
            "Only resources can trigger a replacement, because only they are planned. Besides them, count.index and each.key can be used.",
        ),
        "resource" if attribute(0).is_some() && attribute(1).is_some() => Meaning::Resource,
        root if root != "resource" && attribute(0).is_some() => Meaning::Resource,
        _ => Meaning::Wrong(
            "Invalid reference",
            "A resource is named by its type and its name, with a dot between them.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::{problems, problems_of};

    #[test]
    fn a_trigger_is_one_resource() {
        let text = r#"
resource "t" "a" {
  lifecycle {
    replace_triggered_by = [t.b, t.b[count.index].x, t.b[each.key], resource.data.x]
  }
}
resource "t" "c" {
  lifecycle {
    replace_triggered_by = [each.value, var.x, t.b[t.d.e], "t.b", t, 1]
  }
}
"#;
        expect![[r#"
            error main.tf:9:29 <each.value> Invalid each reference in replace_triggered_by expression
            error main.tf:9:41 <var.x> Invalid reference in replace_triggered_by expression
            error main.tf:9:48 <t.b[t.d.e]> Invalid replace_triggered_by expression
            error main.tf:9:60 <"t.b"> Invalid replace_triggered_by expression
            error main.tf:9:67 <t> Invalid reference
            error main.tf:9:70 <1> Invalid replace_triggered_by expression
        "#]].assert_eq(&problems(text));
    }

    #[test]
    fn in_json_triggers_are_strings() {
        let text = r#"{"resource": {"t": {"a": {"lifecycle": {
            "replace_triggered_by": ["t.b[each.key].x", "local.x"]
        }}}}}"#;
        expect![[r#"
            error main.tf.json:2:58 <local.x> Invalid reference in replace_triggered_by expression
        "#]]
        .assert_eq(&problems_of(&[("main.tf.json", text)]));
    }
}

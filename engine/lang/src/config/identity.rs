//! Which versions of its peers wb stands for, and what becomes of a module that asks for others.
//!
//! `required_version` is a word to Terraform, and in files of OpenTofu one to OpenTofu. A module that only asks for an
//! earlier version was written before this one was known, and most of those work: that warns. One that asks for a
//! later version needs what is not there: that is an error, and the only one, since whatever else looks wrong may be
//! right in that version.

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::version::{Verdict, Version};
use wb_hcl::{AttributeSchema, BlockSchema, Body, BodySchema};

use super::Dialect;
use super::block::required_providers::{VersionConstraint, version_constraint};
use super::context::Context;

/// The version of Terraform that wb stands for.
#[must_use]
pub fn terraform_version() -> Version {
    Version::new(1, 16, 0)
}

/// The version of OpenTofu that wb stands for, in `.tofu` files and `language` blocks.
#[must_use]
pub fn opentofu_version() -> Version {
    Version::new(1, 12, 6)
}

static ROOT: BodySchema = BodySchema::fixed(&[], &[BlockSchema::new("terraform", &[])]);
static TERRAFORM: BodySchema =
    BodySchema::fixed(&[AttributeSchema::optional("required_version")], &[]);

/// Checks the `required_version` of every `terraform` block of a file. Whether wb will do.
pub(super) fn check_required(body: Body<'_>, ctx: &mut Context<'_>) -> bool {
    let mut fits = true;
    // The body is read for good afterwards, and what is wrong with it reported then.
    let mut later = Diagnostics::new();
    for block in body.partial_content(&ROOT, &mut later).blocks() {
        let content = block.body().partial_content(&TERRAFORM, &mut later);
        let Some(attribute) = content.attribute("required_version") else { continue };
        let Some(wanted) = version_constraint(attribute.expr, "required_version", ctx) else {
            continue;
        };
        fits &= if ctx.dialect == Dialect::OpenTofu {
            check_opentofu(&wanted, ctx)
        } else {
            check_terraform(&wanted, ctx)
        };
    }
    fits
}

/// Checks a constraint on OpenTofu's version. Whether wb will do.
pub(super) fn check_opentofu(wanted: &VersionConstraint, ctx: &mut Context<'_>) -> bool {
    if !check_no_prerelease(wanted, ctx) {
        return true;
    }
    let ours = opentofu_version();
    let stands_for = format!("OpenTofu {ours}");
    conclude(wanted.constraints.verdict(&ours), "Incompatible module", &stands_for, wanted, ctx)
}

fn check_terraform(wanted: &VersionConstraint, ctx: &mut Context<'_>) -> bool {
    if !check_no_prerelease(wanted, ctx) {
        return true;
    }
    let (terraform, opentofu) = (terraform_version(), opentofu_version());
    let verdicts = [&terraform, &opentofu].map(|ours| wanted.constraints.verdict(ours));
    let best = verdicts.into_iter().min_by_key(|verdict| match verdict {
        Verdict::Met => 0,
        Verdict::TooLate => 1,
        Verdict::Unmet => 2,
    });
    let stands_for = format!("Terraform {terraform} and OpenTofu {opentofu}");
    let verdict = best.unwrap_or(Verdict::Met);
    conclude(verdict, "Unsupported Terraform Core version", &stands_for, wanted, ctx)
}

fn conclude(
    verdict: Verdict,
    summary: &'static str,
    stands_for: &str,
    wanted: &VersionConstraint,
    ctx: &mut Context<'_>,
) -> bool {
    let asked = &wanted.constraints;
    match verdict {
        Verdict::Met => true,
        Verdict::TooLate => {
            ctx.report(
                Diagnostic::warning(
                    "Module asks for an earlier version",
                    format!("This module asks for version {asked}, and wb stands for {stands_for}. It was written before that, and may work all the same."),
                )
                .at(wanted.span),
            );
            true
        }
        Verdict::Unmet => {
            ctx.report(
                Diagnostic::error(
                    summary,
                    format!("This module asks for version {asked}, and wb stands for {stands_for}. Nothing more is said about the module, because it may use what is new in that version."),
                )
                .at(wanted.span)
                .help("Use an earlier version of the module, or change the constraint if it asks for too much."),
            );
            false
        }
    }
}

/// Terraform refuses prereleases here, whatever they mean.
fn check_no_prerelease(wanted: &VersionConstraint, ctx: &mut Context<'_>) -> bool {
    let Some(found) = wanted.constraints.iter().find(|c| c.version.is_prerelease()) else {
        return true;
    };
    ctx.report(
        Diagnostic::error(
            "Invalid required_version constraint",
            format!("The constraint {found} names a prerelease, which is not allowed here."),
        )
        .at(wanted.span)
        .help("Name the release without what follows the dash."),
    );
    false
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::problems_of;

    fn check(constraint: &str) -> String {
        let text = format!("terraform {{\n  required_version = {constraint:?}\n}}\nunknown {{}}\n");
        let of = |name: &str| {
            problems_of(&[(name, &text)])
                .replace(" main.tf:4:1 <unknown> Unsupported block type", " …")
                .replace(" main.tofu:4:1 <unknown> Unsupported block type", " …")
        };
        of("main.tf") + &of("main.tofu")
    }

    #[test]
    fn either_peer_will_do_where_the_file_is_not_opentofus() {
        expect![[r#"
            error …
            error main.tofu:2:22 <">= 1.14"> Incompatible module
        "#]]
        .assert_eq(&check(">= 1.14"));
        expect![[r#"
            error …
            error …
        "#]]
        .assert_eq(&check("~> 1.12.0"));
    }

    #[test]
    fn an_upper_bound_warns_and_a_lower_one_refuses() {
        expect![[r#"
            warning main.tf:2:22 <"< 1.6"> Module asks for an earlier version
            error …
            warning main.tofu:2:22 <"< 1.6"> Module asks for an earlier version
            error …
        "#]]
        .assert_eq(&check("< 1.6"));
        expect![[r#"
            error main.tf:2:22 <">= 99"> Unsupported Terraform Core version
            error main.tofu:2:22 <">= 99"> Incompatible module
        "#]]
        .assert_eq(&check(">= 99"));
        expect![[r#"
            error main.tf:2:22 <">= 1.0-beta"> Invalid required_version constraint
            error …
            error main.tofu:2:22 <">= 1.0-beta"> Invalid required_version constraint
            error …
        "#]]
        .assert_eq(&check(">= 1.0-beta"));
    }
}

//! `language`: OpenTofu's word on which versions and which edition of the language a module is written for.

use wb_core::diag::Diagnostic;
use wb_core::source::Span;
use wb_core::version::{Constraints, Version};
use wb_hcl::{Attribute, AttributeSchema, Block, BlockSchema, BodySchema};

use super::required_providers::{VersionConstraint, version_constraint};
use crate::config::context::{Context, Single};

/// The only edition there is.
const EDITION: &str = "tofu2024";

static SCHEMA: BodySchema = BodySchema::fixed(
    &[AttributeSchema::optional("edition"), AttributeSchema::optional("experiments")],
    &[BlockSchema::new("compatible_with", &[])],
);
static COMPATIBLE: BodySchema = BodySchema::fixed(&[AttributeSchema::optional("opentofu")], &[]);

/// Checks a block, and returns the versions of OpenTofu that it asks for.
pub(in crate::config) fn lower(
    block: &Block<'_>,
    ctx: &mut Context<'_>,
) -> Option<VersionConstraint> {
    if ctx.is_override {
        ctx.report(
            Diagnostic::error(
                "Language selections in override file",
                "What language a module is written in cannot be overridden.",
            )
            .at(block.type_span())
            .help("Put the block in another file."),
        );
        return None;
    }
    let content = block.body().content(&SCHEMA, ctx.diags);
    if let Some(attribute) = content.attribute("edition") {
        edition(&attribute, ctx);
    }
    if let Some(attribute) = content.attribute("experiments") {
        for (keyword, span) in keywords(&attribute, ctx) {
            let detail = format!("There is no experiment {keyword} in wb.");
            ctx.report(Diagnostic::error("Unknown experiment keyword", detail).at(span));
        }
    }
    let mut single = Single::new(
        "Duplicate compatible_with block",
        "A language block has at most one block about the versions of OpenTofu.",
    );
    let mut found = None;
    for inner in content.blocks_of("compatible_with") {
        // Other tools may say other things here.
        let compatible = inner.body().partial_content(&COMPATIBLE, ctx.diags);
        let Some(attribute) = compatible.attribute("opentofu") else { continue };
        if single.accepts(&inner, ctx) {
            found = version_constraint(attribute.expr, "opentofu", ctx);
        }
    }
    if let Some(constraint) = found.as_ref().filter(|c| admits_older(&c.constraints)) {
        ctx.report(ineffective(constraint.span));
    }
    found
}

/// Whether a version will do that does not know this block, and so does not heed it.
fn admits_older(constraints: &Constraints) -> bool {
    constraints.matches(&Version::new(1, 11, 0))
}

fn ineffective(span: Span) -> Diagnostic {
    Diagnostic::warning(
        "Ineffective version constraint",
        "Versions of OpenTofu before 1.12 do not know this block, so a constraint in it cannot admit them.",
    )
    .at(span)
    .help("Ask for \">= 1.12\", or set required_version in a file whose name ends in .tofu.")
}

fn edition(attribute: &Attribute<'_>, ctx: &mut Context<'_>) {
    let problem = match attribute.expr.as_keyword() {
        Some(EDITION) => return,
        None => Diagnostic::error(
            "Invalid language edition",
            format!(
                "The argument \"edition\" takes a keyword without quotes. There is only {EDITION}, which need not be said."
            ),
        ),
        Some(other) => Diagnostic::error(
            "Unsupported language edition",
            format!("There is no edition {other} of OpenTofu's language in wb, only {EDITION}."),
        ),
    };
    ctx.report(problem.at(attribute.expr.span()));
}

/// The keywords of a list, with their places.
pub(super) fn keywords<'t>(
    attribute: &Attribute<'t>,
    ctx: &mut Context<'_>,
) -> Vec<(&'t str, Span)> {
    let Some(elements) = attribute.expr.as_list() else {
        ctx.report(
            Diagnostic::error(
                "Invalid expression",
                format!(
                    "The argument {:?} takes a list of keywords that is written out.",
                    attribute.name
                ),
            )
            .at(attribute.expr.span()),
        );
        return Vec::new();
    };
    let mut found = Vec::new();
    for element in elements.iter() {
        match element.as_keyword() {
            Some(keyword) => found.push((keyword, element.span())),
            None => ctx.report(
                Diagnostic::error(
                    "Invalid experiment keyword",
                    "An experiment is named by a keyword without quotes.",
                )
                .at(element.span()),
            ),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::problems;

    #[test]
    fn selections_are_checked() {
        let text = r#"
language {
  edition     = tofu2025
  experiments = [x, "y"]
  compatible_with {
    opentofu = ">= 1.0"
    other    = 5
  }
  compatible_with {
    opentofu = "1"
  }
}
"#;
        expect![[r#"
            error main.tf:3:17 <tofu2025> Unsupported language edition
            error main.tf:4:18 <x> Unknown experiment keyword
            error main.tf:4:21 <"y"> Invalid experiment keyword
            warning main.tf:6:16 <">= 1.0"> Ineffective version constraint
            error main.tf:9:3 <compatible_with> Duplicate compatible_with block | main.tf:5:3 first defined here
        "#]].assert_eq(&problems(text));
    }
}

//! What the `terraform` blocks of a module's files say together.

use wb_core::diag::Diagnostic;
use wb_core::source::Span;

use super::block::required_providers::RequiredProvider;
use super::block::terraform::{Backend, Settings};
use super::context::Context;
use super::module::Module;

/// Keeps the only backend; in an override file, the one that replaces it.
pub(super) fn backend(slot: &mut Option<Backend>, new: Backend, ctx: &mut Context<'_>) {
    let Some(first) = slot.as_ref().filter(|first| !replaces(first.span, new.span, ctx)) else {
        *slot = Some(new);
        return;
    };
    let (summary, detail) = match (first.is_cloud(), new.is_cloud()) {
        (false, false) => (
            "Duplicate backend configuration",
            "A stack keeps its state in one place, but here is a second backend.",
        ),
        (true, true) => (
            "Duplicate cloud configurations",
            "A stack keeps its state in one place, but here is a second cloud block.",
        ),
        _ => (
            "Both a backend and a cloud configuration are present",
            "A stack keeps its state in one place: with a backend, or with what the cloud block names.",
        ),
    };
    ctx.report(
        Diagnostic::error(summary, detail)
            .at(new.span)
            .label(first.span, "first configured here")
            .help("Keep one of the two blocks."),
    );
}

/// Whether a setting takes the place of an earlier one: it stands in an override file, and the other does not stand in
/// the same file.
fn replaces(first: Span, new: Span, ctx: &Context<'_>) -> bool {
    ctx.is_override && first.file != new.file
}

/// Keeps the only list of required providers; in an override file, replaces the providers that it names.
pub(super) fn required_providers(
    module: &mut Module,
    span: Span,
    providers: Vec<RequiredProvider>,
    ctx: &mut Context<'_>,
) {
    if !ctx.is_override
        && let Some(first) = module.required_providers_span
    {
        return ctx.report(
            Diagnostic::error(
                "Duplicate required providers configuration",
                "A module says in one place which providers it requires.",
            )
            .at(span)
            .label(first, "first said here")
            .help("Move what is required here to that block."),
        );
    }
    if !ctx.is_override {
        module.required_providers_span = Some(span);
    }
    for provider in providers {
        if let Err((provider, first)) = module.required_providers.insert(provider) {
            *module.required_providers.at_mut(first) = provider;
        }
    }
}

/// Keeps the only encryption, and those of override files, which say more.
pub(super) fn encryption(said: &mut Vec<Settings>, new: Settings, ctx: &mut Context<'_>) {
    match said.last() {
        None => said.push(new),
        Some(last) if replaces(last.span, new.span, ctx) => said.push(new),
        Some(first) => ctx.report(
            Diagnostic::error(
                "Duplicate encryption configuration",
                "How a state is encrypted is said once.",
            )
            .at(new.span)
            .label(first.span, "first configured here"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::{load, problems, problems_of};

    #[test]
    fn a_stack_keeps_its_state_in_one_place() {
        let text = r#"
terraform {
  backend "s3" {}
  cloud {}
  encryption {}
  encryption {}
  required_providers {}
  required_providers {}
}
terraform {
  backend "local" {}
}
"#;
        expect![[r#"
            error main.tf:4:3 <cloud> Both a backend and a cloud configuration are present | main.tf:3:3 first configured here
            error main.tf:6:3 <encryption> Duplicate encryption configuration | main.tf:5:3 first configured here
            error main.tf:8:3 <required_providers> Duplicate required providers configuration | main.tf:7:3 first said here
            error main.tf:11:3 <backend "local"> Duplicate backend configuration | main.tf:3:3 first configured here
        "#]].assert_eq(&problems(text));
    }

    #[test]
    fn an_override_file_replaces_settings() {
        let (_, module, diags) = load(&[
            (
                "main.tf",
                "terraform {\n  backend \"s3\" {}\n  required_providers {\n    a = \"1\"\n    b = \"1\"\n  }\n}",
            ),
            (
                "override.tf",
                "terraform {\n  cloud {}\n  required_providers {\n    b = \"2\"\n  }\n}",
            ),
        ]);
        assert!(diags.is_empty(), "{diags:?}");
        assert!(module.backend.is_some_and(|b| b.is_cloud()));
        let versions = module.required_providers.values().map(|p| p.version.as_ref().unwrap());
        let versions: Vec<String> = versions.map(|v| v.constraints.to_string()).collect();
        assert_eq!(versions, ["1.0.0", "2.0.0"]);
    }

    #[test]
    fn an_override_file_has_one_backend_too() {
        let two = "terraform {\n  backend \"s3\" {}\n  backend \"local\" {}\n}";
        expect![[r#"
            error override.tf:3:3 <backend "local"> Duplicate backend configuration | override.tf:2:3 first configured here
        "#]].assert_eq(&problems_of(&[
            ("main.tf", "terraform {\n  backend \"gcs\" {}\n}"),
            ("override.tf", two),
        ]));
    }
}

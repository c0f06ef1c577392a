//! The blocks of a module's files, put together: first what is declared, then what override files lay over it.

use std::sync::Arc;

use wb_core::addr::Mode;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_hcl::{Block, BlockSchema, BodySchema, File, Tree};

use super::block::{
    call, check, import, language, locals, moved, output, provider, refused, removed, resource,
    terraform, variable,
};
use super::context::Context;
use super::files::{FileName, Selection};
use super::module::Module;
use super::names::{CheckId, Id, Table};
use super::overrides::{self, Declared};
use super::{identity, rules, settings};

/// A file of a folder, parsed.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Without its folder.
    pub name: Arc<str>,
    pub file: File,
}

static SCHEMA: BodySchema = BodySchema::fixed(
    &[],
    &[
        BlockSchema::new("terraform", &[]),
        BlockSchema::new("language", &[]),
        BlockSchema::new("required_providers", &[]),
        BlockSchema::new("provider", &["name"]),
        BlockSchema::new("variable", &["name"]),
        BlockSchema::new("locals", &[]),
        BlockSchema::new("output", &["name"]),
        BlockSchema::new("module", &["name"]),
        BlockSchema::new("resource", &["type", "name"]),
        BlockSchema::new("data", &["type", "name"]),
        BlockSchema::new("ephemeral", &["type", "name"]),
        BlockSchema::new("moved", &[]),
        BlockSchema::new("import", &[]),
        BlockSchema::new("removed", &[]),
        BlockSchema::new("check", &["name"]),
    ],
);

/// Makes a module of the files of a folder; files that are not a module's, and those that others shadow, are left out.
/// The order of the files does not matter.
///
/// The module holds whatever could be made out. Where a version is asked for that there is not, that is all that is
/// reported.
#[must_use]
pub fn lower(files: &[SourceFile]) -> (Module, Diagnostics) {
    let mut lowering = Lowering::default();
    let selection = Selection::of(files.iter().map(|f| &*f.name));
    let named = |name: &str| files.iter().find(|f| &*f.name == name);
    for (names, is_override) in [(&selection.primary, false), (&selection.overrides, true)] {
        for file in names.iter().filter_map(|name| named(name)) {
            lowering.file(file, is_override);
        }
    }
    lowering.finish()
}

/// A module in the making.
#[derive(Default)]
struct Lowering {
    module: Module,
    diags: Diagnostics,
    /// What is wrong with the versions that are asked for.
    versions: Diagnostics,
    is_incompatible: bool,
}

/// One block at the top of a file.
struct Entry<'e, 't> {
    block: &'e Block<'t>,
    tree: &'e Arc<Tree>,
    file: FileName<'e>,
    is_override: bool,
}

impl Lowering {
    fn file(&mut self, file: &SourceFile, is_override: bool) {
        let Some(name) = FileName::parse(&file.name) else { return };
        let tree = file.file.tree();
        let body = file.file.body();
        let mut ctx =
            Context { tree, dialect: name.dialect, is_override, diags: &mut self.versions };
        self.is_incompatible |= !identity::check_required(body, &mut ctx);
        for (block, why) in refused::found(body) {
            self.diags.push(refused::block(&block, why));
        }
        let content = body.hiding(refused::TOP_LEVEL).content(&SCHEMA, &mut self.diags);
        self.module.variables.reserve(content.blocks_of("variable").count());
        for block in content.blocks() {
            let before = self.diags.len();
            self.block(&Entry { block: &block, tree, file: name, is_override });
            for problem in self.diags.iter_mut().skip(before) {
                problem.block = Some(block.header());
            }
        }
    }

    fn finish(mut self) -> (Module, Diagnostics) {
        for variable in self.module.variables.values_mut() {
            variable::finish(variable, &mut self.diags);
        }
        rules::check(&self.module, &mut self.diags);
        if !self.is_incompatible {
            self.versions.append(self.diags);
        }
        (self.module, in_order(self.versions))
    }
}

impl Lowering {
    fn block(&mut self, entry: &Entry<'_, '_>) {
        let Self { module, diags, .. } = self;
        let Entry { block, tree, file, is_override } = *entry;
        let ctx = &mut Context { tree, dialect: file.dialect, is_override, diags };
        match block.block_type() {
            "variable" => put(&mut module.variables, variable::lower(block, ctx), ctx),
            "output" => put(&mut module.outputs, output::lower(block, ctx), ctx),
            "module" => put(&mut module.calls, call::lower(block, ctx), ctx),
            "provider" => put(&mut module.providers, provider::lower(block, ctx), ctx),
            "resource" => resource(module, block, Mode::Managed, ctx),
            "data" => resource(module, block, Mode::Data, ctx),
            "ephemeral" => resource(module, block, Mode::Ephemeral, ctx),
            "locals" => {
                let attributes = block.body().just_attributes(ctx.diags);
                module.locals.reserve(attributes.len());
                for attribute in attributes {
                    put(&mut module.locals, locals::lower(attribute, ctx), ctx);
                }
            }
            "check" => check(module, block, ctx),
            "moved" => module.moved.extend(only_declared(block, moved::lower(block, ctx), ctx)),
            "import" => module.imports.extend(only_declared(block, import::lower(block, ctx), ctx)),
            "removed" => {
                module.removed.extend(only_declared(block, removed::lower(block, ctx), ctx));
            }
            "language" => self.language(entry),
            "terraform" => self.terraform(entry),
            _ => ctx.report(stray_requirements(block)),
        }
    }

    fn language(&mut self, entry: &Entry<'_, '_>) {
        let Entry { block, tree, file, is_override } = *entry;
        let mut ctx = Context { tree, dialect: file.dialect, is_override, diags: &mut self.diags };
        let Some(wanted) = language::lower(block, &mut ctx) else { return };
        ctx.diags = &mut self.versions;
        self.is_incompatible |= !identity::check_opentofu(&wanted, &mut ctx);
    }

    fn terraform(&mut self, entry: &Entry<'_, '_>) {
        let Entry { block, tree, file, is_override } = *entry;
        let ctx = &mut Context { tree, dialect: file.dialect, is_override, diags: &mut self.diags };
        let found = terraform::lower(block, ctx);
        for backend in found.backends {
            settings::backend(&mut self.module.backend, backend, ctx);
        }
        for (span, providers) in found.required_providers {
            settings::required_providers(&mut self.module, span, providers, ctx);
        }
        for encryption in found.encryptions {
            settings::encryption(&mut self.module.encryption, encryption, ctx);
        }
        self.module.provider_metas.extend(found.provider_metas);
    }
}

/// The problems in the order of the files and of their text.
fn in_order(diags: Diagnostics) -> Diagnostics {
    let mut sorted: Vec<Diagnostic> = diags.into_iter().collect();
    sorted.sort_by_key(|d| d.subject.map(|span| (span.file, span.start)));
    sorted.into_iter().collect()
}

/// Declares an entry, or lays it over the one of its name where it stands in an override file.
fn put<I: Id, T: Declared>(table: &mut Table<I, T>, entry: Option<T>, ctx: &mut Context<'_>) {
    let Some(entry) = entry else { return };
    if ctx.is_override {
        return match table.find(entry.key()) {
            Some(base) => table.at_mut(base).merge(entry, ctx),
            None if entry.may_be_implied() => drop(table.insert(entry)),
            None => ctx.report(overrides::no_base(&entry)),
        };
    }
    if let Err((second, first)) = table.insert(entry) {
        ctx.report(overrides::duplicate(&table[first], &second));
    }
}

fn resource(module: &mut Module, block: &Block<'_>, mode: Mode, ctx: &mut Context<'_>) {
    put(&mut module.resources, resource::lower(block, mode, ctx), ctx);
}

fn check(module: &mut Module, block: &Block<'_>, ctx: &mut Context<'_>) {
    let Some((mut check, data)) = check::lower(block, ctx) else { return };
    if let Some(mut data) = data {
        data.scope = Some(CheckId::from_index(module.checks.len()));
        match module.resources.insert(data) {
            Ok(id) => check.data = Some(id),
            Err((second, first)) => {
                return ctx.report(overrides::duplicate(&module.resources[first], &second));
            }
        }
    }
    put(&mut module.checks, Some(check), ctx);
}

/// What has no name cannot be overridden.
fn only_declared<T>(block: &Block<'_>, entry: Option<T>, ctx: &mut Context<'_>) -> Option<T> {
    if !ctx.is_override {
        return entry;
    }
    let block_type = match block.block_type() {
        "removed" => "Removed",
        other => other,
    };
    ctx.report(
        Diagnostic::error(
            format!("Cannot override '{block_type}' blocks"),
            format!("An override file cannot have {} blocks.", block.block_type()),
        )
        .at(block.header_span())
        .help("Put the block in another file."),
    );
    None
}

fn stray_requirements(block: &Block<'_>) -> Diagnostic {
    Diagnostic::error(
        "Invalid required_providers block",
        "What providers a module requires is said within its terraform block.",
    )
    .at(block.type_span())
    .help("Write terraform { required_providers { … } }.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use wb_core::source::SourceMap;

    use crate::testing::{outline, parse, problems_of};

    const FILES: [(&str, &str); 6] = [
        ("a.tf", "variable \"x\" {}\nresource \"t\" \"a\" {}\nlocals {\n  b = 1\n}"),
        ("b.tf", "variable \"x\" {}\nresource \"t\" \"a\" {}\nresource \"t\" \"b\" {}"),
        ("b.tofu", "variable \"y\" {\n  default = 1\n}\nterraform {\n  backend \"s3\" {}\n}"),
        (
            "c.tf.json",
            "{\"resource\": {\"t\": {\"c\": {}, \"a\": {}}}, \"terraform\": {\"backend\": {\"gcs\": {}}}}",
        ),
        ("a_override.tf", "variable \"y\" {\n  default = 2\n}\nresource \"t\" \"z\" {}"),
        ("b_override.tf", "variable \"y\" {\n  default = 3\n}"),
    ];

    proptest! {
        #[test]
        fn the_order_of_files_does_not_matter(order in Just((0..FILES.len()).collect::<Vec<_>>()).prop_shuffle()) {
            let lowered = |order: &[usize]| {
                let mut sources = SourceMap::new();
                let mut diags = Diagnostics::new();
                let files = parse(&FILES, &mut sources, &mut diags);
                let files: Vec<SourceFile> = order.iter().map(|&i| files[i].clone()).collect();
                let (module, diags) = lower(&files);
                let default = module.variables.get("y").and_then(|v| v.default.clone());
                let names: Vec<String> = module.resources.values().map(|r| r.addr.to_string()).collect();
                (names, default.map(|d| d.value), outline(&sources, &diags))
            };
            prop_assert_eq!(lowered(&order), lowered(&[0, 1, 2, 3, 4, 5]));
        }
    }

    #[test]
    fn duplicates_name_both_files() {
        expect_test::expect![[r#"
            error c.tf.json:1:30 <"a"> Duplicate resource "t" configuration | a.tf:2:1 first declared here
            error c.tf.json:1:67 <"gcs"> Duplicate backend configuration | b.tofu:5:3 first configured here
            error a_override.tf:4:1 <resource "t" "z"> Missing resource to override
        "#]].assert_eq(&problems_of(&FILES));
    }

    #[test]
    fn a_version_that_is_not_there_silences_everything_else() {
        let text =
            "language {\n  compatible_with {\n    opentofu = \">= 99\"\n  }\n}\nunrecognized {}\n";
        expect_test::expect![[r#"
            error main.tf:3:16 <">= 99"> Incompatible module
        "#]]
        .assert_eq(&problems_of(&[("main.tf", text)]));
    }
}

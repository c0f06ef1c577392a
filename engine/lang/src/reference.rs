//! What a traversal refers to: `aws_instance.web["a"].id` is a resource, one of its instances, and what is read of it.
//!
//! A [`Reference`] borrows everything from the traversal. Names that a `for`, a `dynamic` block or a template defines
//! are no references: whoever evaluates looks there first.

mod error;

use std::fmt;
use std::sync::Arc;

use wb_core::addr::{InstanceKey, Mode};
use wb_core::source::Span;
use wb_hcl::{Step, StepKind, Steps, Traversal};

pub use error::ReferenceError;

/// What a traversal refers to, and the steps that go on from there.
#[derive(Clone, Debug)]
pub struct Reference<'t> {
    pub subject: Subject<'t>,
    /// From the root to the last step that belongs to the subject.
    pub span: Span,
    steps: Steps<'t>,
    /// How many of the steps belong to the subject.
    taken: usize,
}

/// What can be referred to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Subject<'t> {
    /// `var.NAME`
    Variable(&'t str),
    /// `local.NAME`
    Local(&'t str),
    /// `TYPE.NAME`, `data.TYPE.NAME`, `ephemeral.TYPE.NAME`, with or without an instance key.
    Resource { mode: Mode, kind: &'t str, name: &'t str, key: Key<'t> },
    /// `module.NAME`. The output is part of the subject where one is named, as only that is needed then.
    Module { name: &'t str, key: Key<'t>, output: Option<&'t str> },
    /// `each.key`
    EachKey,
    /// `each.value`
    EachValue,
    /// `count.index`
    CountIndex,
    /// `path.NAME`
    Path(PathAttr),
    /// `terraform.NAME`, and `tofu.NAME`, which means the same.
    Terraform(TerraformAttr),
    /// `self`
    SelfObject,
    /// `string`, `number`, `bool`, `any`: a type, where a function takes one.
    TypeKeyword(&'t str),
    /// `output.NAME`, in tests only.
    Output(&'t str),
    /// `run.NAME`, in tests only.
    Run(&'t str),
    /// `check.NAME`, in tests only.
    Check(&'t str),
}

/// Which instances of a resource or a module call a reference needs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub enum Key<'t> {
    /// All of them, or the only one.
    #[default]
    Whole,
    /// The one under a number, or, of something that has no instances, the element at that index.
    Int(i64),
    /// The one under a string, or, of something that has no instances, the attribute with that name.
    String(&'t str),
}

/// An attribute of `path`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PathAttr {
    /// The folder that the command works in.
    Cwd,
    /// The folder of the module.
    Module,
    /// The folder of the root module.
    Root,
}

/// An attribute of `terraform`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TerraformAttr {
    Workspace,
    /// Whether this is an apply. Ephemeral.
    Applying,
}

impl<'t> Reference<'t> {
    /// What a traversal refers to in a module.
    ///
    /// # Errors
    /// When it refers to nothing there could be.
    pub fn parse(traversal: &'t Traversal<'_>) -> Result<Self, ReferenceError> {
        let root = traversal.root();
        match root {
            "var" => Self::named(traversal, Subject::Variable),
            "local" => Self::named(traversal, Subject::Local),
            "each" => Self::attribute_of(traversal, each),
            "count" => Self::attribute_of(traversal, count),
            "path" => Self::attribute_of(traversal, path),
            "terraform" | "tofu" => Self::attribute_of(traversal, terraform),
            "self" => Ok(Self::with(traversal, Subject::SelfObject, 0)),
            "data" => Self::resource(traversal, Mode::Data, 1),
            "ephemeral" => Self::resource(traversal, Mode::Ephemeral, 1),
            "resource" => Self::resource(traversal, Mode::Managed, 1),
            "module" => Self::module(traversal),
            "template" | "lazy" | "arg" => Err(error::reserved(traversal)),
            "action" | "list" | "caller" => Err(error::not_supported(traversal)),
            "any" | "string" | "number" | "bool" if traversal.is_root_only() => {
                Ok(Self::with(traversal, Subject::TypeKeyword(root), 0))
            }
            _ => Self::resource(traversal, Mode::Managed, 0),
        }
    }

    /// What a traversal refers to in a test, where outputs, runs and checks can be named too.
    ///
    /// # Errors
    /// As [`Reference::parse`].
    pub fn parse_in_test(traversal: &'t Traversal<'_>) -> Result<Self, ReferenceError> {
        match traversal.root() {
            "output" => Self::named(traversal, Subject::Output),
            "run" => Self::named(traversal, Subject::Run),
            "check" => Self::named(traversal, Subject::Check),
            _ => Self::parse(traversal),
        }
    }

    /// The steps after the subject.
    pub fn rest(&self) -> impl ExactSizeIterator<Item = Step<'t>> + DoubleEndedIterator + Clone {
        self.steps.iter().skip(self.taken)
    }

    /// The same reference to one instance, found by other means than a constant key.
    #[must_use]
    pub fn with_subject<'k>(&self, subject: Subject<'k>, span: Span) -> Reference<'k>
    where
        't: 'k,
    {
        Reference { subject, span, steps: self.steps, taken: self.taken }
    }

    fn with(traversal: &'t Traversal<'_>, subject: Subject<'t>, taken: usize) -> Self {
        let steps = traversal.steps();
        let last = taken.checked_sub(1).and_then(|at| steps.get(at));
        let span = last.map_or(traversal.root_span(), |last| traversal.root_span().join(last.span));
        Self { subject, span, steps, taken }
    }

    /// `ROOT.NAME`
    fn named(
        traversal: &'t Traversal<'_>,
        subject: fn(&'t str) -> Subject<'t>,
    ) -> Result<Self, ReferenceError> {
        let first = traversal.steps().get(0);
        match first.ok_or_else(|| error::bare_root(traversal))?.kind {
            StepKind::Attribute(name) => Ok(Self::with(traversal, subject(name), 1)),
            _ => Err(error::unsupported_step(traversal)),
        }
    }

    /// `ROOT.NAME` where there are but a few names.
    fn attribute_of(
        traversal: &'t Traversal<'_>,
        subject: fn(&str) -> Option<Subject<'t>>,
    ) -> Result<Self, ReferenceError> {
        let first = traversal.steps().get(0).ok_or_else(|| error::bare_root(traversal))?;
        let StepKind::Attribute(name) = first.kind else {
            return Err(error::unsupported_step(traversal));
        };
        let subject = subject(name)
            .ok_or_else(|| error::no_such_attribute(traversal.root(), name, first.span))?;
        Ok(Self::with(traversal, subject, 1))
    }

    /// `[MODE.]TYPE.NAME[KEY]`, of which the mode takes `skipped` steps.
    fn resource(
        traversal: &'t Traversal<'_>,
        mode: Mode,
        skipped: usize,
    ) -> Result<Self, ReferenceError> {
        let steps = traversal.steps();
        if skipped == 1 && steps.len() < 2 {
            return Err(error::incomplete_resource(traversal, mode));
        }
        let kind = match skipped {
            0 => traversal.root(),
            _ => match steps.get(0).map(|step| step.kind) {
                Some(StepKind::Attribute(kind)) => kind,
                _ => return Err(error::unsupported_step(traversal)),
            },
        };
        let named = steps.get(skipped);
        let Some(StepKind::Attribute(name)) = named.map(|step| step.kind) else {
            let span = named.map_or(traversal.root_span(), |step| step.span);
            return Err(error::no_resource_name(mode, span));
        };
        let (key, taken) = Self::key(steps, skipped + 1, "resource")?;
        Ok(Self::with(traversal, Subject::Resource { mode, kind, name, key }, taken))
    }

    /// `module.NAME[KEY].OUTPUT`
    fn module(traversal: &'t Traversal<'_>) -> Result<Self, ReferenceError> {
        let steps = traversal.steps();
        let first = steps.get(0).ok_or_else(|| error::bare_root(traversal))?;
        let StepKind::Attribute(name) = first.kind else {
            return Err(error::unsupported_step(traversal));
        };
        let (key, taken) = Self::key(steps, 1, "module")?;
        let (output, taken) = match steps.get(taken) {
            None => (None, taken),
            Some(Step { kind: StepKind::Attribute(output), .. }) => (Some(output), taken + 1),
            Some(step) => return Err(error::module_step(step.span)),
        };
        Ok(Self::with(traversal, Subject::Module { name, key, output }, taken))
    }

    /// The instance key at a step, if there is one, and the step after it.
    fn key(
        steps: Steps<'t>,
        at: usize,
        what: &'static str,
    ) -> Result<(Key<'t>, usize), ReferenceError> {
        let Some(step) = steps.get(at) else { return Ok((Key::Whole, at)) };
        let key = match step.kind {
            StepKind::Attribute(_) | StepKind::Splat => return Ok((Key::Whole, at)),
            StepKind::Key(key) => Key::String(key),
            StepKind::Index(digits) => {
                let number = wb_core::number::Number::parse(digits).ok();
                let index = number.and_then(|number| number.to_i64());
                Key::Int(index.ok_or_else(|| error::key_not_whole(what, step.span))?)
            }
            StepKind::Odd(_) => return Err(error::odd_key(what, step.span)),
        };
        Ok((key, at + 1))
    }
}

fn each<'t>(name: &str) -> Option<Subject<'t>> {
    match name {
        "key" => Some(Subject::EachKey),
        "value" => Some(Subject::EachValue),
        _ => None,
    }
}

fn count<'t>(name: &str) -> Option<Subject<'t>> {
    (name == "index").then_some(Subject::CountIndex)
}

fn path<'t>(name: &str) -> Option<Subject<'t>> {
    Some(Subject::Path(match name {
        "cwd" => PathAttr::Cwd,
        "module" => PathAttr::Module,
        "root" => PathAttr::Root,
        _ => return None,
    }))
}

fn terraform<'t>(name: &str) -> Option<Subject<'t>> {
    Some(Subject::Terraform(match name {
        "workspace" => TerraformAttr::Workspace,
        "applying" => TerraformAttr::Applying,
        _ => return None,
    }))
}

impl Key<'_> {
    /// The key as part of an address.
    #[must_use]
    pub fn to_instance_key(self) -> InstanceKey {
        match self {
            Self::Whole => InstanceKey::None,
            Self::Int(index) => InstanceKey::Int(index),
            Self::String(text) => InstanceKey::String(Arc::from(&*wb_core::text::normalize(text))),
        }
    }

    #[must_use]
    pub fn is_whole(self) -> bool {
        self == Self::Whole
    }
}

/// As it is written; `terraform.NAME` also where `tofu.NAME` was.
impl fmt::Display for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "var.{name}"),
            Self::Local(name) => write!(f, "local.{name}"),
            Self::Resource { mode, kind, name, key } => {
                let mode = match mode {
                    Mode::Managed => "",
                    Mode::Data => "data.",
                    Mode::Ephemeral => "ephemeral.",
                };
                write!(f, "{mode}{kind}.{name}{}", key.to_instance_key())
            }
            Self::Module { name, key, output } => {
                write!(f, "module.{name}{}", key.to_instance_key())?;
                output.map_or(Ok(()), |output| write!(f, ".{output}"))
            }
            Self::EachKey => f.write_str("each.key"),
            Self::EachValue => f.write_str("each.value"),
            Self::CountIndex => f.write_str("count.index"),
            Self::Path(PathAttr::Cwd) => f.write_str("path.cwd"),
            Self::Path(PathAttr::Module) => f.write_str("path.module"),
            Self::Path(PathAttr::Root) => f.write_str("path.root"),
            Self::Terraform(TerraformAttr::Workspace) => f.write_str("terraform.workspace"),
            Self::Terraform(TerraformAttr::Applying) => f.write_str("terraform.applying"),
            Self::SelfObject => f.write_str("self"),
            Self::TypeKeyword(name) => f.write_str(name),
            Self::Output(name) => write!(f, "output.{name}"),
            Self::Run(name) => write!(f, "run.{name}"),
            Self::Check(name) => write!(f, "check.{name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use wb_core::source::FileId;

    fn read(text: &str, in_test: bool) -> String {
        let (traversal, problems) = wb_hcl::parse_traversal(FileId::from_index(0), text, true);
        let Some(traversal) = traversal else { return format!("{problems:?}") };
        let parse = if in_test { Reference::parse_in_test } else { Reference::parse };
        match parse(&traversal) {
            Ok(reference) => {
                let (start, end) = (reference.span.start as usize, reference.span.end as usize);
                let rest: Vec<String> = reference
                    .rest()
                    .map(|step| text[step.span.start as usize..step.span.end as usize].to_owned())
                    .collect();
                format!("{} <{}> {}", reference.subject, &text[start..end], rest.join(" "))
            }
            Err(error) => {
                let span = error.span;
                format!("{error} <{}>", &text[span.start as usize..span.end as usize])
            }
        }
    }

    fn check(lines: &[&str], expected: &Expect) {
        let read: Vec<String> = lines.iter().map(|line| read(line, false)).collect();
        expected.assert_eq(&read.join("\n"));
    }

    #[test]
    fn subjects_end_where_values_begin() {
        check(
            &[
                "var.a.b",
                "local.a[0]",
                "a.b",
                "a.b[0].c",
                "a.b.0.c",
                "data.a.b[\"k\"]",
                "ephemeral.a.b.c",
                "resource.data.b",
                "module.m",
                "module.m.o.x",
                "module.m[\"k\"].o",
                "module.m[0]",
                "a.b[*].c",
                "each.value.a",
                "tofu.workspace",
                "path.root",
                "self.a",
                "number",
                "number.a",
                "output.a",
            ],
            &expect![[r#"
                var.a <var.a> .b
                local.a <local.a> [0]
                a.b <a.b> 
                a.b[0] <a.b[0]> .c
                a.b <a.b> 
                data.a.b["k"] <data.a.b["k"]> 
                ephemeral.a.b <ephemeral.a.b> .c
                data.b <resource.data.b> 
                module.m <module.m> 
                module.m.o <module.m.o> .x
                module.m["k"].o <module.m["k"].o> 
                module.m[0] <module.m[0]> 
                a.b <a.b> [*] .c
                each.value <each.value> .a
                terraform.workspace <tofu.workspace> 
                path.root <path.root> 
                self <self> .a
                number <number> 
                number.a <number.a> 
                output.a <output.a> "#]],
        );
    }

    #[test]
    fn what_refers_to_nothing_is_refused() {
        check(
            &[
                "var",
                "var[0]",
                "each.x",
                "count.idx",
                "path.modul",
                "terraform.env",
                "data.a",
                "data[0].b",
                "ephemeral.a",
                "resource.a",
                "a",
                "a[0]",
                "data.a[0]",
                "module[0]",
                "module.m[0][1]",
                "module.m[true]",
                "a.b[1.5]",
                "a.b[null]",
                "template.x",
                "action.a.b",
            ],
            &expect![[r#"
                Invalid reference: The "var" object cannot be accessed directly. Instead, access one of its attributes. <var>
                Invalid reference: The "var" object does not support this operation. <[0]>
                Invalid "each" attribute: The "each" object does not have an attribute named "x". The supported attributes are each.key and each.value, the current key and value pair of the "for_each" attribute set. <.x>
                Invalid "count" attribute: The "count" object does not have an attribute named "idx". The only supported attribute is count.index, which is the index of each instance of a resource block that has the "count" argument set. <.idx>
                Invalid "path" attribute: The "path" object does not have an attribute named "modul". Did you mean "module"? <.modul>
                Invalid "terraform" attribute: The "terraform" object does not have an attribute named "env". Since Terraform 0.12 what it named is terraform.workspace. <.env>
                Invalid reference: The "data" object must be followed by two attribute names: the data source type and the resource name. <data.a>
                Invalid reference: The "data" object does not support this operation. <[0]>
                Invalid reference: The "ephemeral" object must be followed by two attribute names: the ephemeral resource type and its name. <ephemeral.a>
                Invalid reference: The "resource" object must be followed by two attribute names: the resource type and the resource name. <resource.a>
                Invalid reference: A reference to a resource type must be followed by at least one attribute access, specifying the resource name. <a>
                Invalid reference: A reference to a resource type must be followed by at least one attribute access, specifying the resource name. <[0]>
                Invalid reference: A reference to a data source must be followed by at least one attribute access, specifying the resource name. <[0]>
                Invalid reference: The "module" object does not support this operation. <[0]>
                Invalid reference: Module instance objects do not support this operation. <[1]>
                module.m <module.m> 
                Invalid index key: Invalid index for resource instance: value must be a whole number, between -9223372036854775808 and 9223372036854775807. <[1.5]>
                a.b <a.b> 
                Reserved symbol name: The symbol name "template" is reserved for use in a future version. If you are using a provider that already uses this as a resource type name, add the prefix "resource." to force interpretation as a resource type name. <template>
                Unsupported reference: Terraform gives "action" a meaning here that wb does not support. If you are using a provider that has a resource type of this name, add the prefix "resource.". <action>"#]],
        );
    }

    #[test]
    fn tests_name_outputs_runs_and_checks() {
        let lines =
            ["output.a.b", "run.a.b", "check.a", "check[0]", "var.a"].map(|l| read(l, true));
        expect![[r#"
            output.a <output.a> .b
            run.a <run.a> .b
            check.a <check.a> 
            Invalid reference: The "check" object does not support this operation. <[0]>
            var.a <var.a> "#]]
        .assert_eq(&lines.join("\n"));
    }
}

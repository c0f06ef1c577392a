//! The blocks, read and laid over one another.
//!
//! A later layer's arguments count more than an earlier one's, block by block: override files over the module's block, the
//! environment over both.

use std::collections::BTreeMap;

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::Span;
use wb_hcl::{Attribute, AttributeSchema, Block, BlockSchema, Body, BodySchema};

/// All that is said.
#[derive(Default, Debug)]
pub(super) struct Declared<'t> {
    pub(super) key_providers: BTreeMap<Name, Arguments<'t>>,
    pub(super) methods: BTreeMap<Name, Arguments<'t>>,
    pub(super) state: Option<Target<'t>>,
    pub(super) plan: Option<Target<'t>>,
}

/// The two labels of a block.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Name {
    pub(super) kind: String,
    pub(super) name: String,
}

/// The arguments of a block.
#[derive(Debug)]
pub(super) struct Arguments<'t> {
    /// The header of the block.
    pub(super) span: Span,
    pub(super) all: BTreeMap<&'t str, Attribute<'t>>,
}

/// What is to be done with one kind of thing.
#[derive(Debug)]
pub(super) struct Target<'t> {
    pub(super) span: Span,
    pub(super) method: Option<Attribute<'t>>,
    pub(super) enforced: Vec<Attribute<'t>>,
    pub(super) fallback: Option<Box<Target<'t>>>,
}

static ALL: BodySchema = BodySchema::fixed(
    &[],
    &[
        BlockSchema::new("key_provider", &["type", "name"]),
        BlockSchema::new("method", &["type", "name"]),
        BlockSchema::new("state", &[]),
        BlockSchema::new("plan", &[]),
        BlockSchema::new("remote_state_data_sources", &[]),
    ],
);

static TARGET: BodySchema =
    BodySchema::fixed(&[AttributeSchema::optional("method")], &[BlockSchema::new("fallback", &[])]);

static ENFORCEABLE: BodySchema = BodySchema::fixed(
    &[AttributeSchema::optional("method"), AttributeSchema::optional("enforced")],
    &[BlockSchema::new("fallback", &[])],
);

impl<'t> Declared<'t> {
    /// Lays a layer over what is there.
    pub(super) fn read(&mut self, body: Body<'t>, diags: &mut Diagnostics) {
        let content = body.content(&ALL, diags);
        let mut layer = Self::default();
        for block in content.blocks() {
            match block.block_type() {
                "key_provider" => named(&mut layer.key_providers, &block, diags),
                "method" => named(&mut layer.methods, &block, diags),
                "state" => only(&mut layer.state, &block, &ENFORCEABLE, diags),
                "plan" => only(&mut layer.plan, &block, &ENFORCEABLE, diags),
                _ => diags.push(unsupported(&block)),
            }
        }
        merge_named(&mut self.key_providers, layer.key_providers);
        merge_named(&mut self.methods, layer.methods);
        merge(&mut self.state, layer.state);
        merge(&mut self.plan, layer.plan);
    }
}

fn named<'t>(all: &mut BTreeMap<Name, Arguments<'t>>, block: &Block<'t>, diags: &mut Diagnostics) {
    let (Some(kind), Some(name)) = (block.label(0), block.label(1)) else { return };
    for label in [&kind, &name] {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if label.text.is_empty() || !label.text.chars().all(is_plain) {
            let detail = format!(
                "{:?} is no name here: it takes letters, digits, underscores and dashes.",
                label.text
            );
            diags.push(Diagnostic::error("Invalid name", detail).at(label.span));
        }
    }
    let name = Name { kind: kind.text.to_owned(), name: name.text.to_owned() };
    let attributes = block.body().just_attributes(diags);
    let arguments = Arguments {
        span: block.header_span(),
        all: attributes.into_iter().map(|attribute| (attribute.name, attribute)).collect(),
    };
    if let Some(first) = all.insert(name, arguments) {
        diags.push(twice(block, first.span));
    }
}

fn only<'t>(
    slot: &mut Option<Target<'t>>,
    block: &Block<'t>,
    schema: &BodySchema,
    diags: &mut Diagnostics,
) {
    let content = block.body().content(schema, diags);
    let mut target = Target {
        span: block.header_span(),
        method: content.attribute("method"),
        enforced: content.attributes().filter(|attribute| attribute.name == "enforced").collect(),
        fallback: None,
    };
    for inner in content.blocks() {
        let mut fallback = target.fallback.take().map(|target| *target);
        only(&mut fallback, &inner, &TARGET, diags);
        target.fallback = fallback.map(Box::new);
    }
    match slot {
        None => *slot = Some(target),
        Some(first) => diags.push(twice(block, first.span)),
    }
}

fn unsupported(block: &Block<'_>) -> Diagnostic {
    let detail = "States of other stacks are read where they are not encrypted; how to decrypt them cannot be said to wb.";
    Diagnostic::error("Unsupported block", detail).at(block.header_span()).help(
        "Remove the block, and give what the other stack knows by variables, or by what both can look up.",
    )
}

fn twice(block: &Block<'_>, first: Span) -> Diagnostic {
    Diagnostic::error("Duplicate block", format!("There is a second {}.", block.header()))
        .at(block.header_span())
        .label(first, "the first one")
}

fn merge_named<'t>(
    below: &mut BTreeMap<Name, Arguments<'t>>,
    above: BTreeMap<Name, Arguments<'t>>,
) {
    for (name, arguments) in above {
        match below.get_mut(&name) {
            Some(there) => there.all.extend(arguments.all),
            None => {
                below.insert(name, arguments);
            }
        }
    }
}

fn merge<'t>(below: &mut Option<Target<'t>>, above: Option<Target<'t>>) {
    let Some(above) = above else { return };
    let Some(there) = below else {
        *below = Some(above);
        return;
    };
    there.method = above.method.or_else(|| there.method.take());
    there.fallback = above.fallback.or_else(|| there.fallback.take());
    // Nobody can take back that it is enforced.
    there.enforced.extend(above.enforced);
}

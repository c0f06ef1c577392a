//! Bodies whose content somebody else describes: arguments of resources, providers, provisioners and module calls.
//!
//! What is left of a block after its meta-arguments is read through a schema that lowering does not have. Such a body
//! may be laid together from several: a nested block `_` holds arguments whose names are meta-arguments otherwise, and
//! override files put arguments in place of others.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::Span;
use wb_hcl::{Attribute, AttributeSchema, Block, BodyId, BodySchema, Syntax, Tree};

/// A body, or several read as one. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Body {
    main: Part,
    /// Lowest layer first.
    more: Option<Arc<[Layer]>>,
}

/// One body of the source, without what has been read from it.
#[derive(Clone, Debug)]
struct Part {
    tree: Arc<Tree>,
    id: BodyId,
    hidden: &'static [&'static BodySchema],
}

/// A further part. Parts of one level stand beside each other; those of a higher level replace what a lower has.
#[derive(Clone, Debug)]
struct Layer {
    level: u32,
    part: Part,
}

/// What a body holds of that which a schema names.
#[derive(Clone, Debug)]
pub struct Content<'t, 's> {
    /// Where the body is a single one, this is all.
    only: Option<wb_hcl::Content<'t, 's>>,
    attributes: Vec<Attribute<'t>>,
    blocks: Vec<Block<'t>>,
}

impl Body {
    /// A body of the source, without what the given schemas name.
    #[must_use]
    pub fn new(tree: &Arc<Tree>, id: BodyId, hidden: &'static [&'static BodySchema]) -> Self {
        Self { main: Part { tree: Arc::clone(tree), id, hidden }, more: None }
    }

    /// Adds the content of an escaping block.
    pub(super) fn escape(&mut self, tree: &Arc<Tree>, id: BodyId) {
        let part = Part { tree: Arc::clone(tree), id, hidden: &[] };
        let level = self.layers().last().map_or(0, |(level, _)| level);
        self.push([Layer { level, part }]);
    }

    /// Lays another body over this one: its arguments replace those with the same names, its blocks those of the same
    /// types.
    pub(super) fn override_with(&mut self, other: &Self) {
        let above = self.layers().last().map_or(0, |(level, _)| level) + 1;
        let layers: Vec<_> = other
            .layers()
            .map(|(level, part)| Layer { level: above + level, part: part.clone() })
            .collect();
        self.push(layers);
    }

    fn push(&mut self, layers: impl IntoIterator<Item = Layer>) {
        let before = self.more.iter().flat_map(|more| more.iter().cloned());
        self.more = Some(before.chain(layers).collect());
    }

    /// The parts with their levels, lowest first.
    fn layers(&self) -> impl Iterator<Item = (u32, &Part)> {
        let more = self.more.iter().flat_map(|more| more.iter());
        std::iter::once((0, &self.main)).chain(more.map(|layer| (layer.level, &layer.part)))
    }

    /// The block's own body, without escaping blocks and overrides.
    #[must_use]
    pub fn main(&self) -> wb_hcl::Body<'_> {
        self.main.body()
    }

    /// The body of the source that this is, where it is a single one.
    #[must_use]
    pub fn single(&self) -> Option<wb_hcl::Body<'_>> {
        self.more.is_none().then(|| self.main.body())
    }

    /// The whole of the block's own body, with its braces.
    #[must_use]
    pub fn span(&self) -> Span {
        self.main().span()
    }

    /// Where a missing argument would be looked for.
    #[must_use]
    pub fn missing_item_span(&self) -> Span {
        self.main().missing_item_span()
    }

    /// Everything in the body, which must all be named by `schema`. What is not, what is missing and what is there twice
    /// is added to `diags`.
    pub fn content<'s>(&self, schema: &'s BodySchema, diags: &mut Diagnostics) -> Content<'_, 's> {
        self.read(schema, true, diags)
    }

    /// That part of the body which `schema` names.
    pub fn partial_content<'s>(
        &self,
        schema: &'s BodySchema,
        diags: &mut Diagnostics,
    ) -> Content<'_, 's> {
        self.read(schema, false, diags)
    }

    fn read<'s>(
        &self,
        schema: &'s BodySchema,
        whole: bool,
        diags: &mut Diagnostics,
    ) -> Content<'_, 's> {
        if self.more.is_none() {
            let body = self.main();
            let only = if whole {
                body.content(schema, diags)
            } else {
                body.partial_content(schema, diags)
            };
            return Content { only: Some(only), attributes: Vec::new(), blocks: Vec::new() };
        }
        let lenient = without_required(schema);
        let mut merged = Merged::default();
        for (level, part) in self.layers() {
            let body = part.body();
            let content = if whole {
                body.content(&lenient, diags)
            } else {
                body.partial_content(&lenient, diags)
            };
            merged.begin(level);
            content.attributes().for_each(|attribute| merged.attribute(attribute, diags));
            merged.blocks(content.blocks());
        }
        for wanted in schema.attributes().filter(|a| a.required) {
            if !merged.places.contains_key(wanted.name) {
                diags.push(missing_argument(wanted.name, self.missing_item_span()));
            }
        }
        merged.into_content()
    }

    /// Every attribute of a body that holds attributes only. Blocks are refused.
    pub fn just_attributes(&self, diags: &mut Diagnostics) -> Vec<Attribute<'_>> {
        if self.more.is_none() {
            return self.main().just_attributes(diags);
        }
        let mut merged = Merged::default();
        for (level, part) in self.layers() {
            merged.begin(level);
            for attribute in part.body().just_attributes(diags) {
                merged.attribute(attribute, diags);
            }
        }
        merged.attributes.into_iter().map(|(_, attribute)| attribute).collect()
    }

    /// The bodies of the source that this one is made of, lowest first, each with what higher ones replace in it.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (wb_hcl::Body<'_>, Replaced)> {
        self.layers().map(|(level, part)| {
            let mut replaced = Replaced::default();
            for (_, above) in self.layers().filter(|(other, _)| *other > level) {
                replaced.add(above.body());
            }
            (part.body(), replaced)
        })
    }

    /// Whether nothing is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let mut problems = Diagnostics::new();
        self.layers().for_each(|(_, part)| drop(part.body().content(&NOTHING, &mut problems)));
        problems.is_empty()
    }
}

static NOTHING: BodySchema = BodySchema::fixed(&[], &[]);

impl Part {
    fn body(&self) -> wb_hcl::Body<'_> {
        self.tree.body(self.id).hiding(self.hidden)
    }
}

/// Names of arguments and types of blocks that an override replaces.
#[derive(Default, Debug)]
pub(crate) struct Replaced {
    attributes: Vec<String>,
    blocks: Vec<String>,
}

impl Replaced {
    fn add(&mut self, body: wb_hcl::Body<'_>) {
        let mut already = Diagnostics::new();
        match body.tree().syntax() {
            Syntax::Native => {
                self.attributes.extend(body.attributes().map(|a| a.name.to_owned()));
                self.blocks.extend(body.blocks().map(|b| content_type(&b).to_owned()));
            }
            // Whether a property of JSON is an argument or a block depends on the schema; it replaces either.
            Syntax::Json => {
                for property in body.just_attributes(&mut already) {
                    self.attributes.push(property.name.to_owned());
                    self.blocks.push(property.name.to_owned());
                }
            }
        }
    }

    pub(crate) fn has_attribute(&self, name: &str) -> bool {
        self.attributes.iter().any(|n| n == name)
    }

    pub(crate) fn has_block(&self, block: &Block<'_>) -> bool {
        let block_type = content_type(block);
        self.blocks.iter().any(|n| n == block_type)
    }
}

/// The type of a block, or of those that it generates.
fn content_type<'t>(block: &Block<'t>) -> &'t str {
    match (block.block_type(), block.label(0)) {
        ("dynamic", Some(label)) => label.text,
        (block_type, _) => block_type,
    }
}

#[derive(Default)]
struct Merged<'t> {
    level: u32,
    attributes: Vec<(u32, Attribute<'t>)>,
    places: HashMap<&'t str, usize>,
    blocks: Vec<(u32, Block<'t>)>,
}

impl<'t> Merged<'t> {
    fn begin(&mut self, level: u32) {
        self.level = level;
    }

    fn attribute(&mut self, attribute: Attribute<'t>, diags: &mut Diagnostics) {
        let Some(&place) = self.places.get(attribute.name) else {
            self.places.insert(attribute.name, self.attributes.len());
            return self.attributes.push((self.level, attribute));
        };
        let (level, first) = &mut self.attributes[place];
        if *level == self.level {
            diags.push(set_twice(first, &attribute));
        } else {
            (*level, *first) = (self.level, attribute);
        }
    }

    fn blocks(&mut self, blocks: impl Iterator<Item = Block<'t>>) {
        let before = self.blocks.len();
        self.blocks.extend(blocks.map(|block| (self.level, block)));
        let types: HashSet<&str> =
            self.blocks[before..].iter().map(|(_, block)| content_type(block)).collect();
        let level = self.level;
        self.blocks.retain(|(of, block)| *of == level || !types.contains(content_type(block)));
    }

    fn into_content<'s>(self) -> Content<'t, 's> {
        Content {
            only: None,
            attributes: self.attributes.into_iter().map(|(_, attribute)| attribute).collect(),
            blocks: self.blocks.into_iter().map(|(_, block)| block).collect(),
        }
    }
}

impl<'t> Content<'t, '_> {
    /// The attribute with this name, which must be one of the schema's.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<Attribute<'t>> {
        match &self.only {
            Some(content) => content.attribute(name),
            None => self.attributes.iter().find(|a| a.name == name).copied(),
        }
    }

    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'t>> {
        let only = self.only.iter().flat_map(wb_hcl::Content::attributes);
        only.chain(self.attributes.iter().copied())
    }

    pub fn blocks(&self) -> impl Iterator<Item = Block<'t>> {
        let only = self.only.iter().flat_map(wb_hcl::Content::blocks);
        only.chain(self.blocks.iter().cloned())
    }

    pub fn blocks_of(&self, block_type: &str) -> impl Iterator<Item = Block<'t>> {
        self.blocks().filter(move |b| b.block_type() == block_type)
    }
}

fn set_twice(first: &Attribute<'_>, second: &Attribute<'_>) -> Diagnostic {
    let detail = format!(
        "The argument {:?} is set twice: in the block itself and in its escaping block.",
        first.name
    );
    Diagnostic::error("Duplicate argument", detail)
        .at(second.name_span)
        .label(first.name_span, "first set here")
}

pub(super) fn missing_argument(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        "Missing required argument",
        format!("The argument {name:?} is required, but it is not set."),
    )
    .at(span)
}

fn without_required(schema: &BodySchema) -> BodySchema {
    let names = schema.attributes().map(|a| AttributeSchema { required: false, ..a });
    BodySchema::new(names, schema.blocks())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use wb_core::diag::Diagnostics;
    use wb_hcl::{AttributeSchema, BodySchema};

    use crate::testing::{load, outline};

    #[test]
    fn an_escaping_block_holds_arguments_with_reserved_names() {
        let text = r#"
resource "t" "a" {
  count = 1
  x     = 1
  _ {
    count = 5
    x     = 2
  }
}"#;
        let (sources, module, mut diags) = load(&[("main.tf", text)]);
        let resource = module.resources.values().next().unwrap();
        let schema = BodySchema::new(["x", "count"].map(AttributeSchema::optional), []);
        let content = resource.body.content(&schema, &mut diags);
        assert_eq!(content.attribute("count").unwrap().expr.text(), "5");
        expect![[r#"
            error main.tf:7:5 <x> Duplicate argument | main.tf:4:3 first set here
        "#]]
        .assert_eq(&outline(&sources, &diags));
        assert!(!resource.body.is_empty());
    }

    #[test]
    fn what_is_required_may_stand_in_either_part() {
        let files = [
            ("main.tf", "resource \"t\" \"a\" {\n  x = 1\n}"),
            ("override.tf", "resource \"t\" \"a\" {\n  y = 1\n}"),
        ];
        let (sources, module, _) = load(&files);
        let resource = module.resources.values().next().unwrap();
        let schema = BodySchema::new(["x", "y", "z"].map(AttributeSchema::required), []);
        let mut diags = Diagnostics::new();
        let content = resource.body.content(&schema, &mut diags);
        assert!(content.attribute("y").is_some());
        expect![[r#"
            error main.tf:1:18 <{> Missing required argument
        "#]]
        .assert_eq(&outline(&sources, &diags));
    }
}

//! A provider's schema, made ready for decoding.

use wb_core::schema::{self, NestedAttributes, NestedBlock, Nesting, Settable, Shape, Text};
use wb_core::ty::{self, ObjectType, Type, TypeKind};
use wb_core::value::Value;
use wb_hcl::{AttributeSchema, BlockSchema, BodySchema};

/// What [`super::block`] decodes through.
#[derive(Debug)]
pub struct Schema {
    pub(super) shape: ty::Shape,
    ty: Type,
    /// In the order of the shape.
    pub(super) members: Box<[Member]>,
    /// What must be set, by position.
    pub(super) required: Box<[usize]>,
    /// Whether blocks of some type must be there.
    pub(super) wants_blocks: bool,
    /// What a body may hold, `dynamic` blocks included.
    pub(super) names: BodySchema,
}

/// An attribute, or all blocks of one type.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: Box<str>,
    /// Its value where nothing is written.
    pub(super) absent: Value,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    Attribute(Attribute),
    Blocks(Blocks),
}

#[derive(Debug)]
pub(super) struct Attribute {
    /// What values are converted to; says which attributes of objects may be left out.
    pub(super) wanted: Type,
    pub(super) settable: Settable,
    pub(super) write_only: bool,
    pub(super) deprecated: Option<Text>,
    pub(super) refused: Option<Text>,
    /// The attributes within, where there is more to say of them than their types.
    pub(super) nested: Option<NestedAttributes>,
    /// The content of one block, where objects may be written as blocks.
    pub(super) as_blocks: Option<Box<Schema>>,
}

#[derive(Debug)]
pub(super) struct Blocks {
    pub(super) nesting: Nesting,
    pub(super) schema: Schema,
    /// Of all blocks together.
    pub(super) ty: Type,
    pub(super) min: u64,
    pub(super) max: Option<u64>,
    pub(super) refused: Option<Text>,
    pub(super) deprecated: Option<Text>,
}

/// The label of `dynamic` blocks, and that of blocks which make a map.
pub(super) const DYNAMIC: &[&str] = &["type"];
const KEY: &[&str] = &["key"];

impl Schema {
    /// Recursion goes as deep as the schema.
    #[must_use]
    pub fn new(block: &schema::Block) -> Self {
        Self::compile(block, is_of_first_type_system(block))
    }

    fn compile(block: &schema::Block, with_attributes_as_blocks: bool) -> Self {
        let attributes = block.attributes().iter().map(|a| Member {
            name: a.name.as_ref().into(),
            absent: Value::null(a.ty()),
            kind: Kind::Attribute(Attribute::new(a, with_attributes_as_blocks)),
        });
        let blocks = block.blocks().iter().map(|b| Member {
            name: b.name.as_ref().into(),
            absent: b.empty_value(),
            kind: Kind::Blocks(Blocks::new(b, with_attributes_as_blocks)),
        });
        let mut members: Vec<Member> = attributes.chain(blocks).collect();
        members.sort_by(|a, b| a.name.cmp(&b.name));
        Self::of_members(members, block.ty())
    }

    /// The schema of one block that stands for an object of this type.
    fn of_element(object: ObjectType, ty: Type) -> Self {
        let members = object.iter().map(|(name, ty)| {
            let plain = schema::Attribute::new(name, ty, Settable::OPTIONAL);
            Member {
                name: name.into(),
                absent: Value::null(ty),
                kind: Kind::Attribute(Attribute::new(&plain, true)),
            }
        });
        Self::of_members(members.collect(), ty)
    }

    fn of_members(members: Vec<Member>, ty: Type) -> Self {
        let required = members.iter().enumerate().filter(|(_, member)| match &member.kind {
            Kind::Attribute(attribute) => attribute.settable.required,
            Kind::Blocks(_) => false,
        });
        let required = required.map(|(at, _)| at).collect();
        let wants_blocks =
            members.iter().any(|m| matches!(&m.kind, Kind::Blocks(blocks) if blocks.min > 0));
        let shape = ty::Shape::new(members.iter().map(|member| &*member.name));
        let names = names(&members);
        Self { shape, ty, members: members.into(), required, wants_blocks, names }
    }

    /// The type of the values.
    #[must_use]
    pub fn ty(&self) -> Type {
        self.ty
    }

    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.members.binary_search_by(|member| (*member.name).cmp(name)).ok()
    }

    /// How many labels blocks of a type have; nothing where there are no such blocks.
    pub(super) fn labels_of(&self, block_type: &str) -> Option<&'static [&'static str]> {
        match &self.members[self.find(block_type)?].kind {
            Kind::Attribute(attribute) => attribute.as_blocks.is_some().then_some(&[]),
            Kind::Blocks(blocks) => Some(blocks.labels()),
        }
    }

    /// The types of blocks that there are.
    pub(super) fn block_types(&self) -> impl Iterator<Item = &str> {
        let is_block = |member: &&Member| self.labels_of(&member.name).is_some();
        self.members.iter().filter(is_block).map(|member| &*member.name)
    }
}

impl Attribute {
    fn new(attribute: &schema::Attribute, may_be_blocks: bool) -> Self {
        let element = attribute.ty().element().filter(|_| !attribute.ty().is_map());
        let object = element.and_then(|ty| Some((ty.as_object()?, ty)));
        let as_blocks = object
            .filter(|_| may_be_blocks && attribute.settable.by_user())
            .map(|(object, ty)| Box::new(Schema::of_element(object, ty)));
        let nested = attribute.as_nested();
        Self {
            wanted: nested.map_or_else(|| attribute.ty(), wanted_of_nested),
            settable: attribute.settable,
            write_only: attribute.write_only,
            deprecated: attribute.deprecated.clone(),
            refused: attribute.refused.clone(),
            nested: nested.filter(|nested| has_rules(nested)).cloned(),
            as_blocks,
        }
    }
}

impl Blocks {
    fn new(block: &NestedBlock, with_attributes_as_blocks: bool) -> Self {
        Self {
            nesting: block.nesting,
            schema: Schema::compile(&block.block, with_attributes_as_blocks),
            ty: block.ty(),
            min: block.min,
            max: block.max,
            refused: block.refused.clone(),
            deprecated: block.block.deprecated.clone(),
        }
    }

    pub(super) fn labels(&self) -> &'static [&'static str] {
        if self.nesting == Nesting::Map { KEY } else { &[] }
    }
}

fn names(members: &[Member]) -> BodySchema {
    // What is missing is told here for both syntaxes, so nothing is required.
    let attributes = members.iter().filter(|m| matches!(m.kind, Kind::Attribute(_)));
    let blocks = members.iter().filter_map(|member| {
        let labels = match &member.kind {
            Kind::Blocks(blocks) => blocks.labels(),
            Kind::Attribute(attribute) if attribute.as_blocks.is_some() => &[],
            Kind::Attribute(_) => return None,
        };
        Some(BlockSchema::new(&member.name, labels))
    });
    let dynamic = [BlockSchema::new("dynamic", DYNAMIC)];
    BodySchema::new(attributes.map(|m| AttributeSchema::optional(&m.name)), blocks.chain(dynamic))
}

/// The type that says which nested attributes may be left out.
fn wanted_of_nested(nested: &NestedAttributes) -> Type {
    let attributes = nested.attributes().iter().map(|a| {
        let ty = a.as_nested().map_or_else(|| a.ty(), wanted_of_nested);
        (&*a.name, ty, a.settable.optional || a.settable.computed)
    });
    let object = Type::object_with_optional(attributes);
    match nested.nesting {
        Nesting::Single | Nesting::Group => object,
        Nesting::List => Type::list(object),
        Nesting::Set => Type::set(object),
        Nesting::Map => Type::map(object),
    }
}

/// Whether something in a nested attribute has a rule of its own.
fn has_rules(nested: &NestedAttributes) -> bool {
    nested.attributes().iter().any(|a| {
        a.write_only
            || a.refused.is_some()
            || a.deprecated.is_some()
            || !a.settable.by_user()
            || a.as_nested().is_some_and(has_rules)
    })
}

/// Whether a schema may come from a provider of Terraform's first type system. Only there could lists of objects be written as
/// blocks, and other structures show that it was not used.
fn is_of_first_type_system(block: &schema::Block) -> bool {
    let is_plain = block.attributes().iter().all(|attribute| match &attribute.shape {
        Shape::Nested(_) => false,
        Shape::Plain(ty) => match ty.kind() {
            TypeKind::Tuple(_) | TypeKind::Object(_) => false,
            TypeKind::Map(element) if element.is_object() => false,
            TypeKind::List(element) | TypeKind::Set(element) | TypeKind::Map(element) => {
                element.element().is_none_or(Type::is_primitive)
            }
            _ => true,
        },
    });
    is_plain && block.blocks().iter().all(|nested| is_of_first_type_system(&nested.block))
}

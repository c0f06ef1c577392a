//! Shapes of what providers describe: the arguments of a block, their types, and who sets them.
//!
//! The model is that of Terraform's plugin protocol 6: a [`Block`] has attributes and nested blocks; an attribute has a
//! type, or attributes of its own. Attributes and blocks are kept sorted by name, which is also the order of the
//! attributes in the [`Type`] of the values.
//!
//! A schema is made once per process and shared; what is asked often, such as its type, is worked out when it is made.

mod blocks;
mod marks;

use std::borrow::Cow;

use crate::ty::Type;
use crate::value::Value;

pub use marks::SensitivePaths;

/// A name or text that is mostly a constant of the program.
pub type Text = Cow<'static, str>;

/// The schema of a resource type, data source, ephemeral resource or provider configuration.
#[derive(Clone, PartialEq, Debug)]
pub struct Schema {
    /// Grows when the stored form of an object changes; an object stored under an older one is upgraded first.
    pub version: u64,
    pub block: Block,
}

impl Schema {
    #[must_use]
    pub fn new(version: u64, block: Block) -> Self {
        Self { version, block }
    }
}

/// Who sets an attribute.
///
/// `required` excludes the other two. `optional` and `computed` together: the user may, else the provider does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Settable {
    pub required: bool,
    pub optional: bool,
    pub computed: bool,
}

impl Settable {
    pub const REQUIRED: Self = Self { required: true, optional: false, computed: false };
    pub const OPTIONAL: Self = Self { required: false, optional: true, computed: false };
    pub const COMPUTED: Self = Self { required: false, optional: false, computed: true };
    pub const OPTIONAL_COMPUTED: Self = Self { required: false, optional: true, computed: true };

    /// Whether the user may give a value.
    #[must_use]
    pub fn by_user(self) -> bool {
        self.required || self.optional
    }
}

/// One attribute of a block or of an object.
#[derive(Clone, PartialEq, Debug)]
pub struct Attribute {
    pub name: Text,
    pub shape: Shape,
    pub settable: Settable,
    /// Its value is hidden wherever values are shown.
    pub sensitive: bool,
    /// Its value is given to the provider and kept nowhere: it is null in plans and states.
    pub write_only: bool,
    /// Why not to use it any more, where that is so.
    pub deprecated: Option<Text>,
    /// The established provider has it and this one does not act on it: it is kept in states, and refused in
    /// configurations with these words on what to use.
    pub refused: Option<Text>,
    /// A change of it needs a new object. A provider may decide otherwise case by case; this is what is documented, and what
    /// planning does by default.
    pub replace: bool,
    /// The value it has where the user gives none; only for computed ones.
    pub default: Option<Value>,
    /// Any change of the object may change it too, so that it is not known while one is planned. Other computed attributes stay
    /// as they are through an update.
    pub volatile: bool,
    pub description: Text,
}

/// What values an attribute takes.
#[derive(Clone, PartialEq, Debug)]
pub enum Shape {
    Plain(Type),
    /// Objects whose attributes have schemas of their own.
    Nested(NestedAttributes),
}

/// Attributes within an attribute.
#[derive(Clone, PartialEq, Debug)]
pub struct NestedAttributes {
    /// [`Nesting::Group`] does not occur here.
    pub nesting: Nesting,
    attributes: Vec<Attribute>,
    ty: Type,
}

/// How nested objects are collected.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Nesting {
    /// One object, or null.
    Single,
    /// One object, never null: as [`Nesting::Single`], but absent means that all its attributes are.
    Group,
    List,
    Set,
    /// By the label of the block, or the key.
    Map,
}

/// Arguments and nested blocks.
#[derive(Clone, PartialEq, Debug)]
pub struct Block {
    attributes: Vec<Attribute>,
    blocks: Vec<NestedBlock>,
    pub description: Text,
    pub deprecated: Option<Text>,
    ty: Type,
    sensitive: bool,
    write_only: bool,
}

/// A block within a block.
#[derive(Clone, PartialEq, Debug)]
pub struct NestedBlock {
    pub name: Text,
    pub nesting: Nesting,
    pub block: Block,
    /// As [`Attribute::refused`].
    pub refused: Option<Text>,
    /// How many there must be at least. For [`Nesting::Single`] and [`Nesting::Group`], 1 means required.
    pub min: u64,
    /// How many there may be at most; none means any number.
    pub max: Option<u64>,
}

impl Attribute {
    #[must_use]
    pub fn new(name: impl Into<Text>, ty: Type, settable: Settable) -> Self {
        Self::with_shape(name, Shape::Plain(ty), settable)
    }

    #[must_use]
    pub fn nested(name: impl Into<Text>, nested: NestedAttributes, settable: Settable) -> Self {
        Self::with_shape(name, Shape::Nested(nested), settable)
    }

    fn with_shape(name: impl Into<Text>, shape: Shape, settable: Settable) -> Self {
        Self {
            name: name.into(),
            shape,
            settable,
            sensitive: false,
            write_only: false,
            deprecated: None,
            refused: None,
            replace: false,
            default: None,
            volatile: false,
            description: Text::default(),
        }
    }

    #[must_use]
    pub fn describe(mut self, text: impl Into<Text>) -> Self {
        self.description = text.into();
        self
    }

    #[must_use]
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    #[must_use]
    pub fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }

    #[must_use]
    pub fn replace(mut self) -> Self {
        self.replace = true;
        self
    }

    /// Gives it a default, which makes it computed.
    #[must_use]
    pub fn default(mut self, value: impl Into<Value>) -> Self {
        self.default = Some(value.into());
        self.settable.computed = true;
        self
    }

    #[must_use]
    pub fn volatile(mut self) -> Self {
        self.volatile = true;
        self
    }

    #[must_use]
    pub fn deprecated(mut self, why: impl Into<Text>) -> Self {
        self.deprecated = Some(why.into());
        self
    }

    #[must_use]
    pub fn refused(mut self, what_to_use: impl Into<Text>) -> Self {
        self.refused = Some(what_to_use.into());
        self
    }

    /// The type of its values.
    #[must_use]
    pub fn ty(&self) -> Type {
        match &self.shape {
            Shape::Plain(ty) => *ty,
            Shape::Nested(nested) => nested.ty,
        }
    }

    #[must_use]
    pub fn as_nested(&self) -> Option<&NestedAttributes> {
        match &self.shape {
            Shape::Plain(_) => None,
            Shape::Nested(nested) => Some(nested),
        }
    }
}

impl NestedAttributes {
    #[must_use]
    pub fn new(nesting: Nesting, mut attributes: Vec<Attribute>) -> Self {
        attributes.sort_by(|a, b| a.name.cmp(&b.name));
        let object = object_type(&attributes);
        let ty = match nesting {
            Nesting::Single | Nesting::Group => object,
            Nesting::List => Type::list(object),
            Nesting::Set => Type::set(object),
            Nesting::Map => Type::map(object),
        };
        Self { nesting, attributes, ty }
    }

    #[must_use]
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        find(&self.attributes, name, |a| &a.name)
    }

    /// The type of one object.
    #[must_use]
    pub fn object_type(&self) -> Type {
        match self.nesting {
            Nesting::Single | Nesting::Group => self.ty,
            _ => self.ty.element().unwrap_or(self.ty),
        }
    }
}

fn object_type(attributes: &[Attribute]) -> Type {
    Type::object(attributes.iter().map(|a| (&*a.name, a.ty())))
}

fn find<'a, T>(sorted: &'a [T], name: &str, of: impl Fn(&T) -> &str) -> Option<&'a T> {
    sorted.binary_search_by(|item| of(item).cmp(name)).ok().map(|i| &sorted[i])
}

//! Blocks: how they are made and what their values look like.

use super::{Attribute, Block, NestedBlock, Nesting, Shape, Text, find};
use crate::ty::Type;
use crate::value::Value;

impl Block {
    #[must_use]
    pub fn new(mut attributes: Vec<Attribute>, mut blocks: Vec<NestedBlock>) -> Self {
        attributes.sort_by(|a, b| a.name.cmp(&b.name));
        blocks.sort_by(|a, b| a.name.cmp(&b.name));
        let parts = attributes.iter().map(|a| (&*a.name, a.ty()));
        let ty = Type::object(parts.chain(blocks.iter().map(|b| (&*b.name, b.ty()))));
        let sensitive =
            any(&attributes, |a| a.sensitive) || blocks.iter().any(|b| b.block.sensitive);
        let write_only =
            any(&attributes, |a| a.write_only) || blocks.iter().any(|b| b.block.write_only);
        Self {
            attributes,
            blocks,
            description: Text::default(),
            deprecated: None,
            ty,
            sensitive,
            write_only,
        }
    }

    #[must_use]
    pub fn describe(mut self, text: impl Into<Text>) -> Self {
        self.description = text.into();
        self
    }

    /// By name.
    #[must_use]
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// By name.
    #[must_use]
    pub fn blocks(&self) -> &[NestedBlock] {
        &self.blocks
    }

    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        find(&self.attributes, name, |a| &a.name)
    }

    #[must_use]
    pub fn nested(&self, name: &str) -> Option<&NestedBlock> {
        find(&self.blocks, name, |b| &b.name)
    }

    /// The type of its values: an object of all attributes and nested blocks.
    #[must_use]
    pub fn ty(&self) -> Type {
        self.ty
    }

    /// Whether any attribute in it, at any depth, is sensitive.
    #[must_use]
    pub fn has_sensitive(&self) -> bool {
        self.sensitive
    }

    /// Whether any attribute in it, at any depth, is write-only.
    #[must_use]
    pub fn has_write_only(&self) -> bool {
        self.write_only
    }

    /// The value of the block where nothing is set: null attributes, empty collections of blocks.
    #[must_use]
    pub fn empty_value(&self) -> Value {
        let attributes = self.attributes.iter().map(|a| (&*a.name, Value::null(a.ty())));
        Value::object(attributes.chain(self.blocks.iter().map(|b| (&*b.name, b.empty_value()))))
    }
}

impl NestedBlock {
    #[must_use]
    pub fn new(name: impl Into<Text>, nesting: Nesting, block: Block) -> Self {
        Self { name: name.into(), nesting, block, refused: None, min: 0, max: None }
    }

    /// Between `min` and `max` of them.
    #[must_use]
    pub fn times(mut self, min: u64, max: Option<u64>) -> Self {
        (self.min, self.max) = (min, max);
        self
    }

    /// The type of the argument that all blocks of this name together are.
    ///
    /// Blocks in a list or map whose content is of dynamic type may differ from one another; no collection holds them, so their
    /// argument is dynamic itself: a tuple or an object.
    #[must_use]
    pub fn ty(&self) -> Type {
        let one = self.block.ty;
        match self.nesting {
            Nesting::Single | Nesting::Group => one,
            Nesting::List | Nesting::Map if one.has_dynamic() => Type::DYNAMIC,
            Nesting::List => Type::list(one),
            Nesting::Set => Type::set(one),
            Nesting::Map => Type::map(one),
        }
    }

    /// Its value where there is no such block.
    #[must_use]
    pub fn empty_value(&self) -> Value {
        let one = self.block.ty;
        match self.nesting {
            Nesting::Single => Value::null(one),
            Nesting::Group => self.block.empty_value(),
            Nesting::List if one.has_dynamic() => Value::tuple([]),
            Nesting::Map if one.has_dynamic() => Value::empty_object(),
            Nesting::List => Value::list(one, []),
            Nesting::Set => Value::set(one, []),
            Nesting::Map => Value::map(one, std::iter::empty::<(&str, Value)>()),
        }
    }
}

fn any(attributes: &[Attribute], is: impl Fn(&Attribute) -> bool + Copy) -> bool {
    attributes.iter().any(|a| match &a.shape {
        _ if is(a) => true,
        Shape::Plain(_) => false,
        Shape::Nested(nested) => any(nested.attributes(), is),
    })
}

#[cfg(test)]
mod tests {
    use super::super::{NestedAttributes, Settable};
    use super::*;

    fn rule() -> Block {
        Block::new(vec![Attribute::new("port", Type::NUMBER, Settable::REQUIRED)], vec![])
    }

    #[test]
    fn nothing_set_is_a_value_of_the_type() {
        let block = Block::new(
            vec![
                Attribute::new("name", Type::STRING, Settable::REQUIRED),
                Attribute::new("any", Type::DYNAMIC, Settable::OPTIONAL),
            ],
            vec![
                NestedBlock::new("rule", Nesting::List, rule()),
                NestedBlock::new("one", Nesting::Single, rule()),
                NestedBlock::new("all", Nesting::Group, rule()),
                NestedBlock::new("by", Nesting::Map, rule()),
                NestedBlock::new("some", Nesting::Set, rule()),
            ],
        );
        assert_eq!(block.empty_value().ty(), block.ty());
    }

    #[test]
    fn secrets_are_found_at_any_depth() {
        let secret = Attribute::new("key", Type::STRING, Settable::OPTIONAL).sensitive();
        let nested = NestedAttributes::new(Nesting::List, vec![secret]);
        let inner = Block::new(vec![Attribute::nested("auth", nested, Settable::OPTIONAL)], vec![]);
        let outer = Block::new(vec![], vec![NestedBlock::new("inner", Nesting::Set, inner)]);
        assert!(outer.has_sensitive() && !outer.has_write_only());
    }
}

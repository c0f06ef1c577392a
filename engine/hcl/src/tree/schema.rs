//! What a body may hold: names of arguments, and types of blocks with the names of their labels.

/// An argument that a body may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AttributeSchema<'s> {
    pub name: &'s str,
    pub required: bool,
}

impl<'s> AttributeSchema<'s> {
    #[must_use]
    pub const fn optional(name: &'s str) -> Self {
        Self { name, required: false }
    }

    #[must_use]
    pub const fn required(name: &'s str) -> Self {
        Self { name, required: true }
    }
}

/// A type of block that a body may have, any number of times.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BlockSchema<'s> {
    pub block_type: &'s str,
    /// What each label is called, in messages.
    pub labels: &'static [&'static str],
}

impl<'s> BlockSchema<'s> {
    #[must_use]
    pub const fn new(block_type: &'s str, labels: &'static [&'static str]) -> Self {
        Self { block_type, labels }
    }
}

/// What a body may hold.
///
/// A schema of a fixed block of the language is a constant, and its few names are looked up one by one; one that is
/// made at run time owns its names, and they are looked up by halving.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BodySchema(Names);

#[derive(Clone, PartialEq, Eq, Debug)]
enum Names {
    Fixed {
        attributes: &'static [AttributeSchema<'static>],
        blocks: &'static [BlockSchema<'static>],
    },
    Made {
        attributes: Vec<(Box<str>, bool)>,
        blocks: Vec<(Box<str>, &'static [&'static str])>,
    },
}

impl BodySchema {
    /// A schema of a fixed block of the language, to be declared as a `static`.
    #[must_use]
    pub const fn fixed(
        attributes: &'static [AttributeSchema<'static>],
        blocks: &'static [BlockSchema<'static>],
    ) -> Self {
        Self(Names::Fixed { attributes, blocks })
    }

    /// A schema made at run time. Of equal names the first counts.
    #[must_use]
    pub fn new<'s>(
        attributes: impl IntoIterator<Item = AttributeSchema<'s>>,
        blocks: impl IntoIterator<Item = BlockSchema<'s>>,
    ) -> Self {
        let attributes = attributes.into_iter().map(|a| (a.name.into(), a.required));
        let mut attributes: Vec<(Box<str>, bool)> = attributes.collect();
        attributes.sort_by(|a, b| a.0.cmp(&b.0));
        attributes.dedup_by(|later, first| later.0 == first.0);
        let blocks = blocks.into_iter().map(|b| (b.block_type.into(), b.labels));
        let mut blocks: Vec<(Box<str>, &'static [&'static str])> = blocks.collect();
        blocks.sort_by(|a, b| a.0.cmp(&b.0));
        blocks.dedup_by(|later, first| later.0 == first.0);
        Self(Names::Made { attributes, blocks })
    }

    pub fn attributes(&self) -> impl Iterator<Item = AttributeSchema<'_>> {
        let (fixed, made): (&[_], &[_]) = match &self.0 {
            Names::Fixed { attributes, .. } => (attributes, &[]),
            Names::Made { attributes, .. } => (&[], attributes),
        };
        let made =
            made.iter().map(|(name, required)| AttributeSchema { name, required: *required });
        fixed.iter().copied().chain(made)
    }

    pub fn blocks(&self) -> impl Iterator<Item = BlockSchema<'_>> {
        let (fixed, made): (&[_], &[_]) = match &self.0 {
            Names::Fixed { blocks, .. } => (blocks, &[]),
            Names::Made { blocks, .. } => (&[], blocks),
        };
        let made = made.iter().map(|(block_type, labels)| BlockSchema { block_type, labels });
        fixed.iter().copied().chain(made)
    }

    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<AttributeSchema<'_>> {
        match &self.0 {
            Names::Fixed { attributes, .. } => attributes.iter().find(|a| a.name == name).copied(),
            Names::Made { attributes, .. } => {
                let at = attributes.binary_search_by(|a| (*a.0).cmp(name)).ok()?;
                let (name, required) = &attributes[at];
                Some(AttributeSchema { name, required: *required })
            }
        }
    }

    #[must_use]
    pub fn block(&self, block_type: &str) -> Option<BlockSchema<'_>> {
        match &self.0 {
            Names::Fixed { blocks, .. } => {
                blocks.iter().find(|b| b.block_type == block_type).copied()
            }
            Names::Made { blocks, .. } => {
                let at = blocks.binary_search_by(|b| (*b.0).cmp(block_type)).ok()?;
                let (block_type, labels) = &blocks[at];
                Some(BlockSchema { block_type, labels })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static FIXED: BodySchema = BodySchema::fixed(
        &[AttributeSchema::optional("z"), AttributeSchema::required("a")],
        &[BlockSchema::new("y", &["name"]), BlockSchema::new("b", &[])],
    );

    #[test]
    fn names_are_found_in_both_kinds_of_schema() {
        let made = BodySchema::new(FIXED.attributes(), FIXED.blocks());
        for schema in [&FIXED, &made] {
            assert!(schema.attribute("a").unwrap().required);
            assert!(!schema.attribute("z").unwrap().required);
            assert!(schema.attribute("m").is_none());
            assert_eq!(schema.block("y").unwrap().labels.len(), 1);
            assert!(schema.block("z").is_none());
        }
    }
}

//! Nested blocks, collected as the schema nests them.

use std::collections::HashMap;

use wb_core::convert::convert;
use wb_core::marks::Marks;
use wb_core::schema::Nesting;
use wb_core::source::Span;
use wb_core::value::Value;

use super::items::{Items, Written};
use super::schema::{Attribute, Blocks, Schema};
use super::{Decoder, problem};

/// The blocks of one type, after `dynamic` blocks were expanded.
#[derive(Default)]
pub(super) struct Found {
    pub(super) blocks: Vec<One>,
    /// Where a `dynamic` block is over something unknown, so that how many blocks there will be is not known: what it wears.
    pub(super) unknown: Option<Marks>,
}

/// One block.
pub(super) struct One {
    pub(super) value: Value,
    /// The label, of those that make a map.
    pub(super) key: Option<String>,
    pub(super) span: Span,
}

impl<'t> Decoder<'_, 't> {
    pub(super) fn blocks(&mut self, name: &str, wanted: &Blocks, items: &Items<'t>) -> Value {
        let found = self.find(name, &wanted.schema, wanted.labels().len(), items);
        if let Some(first) = found.blocks.first().map(|one| one.span) {
            if let Some(instead) = &wanted.refused {
                self.diags.push(problem::refused("block type", name, instead, first));
            }
            if let (Some(why), true) = (&wanted.deprecated, self.options.is_static) {
                self.diags.push(problem::deprecated("Block", why, first));
            }
        }
        match wanted.nesting {
            Nesting::Single | Nesting::Group => self.single(name, wanted, found, items),
            _ => self.collection(name, wanted, found, items),
        }
    }

    /// Everything of a type, in the order of the text. Recursion goes as deep as the schema.
    fn find(&mut self, name: &str, schema: &Schema, labels: usize, items: &Items<'t>) -> Found {
        let mut found = Found::default();
        for written in items.blocks.iter().filter(|written| written.is_of(name)) {
            if written.generates.is_some() {
                self.expand(name, written, schema, labels, &mut found);
            } else {
                found.blocks.push(self.one(written, schema));
            }
        }
        found
    }

    fn one(&mut self, written: &Written<'t>, schema: &Schema) -> One {
        let block = &written.block;
        let items = Items::of(block.body(), schema, self.diags);
        One {
            value: self.object(&items, schema),
            key: block.label(0).map(|label| label.text.to_owned()),
            span: block.header_span(),
        }
    }

    fn single(&mut self, name: &str, wanted: &Blocks, found: Found, items: &Items<'t>) -> Value {
        let mut blocks = found.blocks.into_iter();
        let Some(one) = blocks.next() else {
            if wanted.min > 0 && !self.is_unknown {
                self.diags.push(problem::missing_block(name, items.missing));
            }
            return match wanted.nesting {
                Nesting::Group => empty(&wanted.schema),
                _ => Value::null(wanted.ty),
            };
        };
        if let Some(second) = blocks.next() {
            self.diags.push(problem::second_block(name, one.span, second.span));
        }
        one.value
    }

    fn collection(
        &mut self,
        name: &str,
        wanted: &Blocks,
        found: Found,
        items: &Items<'t>,
    ) -> Value {
        let unknown = found.unknown.or_else(|| self.is_unknown.then_some(Marks::NONE));
        if let Some(marks) = unknown {
            return Value::unknown(wanted.ty).with_marks(&marks);
        }
        self.check_count(name, wanted, &found.blocks, items);
        let element = wanted.schema.ty();
        let first = found.blocks.first().map_or(items.missing, |one| one.span);
        let made = match wanted.nesting {
            Nesting::Map => {
                let entries = self.keyed(name, found.blocks);
                if element.has_dynamic() {
                    Ok(Value::object(entries))
                } else {
                    Value::try_map(element, entries)
                }
            }
            nesting => {
                let values = found.blocks.into_iter().map(|one| one.value);
                match nesting {
                    Nesting::Set => Value::try_set(element, values),
                    _ if element.has_dynamic() => Ok(Value::tuple(values)),
                    _ => Value::try_list(element, values),
                }
            }
        };
        made.unwrap_or_else(|differ| {
            self.diags.push(problem::types_differ(name, &differ.to_string(), first));
            Value::unknown(wanted.ty)
        })
    }

    fn check_count(&mut self, name: &str, wanted: &Blocks, blocks: &[One], items: &Items<'t>) {
        let count = blocks.len();
        if (count as u64) < wanted.min {
            let problem = match (wanted.min, count) {
                (1, 0) => problem::missing_block(name, items.missing),
                _ => problem::too_few_blocks(name, wanted.min, count, items.missing),
            };
            self.diags.push(problem);
        }
        let max = wanted.max.filter(|max| count as u64 > *max);
        if let Some(max) = max {
            let extra = usize::try_from(max).ok().and_then(|max| blocks.get(max));
            let at = extra.map_or(items.missing, |one| one.span);
            self.diags.push(problem::too_many_blocks(name, max, count, at));
        }
    }

    /// The blocks by their labels, of which no two may be equal.
    fn keyed(&mut self, name: &str, blocks: Vec<One>) -> Vec<(String, Value)> {
        let mut spans: HashMap<String, Span> = HashMap::with_capacity(blocks.len());
        let mut entries = Vec::with_capacity(blocks.len());
        for one in blocks {
            let key = one.key.unwrap_or_default();
            match spans.get(&key) {
                Some(first) => self.diags.push(problem::second_key(name, &key, *first, one.span)),
                None => {
                    spans.insert(key.clone(), one.span);
                    entries.push((key, one.value));
                }
            }
        }
        entries
    }

    /// The value of an attribute that is written as blocks.
    pub(super) fn attribute_as_blocks(
        &mut self,
        name: &str,
        wanted: &Attribute,
        schema: &Schema,
        items: &Items<'t>,
    ) -> Value {
        let found = self.find(name, schema, 0, items);
        if let Some(marks) = found.unknown {
            return Value::unknown(wanted.wanted).with_marks(&marks);
        }
        let Some(first) = found.blocks.first().map(|one| one.span) else {
            return Value::null(wanted.wanted);
        };
        let given = Value::tuple(found.blocks.into_iter().map(|one| one.value));
        convert(&given, wanted.wanted).unwrap_or_else(|error| {
            self.diags.push(problem::types_differ(name, &error.to_string(), first));
            Value::unknown(wanted.wanted)
        })
    }
}

/// The value of a block with nothing in it.
fn empty(schema: &Schema) -> Value {
    let members = schema.members.iter().map(|member| member.absent.clone());
    Value::object_of(schema.shape, members.collect())
}

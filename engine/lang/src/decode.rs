//! Bodies through the schemas of providers to values.
//!
//! [`block`] reads a [`Body`] as a [`Schema`] says, evaluates its arguments and gives one object of the schema's type.
//! Whatever is wrong is a diagnostic, and an unknown value stands in its place. Nested blocks are collected as the schema nests
//! them; `dynamic` blocks are expanded; an attribute that is a list or set of objects may be written as blocks, as providers
//! of Terraform's first type system want it.
//!
//! A schema is compiled once ([`Schema::new`]) and kept by whoever has it, because very many instances are decoded through the
//! same one. Where a value was written is not remembered; [`place`] walks the body again when somebody asks.

mod attribute;
mod blocks;
mod dynamic;
mod items;
mod places;
mod problem;
mod schema;

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::value::Value;
use wb_hcl::Expr;

use crate::config::Body;
use crate::eval::{Evaluation, Scope};

use items::Items;
use schema::{Kind, Member};

pub use places::place;
pub use schema::Schema;

/// How to decode.
#[derive(Clone, Copy, Default, Debug)]
pub struct Options<'a> {
    /// Where values may be ephemeral.
    pub ephemeral: Ephemeral,
    /// Whether this is the check of a configuration before anything is known: what an unknown value may turn out to be is not held
    /// against it, and warnings are given that would be repeated for each instance otherwise.
    pub is_static: bool,
    /// Names that hide references, and their values.
    pub locals: &'a [(&'a str, Value)],
}

/// Where values may be ephemeral.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Ephemeral {
    /// Only in write-only attributes: the rest is kept.
    #[default]
    WriteOnly,
    /// Nothing of it is kept.
    Anywhere,
}

/// The value of a body: always of the schema's type, marks kept.
pub fn block(
    body: &Body,
    schema: &Schema,
    scope: &mut dyn Scope,
    options: &Options<'_>,
    diags: &mut Diagnostics,
) -> Value {
    let mut decoder =
        Decoder { scope, diags, options, locals: options.locals.to_vec(), is_unknown: false };
    let items = Items::of_body(body, schema, decoder.diags);
    decoder.object(&items, schema)
}

/// Decodes the body of one block, and those in it.
struct Decoder<'d, 't> {
    scope: &'d mut dyn Scope,
    diags: &'d mut Diagnostics,
    options: &'d Options<'t>,
    /// Names that `dynamic` blocks around give, the innermost last.
    locals: Vec<(&'t str, Value)>,
    /// Whether a `dynamic` block around is over something unknown, so that it is not known whether any of this will exist.
    is_unknown: bool,
}

impl<'t> Decoder<'_, 't> {
    /// Recursion goes as deep as the schema.
    fn object(&mut self, items: &Items<'t>, schema: &Schema) -> Value {
        let mut values: Vec<Value> =
            schema.members.iter().map(|member| member.absent.clone()).collect();
        for attribute in &items.attributes {
            if let Some(at) = schema.find(attribute.name)
                && let Kind::Attribute(wanted) = &schema.members[at].kind
            {
                values[at] = self.attribute(wanted, attribute);
            }
        }
        if !items.blocks.is_empty() || schema.wants_blocks {
            for (at, member) in schema.members.iter().enumerate() {
                if let Some(value) = self.blocks_of(member, items) {
                    values[at] = value;
                }
            }
        }
        for &at in &schema.required {
            let member = &schema.members[at];
            if !items.has(&member.name) {
                self.diags.push(problem::missing_argument(member, items.missing));
            }
        }
        Value::object_of(schema.shape, values)
    }

    /// The value of the blocks of a type, where there are any or there must be.
    fn blocks_of(&mut self, member: &Member, items: &Items<'t>) -> Option<Value> {
        match &member.kind {
            Kind::Blocks(wanted) => {
                let is_there = items.blocks.iter().any(|block| block.is_of(&member.name));
                (is_there || wanted.min > 0).then(|| self.blocks(&member.name, wanted, items))
            }
            Kind::Attribute(wanted) => {
                let one = wanted.as_blocks.as_deref()?;
                let is_there = items.blocks.iter().any(|block| block.is_of(&member.name));
                is_there.then(|| self.attribute_as_blocks(&member.name, wanted, one, items))
            }
        }
    }

    fn evaluate(&mut self, expr: Expr<'t>) -> Value {
        self.evaluation().value(expr)
    }

    fn evaluation<'a>(&'a mut self) -> Evaluation<'a>
    where
        't: 'a,
    {
        let evaluation = Evaluation::new(&mut *self.scope, &mut *self.diags);
        self.locals
            .iter()
            .fold(evaluation, |evaluation, (name, value)| evaluation.local(name, value.clone()))
    }

    /// Reports a problem with the values that an expression reads.
    fn report_about(&mut self, problem: Diagnostic, expr: Expr<'t>) {
        self.evaluation().report(problem, expr);
    }
}

#[cfg(test)]
mod tests;

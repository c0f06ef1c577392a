//! `dynamic` blocks: a block for each element of something.

use wb_core::convert::convert;
use wb_core::diag::Diagnostic;
use wb_core::marks::Marks;
use wb_core::ty::{Type, TypeKind};
use wb_core::value::{Value, View};
use wb_hcl::{AttributeSchema, BlockSchema, BodySchema, Content, Expr};

use super::blocks::{Found, One};
use super::items::{Items, Written};
use super::schema::Schema;
use super::{Decoder, Ephemeral, problem};

static PLAIN: BodySchema = BodySchema::fixed(
    &[AttributeSchema::required("for_each"), AttributeSchema::optional("iterator")],
    &[BlockSchema::new("content", &[])],
);
static LABELED: BodySchema = BodySchema::fixed(
    &[
        AttributeSchema::required("for_each"),
        AttributeSchema::optional("iterator"),
        AttributeSchema::required("labels"),
    ],
    &[BlockSchema::new("content", &[])],
);

/// A `dynamic` block with nothing wrong in its form.
struct Dynamic<'t> {
    iterator: &'t str,
    for_each: Expr<'t>,
    label: Option<Expr<'t>>,
    content: wb_hcl::Body<'t>,
}

impl<'t> Decoder<'_, 't> {
    /// Adds the blocks that a `dynamic` block makes.
    pub(super) fn expand(
        &mut self,
        block_type: &str,
        written: &Written<'t>,
        schema: &Schema,
        labels: usize,
        found: &mut Found,
    ) {
        let Some(dynamic) = self.form(written, labels) else {
            found.unknown = Some(Marks::NONE);
            return;
        };
        let over = self.evaluate(dynamic.for_each);
        if let Some(problem) = not_iterable(&over, dynamic.for_each) {
            self.report_about(problem, dynamic.for_each);
            found.unknown = Some(Marks::NONE);
            return;
        }
        if over.marks().is_ephemeral() && self.options.ephemeral == Ephemeral::WriteOnly {
            self.diags.push(problem::ephemeral_blocks(block_type, dynamic.for_each.span()));
        }
        let marks = over.marks().clone();
        let elements = elements(&over);
        if over.is_known() {
            for (key, value) in elements {
                self.generate(&dynamic, written, schema, (key, value), &marks, found);
            }
            return;
        }
        // One block of which everything is unknown: it finds what is wrong with the content, and what that reads.
        let before = std::mem::replace(&mut self.is_unknown, true);
        let element = (Value::DYNAMIC, Value::DYNAMIC);
        self.generate(&dynamic, written, schema, element, &marks, found);
        self.is_unknown = before;
        found.unknown = Some(marks);
    }

    fn generate(
        &mut self,
        dynamic: &Dynamic<'t>,
        written: &Written<'t>,
        schema: &Schema,
        (key, value): (Value, Value),
        marks: &Marks,
        found: &mut Found,
    ) {
        let iterator = Value::object([("key", key), ("value", value)]);
        self.locals.push((dynamic.iterator, iterator));
        let label = dynamic.label.map(|expr| self.label(expr));
        let items = Items::of(dynamic.content, schema, self.diags);
        let value = self.object(&items, schema).with_marks(marks);
        self.locals.pop();
        // A block whose label could not be told is left out; that was reported.
        if let Some(key) = label.map_or(Some(None), |label| label.map(Some)) {
            found.blocks.push(One { value, key, span: written.block.header_span() });
        }
    }

    /// The parts of a `dynamic` block. What is wrong with them is reported.
    fn form(&mut self, written: &Written<'t>, labels: usize) -> Option<Dynamic<'t>> {
        let before = self.diags.error_count();
        let schema = if labels == 0 { &PLAIN } else { &LABELED };
        let content = written.block.body().content(schema, self.diags);
        let iterator = self.iterator(&content, written);
        let label = if labels == 0 { None } else { self.labels(&content, written) };
        let mut contents = content.blocks_of("content");
        let body = contents.next().map(|block| block.body());
        if body.is_none() {
            let detail = "A dynamic block must have a nested block of type \"content\" to describe the body of each generated block.";
            let problem = Diagnostic::error("Missing dynamic content block", detail);
            self.diags.push(problem.at(content.missing_item_span()));
        }
        if let Some(second) = contents.next() {
            let detail = "Only one nested content block is allowed for each dynamic block.";
            let problem = Diagnostic::error("Extraneous dynamic content block", detail);
            self.diags.push(problem.at(second.header_span()));
        }
        if self.diags.error_count() > before {
            return None;
        }
        let for_each = content.attribute("for_each")?.expr;
        Some(Dynamic { iterator: iterator?, for_each, label, content: body? })
    }

    fn iterator(&mut self, content: &Content<'t, '_>, written: &Written<'t>) -> Option<&'t str> {
        let Some(given) = content.attribute("iterator") else { return written.generates };
        let name = given.expr.as_keyword();
        if name.is_none() {
            let problem = Diagnostic::error(
                "Invalid dynamic iterator name",
                "Dynamic iterator must be a single variable name.",
            );
            self.diags.push(problem.at(given.expr.span()));
        }
        name
    }

    fn labels(&mut self, content: &Content<'t, '_>, written: &Written<'t>) -> Option<Expr<'t>> {
        let given = content.attribute("labels")?;
        let block_type = written.generates.unwrap_or_default();
        let Some(list) = given.expr.as_list() else {
            let detail = format!(
                "The labels of {block_type:?} blocks are a list that is written out: labels = [{block_type}.key]."
            );
            let problem = Diagnostic::error("Invalid dynamic block labels", detail);
            self.diags.push(problem.at(given.expr.span()));
            return None;
        };
        let detail = format!("Blocks of type {block_type:?} require 1 label(s).");
        if let Some(extra) = list.get(1) {
            let problem = Diagnostic::error("Extraneous dynamic block label", detail);
            self.diags.push(problem.at(extra.span()));
            return None;
        }
        if list.is_empty() {
            let problem = Diagnostic::error("Insufficient dynamic block labels", detail);
            self.diags.push(problem.at(given.expr.span()));
        }
        list.get(0)
    }

    /// The label of one block: known, not null, and nothing to hide.
    fn label(&mut self, expr: Expr<'t>) -> Option<String> {
        let before = self.diags.error_count();
        let given = self.evaluate(expr);
        if self.diags.error_count() > before {
            return None;
        }
        let detail = match convert(&given, Type::STRING) {
            Err(error) => format!("Cannot use this value as a dynamic block label: {error}."),
            Ok(label) => match label.view() {
                View::String(text) => return Some(text.to_owned()),
                View::Null(_) => "Cannot use a null value as a dynamic block label.".to_owned(),
                // The number of blocks is unknown as a whole, then.
                View::Unknown(_) if self.is_unknown => return Some(String::new()),
                View::Unknown(_) => {
                    "This value is not yet known. Dynamic block labels must be immediately-known values.".to_owned()
                }
                _ => "A block's label is shown wherever the block is, so it cannot be made from a sensitive or ephemeral value.".to_owned(),
            },
        };
        let problem = Diagnostic::error("Invalid dynamic block label", detail).at(expr.span());
        self.report_about(problem, expr);
        None
    }
}

/// Keys and values. The key of an element of a set is the element.
fn elements(over: &Value) -> Vec<(Value, Value)> {
    match over.unmarked().view() {
        View::List(elements) | View::Tuple(elements) => {
            elements.iter().enumerate().map(|(at, e)| (Value::from(at), e.clone())).collect()
        }
        View::Set(elements) => elements.iter().map(|e| (e.clone(), e.clone())).collect(),
        View::Map(map) => map.iter().map(|(k, e)| (Value::string(k), e.clone())).collect(),
        View::Object(object) => object.iter().map(|(k, e)| (Value::string(k), e.clone())).collect(),
        _ => Vec::new(),
    }
}

fn not_iterable(over: &Value, expr: Expr<'_>) -> Option<Diagnostic> {
    let ty = over.ty();
    let may_be_iterated = match ty.kind() {
        TypeKind::Dynamic => !over.is_null(),
        TypeKind::List(_)
        | TypeKind::Set(_)
        | TypeKind::Map(_)
        | TypeKind::Tuple(_)
        | TypeKind::Object(_) => true,
        _ => false,
    };
    let detail = if over.is_null() {
        "Cannot use a null value in for_each.".to_owned()
    } else if may_be_iterated {
        return None;
    } else {
        format!(
            "Cannot use a {} value in for_each. An iterable collection is required.",
            ty.friendly_name()
        )
    };
    Some(Diagnostic::error("Invalid dynamic for_each value", detail).at(expr.span()))
}

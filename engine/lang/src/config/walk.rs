//! Every reference in a body, without knowing its schema.
//!
//! What schemas would tell does not matter here: a reference is one wherever it stands. Only the names that `dynamic`
//! blocks make are no references within these blocks. In JSON, where arguments and blocks look alike, an object that
//! has the form of `dynamic` blocks is taken for such.

use wb_core::diag::Diagnostics;
use wb_core::source::Span;
use wb_hcl::{Attribute, Block, Expr, ExprKind, Syntax, Traversal};

use super::Body;

/// Calls `found` for every variable that a body reads, with the name of the argument it is in, in the order of the text.
pub fn references(body: &Body, found: &mut dyn FnMut(Traversal<'_>, Place<'_>)) {
    let mut walk = Walk { iterators: Vec::new(), argument: "", found };
    for (part, replaced) in body.parts() {
        match part.tree().syntax() {
            Syntax::Native => {
                for attribute in part.attributes() {
                    if !part.hides_attribute(attribute.name)
                        && !replaced.has_attribute(attribute.name)
                    {
                        walk.attribute(&attribute);
                    }
                }
                for block in part.blocks() {
                    if !part.hides_block(block.block_type()) && !replaced.has_block(&block) {
                        walk.block(&block);
                    }
                }
            }
            Syntax::Json => {
                // What is wrong with the body is reported when it is read for good.
                for property in part.just_attributes(&mut Diagnostics::new()) {
                    if !replaced.has_attribute(property.name) {
                        walk.property(property.name, property.expr);
                    }
                }
            }
        }
    }
}

/// Where in a body a reference stands.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The outermost argument, or type of block.
    pub argument: &'a str,
    /// The whole of the expression.
    pub expression: Span,
}

struct Walk<'w, 't> {
    /// Names that the `dynamic` blocks around make, innermost last.
    iterators: Vec<&'t str>,
    argument: &'t str,
    found: &'w mut dyn FnMut(Traversal<'_>, Place<'_>),
}

impl<'t> Walk<'_, 't> {
    fn attribute(&mut self, attribute: &Attribute<'t>) {
        let outermost = self.argument.is_empty();
        if outermost {
            self.argument = attribute.name;
        }
        self.expression(attribute.expr);
        if outermost {
            self.argument = "";
        }
    }

    fn expression(&mut self, expr: Expr<'t>) {
        for traversal in expr.variables() {
            if !self.iterators.contains(&traversal.root()) {
                let place = Place { argument: self.argument, expression: expr.span() };
                (self.found)(traversal, place);
            }
        }
    }

    /// Recursion goes as deep as blocks are nested, which the parser bounds.
    fn block(&mut self, block: &Block<'t>) {
        let outermost = self.argument.is_empty();
        if outermost {
            self.argument = block.block_type();
        }
        match (block.block_type(), block.label(0)) {
            ("dynamic", Some(label)) => self.dynamic(block, label.text),
            _ => self.content(block),
        }
        if outermost {
            self.argument = "";
        }
    }

    fn content(&mut self, block: &Block<'t>) {
        block.body().attributes().for_each(|a| self.attribute(&a));
        block.body().blocks().for_each(|b| self.block(&b));
    }

    fn dynamic(&mut self, block: &Block<'t>, generated: &'t str) {
        let body = block.body();
        let iterator = body.attribute("iterator").and_then(|a| a.expr.as_bare_word());
        if let Some(for_each) = body.attribute("for_each") {
            self.attribute(&for_each);
        }
        self.iterators.push(iterator.unwrap_or(generated));
        for attribute in body.attributes() {
            if !matches!(attribute.name, "for_each" | "iterator") {
                self.attribute(&attribute);
            }
        }
        body.blocks().for_each(|b| self.content(&b));
        self.iterators.pop();
    }

    fn property(&mut self, name: &'t str, value: Expr<'t>) {
        self.argument = name;
        self.json(name, value);
        self.argument = "";
    }

    /// Recursion goes as deep as JSON is nested, which the parser bounds.
    fn json(&mut self, name: &str, value: Expr<'t>) {
        match value.kind() {
            ExprKind::Tuple(elements) => elements.iter().for_each(|e| self.json(name, e)),
            ExprKind::Object(object) if name == "dynamic" => {
                for item in object.items() {
                    let generated = item.key().as_literal_string().unwrap_or_default();
                    self.json_dynamic(generated, item.value());
                }
            }
            ExprKind::Object(object) => {
                for item in object.items() {
                    self.expression(item.key());
                    self.json(item.key().as_literal_string().unwrap_or_default(), item.value());
                }
            }
            _ => self.expression(value),
        }
    }

    fn json_dynamic(&mut self, generated: &'t str, value: Expr<'t>) {
        if let Some(elements) = value.as_list() {
            return elements.iter().for_each(|e| self.json_dynamic(generated, e));
        }
        let Some(object) = value.as_map() else { return self.expression(value) };
        let named = |name: &str| {
            let mut items = object.items();
            items.find(|i| i.key().as_literal_string() == Some(name)).map(wb_hcl::ObjectItem::value)
        };
        if let Some(for_each) = named("for_each") {
            self.expression(for_each);
        }
        self.iterators
            .push(named("iterator").and_then(Expr::as_literal_string).unwrap_or(generated));
        for name in ["labels", "content"] {
            if let Some(value) = named(name) {
                self.json(name, value);
            }
        }
        self.iterators.pop();
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use crate::testing::load;

    fn check(name: &str, text: &str, expected: &Expect) {
        let (sources, module, diags) = load(&[(name, text)]);
        assert!(diags.is_empty(), "{diags:?}");
        let mut found = Vec::new();
        let resource = module.resources.values().next().unwrap();
        super::references(&resource.body, &mut |traversal, place| {
            let span = traversal.span();
            found.push(format!("{}: {}", place.argument, sources.file(span.file).slice(span)));
        });
        expected.assert_eq(&found.join("\n"));
    }

    #[test]
    fn iterators_of_dynamic_blocks_are_no_references() {
        let text = r#"
resource "t" "a" {
  count = var.meta
  x     = [for k, v in var.list : "${k}-${v}-${local.x}"]
  b {
    y = t.b.id
  }
  dynamic "s" {
    for_each = s.value.x
    labels   = [s.key]
    content {
      z = "${s.value}-${each.key}"
      dynamic "n" {
        for_each = s.value
        iterator = it
        content {
          a = it.value
          n = n.value
        }
      }
    }
  }
}"#;
        check(
            "main.tf",
            text,
            &expect![[r#"
            x: var.list
            x: local.x
            b: t.b.id
            dynamic: s.value.x
            dynamic: each.key
            dynamic: n.value"#]],
        );
    }

    #[test]
    fn in_json_every_string_is_a_template() {
        let text = r#"{"resource": {"t": {"a": {
            "count": "${var.meta}",
            "//": "${var.comment}",
            "x": ["${var.x}", {"${var.key}": "${t.b.id}"}],
            "dynamic": {"s": {"for_each": "${var.s}", "content": {"z": "${s.value}-${local.x}"}}}
        }}}}"#;
        check(
            "main.tf.json",
            text,
            &expect![[r#"
            x: var.x
            x: var.key
            x: t.b.id
            dynamic: var.s
            dynamic: local.x"#]],
        );
    }
}

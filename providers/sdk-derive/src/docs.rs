//! Doc comments as text.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The doc comment among these attributes: lines of a paragraph joined, paragraphs apart.
pub(crate) fn text(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(line);
    let mut text = String::new();
    let mut is_new_paragraph = true;
    for line in lines {
        let line = line.trim();
        if line.is_empty() {
            is_new_paragraph = true;
            continue;
        }
        if !text.is_empty() {
            text.push_str(if is_new_paragraph { "\n\n" } else { " " });
        }
        is_new_paragraph = false;
        text.push_str(line);
    }
    text
}

fn line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attribute.meta else { return None };
    let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &meta.value else { return None };
    meta.path.is_ident("doc").then(|| text.value())
}

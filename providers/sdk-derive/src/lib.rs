//! `#[derive(Model)]`: a struct becomes the schema of a block, the reader and the writer of its values.
//!
//! ```ignore
//! /// A network-attached disk.
//! #[derive(Model)]
//! pub(crate) struct Volume {
//!     /// Size in GiB; may only grow.
//!     #[attr(required)]
//!     size: i64,
//!     /// What to encrypt it with.
//!     #[block(list, max = 1)]
//!     encryption: Option<Encryption>,
//!     /// Name of the disk.
//!     #[attr(computed)]
//!     id: Option<String>,
//! }
//! ```
//!
//! Doc comments become descriptions, so every field must have one. What can stand in `#[attr(…)]` are the words of
//! `wb_core::schema::Attribute`: `required`, `optional`, `computed`, `replace`, `sensitive`, `write_only`, `volatile`,
//! `default = …`, `deprecated = "…"`, `refused = "…"`, and `nested = list` for attributes within an attribute. In `#[block(…)]`
//! stand a nesting (`list`, `set`, `map`, `single`, `group`), `min`, `max` and `refused`. `name = "…"` in either gives the
//! name where it is not the field's.
//!
//! `Debug` comes along, and hides what is sensitive.

mod docs;
mod field;
mod generate;

use proc_macro::TokenStream;
use syn::{Data, DeriveInput, Fields, parse_macro_input};

/// See the crate's documentation.
#[proc_macro_derive(Model, attributes(attr, block))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

fn expand(input: &DeriveInput) -> syn::Result<proc_macro2::TokenStream> {
    let Data::Struct(data) = &input.data else {
        return Err(syn::Error::new_spanned(&input.ident, "a model is a struct"));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(syn::Error::new_spanned(&input.ident, "a model has named fields"));
    };
    let mut parsed = Vec::new();
    let mut problems: Option<syn::Error> = None;
    for each in &fields.named {
        match field::Field::parse(each) {
            Ok(one) => parsed.push(one),
            Err(error) => match &mut problems {
                Some(all) => all.combine(error),
                None => problems = Some(error),
            },
        }
    }
    if let Some(problems) = problems {
        return Err(problems);
    }
    // The order in which values keep their attributes.
    parsed.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(generate::model(&input.ident, &docs::text(&input.attrs), &parsed))
}

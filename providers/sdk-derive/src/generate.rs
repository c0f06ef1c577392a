//! The code for a model.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use crate::field::{Attribute, Field, Kind};

/// Everything for one struct; the fields are in the order of their names.
pub(crate) fn model(ident: &Ident, docs: &str, fields: &[Field]) -> TokenStream {
    let names: Vec<&str> = fields.iter().map(|f| f.name.as_str()).collect();
    let idents: Vec<&Ident> = fields.iter().map(|f| &f.ident).collect();
    let attributes = fields.iter().filter_map(|f| match &f.kind {
        Kind::Attribute(a) => Some(attribute(f, a)),
        Kind::Block { .. } => None,
    });
    let blocks = fields.iter().filter_map(nested_block);
    let reads = fields.iter().map(read);
    let writes = fields.iter().map(write);
    let checks = fields.iter().map(check);
    let debug = fields.iter().map(|f| {
        let (name, ident) = (&f.name, &f.ident);
        if f.is_sensitive() {
            quote!(.field(#name, &::core::format_args!("(sensitive)")))
        } else {
            quote!(.field(#name, &self.#ident))
        }
    });
    let type_name = ident.to_string();
    quote! {
        impl ::wb_sdk::model::Model for #ident {
            fn block() -> ::wb_core::schema::Block {
                ::wb_core::schema::Block::new(vec![#(#attributes),*], vec![#(#blocks),*]).describe(#docs)
            }

            fn ty() -> ::wb_core::ty::Type {
                static TYPE: ::std::sync::OnceLock<::wb_core::ty::Type> = ::std::sync::OnceLock::new();
                *TYPE.get_or_init(|| Self::block().ty())
            }

            fn from_value(
                value: &::wb_core::value::Value,
            ) -> ::core::result::Result<Self, ::wb_sdk::model::Unreadable> {
                let object = ::wb_sdk::model::object(value)?;
                #(let #idents = ::wb_sdk::model::at(#names, object.get(#names), |part| #reads)?;)*
                Ok(Self { #(#idents),* })
            }

            fn into_value(self) -> ::wb_core::value::Value {
                static SHAPE: ::std::sync::OnceLock<::wb_core::ty::Shape> = ::std::sync::OnceLock::new();
                let shape = *SHAPE.get_or_init(|| ::wb_core::ty::Shape::new([#(#names),*]));
                ::wb_core::value::Value::object_of(shape, vec![#(#writes),*])
            }

            fn check(
                value: &::wb_core::value::Value,
                path: &mut ::wb_core::path::Path,
                problems: &mut ::wb_core::provider::Problems,
            ) {
                let Some(object) = value.as_object() else { return };
                #(
                    if let Some(part) = object.get(#names) {
                        path.push_attr(#names);
                        #checks;
                        path.pop();
                    }
                )*
            }
        }

        impl ::core::fmt::Debug for #ident {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct(#type_name)#(#debug)*.finish()
            }
        }
    }
}

fn attribute(field: &Field, attribute: &Attribute) -> TokenStream {
    let (name, docs, ty) = (&field.name, &field.docs, &field.ty);
    let settable = match (attribute.required, attribute.optional, attribute.computed) {
        (true, ..) => quote!(REQUIRED),
        (_, true, true) => quote!(OPTIONAL_COMPUTED),
        (_, true, false) => quote!(OPTIONAL),
        _ => quote!(COMPUTED),
    };
    let settable = quote!(::wb_core::schema::Settable::#settable);
    let made = if let Some(nesting) = &attribute.nested {
        let nesting = nesting_variant(nesting);
        quote! {
            ::wb_core::schema::Attribute::nested(
                #name,
                ::wb_core::schema::NestedAttributes::new(
                    #nesting,
                    <#ty as ::wb_sdk::model::Nested>::block().attributes().to_vec(),
                ),
                #settable,
            )
        }
    } else {
        quote! {
            ::wb_core::schema::Attribute::new(
                #name,
                <#ty as ::wb_sdk::model::Field>::ty(),
                #settable,
            )
        }
    };
    let words = attribute.words.iter().map(|word| quote!(.#word()));
    let default = attribute.default.as_ref().map(|value| quote!(.default(#value)));
    let deprecated = attribute.deprecated.as_ref().map(|why| quote!(.deprecated(#why)));
    let refused = field.refused.as_ref().map(|why| quote!(.refused(#why)));
    quote!(#made.describe(#docs)#(#words)*#default #deprecated #refused)
}

fn nested_block(field: &Field) -> Option<TokenStream> {
    let Kind::Block { nesting, min, max } = &field.kind else { return None };
    let (name, docs, ty) = (&field.name, &field.docs, &field.ty);
    let nesting = nesting_variant(nesting);
    let min = min.as_ref().map_or(quote!(0), |n| quote!(#n));
    let max = max.as_ref().map_or(quote!(None), |n| quote!(Some(#n)));
    let refused = field.refused.as_ref().map(|why| quote!(nested.refused = Some(#why.into());));
    Some(quote! {{
        #[allow(unused_mut)]
        let mut nested = ::wb_core::schema::NestedBlock::new(
            #name,
            #nesting,
            <#ty as ::wb_sdk::model::Nested>::block().describe(#docs),
        )
        .times(#min, #max);
        #refused
        nested
    }})
}

fn nesting_variant(word: &Ident) -> TokenStream {
    let text = word.to_string();
    let (first, rest) = text.split_at(1);
    let variant = format_ident!("{}{}", first.to_uppercase(), rest, span = word.span());
    quote!(::wb_core::schema::Nesting::#variant)
}

fn nesting_of(field: &Field) -> Option<TokenStream> {
    match &field.kind {
        Kind::Attribute(a) => a.nested.as_ref().map(nesting_variant),
        Kind::Block { nesting, .. } => Some(nesting_variant(nesting)),
    }
}

fn read(field: &Field) -> TokenStream {
    let ty = &field.ty;
    if nesting_of(field).is_some() {
        return quote!(<#ty as ::wb_sdk::model::Nested>::read(part));
    }
    match &field.kind {
        Kind::Attribute(Attribute { default: Some(default), .. }) => quote! {
            if ::wb_sdk::model::is_absent(part) {
                <#ty as ::wb_sdk::model::Field>::read(&::wb_core::value::Value::from(#default))
            } else {
                <#ty as ::wb_sdk::model::Field>::read(part)
            }
        },
        _ => quote!(<#ty as ::wb_sdk::model::Field>::read(part)),
    }
}

fn write(field: &Field) -> TokenStream {
    let (ident, ty) = (&field.ident, &field.ty);
    match nesting_of(field) {
        Some(nesting) => quote!(<#ty as ::wb_sdk::model::Nested>::write(self.#ident, #nesting)),
        None => quote!(<#ty as ::wb_sdk::model::Field>::write(self.#ident)),
    }
}

fn check(field: &Field) -> TokenStream {
    let ty = &field.ty;
    match nesting_of(field) {
        Some(_) => quote!(<#ty as ::wb_sdk::model::Nested>::check(part, path, problems)),
        None => quote!(<#ty as ::wb_sdk::model::Field>::check(part, path, problems)),
    }
}

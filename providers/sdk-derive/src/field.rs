//! What the attributes of a field say.

use syn::ext::IdentExt as _;
use syn::meta::ParseNestedMeta;
use syn::{Expr, Ident, LitInt, LitStr, Result, Type};

use crate::docs;

/// A field of a model.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) name: String,
    pub(crate) docs: String,
    pub(crate) kind: Kind,
    pub(crate) refused: Option<LitStr>,
}

pub(crate) enum Kind {
    Attribute(Attribute),
    Block { nesting: Ident, min: Option<LitInt>, max: Option<LitInt> },
}

#[derive(Default)]
pub(crate) struct Attribute {
    pub(crate) required: bool,
    pub(crate) optional: bool,
    pub(crate) computed: bool,
    /// Words that are methods of the schema's attribute.
    pub(crate) words: Vec<Ident>,
    pub(crate) is_sensitive: bool,
    pub(crate) default: Option<Expr>,
    pub(crate) deprecated: Option<LitStr>,
    pub(crate) nested: Option<Ident>,
}

impl Field {
    pub(crate) fn parse(field: &syn::Field) -> Result<Self> {
        let Some(ident) = field.ident.clone() else {
            return Err(syn::Error::new_spanned(field, "a model has named fields"));
        };
        let mut name = ident.unraw().to_string();
        let mut refused = None;
        let mut kind = None;
        for attribute in &field.attrs {
            let is_attr = attribute.path().is_ident("attr");
            if !is_attr && !attribute.path().is_ident("block") {
                continue;
            }
            let mut attr = Attribute::default();
            let mut block = (None, None, None);
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("name") {
                    name = meta.value()?.parse::<LitStr>()?.value();
                    return Ok(());
                }
                if meta.path.is_ident("refused") {
                    refused = Some(meta.value()?.parse()?);
                    return Ok(());
                }
                if is_attr { attr.word(&meta) } else { block_word(&meta, &mut block) }
            })?;
            kind = Some(if is_attr {
                attr.check(&ident)?;
                Kind::Attribute(attr)
            } else {
                let (nesting, min, max) = block;
                let nesting = nesting.ok_or_else(|| {
                    syn::Error::new_spanned(
                        attribute,
                        "say how the blocks nest: list, set, map, single or group",
                    )
                })?;
                Kind::Block { nesting, min, max }
            });
        }
        let Some(kind) = kind else {
            return Err(syn::Error::new_spanned(
                &ident,
                "say what this is: #[attr(…)] or #[block(…)]",
            ));
        };
        let docs = docs::text(&field.attrs);
        if docs.is_empty() {
            return Err(syn::Error::new_spanned(
                &ident,
                "users read about this: give it a doc comment",
            ));
        }
        Ok(Self { ident, ty: field.ty.clone(), name, docs, kind, refused })
    }

    pub(crate) fn is_sensitive(&self) -> bool {
        matches!(&self.kind, Kind::Attribute(a) if a.is_sensitive)
    }
}

impl Attribute {
    fn word(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let Some(word) = meta.path.get_ident() else {
            return Err(meta.error("not a word of attr"));
        };
        match word.to_string().as_str() {
            "required" => self.required = true,
            "optional" => self.optional = true,
            "computed" => self.computed = true,
            "sensitive" => {
                self.is_sensitive = true;
                self.words.push(word.clone());
            }
            "replace" | "write_only" | "volatile" => self.words.push(word.clone()),
            "default" => self.default = Some(meta.value()?.parse()?),
            "deprecated" => self.deprecated = Some(meta.value()?.parse()?),
            "nested" => self.nested = Some(meta.value()?.parse()?),
            _ => return Err(meta.error("not a word of attr")),
        }
        Ok(())
    }

    fn check(&self, ident: &Ident) -> Result<()> {
        let is_consistent = if self.required {
            !self.optional && !self.computed && self.default.is_none()
        } else {
            self.optional || self.computed
        };
        if is_consistent {
            return Ok(());
        }
        Err(syn::Error::new_spanned(
            ident,
            "say who sets it: required, or optional, computed or both",
        ))
    }
}

type BlockWords = (Option<Ident>, Option<LitInt>, Option<LitInt>);

fn block_word(meta: &ParseNestedMeta<'_>, block: &mut BlockWords) -> Result<()> {
    let Some(word) = meta.path.get_ident() else {
        return Err(meta.error("not a word of block"));
    };
    match word.to_string().as_str() {
        "list" | "set" | "map" | "single" | "group" => block.0 = Some(word.clone()),
        "min" => block.1 = Some(meta.value()?.parse()?),
        "max" => block.2 = Some(meta.value()?.parse()?),
        _ => return Err(meta.error("not a word of block")),
    }
    Ok(())
}

//! Key providers.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use wb_core::convert::convert;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::ty::Type;
use wb_core::value::{Value, View};
use wb_crypt::{
    Hash, KeyFile, KeyKind, KeyProvider, KeySource, MIN_ITERATIONS, MIN_PASSPHRASE, Passphrase,
    Pbkdf2, Secret,
};
use wb_hcl::{Attribute, Expr, ExprKind, StepKind, Traversal, suggest};

use super::declared::{Arguments, Name};
use super::methods::Methods;
use crate::files;

/// What OpenTofu has, and wb asks a command for.
const OF_OTHERS: [&str; 6] = ["aws_kms", "gcp_kms", "azure_vault", "openbao", "static", "xor"];
const OURS: [&str; 3] = ["pbkdf2", "external", "key_file"];

const INVALID: &str = "Invalid key provider";
const ALIAS: &str = "encrypted_metadata_alias";

/// No key is longer.
const LONGEST: u64 = 64 << 10;

/// What is being made, so that a circle is found.
pub(super) type Chain<'a> = Vec<&'a Name>;

impl<'a> Methods<'a> {
    /// What `keys` or `chain` names: a key provider, or keys that are written down.
    pub(super) fn source(
        &self,
        attribute: &Attribute<'a>,
        chain: &mut Chain<'a>,
        diags: &mut Diagnostics,
    ) -> Option<KeySource> {
        match self.key_provider_named(attribute.expr, diags) {
            Some(name) => {
                self.key_provider(&name?, attribute, chain, diags).map(KeySource::Provider)
            }
            None => self.given_keys(attribute, diags),
        }
    }

    /// The name in a reference to a key provider, where an expression is one; nothing in it where it is a bad one.
    fn key_provider_named(&self, expr: Expr<'a>, diags: &mut Diagnostics) -> Option<Option<Name>> {
        let traversal = reference(expr).filter(|t| t.root() == "key_provider")?;
        let steps: Vec<_> = traversal.steps().iter().map(|step| step.kind).collect();
        Some(match steps[..] {
            [StepKind::Attribute(kind), StepKind::Attribute(name)] => {
                Some(Name { kind: kind.to_owned(), name: name.to_owned() })
            }
            _ => {
                let detail = "A key provider is named as key_provider.TYPE.NAME.";
                let problem = Diagnostic::error("Invalid reference to a key provider", detail);
                diags.push(problem.at(expr.span()));
                None
            }
        })
    }

    fn key_provider(
        &self,
        name: &Name,
        used: &Attribute<'a>,
        chain: &mut Chain<'a>,
        diags: &mut Diagnostics,
    ) -> Option<Arc<KeyProvider>> {
        let Some((name, arguments)) = self.declared.key_providers.get_key_value(name) else {
            let detail = format!("There is no key_provider {:?} {:?} block.", name.kind, name.name);
            let problem = Diagnostic::error("Reference to undeclared key provider", detail);
            diags.push(problem.at(used.expr.span()));
            return None;
        };
        if chain.contains(&name) {
            let detail = format!("The key provider {:?} needs its own key.", name.name);
            let problem = Diagnostic::error("Key providers in a circle", detail);
            diags.push(problem.at(used.expr.span()));
            return None;
        }
        chain.push(name);
        let kind = self.kind(name, arguments, chain, diags);
        chain.pop();
        let storage = match arguments.all.get(ALIAS) {
            None => format!("key_provider.{}.{}", name.kind, name.name),
            Some(alias) => self.text(alias, diags)?,
        };
        Some(Arc::new(KeyProvider { storage, kind: kind? }))
    }

    fn kind(
        &self,
        name: &'a Name,
        arguments: &'a Arguments<'a>,
        chain: &mut Chain<'a>,
        diags: &mut Diagnostics,
    ) -> Option<KeyKind> {
        let allowed: &[&str] = match name.kind.as_str() {
            "pbkdf2" => {
                &["passphrase", "chain", "key_length", "iterations", "salt_length", "hash_function"]
            }
            "external" => &["command"],
            "key_file" => &["path"],
            other => {
                diags.push(unknown(other).at(arguments.span));
                return None;
            }
        };
        only(arguments, allowed, diags)?;
        match name.kind.as_str() {
            "pbkdf2" => self.pbkdf2(arguments, chain, diags).map(KeyKind::Pbkdf2),
            "external" => self.external(arguments, diags),
            _ => self.key_file(arguments, diags),
        }
    }

    fn pbkdf2(
        &self,
        arguments: &'a Arguments<'a>,
        chain: &mut Chain<'a>,
        diags: &mut Diagnostics,
    ) -> Option<Pbkdf2> {
        let get = |name: &str| arguments.all.get(name);
        // The line of a passphrase is not shown.
        let invalid = |detail: String| Diagnostic::error(INVALID, detail).at(arguments.span);
        let passphrase = match (get("passphrase"), get("chain")) {
            (Some(text), None) => {
                let text = Secret::new(self.text(text, diags)?);
                if text.len() < MIN_PASSPHRASE {
                    let detail = format!(
                        "The passphrase is too short: it must have {MIN_PASSPHRASE} characters or more."
                    );
                    diags.push(invalid(detail));
                    return None;
                }
                Passphrase::Text(text)
            }
            (None, Some(source)) => Passphrase::Chain(Box::new(self.source(source, chain, diags)?)),
            _ => {
                let detail =
                    "It takes either a passphrase, or the key of another provider in \"chain\".";
                diags.push(invalid(detail.to_owned()));
                return None;
            }
        };
        let mut pbkdf2 = Pbkdf2::new(passphrase);
        let mut number = |name: &str, least: usize, into: &mut usize| -> Option<()> {
            let Some(attribute) = get(name) else { return Some(()) };
            let value = self.value(attribute, diags)?;
            match value.as_number().and_then(wb_core::number::Number::to_usize) {
                Some(n) if (least..=MOST).contains(&n) => *into = n,
                _ => {
                    let detail = format!("{name} must be a whole number, {least} or more.");
                    diags.push(Diagnostic::error(INVALID, detail).at(attribute.expr.span()));
                    return None;
                }
            }
            Some(())
        };
        let mut iterations = pbkdf2.iterations as usize;
        number("iterations", MIN_ITERATIONS as usize, &mut iterations)?;
        number("key_length", 1, &mut pbkdf2.key_length)?;
        number("salt_length", 1, &mut pbkdf2.salt_length)?;
        pbkdf2.iterations = u32::try_from(iterations).unwrap_or(u32::MAX);
        if pbkdf2.key_length > LONG || pbkdf2.salt_length > LONG {
            diags.push(invalid(format!("No length may be above {LONG}.")));
            return None;
        }
        if let Some(attribute) = get("hash_function") {
            pbkdf2.hash = match self.text(attribute, diags)?.as_str() {
                "sha256" => Hash::Sha256,
                "sha512" => Hash::Sha512,
                _ => {
                    let detail = "The hash_function must be \"sha256\" or \"sha512\".";
                    diags.push(Diagnostic::error(INVALID, detail).at(attribute.expr.span()));
                    return None;
                }
            };
        }
        Some(pbkdf2)
    }

    fn external(&self, arguments: &'a Arguments<'a>, diags: &mut Diagnostics) -> Option<KeyKind> {
        let attribute = required(arguments, "command", diags)?;
        let value = self.value(attribute, diags)?;
        let words = elements(&value).and_then(|words| {
            let word = |word: &Value| Some(convert(word, Type::STRING).ok()?.as_str()?.to_owned());
            words.iter().map(word).collect::<Option<Vec<String>>>()
        });
        let words = words.filter(|words| words.first().is_some_and(|word| !word.is_empty()));
        if words.is_none() {
            let detail = "The command must be a list of strings: a program and its arguments.";
            diags.push(Diagnostic::error(INVALID, detail).at(attribute.expr.span()));
        }
        Some(KeyKind::External { command: words? })
    }

    fn key_file(&self, arguments: &'a Arguments<'a>, diags: &mut Diagnostics) -> Option<KeyKind> {
        let attribute = required(arguments, "path", diags)?;
        let path = self.text(attribute, diags)?;
        let read = files::read(Path::new(&path), LONGEST).map_err(|error| error.to_string());
        let key = read.and_then(|bytes| {
            let bytes = Secret::new(bytes);
            KeyFile::read(bytes.bytes()).map_err(str::to_owned)
        });
        match key {
            Ok(key) => Some(KeyKind::KeyFile(key)),
            Err(why) => {
                let detail = format!("The key file {path} cannot be used: {why}.");
                diags.push(
                    Diagnostic::error(INVALID, detail).at(attribute.expr.span()).help(
                        "\"openssl rand -out FILE 32\" makes one. Keep a copy of it: without it, nothing opens what it encrypted.",
                    ),
                );
                None
            }
        }
    }

    /// Keys that stand in the configuration, as a key provider of OpenTofu gives them: lists of bytes.
    fn given_keys(&self, attribute: &Attribute<'a>, diags: &mut Diagnostics) -> Option<KeySource> {
        let value = self.value(attribute, diags)?;
        let keys: BTreeMap<&str, &Value> = match value.view() {
            View::Object(object) => object.iter().collect(),
            View::Map(map) => map.iter().collect(),
            _ => BTreeMap::new(),
        };
        let key = |name: &str| match keys.get(name) {
            None => Some(None),
            Some(value) if value.is_null() => Some(None),
            Some(value) => bytes(value).map(|bytes| Some(Secret::new(bytes))),
        };
        if let (Some(Some(encryption)), Some(decryption)) =
            (key("encryption_key"), key("decryption_key"))
        {
            return Some(KeySource::Given { encryption, decryption });
        }
        let detail = format!(
            "{} must be a reference as key_provider.TYPE.NAME, or an object whose encryption_key is a list of bytes.",
            attribute.name
        );
        diags
            .push(Diagnostic::error("Expected key_provider value", detail).at(attribute.name_span));
        None
    }
}

/// What an expression refers to, also where a string holds nothing else.
fn reference(expr: Expr<'_>) -> Option<Traversal<'_>> {
    expr.as_traversal().or_else(|| match expr.kind() {
        ExprKind::TemplateWrap(inner) => inner.as_traversal(),
        ExprKind::JsonString(string) => match string.template().ok()?.kind() {
            ExprKind::TemplateWrap(inner) => inner.as_traversal(),
            _ => None,
        },
        _ => None,
    })
}

/// No setting is larger.
const MOST: usize = 200_000_000;
/// No key and no salt is longer.
const LONG: usize = 4_096;

fn unknown(kind: &str) -> Diagnostic {
    if OF_OTHERS.contains(&kind) {
        let detail = format!("The key provider {kind:?} is not part of wb.");
        return Diagnostic::error("Unsupported key provider", detail).help(
            "A key_provider \"external\" runs a command that gives keys: one that asks the key management service, in OpenTofu's protocol.",
        );
    }
    let detail = format!("There is no key provider {kind:?}.");
    let problem = Diagnostic::error("Unknown key provider", detail);
    match suggest::nearest(kind, OURS) {
        Some(near) => problem.help(format!("Did you mean {near:?}?")),
        None => problem.help("wb has \"pbkdf2\", \"external\" and \"key_file\"."),
    }
}

/// Whether a block has no arguments but these.
pub(super) fn only(
    arguments: &Arguments<'_>,
    allowed: &[&str],
    diags: &mut Diagnostics,
) -> Option<()> {
    let mut wrong =
        arguments.all.values().filter(|a| !allowed.contains(&a.name) && a.name != ALIAS);
    let first = wrong.next();
    for attribute in first.into_iter().chain(wrong) {
        let detail = format!("An argument named {:?} is not expected here.", attribute.name);
        let problem = Diagnostic::error("Unsupported argument", detail).at(attribute.name_span);
        diags.push(match suggest::nearest(attribute.name, allowed.iter().copied()) {
            Some(near) => problem.help(format!("Did you mean {near:?}?")),
            None => problem,
        });
    }
    first.is_none().then_some(())
}

/// An argument that must be there.
pub(super) fn required<'a, 't>(
    arguments: &'a Arguments<'t>,
    name: &str,
    diags: &mut Diagnostics,
) -> Option<&'a Attribute<'t>> {
    let found = arguments.all.get(name);
    if found.is_none() {
        let detail = format!("The argument {name:?} is required, but no definition was found.");
        diags.push(Diagnostic::error("Missing required argument", detail).at(arguments.span));
    }
    found
}

fn elements(value: &Value) -> Option<&[Value]> {
    match value.view() {
        View::List(elements) | View::Tuple(elements) => Some(elements),
        _ => None,
    }
}

/// A list of bytes.
pub(super) fn bytes(value: &Value) -> Option<Vec<u8>> {
    let byte = |value: &Value| u8::try_from(value.as_number()?.to_u64()?).ok();
    elements(value)?.iter().map(byte).collect()
}

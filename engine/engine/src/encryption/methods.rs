//! Methods, and what they are used for.

use wb_core::convert::convert;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::ty::Type;
use wb_core::value::Value;
use wb_crypt::{Cipher, Method, MethodKind};
use wb_hcl::{Attribute, StepKind, suggest};
use wb_lang::host::Host;
use wb_lang::stack::{Given, NodeId, Stack, evaluate_early};

use super::declared::{Arguments, Declared, Name, Target};
use super::{Encryption, keys, random};

/// What is declared, and what it may refer to.
pub(super) struct Methods<'a> {
    pub(super) declared: &'a Declared<'a>,
    pub(super) stack: &'a Stack,
    pub(super) given: &'a Given,
    pub(super) host: &'a dyn Host,
}

const INVALID: &str = "Invalid encryption configuration";

impl<'a> Methods<'a> {
    pub(super) fn encryption(&self, diags: &mut Diagnostics) -> Encryption {
        let declared = self.declared;
        let state = self.cipher(declared.state.as_ref(), diags);
        let plan = match &declared.plan {
            // A plan holds what the state does.
            None => state.clone(),
            some => self.cipher(some.as_ref(), diags),
        };
        Encryption { state, plan }
    }

    fn cipher(&self, target: Option<&'a Target<'a>>, diags: &mut Diagnostics) -> Cipher {
        let Some(target) = target else { return Cipher::none() };
        let mut methods = Vec::new();
        let mut next = Some(target);
        while let Some(target) = next {
            methods.extend(self.method_of(target, diags));
            next = target.fallback.as_deref();
        }
        let is_plain = |method: &Method| matches!(method.kind, MethodKind::Unencrypted);
        let enforced = target.enforced.iter().any(|attribute| {
            let value = self.value(attribute, diags);
            let is_on = value.and_then(|value| convert(&value, Type::BOOL).ok()?.as_bool());
            if is_on.is_none() {
                let problem = Diagnostic::error(INVALID, "enforced must be true or false.");
                diags.push(problem.at(attribute.expr.span()));
            }
            is_on == Some(true)
        });
        if enforced && methods.iter().any(is_plain) {
            let detail = "Encryption is enforced, so that no method \"unencrypted\" may be used, as a fallback either.";
            diags
                .push(Diagnostic::error("Unencrypted method is forbidden", detail).at(target.span));
        }
        Cipher::new(methods, random())
    }

    fn method_of(&self, target: &'a Target<'a>, diags: &mut Diagnostics) -> Option<Method> {
        let Some(attribute) = &target.method else {
            let detail = "Nothing says how to encrypt: the argument \"method\" is missing.";
            let problem = Diagnostic::error("Missing encryption method", detail).at(target.span);
            diags.push(problem.help("It may be in TF_ENCRYPTION too."));
            return None;
        };
        let traversal = attribute.expr.as_traversal().filter(|t| t.root() == "method");
        let steps: Vec<_> = traversal
            .iter()
            .flat_map(|traversal| traversal.steps().iter().map(|step| step.kind))
            .collect();
        let [StepKind::Attribute(kind), StepKind::Attribute(name)] = steps[..] else {
            let detail = "A method is named as method.TYPE.NAME.";
            let problem = Diagnostic::error("Invalid encryption method identifier", detail);
            diags.push(problem.at(attribute.expr.span()));
            return None;
        };
        let name = Name { kind: kind.to_owned(), name: name.to_owned() };
        let Some((name, arguments)) = self.declared.methods.get_key_value(&name) else {
            let detail = format!("There is no method {:?} {:?} block.", name.kind, name.name);
            let problem = Diagnostic::error("Reference to undeclared encryption method", detail);
            diags.push(problem.at(attribute.expr.span()));
            return None;
        };
        let kind = self.method(name, arguments, diags)?;
        Some(Method { name: format!("method.{}.{}", name.kind, name.name), kind })
    }

    fn method(
        &self,
        name: &Name,
        arguments: &'a Arguments<'a>,
        diags: &mut Diagnostics,
    ) -> Option<MethodKind> {
        match name.kind.as_str() {
            "unencrypted" => {
                keys::only(arguments, &[], diags)?;
                Some(MethodKind::Unencrypted)
            }
            "aes_gcm" => {
                keys::only(arguments, &["keys", "aad"], diags)?;
                let source = keys::required(arguments, "keys", diags)?;
                let keys = self.source(source, &mut Vec::new(), diags)?;
                Some(MethodKind::AesGcm { keys, aad: self.aad(arguments, diags)? })
            }
            other => {
                diags.push(unknown(other).at(arguments.span));
                None
            }
        }
    }

    /// Bytes that must be the same again.
    fn aad(&self, arguments: &Arguments<'a>, diags: &mut Diagnostics) -> Option<Vec<u8>> {
        let Some(attribute) = arguments.all.get("aad") else { return Some(Vec::new()) };
        let bytes = keys::bytes(&self.value(attribute, diags)?);
        if bytes.is_none() {
            let problem = Diagnostic::error(INVALID, "aad must be a list of bytes.");
            diags.push(problem.at(attribute.expr.span()));
        }
        bytes
    }

    /// The value of an argument.
    pub(super) fn value(
        &self,
        attribute: &Attribute<'a>,
        diags: &mut Diagnostics,
    ) -> Option<Value> {
        let (what, expr) = ("The configuration of encryption", attribute.expr);
        let (stack, given) = (self.stack, self.given);
        let value = evaluate_early(stack, NodeId::ROOT, expr, what, given, self.host, diags)?;
        let (value, _) = value.unmark_deep();
        if value.is_wholly_known() && !value.is_null() {
            return Some(value);
        }
        let detail = format!("The argument {:?} must have a value that is known.", attribute.name);
        diags.push(Diagnostic::error(INVALID, detail).at(attribute.name_span));
        None
    }

    pub(super) fn text(
        &self,
        attribute: &Attribute<'a>,
        diags: &mut Diagnostics,
    ) -> Option<String> {
        let value = self.value(attribute, diags)?;
        let text = convert(&value, Type::STRING).ok();
        let text = text.as_ref().and_then(Value::as_str).map(str::to_owned);
        if text.is_none() {
            let detail = format!("The argument {:?} must be a string.", attribute.name);
            diags.push(Diagnostic::error(INVALID, detail).at(attribute.name_span));
        }
        text
    }
}

fn unknown(kind: &str) -> Diagnostic {
    if kind == "external" {
        let detail = "The method \"external\" is not part of wb.";
        return Diagnostic::error("Unsupported encryption method", detail).help(
            "Use the method \"aes_gcm\" with the keys of a key_provider \"external\", which runs a command.",
        );
    }
    let detail = format!("There is no encryption method {kind:?}.");
    let problem = Diagnostic::error("Unknown encryption method", detail);
    match suggest::nearest(kind, ["aes_gcm", "unencrypted"]) {
        Some(near) => problem.help(format!("Did you mean {near:?}?")),
        None => problem.help("wb has \"aes_gcm\" and \"unencrypted\"."),
    }
}

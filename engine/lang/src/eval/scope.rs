//! What an expression can reach outside itself.

use std::fmt;
use std::sync::Arc;

use wb_core::diag::Diagnostics;
use wb_core::provider::FunctionLogic;
use wb_core::source::Span;
use wb_core::value::Value;

use crate::host::Host;
use crate::reference::Reference;

/// The surroundings of an expression: one module instance, or what stands for it.
pub trait Scope: fmt::Debug {
    /// The value of what is referred to, without the steps that follow it.
    ///
    /// Never fails for want of data: what cannot be had yet is for the implementor to note, and the value is unknown.
    /// Something that does not exist is reported to `diags`, with a suggestion, and is unknown and of unknown type.
    ///
    /// A subject with a key asks for that one instance. Of a resource or a module call without `count` and
    /// `for_each` it asks for what indexing the only object gives ([`wb_core::access::index`]); where instances are
    /// numbered, a string of digits is a number as it is for any list.
    fn resolve(&mut self, reference: &Reference<'_>, diags: &mut Diagnostics) -> Value;

    /// A function of a provider. One that does not exist is reported to `diags`.
    fn provider_function(
        &mut self,
        name: &ProviderFunctionName<'_>,
        diags: &mut Diagnostics,
    ) -> Option<Arc<dyn FunctionLogic>>;

    /// The machine, for functions that need it.
    fn host(&self) -> &dyn Host;

    /// Which of its evaluations an expression is in, where there are several: the module instance, and which instance of
    /// what is repeated there. Random values follow from it where a seed fixes them.
    fn place(&self) -> String {
        String::new()
    }

    /// Whether functions may be called. They may not where a value is wanted before anything else is known.
    fn allows_calls(&self) -> bool {
        true
    }

    /// Whether expressions here belong to a test, where outputs, runs and checks can be referred to.
    fn is_test(&self) -> bool {
        false
    }
}

/// `provider::NAME::FUNCTION` or `provider::NAME::ALIAS::FUNCTION`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ProviderFunctionName<'a> {
    /// The provider's local name in the module.
    pub provider: &'a str,
    pub alias: Option<&'a str>,
    pub function: &'a str,
    pub span: Span,
}

impl<'a> ProviderFunctionName<'a> {
    /// Reads the name of a call; nothing where it is no provider's.
    #[must_use]
    pub fn parse(name: &'a str, span: Span) -> Option<Self> {
        let mut parts = name.strip_prefix("provider::")?.split("::");
        let (provider, second, third) = (parts.next()?, parts.next()?, parts.next());
        let is_over = parts.next().is_none();
        let (alias, function) = match third {
            Some(function) => (Some(second), function),
            None => (None, second),
        };
        is_over.then_some(Self { provider, alias, function, span })
    }
}

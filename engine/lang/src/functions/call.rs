//! The calling convention: what happens to every argument before a function sees it, and to its result after.

use std::borrow::Cow;

use wb_core::marks::Marks;
use wb_core::provider::FunctionLogic;
use wb_core::ty::Type;
use wb_core::value::Value;

use super::fault::{Fault, Outcome};
use super::spec::{Body, Function, Returns};
use crate::eval::Env;

/// What a look at the arguments found.
struct Screened<'a> {
    /// Without the marks that the function does not deal with.
    args: Cow<'a, [Value]>,
    /// Those marks.
    marks: Marks,
    /// An argument is of unknown type, so that not even the type of the result can be told.
    is_untyped: bool,
    /// An argument is unknown.
    is_unknown: bool,
}

impl Function {
    /// Calls the function with values of its parameters' types.
    pub(crate) fn call(&self, args: &[Value], env: &mut Env<'_>) -> Outcome {
        self.check_count(args.len())?;
        let screened = self.screen(args, env)?;
        if screened.is_untyped {
            return Ok(Value::DYNAMIC.with_marks(&screened.marks));
        }
        let waits = screened.is_unknown || (self.is_impure && !env.host().phase().allows_impure());
        let result = if waits {
            Value::unknown(self.type_for(&screened.args)?)
        } else {
            match self.body {
                Body::Plain(body) => body(&screened.args)?,
                Body::With(body) => body(&screened.args, env)?,
                Body::Lazy(_) => return Err(Fault::new("it takes expressions, not values")),
            }
        };
        let result = if self.is_not_null { result.refine_not_null() } else { result };
        Ok(result.with_marks(&screened.marks))
    }

    fn check_count(&self, given: usize) -> Result<(), Fault> {
        let required = self.params.len();
        if given < required || (given > required && self.variadic.is_none()) {
            let least = if self.variadic.is_some() { "at least " } else { "" };
            return Err(Fault::new(format!(
                "wrong number of arguments ({least}{required} required; {given} given)"
            )));
        }
        Ok(())
    }

    fn screen<'a>(&self, args: &'a [Value], env: &mut Env<'_>) -> Result<Screened<'a>, Fault> {
        let mut screened = Screened {
            args: Cow::Borrowed(args),
            marks: Marks::NONE,
            is_untyped: false,
            is_unknown: false,
        };
        for (at, arg) in args.iter().enumerate() {
            let Some(param) = self.param(at) else { continue };
            if !param.takes_marked && arg.contains_marked() {
                env.charge(arg.size())?;
                let (plain, marks) = arg.unmark_deep();
                screened.args.to_mut()[at] = plain;
                screened.marks = screened.marks.union(&marks);
            }
            if !param.takes_unknown && !arg.is_known() {
                screened.is_unknown = true;
                // The function will not see it, so its marks are not the function's to keep.
                screened.marks = screened.marks.union(arg.marks());
            }
            if screened.is_untyped {
                // What else may be wrong can be said once the type is known.
                continue;
            }
            if arg.is_null() && !param.is_nullable {
                return Err(Fault::arg(at, "argument must not be null"));
            }
            if arg.ty() == Type::DYNAMIC {
                // A null is as known as can be.
                screened.is_untyped = !param.takes_untyped && !arg.is_null();
            } else if !arg.ty().conforms_to(param.kind.ty()) {
                let (want, got) = (param.kind.ty(), arg.ty());
                let message = wb_core::convert::mismatch(got, want);
                return Err(Fault::arg(at, message));
            }
        }
        Ok(screened)
    }

    fn type_for(&self, args: &[Value]) -> Result<Type, Fault> {
        match self.returns {
            Returns::Always(kind) => Ok(kind.ty()),
            Returns::By(rule) => rule(args),
        }
    }
}

/// Calls a provider's function with values of its parameters' types.
pub(crate) fn call_provider(function: &dyn FunctionLogic, args: &[Value]) -> Outcome {
    let signature = function.signature();
    let mut marks = Marks::NONE;
    let mut is_unknown = false;
    let mut plain = Vec::with_capacity(args.len());
    for (at, arg) in args.iter().enumerate() {
        let parameter = signature.parameters.get(at).or(signature.variadic.as_ref());
        let Some(parameter) = parameter else { continue };
        let (arg, found) = arg.unmark_deep();
        marks = marks.union(&found);
        if arg.is_null() && !parameter.allow_null {
            return Err(Fault::arg(at, "argument must not be null"));
        }
        is_unknown |= !arg.is_wholly_known() && !parameter.allow_unknown;
        plain.push(arg);
    }
    if is_unknown {
        return Ok(Value::unknown(signature.result).with_marks(&marks));
    }
    match function.call(&plain) {
        Ok(value) if value.ty().conforms_to(signature.result) => Ok(value.with_marks(&marks)),
        Ok(value) => {
            let (want, got) = (signature.result.friendly_name(), value.ty().friendly_name());
            let message = format!(
                "the provider promised {want} and gave {got}; this is a bug in the provider"
            );
            Err(Fault::new(message))
        }
        Err(error) => Err(Fault { argument: error.argument, ..Fault::new(error.message) }),
    }
}

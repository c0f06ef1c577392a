//! Function calls.

use std::sync::Arc;

use wb_core::convert::convert;
use wb_core::diag::{Diagnostic, FunctionCall};
use wb_core::provider::FunctionLogic;
use wb_core::text::quote;
use wb_core::ty::Type;
use wb_core::value::{Value, View};
use wb_hcl::{Call, Expr, Exprs, suggest};

use super::Evaluator;
use super::scope::ProviderFunctionName;
use crate::functions::{self, Body, Fault, Function, metadata};
use crate::host::Phase;

const EXPANSION: &str = "Invalid expanding argument value";
const INVALID_ARGUMENT: &str = "Invalid function argument";

/// What is called.
#[derive(Clone)]
enum Callee {
    Builtin(&'static Function),
    Provider(Arc<dyn FunctionLogic>),
}

/// A parameter, whoever's it is.
struct Parameter<'f> {
    name: &'f str,
    ty: Type,
}

/// An argument: the expression that it comes from, which several may share, and the value if that is known already.
struct Argument<'t> {
    expr: Expr<'t>,
    value: Option<Value>,
}

impl<'t> Evaluator<'_, '_, 't> {
    pub(super) fn call(&mut self, call: Call<'t>, whole: Expr<'t>) -> Value {
        let name = call.name();
        let Some(callee) = self.callee(&name, call, whole) else { return Value::DYNAMIC };
        if let Callee::Builtin(Function { body: Body::Lazy(lazy), .. }) = &callee {
            return self.lazy(*lazy, &name, call, whole);
        }
        let Some(arguments) = self.arguments(&callee, &name, call, whole) else {
            return Value::DYNAMIC;
        };
        let Some(values) = self.argument_values(&callee, &name, &arguments, whole) else {
            return Value::DYNAMIC;
        };
        let outcome = match &callee {
            Callee::Builtin(function) => function.call(&values, self.env),
            Callee::Provider(function) => functions::call_provider(&**function, &values),
        };
        match outcome {
            Ok(value) => self.admit(value, whole.span()),
            Err(fault) => {
                self.fault(&fault, &callee, &name, &arguments, call, whole);
                Value::DYNAMIC
            }
        }
    }

    /// The function of this name; none is reported.
    fn callee(&mut self, name: &str, call: Call<'t>, whole: Expr<'t>) -> Option<Callee> {
        if !self.env.allows_calls() {
            let detail = "This value must be known before anything is evaluated, so it cannot be the result of a function.";
            self.error("Function calls not allowed", detail, call.name_span());
            return None;
        }
        let is_console = self.env.host().phase() == Phase::Console;
        let core = name.strip_prefix("core::").unwrap_or(name);
        if let Some(function) = functions::find(core).filter(|f| f.exists_in(is_console)) {
            return Some(Callee::Builtin(function));
        }
        if !self.is_template
            && let Some(name) = ProviderFunctionName::parse(name, call.name_span())
        {
            let found = self.env.watched(|scope, diags| scope.provider_function(&name, diags));
            return found.map(Callee::Provider);
        }
        let detail = unknown_function(name, is_console);
        let diagnostic = Diagnostic::error("Call to unknown function", detail)
            .at(call.name_span())
            .within(whole.span());
        self.env.report(diagnostic);
        None
    }

    /// The arguments as they are written, the last one expanded into its elements where the call says so. Nothing
    /// where their number is wrong, which is reported, or not known yet.
    fn arguments(
        &mut self,
        callee: &Callee,
        name: &str,
        call: Call<'t>,
        whole: Expr<'t>,
    ) -> Option<Vec<Argument<'t>>> {
        let arguments = if call.expands_last() {
            self.expanded(call.args(), name, callee, whole)?
        } else {
            call.args().iter().map(|expr| Argument { expr, value: None }).collect()
        };
        let (least, has_more) = callee.arity();
        let given = arguments.len();
        if given < least {
            let qualifier = if has_more { " at least" } else { "" };
            let missing = callee.parameter(given).map_or(String::new(), |p| quote(p.name));
            let detail = format!(
                "Function {} expects{qualifier} {least} argument(s). Missing value for {missing}.",
                quote(name)
            );
            let diagnostic = Diagnostic::error("Not enough function arguments", detail)
                .at(call.close_span())
                .within(whole.span());
            self.report_call(diagnostic, callee, name, whole);
            return None;
        }
        if given > least && !has_more {
            let detail = format!("Function {} expects only {least} argument(s).", quote(name));
            let diagnostic = Diagnostic::error("Too many function arguments", detail)
                .at(arguments[least].expr.span())
                .within(whole.span());
            self.report_call(diagnostic, callee, name, whole);
            return None;
        }
        Some(arguments)
    }

    fn expanded(
        &mut self,
        args: Exprs<'t>,
        name: &str,
        callee: &Callee,
        whole: Expr<'t>,
    ) -> Option<Vec<Argument<'t>>> {
        let last = args.iter().last()?;
        let before = self.env.errors();
        let value = self.expr(last);
        if self.env.errors() > before {
            return None;
        }
        let problem = match value.unmarked().view() {
            View::List(elements) | View::Set(elements) | View::Tuple(elements) => {
                let first = args.iter().take(args.len() - 1);
                let first = first.map(|expr| Argument { expr, value: None });
                let marks = value.marks();
                let rest = elements.iter().map(|element| {
                    let value = element.clone().with_marks(marks);
                    Argument { expr: last, value: Some(value) }
                });
                return Some(first.chain(rest).collect());
            }
            View::Unknown(_) if is_sequence(value.ty()) => return None,
            View::Null(ty) if is_sequence(ty) => {
                "The expanding argument (indicated by ...) must not be null."
            }
            _ => "The expanding argument (indicated by ...) must be of a tuple, list, or set type.",
        };
        let diagnostic = Diagnostic::error(EXPANSION, problem).at(last.span()).within(whole.span());
        self.report_call(diagnostic, callee, name, last);
        None
    }

    /// The arguments' values, converted to the types of their parameters. Nothing where one is wrong, which is
    /// reported for each.
    fn argument_values(
        &mut self,
        callee: &Callee,
        name: &str,
        arguments: &[Argument<'t>],
        whole: Expr<'t>,
    ) -> Option<Vec<Value>> {
        let before = self.env.errors();
        let mut values = Vec::with_capacity(arguments.len());
        for (at, argument) in arguments.iter().enumerate() {
            let errors = self.env.errors();
            let value = match &argument.value {
                Some(value) => value.clone(),
                None => self.expr(argument.expr),
            };
            let Some(parameter) = callee.parameter(at) else { continue };
            if self.env.errors() > errors || value.ty() == parameter.ty {
                values.push(value);
                continue;
            }
            if !parameter.ty.is_primitive()
                && parameter.ty != Type::DYNAMIC
                && self.env.charge(value.size()).is_err()
            {
                self.env.exhaust(argument.expr.span());
                return None;
            }
            match convert(&value, parameter.ty) {
                Ok(value) => values.push(value),
                Err(error) => {
                    let detail = invalid_value(parameter.name, &error.to_string());
                    let diagnostic = Diagnostic::error(INVALID_ARGUMENT, detail)
                        .at(argument.expr.span())
                        .within(whole.span());
                    self.report_call(diagnostic, callee, name, argument.expr);
                }
            }
        }
        (self.env.errors() == before).then_some(values)
    }

    fn fault(
        &mut self,
        fault: &Fault,
        callee: &Callee,
        name: &str,
        arguments: &[Argument<'t>],
        call: Call<'t>,
        whole: Expr<'t>,
    ) {
        if fault.is_exhausted {
            return self.env.exhaust(whole.span());
        }
        let at = fault.argument;
        let blamed = at.and_then(|at| Some((at, callee.parameter(at)?)));
        let diagnostic = match &blamed {
            Some((_, parameter)) => {
                Diagnostic::error(INVALID_ARGUMENT, invalid_value(parameter.name, &fault.message))
            }
            None => Diagnostic::error("Error in function call", failed(name, &fault.message)),
        };
        let argument = blamed.and_then(|(at, _)| arguments.get(at));
        let (span, about) = match argument {
            Some(argument) => (argument.expr.span(), argument.expr),
            None => (call.name_span().join(call.parens_span()), whole),
        };
        let diagnostic = diagnostic.at(span).within(whole.span());
        self.report_call(diagnostic, callee, name, about);
    }

    fn report_call(
        &mut self,
        diagnostic: Diagnostic,
        callee: &Callee,
        name: &str,
        about: Expr<'t>,
    ) {
        let signature = match callee {
            Callee::Builtin(function) => Some(metadata::call_signature(function)),
            Callee::Provider(function) => {
                let base = name.rsplit("::").next().unwrap_or(name);
                Some(metadata::provider_signature(base, function.signature()))
            }
        };
        let call = Some(FunctionCall { name: name.to_owned(), signature });
        self.report_about(Diagnostic { call, ..diagnostic }, about);
    }

    /// Reports that a call of a built-in function failed.
    pub(super) fn failed_call(
        &mut self,
        function: &str,
        why: &str,
        call: Call<'t>,
        whole: Expr<'t>,
    ) -> Diagnostic {
        let signature = functions::find(function).map(metadata::call_signature);
        let diagnostic = Diagnostic::error("Error in function call", failed(function, why))
            .at(call.name_span().join(call.parens_span()))
            .within(whole.span());
        Diagnostic {
            call: Some(FunctionCall { name: function.to_owned(), signature }),
            ..diagnostic
        }
    }
}

impl Callee {
    /// How many arguments it takes at least, and whether more.
    fn arity(&self) -> (usize, bool) {
        match self {
            Self::Builtin(function) => (function.params.len(), function.variadic.is_some()),
            Self::Provider(function) => {
                let signature = function.signature();
                (signature.parameters.len(), signature.variadic.is_some())
            }
        }
    }

    fn parameter(&self, at: usize) -> Option<Parameter<'_>> {
        match self {
            Self::Builtin(function) => {
                function.param(at).map(|p| Parameter { name: p.name, ty: p.kind.ty() })
            }
            Self::Provider(function) => {
                let signature = function.signature();
                let parameter = signature.parameters.get(at).or(signature.variadic.as_ref());
                parameter.map(|p| Parameter { name: &p.name, ty: p.ty })
            }
        }
    }
}

fn is_sequence(ty: Type) -> bool {
    ty == Type::DYNAMIC || ty.is_tuple() || ty.is_list() || ty.is_set()
}

fn invalid_value(parameter: &str, why: &str) -> String {
    format!("Invalid value for {} parameter: {why}.", quote(parameter))
}

fn failed(function: &str, why: &str) -> String {
    format!("Call to function {} failed: {why}.", quote(function))
}

fn unknown_function(name: &str, is_console: bool) -> String {
    let near = |name: &str| {
        let names = functions::all().filter(|f| f.exists_in(is_console)).map(|f| f.name);
        suggest::nearest(name, names)
    };
    if let Some(core) = name.strip_prefix("core::") {
        let hint = near(core).map(|n| format!(" Did you mean {}?", quote(&format!("core::{n}"))));
        let (name, hint) = (quote(core), hint.unwrap_or_default());
        return format!("There is no builtin (core::) function named {name}.{hint}");
    }
    if let Some((namespace, _)) = name.rsplit_once("::") {
        return format!(
            "There are no functions in namespace {}.",
            quote(&format!("{namespace}::"))
        );
    }
    let hint = near(name).map(|near| format!(" Did you mean {}?", quote(near)));
    format!("There is no function named {}.{}", quote(name), hint.unwrap_or_default())
}

//! Functions that take expressions rather than values: `try`, `can`, `convert`, `type`.

use wb_core::diag::Diagnostic;
use wb_core::ty::Type;
use wb_core::value::{Value, View};
use wb_hcl::{Call, Expr};

use super::Evaluator;
use crate::functions::Lazy;
use crate::typeexpr;

impl<'t> Evaluator<'_, '_, 't> {
    pub(super) fn lazy(
        &mut self,
        lazy: Lazy,
        name: &str,
        call: Call<'t>,
        whole: Expr<'t>,
    ) -> Value {
        match lazy {
            Lazy::Try => self.try_each(call, whole),
            Lazy::Can => match self.exactly::<1>(name, call, whole) {
                Some([expr]) => self.can(expr),
                None => Value::DYNAMIC,
            },
            Lazy::Convert => match self.exactly::<2>(name, call, whole) {
                Some([value, ty]) => self.convert(value, ty, call, whole),
                None => Value::DYNAMIC,
            },
            Lazy::Type => {
                let detail =
                    "The console-only \"type\" function cannot be used as part of an expression.";
                self.error("Invalid use of type function", detail, whole.span());
                Value::DYNAMIC
            }
        }
    }

    /// The first argument that has a value. Where that is not wholly known, it may yet turn out to be an error, so
    /// that not even its type can be told.
    fn try_each(&mut self, call: Call<'t>, whole: Expr<'t>) -> Value {
        let start = self.env.checkpoint();
        let mut problems: Vec<Diagnostic> = Vec::new();
        let last = call.args().len().saturating_sub(1);
        for (at, expr) in call.args().iter().enumerate() {
            let value = self.expr(expr);
            if self.env.is_exhausted() {
                return Value::DYNAMIC;
            }
            if self.env.errors() > start.errors() {
                problems.extend(self.env.take_since(start));
                continue;
            }
            // Expanded elements are values already, so the first of them succeeds.
            let value = if call.expands_last() && at == last {
                match value.unmarked().view() {
                    View::List([first, ..]) | View::Set([first, ..]) | View::Tuple([first, ..]) => {
                        first.clone().with_marks(value.marks())
                    }
                    View::List([]) | View::Set([]) | View::Tuple([]) => continue,
                    View::Unknown(_) => return Value::DYNAMIC.with_marks(value.marks()),
                    _ => {
                        let detail = "The expanding argument (indicated by ...) must be of a tuple, list, or set type.";
                        self.error("Invalid expanding argument value", detail, expr.span());
                        return Value::DYNAMIC;
                    }
                }
            } else {
                value
            };
            return if value.is_wholly_known() {
                value
            } else {
                Value::DYNAMIC.with_marks(&value.deep_marks())
            };
        }
        self.nothing_succeeded(&problems, call, whole);
        Value::DYNAMIC
    }

    fn nothing_succeeded(&mut self, problems: &[Diagnostic], call: Call<'t>, whole: Expr<'t>) {
        let errors = || problems.iter().filter(|problem| problem.is_error());
        let why = if call.args().is_empty() {
            "at least one argument is required".to_owned()
        } else {
            let list: String =
                errors().map(|p| format!("- {}\n  {}\n", p.summary, p.detail)).collect();
            format!(
                "no expression succeeded:\n{list}\nAt least one expression must produce a successful result"
            )
        };
        let mut diagnostic = self.failed_call("try", &why, call, whole);
        for problem in errors() {
            if let Some(span) = problem.subject {
                diagnostic = diagnostic.label(span, problem.summary.to_string());
            }
        }
        self.report_about(diagnostic, whole);
    }

    fn can(&mut self, expr: Expr<'t>) -> Value {
        let start = self.env.checkpoint();
        let value = self.expr(expr);
        let failed = self.env.errors() > start.errors();
        self.env.rewind(start);
        if failed {
            Value::FALSE
        } else if value.is_wholly_known() {
            Value::TRUE
        } else {
            Value::unknown(Type::BOOL)
        }
    }

    /// The value as a type constraint wants it.
    fn convert(&mut self, value: Expr<'t>, ty: Expr<'t>, call: Call<'t>, whole: Expr<'t>) -> Value {
        let before = self.env.errors();
        let constraint = self.env.watched(|_, diags| typeexpr::parse(ty, diags));
        let given = self.expr(value);
        if self.env.errors() > before {
            return Value::DYNAMIC;
        }
        if self.env.charge(given.size()).is_err() {
            self.env.exhaust(whole.span());
            return Value::DYNAMIC;
        }
        match constraint.convert(&given) {
            Ok(converted) => self.admit(converted, whole.span()),
            Err(error) => {
                let mut diagnostic = self.failed_call("convert", "", call, whole);
                diagnostic.summary = "Invalid function argument".into();
                diagnostic.detail = format!("Invalid value for \"value\" parameter: {error}.");
                self.report_about(diagnostic.at(value.span()), value);
                Value::DYNAMIC
            }
        }
    }

    /// The arguments, if there are as many.
    fn exactly<const N: usize>(
        &mut self,
        name: &str,
        call: Call<'t>,
        whole: Expr<'t>,
    ) -> Option<[Expr<'t>; N]> {
        let args: Vec<Expr<'t>> = call.args().iter().collect();
        let given = args.len();
        let Ok(args) = <[Expr<'t>; N]>::try_from(args) else {
            let (summary, at) = if given < N {
                ("Not enough function arguments", call.close_span())
            } else {
                ("Too many function arguments", call.args().get(N).map_or(whole.span(), Expr::span))
            };
            let name = wb_core::text::quote(name);
            let detail = format!("Function {name} expects exactly {N} argument(s).");
            self.env.report(Diagnostic::error(summary, detail).at(at).within(whole.span()));
            return None;
        };
        Some(args)
    }
}

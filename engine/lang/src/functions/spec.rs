//! What a function is: its signature, as people read it, and its behaviour.

use wb_core::ty::Type;
use wb_core::value::Value;

use super::fault::Outcome;
use crate::eval::Env;

/// A function of the language.
#[derive(Debug)]
pub struct Function {
    pub name: &'static str,
    /// What it is for, in one or two sentences of Markdown.
    pub description: &'static str,
    pub params: &'static [Param],
    /// Takes any number of further arguments.
    pub variadic: Option<Param>,
    pub(crate) returns: Returns,
    pub(crate) body: Body,
    /// Whether the result is never null.
    pub(crate) is_not_null: bool,
    /// Whether the answer is not a function of the arguments, so that it is unknown while a plan is made.
    pub(crate) is_impure: bool,
}

/// A parameter: what it takes, and what the function wants to see of it as it is.
///
/// By default an argument that is null is an error, one that is unknown or of unknown type makes the result unknown,
/// and marks on or in it are taken off before the call and put on the result.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    pub name: &'static str,
    pub description: &'static str,
    pub kind: Kind,
    pub is_nullable: bool,
    pub(crate) takes_unknown: bool,
    pub(crate) takes_untyped: bool,
    pub(crate) takes_marked: bool,
}

/// The type constraint of a parameter or a result, in a form that a constant can have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Any,
    Bool,
    Number,
    String,
    List(&'static Kind),
    Set(&'static Kind),
    Map(&'static Kind),
    /// An expression, evaluated by the function if at all; shown as "any type".
    Expression,
    /// A type constraint, written as in a variable's declaration.
    Type,
}

/// The type of a result.
#[derive(Clone, Copy)]
pub(crate) enum Returns {
    Always(Kind),
    /// Worked out from the arguments, of which some may be unknown. It may also find that they do not fit.
    By(fn(&[Value]) -> Result<Type, super::fault::Fault>),
}

/// What a function does.
#[derive(Clone, Copy)]
pub(crate) enum Body {
    Plain(fn(&[Value]) -> Outcome),
    /// Needs the host, or charges for what it makes before it makes it.
    With(fn(&[Value], &mut Env<'_>) -> Outcome),
    /// Decides itself whether and how its arguments are evaluated.
    Lazy(Lazy),
}

/// The functions that get expressions rather than values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Lazy {
    Try,
    Can,
    Convert,
    Type,
}

impl Function {
    pub(crate) const fn new(
        name: &'static str,
        description: &'static str,
        params: &'static [Param],
        returns: Returns,
        body: Body,
    ) -> Self {
        let variadic = None;
        Self {
            name,
            description,
            params,
            variadic,
            returns,
            body,
            is_not_null: true,
            is_impure: false,
        }
    }

    /// The function takes further arguments.
    pub(crate) const fn variadic(mut self, param: Param) -> Self {
        self.variadic = Some(param);
        self
    }

    /// The answer is another one each time.
    pub(crate) const fn impure(mut self) -> Self {
        self.is_impure = true;
        self
    }

    /// The result may be null.
    pub(crate) const fn may_be_null(mut self) -> Self {
        self.is_not_null = false;
        self
    }

    /// Whether it can be called: `type` in the console only, `plantimestamp` anywhere else.
    pub(crate) fn exists_in(&self, is_console: bool) -> bool {
        match self.name {
            "type" => is_console,
            "plantimestamp" => !is_console,
            _ => true,
        }
    }

    /// Whether listings show it: not where it only says what to use instead of it, and not in the console alone.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        !matches!(self.name, "list" | "map" | "type")
    }

    /// The parameter that takes the argument at `index`.
    #[must_use]
    pub fn param(&self, index: usize) -> Option<&Param> {
        self.params.get(index).or(self.variadic.as_ref())
    }

    /// The type of the result for arguments of which nothing is known.
    #[must_use]
    pub fn return_type(&self) -> Type {
        match self.returns {
            Returns::Always(kind) => kind.ty(),
            Returns::By(rule) => {
                let args: Vec<Value> = self
                    .params
                    .iter()
                    .chain(&self.variadic)
                    .map(|param| Value::unknown(param.kind.ty()))
                    .collect();
                let open =
                    self.params.iter().any(|p| p.kind.ty() == Type::DYNAMIC && !p.takes_untyped);
                if open { Type::DYNAMIC } else { rule(&args).unwrap_or(Type::DYNAMIC) }
            }
        }
    }
}

impl Param {
    pub(crate) const fn new(name: &'static str, kind: Kind, description: &'static str) -> Self {
        Self {
            name,
            description,
            kind,
            is_nullable: false,
            takes_unknown: false,
            takes_untyped: false,
            takes_marked: false,
        }
    }

    /// Null is as good as any other argument.
    pub(crate) const fn nullable(mut self) -> Self {
        self.is_nullable = true;
        self
    }

    /// The function deals with an unknown argument itself.
    pub(crate) const fn unknown(mut self) -> Self {
        self.takes_unknown = true;
        self
    }

    /// The function deals with an argument of unknown type itself.
    pub(crate) const fn untyped(mut self) -> Self {
        self.takes_untyped = true;
        self
    }

    /// The function deals with marks itself.
    pub(crate) const fn marked(mut self) -> Self {
        self.takes_marked = true;
        self
    }

    /// The function takes whatever comes.
    pub(crate) const fn anything(self) -> Self {
        self.nullable().unknown().untyped().marked()
    }
}

impl Kind {
    /// The type constraint.
    #[must_use]
    pub fn ty(self) -> Type {
        match self {
            Self::Any | Self::Expression | Self::Type => Type::DYNAMIC,
            Self::Bool => Type::BOOL,
            Self::Number => Type::NUMBER,
            Self::String => Type::STRING,
            Self::List(element) => Type::list(element.ty()),
            Self::Set(element) => Type::set(element.ty()),
            Self::Map(element) => Type::map(element.ty()),
        }
    }
}

impl std::fmt::Debug for Returns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Always(kind) => write!(f, "Always({kind:?})"),
            Self::By(_) => f.write_str("By(..)"),
        }
    }
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Plain(_) => f.write_str("Plain(..)"),
            Self::With(_) => f.write_str("With(..)"),
            Self::Lazy(lazy) => write!(f, "Lazy({lazy:?})"),
        }
    }
}

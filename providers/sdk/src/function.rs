//! Functions of providers.

use std::fmt;

use wb_core::provider::{FunctionError, FunctionLogic, Parameter, Signature};
use wb_core::ty::Type;
use wb_core::value::Value;

/// A function as a signature and a body. Arguments are known, and not null unless the signature allows it.
pub struct Function {
    signature: Signature,
    call: fn(&[Value]) -> Result<Value, FunctionError>,
}

impl Function {
    #[must_use]
    pub fn new(
        summary: &'static str,
        parameters: Vec<Parameter>,
        result: Type,
        call: fn(&[Value]) -> Result<Value, FunctionError>,
    ) -> Self {
        let signature = Signature {
            summary: summary.into(),
            description: summary.into(),
            parameters,
            variadic: None,
            result,
        };
        Self { signature, call }
    }
}

/// A parameter that takes no null and nothing unknown.
#[must_use]
pub fn parameter(name: &'static str, ty: Type, description: &'static str) -> Parameter {
    Parameter {
        name: name.into(),
        ty,
        allow_null: false,
        allow_unknown: false,
        description: description.into(),
    }
}

/// What is wrong with an argument, counted from 0.
#[must_use]
pub fn wrong_argument(at: usize, message: impl Into<String>) -> FunctionError {
    FunctionError { argument: Some(at), message: message.into() }
}

impl FunctionLogic for Function {
    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        (self.call)(arguments)
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Function").field(&self.signature.summary).finish()
    }
}

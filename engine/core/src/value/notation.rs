//! Values and types in the notation of cty, the library behind Terraform's values: `cty.StringVal("a")`.
//!
//! Terraform reports a provider that breaks its contract in this notation; provider authors search for such messages
//! word for word.

use std::fmt::{self, Write as _};

use crate::marks::Mark;
use crate::number::{Number, TEXT_PRECISION};
use crate::refine::{MAX_LENGTH, Refinement};
use crate::text::quote;
use crate::ty::{Type, TypeKind};

use super::{Value, View};

/// Displays a value in cty's notation. It shows sensitive content.
#[derive(Clone, Copy, Debug)]
pub struct Notation<'a>(pub &'a Value);

/// Displays a type in cty's notation.
#[derive(Clone, Copy, Debug)]
pub struct TypeNotation(pub Type);

impl fmt::Display for Notation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ty = TypeNotation(self.0.ty());
        let element = || TypeNotation(self.0.ty().element().unwrap_or(Type::DYNAMIC));
        match self.0.view() {
            View::Marked(value, marks) => {
                write!(f, "{}", Notation(value))?;
                marks.iter().try_for_each(|mark| write!(f, ".Mark({})", mark_name(&mark)))
            }
            View::Null(_) => write!(f, "cty.NullVal({ty})"),
            View::Unknown(_) if self.0.ty() == Type::DYNAMIC => f.write_str("cty.DynamicVal"),
            View::Unknown(known) => write!(f, "cty.UnknownVal({ty}){}", refinements(known)),
            View::Bool(value) => f.write_str(if value { "cty.True" } else { "cty.False" }),
            View::Number(number) => write_number(f, number),
            View::String(text) => write!(f, "cty.StringVal({})", quote(text)),
            View::Set([]) => write!(f, "cty.SetValEmpty({})", element()),
            View::List([]) => write!(f, "cty.ListValEmpty({})", element()),
            View::Map(map) if map.is_empty() => write!(f, "cty.MapValEmpty({})", element()),
            View::Tuple([]) => f.write_str("cty.EmptyTupleVal"),
            View::Object(object) if object.is_empty() => f.write_str("cty.EmptyObjectVal"),
            View::Set(elements) => write_elements(f, "SetVal", elements),
            View::List(elements) => write_elements(f, "ListVal", elements),
            View::Tuple(elements) => write_elements(f, "TupleVal", elements),
            View::Map(map) => write_entries(f, "MapVal", map.iter()),
            View::Object(object) => write_entries(f, "ObjectVal", object.iter()),
        }
    }
}

impl fmt::Display for TypeNotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.kind() {
            TypeKind::Dynamic => f.write_str("cty.DynamicPseudoType"),
            TypeKind::Bool => f.write_str("cty.Bool"),
            TypeKind::Number => f.write_str("cty.Number"),
            TypeKind::String => f.write_str("cty.String"),
            TypeKind::List(element) => write!(f, "cty.List({})", Self(element)),
            TypeKind::Set(element) => write!(f, "cty.Set({})", Self(element)),
            TypeKind::Map(element) => write!(f, "cty.Map({})", Self(element)),
            TypeKind::Tuple(tuple) if tuple.is_empty() => f.write_str("cty.EmptyTuple"),
            TypeKind::Tuple(tuple) => {
                write!(f, "cty.Tuple([]cty.Type{{{}}})", separated(tuple.iter().map(Self)))
            }
            TypeKind::Object(object) if object.is_empty() => f.write_str("cty.EmptyObject"),
            TypeKind::Object(object) => {
                let entries =
                    object.iter().map(|(name, ty)| format!("{}:{}", quote(name), Self(ty)));
                let entries = format!("map[string]cty.Type{{{}}}", separated(entries));
                let optional = object.iter().filter(|(name, _)| object.is_optional(name));
                let optional = separated(optional.map(|(name, _)| quote(name)));
                if optional.is_empty() {
                    return write!(f, "cty.Object({entries})");
                }
                write!(f, "cty.ObjectWithOptionalAttrs({entries}, []string{{{optional}}})")
            }
        }
    }
}

fn write_number(f: &mut fmt::Formatter<'_>, number: &Number) -> fmt::Result {
    if number.is_infinite() {
        return write!(f, "cty.NumberFloatVal({number})");
    }
    if number.is_integer() || number.is_zero() {
        return write!(f, "cty.NumberIntVal({})", number.to_general(None));
    }
    let float = number.to_f64();
    let exact = Number::from_f64(float).map(|float| float.with_precision(TEXT_PRECISION));
    match exact {
        Some(exact) if exact.compare(number).is_eq() => {
            let float = exact.with_precision(crate::number::FLOAT_PRECISION);
            write!(f, "cty.NumberFloatVal({})", float.to_general(None))
        }
        _ => write!(f, "cty.MustParseNumberVal({})", quote(&number.to_string())),
    }
}

fn refinements(known: &Refinement) -> String {
    let mut calls = String::new();
    if known.is_not_null() {
        calls.push_str(".NotNull()");
    }
    if !known.prefix().is_empty() {
        calls += &format!(".StringPrefixFull({})", quote(known.prefix()));
    }
    for (name, bound) in [("Lower", known.min()), ("Upper", known.max())] {
        if let Some(bound) = bound {
            let number = Notation(&Value::number(bound.number.clone())).to_string();
            calls += &format!(".Number{name}Bound({number}, {})", bound.inclusive);
        }
    }
    if known.min_length() != 0 {
        calls += &format!(".CollectionLengthLowerBound({})", known.min_length());
    }
    if known.max_length() != MAX_LENGTH {
        calls += &format!(".CollectionLengthUpperBound({})", known.max_length());
    }
    match calls.as_str() {
        "" => calls,
        ".NotNull()" => ".RefineNotNull()".to_owned(),
        _ => format!(".Refine(){calls}.NewValue()"),
    }
}

fn mark_name(mark: &Mark) -> String {
    match mark {
        Mark::Sensitive => "marks.Sensitive".to_owned(),
        Mark::Ephemeral => "marks.Ephemeral".to_owned(),
        Mark::Deprecated(cause) => format!("marks.Deprecated({})", quote(&cause.subject)),
    }
}

fn write_elements(f: &mut fmt::Formatter<'_>, name: &str, elements: &[Value]) -> fmt::Result {
    write!(f, "cty.{name}([]cty.Value{{{}}})", separated(elements.iter().map(Notation)))
}

fn write_entries<'n, 'a>(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    entries: impl Iterator<Item = (&'n str, &'a Value)>,
) -> fmt::Result {
    let entries = entries.map(|(key, value)| format!("{}:{}", quote(key), Notation(value)));
    write!(f, "cty.{name}(map[string]cty.Value{{{}}})", separated(entries))
}

fn separated(items: impl Iterator<Item = impl fmt::Display>) -> String {
    let mut text = String::new();
    for item in items {
        if !text.is_empty() {
            text.push_str(", ");
        }
        // Writing to a string cannot fail.
        let _ = write!(text, "{item}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(value: &Value) -> String {
        Notation(value).to_string()
    }

    #[test]
    fn values_are_written_as_calls() {
        let value = Value::object([
            ("a", Value::list(Type::NUMBER, [1_000_000.into(), Value::from(7)])),
            ("b", Value::tuple([Value::TRUE, Value::float(0.5).unwrap()])),
        ]);
        assert_eq!(
            show(&value),
            "cty.ObjectVal(map[string]cty.Value{\"a\":cty.ListVal([]cty.Value{cty.NumberIntVal(1e+06), \
             cty.NumberIntVal(7)}), \"b\":cty.TupleVal([]cty.Value{cty.True, cty.NumberFloatVal(0.5)})})"
        );
        assert_eq!(show(&Value::set(Type::BOOL, [])), "cty.SetValEmpty(cty.Bool)");
    }

    #[test]
    fn unknown_values_say_what_is_known() {
        let list = Type::list(Type::object([("x", Type::STRING)]));
        let value = Value::unknown(list).refine().not_null().length_max(3).build().unwrap();
        assert_eq!(
            show(&value),
            "cty.UnknownVal(cty.List(cty.Object(map[string]cty.Type{\"x\":cty.String}))).Refine().NotNull()\
             .CollectionLengthUpperBound(3).NewValue()"
        );
        assert_eq!(show(&Value::DYNAMIC), "cty.DynamicVal");
    }
}

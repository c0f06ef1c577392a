//! Carrying out a plan on a value.

use std::borrow::Cow;

use crate::number::Number;
use crate::path::Step as PathStep;
use crate::text::{Name, quote};
use crate::ty::{Type, TypeKind};
use crate::unify::unify;
use crate::value::{MapView, ObjectView, Value, View};

use super::plan::{Field, Method, Plan, Step};
use super::untyped::{convert_unknown, settle};
use super::{Conversion, ConvertError, Safety, convert, mismatch};

type Result<T> = std::result::Result<T, ConvertError>;

const DIFFERENT_IN_LIST: &str = "element types must all match for conversion to list";
const DIFFERENT_IN_SET: &str = "element types must all match for conversion to set";
const DIFFERENT_IN_MAP: &str = "element types must all match for conversion to map";
const DIFFERENT_FROM_OBJECT: &str = "attribute types must all match for conversion to map";
const NO_COMMON_TYPE: &str = "cannot find a common base type for all elements";

impl Plan {
    pub(super) fn apply(&self, value: &Value) -> Result<Value> {
        if self.to == Type::DYNAMIC {
            return Ok(value.clone());
        }
        let converted = match value.unmarked() {
            inner if !inner.is_known() => convert_unknown(inner, self.to),
            inner if inner.is_null() => {
                Value::null(settle(Some(inner.ty()), self.to.without_optional()))
            }
            inner => self.apply_known(inner)?,
        };
        Ok(converted.with_marks(value.marks()))
    }

    fn apply_known(&self, value: &Value) -> Result<Value> {
        match (&self.method, value.view()) {
            (Method::Pass, _) => Ok(value.clone()),
            (Method::NumberToString, View::Number(number)) => Ok(Value::string(number.to_string())),
            (Method::BoolToString, View::Bool(value)) => {
                Ok(Value::string(if value { "true" } else { "false" }))
            }
            (Method::StringToNumber, View::String(text)) => {
                Number::parse(text).map(Value::number).map_err(|e| ConvertError::new(e.to_string()))
            }
            (Method::StringToBool, View::String(text)) => string_to_bool(text),
            (Method::ObjectToObject(fields), View::Object(object)) => {
                self.object_to_object(object, fields)
            }
            (Method::MapToObject(fields), View::Map(map)) => self.map_to_object(map, fields),
            (Method::ObjectToMap { element, steps }, View::Object(object)) => {
                self.object_to_map(object, *element, steps)
            }
            (Method::MapToMap { element, step }, View::Map(map)) => {
                map_to_map(value, map, *element, step)
            }
            (Method::TupleToTuple(runs), View::Tuple(elements)) => {
                in_runs(elements, runs).map(Value::tuple)
            }
            (Method::TupleToList { element, runs }, View::Tuple(elements)) => {
                let elements = self.same_type(in_runs(elements, runs)?)?;
                Value::try_list(or_open(*element, &elements), elements)
                    .map_err(|_| ConvertError::new(DIFFERENT_IN_LIST))
            }
            (Method::TupleToSet { element, runs }, View::Tuple(elements)) => {
                let elements = in_runs(elements, runs)?;
                Value::try_set(or_open(*element, &elements), elements)
                    .map_err(|_| ConvertError::new(DIFFERENT_IN_SET))
            }
            (Method::SequenceToList { element, step }, View::List(have) | View::Set(have)) => {
                sequence_to_list(value, have, *element, step)
            }
            (Method::SequenceToSet { element, step }, View::List(have) | View::Set(have)) => {
                let elements = in_sequence(have, step)?;
                let element = element_or(*element, value, &elements);
                Value::try_set(element, elements).map_err(|_| ConvertError::new(DIFFERENT_IN_SET))
            }
            // What was of unknown type when the plan was made has one now.
            _ => convert(value, self.to),
        }
    }

    fn object_to_object(
        &self,
        object: ObjectView<'_>,
        fields: &[Option<(usize, Step)>],
    ) -> Result<Value> {
        let to = self.to.as_object().expect("the plan is for an object type");
        let values = fields.iter().zip(to.iter()).map(|(field, (name, want))| match field {
            Some((at, step)) => run(step.as_ref(), &object.values()[*at])
                .map_err(|e| e.under(PathStep::GetAttr(name.into()))),
            None => Ok(Value::null(want)),
        });
        Ok(Value::object_of(to.shape(), values.collect::<Result<_>>()?))
    }

    fn map_to_object(&self, map: MapView<'_>, fields: &[Field]) -> Result<Value> {
        let to = self.to.as_object().expect("the plan is for an object type");
        let mut values = Vec::with_capacity(fields.len());
        for (i, (field, (name, want))) in fields.iter().zip(to.iter()).enumerate() {
            values.push(match (map.get(name), field) {
                (Some(element), Field::Convert(step)) => run(step.as_ref(), element)
                    .map_err(|e| e.under(PathStep::Index(Value::string(name))))?,
                (Some(element), Field::OnlyAbsent) => {
                    let why = mismatch(element.ty(), want);
                    let name = quote(name);
                    return Err(ConvertError::new(format!(
                        "map element type is incompatible with attribute {name}: {why}"
                    )));
                }
                (None, _) if to.is_optional_at(i) => Value::null(want),
                (None, _) => {
                    let name = quote(name);
                    return Err(ConvertError::new(format!(
                        "map has no element for required attribute {name}"
                    )));
                }
            });
        }
        Ok(Value::object_of(to.shape(), values))
    }

    fn object_to_map(
        &self,
        object: ObjectView<'_>,
        element: Type,
        steps: &[Step],
    ) -> Result<Value> {
        let entries = object.iter().zip(steps).map(|((name, value), step)| {
            let value = run(step.as_ref(), value);
            let under = |e: ConvertError| e.under(PathStep::Index(Value::string(name)));
            Ok((Name::new_static(name), value.map_err(under)?))
        });
        let entries = entries.collect::<Result<Vec<_>>>()?;
        make_map(element, entries, self.safety, DIFFERENT_FROM_OBJECT)
    }

    /// Elements of structure types can come out with different types where the wanted one is open.
    fn same_type(&self, elements: Vec<Value>) -> Result<Vec<Value>> {
        let types = elements.iter().map(Value::ty);
        let Some(common) = common_type(types, self.safety)? else {
            return Ok(elements);
        };
        let step = |(at, value): (usize, &Value)| {
            to_common(value, common, self.safety, DIFFERENT_IN_LIST)
                .map_err(|e| e.under(PathStep::Index(Value::from(at))))
        };
        elements.iter().enumerate().map(step).collect()
    }
}

fn string_to_bool(text: &str) -> Result<Value> {
    let hint = "a bool is required; to convert from string, use lowercase";
    match text {
        "true" | "1" => Ok(Value::TRUE),
        "false" | "0" => Ok(Value::FALSE),
        _ => Err(ConvertError::new(match text.to_lowercase().as_str() {
            "true" => Cow::Owned(format!("{hint} \"true\"")),
            "false" => Cow::Owned(format!("{hint} \"false\"")),
            _ => Cow::Borrowed("a bool is required"),
        })),
    }
}

fn sequence_to_list(value: &Value, have: &[Value], element: Type, step: &Step) -> Result<Value> {
    let (fewest, most) = value.length_bounds();
    if fewest != most {
        // Unknown elements of a set may coincide with others, so there is no telling how long the list will be.
        let source = value.ty().element();
        return Ok(Value::unknown(Type::list(settle(source, element.without_optional()))));
    }
    let elements = in_sequence(have, step)?;
    let element = element_or(element, value, &elements);
    Value::try_list(element, elements).map_err(|_| ConvertError::new(DIFFERENT_IN_LIST))
}

fn map_to_map(
    value: &Value,
    map: MapView<'_>,
    element: Type,
    step: &std::sync::Arc<Plan>,
) -> Result<Value> {
    let entries = map.iter().map(|(key, value)| {
        let under = |e: ConvertError| e.under(PathStep::Index(Value::string(key)));
        Ok((Name::new(key), step.apply(value).map_err(under)?))
    });
    let entries = entries.collect::<Result<Vec<_>>>()?;
    if entries.is_empty() {
        return Ok(Value::map::<&str>(element_or(element, value, &[]), []));
    }
    make_map(element, entries, Safety::Safe, DIFFERENT_IN_MAP)
}

fn make_map(
    element: Type,
    entries: Vec<(Name, Value)>,
    safety: Safety,
    different: &str,
) -> Result<Value> {
    let is_structure = element.is_collection() || element.is_object();
    let types = entries.iter().map(|(_, value)| value.ty());
    let common = if is_structure { common_type(types, safety)? } else { None };
    let entries = match common {
        None => entries,
        Some(common) => {
            let step = |(key, value): (Name, Value)| {
                let value = to_common(&value, common, safety, different);
                let under = |e: ConvertError| e.under(PathStep::Index(Value::string(&key)));
                Ok((key.clone(), value.map_err(under)?))
            };
            entries.into_iter().map(step).collect::<Result<Vec<_>>>()?
        }
    };
    let values = || entries.iter().map(|(_, value)| value);
    let element = if values().next().is_some() { Type::DYNAMIC } else { element };
    Value::try_map(element, entries).map_err(|_| ConvertError::new(different))
}

/// The type that all should be converted to, or nothing where they have one already.
fn common_type(types: impl Iterator<Item = Type>, safety: Safety) -> Result<Option<Type>> {
    let mut distinct: Vec<Type> = Vec::new();
    for ty in types {
        if distinct.last() != Some(&ty) {
            distinct.push(ty);
        }
    }
    if distinct.len() <= 1 {
        return Ok(None);
    }
    unify(distinct, safety)
        .map(|common| Some(common.ty))
        .ok_or_else(|| ConvertError::new(NO_COMMON_TYPE))
}

fn to_common(value: &Value, common: Type, safety: Safety, different: &str) -> Result<Value> {
    if value.ty() == common {
        return Ok(value.clone());
    }
    match Conversion::between(value.ty(), common, safety) {
        Some(conversion) => conversion.apply(value),
        None => Err(ConvertError::new(different)),
    }
}

fn in_sequence(elements: &[Value], step: &Step) -> Result<Vec<Value>> {
    elements.iter().enumerate().map(|(at, value)| at_position(at, step, value)).collect()
}

fn in_runs(elements: &[Value], runs: &[(usize, Step)]) -> Result<Vec<Value>> {
    let steps = runs.iter().flat_map(|(count, step)| std::iter::repeat_n(step, *count));
    let pairs = elements.iter().zip(steps).enumerate();
    pairs.map(|(at, (value, step))| at_position(at, step, value)).collect()
}

fn at_position(at: usize, step: &Step, value: &Value) -> Result<Value> {
    run(step.as_ref(), value).map_err(|e| e.under(PathStep::Index(Value::from(at))))
}

fn run(step: Option<&std::sync::Arc<Plan>>, value: &Value) -> Result<Value> {
    step.map_or_else(|| Ok(value.clone()), |plan| plan.apply(value))
}

/// The element type to make a collection with: what its elements have, or the wanted one where there are none.
fn or_open(element: Type, elements: &[Value]) -> Type {
    if elements.is_empty() { element } else { Type::DYNAMIC }
}

/// As [`or_open`]; an empty collection keeps its own element type where any is wanted.
fn element_or(element: Type, source: &Value, elements: &[Value]) -> Type {
    match (elements, element.kind(), source.ty().element()) {
        ([], TypeKind::Dynamic, Some(own)) => own,
        _ => or_open(element, elements),
    }
}

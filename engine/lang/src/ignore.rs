//! `ignore_changes`: parts of a configuration that stay as they were.

use wb_core::number::Number;
use wb_core::path::Step as PathStep;
use wb_core::value::{PathMarks, Value, View};
use wb_hcl::{StepKind, Traversal};

use crate::config::IgnoreChanges;

/// The configuration, with what is to be ignored as the object has it. Both values are unmarked and of one type.
#[must_use]
pub fn apply(ignored: &IgnoreChanges, prior: &Value, config: &Value) -> Value {
    match ignored {
        IgnoreChanges::None => config.clone(),
        IgnoreChanges::All => prior.clone(),
        IgnoreChanges::Some(paths) => {
            paths.iter().fold(config.clone(), |config, path| match steps(path) {
                Some(steps) => keep(&steps, prior, &config),
                None => config,
            })
        }
    }
}

/// The marks of the configuration, with those of the object where changes are to be ignored.
#[must_use]
pub fn marks(
    ignored: &IgnoreChanges,
    prior: &[PathMarks],
    config: Vec<PathMarks>,
) -> Vec<PathMarks> {
    let paths: Vec<Vec<PathStep>> = match ignored {
        IgnoreChanges::None => return config,
        IgnoreChanges::All => return prior.to_vec(),
        IgnoreChanges::Some(paths) => paths.iter().filter_map(steps).collect(),
    };
    let is_ignored =
        |marks: &&PathMarks| paths.iter().any(|path| marks.path.steps().starts_with(path));
    let wanted = config.iter().filter(|marks| !is_ignored(marks));
    wanted.chain(prior.iter().filter(is_ignored)).cloned().collect()
}

/// The steps that a reference relative to a resource takes.
fn steps(path: &Traversal<'_>) -> Option<Vec<PathStep>> {
    let mut steps = vec![PathStep::GetAttr(path.root().into())];
    for step in path.steps().iter() {
        steps.push(match step.kind {
            StepKind::Attribute(name) => PathStep::GetAttr(name.into()),
            StepKind::Key(key) => PathStep::Index(Value::from(key)),
            StepKind::Index(digits) => PathStep::Index(Value::number(Number::parse(digits).ok()?)),
            StepKind::Odd(_) | StepKind::Splat => return None,
        });
    }
    Some(steps)
}

/// `config` with the part at the steps as `prior` has it.
fn keep(steps: &[PathStep], prior: &Value, config: &Value) -> Value {
    let [step, rest @ ..] = steps else { return prior.clone() };
    if prior.is_null() || !prior.is_known() || !config.is_known() || config.is_null() {
        return config.clone();
    }
    match (step, config.view(), prior.view()) {
        (PathStep::GetAttr(name), View::Object(wanted), View::Object(had)) => {
            let (Some(_), Some(before)) = (wanted.get(name), had.get(name)) else {
                return config.clone();
            };
            Value::object_of(
                wanted.shape(),
                wanted
                    .iter()
                    .map(
                        |(n, value)| {
                            if n == &**name { keep(rest, before, value) } else { value.clone() }
                        },
                    )
                    .collect(),
            )
        }
        (PathStep::GetAttr(_), View::Map(_), View::Map(_)) => {
            let PathStep::GetAttr(name) = step else { return config.clone() };
            keep_key(name, rest, prior, config)
        }
        (PathStep::Index(key), View::Map(_), View::Map(_)) => match key.as_str() {
            Some(key) => keep_key(key, rest, prior, config),
            None => config.clone(),
        },
        (PathStep::Index(key), View::List(wanted), View::List(had)) => {
            let Some(at) = key.as_number().and_then(Number::to_usize) else {
                return config.clone();
            };
            let (Some(value), Some(before)) = (wanted.get(at), had.get(at)) else {
                return config.clone();
            };
            let mut elements = wanted.to_vec();
            elements[at] = keep(rest, before, value);
            let element = config.ty().element().unwrap_or(value.ty());
            Value::try_list(element, elements).unwrap_or_else(|_| config.clone())
        }
        _ => config.clone(),
    }
}

/// One element of a map as it was: also that it was not there.
fn keep_key(key: &str, rest: &[PathStep], prior: &Value, config: &Value) -> Value {
    let (View::Map(wanted), View::Map(had)) = (config.view(), prior.view()) else {
        return config.clone();
    };
    let mut entries: Vec<(&str, Value)> =
        wanted.iter().filter(|(k, _)| *k != key).map(|(k, v)| (k, v.clone())).collect();
    match (wanted.get(key), had.get(key)) {
        (Some(value), Some(before)) => entries.push((key, keep(rest, before, value))),
        (None, Some(before)) if rest.is_empty() => entries.push((key, before.clone())),
        (Some(value), None) if !rest.is_empty() => entries.push((key, value.clone())),
        _ => {}
    }
    let element = config.ty().element().unwrap_or(wb_core::ty::Type::DYNAMIC);
    Value::try_map(element, entries).unwrap_or_else(|_| config.clone())
}

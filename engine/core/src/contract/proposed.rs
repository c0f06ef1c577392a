//! The proposed value: the configuration, with what the provider set before where the user left it to the provider.

use super::alike::alike;
use super::{Members, element, elements, member};
use crate::schema::{Attribute, Block, NestedAttributes, NestedBlock, Nesting, Shape};
use crate::ty::Type;
use crate::value::{Value, View};

/// Merges the prior object into a configuration.
///
/// `prior` is wholly known, and null where there is no object. Blocks and nested objects are matched by position or key; in a set,
/// which has neither, by everything that is not computed.
#[must_use]
pub fn proposed_new(block: &Block, prior: &Value, config: &Value) -> Value {
    if config.is_null() && prior.is_null() {
        return prior.clone();
    }
    if prior.is_null() {
        return merge(block, &block.empty_value(), config);
    }
    merge(block, prior, config)
}

/// What a data source, or whatever else is read later, will look like: unknown where the provider decides.
#[must_use]
pub fn planned_unknown(block: &Block, config: &Value) -> Value {
    merge(block, &Value::unknown(block.ty()), config)
}

fn merge(block: &Block, prior: &Value, config: &Value) -> Value {
    if config.is_null() || !config.is_known() {
        // Only a whole resource can have such a configuration, and that was found wrong before.
        return prior.clone();
    }
    object(Members::of(block), block.ty(), prior, config)
}

/// Merges what two objects are made of. `ty` is the type of the schema, which gives the order of names.
fn object(members: Members<'_>, ty: Type, prior: &Value, config: &Value) -> Value {
    members.assemble(ty, &mut |schema| attribute(schema, prior, config), &mut |schema| {
        nested_block(schema, prior, config)
    })
}

fn attribute(attribute: &Attribute, prior: &Value, config: &Value) -> Value {
    let ty = attribute.ty();
    let config = member(config, &attribute.name, ty);
    if attribute.settable.computed && config.is_null() {
        let prior = member(prior, &attribute.name, ty);
        // Where the prior value holds something that only a user can have set, the user has now removed it.
        let was_set = attribute.settable.optional
            && attribute.as_nested().is_some_and(|nested| holds_configured(nested, &prior));
        return if was_set { config } else { prior };
    }
    match &attribute.shape {
        Shape::Nested(nested) => {
            nested_attribute(nested, &member(prior, &attribute.name, ty), config)
        }
        Shape::Plain(_) => config,
    }
}

fn nested_attribute(nested: &NestedAttributes, prior: &Value, config: Value) -> Value {
    if !config.is_known() || config.is_null() {
        return config;
    }
    let members = Members::of_attributes(nested.attributes());
    let one = nested.object_type();
    match nested.nesting {
        Nesting::Single | Nesting::Group => object(members, one, prior, &config),
        Nesting::List | Nesting::Map => each(prior, config, &mut |prior, config| {
            if config.is_null() { config.clone() } else { object(members, one, prior, config) }
        }),
        Nesting::Set => set(members, prior, config, &mut |prior, config| {
            if config.is_null() { config.clone() } else { object(members, one, prior, config) }
        }),
    }
}

fn nested_block(schema: &NestedBlock, prior: &Value, config: &Value) -> Value {
    let ty = schema.ty();
    let config = member(config, &schema.name, ty);
    if !config.is_known() || (config.is_null() && schema.nesting != Nesting::Group) {
        // Unknown blocks come from `dynamic` blocks over something unknown.
        return config;
    }
    let prior = member(prior, &schema.name, ty);
    let block = &schema.block;
    match schema.nesting {
        Nesting::Single | Nesting::Group => proposed_new(block, &prior, &config),
        Nesting::List | Nesting::Map => {
            each(&prior, config, &mut |prior, config| proposed_new(block, prior, config))
        }
        Nesting::Set => set(Members::of(block), &prior, config, &mut |prior, config| {
            proposed_new(block, prior, config)
        }),
    }
}

type Merge<'a> = dyn FnMut(&Value, &Value) -> Value + 'a;

/// Merges elements that have the same position or key; those that are new stay as they are configured.
fn each(prior: &Value, config: Value, merge: &mut Merge<'_>) -> Value {
    let elements = elements(&config);
    if elements.is_empty() {
        return config;
    }
    let unknown_prior =
        (!prior.is_known()).then(|| config.ty().element()).flatten().map(Value::unknown);
    let mut merged = elements.into_iter().map(|(step, config)| {
        let prior = element(prior, &step).or(unknown_prior.as_ref());
        prior.map_or_else(|| config.clone(), |prior| merge(prior, config))
    });
    let element = config.ty().element().unwrap_or(Type::DYNAMIC);
    match config.unmarked().view() {
        View::List(_) => Value::try_list(element, merged).unwrap_or_else(|_| config.clone()),
        View::Map(map) => {
            let entries: Vec<_> = map.keys().zip(merged).collect();
            Value::try_map(element, entries).unwrap_or_else(|_| config.clone())
        }
        View::Object(object) => Value::object_of(object.shape(), merged.collect()),
        View::Tuple(_) => Value::tuple(merged.by_ref()),
        _ => config.clone(),
    }
}

/// Merges elements of sets: each configured one with the first prior one, not yet taken, that may have come of it.
fn set(members: Members<'_>, prior: &Value, config: Value, merge: &mut Merge<'_>) -> Value {
    let View::Set(configured) = config.unmarked().view() else { return config };
    if configured.is_empty() {
        return config;
    }
    let ty = config.ty().element().unwrap_or(Type::DYNAMIC);
    let nothing = if prior.is_known() { Value::null(ty) } else { Value::unknown(ty) };
    let prior = prior.unmarked().as_elements().unwrap_or_default();
    let mut taken = vec![false; prior.len()];
    // Both sets are in order, so that the element looked for is mostly the first that is left.
    let mut first = 0;
    let mut merged = Vec::with_capacity(configured.len());
    for config in configured {
        let mut left = (first..prior.len()).filter(|at| !taken[*at]);
        let found = left.find(|at| may_come_of(members, &prior[*at], config));
        if let Some(at) = found {
            taken[at] = true;
            first += taken[first..].iter().take_while(|taken| **taken).count();
        }
        merged.push(merge(found.map_or(&nothing, |at| &prior[at]), config));
    }
    Value::try_set(ty, merged).unwrap_or_else(|_| config.clone())
}

/// Whether something in a prior value was set although it is not computed, so that a user must have set it.
fn holds_configured(nested: &NestedAttributes, value: &Value) -> bool {
    let one = |value: &Value| {
        let Some(object) = value.unmarked().as_object() else { return false };
        nested.attributes().iter().any(|attribute| {
            let value = object.get(&attribute.name).filter(|value| !value.is_null());
            value.is_some_and(|value| {
                !attribute.settable.computed
                    || attribute.as_nested().is_some_and(|inner| holds_configured(inner, value))
            })
        })
    };
    match nested.nesting {
        Nesting::Single | Nesting::Group => one(value),
        _ => elements(value).into_iter().any(|(_, value)| one(value)),
    }
}

/// Whether a prior object is this configuration with computed values added.
fn may_come_of(members: Members<'_>, prior: &Value, config: &Value) -> bool {
    if alike(config, prior) {
        return true;
    }
    let (Some(prior), false) = (prior.unmarked().as_object(), config.is_null()) else {
        return prior.is_null() && !config.ty().is_set();
    };
    let attributes = members.attributes.iter().all(|attribute| {
        let prior = prior.get(&attribute.name);
        prior.is_none_or(|p| {
            attribute_may_come_of(attribute, p, &member(config, &attribute.name, p.ty()))
        })
    });
    attributes
        && members.blocks.iter().all(|block| {
            let prior = prior.get(&block.name);
            prior.is_none_or(|p| block_may_come_of(block, p, &member(config, &block.name, p.ty())))
        })
}

fn attribute_may_come_of(attribute: &Attribute, prior: &Value, config: &Value) -> bool {
    if alike(config, prior) {
        return true;
    }
    // Elements of inner sets cannot be told apart.
    if config.ty().is_set() {
        return false;
    }
    match attribute.as_nested() {
        Some(nested) => {
            let members = Members::of_attributes(nested.attributes());
            parts_may_come_of(nested.nesting, members, prior, config)
        }
        None => attribute.settable.computed && config.is_null(),
    }
}

fn block_may_come_of(schema: &NestedBlock, prior: &Value, config: &Value) -> bool {
    if alike(config, prior) {
        return true;
    }
    !config.ty().is_set()
        && parts_may_come_of(schema.nesting, Members::of(&schema.block), prior, config)
}

fn parts_may_come_of(
    nesting: Nesting,
    members: Members<'_>,
    prior: &Value,
    config: &Value,
) -> bool {
    if matches!(nesting, Nesting::Single | Nesting::Group) {
        return may_come_of(members, prior, config);
    }
    elements(prior).into_iter().all(|(step, prior)| {
        element(config, &step).is_some_and(|config| may_come_of(members, prior, config))
    })
}

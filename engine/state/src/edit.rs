//! Changes of a state, as the journal records them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wb_core::addr::{AbsInstance, DeposedKey, ObjectAddr, ProviderInstance};

use crate::{CheckResult, Instance, Object, Output, State, text};

/// One change of a state.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Edit {
    /// The object is now this one.
    Put {
        #[serde(with = "text")]
        address: ObjectAddr,
        #[serde(with = "text")]
        provider: ProviderInstance,
        object: Arc<Object>,
    },
    /// The instance's current object is set aside under this key.
    Depose {
        #[serde(with = "text")]
        address: AbsInstance,
        #[serde(with = "text")]
        key: DeposedKey,
    },
    /// The object set aside becomes the current one again.
    Restore {
        #[serde(with = "text")]
        address: AbsInstance,
        #[serde(with = "text")]
        key: DeposedKey,
    },
    /// The object exists no more, or is let go of.
    Remove {
        #[serde(with = "text")]
        address: ObjectAddr,
    },
    /// All objects of an instance get another address.
    Move {
        #[serde(with = "text")]
        from: AbsInstance,
        #[serde(with = "text")]
        to: AbsInstance,
    },
    /// The root module's outputs, all of them.
    Outputs(BTreeMap<Arc<str>, Output>),
    /// The results of all checks.
    Checks(Vec<CheckResult>),
}

/// Why a change cannot be made: it would lose an object, or there is none to change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EditError {
    /// There is nothing at this address.
    Nothing(AbsInstance),
    /// Something is there already.
    Taken(ObjectAddr),
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing(addr) => write!(f, "there is no object at {addr}"),
            Self::Taken(addr) => write!(f, "there is an object already at {addr}"),
        }
    }
}

impl std::error::Error for EditError {}

impl Edit {
    /// The instances that it concerns: one, two for a move, none for outputs and checks.
    pub fn instances(&self) -> impl Iterator<Item = &AbsInstance> {
        let (first, second) = match self {
            Self::Put { address, .. } | Self::Remove { address } => (Some(&address.instance), None),
            Self::Depose { address, .. } | Self::Restore { address, .. } => (Some(address), None),
            Self::Move { from, to } => (Some(from), Some(to)),
            Self::Outputs(_) | Self::Checks(_) => (None, None),
        };
        first.into_iter().chain(second)
    }

    /// Makes the change. On an error the state is as before.
    ///
    /// # Errors
    /// Where there is nothing to set aside or move, or where an object would be overwritten by another.
    pub fn apply(&self, state: &mut State) -> Result<(), EditError> {
        match self {
            Self::Put { address, provider, object } => {
                let mut instance = state.instance(&address.instance).cloned().unwrap_or_default();
                instance.provider_key = provider.key.clone();
                match address.deposed {
                    None => instance.current = Some(Arc::clone(object)),
                    Some(key) => {
                        instance.set_deposed(key, Some(Arc::clone(object)));
                    }
                }
                state.set_instance(&address.instance, &provider.config, instance);
            }
            Self::Depose { address, key } => return depose(state, address, *key),
            Self::Restore { address, key } => return restore(state, address, *key),
            Self::Remove { address } => remove(state, address),
            Self::Move { from, to } => {
                if state.instance(to).is_some() {
                    return Err(EditError::Taken(ObjectAddr::current(to.clone())));
                }
                let (provider, instance) =
                    state.remove_instance(from).ok_or_else(|| EditError::Nothing(from.clone()))?;
                state.set_instance(to, &provider, instance);
            }
            Self::Outputs(outputs) => state.outputs.clone_from(outputs),
            Self::Checks(checks) => state.checks.clone_from(checks),
        }
        Ok(())
    }
}

fn depose(state: &mut State, address: &AbsInstance, key: DeposedKey) -> Result<(), EditError> {
    let nothing = || EditError::Nothing(address.clone());
    let instance = state.instance(address).ok_or_else(nothing)?;
    if instance.deposed(key).is_some() {
        return Err(EditError::Taken(ObjectAddr { instance: address.clone(), deposed: Some(key) }));
    }
    let mut instance: Instance = instance.clone();
    let current = instance.current.take().ok_or_else(nothing)?;
    instance.set_deposed(key, Some(current));
    replace(state, address, instance);
    Ok(())
}

fn restore(state: &mut State, address: &AbsInstance, key: DeposedKey) -> Result<(), EditError> {
    let nothing = || EditError::Nothing(address.clone());
    let mut instance = state.instance(address).ok_or_else(nothing)?.clone();
    if instance.current.is_some() {
        return Err(EditError::Taken(ObjectAddr::current(address.clone())));
    }
    instance.current = Some(instance.set_deposed(key, None).ok_or_else(nothing)?);
    replace(state, address, instance);
    Ok(())
}

/// Nothing there to remove is as good as removed.
fn remove(state: &mut State, address: &ObjectAddr) {
    let Some(instance) = state.instance(&address.instance) else { return };
    let mut instance = instance.clone();
    match address.deposed {
        None => instance.current = None,
        Some(key) => {
            instance.set_deposed(key, None);
        }
    }
    replace(state, &address.instance, instance);
}

/// Changes an instance that exists.
fn replace(state: &mut State, address: &AbsInstance, instance: Instance) {
    let Some(resource) = state.resources.get_mut(&address.resource) else { return };
    if instance.is_empty() {
        state.remove_instance(address);
    } else {
        resource.instances.insert(address.key.clone(), instance);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(addr: &str, version: u64) -> Edit {
        Edit::Put {
            address: ObjectAddr::parse(addr).unwrap(),
            provider: ProviderInstance::parse("provider[\"x\"]").unwrap(),
            object: Arc::new(Object { schema_version: version, ..Object::default() }),
        }
    }

    fn show(state: &State) -> String {
        let all: Vec<String> =
            state.objects().map(|(a, o)| format!("{a}={}", o.schema_version)).collect();
        all.join(" ")
    }

    #[test]
    fn a_replacement_sets_aside_and_removes() {
        let mut state = State::default();
        let address = AbsInstance::parse("t.a").unwrap();
        let key = DeposedKey::from_random(7);
        put("t.a", 1).apply(&mut state).unwrap();
        Edit::Depose { address: address.clone(), key }.apply(&mut state).unwrap();
        put("t.a", 2).apply(&mut state).unwrap();
        assert_eq!(show(&state), "t.a=2 t.a (deposed object 00000007)=1");
        let again = Edit::Depose { address: address.clone(), key }.apply(&mut state);
        assert!(matches!(again, Err(EditError::Taken(_))));
        Edit::Remove { address: ObjectAddr::current(address.clone()) }.apply(&mut state).unwrap();
        Edit::Restore { address, key }.apply(&mut state).unwrap();
        assert_eq!(show(&state), "t.a=1");
    }

    #[test]
    fn a_move_overwrites_nothing() {
        let mut state = State::default();
        put("t.a", 1).apply(&mut state).unwrap();
        put("t.b", 2).apply(&mut state).unwrap();
        let addr = |t| AbsInstance::parse(t).unwrap();
        let onto = Edit::Move { from: addr("t.a"), to: addr("t.b") }.apply(&mut state);
        assert!(matches!(onto, Err(EditError::Taken(_))));
        Edit::Move { from: addr("t.a"), to: addr("module.m.t.a[0]") }.apply(&mut state).unwrap();
        assert_eq!(show(&state), "t.b=2 module.m.t.a[0]=1");
        Edit::Remove { address: ObjectAddr::current(addr("t.b")) }.apply(&mut state).unwrap();
        assert_eq!(state.resources.len(), 1);
    }
}

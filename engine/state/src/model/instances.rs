//! A resource's instances by key. Most resources have one, so that one takes no tree.

use std::collections::{BTreeMap, btree_map};

use wb_core::addr::InstanceKey;

use super::Instance;

/// Instances in the order of their keys.
#[derive(Clone, Default, Debug)]
pub struct InstanceMap(Kind);

#[derive(Clone, Default, Debug)]
enum Kind {
    #[default]
    None,
    One(InstanceKey, Box<Instance>),
    Many(BTreeMap<InstanceKey, Instance>),
}

impl InstanceMap {
    #[must_use]
    pub fn get(&self, key: &InstanceKey) -> Option<&Instance> {
        match &self.0 {
            Kind::One(k, instance) if k == key => Some(instance),
            Kind::None | Kind::One(..) => None,
            Kind::Many(map) => map.get(key),
        }
    }

    pub fn get_mut(&mut self, key: &InstanceKey) -> Option<&mut Instance> {
        match &mut self.0 {
            Kind::One(k, instance) if k == key => Some(instance),
            Kind::None | Kind::One(..) => None,
            Kind::Many(map) => map.get_mut(key),
        }
    }

    /// Puts an instance in; gives the one that was there.
    pub fn insert(&mut self, key: InstanceKey, value: Instance) -> Option<Instance> {
        match std::mem::take(&mut self.0) {
            Kind::None => {
                self.0 = Kind::One(key, Box::new(value));
                None
            }
            Kind::One(k, old) if k == key => {
                self.0 = Kind::One(k, Box::new(value));
                Some(*old)
            }
            Kind::One(k, old) => {
                self.0 = Kind::Many(BTreeMap::from([(k, *old), (key, value)]));
                None
            }
            Kind::Many(mut map) => {
                let old = map.insert(key, value);
                self.0 = Kind::Many(map);
                old
            }
        }
    }

    pub fn remove(&mut self, key: &InstanceKey) -> Option<Instance> {
        match &mut self.0 {
            Kind::None => None,
            Kind::One(k, _) if k != key => None,
            Kind::One(..) => match std::mem::take(&mut self.0) {
                Kind::One(_, instance) => Some(*instance),
                Kind::None | Kind::Many(_) => None,
            },
            Kind::Many(map) => map.remove(key),
        }
    }

    #[must_use]
    pub fn len(&self) -> usize {
        match &self.0 {
            Kind::None => 0,
            Kind::One(..) => 1,
            Kind::Many(map) => map.len(),
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[must_use]
    pub fn iter(&self) -> Iter<'_> {
        match &self.0 {
            Kind::None => Iter::Few(None),
            Kind::One(key, instance) => Iter::Few(Some((key, instance))),
            Kind::Many(map) => Iter::Many(map.iter()),
        }
    }
}

/// Goes through instances in the order of their keys.
#[derive(Debug)]
pub enum Iter<'a> {
    Few(Option<(&'a InstanceKey, &'a Instance)>),
    Many(btree_map::Iter<'a, InstanceKey, Instance>),
}

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a InstanceKey, &'a Instance);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Few(one) => one.take(),
            Self::Many(iter) => iter.next(),
        }
    }
}

impl<'a> IntoIterator for &'a InstanceMap {
    type Item = (&'a InstanceKey, &'a Instance);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

/// The first of several instances with one key is kept.
impl FromIterator<(InstanceKey, Instance)> for InstanceMap {
    fn from_iter<I: IntoIterator<Item = (InstanceKey, Instance)>>(iter: I) -> Self {
        let mut map: BTreeMap<InstanceKey, Instance> = BTreeMap::new();
        for (key, instance) in iter {
            map.entry(key).or_insert(instance);
        }
        if map.len() > 1 {
            return Self(Kind::Many(map));
        }
        Self(map.pop_first().map_or(Kind::None, |(key, i)| Kind::One(key, Box::new(i))))
    }
}

impl PartialEq for InstanceMap {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Object;
    use std::sync::Arc;

    fn instance(version: u64) -> Instance {
        let mut instance = Instance::default();
        instance.current = Some(Arc::new(Object { schema_version: version, ..Object::default() }));
        instance
    }

    #[test]
    fn one_and_many_behave_alike() {
        let mut map = InstanceMap::default();
        assert_eq!(map.insert(InstanceKey::Int(2), instance(2)), None);
        assert_eq!(map.insert(InstanceKey::Int(2), instance(3)), Some(instance(2)));
        assert_eq!(map.insert(InstanceKey::None, instance(0)), None);
        let keys: Vec<_> = map.iter().map(|(k, _)| k.to_string()).collect();
        assert_eq!(keys, ["", "[2]"]);
        assert_eq!(map.remove(&InstanceKey::Int(9)), None);
        assert_eq!(map.remove(&InstanceKey::None), Some(instance(0)));
        let one: InstanceMap = [(InstanceKey::Int(2), instance(3))].into_iter().collect();
        assert_eq!(map, one);
        assert_eq!(map.remove(&InstanceKey::Int(2)), Some(instance(3)));
        assert!(map.is_empty());
    }
}

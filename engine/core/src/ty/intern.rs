//! The tables of all types and shapes of this process. Entries are never removed.

use std::hash::{BuildHasher as _, Hash};
use std::sync::{LazyLock, PoisonError, RwLock};

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::text::Name;

use super::{
    ObjectData, ObjectType, Shape, ShapeData, TupleData, TupleType, Type, TypeData, TypeKind,
};

/// Entries, each beside the hash of what makes it up.
struct Table<T: Copy + 'static>(LazyLock<RwLock<HashTable<(u64, T)>>>);

static SHAPES: Table<Shape> = Table(LazyLock::new(RwLock::default));
static TYPES: Table<Type> = Table(LazyLock::new(RwLock::default));

impl<T: Copy> Table<T> {
    /// The entry for which `is_it` holds, made by `make` where there is none yet.
    fn get_or_add(&self, hash: u64, is_it: impl Fn(T) -> bool, make: impl FnOnce() -> T) -> T {
        let find = |table: &HashTable<(u64, T)>| {
            table.find(hash, |(of, have)| *of == hash && is_it(*have)).map(|(_, entry)| *entry)
        };
        // A panic cannot leave the table half changed, so a poisoned lock is as good as any.
        let found = find(&self.0.read().unwrap_or_else(PoisonError::into_inner));
        if let Some(entry) = found {
            return entry;
        }
        let mut table = self.0.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have been faster between the two locks.
        if let Some(entry) = find(&table) {
            return entry;
        }
        let entry = make();
        table.insert_unique(hash, (hash, entry), |(of, _)| *of);
        entry
    }
}

pub(super) fn leak(data: TypeData) -> Type {
    Type(Box::leak(Box::new(data)))
}

pub(super) fn shape(names: &[Name]) -> Shape {
    let is_it = |have: Shape| *have.0.names == *names;
    let hash = hash_of(&names);
    SHAPES.get_or_add(hash, is_it, || Shape(Box::leak(Box::new(ShapeData { names: names.into() }))))
}

pub(super) fn tuple(runs: &[(Type, usize)]) -> Type {
    let is_it = |have: Type| matches!(have.kind(), TypeKind::Tuple(t) if *t.0.runs == *runs);
    let hash = hash_of(&(0_u8, runs));
    TYPES.get_or_add(hash, is_it, || {
        let (has_dynamic, has_optional, depth) = summary(runs.iter().map(|(ty, _)| *ty));
        let tuple = TupleType(Box::leak(Box::new(TupleData { runs: runs.into() })));
        leak(TypeData::new(TypeKind::Tuple(tuple), has_dynamic, has_optional, depth))
    })
}

pub(super) fn object(shape: Shape, types: &[Type], optional: &[bool]) -> Type {
    let is_it = |have: Type| {
        matches!(have.kind(), TypeKind::Object(o)
            if o.0.shape == shape && *o.0.types == *types && *o.0.optional == *optional)
    };
    let hash = hash_of(&(1_u8, shape, types, optional));
    TYPES.get_or_add(hash, is_it, || {
        let (has_dynamic, has_optional, depth) = summary(types.iter().copied());
        let has_optional = has_optional || !optional.is_empty();
        let data = ObjectData { shape, types: types.into(), optional: optional.into() };
        let object = ObjectType(Box::leak(Box::new(data)));
        leak(TypeData::new(TypeKind::Object(object), has_dynamic, has_optional, depth))
    })
}

/// What a structure inherits from its parts: dynamic, optional, depth.
fn summary(parts: impl Iterator<Item = Type>) -> (bool, bool, u32) {
    parts.fold((false, false, 1), |(dynamic, optional, depth), ty| {
        (dynamic || ty.0.has_dynamic, optional || ty.0.has_optional, depth.max(ty.0.depth + 1))
    })
}

fn hash_of(item: &impl Hash) -> u64 {
    static HASHER: LazyLock<DefaultHashBuilder> = LazyLock::new(DefaultHashBuilder::default);
    HASHER.hash_one(item)
}

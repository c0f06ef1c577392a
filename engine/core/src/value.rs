//! Values: what expressions evaluate to, what providers take and give, what state keeps.
//!
//! A [`Value`] is immutable and shared: cloning one is a copy or a reference count, whatever its size. It is opaque,
//! because its constructors hold what the rest of the engine relies on:
//!
//! - strings, names and keys are in NFC; attributes and map entries are sorted by name;
//! - the elements of a list, set or map have one type, a set's are distinct and in set order;
//! - a mark is never directly inside another, and nothing inside a set is marked: a set wears its elements' marks;
//! - each collection knows whether anything in it is unknown or marked, so asking costs nothing.
//!
//! Look inside with [`Value::view`]. Its `Marked` arm stands before all others, so that matching on a view cannot
//! overlook a mark.
//!
//! Equality (`==`) is exact: same type, marks, unknowns and refinements; only the precision of numbers is not compared.
//! What the language means by `==` is [`Value::equals`], which may not know the answer.

mod access;
mod arith;
mod data;
mod equality;
mod logic;
mod make;
mod marking;
mod notation;
mod order;
mod set;
mod view;
mod walk;

use std::sync::Arc;

use crate::marks::{MarkKinds, Marks};
use crate::number::Number;
use crate::refine::Refinement;
use crate::text::Name;
use crate::ty::Type;

use self::data::{Entries, Flags, Sequence, SetData};

pub use self::arith::OperandError;
pub use self::make::ElementTypesDiffer;
pub use self::marking::PathMarks;
pub use self::notation::{Notation, TypeNotation};
pub use self::view::{MapView, ObjectView, View};

/// A value of the language.
#[derive(Clone)]
pub struct Value(Repr);

/// 24 bytes: what is small lies inside, what is large behind one pointer.
#[derive(Clone)]
enum Repr {
    String(Name),
    Number(Number),
    Bool(bool),
    Null(Type),
    Unknown(Type),
    Refined(Arc<Refined>),
    List(Arc<Sequence>),
    Set(Arc<SetData>),
    Map(Arc<Entries>),
    Tuple(Arc<Sequence>),
    /// The values of the attributes, in the order of the type's shape.
    Object(Arc<Sequence>),
    Marked(Arc<Marked>),
}

struct Refined {
    ty: Type,
    refinement: Refinement,
}

struct Marked {
    value: Value,
    marks: Marks,
}

impl Value {
    pub const TRUE: Self = Self(Repr::Bool(true));
    pub const FALSE: Self = Self(Repr::Bool(false));
    /// The value of which nothing is known, not even its type.
    pub const DYNAMIC: Self = Self(Repr::Unknown(Type::DYNAMIC));

    #[must_use]
    pub fn ty(&self) -> Type {
        match &self.0 {
            Repr::String(_) => Type::STRING,
            Repr::Number(_) => Type::NUMBER,
            Repr::Bool(_) => Type::BOOL,
            Repr::Null(ty) | Repr::Unknown(ty) => *ty,
            Repr::Refined(refined) => refined.ty,
            Repr::List(s) | Repr::Tuple(s) | Repr::Object(s) => s.ty,
            Repr::Set(set) => set.ty,
            Repr::Map(entries) => entries.ty,
            Repr::Marked(marked) => marked.value.ty(),
        }
    }

    /// Whether it is null, marks aside.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.unmarked().0, Repr::Null(_))
    }

    /// Whether it is known at its outermost level, marks aside: a list is known even if its elements are not.
    #[must_use]
    pub fn is_known(&self) -> bool {
        !matches!(self.unmarked().0, Repr::Unknown(_) | Repr::Refined(_))
    }

    /// Whether nothing in it, however deep, is unknown. Costs nothing.
    #[must_use]
    pub fn is_wholly_known(&self) -> bool {
        !self.flags().contains(Flags::UNKNOWN)
    }

    /// Whether no unknown value in it leaves a type open. Costs nothing.
    #[must_use]
    pub fn has_wholly_known_type(&self) -> bool {
        !self.flags().contains(Flags::UNKNOWN_TYPE)
    }

    /// Whether it is marked at its outermost level.
    #[must_use]
    pub fn is_marked(&self) -> bool {
        matches!(self.0, Repr::Marked(_))
    }

    /// Whether it or anything in it, however deep, is marked. Costs nothing.
    #[must_use]
    pub fn contains_marked(&self) -> bool {
        !self.deep_mark_kinds().is_empty()
    }

    /// The kinds of marks that it and everything in it wear. Costs nothing.
    #[must_use]
    pub fn deep_mark_kinds(&self) -> MarkKinds {
        self.flags().marks()
    }

    /// About how many bytes the value takes when it is written out or converted: parts that are shared count each time,
    /// so a small value in memory can be of any size. Costs nothing, and stops at the largest number there is.
    #[must_use]
    pub fn size(&self) -> usize {
        self.flags().size()
    }

    /// Whether it is known, not null, and the bool `true`, marks aside.
    #[must_use]
    pub fn is_true(&self) -> bool {
        matches!(self.unmarked().0, Repr::Bool(true))
    }

    /// Whether it is known, not null, and the bool `false`, marks aside.
    #[must_use]
    pub fn is_false(&self) -> bool {
        matches!(self.unmarked().0, Repr::Bool(false))
    }

    fn flags(&self) -> Flags {
        match &self.0 {
            Repr::String(text) => Flags::text(text),
            Repr::Number(_) | Repr::Bool(_) | Repr::Null(_) => Flags::NONE,
            Repr::Unknown(ty) => Flags::unknown(*ty),
            Repr::Refined(refined) => Flags::unknown(refined.ty),
            Repr::List(s) | Repr::Tuple(s) | Repr::Object(s) => s.flags,
            Repr::Set(set) => set.flags,
            Repr::Map(entries) => entries.flags,
            Repr::Marked(marked) => marked.value.flags().with_marks(marked.marks.kinds()),
        }
    }
}

//! How types are written: as people read them in messages, and as the language writes type constraints.

use std::fmt::{self, Write as _};

use super::{Type, TypeKind};

impl Type {
    /// The type in English, for messages about a value: `string`, `list of number`, `object`. `dynamic` is what a
    /// value of unknown type has.
    #[must_use]
    pub fn friendly_name(self) -> String {
        self.worded("dynamic", "dynamic")
    }

    /// The type in English, for messages about what is wanted: as [`Type::friendly_name`], with `any type`; the elements
    /// of a collection may be of any type, but all of the same.
    #[must_use]
    pub fn friendly_constraint_name(self) -> String {
        self.worded("any type", "any single type")
    }

    fn worded(self, dynamic: &str, dynamic_element: &str) -> String {
        let mut words = String::new();
        let mut ty = self;
        loop {
            let (word, element) = match ty.kind() {
                TypeKind::List(element) => ("list of ", element),
                TypeKind::Set(element) => ("set of ", element),
                TypeKind::Map(element) => ("map of ", element),
                TypeKind::Dynamic if words.is_empty() => return words + dynamic,
                TypeKind::Dynamic => return words + dynamic_element,
                TypeKind::Bool => return words + "bool",
                TypeKind::Number => return words + "number",
                TypeKind::String => return words + "string",
                TypeKind::Tuple(_) => return words + "tuple",
                TypeKind::Object(_) => return words + "object",
            };
            words.push_str(word);
            ty = element;
        }
    }
}

/// The type constraint as the language writes it, without spaces: `object({a=list(string),b=optional(any)})`.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            TypeKind::Dynamic => f.write_str("any"),
            TypeKind::Bool => f.write_str("bool"),
            TypeKind::Number => f.write_str("number"),
            TypeKind::String => f.write_str("string"),
            TypeKind::List(element) => write!(f, "list({element})"),
            TypeKind::Set(element) => write!(f, "set({element})"),
            TypeKind::Map(element) => write!(f, "map({element})"),
            TypeKind::Tuple(tuple) => {
                f.write_str("tuple([")?;
                for (i, element) in tuple.iter().enumerate() {
                    write!(f, "{}{element}", if i == 0 { "" } else { "," })?;
                }
                f.write_str("])")
            }
            TypeKind::Object(object) => {
                f.write_str("object({")?;
                for (i, (name, ty)) in object.iter().enumerate() {
                    if i > 0 {
                        f.write_char(',')?;
                    }
                    write_name(f, name)?;
                    if object.is_optional_at(i) {
                        write!(f, "=optional({ty})")?;
                    } else {
                        write!(f, "={ty}")?;
                    }
                }
                f.write_str("})")
            }
        }
    }
}

impl fmt::Debug for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An attribute name, in quotes where it is no identifier.
fn write_name(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    let mut chars = name.chars();
    let is_identifier = chars.next().is_some_and(unicode_ident::is_xid_start)
        && chars.all(|c| c == '-' || unicode_ident::is_xid_continue(c));
    if is_identifier { f.write_str(name) } else { write!(f, "{name:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_only_the_outside_of_structures() {
        let object = Type::object([("a", Type::STRING)]);
        assert_eq!(Type::list(Type::map(object)).friendly_name(), "list of map of object");
        assert_eq!(Type::tuple([object]).friendly_name(), "tuple");
        assert_eq!(Type::set(Type::DYNAMIC).friendly_name(), "set of dynamic");
        assert_eq!(Type::set(Type::DYNAMIC).friendly_constraint_name(), "set of any single type");
    }

    #[test]
    fn constraints_are_written_as_the_language_has_them() {
        let ty = Type::object_with_optional([
            ("list-of", Type::list(Type::DYNAMIC), false),
            ("a b", Type::tuple([Type::BOOL, Type::NUMBER]), true),
        ]);
        assert_eq!(
            ty.to_string(),
            r#"object({"a b"=optional(tuple([bool,number])),list-of=list(any)})"#
        );
    }
}

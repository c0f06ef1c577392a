//! Where in a value something is.

use std::fmt;

use crate::number::Number;
use crate::text::Name;
use crate::value::{Value, View};

/// One step into a value.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Step {
    /// To an attribute of an object.
    GetAttr(Name),
    /// To an element: by number into a list or tuple, by string into a map, and by the element itself into a set.
    Index(Value),
}

/// Steps from the outside inwards. The empty path is the whole value.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Path(Vec<Step>);

impl Path {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The path that goes on to an attribute.
    #[must_use]
    pub fn attr(mut self, name: impl AsRef<str>) -> Self {
        self.push_attr(name);
        self
    }

    /// The path that goes on to an element.
    #[must_use]
    pub fn index(mut self, key: impl Into<Value>) -> Self {
        self.0.push(Step::Index(key.into()));
        self
    }

    pub fn push(&mut self, step: Step) {
        self.0.push(step);
    }

    pub fn push_attr(&mut self, name: impl AsRef<str>) {
        self.0.push(Step::GetAttr(name.as_ref().into()));
    }

    /// Goes on to the element of a list or tuple at `position`.
    pub fn push_position(&mut self, position: usize) {
        self.0.push(Step::Index(Value::number(Number::from(position))));
    }

    /// Goes on to the element of a map under `key`.
    pub fn push_key(&mut self, key: &str) {
        self.0.push(Step::Index(Value::string(key)));
    }

    pub fn pop(&mut self) -> Option<Step> {
        self.0.pop()
    }

    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[must_use]
    pub fn starts_with(&self, prefix: &Self) -> bool {
        self.0.starts_with(&prefix.0)
    }

    /// This path with `rest` after it.
    #[must_use]
    pub fn join(mut self, rest: &Self) -> Self {
        self.0.extend_from_slice(&rest.0);
        self
    }
}

impl FromIterator<Step> for Path {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        Self(steps.into_iter().collect())
    }
}

impl From<Vec<Step>> for Path {
    fn from(steps: Vec<Step>) -> Self {
        Self(steps)
    }
}

impl Extend<Step> for Path {
    fn extend<I: IntoIterator<Item = Step>>(&mut self, steps: I) {
        self.0.extend(steps);
    }
}

/// As messages write it: `.rule[0].tags["a"]`. An element of a set has no short name and is `[...]`.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|step| write!(f, "{step}"))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = match self {
            Self::GetAttr(name) => return write!(f, ".{name}"),
            Self::Index(key) => key,
        };
        match key.unmarked().view() {
            View::Null(_) => f.write_str("[null]"),
            View::Unknown(_) => f.write_str("[(not yet known)]"),
            View::Number(number) => write!(f, "[{number}]"),
            View::String(text) => write!(f, "[{text:?}]"),
            _ => f.write_str("[...]"),
        }
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Path({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ty::Type;

    #[test]
    fn paths_are_written_as_people_write_them() {
        let element = Value::object([("a", Value::TRUE)]);
        let path = Path::new().attr("rule").index(0).attr("tags").index("a\"b").index(element);
        assert_eq!(path.to_string(), r#".rule[0].tags["a\"b"][...]"#);
        assert_eq!(
            Path::new().index(Value::unknown(Type::STRING)).to_string(),
            "[(not yet known)]"
        );
    }
}

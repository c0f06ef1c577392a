//! What the executor tells while it works.

use std::sync::Arc;
use std::time::Duration;

use wb_core::addr::ObjectAddr;
use wb_core::value::{Value, View};

/// Something happened. Nothing in it is secret, except that output is what its program printed.
#[derive(Clone, PartialEq, Debug)]
pub enum Event {
    Started {
        address: ObjectAddr,
        doing: Doing,
        id: Option<ShownId>,
    },
    Done {
        address: ObjectAddr,
        doing: Doing,
        elapsed: Duration,
        id: Option<ShownId>,
    },
    /// The problem itself is in the outcome.
    Failed {
        address: ObjectAddr,
        doing: Doing,
        elapsed: Duration,
    },
    ProvisionStarted {
        address: ObjectAddr,
        kind: Arc<str>,
    },
    /// A line that a provisioner, or what it runs, has printed; the line's end is left out.
    ProvisionOutput {
        address: ObjectAddr,
        kind: Arc<str>,
        line: String,
    },
    ProvisionDone {
        address: ObjectAddr,
        kind: Arc<str>,
    },
    ProvisionFailed {
        address: ObjectAddr,
        kind: Arc<str>,
    },
}

/// What is done to an object.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Doing {
    Create,
    Update,
    Delete,
    /// A data source is read.
    Read,
    /// It was adopted when the plan was made, and is recorded now.
    Import,
    /// The state lets go of it.
    Forget,
    /// An ephemeral object.
    Open,
    Renew,
    Close,
}

/// What an object is called beside its address: `[id=i-0a1b]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShownId {
    /// `id`, or `name`, or `tags.Name`.
    pub key: &'static str,
    pub value: String,
}

impl ShownId {
    /// What an object's value says it is called, if that is known and not sensitive.
    #[must_use]
    pub fn of(value: &Value) -> Option<Self> {
        let object = value.unmarked().as_object()?;
        let shown = |key, part: &Value| {
            if part.marks().is_sensitive() {
                return None;
            }
            part.unmarked().as_str().map(|text| Self { key, value: text.to_owned() })
        };
        let named = |key| object.get(key).and_then(|part| shown(key, part));
        named("id").or_else(|| named("name")).or_else(|| {
            let View::Map(tags) = object.get("tags")?.view() else { return None };
            shown("tags.Name", tags.get("Name").or_else(|| tags.get("name"))?)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wb_core::marks::Marks;
    use wb_core::ty::Type;

    #[test]
    fn an_object_is_called_by_what_may_be_shown() {
        let show = |attributes: &[(&str, Value)]| {
            let id = ShownId::of(&Value::object(attributes.iter().cloned()));
            id.map(|id| format!("{}={}", id.key, id.value))
        };
        let text = Value::string;
        let secret = text("i-1").with_marks(&Marks::SENSITIVE);
        let tags = Value::map(Type::STRING, [("Name", text("web"))]);
        assert_eq!(show(&[("id", text("i-1")), ("name", text("n"))]).as_deref(), Some("id=i-1"));
        assert_eq!(show(&[("id", secret), ("name", text("n"))]).as_deref(), Some("name=n"));
        assert_eq!(show(&[("tags", tags)]).as_deref(), Some("tags.Name=web"));
        assert_eq!(show(&[("id", Value::unknown(Type::STRING))]), None);
        assert_eq!(ShownId::of(&Value::null(Type::DYNAMIC)), None);
    }
}

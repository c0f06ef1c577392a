//! Paths to values within an object, as state files record where it is sensitive.

use serde::{Deserialize, Serialize};

use crate::{RawJson, layout};

/// From an object's root to one value in it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AttrPath(pub Vec<PathStep>);

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PathStep {
    Attribute(String),
    Index(IndexKey),
}

/// The key of a step into a list, tuple, map or set.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IndexKey {
    /// A number, as it is written.
    Number(String),
    String(String),
    /// An element of a set, which is its own key: value and type in cty's JSON.
    Other {
        value: String,
        kind: String,
    },
}

/// One path that could not be read; the others are given all the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PathError {
    /// The list of paths is not one.
    List(String),
    AttributeName,
    IndexKey,
    UnknownStep(String),
}

impl std::fmt::Display for PathError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::List(why) => write!(f, "Error unmarshaling path steps: {why}"),
            Self::AttributeName => f.write_str("Failed to unmarshal get attr step name"),
            Self::IndexKey => f.write_str("Failed to unmarshal index step key"),
            Self::UnknownStep(kind) => write!(f, "Unsupported path step type \"{kind}\""),
        }
    }
}

#[derive(Deserialize)]
struct WireStep {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default = "RawJson::null")]
    value: RawJson,
}

#[derive(Deserialize)]
struct WireKey {
    value: RawJson,
    #[serde(rename = "type")]
    kind: RawJson,
}

impl AttrPath {
    /// Reads the member `sensitive_attributes`: the paths that can be read, and what is wrong with the others.
    #[must_use]
    pub fn read_list(json: &str) -> (Vec<Self>, Vec<PathError>) {
        if json == "[]" || json == "null" {
            return (Vec::new(), Vec::new());
        }
        let lists: Vec<Vec<WireStep>> = match serde_json::from_str(json) {
            Ok(lists) => lists,
            Err(e) => return (Vec::new(), vec![PathError::List(e.to_string())]),
        };
        let mut paths = Vec::with_capacity(lists.len());
        let mut errors = Vec::new();
        for steps in lists {
            match steps.into_iter().map(PathStep::read).collect() {
                Ok(steps) => paths.push(Self(steps)),
                Err(e) => errors.push(e),
            }
        }
        (paths, errors)
    }

    /// The member's text for these paths, without blanks.
    #[must_use]
    pub fn write_list(paths: &[Self]) -> String {
        let mut out = vec![b'['];
        for (i, path) in paths.iter().enumerate() {
            out.extend_from_slice(if i == 0 { b"[" } else { b",[" });
            for (j, step) in path.0.iter().enumerate() {
                if j > 0 {
                    out.push(b',');
                }
                step.write(&mut out);
            }
            out.push(b']');
        }
        out.push(b']');
        String::from_utf8(out).expect("the writer of strings writes UTF-8")
    }
}

impl PathStep {
    #[expect(clippy::needless_pass_by_value, reason = "the shape that map wants")]
    fn read(wire: WireStep) -> Result<Self, PathError> {
        let text = wire.value.text();
        match wire.kind.as_str() {
            "get_attr" => serde_json::from_str(text)
                .map(Self::Attribute)
                .map_err(|_| PathError::AttributeName),
            "index" => IndexKey::read(text).map(Self::Index).ok_or(PathError::IndexKey),
            other => Err(PathError::UnknownStep(other.to_owned())),
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Attribute(name) => {
                out.extend_from_slice(b"{\"type\":\"get_attr\",\"value\":");
                layout::write_string(out, name);
                out.push(b'}');
            }
            Self::Index(key) => {
                out.extend_from_slice(b"{\"type\":\"index\",\"value\":{\"value\":");
                match key {
                    IndexKey::Number(n) => {
                        out.extend_from_slice(n.as_bytes());
                        out.extend_from_slice(b",\"type\":\"number\"}}");
                    }
                    IndexKey::String(s) => {
                        layout::write_string(out, s);
                        out.extend_from_slice(b",\"type\":\"string\"}}");
                    }
                    IndexKey::Other { value, kind } => {
                        out.extend_from_slice(value.as_bytes());
                        out.extend_from_slice(b",\"type\":");
                        out.extend_from_slice(kind.as_bytes());
                        out.extend_from_slice(b"}}");
                    }
                }
            }
        }
    }
}

impl IndexKey {
    fn read(json: &str) -> Option<Self> {
        let wire: WireKey = serde_json::from_str(json).ok()?;
        let value = wire.value.text();
        match wire.kind.text() {
            "\"number\"" => value.parse::<f64>().is_ok().then(|| Self::Number(value.to_owned())),
            "\"string\"" => serde_json::from_str(value).ok().map(Self::String),
            kind => Some(Self::Other { value: value.to_owned(), kind: kind.to_owned() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_survive() {
        let text = "[[{\"type\":\"get_attr\",\"value\":\"a\"},{\"type\":\"index\",\"value\":{\"value\":2,\"type\":\"number\"}},\
                    {\"type\":\"index\",\"value\":{\"value\":\"k\\u003c\",\"type\":\"string\"}},\
                    {\"type\":\"index\",\"value\":{\"value\":[true],\"type\":[\"list\",\"bool\"]}}],[]]";
        let (paths, errors) = AttrPath::read_list(text);
        assert_eq!(errors, []);
        assert_eq!(AttrPath::write_list(&paths), text);
    }

    #[test]
    fn a_bad_path_does_not_hide_the_others() {
        let (paths, errors) = AttrPath::read_list(
            "[[{\"type\":\"get_attr\",\"value\":1}],[{\"type\":\"get_attr\",\"value\":\"a\"}],[{\"type\":\"x\"}]]",
        );
        assert_eq!(paths, [AttrPath(vec![PathStep::Attribute("a".into())])]);
        assert_eq!(errors, [PathError::AttributeName, PathError::UnknownStep("x".into())]);
        assert!(matches!(AttrPath::read_list("{}").1[..], [PathError::List(_)]));
    }
}

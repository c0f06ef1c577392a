//! Where two values differ.

use serde_json::Value;

/// One place where the two do not agree.
#[derive(Clone, Debug)]
pub(crate) struct Difference {
    pub(crate) stage: &'static str,
    pub(crate) path: Vec<String>,
    pub(crate) peer: Value,
    pub(crate) ours: Value,
}

impl Difference {
    pub(crate) fn of(
        stage: &'static str,
        what: &str,
        peer: impl Into<Value>,
        ours: impl Into<Value>,
    ) -> Self {
        Self { stage, path: vec![what.to_owned()], peer: peer.into(), ours: ours.into() }
    }

    /// What kind of difference it is, whatever the names in it.
    pub(crate) fn signature(&self) -> String {
        let is_name = |part: &String| part.contains(|c: char| !c.is_ascii_lowercase() && c != '_');
        let parts: Vec<_> =
            self.path.iter().map(|part| if is_name(part) { "*" } else { part.as_str() }).collect();
        let kind = match (&self.peer, &self.ours) {
            (Value::Null, _) => " (ours only)",
            (_, Value::Null) => " (peer only)",
            _ => "",
        };
        // Of exit codes and what was said with them, no less than what they were.
        let said = if self.path == ["code"] {
            format!(" {} and {}", self.peer, self.ours)
        } else {
            String::new()
        };
        format!("{}: {}{kind}{said}", self.stage, parts.join("."))
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (path, stage) = (self.path.join("."), self.stage);
        write!(f, "{stage}: {path}\n    peer: {}\n    ours: {}", self.peer, self.ours)
    }
}

/// Adds every difference between the two; a member that is absent is null.
pub(crate) fn compare(stage: &'static str, peer: &Value, ours: &Value, out: &mut Vec<Difference>) {
    walk(stage, &mut Vec::new(), peer, ours, out);
}

fn walk(
    stage: &'static str,
    path: &mut Vec<String>,
    peer: &Value,
    ours: &Value,
    out: &mut Vec<Difference>,
) {
    match (peer, ours) {
        (Value::Object(a), Value::Object(b)) => {
            let mut names: Vec<_> = a.keys().chain(b.keys()).collect();
            names.sort();
            names.dedup();
            for name in names {
                path.push(name.clone());
                let member =
                    |of: &serde_json::Map<String, Value>| of.get(name).cloned().unwrap_or_default();
                walk(stage, path, &member(a), &member(b), out);
                path.pop();
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (i, (a, b)) in a.iter().zip(b).enumerate() {
                path.push(i.to_string());
                walk(stage, path, a, b, out);
                path.pop();
            }
        }
        (a, b) if a == b => {}
        (a, b) => {
            out.push(Difference { stage, path: path.clone(), peer: a.clone(), ours: b.clone() });
        }
    }
}

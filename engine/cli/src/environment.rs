//! Environment variables: Terraform's, each with a twin of ours.

use std::collections::BTreeMap;
use std::ffi::OsString;

/// The environment when the command began. Where the twin with `WB_` is set, that with `TF_` does not count.
#[derive(Clone, Default, Debug)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    pub fn new(vars: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let text = |os: OsString| os.to_string_lossy().into_owned();
        Self(vars.into_iter().map(|(name, value)| (text(name), text(value))).collect())
    }

    /// A variable; nothing where it is empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The value of `WB_NAME`, or else of `TF_NAME`; nothing where it is empty.
    #[must_use]
    pub fn twin(&self, name: &str) -> Option<&str> {
        self.get(&format!("WB_{name}")).or_else(|| self.get(&format!("TF_{name}")))
    }

    /// Whether a switch is on: anything but a word for no.
    #[must_use]
    pub fn is_on(&self, name: &str) -> bool {
        self.twin(name).is_some_and(|v| !matches!(v, "0" | "false" | "FALSE" | "False" | "f" | "F"))
    }

    /// The tokens of hosts, by the ends of their variables' names; those of `WB_TOKEN_` last.
    pub fn tokens(&self) -> impl Iterator<Item = (String, String)> {
        self.with("TF_TOKEN_").chain(self.with("WB_TOKEN_"))
    }

    fn with(&self, prefix: &'static str) -> impl Iterator<Item = (String, String)> {
        self.0.iter().filter_map(move |(name, value)| {
            Some((name.strip_prefix(prefix)?.to_owned(), value.clone()))
        })
    }

    /// The values of input variables, those of `WB_VAR_` last, because they count more. An empty value is one.
    pub fn variables(&self) -> impl Iterator<Item = (String, String)> {
        self.with("TF_VAR_").chain(self.with("WB_VAR_"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_twin_counts_more() {
        let vars = [
            ("TF_INPUT", "0"),
            ("WB_INPUT", "1"),
            ("TF_VAR_a", ""),
            ("WB_VAR_a", "x"),
            ("TF_DATA_DIR", ""),
        ];
        let env = Environment::new(vars.map(|(n, v)| (n.into(), v.into())));
        assert!(env.is_on("INPUT"));
        assert_eq!(env.twin("DATA_DIR"), None);
        let variables: Vec<String> = env.variables().map(|(n, v)| format!("{n}={v}")).collect();
        assert_eq!(variables, ["a=", "a=x"]);
    }
}

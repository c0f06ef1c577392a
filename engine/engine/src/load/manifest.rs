//! `.terraform/modules/modules.json`: which module lies where, as Terraform writes and reads it.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use wb_core::addr::ModulePath;

/// The modules by their path, names joined by dots.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Manifest(BTreeMap<String, Entry>);

/// One module.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Entry {
    key: String,
    pub source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Relative to the stack's folder.
    pub dir: String,
}

#[derive(Serialize, Deserialize)]
struct Wire {
    #[serde(rename = "Modules")]
    modules: Vec<Entry>,
}

/// The largest manifest that is read.
const LARGEST: u64 = 64 * 1024 * 1024;

impl Manifest {
    /// Reads the manifest in a folder of modules. One that is not there, or that nobody understands, knows nothing:
    /// modules are then looked for again.
    #[must_use]
    pub fn read(modules_dir: &Path) -> Self {
        let bytes =
            crate::files::read(&modules_dir.join("modules.json"), LARGEST).unwrap_or_default();
        let wire: Option<Wire> = serde_json::from_slice(&bytes).ok();
        let modules = wire.map(|wire| wire.modules).unwrap_or_default();
        Self(modules.into_iter().map(|entry| (entry.key.clone(), entry)).collect())
    }

    /// Writes it, as one file in one step.
    ///
    /// # Errors
    /// As the system has them.
    pub fn write(&self, modules_dir: &Path) -> io::Result<()> {
        std::fs::create_dir_all(modules_dir)?;
        let wire = Wire { modules: self.0.values().cloned().collect() };
        let text = serde_json::to_vec(&wire)?;
        let temporary = modules_dir.join(".modules.json.tmp");
        std::fs::write(&temporary, text)?;
        std::fs::rename(&temporary, modules_dir.join("modules.json"))
    }

    #[must_use]
    pub fn get(&self, path: &ModulePath) -> Option<&Entry> {
        self.0.get(&key(path))
    }

    pub fn insert(
        &mut self,
        path: &ModulePath,
        source: String,
        version: Option<String>,
        dir: String,
    ) {
        let key = key(path);
        self.0.insert(key.clone(), Entry { key, source, version, dir });
    }

    /// The modules, with the names of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.0.iter().map(|(key, entry)| (&**key, entry))
    }

    /// Whether there is more than the root module.
    #[must_use]
    pub fn has_calls(&self) -> bool {
        self.0.len() > 1
    }
}

fn key(path: &ModulePath) -> String {
    path.names().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_terraforms() {
        let dir = tempfile::tempdir().unwrap();
        let mut manifest = Manifest::default();
        let path = |text: &str| ModulePath::parse(text).unwrap();
        manifest.insert(&ModulePath::ROOT, String::new(), None, ".".to_owned());
        let source = "registry.terraform.io/a/b/c".to_owned();
        manifest.insert(
            &path("module.a.module.b"),
            source,
            Some("1.2.3".to_owned()),
            "x".to_owned(),
        );
        manifest.write(dir.path()).unwrap();
        let text = std::fs::read_to_string(dir.path().join("modules.json")).unwrap();
        assert_eq!(
            text,
            r#"{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"a.b","Source":"registry.terraform.io/a/b/c","Version":"1.2.3","Dir":"x"}]}"#
        );
        let read = Manifest::read(dir.path());
        assert_eq!(read, manifest);
        assert_eq!(read.get(&path("module.a.module.b")).unwrap().dir, "x");
        std::fs::write(dir.path().join("modules.json"), "{").unwrap();
        assert_eq!(Manifest::read(dir.path()), Manifest::default());
    }
}

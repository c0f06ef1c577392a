//! The data folder, `.terraform`: which workspace is selected, which backend the state is in, where modules lie.
//!
//! Terraform reads and writes the same files, so that a stack can be worked on with both.

use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::files;

/// The workspace that every stack has.
pub const DEFAULT_WORKSPACE: &str = "default";
/// The largest file that is read here.
const LARGEST: u64 = 16 * 1024 * 1024;

/// The data folder of a stack. It need not exist.
#[derive(Clone, Debug)]
pub struct DataDir {
    path: PathBuf,
}

/// The backend that the state is in, as Terraform notes it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct BackendRecord {
    #[serde(rename = "type")]
    pub kind: String,
    /// Every argument, null where it is not set.
    pub config: Json,
    /// Of the configuration, so that Terraform sees when that changes.
    #[serde(default)]
    pub hash: u64,
}

#[derive(Serialize, Deserialize)]
struct Wire {
    version: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    terraform_version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    backend: Option<BackendRecord>,
}

impl DataDir {
    /// The one of the folder that the command works in; `given` is `TF_DATA_DIR`.
    #[must_use]
    pub fn new(given: Option<&str>) -> Self {
        let given = given.filter(|dir| !dir.is_empty());
        Self { path: PathBuf::from(given.unwrap_or(".terraform")) }
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The workspace that was selected.
    #[must_use]
    pub fn workspace(&self) -> String {
        let read = files::read(&self.path.join("environment"), LARGEST).unwrap_or_default();
        let name = String::from_utf8_lossy(&read).trim().to_owned();
        if name.is_empty() { DEFAULT_WORKSPACE.to_owned() } else { name }
    }

    /// Selects a workspace.
    ///
    /// # Errors
    /// As the system has them.
    pub fn select(&self, workspace: &str) -> io::Result<()> {
        self.write("environment", workspace.as_bytes())
    }

    /// The backend that is noted. One that nobody understands is an error: the state is somewhere else.
    ///
    /// # Errors
    /// Where the note cannot be read.
    pub fn backend(&self) -> Result<Option<BackendRecord>, String> {
        let path = self.path.join("terraform.tfstate");
        let bytes = match files::read(&path, LARGEST) {
            Ok(bytes) => bytes,
            Err(wb_lang::host::FileError::NotFound) => return Ok(None),
            Err(error) => return Err(format!("{} cannot be read: {error}", path.display())),
        };
        let wire: Wire = serde_json::from_slice(&bytes)
            .map_err(|error| format!("{} is damaged: {error}", path.display()))?;
        Ok(wire.backend)
    }

    /// Notes a backend, or that there is none.
    ///
    /// # Errors
    /// As the system has them.
    pub fn set_backend(&self, backend: Option<BackendRecord>, version: &str) -> io::Result<()> {
        let path = self.path.join("terraform.tfstate");
        if backend.is_none() {
            return match std::fs::remove_file(&path) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
                _ => Ok(()),
            };
        }
        let wire = Wire { version: 3, terraform_version: Some(version.to_owned()), backend };
        let text = serde_json::to_string_pretty(&wire)?;
        self.write("terraform.tfstate", text.as_bytes())
    }

    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        std::fs::create_dir_all(&self.path)?;
        let temporary = self.path.join(format!(".{name}.tmp"));
        // A backend's arguments can be secrets.
        let mut options = std::fs::OpenOptions::new();
        let file = options.write(true).create(true).truncate(true).mode(0o600).open(&temporary);
        file?.write_all(bytes)?;
        std::fs::rename(&temporary, self.path.join(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_is_found_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("data");
        let data = DataDir::new(path.to_str());
        assert_eq!(data.workspace(), "default");
        data.select("dev").unwrap();
        assert_eq!(data.workspace(), "dev");
        assert_eq!(data.backend(), Ok(None));
        let config = serde_json::json!({"path": "x.tfstate", "workspace_dir": null});
        let record = BackendRecord { kind: "local".to_owned(), config, hash: 7 };
        data.set_backend(Some(record.clone()), "1.16.0").unwrap();
        assert_eq!(data.backend(), Ok(Some(record)));
        data.set_backend(None, "1.16.0").unwrap();
        assert_eq!(data.backend(), Ok(None));
        std::fs::write(path.join("terraform.tfstate"), "{").unwrap();
        assert!(data.backend().unwrap_err().contains("damaged"));
    }
}

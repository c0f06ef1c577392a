//! `file`: files and folders onto the machine of the object.

use std::path::{Path, PathBuf};

use wb_core::value::Value;

use super::remote::Remote;
use super::{Arguments, Machine, ProvisionError, Said, word};

pub(super) async fn run(
    arguments: &Arguments<'_>,
    connection: &Value,
    machine: &Machine,
    said: &Said,
) -> Result<(), ProvisionError> {
    let destination = arguments.text("destination").unwrap_or_default();
    if destination.is_empty() {
        return Err(ProvisionError::new("The argument \"destination\" must not be empty."));
    }
    let uploads = match (arguments.text("content"), arguments.text("source")) {
        (Some(content), None) => {
            Uploads { folders: Vec::new(), files: vec![Upload::content(destination, content)] }
        }
        (None, Some(source)) => Uploads::of(machine, source, destination)?,
        _ => {
            let text = "Exactly one of \"source\" and \"content\" must be set.";
            return Err(ProvisionError::new(text));
        }
    };
    let remote = Remote::connect(connection, said).await?;
    let result = upload(&remote, &uploads).await;
    remote.done(result).await
}

/// What goes there: folders first, outer before inner.
#[derive(Debug, Default)]
struct Uploads {
    folders: Vec<String>,
    files: Vec<Upload>,
}

#[derive(Debug)]
struct Upload {
    to: String,
    from: From,
}

#[derive(Debug)]
enum From {
    Content(Vec<u8>),
    File(PathBuf),
}

impl Upload {
    fn content(to: &str, content: &str) -> Self {
        Self { to: to.to_owned(), from: From::Content(content.as_bytes().to_vec()) }
    }
}

impl Uploads {
    /// A file, or a folder: with a slash at its end its content, else itself, into the destination.
    fn of(machine: &Machine, source: &str, destination: &str) -> Result<Self, ProvisionError> {
        let path = machine.work_dir.join(source);
        let failed = |path: &Path, e: std::io::Error| {
            ProvisionError::new(format!("{} cannot be read: {e}.", path.display()))
        };
        let mut uploads = Self::default();
        if !path.is_dir() {
            std::fs::metadata(&path).map_err(|e| failed(&path, e))?;
            uploads.files.push(Upload { to: destination.to_owned(), from: From::File(path) });
            return Ok(uploads);
        }
        let mut root = destination.trim_end_matches('/').to_owned();
        if let (false, Some(name)) = (source.ends_with('/'), path.file_name()) {
            root = format!("{root}/{}", name.to_string_lossy());
        }
        let mut todo = vec![(path, root)];
        while let Some((folder, to)) = todo.pop() {
            uploads.folders.push(to.clone());
            let entries = std::fs::read_dir(&folder).and_then(Iterator::collect);
            let mut entries: Vec<std::fs::DirEntry> = entries.map_err(|e| failed(&folder, e))?;
            entries.sort_by_key(std::fs::DirEntry::file_name);
            for entry in entries {
                let (path, to) =
                    (entry.path(), format!("{to}/{}", entry.file_name().to_string_lossy()));
                // A link counts as what it leads to.
                let metadata = std::fs::metadata(&path).map_err(|e| failed(&path, e))?;
                if metadata.is_dir() {
                    if entry.file_type().is_ok_and(|kind| kind.is_symlink()) {
                        let what = "a link to a folder, which may lead back";
                        let text = format!("{} is {what}, and is not followed.", path.display());
                        return Err(ProvisionError::new(text));
                    }
                    todo.push((path, to));
                } else {
                    uploads.files.push(Upload { to, from: From::File(path) });
                }
            }
        }
        Ok(uploads)
    }
}

async fn upload(remote: &Remote, uploads: &Uploads) -> Result<(), ProvisionError> {
    let failed = |e: wb_ssh::SshError| ProvisionError::new(e.to_string());
    for folder in &uploads.folders {
        let mut said = Vec::new();
        let command = format!("mkdir -p {}", word(folder));
        let status = remote.shell.run(&command, &mut |bytes| said.extend_from_slice(bytes)).await;
        if status.map_err(failed)? != 0 {
            let said = String::from_utf8_lossy(&said);
            return Err(ProvisionError::new(format!(
                "The folder {folder} cannot be made there: {}",
                said.trim()
            )));
        }
    }
    for Upload { to, from } in &uploads.files {
        let read;
        let content = match from {
            From::Content(content) => content,
            From::File(path) => {
                read = tokio::fs::read(path).await.map_err(|e| {
                    ProvisionError::new(format!("{} cannot be read: {e}.", path.display()))
                })?;
                &read
            }
        };
        remote.shell.write(to, content).await.map_err(failed)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_says_whether_the_folder_itself_goes_there() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("d/e")).unwrap();
        for name in ["d/a", "d/e/b"] {
            std::fs::write(folder.path().join(name), name).unwrap();
        }
        let machine = Machine { work_dir: folder.path().into(), number: 1 };
        let of = |source: &str| {
            let uploads = Uploads::of(&machine, source, "/to/").unwrap();
            let files = uploads.files.into_iter().map(|f| f.to);
            uploads.folders.into_iter().chain(files).collect::<Vec<_>>()
        };
        assert_eq!(of("d/"), ["/to", "/to/e", "/to/a", "/to/e/b"]);
        assert_eq!(of("d"), ["/to/d", "/to/d/e", "/to/d/a", "/to/d/e/b"]);
        assert_eq!(of("d/a"), ["/to/"]);
        let missing = Uploads::of(&machine, "none", "/to").unwrap_err();
        assert!(missing.detail.contains("none cannot be read"));
    }
}

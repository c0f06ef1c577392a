//! `archive_file`, as a data source and as a resource type.

use std::collections::BTreeSet;

use wb_core::path::Path;
use wb_core::provider::Problems;
use wb_core::value::Value;
use wb_sdk::model::Model;
use wb_sdk::types::{Change, DataType, Held, Lost, Make, Remote, ResourceType};
use wb_sdk::{Context, ErrorKind, OpError, RecoverAction, Recovery};

use super::glob::Pattern;
use super::pack::{self, Entry};
use super::walk::{self, Excluded};
use crate::files::content::{Checksums, sha1_of};
use crate::files::permission::bits;
use crate::files::write::{self, Target, aside};
use crate::validate;

/// An archive of files on this machine. The data source writes it when it is read, which may be while planning; the resource
/// type writes it when it is applied.
#[derive(Model)]
pub(crate) struct File {
    /// What kind of archive: `zip` or `tar.gz`.
    #[attr(name = "type", required, replace)]
    kind: String,
    /// Where to write it.
    #[attr(required, replace)]
    output_path: String,
    /// A file to put in.
    #[attr(optional, replace)]
    source_file: Option<String>,
    /// A folder whose files to put in.
    #[attr(optional, replace)]
    source_dir: Option<String>,
    /// A text to put in, as the file `source_content_filename`.
    #[attr(optional, replace)]
    source_content: Option<String>,
    /// The name of the file with `source_content`.
    #[attr(optional, replace)]
    source_content_filename: Option<String>,
    /// A text to put in, of several.
    #[block(set)]
    source: Vec<Source>,
    /// Files and folders of `source_dir` to leave out, as patterns with `*`, `?`, `[…]`, `{…}` and `**`.
    #[attr(optional, replace)]
    excludes: Option<BTreeSet<String>>,
    /// Whether links to folders are left out.
    #[attr(optional, replace)]
    exclude_symlink_directories: Option<bool>,
    /// The permission of all files in the archive, as octal digits; the default is the permission of each.
    #[attr(optional, replace)]
    output_file_mode: Option<String>,
    /// How many bytes it has.
    #[attr(computed, volatile)]
    output_size: Option<i64>,
    /// Its MD5 checksum in hexadecimal digits.
    #[attr(computed, volatile)]
    output_md5: Option<String>,
    /// Its SHA-1 checksum in hexadecimal digits.
    #[attr(computed, volatile)]
    output_sha: Option<String>,
    /// Its SHA-256 checksum in hexadecimal digits.
    #[attr(computed, volatile)]
    output_sha256: Option<String>,
    /// Its SHA-256 checksum in base64.
    #[attr(computed, volatile)]
    output_base64sha256: Option<String>,
    /// Its SHA-512 checksum in hexadecimal digits.
    #[attr(computed, volatile)]
    output_sha512: Option<String>,
    /// Its SHA-512 checksum in base64.
    #[attr(computed, volatile)]
    output_base64sha512: Option<String>,
    /// Its SHA-1 checksum in hexadecimal digits.
    #[attr(computed, volatile)]
    id: Option<String>,
}

/// A text to put in.
#[derive(Model)]
pub(crate) struct Source {
    /// The text.
    #[attr(required, replace)]
    content: String,
    /// Its name in the archive.
    #[attr(required, replace)]
    filename: String,
}

fn check(config: &Value) -> Problems {
    let mut problems = Problems::default();
    validate::one_of(config, "type", &pack::TYPES, &mut problems);
    let blocks = config.attribute("source").and_then(Value::as_elements);
    if blocks.is_some_and(<[Value]>::is_empty) {
        let origins = ["source_file", "source_dir", "source_content_filename"];
        validate::exactly_one(config, &origins, &mut problems);
    }
    if let Some(mode) = validate::text(config, "output_file_mode").filter(|m| bits(m).is_none()) {
        problems.error(
            Path::new().attr("output_file_mode"),
            "Not a permission",
            format!(
                "A permission is three octal digits, as \"0644\" or \"644\", and not {mode:?}."
            ),
        );
    }
    for pattern in config.attribute("excludes").and_then(Value::as_elements).unwrap_or_default() {
        if let Some(Err(bad)) = pattern.as_str().map(Pattern::parse) {
            let path = Path::new().attr("excludes").index(pattern.clone());
            problems.error(path, "Unsuitable value", format!("{}.", bad.0));
        }
    }
    problems
}

impl File {
    fn entries(&self, context: &Context) -> Result<Vec<Entry>, OpError> {
        let text = |name: &str, content: &str| Entry {
            name: name.to_owned(),
            mode: 0o644,
            content: content.as_bytes().to_vec(),
        };
        if let Some(folder) = &self.source_dir {
            return walk::files(&context.work_dir.join(folder), &self.excluded()?);
        }
        if let Some(file) = &self.source_file {
            return Ok(vec![walk::file(&context.work_dir.join(file))?]);
        }
        if let Some(name) = &self.source_content_filename {
            return Ok(vec![text(name, self.source_content.as_deref().unwrap_or_default())]);
        }
        let mut entries: Vec<Entry> =
            self.source.iter().map(|source| text(&source.filename, &source.content)).collect();
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    fn excluded(&self) -> Result<Excluded, OpError> {
        let parse = |pattern: &String| {
            Pattern::parse(pattern).map_err(|bad| {
                OpError::new(ErrorKind::Invalid, "Unsuitable value", format!("{}.", bad.0))
                    .at(Path::new().attr("excludes"))
            })
        };
        let given = self.excludes.iter().flatten().filter(|pattern| !pattern.is_empty());
        Ok(Excluded {
            patterns: given.map(parse).collect::<Result<_, _>>()?,
            linked_folders: self.exclude_symlink_directories.unwrap_or_default(),
        })
    }

    fn archive(&self, context: &Context) -> Result<Vec<u8>, OpError> {
        let mut entries = self.entries(context)?;
        if entries.is_empty() {
            let why = "Nothing is left to put in.";
            return Err(OpError::new(ErrorKind::Invalid, "Empty archive", why));
        }
        if let Some(mode) = self.output_file_mode.as_deref().and_then(bits) {
            entries.iter_mut().for_each(|entry| entry.mode = mode);
        }
        pack::pack(&self.kind, &entries)
    }

    fn write(self, token: &str, context: &Context) -> Result<Self, OpError> {
        let archive = self.archive(context)?;
        context.attempt()?;
        let target = Target {
            filename: &self.output_path,
            file_permission: "0666",
            directory_permission: "0755",
            token,
        };
        target.write(&archive, context)?;
        Ok(self.described(&archive))
    }

    fn described(mut self, archive: &[u8]) -> Self {
        let of = Checksums::of(archive);
        self.id = Some(of.sha1.clone());
        self.output_size = i64::try_from(archive.len()).ok();
        self.output_md5 = Some(of.md5);
        self.output_sha = Some(of.sha1);
        self.output_sha256 = Some(of.sha256);
        self.output_base64sha256 = Some(of.base64sha256);
        self.output_sha512 = Some(of.sha512);
        self.output_base64sha512 = Some(of.base64sha512);
        self
    }

    fn is_there(&self, context: &Context) -> Result<bool, OpError> {
        write::is_there(&self.output_path, self.id.as_deref().unwrap_or_default(), context)
    }
}

impl ResourceType for File {
    const NAME: &'static str = "archive_file";

    fn validate(config: &Value) -> Problems {
        check(config)
    }
}

impl Remote for File {
    /// An archive is gone where the file is not it, and outdated where its files would now give another. Where they cannot be
    /// read any more, it stays what it is.
    async fn read(prior: Held<Self>, context: Context) -> Result<Option<Held<Self>>, OpError> {
        aside(move || {
            let file = &prior.model;
            let is_outdated =
                file.archive(&context).is_ok_and(|archive| Some(sha1_of(&archive)) != file.id);
            Ok((!is_outdated && file.is_there(&context)?).then_some(prior))
        })
        .await
    }

    async fn create(make: Make<Self>, context: Context) -> Result<Held<Self>, OpError> {
        aside(move || make.planned.write(&make.token, &context).map(Held::from)).await
    }

    /// Every argument needs a new archive, so there is nothing to do.
    async fn update(change: Change<Self>, _context: Context) -> Result<Held<Self>, OpError> {
        Ok(change.planned.into())
    }

    async fn delete(prior: Held<Self>, _token: String, context: Context) -> Result<(), OpError> {
        aside(move || {
            context.attempt()?;
            let id = prior.model.id.as_deref().unwrap_or_default();
            write::remove(&prior.model.output_path, id, &context)
        })
        .await
    }

    /// A file appears whole, so what has the name and the content is what was written.
    async fn recover(lost: Lost<Self>, context: Context) -> Result<Recovery, OpError> {
        let absent = Recovery::Absent { not_before: None };
        aside(move || {
            let file = match (lost.action, lost.prior, lost.config) {
                (RecoverAction::Create, _, Some(file)) => {
                    let archive = file.archive(&context)?;
                    file.described(&archive)
                }
                (RecoverAction::Update | RecoverAction::Delete, Some(prior), _) => prior.model,
                _ => return Ok(absent),
            };
            let is_there = file.is_there(&context)?;
            Ok(if is_there { Recovery::Found(Held::from(file).into_object()) } else { absent })
        })
        .await
    }
}

impl DataType for File {
    const NAME: &'static str = "archive_file";

    fn validate(config: &Value) -> Problems {
        check(config)
    }

    async fn read(config: Self, context: Context) -> Result<Self, OpError> {
        aside(move || {
            let token = config.output_path.clone();
            config.write(&token, &context)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wb_core::ty::Type;
    use wb_sdk::conformance::Bench;

    #[tokio::test]
    async fn it_is_written_found_and_removed() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("in")).unwrap();
        std::fs::write(folder.path().join("in/a"), "a").unwrap();
        let bench = Bench::at(crate::archive::types(), folder.path());
        let made = bench
            .resource("archive_file")
            .config([
                ("type", "zip".into()),
                ("source_dir", "in".into()),
                ("output_path", "out/a.zip".into()),
                ("output_file_mode", "0600".into()),
            ])
            .replace([
                ("type", "tar.gz".into()),
                ("source_content", "x".into()),
                ("source_content_filename", "x".into()),
                ("output_path", "x.tgz".into()),
            ])
            .run()
            .await;
        let size = made.attribute("output_size").and_then(Value::as_number).unwrap();
        assert!(size.to_i64().unwrap() > 100);
    }

    #[tokio::test]
    async fn the_data_source_writes_too_and_says_what_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let bench = Bench::at(crate::archive::types(), folder.path());
        let source = Value::object([("content", "c".into()), ("filename", Value::from("f"))]);
        let config = vec![
            ("type", "zip".into()),
            ("output_path", "s.zip".into()),
            ("source", Value::set(Type::DYNAMIC, [source])),
        ];
        let read = bench.data("archive_file", config).await.unwrap();
        let bytes = std::fs::read(folder.path().join("s.zip")).unwrap();
        assert_eq!(read.attribute("id"), Some(&sha1_of(&bytes).into()));
        let config = vec![("type", "rar".into()), ("output_path", "s".into())];
        let why = bench.data("archive_file", config).await.unwrap_err();
        let lines: Vec<&str> = why.lines().collect();
        assert!(lines[0].starts_with(".type: Unsuitable value: "), "{why}");
        assert!(lines[1].starts_with(": Missing argument: "), "{why}");
    }
}

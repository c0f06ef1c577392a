//! `local_file`.

use wb_core::provider::Problems;
use wb_core::value::Value;
use wb_sdk::model::Model;
use wb_sdk::types::{Change, Held, Lost, Make, Remote, ResourceType};
use wb_sdk::{Context, OpError, RecoverAction, Recovery};

use crate::files::content::{Origin, set_checksums, sha1_of};
use crate::files::permission;
use crate::files::write::{self, Target, aside};
use crate::validate;

/// A file on this machine. Its content is shown in plans: for secrets use `local_sensitive_file`.
#[derive(Model)]
pub(crate) struct File {
    /// Where to write it. Folders that are missing are made; a file that is there is replaced.
    #[attr(required, replace)]
    filename: String,
    /// Text to write.
    #[attr(optional, replace)]
    content: Option<String>,
    /// Secret text to write.
    #[attr(
        optional,
        sensitive,
        replace,
        deprecated = "Use the resource type local_sensitive_file instead."
    )]
    sensitive_content: Option<String>,
    /// Bytes to write, in base64.
    #[attr(optional, replace)]
    content_base64: Option<String>,
    /// A file to copy.
    #[attr(optional, replace)]
    source: Option<String>,
    /// Permission of the file as octal digits, from which the umask is taken.
    #[attr(optional, default = "0777", replace)]
    file_permission: String,
    /// Permission of the folders that are made, as octal digits, from which the umask is taken.
    #[attr(optional, default = "0777", replace)]
    directory_permission: String,
    /// The SHA-1 checksum of the content in hexadecimal digits.
    #[attr(computed, volatile)]
    id: Option<String>,
    /// The MD5 checksum of the content in hexadecimal digits.
    #[attr(computed, volatile)]
    content_md5: Option<String>,
    /// The SHA-1 checksum of the content in hexadecimal digits.
    #[attr(computed, volatile)]
    content_sha1: Option<String>,
    /// The SHA-256 checksum of the content in hexadecimal digits.
    #[attr(computed, volatile)]
    content_sha256: Option<String>,
    /// The SHA-256 checksum of the content in base64.
    #[attr(computed, volatile)]
    content_base64sha256: Option<String>,
    /// The SHA-512 checksum of the content in hexadecimal digits.
    #[attr(computed, volatile)]
    content_sha512: Option<String>,
    /// The SHA-512 checksum of the content in base64.
    #[attr(computed, volatile)]
    content_base64sha512: Option<String>,
}

impl ResourceType for File {
    const NAME: &'static str = "local_file";

    fn validate(config: &Value) -> Problems {
        let mut problems = Problems::default();
        let origins = ["content", "sensitive_content", "content_base64", "source"];
        validate::exactly_one(config, &origins, &mut problems);
        permission::check(config, &mut problems);
        problems
    }
}

impl File {
    fn origin(&self) -> Origin<'_> {
        Origin {
            text: self.content.as_deref().or(self.sensitive_content.as_deref()),
            base64: self.content_base64.as_deref(),
            source: self.source.as_deref(),
        }
    }
}

impl Remote for File {
    /// A file of other content is not this one any more.
    async fn read(prior: Held<Self>, context: Context) -> Result<Option<Held<Self>>, OpError> {
        aside(move || {
            let file = &prior.model;
            let id = file.id.as_deref().unwrap_or_default();
            let is_there = write::is_there(&file.filename, id, &context)?;
            Ok(is_there.then_some(prior))
        })
        .await
    }

    async fn create(make: Make<Self>, context: Context) -> Result<Held<Self>, OpError> {
        aside(move || {
            let mut file = make.planned;
            let content = file.origin().load(&context)?;
            context.attempt()?;
            let target = Target {
                filename: &file.filename,
                file_permission: &file.file_permission,
                directory_permission: &file.directory_permission,
                token: &make.token,
            };
            target.write(&content, &context)?;
            set_checksums!(file, &content);
            Ok(Held { model: file, private: make.private })
        })
        .await
    }

    /// Every argument needs a new file, so there is nothing to do.
    async fn update(change: Change<Self>, _context: Context) -> Result<Held<Self>, OpError> {
        Ok(Held { model: change.planned, private: change.private })
    }

    async fn delete(prior: Held<Self>, _token: String, context: Context) -> Result<(), OpError> {
        aside(move || {
            context.attempt()?;
            let id = prior.model.id.as_deref().unwrap_or_default();
            write::remove(&prior.model.filename, id, &context)
        })
        .await
    }

    /// A file appears whole, so what has the name and the content is what was written.
    async fn recover(lost: Lost<Self>, context: Context) -> Result<Recovery, OpError> {
        let absent = Recovery::Absent { not_before: None };
        if lost.action != RecoverAction::Create {
            let Some(prior) = lost.prior else { return Ok(absent) };
            let found = Self::read(prior, context).await?;
            return Ok(found.map_or(absent, |held| Recovery::Found(held.into_object())));
        }
        let Some(mut file) = lost.config else { return Ok(absent) };
        aside(move || {
            let content = file.origin().load(&context)?;
            if !write::is_there(&file.filename, &sha1_of(&content), &context)? {
                return Ok(absent);
            }
            set_checksums!(file, &content);
            Ok(Recovery::Found(Held::from(file).into_object()))
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wb_sdk::conformance::Bench;

    #[tokio::test]
    async fn it_is_written_found_and_removed() {
        let folder = tempfile::tempdir().unwrap();
        let bench = Bench::at(crate::local::types(), folder.path());
        let made = bench
            .resource(File::NAME)
            .config([
                ("filename", "a/b/c.txt".into()),
                ("content", "hello".into()),
                ("file_permission", "0640".into()),
            ])
            .replace([("filename", "a/d.txt".into()), ("content_base64", "aGk=".into())])
            .run()
            .await;
        assert_eq!(
            made.attribute("id").and_then(Value::as_str),
            Some("aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d")
        );
        let left = std::fs::read_dir(folder.path().join("a")).unwrap().count();
        assert_eq!(left, 1, "only the folder b is left");
    }
}

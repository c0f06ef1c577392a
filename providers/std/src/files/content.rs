//! What is in a file, and what it is known by.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::Digest as _;
use wb_core::path::Path;
use wb_sdk::{Context, ErrorKind, OpError};

use crate::source::hex;

/// Where the content comes from; one of these is given.
#[derive(Clone, Copy, Default)]
pub(crate) struct Origin<'a> {
    pub(crate) text: Option<&'a str>,
    pub(crate) base64: Option<&'a str>,
    pub(crate) source: Option<&'a str>,
}

impl Origin<'_> {
    /// Reads at most one file; to be called where waiting for one is fine.
    pub(crate) fn load(&self, context: &Context) -> Result<Vec<u8>, OpError> {
        if let Some(encoded) = self.base64 {
            return STANDARD.decode(encoded).map_err(|_| {
                OpError::new(ErrorKind::Invalid, "Not base64", "The content cannot be decoded.")
                    .at(Path::new().attr("content_base64"))
            });
        }
        if let Some(source) = self.source {
            return read(&context.work_dir.join(source))
                .map_err(|error| failed("read", source, &error).at(Path::new().attr("source")));
        }
        Ok(self.text.unwrap_or_default().as_bytes().to_vec())
    }
}

/// Reads a file that may turn out to be none: a pipe would block for ever, a device need not end.
pub(crate) fn read(path: &std::path::Path) -> std::io::Result<Vec<u8>> {
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() && !metadata.is_dir() {
        let why = "it is a pipe or a device, not a regular file";
        return Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, why));
    }
    std::fs::read(path)
}

/// An error of the file system.
pub(crate) fn failed(what: &str, name: &str, error: &std::io::Error) -> OpError {
    use std::io::ErrorKind as Io;
    let kind = match error.kind() {
        Io::NotFound => ErrorKind::NotFound,
        Io::PermissionDenied | Io::ReadOnlyFilesystem => ErrorKind::Denied,
        Io::StorageFull | Io::QuotaExceeded => ErrorKind::QuotaExceeded,
        Io::IsADirectory | Io::NotADirectory | Io::InvalidFilename => ErrorKind::Invalid,
        _ => ErrorKind::Unexpected,
    };
    OpError::new(kind, format!("Cannot {what} file"), format!("{name}: {error}."))
}

/// Checksums in all the forms that files are described by.
pub(crate) struct Checksums {
    pub(crate) md5: String,
    pub(crate) sha1: String,
    pub(crate) sha256: String,
    pub(crate) base64sha256: String,
    pub(crate) sha512: String,
    pub(crate) base64sha512: String,
}

impl Checksums {
    pub(crate) fn of(content: &[u8]) -> Self {
        let (sha256, sha512) = (sha2::Sha256::digest(content), sha2::Sha512::digest(content));
        Self {
            md5: hex(&md5::Md5::digest(content)),
            sha1: sha1_of(content),
            base64sha256: STANDARD.encode(sha256),
            sha256: hex(&sha256),
            base64sha512: STANDARD.encode(sha512),
            sha512: hex(&sha512),
        }
    }
}

/// What a file is known by.
pub(crate) fn sha1_of(content: &[u8]) -> String {
    hex(&sha1::Sha1::digest(content))
}

/// Puts checksums into the attributes of their names.
macro_rules! set_checksums {
    ($model:expr, $content:expr) => {{
        let checksums = $crate::files::content::Checksums::of($content);
        $model.id = Some(checksums.sha1.clone());
        $model.content_md5 = Some(checksums.md5);
        $model.content_sha1 = Some(checksums.sha1);
        $model.content_sha256 = Some(checksums.sha256);
        $model.content_base64sha256 = Some(checksums.base64sha256);
        $model.content_sha512 = Some(checksums.sha512);
        $model.content_base64sha512 = Some(checksums.base64sha512);
    }};
}
pub(crate) use set_checksums;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_need_not_end_is_not_read() {
        let refused = read(std::path::Path::new("/dev/zero")).unwrap_err();
        assert_eq!(refused.to_string(), "it is a pipe or a device, not a regular file");
    }

    #[test]
    fn checksums_are_those_of_the_content() {
        let of = Checksums::of(b"abc");
        assert_eq!(of.md5, "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(of.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(of.base64sha256, "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
        assert!(of.sha512.starts_with("ddaf35a193617aba") && of.sha256.starts_with("ba7816bf"));
        assert!(of.base64sha512.starts_with("3a81oZNherrM"));
    }
}

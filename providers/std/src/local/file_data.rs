//! `data.local_file`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use wb_sdk::model::Model;
use wb_sdk::types::DataType;
use wb_sdk::{Context, OpError};

use crate::files::content::{failed, read, set_checksums};
use crate::files::write::aside;

/// Reads a file on this machine.
#[derive(Model)]
pub(crate) struct File {
    /// The file to read.
    #[attr(required)]
    filename: String,
    /// Its content as text; what is not UTF-8 is replaced by U+FFFD.
    #[attr(computed)]
    content: Option<String>,
    /// Its content in base64.
    #[attr(computed)]
    content_base64: Option<String>,
    /// The SHA-1 checksum of the content in hexadecimal digits.
    #[attr(computed)]
    id: Option<String>,
    /// The MD5 checksum of the content in hexadecimal digits.
    #[attr(computed)]
    content_md5: Option<String>,
    /// The SHA-1 checksum of the content in hexadecimal digits.
    #[attr(computed)]
    content_sha1: Option<String>,
    /// The SHA-256 checksum of the content in hexadecimal digits.
    #[attr(computed)]
    content_sha256: Option<String>,
    /// The SHA-256 checksum of the content in base64.
    #[attr(computed)]
    content_base64sha256: Option<String>,
    /// The SHA-512 checksum of the content in hexadecimal digits.
    #[attr(computed)]
    content_sha512: Option<String>,
    /// The SHA-512 checksum of the content in base64.
    #[attr(computed)]
    content_base64sha512: Option<String>,
}

impl DataType for File {
    const NAME: &'static str = "local_file";

    async fn read(mut config: Self, context: Context) -> Result<Self, OpError> {
        aside(move || {
            let content = read(&context.work_dir.join(&config.filename))
                .map_err(|error| failed("read", &config.filename, &error))?;
            config.content = Some(String::from_utf8_lossy(&content).into_owned());
            config.content_base64 = Some(STANDARD.encode(&content));
            set_checksums!(config, &content);
            Ok(config)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wb_sdk::conformance::Bench;

    #[tokio::test]
    async fn it_reads_what_is_there() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("f"), [b'a', 0xff]).unwrap();
        let bench = Bench::at(crate::local::types(), folder.path());
        let read = bench.data(File::NAME, vec![("filename", "f".into())]).await.unwrap();
        let text = |name| read.attribute(name).and_then(wb_core::value::Value::as_str).unwrap();
        assert_eq!((text("content"), text("content_base64")), ("a\u{fffd}", "Yf8="));
        let missing = bench.data(File::NAME, vec![("filename", "none".into())]).await.unwrap_err();
        assert!(missing.starts_with("Cannot read file: none: "), "{missing}");
    }
}

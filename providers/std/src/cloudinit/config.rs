//! `cloudinit_config`, as a data source and as a resource type.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use wb_core::path::Path;
use wb_core::provider::Problems;
use wb_core::value::Value;
use wb_sdk::model::Model;
use wb_sdk::types::{DataType, Recorded, ResourceType};
use wb_sdk::{Context, ErrorKind, OpError};

use crate::validate;

/// Several files in one message, from which cloud-init sets a machine up at its first start. The resource type is
/// deprecated: use the data source.
#[derive(Model)]
pub(crate) struct Config {
    /// A file of the message. They come in the order in which they are written.
    #[block(list, min = 1)]
    part: Vec<Part>,
    /// Whether the message is compressed.
    #[attr(optional, default = true, replace)]
    gzip: bool,
    /// Whether the message is in base64. It must be where it is compressed.
    #[attr(optional, default = true, replace)]
    base64_encode: bool,
    /// What stands between the parts.
    #[attr(optional, default = "MIMEBOUNDARY", replace)]
    boundary: String,
    /// The message.
    #[attr(computed)]
    rendered: Option<String>,
    /// The CRC-32 checksum of the message, as a decimal number.
    #[attr(computed)]
    id: Option<String>,
}

/// A file of the message.
#[derive(Model)]
pub(crate) struct Part {
    /// What kind of file it is.
    #[attr(optional, default = "text/plain", replace)]
    content_type: String,
    /// What is in it.
    #[attr(required, replace)]
    content: String,
    /// Its name.
    #[attr(optional, replace)]
    filename: Option<String>,
    /// How cloud-init merges it with others: the header `X-Merge-Type`.
    #[attr(optional, replace)]
    merge_type: Option<String>,
}

fn check(config: &Value) -> Problems {
    let mut problems = Problems::default();
    let is_compressed =
        validate::is_given(config, "gzip").is_some() && !validate::is_off(config, "gzip");
    if is_compressed && validate::is_off(config, "base64_encode") {
        problems.error(
            Path::new().attr("base64_encode"),
            "Conflicting arguments",
            "A compressed message must be in base64: base64_encode can be false only where gzip is.",
        );
    }
    let boundary = validate::text(config, "boundary");
    if let Some(given) = boundary.filter(|given| !is_boundary(given)) {
        problems.error(
            Path::new().attr("boundary"),
            "Unsuitable value",
            format!("A boundary has 1 to 70 characters, letters, digits and '()+_,-./:=?, and spaces but not at its end: {given:?} is none."),
        );
    }
    problems
}

/// RFC 2046, section 5.1.1.
fn is_boundary(text: &str) -> bool {
    let is_character = |b: u8| b.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&b);
    (1..=70).contains(&text.len()) && text.bytes().all(is_character) && !text.ends_with(' ')
}

impl Config {
    fn message(&self) -> String {
        let boundary = &self.boundary;
        let mut text = format!(
            "Content-Type: multipart/mixed; boundary=\"{boundary}\"\nMIME-Version: 1.0\r\n\r\n"
        );
        for (i, part) in self.part.iter().enumerate() {
            let before = if i == 0 { "" } else { "\r\n" };
            text += &format!("{before}--{boundary}\r\n");
            let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
            if let Some(name) = given(&part.filename) {
                text += &format!("Content-Disposition: attachment; filename=\"{name}\"\r\n");
            }
            text += "Content-Transfer-Encoding: 7bit\r\n";
            text += &format!("Content-Type: {}\r\nMime-Version: 1.0\r\n", part.content_type);
            if let Some(merge) = given(&part.merge_type) {
                text += &format!("X-Merge-Type: {merge}\r\n");
            }
            text += "\r\n";
            text += &part.content;
        }
        text + &format!("\r\n--{boundary}--\r\n")
    }

    fn render(mut self) -> Result<Self, OpError> {
        let message = self.message();
        let bytes = if self.gzip { compress(&message)? } else { message.into_bytes() };
        let rendered = if self.base64_encode {
            STANDARD.encode(bytes)
        } else {
            String::from_utf8(bytes).map_err(|_| {
                let why = "A compressed message must be in base64.";
                OpError::new(ErrorKind::Invalid, "Conflicting arguments", why)
            })?
        };
        self.id = Some(crc32fast::hash(rendered.as_bytes()).to_string());
        self.rendered = Some(rendered);
        Ok(self)
    }
}

fn compress(text: &str) -> Result<Vec<u8>, OpError> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(text.as_bytes()).and_then(|()| writer.finish()).map_err(|error| {
        OpError::new(ErrorKind::Unexpected, "Cannot compress", format!("{error}."))
    })
}

impl ResourceType for Config {
    const NAME: &'static str = "cloudinit_config";

    fn validate(config: &Value) -> Problems {
        check(config)
    }
}

impl Recorded for Config {
    async fn create(planned: Self, _context: Context) -> Result<Self, OpError> {
        planned.render()
    }
}

impl DataType for Config {
    const NAME: &'static str = "cloudinit_config";

    fn validate(config: &Value) -> Problems {
        check(config)
    }

    async fn read(config: Self, _context: Context) -> Result<Self, OpError> {
        config.render()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wb_core::ty::Type;
    use wb_sdk::conformance::Bench;

    fn part(content: &str, filename: Option<&str>) -> Value {
        let text = |text: Option<&str>| text.map_or(Value::null(Type::STRING), Value::from);
        Value::object([
            ("content_type", text(filename.map(|_| "text/x-shellscript"))),
            ("content", content.into()),
            ("filename", text(filename)),
            ("merge_type", text(None)),
        ])
    }

    fn parts(parts: impl IntoIterator<Item = Value>) -> Value {
        Value::list(Type::DYNAMIC, parts)
    }

    #[tokio::test]
    async fn the_message_is_cloud_inits() {
        let plain = |name, value: Value| (name, value);
        let made = Bench::new(crate::cloudinit::types())
            .resource("cloudinit_config")
            .config([
                plain("gzip", Value::FALSE),
                plain("base64_encode", Value::FALSE),
                plain("part", parts([part("a: 1\n", None), part("#!/bin/sh\n", Some("go.sh"))])),
            ])
            .replace([plain("part", parts([part("b: 1\n", None)]))])
            .run()
            .await;
        let lines = [
            "Content-Type: multipart/mixed; boundary=\"MIMEBOUNDARY\"\nMIME-Version: 1.0",
            "",
            "--MIMEBOUNDARY",
            "Content-Transfer-Encoding: 7bit",
            "Content-Type: text/plain",
            "Mime-Version: 1.0",
            "",
            "a: 1\n",
            "--MIMEBOUNDARY",
            "Content-Disposition: attachment; filename=\"go.sh\"",
            "Content-Transfer-Encoding: 7bit",
            "Content-Type: text/x-shellscript",
            "Mime-Version: 1.0",
            "",
            "#!/bin/sh\n",
            "--MIMEBOUNDARY--",
            "",
        ];
        assert_eq!(made.attribute("rendered").and_then(Value::as_str), Some(&*lines.join("\r\n")));
    }

    #[tokio::test]
    async fn a_compressed_message_comes_apart_again() {
        let config = || parts([part("x", None)]);
        let bench = Bench::new(crate::cloudinit::types());
        let plain =
            vec![("gzip", Value::FALSE), ("base64_encode", Value::FALSE), ("part", config())];
        let plain = bench.data("cloudinit_config", plain).await.unwrap();
        let packed = bench.data("cloudinit_config", vec![("part", config())]).await.unwrap();
        let text =
            |value: &Value| value.attribute("rendered").unwrap().as_str().unwrap().to_owned();
        let bytes = STANDARD.decode(text(&packed)).unwrap();
        let mut back = String::new();
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&bytes[..]), &mut back)
            .unwrap();
        assert_eq!(back, text(&plain));
        let wrong = vec![("base64_encode", Value::FALSE), ("part", config())];
        let why = bench.data("cloudinit_config", wrong).await.unwrap_err();
        assert!(why.contains("Conflicting arguments"), "{why}");
    }
}

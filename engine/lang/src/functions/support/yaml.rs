//! YAML 1.2, as far as values of the language go: one document, keys that are text, nothing that contains itself.
//!
//! What plain text stands for is a mix of versions: `yes`, `on` and `y` are still true, and times become text in the
//! form of RFC 3339. Configurations written for Terraform count on that.

mod decode;
mod encode;
mod scalar;

pub(in super::super) use decode::decode;
pub(in super::super) use encode::encode;

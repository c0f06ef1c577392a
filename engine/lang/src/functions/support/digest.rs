//! Digests, and the two ways in which they are written.

pub(in super::super) use md5::Md5;
pub(in super::super) use sha1::Sha1;
pub(in super::super) use sha2::{Digest, Sha256, Sha512};

/// As hexadecimal digits.
pub(in super::super) fn hex<D: Digest>(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let digest = D::digest(bytes);
    let mut text = String::with_capacity(digest.len() * 2);
    for byte in digest {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// In Base64.
pub(in super::super) fn base64<D: Digest>(bytes: &[u8]) -> String {
    super::base64::encode(&D::digest(bytes))
}

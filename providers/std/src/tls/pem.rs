//! Bytes in a text between `-----BEGIN …-----` and `-----END …-----`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What a text holds: the label, and the bytes.
pub(super) struct Block {
    pub(super) label: String,
    pub(super) bytes: Vec<u8>,
}

/// Lines of 64 characters, each with its end.
pub(super) fn encode(label: &str, bytes: &[u8]) -> String {
    let encoded = STANDARD.encode(bytes);
    let mut text = format!("-----BEGIN {label}-----\n");
    let mut rest = &*encoded;
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text + &format!("-----END {label}-----\n")
}

/// The first block of a text; what stands before it does not count.
pub(super) fn decode(text: &str) -> Option<Block> {
    let (_, from) = text.split_once("-----BEGIN ")?;
    let (label, rest) = from.split_once("-----")?;
    let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
    // Headers, of old encrypted keys, end at an empty line.
    let body = match body.split_once("\n\n") {
        Some((headers, body)) if headers.contains(':') => body,
        _ => body,
    };
    let digits: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    Some(Block { label: label.to_owned(), bytes: STANDARD.decode(digits).ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for length in [0, 1, 48, 49, 200] {
            let bytes = vec![5; length];
            let text = encode("THING", &bytes);
            assert!(text.lines().all(|line| line.len() <= 64) && text.ends_with("-----\n"));
            let block = decode(&format!("before\r\n{text}after")).unwrap();
            assert_eq!((block.label.as_str(), block.bytes), ("THING", bytes));
        }
        for wrong in ["", "-----BEGIN A-----\n", "-----BEGIN A-----\n?\n-----END A-----"] {
            assert!(decode(wrong).is_none(), "{wrong}");
        }
    }
}

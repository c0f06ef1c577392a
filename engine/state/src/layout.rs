//! How JSON is laid out in state files: as Go's `encoding/json` indents it, two blanks a level, so that a file that
//! Terraform wrote and one that wb wrote differ only where their content does.

/// The deepest nesting that is read; Terraform's values go no deeper in practice, and indenting costs depth times lines.
pub const MAX_DEPTH: usize = 2_000;

/// Where the text nests deeper than [`MAX_DEPTH`].
pub(crate) fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    let mut in_string = false;
    let mut escaped = false;
    for (i, b) in text.bytes().enumerate() {
        if in_string {
            match b {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match b {
            b'"' => in_string = true,
            b'{' | b'[' => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Some(i);
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// Begins a line at this depth.
pub(crate) fn new_line(out: &mut Vec<u8>, depth: usize) {
    const BLANKS: &[u8; 64] = &[b' '; 64];
    out.push(b'\n');
    let mut left = depth * 2;
    while left > 0 {
        let n = left.min(BLANKS.len());
        out.extend_from_slice(&BLANKS[..n]);
        left -= n;
    }
}

/// Writes valid JSON anew, with line breaks and indents, `depth` levels being open around it.
pub(crate) fn lay_out(text: &str, depth: usize, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let mut depth = depth;
    let mut at = 0;
    while let Some(&b) = bytes.get(at) {
        at += 1;
        match b {
            b' ' | b'\t' | b'\n' | b'\r' => {}
            b'"' => at = copy_string(bytes, at, out),
            b'{' | b'[' => {
                out.push(b);
                at = skip_blanks(bytes, at);
                if matches!(bytes.get(at), Some(b'}' | b']')) {
                    out.push(bytes[at]);
                    at += 1;
                } else {
                    depth += 1;
                    new_line(out, depth);
                }
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                new_line(out, depth);
                out.push(b);
            }
            b',' => {
                out.push(b);
                new_line(out, depth);
            }
            b':' => out.extend_from_slice(b": "),
            other => out.push(other),
        }
    }
}

/// Writes valid JSON anew without blanks.
pub(crate) fn compact(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&b) = bytes.get(at) {
        at += 1;
        match b {
            b' ' | b'\t' | b'\n' | b'\r' => {}
            b'"' => at = copy_string(bytes, at, out),
            other => out.push(other),
        }
    }
}

fn skip_blanks(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// Copies a string whose opening quote stands before `start`; gives where it ends.
///
/// Go escapes what HTML would take for markup, and the two line separators of Unicode.
fn copy_string(bytes: &[u8], start: usize, out: &mut Vec<u8>) -> usize {
    out.push(b'"');
    let mut from = start;
    let mut at = start;
    while let Some(&b) = bytes.get(at) {
        match b {
            b'"' => break,
            b'\\' => at += 2,
            b'<' | b'>' | b'&' => {
                out.extend_from_slice(&bytes[from..at]);
                out.extend_from_slice(html_escape(b));
                at += 1;
                from = at;
            }
            0xe2 if matches!(bytes.get(at..at + 3), Some([_, 0x80, 0xa8 | 0xa9])) => {
                out.extend_from_slice(&bytes[from..at]);
                out.extend_from_slice(if bytes[at + 2] == 0xa8 { b"\\u2028" } else { b"\\u2029" });
                at += 3;
                from = at;
            }
            _ => {
                let rest = &bytes[at + 1..];
                at += 1 + rest.iter().position(|b| is_marked_in_string(*b)).unwrap_or(rest.len());
            }
        }
    }
    let end = at.min(bytes.len());
    out.extend_from_slice(&bytes[from..end]);
    out.push(b'"');
    end + 1
}

/// Whether a byte of a JSON string ends it, escapes what follows, or may have to be escaped itself.
fn is_marked_in_string(b: u8) -> bool {
    matches!(b, b'"' | b'\\' | b'<' | b'>' | b'&' | 0xe2)
}

fn html_escape(b: u8) -> &'static [u8] {
    match b {
        b'<' => b"\\u003c",
        b'>' => b"\\u003e",
        _ => b"\\u0026",
    }
}

/// Writes a string as Go's encoder does.
pub(crate) fn write_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    write_within_string(out, text);
    out.push(b'"');
}

/// Writes a part of a string.
pub(crate) fn write_within_string(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    let mut from = 0;
    let mut at = 0;
    while let Some(&b) = bytes.get(at) {
        if !NEEDS_LOOK[b as usize] {
            at += 1;
            continue;
        }
        let mut buffer = *b"\\u0000";
        let (escape, len): (&[u8], usize) = match b {
            b'"' => (b"\\\"", 1),
            b'\\' => (b"\\\\", 1),
            b'\n' => (b"\\n", 1),
            b'\r' => (b"\\r", 1),
            b'\t' => (b"\\t", 1),
            8 => (b"\\b", 1),
            12 => (b"\\f", 1),
            b'<' | b'>' | b'&' => (html_escape(b), 1),
            0xe2 if bytes[at + 1..].starts_with(&[0x80, 0xa8]) => (b"\\u2028", 3),
            0xe2 if bytes[at + 1..].starts_with(&[0x80, 0xa9]) => (b"\\u2029", 3),
            0xe2 => {
                at += 1;
                continue;
            }
            control => {
                buffer[4] = b'0' + (control >> 4);
                buffer[5] = b"0123456789abcdef"[usize::from(control & 15)];
                (&buffer, 1)
            }
        };
        out.extend_from_slice(&bytes[from..at]);
        out.extend_from_slice(escape);
        at += len;
        from = at;
    }
    out.extend_from_slice(&bytes[from..]);
}

/// Bytes that may begin something that is escaped.
const NEEDS_LOOK: [bool; 256] = {
    let mut table = [false; 256];
    let mut b = 0;
    while b < 0x20 {
        table[b] = true;
        b += 1;
    }
    table[b'"' as usize] = true;
    table[b'\\' as usize] = true;
    table[b'<' as usize] = true;
    table[b'>' as usize] = true;
    table[b'&' as usize] = true;
    table[0xe2] = true;
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    fn laid_out(text: &str, depth: usize) -> String {
        let mut out = Vec::new();
        lay_out(text, depth, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn json_is_indented_as_go_does() {
        assert_eq!(
            laid_out("{\"a\" : [1,{ }, [ ]] , \"b\":{\"c\":\"x\\\"<\u{2028}\"}}", 1),
            "{\n    \"a\": [\n      1,\n      {},\n      []\n    ],\n    \"b\": {\n      \
             \"c\": \"x\\\"\\u003c\\u2028\"\n    }\n  }"
        );
    }

    #[test]
    fn strings_are_escaped_as_go_does() {
        let mut out = Vec::new();
        write_string(&mut out, "a\"\\\n\u{1}\u{8}<é\u{2029}");
        assert_eq!(String::from_utf8(out).unwrap(), "\"a\\\"\\\\\\n\\u0001\\b\\u003cé\\u2029\"");
    }

    proptest::proptest! {
        #[test]
        fn a_layout_is_laid_out_already(text in "[\\[{\"a<,:\\\\}\\] é\u{2028}]{0,40}") {
            if serde_json::from_str::<serde_json::Value>(&text).is_ok() {
                let once = laid_out(&text, 3);
                proptest::prop_assert_eq!(laid_out(&once, 3), once);
            }
        }

        #[test]
        fn strings_survive(text in ".*") {
            let mut out = Vec::new();
            write_string(&mut out, &text);
            let back: String = serde_json::from_slice(&out).unwrap();
            proptest::prop_assert_eq!(back, text);
        }
    }
}

//! Character classes and escapes.

use super::PatternError;

/// The names of POSIX classes, which mean the same to both engines.
const POSIX: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
];

/// Writes a character so that it stands for itself, inside a class or not.
pub(super) fn push_literal(out: &mut String, c: char) {
    if c.is_ascii_punctuation() && c != '<' && c != '>' {
        out.push('\\');
    }
    out.push(c);
}

/// Translates the class that `rest` begins with, and returns its length.
pub(super) fn translate(rest: &str, out: &mut String) -> Result<usize, PatternError> {
    let unclosed = || PatternError::new("missing closing ]", rest);
    let mut at = 1;
    out.push('[');
    if rest[at..].starts_with('^') {
        out.push('^');
        at += 1;
    }
    let first = at;
    loop {
        let part = &rest[at..];
        let c = part.chars().next().ok_or_else(unclosed)?;
        if c == ']' && at > first {
            out.push(']');
            return Ok(at + 1);
        }
        if part.starts_with("[:")
            && let Some(end) = part[2..].find(":]")
        {
            let length = end + 4;
            posix(&part[..length], out)?;
            at += length;
            continue;
        }
        if is_group_escape(part) {
            at += escape(part, out, true)?;
            continue;
        }
        at += range(part, rest, out)?;
    }
}

/// A character, or a range of them.
fn range(part: &str, class: &str, out: &mut String) -> Result<usize, PatternError> {
    let (low, length) = character(part, class)?;
    let after = &part[length..];
    // A minus sign before the end stands for itself.
    if !after.starts_with('-') || after.starts_with("-]") || after.len() < 2 {
        push_code(out, low);
        return Ok(length);
    }
    let (high, high_length) = character(&after[1..], class)?;
    let total = length + 1 + high_length;
    if high < low {
        return Err(PatternError::new("invalid character class range", &part[..total]));
    }
    push_code(out, low);
    out.push('-');
    push_code(out, high);
    Ok(total)
}

/// One character of a class, escaped or not.
fn character(part: &str, class: &str) -> Result<(char, usize), PatternError> {
    let c = part.chars().next().ok_or_else(|| PatternError::new("missing closing ]", class))?;
    if c != '\\' {
        return Ok((c, c.len_utf8()));
    }
    literal_escape(part).ok_or_else(|| invalid_escape(part))
}

fn posix(part: &str, out: &mut String) -> Result<(), PatternError> {
    let name = part[2..part.len() - 2].trim_start_matches('^');
    if !POSIX.contains(&name) || part.matches('^').count() > 1 {
        return Err(PatternError::new("invalid character class range", part));
    }
    out.push_str(part);
    Ok(())
}

/// Whether this is an escape that stands for many characters.
fn is_group_escape(part: &str) -> bool {
    let mut chars = part.chars();
    chars.next() == Some('\\')
        && matches!(chars.next(), Some('d' | 'D' | 's' | 'S' | 'w' | 'W' | 'p' | 'P'))
}

/// Translates the escape that `rest` begins with, and returns its length.
pub(super) fn escape(rest: &str, out: &mut String, in_class: bool) -> Result<usize, PatternError> {
    let letter = rest[1..].chars().next();
    let (inside, negated) = match letter {
        Some('d') => ("0-9", false),
        Some('D') => ("0-9", true),
        Some('s') => ("\\t\\n\\f\\r ", false),
        Some('S') => ("\\t\\n\\f\\r ", true),
        Some('w') => ("0-9A-Za-z_", false),
        Some('W') => ("0-9A-Za-z_", true),
        Some('p' | 'P') => return property(rest, out),
        _ => {
            let (c, length) = literal_escape(rest).ok_or_else(|| invalid_escape(rest))?;
            push_code(out, c);
            return Ok(length);
        }
    };
    if in_class && !negated {
        out.push_str(inside);
    } else {
        out.push_str(if negated { "[^" } else { "[" });
        out.push_str(inside);
        out.push(']');
    }
    Ok(2)
}

/// `\pN`, `\p{Greek}`, `\p{^Greek}`, `\P{Greek}`.
fn property(rest: &str, out: &mut String) -> Result<usize, PatternError> {
    let mut negated = rest.starts_with("\\P");
    let inside = &rest[2..];
    let bad = |part| PatternError::new("invalid character class range", part);
    let (name, length) = if let Some(braced) = inside.strip_prefix('{') {
        let end = braced.find('}').ok_or_else(|| bad(rest))?;
        (&braced[..end], end + 4)
    } else {
        let c = inside.chars().next().ok_or_else(|| bad(rest))?;
        (&inside[..c.len_utf8()], 2 + c.len_utf8())
    };
    let plain = name.strip_prefix('^');
    negated ^= plain.is_some();
    let name = plain.unwrap_or(name);
    let text = format!("\\{}{{{name}}}", if negated { 'P' } else { 'p' });
    // Go knows categories and scripts, by their exact names, which begin with a capital; and `Any`.
    let is_named = name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
    if !is_named || regex::Regex::new(&text).is_err() {
        return Err(bad(&rest[..length]));
    }
    out.push_str(&text);
    Ok(length)
}

/// The character that an escape stands for, and the escape's length.
fn literal_escape(rest: &str) -> Option<(char, usize)> {
    let bytes = rest.as_bytes();
    let c = rest[1..].chars().next()?;
    let simple = match c {
        'a' => '\u{7}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        'x' => return hexadecimal(rest),
        // One digit alone would be a reference back, which no linear engine has.
        '1'..='7' if !matches!(bytes.get(2), Some(b'0'..=b'7')) => return None,
        '0'..='7' => {
            let digits =
                rest[1..].bytes().take(3).take_while(|b| (b'0'..=b'7').contains(b)).count();
            let code = u32::from_str_radix(&rest[1..=digits], 8).ok()?;
            return Some((char::from_u32(code)?, digits + 1));
        }
        c if c.is_ascii() && !c.is_ascii_alphanumeric() => c,
        _ => return None,
    };
    Some((simple, 1 + c.len_utf8()))
}

/// `\x41` or `\x{1F600}`.
fn hexadecimal(rest: &str) -> Option<(char, usize)> {
    let (digits, length) = match rest.get(2..)?.strip_prefix('{') {
        Some(braced) => {
            let end = braced.find('}')?;
            (&braced[..end], end + 4)
        }
        None => (rest.get(2..4)?, 4),
    };
    let is_hex = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
    let code = u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
    Some((char::from_u32(code)?, length))
}

fn push_code(out: &mut String, c: char) {
    if c.is_control() {
        out.push_str(&format!("\\x{{{:x}}}", u32::from(c)));
    } else {
        push_literal(out, c);
    }
}

fn invalid_escape(rest: &str) -> PatternError {
    let end = rest[1..].chars().next().map_or(1, |c| 1 + c.len_utf8());
    PatternError::new("invalid escape sequence", &rest[..end])
}

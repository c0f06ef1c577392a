//! Permissions as octal digits.

use wb_core::path::Path;
use wb_core::provider::Problems;
use wb_core::value::Value;

use crate::validate;

/// The bits of `"0644"`.
pub(crate) fn bits(text: &str) -> Option<u32> {
    let is_octal = matches!(text.len(), 3 | 4) && text.bytes().all(|b| matches!(b, b'0'..=b'7'));
    let bits = u32::from_str_radix(text, 8).ok().filter(|bits| *bits <= 0o777);
    bits.filter(|_| is_octal)
}

pub(crate) fn check(config: &Value, problems: &mut Problems) {
    for name in ["file_permission", "directory_permission"] {
        if let Some(given) = validate::text(config, name).filter(|given| bits(given).is_none()) {
            problems.error(
                Path::new().attr(name),
                "Not a permission",
                format!(
                    "A permission is three octal digits, as \"0644\" or \"644\", and not {given:?}."
                ),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_or_four_octal_digits() {
        assert_eq!(bits("0644"), Some(0o644));
        assert_eq!(bits("700"), Some(0o700));
        for wrong in ["", "64", "01644", "1777", "0o64", "+644", "0888"] {
            assert_eq!(bits(wrong), None, "{wrong}");
        }
    }
}

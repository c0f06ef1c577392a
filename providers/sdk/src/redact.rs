//! Secrets in texts of others, as in replies that repeat a request.

/// The text without these secrets. Short ones are taken out too: a mangled text is better than one that tells.
#[must_use]
pub fn redact<'a>(text: &str, secrets: impl IntoIterator<Item = &'a str>) -> String {
    let mut secrets: Vec<&str> = secrets.into_iter().filter(|secret| !secret.is_empty()).collect();
    // One that contains another goes first, so that nothing of it stays.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, "(sensitive)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_secret_stays() {
        let text = redact("key abcdef, again abc", ["abc", "abcdef", ""]);
        assert_eq!(text, "key (sensitive), again (sensitive)");
    }
}

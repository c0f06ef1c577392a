//! Arguments from the environment.

/// Splits a text into words as a shell does: blanks separate, quotes and backslashes keep together. Nothing where a
/// quote is not closed.
#[must_use]
pub fn split_words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (None, ' ' | '\t' | '\n' | '\r') => words.extend(word.take()),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (Some(open), _) if c == open => quote = None,
            (Some('"') | None, '\\') => word.get_or_insert_default().push(chars.next()?),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

/// Puts the words of `TF_CLI_ARGS` and of the command's own variable behind the command's `depth` words, so that what was
/// typed comes last and counts.
pub fn inject(args: &mut Vec<String>, depth: usize, general: Vec<String>, own: Vec<String>) {
    let at = depth.min(args.len());
    args.splice(at..at, own.into_iter().chain(general));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_split_as_a_shell_does() {
        let words = |text| split_words(text).map(|w| w.join("|"));
        assert_eq!(words(r#" -var 'a=b c'  -x="d e"f\ g '' "#).unwrap(), "-var|a=b c|-x=d ef g|");
        assert_eq!(words(r#"'\' "\"""#).unwrap(), "\\|\"");
        assert_eq!(words(""), Some(String::new()));
        assert_eq!(words("'a"), None);
    }

    #[test]
    fn what_was_typed_comes_last() {
        let mut args = vec!["state".to_owned(), "list".to_owned(), "-x".to_owned()];
        inject(&mut args, 2, vec!["-g".to_owned()], vec!["-o".to_owned()]);
        assert_eq!(args, ["state", "list", "-o", "-g", "-x"]);
    }
}

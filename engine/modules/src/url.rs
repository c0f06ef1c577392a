//! Addresses of packages, taken apart.

use crate::FetchError;
use crate::archive::Format;

/// `KIND::URL?QUERY`, where the kind may be the URL's scheme.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Address {
    pub(crate) kind: String,
    /// Without the query.
    pub(crate) url: String,
    query: Vec<(String, String)>,
}

impl Address {
    pub(crate) fn parse(package: &str) -> Result<Self, FetchError> {
        let (kind, rest) = match package.split_once("::") {
            Some((kind, rest)) if kind.chars().all(|c| c.is_ascii_alphanumeric()) => {
                (Some(kind), rest)
            }
            _ => (None, package),
        };
        let (url, query) = rest.split_once('?').unwrap_or((rest, ""));
        let scheme = url.split_once(':').map(|(scheme, _)| scheme);
        let kind =
            kind.or(scheme).ok_or(FetchError::Address { why: "the address has no scheme" })?;
        let pair = |part: &str| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (decode(name), decode(value))
        };
        let query = query.split('&').filter(|part| !part.is_empty()).map(pair).collect();
        Ok(Self { kind: kind.to_ascii_lowercase(), url: url.to_owned(), query })
    }

    /// Takes an argument out of the query, which is then not the server's any more.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let at = self.query.iter().position(|(n, _)| n == name)?;
        Some(self.query.remove(at).1)
    }

    /// How the package is packed: what `archive` says, or else the end of the path. Nothing where it is no archive.
    pub(crate) fn format(&mut self) -> Result<Option<Format>, FetchError> {
        match self.take("archive").as_deref() {
            None => Ok(Format::of(&self.url)),
            Some("false") => Ok(None),
            Some(name) => Format::of(name).map(Some).ok_or(FetchError::Address {
                why: "the archive is of a kind that is not known: tar, tar.gz, tgz and zip are",
            }),
        }
    }

    /// The URL with what is left of the query, which is the server's.
    pub(crate) fn with_query(&self) -> String {
        let pairs: Vec<String> = self
            .query
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect();
        if pairs.is_empty() {
            self.url.clone()
        } else {
            format!("{}?{}", self.url, pairs.join("&"))
        }
    }

    /// The path of a `file:` URL.
    pub(crate) fn file_path(&self) -> Option<String> {
        let rest = self.url.strip_prefix("file://")?;
        let path = rest.strip_prefix("localhost").unwrap_or(rest);
        path.starts_with('/').then(|| decode(path))
    }
}

/// Makes a text part of a query.
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Undoes `%20` and the like.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
        match (first, tail) {
            (b'%', [a, b, after @ ..]) if hex(*a).is_some() && hex(*b).is_some() => {
                bytes.push(hex(*a).unwrap_or(0) << 4 | hex(*b).unwrap_or(0));
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        let mut address =
            Address::parse("git::ssh://git@example.com/a.git?ref=v%201&depth=1").unwrap();
        assert_eq!((&*address.kind, &*address.url), ("git", "ssh://git@example.com/a.git"));
        assert_eq!(address.take("ref").as_deref(), Some("v 1"));
        assert_eq!(address.take("ref"), None);
        let address = Address::parse("file:///srv/a%20b").unwrap();
        assert_eq!(
            (address.kind.as_str(), address.file_path().as_deref()),
            ("file", Some("/srv/a b"))
        );
        assert_eq!(Address::parse("https://e/a.zip").unwrap().kind, "https");
        assert!(Address::parse("nothing").is_err());
    }
}

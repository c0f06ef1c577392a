//! Addresses of packages outside of registries, made explicit as go-getter does it: `github.com/a/b` is
//! `git::https://github.com/a/b.git`.

use std::fmt;
use std::sync::Arc;

use super::{ModuleSourceError as Error, split_subdir};

/// A package at a URL, and the folder of it that is meant.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RemoteModule {
    /// A URL with its query, after `KIND::` where the kind is not the URL's scheme: `git::https://example.com/a.git`.
    pub package: Arc<str>,
    /// The folder within the package, cleaned; empty for its root.
    pub subdir: Arc<str>,
}

/// As it may be written: the folder before the query.
impl fmt::Display for RemoteModule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.subdir.is_empty() {
            return f.write_str(&self.package);
        }
        match self.package.split_once('?') {
            Some((address, query)) => write!(f, "{address}//{}?{query}", self.subdir),
            None => write!(f, "{}//{}", self.package, self.subdir),
        }
    }
}

pub(super) fn parse(text: &str) -> Result<RemoteModule, Error> {
    let (address, mut subdir) = split_subdir(text)?;
    let explicit = explicit(&address)?;
    // A shorthand may hide a folder: that of the shorthand is the outer one.
    let (package, hidden) = split_subdir(&explicit)?;
    if !hidden.is_empty() {
        subdir =
            if subdir.is_empty() { hidden } else { super::clean(&format!("{hidden}/{subdir}")) };
    }
    Ok(RemoteModule { package: package.into(), subdir: subdir.into() })
}

/// The address with its kind, as a URL. What has a scheme stays as it is.
fn explicit(address: &str) -> Result<String, Error> {
    let (forced, rest) = match address.split_once("::") {
        Some((kind, rest)) if kind.chars().all(|c| c.is_ascii_alphanumeric()) => (Some(kind), rest),
        _ => (None, address),
    };
    if has_scheme(rest) {
        return Ok(address.to_owned());
    }
    let (kind, url) = detect(rest, forced)?;
    Ok(match forced.or(kind) {
        Some(kind) => format!("{kind}::{url}"),
        None => url,
    })
}

/// RFC 3986 §3.1.
fn has_scheme(address: &str) -> bool {
    let Some((scheme, _)) = address.split_once(':') else { return false };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// The kind and the URL of an address that has no scheme.
fn detect(address: &str, forced: Option<&str>) -> Result<(Option<&'static str>, String), Error> {
    let (path, query) = match address.split_once('?') {
        Some((path, query)) => (path, query),
        None => (address, ""),
    };
    let (kind, url) = if path.starts_with("github.com/") {
        ("git", repository(path).ok_or(Error::GitHubForm)?)
    } else if path.starts_with("bitbucket.org/") {
        ("git", repository(path).ok_or(Error::Unrecognised)?)
    } else if let Some(url) = scp_like(path, forced == Some("git")) {
        ("git", url)
    } else if path.contains(".googleapis.com/") {
        ("gcs", gcs(path).ok_or(Error::GcsForm)?)
    } else if path.contains(".amazonaws.com/") {
        ("s3", s3(path).ok_or(Error::S3Form)?)
    } else if let Some(absolute) = path.strip_prefix('/') {
        return Ok((None, with_query(format!("file:///{absolute}"), query)));
    } else {
        return Err(Error::Unrecognised);
    };
    Ok((Some(kind), with_query(url, query)))
}

fn with_query(url: String, query: &str) -> String {
    if query.is_empty() { url } else { format!("{url}?{query}") }
}

/// `HOST/OWNER/NAME[/SUBDIR]`.
fn repository(path: &str) -> Option<String> {
    let mut parts = path.splitn(4, '/');
    let (host, owner, name) = (parts.next()?, parts.next()?, parts.next()?);
    let suffix = if name.ends_with(".git") { "" } else { ".git" };
    let subdir = parts.next().map_or(String::new(), |subdir| format!("//{subdir}"));
    Some(format!("https://{host}/{owner}/{name}{suffix}{subdir}"))
}

/// `USER@HOST:PATH`. Unless the kind is given to be git, the user must be.
fn scp_like(address: &str, is_git: bool) -> Option<String> {
    let (user, rest) = address.split_once('@')?;
    let (host, path) = rest.split_once(':')?;
    let path = path.strip_prefix('/').unwrap_or(path);
    let complete = !user.is_empty() && !host.is_empty() && !path.is_empty();
    (complete && (is_git || user == "git")).then(|| format!("ssh://{user}@{host}/{path}"))
}

fn gcs(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').collect();
    let [_, _, version, bucket, object @ ..] = &parts[..] else { return None };
    if object.is_empty() {
        return None;
    }
    Some(format!("https://www.googleapis.com/storage/{version}/{bucket}/{}", object.join("/")))
}

/// Path style, and both virtual-host styles.
fn s3(path: &str) -> Option<String> {
    let (host, object) = path.split_once('/')?;
    let labels: Vec<&str> = host.split('.').collect();
    Some(match labels[..] {
        [endpoint, _, _] => format!("https://{endpoint}.amazonaws.com/{object}"),
        [bucket, endpoint, _, _] => format!("https://{endpoint}.amazonaws.com/{bucket}/{object}"),
        [bucket, "s3", region, _, _] => {
            format!("https://s3.{region}.amazonaws.com/{bucket}/{object}")
        }
        _ => return None,
    })
}

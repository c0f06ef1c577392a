//! Paths as text, taken apart without a look at any file.

use super::super::fault::Fault;
use crate::host::Host;

/// The shortest path that means the same: no empty parts, no `.`, and no `..` after a name.
pub(in super::super) fn clean(path: &str) -> String {
    let is_absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if is_absolute => {}
            name => parts.push(name),
        }
    }
    let joined = parts.join("/");
    match (is_absolute, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// The last part.
pub(in super::super) fn base(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" if path.is_empty() => ".",
        "" => "/",
        path => path.rsplit('/').next().unwrap_or(path),
    }
}

/// All but the last part.
pub(in super::super) fn dir(path: &str) -> String {
    let end = path.rfind('/').map_or(0, |slash| slash + 1);
    clean(&path[..end])
}

/// The path with the user's home folder in the place of a `~` at its beginning.
pub(in super::super) fn expand(path: &str, host: &dyn Host) -> Result<String, Fault> {
    let Some(rest) = path.strip_prefix('~') else { return Ok(path.to_owned()) };
    if !rest.is_empty() && !rest.starts_with(['/', '\\']) {
        return Err(Fault::new("failed to expand ~: cannot expand user-specific home dir"));
    }
    let home = host.home_dir();
    let home = home.ok_or_else(|| Fault::new("failed to expand ~: there is no home folder"))?;
    Ok(clean(&format!("{home}/{rest}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_paths() {
        for (path, cleaned, name, folder) in [
            ("", ".", ".", "."),
            ("/", "/", "/", "/"),
            ("//a//", "/a", "a", "/a"),
            ("a/./b/../c", "a/c", "c", "a"),
            ("../../a", "../../a", "a", "../.."),
            ("a/../..", "..", "..", "."),
            ("/../a", "/a", "a", "/"),
        ] {
            assert_eq!((&*clean(path), base(path), &*dir(path)), (cleaned, name, folder), "{path}");
        }
    }
}

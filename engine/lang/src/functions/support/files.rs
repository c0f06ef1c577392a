//! Reading files for functions, and what to say where that fails.

use std::sync::Arc;

use wb_core::marks::Marks;
use wb_core::value::Value;

use super::super::args::{redacted, text, withheld};
use super::super::fault::Fault;
use super::paths;
use crate::eval::Env;
use crate::host::FileError;

/// The content of the file that an argument names. Its marks are the caller's to keep.
pub(in super::super) fn read(path: &Value, env: &mut Env<'_>) -> Result<Arc<[u8]>, Fault> {
    let marks = path.marks();
    let path = paths::expand(text(path), env.host()).map_err(|fault| fault.about(0))?;
    let content = env.host().read_file(&paths::clean(&path));
    let content = content.map_err(|error| Fault::arg(0, complaint(&path, marks, &error)))?;
    env.charge(content.len())?;
    Ok(content)
}

/// As [`read`], of a file of text.
pub(in super::super) fn read_text(path: &Value, env: &mut Env<'_>) -> Result<String, Fault> {
    let content = read(path, env)?;
    String::from_utf8(content.to_vec()).map_err(|_| {
        let shown = redacted(text(path), path.marks());
        Fault::new(format!(
            "contents of {shown} are not valid UTF-8; use the filebase64 function to obtain the Base64 encoded \
             contents or the other file functions (e.g. filemd5, filesha256) to obtain file hashing results instead"
        ))
    })
}

fn complaint(path: &str, marks: &Marks, error: &FileError) -> String {
    let shown = redacted(path, marks);
    match error {
        FileError::NotFound => format!(
            "no file exists at {shown}; this function works only with files that are distributed as part of the \
             configuration source code, so if this file will be created by a resource in this configuration you must \
             instead obtain this result from an attribute of that resource"
        ),
        // The operating system's words may hold the path.
        FileError::Other(_) if withheld(marks).is_some() => format!("failed to read {shown}"),
        FileError::Other(why) => format!("failed to read {shown}: {why}"),
        FileError::NotRegular(_) | FileError::TooLarge(_) => format!("{shown} {error}"),
    }
}

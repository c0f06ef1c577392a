//! Archives of both kinds. The same entries give the same bytes: no times, no owners.

use std::io::{self, Cursor, Write as _};

use flate2::write::GzEncoder;
use wb_sdk::{ErrorKind, OpError};
use zip::write::SimpleFileOptions;

/// A file of an archive.
pub(super) struct Entry {
    pub(super) name: String,
    /// Permissions.
    pub(super) mode: u32,
    pub(super) content: Vec<u8>,
}

/// The types that there are.
pub(super) const TYPES: [&str; 2] = ["zip", "tar.gz"];

/// Makes an archive of a type.
pub(super) fn pack(kind: &str, entries: &[Entry]) -> Result<Vec<u8>, OpError> {
    match kind {
        "zip" => pack_zip(entries).map_err(|error| failed(&error)),
        "tar.gz" => pack_tar(entries).map_err(|error| failed(&error)),
        _ => {
            let why =
                format!("There are archives of type {}, and not {kind:?}.", TYPES.join(" and "));
            Err(OpError::new(ErrorKind::Invalid, "Unsuitable value", why))
        }
    }
}

fn failed(error: &io::Error) -> OpError {
    OpError::new(ErrorKind::Unexpected, "Cannot make archive", format!("{error}."))
}

fn pack_zip(entries: &[Entry]) -> io::Result<Vec<u8>> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for entry in entries {
        let is_large = u32::try_from(entry.content.len()).is_err();
        let options = SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Deflated)
            .last_modified_time(zip::DateTime::default())
            .unix_permissions(entry.mode)
            .large_file(is_large);
        writer.start_file(entry.name.as_str(), options)?;
        writer.write_all(&entry.content)?;
    }
    Ok(writer.finish()?.into_inner())
}

fn pack_tar(entries: &[Entry]) -> io::Result<Vec<u8>> {
    let compressed = GzEncoder::new(Vec::new(), flate2::Compression::default());
    let mut builder = tar::Builder::new(compressed);
    for entry in entries {
        let mut header = tar::Header::new_ustar();
        header.set_size(entry.content.len() as u64);
        header.set_mode(entry.mode);
        header.set_mtime(0);
        builder.append_data(&mut header, &entry.name, &entry.content[..])?;
    }
    builder.into_inner()?.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    fn entries() -> Vec<Entry> {
        let entry = |name: &str, mode, content: &str| Entry {
            name: name.into(),
            mode,
            content: content.as_bytes().to_vec(),
        };
        vec![entry("a/b.txt", 0o644, "hello"), entry("run", 0o755, "#!")]
    }

    #[test]
    fn a_zip_holds_what_was_put_in() {
        let bytes = pack("zip", &entries()).unwrap();
        assert_eq!(bytes, pack("zip", &entries()).unwrap());
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        archive.by_name("a/b.txt").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "hello");
        assert_eq!(archive.by_name("run").unwrap().unix_mode(), Some(0o100_755));
    }

    #[test]
    fn a_tar_holds_what_was_put_in() {
        let bytes = pack("tar.gz", &entries()).unwrap();
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(&bytes[..]));
        let names: Vec<(String, u32)> = archive
            .entries()
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                let name = entry.path().unwrap().to_string_lossy().into_owned();
                (name, entry.header().mode().unwrap())
            })
            .collect();
        assert_eq!(names, [("a/b.txt".to_owned(), 0o644), ("run".to_owned(), 0o755)]);
    }
}

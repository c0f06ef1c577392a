//! Text to snapshot.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::build::{Builder, Deps};
use super::member::Sum;
use super::{ReadError, ReadErrorKind as Kind, wire};
use crate::layout;
use crate::raw::offset_in;
use crate::snapshot::Snapshot;
use crate::{OpenStep, RawJson, RunId};

/// A file that could be read.
#[derive(Debug)]
pub struct File {
    pub snapshot: Snapshot,
    pub trust: Trust,
    /// The file, of which the snapshot holds pieces.
    pub text: Arc<String>,
}

/// What the member `wb` says of the file.
#[derive(Clone, Debug)]
pub enum Trust {
    /// It is there and its checksum is right: wb wrote every byte.
    Ours { sum: Sum },
    /// It is there and its checksum is wrong.
    Damaged { recorded: String, computed: Sum },
    /// It is not there: another program wrote the file.
    Foreign,
}

/// Reads a state file.
///
/// # Errors
/// Where the bytes are not a state in format 4. A wrong checksum is no error here: [`File::trust`] has it.
pub fn read(bytes: Vec<u8>) -> Result<File, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::at(Kind::Empty, &bytes, None));
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => Arc::new(text),
        Err(e) => {
            let at = e.utf8_error().valid_up_to();
            return Err(ReadError::at(Kind::NotUtf8, e.as_bytes(), Some(at)));
        }
    };
    let file: wire::File<'_> = serde_json::from_str(&text)
        .map_err(|e| sniff(&text).unwrap_or_else(|| syntax(&text, &e)))?;
    check_head(&text, &file)?;
    let (trust, member) = judge_member(&text, file.wb)?;
    let ours = matches!(trust, Trust::Ours { .. });
    if !ours && let Some(at) = layout::too_deep(&text) {
        return Err(ReadError::at(Kind::TooDeep, text.as_bytes(), Some(at)));
    }
    let member = member.unwrap_or_default();
    let state = Builder::new(&text, ours, &member.deps).build(&file)?;
    let snapshot = Snapshot {
        lineage: file.lineage.as_deref().unwrap_or_default().into(),
        serial: file.serial.unwrap_or_default(),
        terraform_version: file.terraform_version.as_deref().unwrap_or_default().into(),
        state,
        open: member.open,
        folded: member.folded,
        probe: member.probe,
    };
    Ok(File { snapshot, trust, text })
}

/// Which state a file holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StateHead {
    pub lineage: String,
    pub serial: u64,
}

/// So much of a file is enough for [`head`] to tell, as Terraform and wb write it.
pub const HEAD_SIZE: usize = 4096;

/// Reads which state a file holds, from its beginning: nothing is looked at from the resources on, if the rest stands before
/// them.
///
/// # Errors
/// Where the bytes are not a state in format 4, as far as that can be seen.
pub fn head(bytes: &[u8]) -> Result<StateHead, ReadError> {
    let mut head = HeadSeed::default();
    let read = (&mut head).deserialize(&mut serde_json::Deserializer::from_slice(bytes));
    match (head.version, head.lineage, head.serial, head.has_resources) {
        (Some(version), Some(lineage), Some(serial), true) => {
            if version != 4 || lineage.is_empty() {
                return Err(ReadError::at(Kind::NoLineage, bytes, None));
            }
            Ok(StateHead { lineage, serial })
        }
        _ => {
            let why = read.err().map_or("a member is missing".to_owned(), |e| e.to_string());
            Err(ReadError::at(Kind::Syntax(why), bytes, None))
        }
    }
}

/// What was read of a head by the time that reading stopped.
#[derive(Default)]
struct HeadSeed {
    version: Option<u64>,
    serial: Option<u64>,
    lineage: Option<String>,
    has_resources: bool,
}

impl<'de> DeserializeSeed<'de> for &mut HeadSeed {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut HeadSeed {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            match &*key {
                "version" => self.version = Some(map.next_value()?),
                "serial" => self.serial = Some(map.next_value()?),
                "lineage" => self.lineage = Some(map.next_value()?),
                "resources" => {
                    self.has_resources = true;
                    if self.version.is_some() && self.serial.is_some() && self.lineage.is_some() {
                        return Err(serde::de::Error::custom("the rest is not read"));
                    }
                    map.next_value::<IgnoredAny>()?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// What a later format, an encrypted file or something else altogether says of itself.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow, default)]
    version: Option<&'a RawValue>,
    #[serde(default)]
    terraform_version: Option<String>,
    #[serde(borrow, default)]
    encrypted_data: Option<&'a RawValue>,
}

/// Whether a file that does not have the shape of format 4 is of another format.
fn sniff(text: &str) -> Option<ReadError> {
    let head: Head<'_> = serde_json::from_str(text).ok()?;
    let error = |kind| Some(ReadError::at(kind, text.as_bytes(), None));
    match head.version {
        None if head.encrypted_data.is_some() => error(Kind::Encrypted),
        None => error(Kind::NoVersion),
        Some(v) if v.get() != "4" => {
            error(Kind::Version { version: v.get().to_owned(), creator: head.terraform_version })
        }
        Some(_) => None,
    }
}

fn syntax(text: &str, e: &serde_json::Error) -> ReadError {
    let before = text.split_inclusive('\n').take(e.line().saturating_sub(1));
    let offset = before.map(str::len).sum::<usize>() + e.column().saturating_sub(1);
    let mut why = e.to_string();
    if let Some(cut) = why.rfind(" at line ") {
        why.truncate(cut);
    }
    ReadError {
        kind: Kind::Syntax(why),
        offset: Some(offset.min(text.len())),
        line: Some(e.line()),
        column: Some(e.column().max(1)),
    }
}

fn check_head(text: &str, file: &wire::File<'_>) -> Result<(), ReadError> {
    let error = |kind| Err(ReadError::at(kind, text.as_bytes(), None));
    if file.version.is_none_or(|v| v.get() != "4") {
        return match sniff(text) {
            Some(e) => Err(e),
            None => error(Kind::NoVersion),
        };
    }
    if let Some(name) = file.unknown.first() {
        return error(Kind::UnknownMember(name.clone()));
    }
    if file.serial.is_none() {
        return error(Kind::Syntax("there is no serial".to_owned()));
    }
    if file.lineage.as_deref().unwrap_or_default().is_empty() {
        return error(Kind::NoLineage);
    }
    if file.resources.is_none() {
        return error(Kind::Syntax("there is no list of resources".to_owned()));
    }
    Ok(())
}

/// The part of the member that is read whether or not the rest can be.
#[derive(Deserialize)]
struct SumOnly<'a> {
    #[serde(borrow)]
    sum: &'a str,
}

/// The whole member, as [`Member`] has it, borrowed.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Full<'a> {
    #[serde(rename = "sum")]
    _sum: String,
    #[serde(rename = "nonce")]
    _nonce: String,
    #[serde(borrow, default)]
    deps: Deps<'a>,
    #[serde(default)]
    open: Vec<OpenStep>,
    #[serde(default)]
    folded: BTreeMap<RunId, u64>,
    #[serde(default)]
    probe: Option<RawJson>,
}

fn judge_member<'a>(
    text: &str,
    raw: Option<&'a RawValue>,
) -> Result<(Trust, Option<Full<'a>>), ReadError> {
    let Some(raw) = raw else { return Ok((Trust::Foreign, None)) };
    let at = offset_in(text, raw.get());
    let error = |why: String| ReadError::at(Kind::Member(why), text.as_bytes(), at);
    let found: SumOnly<'_> = serde_json::from_str(raw.get()).map_err(|e| error(e.to_string()))?;
    let place = offset_in(text, found.sum).filter(|_| found.sum.len() == Sum::DIGITS);
    let computed = Sum::around(text.as_bytes(), place.unwrap_or(0).min(text.len() - Sum::DIGITS));
    if place.is_none() || computed.to_string() != found.sum {
        return Ok((Trust::Damaged { recorded: found.sum.to_owned(), computed }, None));
    }
    let full: Full<'_> = serde_json::from_str(raw.get()).map_err(|e| error(e.to_string()))?;
    Ok((Trust::Ours { sum: computed }, Some(full)))
}

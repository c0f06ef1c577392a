//! Character encodings by the names that IANA has for them.

use std::borrow::Cow;

use encoding_rs::Encoding;

use super::super::args::quoted;
use super::super::fault::Fault;
use super::codepages::{self, CodePage};

/// Names that IANA has and browsers do not.
const ALIASES: &[(&str, &str)] = &[
    ("cp936", "gbk"),
    ("ms936", "gbk"),
    ("windows-936", "gbk"),
    ("csgbk", "gbk"),
    ("csgb18030", "gb18030"),
    ("extended_unix_code_packed_format_for_japanese", "euc-jp"),
    ("cskoi8u", "koi8-u"),
    ("cswindows874", "windows-874"),
    ("cswindows1250", "windows-1250"),
    ("cswindows1251", "windows-1251"),
    ("cswindows1252", "windows-1252"),
    ("cswindows1253", "windows-1253"),
    ("cswindows1254", "windows-1254"),
    ("cswindows1255", "windows-1255"),
    ("cswindows1256", "windows-1256"),
    ("cswindows1257", "windows-1257"),
    ("cswindows1258", "windows-1258"),
];

/// A character encoding.
#[derive(Clone, Copy)]
pub(in super::super) enum Charset {
    /// With a mark at the beginning that says in which order the bytes are.
    Utf16,
    Utf16Be,
    Utf16Le,
    /// One byte a character, which is its number.
    Latin1,
    Ascii,
    CodePage(&'static CodePage),
    /// As the encodings of the web are defined.
    Web(&'static Encoding),
}

impl Charset {
    pub(in super::super) fn find(name: &str) -> Result<Self, Fault> {
        let lower = name.to_ascii_lowercase();
        if let Some(page) = codepages::find(&lower) {
            return Ok(Self::CodePage(page));
        }
        Ok(match &*lower {
            "utf-16" | "csutf16" => Self::Utf16,
            "utf-16be" | "csutf16be" => Self::Utf16Be,
            "utf-16le" | "csutf16le" => Self::Utf16Le,
            "iso-8859-1" | "iso_8859-1" | "iso_8859-1:1987" | "iso-ir-100" | "latin1" | "l1"
            | "ibm819" | "cp819" | "csisolatin1" => Self::Latin1,
            "us-ascii" | "ascii" | "us" | "iso-ir-6" | "ansi_x3.4-1968" | "ansi_x3.4-1986"
            | "iso_646.irv:1991" | "iso646-us" | "ibm367" | "cp367" | "csascii" => Self::Ascii,
            // Names that browsers alone have.
            "utf8" | "utf-16 " | "x-user-defined" | "replacement" | "unicode" => {
                return Err(unsupported(name));
            }
            _ => {
                let label =
                    ALIASES.iter().find(|(alias, _)| *alias == lower).map(|(_, label)| *label);
                let label = label.unwrap_or(name);
                let found = Encoding::for_label_no_replacement(label.as_bytes());
                // Its labels may have spaces around them, IANA's may not.
                let found = found.filter(|_| name.trim() == name);
                Self::Web(found.ok_or_else(|| unsupported(name))?)
            }
        })
    }

    /// What messages call it.
    pub(in super::super) fn name(self) -> &'static str {
        match self {
            Self::Utf16 => "UTF-16",
            Self::Utf16Be => "UTF-16BE",
            Self::Utf16Le => "UTF-16LE",
            Self::Latin1 => "ISO_8859-1:1987",
            Self::Ascii => "US-ASCII",
            Self::CodePage(page) => page.name,
            Self::Web(encoding) => encoding.name(),
        }
    }

    /// The bytes of the text; nothing where it has characters that the encoding lacks.
    pub(in super::super) fn encode(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::Utf16 => Some(
                [0xfeff]
                    .into_iter()
                    .chain(text.encode_utf16())
                    .flat_map(u16::to_be_bytes)
                    .collect(),
            ),
            Self::Utf16Be => Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
            Self::Utf16Le => Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
            Self::Latin1 => text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect(),
            Self::Ascii => text.is_ascii().then(|| text.as_bytes().to_vec()),
            Self::CodePage(page) => text.chars().map(|c| page.byte(c)).collect(),
            Self::Web(encoding) => {
                let (bytes, _, has_unmappable) = encoding.encode(text);
                (!has_unmappable && !self.fills_gaps(text)).then(|| bytes.into_owned())
            }
        }
    }

    /// The text of the bytes; nothing where they stand for none.
    pub(in super::super) fn decode(self, bytes: &[u8]) -> Option<String> {
        let text: Cow<'_, str> = match self {
            Self::Utf16 => match bytes {
                [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes)?.into(),
                [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes)?.into(),
                _ => utf16(bytes, u16::from_be_bytes)?.into(),
            },
            Self::Utf16Be => utf16(bytes, u16::from_be_bytes)?.into(),
            Self::Utf16Le => utf16(bytes, u16::from_le_bytes)?.into(),
            Self::Latin1 => bytes.iter().copied().map(char::from).collect::<String>().into(),
            Self::Ascii if !bytes.is_ascii() => return None,
            Self::Ascii => String::from_utf8_lossy(bytes),
            Self::CodePage(page) => {
                bytes.iter().map(|byte| page.char(*byte)).collect::<String>().into()
            }
            Self::Web(encoding) => {
                encoding.decode_without_bom_handling_and_without_replacement(bytes)?
            }
        };
        // A byte without a character may also have become one of these.
        let has_gap = text.contains(char::REPLACEMENT_CHARACTER) || self.fills_gaps(&text);
        (!has_gap).then(|| text.into_owned())
    }

    /// Whether the text has control characters that browsers put where an encoding of Windows has no character.
    fn fills_gaps(self, text: &str) -> bool {
        let is_windows =
            matches!(self, Self::Web(encoding) if encoding.name().starts_with("windows-"));
        is_windows && text.contains(|c: char| matches!(c, '\u{80}'..='\u{9f}'))
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    String::from_utf16(&units).ok()
}

fn unsupported(name: &str) -> Fault {
    Fault::new(format!("{} is not a supported IANA encoding name or alias", quoted(name)))
}

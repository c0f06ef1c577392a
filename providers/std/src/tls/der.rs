//! The Distinguished Encoding Rules of ASN.1, as far as keys and certificates need them.

use wb_core::time::{Civil, Moment};

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// The text cannot be read: what was expected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct NotDer(pub(super) &'static str);

pub(super) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = content.len().to_be_bytes();
    let length = &length[length.iter().take_while(|byte| **byte == 0).count()..];
    match length {
        [] => out.push(0),
        [short] if *short < 0x80 => out.push(*short),
        long => {
            // A length has eight bytes at most.
            out.push(0x80 | u8::try_from(long.len()).unwrap_or(8));
            out.extend_from_slice(long);
        }
    }
    out.extend_from_slice(content);
    out
}

pub(super) fn sequence<T: AsRef<[u8]>>(parts: impl IntoIterator<Item = T>) -> Vec<u8> {
    element(SEQUENCE, &concat(parts))
}

pub(super) fn set<T: AsRef<[u8]>>(parts: impl IntoIterator<Item = T>) -> Vec<u8> {
    element(SET, &concat(parts))
}

fn concat<T: AsRef<[u8]>>(parts: impl IntoIterator<Item = T>) -> Vec<u8> {
    parts.into_iter().fold(Vec::new(), |mut all, part| {
        all.extend_from_slice(part.as_ref());
        all
    })
}

/// A number without sign, from its bytes, the highest first.
pub(super) fn unsigned(bytes: &[u8]) -> Vec<u8> {
    let digits = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
    // The highest bit is the sign.
    let needs_zero = digits.first().is_none_or(|byte| byte & 0x80 != 0);
    let mut content = if needs_zero { vec![0] } else { Vec::new() };
    content.extend_from_slice(digits);
    element(INTEGER, &content)
}

pub(super) fn oid(arcs: &[u32]) -> Vec<u8> {
    let mut content = Vec::new();
    let (first, rest) = arcs.split_at(2.min(arcs.len()));
    let head = first.iter().fold(0, |sum, arc| sum * 40 + arc);
    for arc in std::iter::once(head).chain(rest.iter().copied()) {
        let sevens = (0..5).rev().map(|i| (arc >> (7 * i)) & 0x7f);
        let digits: Vec<u8> = sevens
            .skip_while(|seven| *seven == 0)
            .filter_map(|seven| u8::try_from(seven).ok())
            .collect();
        let last = digits.len().saturating_sub(1);
        if digits.is_empty() {
            content.push(0);
        }
        content
            .extend(digits.iter().enumerate().map(|(i, d)| if i == last { *d } else { d | 0x80 }));
    }
    element(OID, &content)
}

pub(super) fn octets(bytes: &[u8]) -> Vec<u8> {
    element(OCTET_STRING, bytes)
}

/// Whole bytes as bits.
pub(super) fn bits(bytes: &[u8]) -> Vec<u8> {
    element(BIT_STRING, &concat([&[0], bytes]))
}

/// Flags as bits, the first flag first, without those at the end that are off.
pub(super) fn flags(flags: u16) -> Vec<u8> {
    // The first flag is the highest bit of the first byte.
    let [first, second] = flags.reverse_bits().to_be_bytes();
    let bytes: &[u8] = match (first, second) {
        (0, 0) => &[],
        (_, 0) => &[first],
        _ => &[first, second],
    };
    let unused = bytes.last().map_or(0, |byte| byte.trailing_zeros());
    let unused = u8::try_from(unused).unwrap_or(0);
    element(BIT_STRING, &concat([&[unused], bytes]))
}

pub(super) fn null() -> Vec<u8> {
    element(0x05, &[])
}

pub(super) fn yes() -> Vec<u8> {
    element(0x01, &[0xff])
}

/// A string of the narrowest kind that takes it.
pub(super) fn text(text: &str) -> Vec<u8> {
    let is_printable = |b: u8| b.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(&b);
    let tag = if text.bytes().all(is_printable) { 0x13 } else { 0x0c };
    element(tag, text.as_bytes())
}

/// A string of ASCII characters.
pub(super) fn ia5(text: &str) -> Vec<u8> {
    element(0x16, text.as_bytes())
}

/// An element whose meaning its place gives, that holds others.
pub(super) fn context(number: u8, content: &[u8]) -> Vec<u8> {
    element(0xa0 | number, content)
}

/// The same that holds bytes.
pub(super) fn context_bytes(number: u8, content: &[u8]) -> Vec<u8> {
    element(0x80 | number, content)
}

/// A time, to the second: with two digits of the year until 2049, as RFC 5280 wants it.
pub(super) fn time(moment: Moment) -> Vec<u8> {
    let Civil { year, month, day, hour, minute, second, .. } = moment.civil(0);
    let rest = format!("{month:02}{day:02}{hour:02}{minute:02}{second:02}Z");
    if (1950..2050).contains(&year) {
        return element(0x17, format!("{:02}{rest}", year % 100).as_bytes());
    }
    element(0x18, format!("{year:04}{rest}").as_bytes())
}

/// Reads elements one after the other.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(&'a [u8]);

/// An element that was read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Element<'a> {
    pub(super) tag: u8,
    pub(super) content: &'a [u8],
    /// With tag and length.
    pub(super) whole: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The tag of the next element.
    pub(super) fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    pub(super) fn next(&mut self) -> Result<Element<'a>, NotDer> {
        let cut = NotDer("it ends too early");
        let [tag, first, rest @ ..] = self.0 else { return Err(cut) };
        if tag & 0x1f == 0x1f {
            return Err(NotDer("it has a tag of several bytes"));
        }
        let (length, rest) = if *first < 0x80 {
            (usize::from(*first), rest)
        } else {
            let (length, rest) = rest.split_at_checked(usize::from(first & 0x7f)).ok_or(cut)?;
            if length.len() > 4 || length.is_empty() {
                return Err(NotDer("it has a length that makes no sense"));
            }
            (length.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), rest)
        };
        let (content, rest) = rest.split_at_checked(length).ok_or(cut)?;
        let whole = &self.0[..self.0.len() - rest.len()];
        self.0 = rest;
        Ok(Element { tag: *tag, content, whole })
    }

    pub(super) fn expect(&mut self, tag: u8) -> Result<Element<'a>, NotDer> {
        let element = self.next()?;
        if element.tag == tag {
            Ok(element)
        } else {
            Err(NotDer("it has other parts than it should"))
        }
    }

    /// The next element where it has this tag.
    pub(super) fn take(&mut self, tag: u8) -> Result<Option<Element<'a>>, NotDer> {
        if self.peek() == Some(tag) { self.next().map(Some) } else { Ok(None) }
    }

    pub(super) fn sequence(&mut self) -> Result<Self, NotDer> {
        self.expect(SEQUENCE).map(|element| Self(element.content))
    }

    /// The bytes of a number without sign, the highest first.
    pub(super) fn unsigned(&mut self) -> Result<&'a [u8], NotDer> {
        let content = self.expect(INTEGER)?.content;
        match content {
            [] => Err(NotDer("it has a number without digits")),
            [0, rest @ ..] => Ok(rest),
            [first, ..] if first & 0x80 != 0 => Err(NotDer("it has a negative number")),
            digits => Ok(digits),
        }
    }

    /// Whole bytes.
    pub(super) fn bits(&mut self) -> Result<&'a [u8], NotDer> {
        match self.expect(BIT_STRING)?.content {
            [0, bytes @ ..] => Ok(bytes),
            _ => Err(NotDer("it has bits that make no bytes")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::hex;

    #[test]
    fn elements_are_written_as_the_rules_say() {
        let all = [
            (unsigned(&[0, 0]), "020100"),
            (unsigned(&[0x80]), "02020080"),
            (oid(&[1, 2, 840, 113_549]), "06062a864886f70d"),
            (oid(&[2, 5, 29, 0]), "0603551d00"),
            (flags(0b1), "03020780"),
            (flags(0b1_0010_0001), "0303078480"),
            (flags(0), "030100"),
            (text("a b"), "1303612062"),
            (text("a*b"), "0c03612a62"),
            (time(Moment::from_unix(0)), "170d3730303130313030303030305a"),
            (time(Moment::from_unix(2_524_608_000)), "180f32303530303130313030303030305a"),
        ];
        for (written, expected) in all {
            assert_eq!(hex(&written), expected);
        }
        let long = octets(&[7; 300]);
        assert_eq!(hex(&long[..5]), "0482012c07");
        assert_eq!(Reader::new(&long).next().unwrap().content, [7; 300]);
    }

    #[test]
    fn what_is_cut_off_is_refused() {
        let whole = sequence([unsigned(&[1, 2, 3]), octets(&[0; 200])]);
        for end in 0..whole.len() {
            assert!(Reader::new(&whole[..end]).next().is_err(), "{end}");
        }
        assert!(Reader::new(&[0x04, 0x84, 0xff, 0xff, 0xff, 0xff, 0]).next().is_err());
        assert!(Reader::new(&[0x04, 0x80]).next().is_err());
    }
}

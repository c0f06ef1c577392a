//! RFC 3339, section 5.6: `2006-01-02T15:04:05.25+02:00`.

use std::fmt;
use std::str::FromStr;

use super::{Civil, Moment};

/// A moment and the offset from UTC that it is written with.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Zoned {
    pub moment: Moment,
    /// Seconds eastwards; less than a day.
    pub offset: i32,
}

/// The text is not a time as RFC 3339 writes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotRfc3339;

impl Zoned {
    #[must_use]
    pub fn utc(moment: Moment) -> Self {
        Self { moment, offset: 0 }
    }

    #[must_use]
    pub fn civil(self) -> Civil {
        self.moment.civil(self.offset)
    }

    /// As [`Civil::plus_date`], the time of day kept as the offset shows it.
    #[must_use]
    pub fn plus_date(self, years: i64, months: i64, days: i64) -> Self {
        Self { moment: self.civil().plus_date(years, months, days).moment(self.offset), ..self }
    }

    #[must_use]
    pub fn plus_nanoseconds(self, nanoseconds: i128) -> Self {
        Self { moment: self.moment.plus_nanoseconds(nanoseconds), ..self }
    }
}

/// `T` and `Z` are capitals and the offset ends at minutes, as Terraform and Go have it; a second may have a fraction, of
/// which nine digits count.
impl FromStr for Zoned {
    type Err = NotRfc3339;

    fn from_str(text: &str) -> Result<Self, NotRfc3339> {
        let (date_time, rest) = text.split_at_checked(19).ok_or(NotRfc3339)?;
        let mut civil = date_and_time(date_time.as_bytes()).ok_or(NotRfc3339)?;
        let mut rest = rest;
        if let Some(fraction) = rest.strip_prefix('.') {
            let end = fraction.find(|c: char| !c.is_ascii_digit()).ok_or(NotRfc3339)?;
            civil.nanoseconds = nanoseconds(&fraction[..end]).ok_or(NotRfc3339)?;
            rest = &fraction[end..];
        }
        let offset = if rest == "Z" { 0 } else { offset(rest.as_bytes()).ok_or(NotRfc3339)? };
        Ok(Self { moment: civil.moment(offset), offset })
    }
}

fn date_and_time(text: &[u8]) -> Option<Civil> {
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, b'T', h0, h1, b':', n0, n1, b':', s0, s1] =
        *text
    else {
        return None;
    };
    let (century, year) = (number(y0, y1, 99)?, number(y2, y3, 99)?);
    let civil = Civil {
        year: i64::from(century) * 100 + i64::from(year),
        month: number(m0, m1, 12).filter(|m| *m > 0)?,
        day: number(d0, d1, 31).filter(|d| *d > 0)?,
        hour: number(h0, h1, 23)?,
        minute: number(n0, n1, 59)?,
        second: number(s0, s1, 59)?,
        nanoseconds: 0,
    };
    // A day that its month does not have would come back as another date.
    (civil.moment(0).civil(0) == civil).then_some(civil)
}

fn offset(text: &[u8]) -> Option<i32> {
    let [sign @ (b'+' | b'-'), h0, h1, b':', m0, m1] = *text else { return None };
    let seconds = i32::from(number(h0, h1, 23)?) * 3_600 + i32::from(number(m0, m1, 59)?) * 60;
    Some(if sign == b'-' { -seconds } else { seconds })
}

fn nanoseconds(fraction: &str) -> Option<u32> {
    if fraction.is_empty() {
        return None;
    }
    let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(9);
    Some(digits.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
}

fn number(tens: u8, ones: u8, most: u8) -> Option<u8> {
    let digits = tens.is_ascii_digit() && ones.is_ascii_digit();
    let number = digits.then(|| (tens - b'0') * 10 + (ones - b'0'))?;
    (number <= most).then_some(number)
}

/// Without fractions of a second.
impl fmt::Display for Zoned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Civil { year, month, day, hour, minute, second, .. } = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        if self.offset == 0 {
            return f.write_str("Z");
        }
        let minutes = self.offset.unsigned_abs() / 60;
        let sign = if self.offset < 0 { '-' } else { '+' };
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

impl fmt::Display for NotRfc3339 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a time as RFC 3339 writes it, such as 2006-01-02T15:04:05Z")
    }
}

impl std::error::Error for NotRfc3339 {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_a_time_and_what_is_not() {
        for text in
            ["2006-01-02T15:04:05Z", "2024-02-29T00:00:00+02:30", "0000-01-01T23:59:59-23:59"]
        {
            assert_eq!(text.parse::<Zoned>().expect(text).to_string(), text);
        }
        for text in [
            "",
            "2006-01-02",
            "2006-01-02t15:04:05Z",
            "2006-01-02T15:04:05z",
            "2006-01-02T15:04:05",
            "2006-01-02T15:04:05.Z",
            "2006-01-02T15:04:60Z",
            "2006-01-02T24:00:00Z",
            "2006-01-02T15:04:05+0200",
            "2023-02-29T00:00:00Z",
            "2006-00-02T15:04:05Z",
            "2006-01-02T15:04:05+24:00",
            "2006-01-02T15:04:0\u{e9}",
        ] {
            assert_eq!(text.parse::<Zoned>(), Err(NotRfc3339), "{text}");
        }
        let exact: Zoned = "1970-01-01T01:00:00.0123456789+01:00".parse().expect("a fraction");
        assert_eq!(exact.moment, Moment { seconds: 0, nanoseconds: 12_345_678 });
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read(seconds in -62_167_219_200_i64..253_402_300_800, minutes in -1_439..1_440) {
            let zoned = Zoned { moment: Moment::from_unix(seconds), offset: minutes * 60 };
            prop_assume!((0..10_000).contains(&zoned.civil().year));
            prop_assert_eq!(zoned.to_string().parse(), Ok(zoned));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,30}") {
            let _ = text.parse::<Zoned>();
        }
    }
}

//! Moments, the calendar and how both are written. Nobody here reads a clock: a moment comes in as an argument.
//!
//! The calendar is the Gregorian one without end in both directions, as RFC 3339 has it between the years 0 and 9999.
//! Adding months or days carries over (31 January and one month is 3 March, or 2 March), which is what modules written
//! for Terraform, whose calendar is Go's, count on.

mod civil;
mod duration;
mod rfc3339;

use std::fmt;
use std::time::Duration;

pub use civil::Civil;
pub use duration::parse_duration;
pub use rfc3339::{NotRfc3339, Zoned};

const NANOSECONDS: i128 = 1_000_000_000;

/// A point in time, in Coordinated Universal Time without leap seconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Moment {
    /// Since 1970-01-01T00:00:00Z.
    pub seconds: i64,
    /// Below 1,000,000,000, and forwards also before 1970.
    pub nanoseconds: u32,
}

impl Moment {
    pub const EPOCH: Self = Self { seconds: 0, nanoseconds: 0 };

    #[must_use]
    pub fn from_unix(seconds: i64) -> Self {
        Self { seconds, nanoseconds: 0 }
    }

    /// The moment so many nanoseconds later, or earlier; the first or last moment there is where that goes beyond it.
    #[must_use]
    pub fn plus_nanoseconds(self, nanoseconds: i128) -> Self {
        let total = (i128::from(self.seconds) * NANOSECONDS + i128::from(self.nanoseconds))
            .saturating_add(nanoseconds);
        let rest = u32::try_from(total.rem_euclid(NANOSECONDS)).expect("less than a second");
        match i64::try_from(total.div_euclid(NANOSECONDS)) {
            Ok(seconds) => Self { seconds, nanoseconds: rest },
            Err(_) if total < 0 => Self { seconds: i64::MIN, nanoseconds: 0 },
            Err(_) => Self { seconds: i64::MAX, nanoseconds: 999_999_999 },
        }
    }

    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        self.plus_nanoseconds(i128::try_from(duration.as_nanos()).unwrap_or(i128::MAX))
    }

    /// How long it is from `earlier` to this moment: nothing where that one is the later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        let nanoseconds = i128::from(self.seconds) * NANOSECONDS + i128::from(self.nanoseconds)
            - i128::from(earlier.seconds) * NANOSECONDS
            - i128::from(earlier.nanoseconds);
        let seconds = u64::try_from(nanoseconds / NANOSECONDS).unwrap_or(0);
        Duration::new(seconds, u32::try_from(nanoseconds % NANOSECONDS).unwrap_or(0))
    }

    /// Date and time of day at an offset from UTC, in seconds eastwards.
    #[must_use]
    pub fn civil(self, offset: i32) -> Civil {
        Civil::of(self, offset)
    }
}

/// RFC 3339 in UTC, without fractions of a second.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Zoned::utc(*self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_goes_both_ways_and_ends_at_the_ends() {
        let start = Moment { seconds: 0, nanoseconds: 1 };
        assert_eq!(start.plus_nanoseconds(-2), Moment { seconds: -1, nanoseconds: 999_999_999 });
        assert_eq!(start.plus(Duration::from_millis(1500)).since(start).as_millis(), 1500);
        assert_eq!(Moment::EPOCH.since(start), Duration::ZERO);
        let last = Moment::from_unix(i64::MAX).plus(Duration::MAX);
        assert_eq!(last, Moment { seconds: i64::MAX, nanoseconds: 999_999_999 });
        assert_eq!(Moment::from_unix(i64::MIN).plus_nanoseconds(i128::MIN).seconds, i64::MIN);
    }
}

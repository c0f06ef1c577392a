//! Date and time of day. The conversion counts days in eras of 400 years that begin in March, so that the leap day
//! comes last; see Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".

use super::Moment;

const DAY: i64 = 86_400;
const DAYS_OF_ERA: i64 = 146_097;

/// Date and time of day as a clock on a wall shows them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Civil {
    pub year: i64,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    pub nanoseconds: u32,
}

impl Civil {
    pub(super) fn of(moment: Moment, offset: i32) -> Self {
        let seconds = moment.seconds.saturating_add(offset.into());
        let (year, month, day) = date(seconds.div_euclid(DAY));
        let time = seconds.rem_euclid(DAY);
        Self {
            year,
            month,
            day,
            hour: small(time / 3_600),
            minute: small(time / 60 % 60),
            second: small(time % 60),
            nanoseconds: moment.nanoseconds,
        }
    }

    /// The moment it is, at an offset from UTC in seconds eastwards.
    #[must_use]
    pub fn moment(&self, offset: i32) -> Moment {
        let time =
            i64::from(self.hour) * 3_600 + i64::from(self.minute) * 60 + i64::from(self.second);
        let days = days(self.year, self.month.into(), self.day.into());
        let seconds =
            days.saturating_mul(DAY).saturating_add(time).saturating_sub(i64::from(offset));
        Moment { seconds, nanoseconds: self.nanoseconds }
    }

    /// The same time of day so many years, months and days later, days that a month does not have carried over.
    #[must_use]
    pub fn plus_date(self, years: i64, months: i64, days: i64) -> Self {
        let months = (i64::from(self.month) - 1).saturating_add(months);
        let year = self.year.saturating_add(years).saturating_add(months.div_euclid(12));
        let first = self::days(year, months.rem_euclid(12) + 1, 1);
        let day = first.saturating_add(i64::from(self.day) - 1).saturating_add(days);
        let (year, month, day) = date(day);
        Self { year, month, day, ..self }
    }

    /// Counted from Sunday, which is 0.
    #[must_use]
    pub fn weekday(&self) -> u8 {
        small((days(self.year, self.month.into(), self.day.into()) + 4).rem_euclid(7))
    }

    /// Counted from 1.
    #[must_use]
    pub fn day_of_year(&self) -> u16 {
        let day = days(self.year, self.month.into(), self.day.into()) - days(self.year, 1, 1) + 1;
        u16::try_from(day).expect("a year has 366 days at most")
    }

    /// Year and week of ISO 8601: weeks begin on Monday and belong to the year of their Thursday.
    #[must_use]
    pub fn iso_week(&self) -> (i64, u8) {
        let day = days(self.year, self.month.into(), self.day.into());
        let thursday = day - i64::from((self.weekday() + 6) % 7) + 3;
        let (year, ..) = date(thursday);
        (year, small((thursday - days(year, 1, 1)) / 7 + 1))
    }
}

/// The date so many days after 1970-01-01.
fn date(days: i64) -> (i64, u8, u8) {
    let days = days.saturating_add(719_468);
    let era = days.div_euclid(DAYS_OF_ERA);
    let in_era = days.rem_euclid(DAYS_OF_ERA);
    let year_of_era = (in_era - in_era / 1_460 + in_era / 36_524 - in_era / 146_096) / 365;
    let in_year = in_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * in_year + 2) / 153;
    let day = in_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), small(month), small(day))
}

/// Days from 1970-01-01 to a date.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year.saturating_sub(i64::from(month <= 2));
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let from_march = (month + 9) % 12;
    let in_year = (153 * from_march + 2) / 5 + day - 1;
    let in_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + in_year;
    era.saturating_mul(DAYS_OF_ERA).saturating_add(in_era - 719_468)
}

fn small(number: i64) -> u8 {
    u8::try_from(number).expect("parts of a date or of a day are small")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn civil(text: &str) -> Civil {
        text.parse::<super::super::Zoned>().expect("a time").civil()
    }

    #[test]
    fn days_that_a_month_has_not_carry_over() {
        let end = civil("2023-01-31T12:00:00Z");
        assert_eq!(end.plus_date(0, 1, 0), civil("2023-03-03T12:00:00Z"));
        assert_eq!(end.plus_date(1, 1, 0), civil("2024-03-02T12:00:00Z"));
        assert_eq!(end.plus_date(0, -2, -31), civil("2022-10-31T12:00:00Z"));
        assert_eq!(civil("2024-02-29T00:00:00Z").plus_date(1, 0, 0).month, 3);
    }

    #[test]
    fn weeks_belong_to_the_year_of_their_thursday() {
        assert_eq!(civil("2021-01-03T00:00:00Z").iso_week(), (2020, 53));
        assert_eq!(civil("2021-01-04T00:00:00Z").iso_week(), (2021, 1));
        assert_eq!(civil("2018-12-31T00:00:00Z").iso_week(), (2019, 1));
        assert_eq!(civil("2024-12-31T00:00:00Z").day_of_year(), 366);
        assert_eq!(civil("2026-11-24T00:00:00Z").weekday(), 2);
    }

    proptest! {
        #[test]
        fn a_moment_survives_the_calendar(seconds in any::<i32>(), offset in -86_399..86_400) {
            let moment = Moment::from_unix(i64::from(seconds) * 40);
            prop_assert_eq!(moment.civil(offset).moment(offset), moment);
        }

        #[test]
        fn no_moment_panics(seconds in any::<i64>(), years in any::<i64>(), months in any::<i64>()) {
            let civil = Moment::from_unix(seconds).civil(0);
            let _ = civil.plus_date(years, months, months).moment(0);
        }
    }
}

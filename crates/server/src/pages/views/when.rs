use std::fmt::Write as _;

use jiff::Timestamp;

use crate::pages::words::Words;

/// A moment as people say it, with the exact one beside it.
#[derive(Debug, Clone)]
pub(crate) struct When {
    /// "3 days ago".
    pub relative: String,
    /// "2026-11-22 05:53 UTC".
    pub exact: String,
    /// RFC 3339.
    pub machine: String,
}

impl When {
    /// `moment`, seen from `now`.
    #[must_use]
    pub(crate) fn new(words: Words, moment: Timestamp, now: Timestamp) -> Self {
        let minutes = now.duration_since(moment).as_secs() / 60;
        let relative = match minutes {
            ..1 => words.get("time-now"),
            1..60 => words.count("time-minutes", minutes),
            60..1_440 => words.count("time-hours", minutes / 60),
            1_440..43_200 => words.count("time-days", minutes / 1_440),
            _ => words.count("time-months", minutes / 43_200),
        };
        Self {
            relative,
            exact: exact(moment),
            machine: moment.to_string(),
        }
    }
}

/// To the minute, with its zone.
fn exact(moment: Timestamp) -> String {
    let utc = moment.to_zoned(jiff::tz::TimeZone::UTC);
    let mut text = String::new();
    // Writing to a string does not fail; jiff's format string is a constant known to be good.
    let _ = write!(text, "{}", utc.strftime("%Y-%m-%d %H:%M UTC"));
    text
}

/// The time of a day, with its zone: the server does not know the reader's.
pub(crate) fn clock(moment: Timestamp) -> String {
    let utc = moment.to_zoned(jiff::tz::TimeZone::UTC);
    let mut text = String::new();
    // As above.
    let _ = write!(text, "{}", utc.strftime("%H:%M UTC"));
    text
}

/// A span of time in its largest whole unit.
pub(crate) fn span(words: Words, seconds: u64) -> String {
    let (key, count) = match seconds {
        s if s >= 86_400 && s.is_multiple_of(86_400) => ("span-days", s / 86_400),
        s if s >= 3_600 && s.is_multiple_of(3_600) => ("span-hours", s / 3_600),
        s => ("span-minutes", s.div_ceil(60)),
    };
    words.count(key, i64::try_from(count).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn moments_are_told_in_the_unit_people_would_use() {
        let words = Words::new(Language::English);
        let now: Timestamp = "2026-11-22T05:53:37Z".parse().unwrap();
        let told = |at: &str| When::new(words, at.parse().unwrap(), now).relative;
        assert_eq!(told("2026-11-22T05:53:10Z"), "just now");
        assert_eq!(told("2026-11-22T05:52:10Z"), "1 minute ago");
        assert_eq!(told("2026-11-21T06:00:00Z"), "23 hours ago");
        assert_eq!(told("2026-11-20T05:00:00Z"), "2 days ago");
        assert_eq!(told("2025-11-20T05:00:00Z"), "12 months ago");
        assert_eq!(told("2027-01-01T00:00:00Z"), "just now");
        assert_eq!(exact(now), "2026-11-22 05:53 UTC");
        assert_eq!(clock(now), "05:53 UTC");
    }

    #[test]
    fn spans_keep_whole_units() {
        let words = Words::new(Language::English);
        assert_eq!(span(words, 14_400), "4 hours");
        assert_eq!(span(words, 1_209_600), "14 days");
        assert_eq!(span(words, 5_400), "90 minutes");
        assert_eq!(span(words, 86_400), "1 day");
    }
}

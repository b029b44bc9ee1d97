use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use oauth::model::Timestamp;
use scope::{RightsOrigin, ScopeSet};

use super::asked::Asked;
use crate::manage::RightsBrought;

/// For how long rights that were given at a sign-in may count.
pub const VALID_FOR: RangeInclusive<Duration> =
    Duration::from_secs(60)..=Duration::from_secs(30 * 86_400);
/// For how long an answer about rights may be remembered.
pub const REMEMBERED_FOR: RangeInclusive<Duration> = Duration::ZERO..=Duration::from_secs(600);
/// How long a question about rights may take.
pub const WITHIN: RangeInclusive<Duration> = Duration::from_millis(50)..=Duration::from_secs(10);

/// Where the people of a realm get their rights from.
#[derive(Clone, Default)]
pub enum RightsSource {
    /// From their roles, which are stored.
    #[default]
    Stored,
    /// From the provider's sign-in, each time they sign in.
    Given {
        /// For how long they count at most, within [`VALID_FOR`].
        valid_for: Duration,
    },
    /// From the provider's system, which is asked.
    Asked(Asked),
}

impl RightsSource {
    /// What people who sign in elsewhere bring along of it.
    #[must_use]
    pub fn brought(&self) -> RightsBrought {
        match self {
            Self::Stored => RightsBrought::Roles,
            Self::Given { valid_for } => RightsBrought::Rights(*valid_for),
            Self::Asked(_) => RightsBrought::Nothing,
        }
    }
}

/// Holds a time to [`VALID_FOR`].
///
/// # Errors
///
/// One that is outside.
pub fn valid_for(time: Duration) -> Result<Duration, String> {
    held(time, &VALID_FOR, "between a minute and 30 days")
}

/// Holds a time to [`REMEMBERED_FOR`].
///
/// # Errors
///
/// One that is outside.
pub fn remembered_for(time: Duration) -> Result<Duration, String> {
    held(time, &REMEMBERED_FOR, "ten minutes at most")
}

/// Holds a time to [`WITHIN`].
///
/// # Errors
///
/// One that is outside.
pub fn within(time: Duration) -> Result<Duration, String> {
    held(time, &WITHIN, "between 50 ms and 10 s")
}

fn held(time: Duration, bounds: &RangeInclusive<Duration>, what: &str) -> Result<Duration, String> {
    match bounds.contains(&time) {
        true => Ok(time),
        false => Err(format!("{time:?} is not {what}")),
    }
}

/// What is known now of a person's rights in an organisation, or in any of theirs.
#[derive(Debug, Clone, Default)]
pub struct RightsNow {
    /// What counts.
    pub rights: Arc<ScopeSet>,
    /// What counted until what they were given at their sign-in ran out, if it has.
    pub expired: Option<Arc<ScopeSet>>,
    /// Where they come from, where that is no role.
    pub origin: Option<Arc<RightsOrigin>>,
    /// From when on less may count, though nothing changes.
    pub until: Option<Timestamp>,
}

impl RightsNow {
    /// Rights that stay as they are until something changes.
    #[must_use]
    pub fn standing(rights: Arc<ScopeSet>) -> Self {
        Self {
            rights,
            ..Self::default()
        }
    }

    /// With those that have run out: for a connection, which outlasts them. What is issued by these
    /// opens no more than [`Self::rights`] do when it is used.
    #[must_use]
    pub fn of_connection(&self) -> Arc<ScopeSet> {
        match &self.expired {
            None => Arc::clone(&self.rights),
            Some(expired) => Arc::new(self.rights.union(expired)),
        }
    }

    /// Has something run out that nothing else gives?
    #[must_use]
    pub fn have_run_out(&self) -> bool {
        let expired = self.expired.as_ref();
        expired.is_some_and(|expired| !expired.is_subset(&self.rights))
    }

    /// These in one place and those in another.
    #[must_use]
    pub(crate) fn or(self, other: Self) -> Self {
        let expired = match (self.expired, other.expired) {
            (Some(one), Some(two)) => Some(joined(one, &two)),
            (one, two) => one.or(two),
        };
        let until = match (self.until, other.until) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        Self {
            rights: joined(self.rights, &other.rights),
            expired,
            origin: oldest(self.origin, other.origin),
            until,
        }
    }
}

/// A moment as people are told it (RFC 3339), in UTC.
pub(crate) fn in_whole_seconds(moment: Timestamp) -> String {
    let second = Timestamp::from_second(moment.as_second());
    second.unwrap_or(moment).to_string()
}

fn joined(one: Arc<ScopeSet>, two: &Arc<ScopeSet>) -> Arc<ScopeSet> {
    match two.is_subset(&one) {
        true => one,
        false => Arc::new(one.union(two)),
    }
}

/// Of two places the one that was told of first: nothing is said to be newer than it is. Texts of
/// RFC 3339 in UTC and whole seconds are in the order of their times.
fn oldest(
    one: Option<Arc<RightsOrigin>>,
    two: Option<Arc<RightsOrigin>>,
) -> Option<Arc<RightsOrigin>> {
    match (one, two) {
        (Some(one), Some(two)) => Some(match two.since < one.since {
            true => two,
            false => one,
        }),
        (one, two) => one.or(two),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scope::RightsFrom;

    #[test]
    fn places_are_taken_together() {
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let catalog = scope::Catalog::parse("bexio.toml", SMALL).unwrap_or_else(|e| panic!("{e}"));
        let set = |names: &[&str]| Arc::new(catalog.set_of(names.iter().copied()).0);
        let origin = |since: &str| {
            Some(Arc::new(RightsOrigin {
                from: RightsFrom::Given,
                since: Some(since.to_owned()),
                until: None,
                max_age: None,
            }))
        };
        let here = RightsNow {
            rights: set(&["contact_show"]),
            expired: None,
            origin: origin("2026-11-30T02:00:00Z"),
            until: Some(at(9)),
        };
        let there = RightsNow {
            rights: set(&[]),
            expired: Some(set(&["contact_show", "kb_offer_show"])),
            origin: origin("2026-11-30T01:00:00Z"),
            until: None,
        };
        assert!(!here.have_run_out() && there.have_run_out());
        let both = here.or(there.clone());
        assert_eq!(both.rights, set(&["contact_show"]));
        assert!(both.have_run_out());
        assert_eq!(
            both.of_connection(),
            set(&["contact_show", "kb_offer_show"])
        );
        assert_eq!(both.until, Some(at(9)));
        assert_eq!(both.origin, there.origin);
        let regained = RightsNow {
            rights: set(&["contact_show", "kb_offer_show"]),
            ..there
        };
        assert!(!regained.have_run_out());
    }

    #[test]
    fn times_have_bounds() {
        let second = Duration::from_secs(1);
        assert!(valid_for(60 * second).is_ok() && valid_for(59 * second).is_err());
        assert!(valid_for(30 * 86_400 * second).is_ok());
        assert!(valid_for(30 * 86_401 * second).is_err());
        assert!(remembered_for(Duration::ZERO).is_ok());
        let said = remembered_for(601 * second).unwrap_err();
        assert_eq!(said, "601s is not ten minutes at most");
        assert!(within(2 * second).is_ok() && within(11 * second).is_err());
        assert!(within(Duration::ZERO).is_err());
    }

    const SMALL: &str = include_str!("../../../../catalogs/bexio.toml");
}

//! Stopping people and clients, for now or for good, letting them act again, and what that leaves of
//! what was issued before.

use crate::error::OAuthError;
use crate::model::{Position, Status, Timestamp};

/// What something that was issued is worth, by who stands behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Worth {
    /// It counts.
    Counts,
    /// Not for now: somebody is suspended, and it counts again when they may act.
    Waits,
    /// It never counts again.
    Ended,
}

impl Worth {
    /// What it is worth by one of those behind it, who may have been cut off since it was issued.
    #[must_use]
    pub fn by(status: Status, is_cut_off: bool) -> Self {
        match status {
            Status::Disabled { .. } => Self::Ended,
            _ if is_cut_off => Self::Ended,
            Status::Suspended { .. } => Self::Waits,
            Status::Active => Self::Counts,
        }
    }

    /// Accepts a code or refresh token. An app throws away what it is told is invalid, so that is
    /// said only of what is lost.
    ///
    /// # Errors
    /// `temporarily_unavailable` for what waits, `invalid_grant` for what has ended.
    pub fn accept(self) -> Result<(), OAuthError> {
        match self {
            Self::Counts => Ok(()),
            Self::Waits => Err(OAuthError::suspended(
                "this access is suspended by the API's provider; keep what you have and try again later",
            )),
            Self::Ended => Err(OAuthError::invalid_grant(
                "the app's access was ended; ask the person again",
            )),
        }
    }
}

/// A change of whether somebody may act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusChange {
    /// Not for now.
    Suspend,
    /// Again, with what was issued before.
    Resume,
    /// Not any more; what was issued is ended for good.
    Disable,
    /// Again, with nothing of what was issued before they were disabled.
    Enable,
}

/// Why it is not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is disabled, and everything issued before has ended; enable it instead")]
pub struct IsDisabled;

/// What comes of a change: the status, and the cut-off if there is to be a new one.
///
/// # Errors
/// Who is disabled is neither suspended nor resumed.
pub fn decide(
    status: Status,
    change: StatusChange,
    now: Timestamp,
) -> Result<(Status, Option<Position>), IsDisabled> {
    match (change, status) {
        (StatusChange::Suspend | StatusChange::Resume, Status::Disabled { .. }) => Err(IsDisabled),
        (StatusChange::Suspend, Status::Suspended { since }) => {
            Ok((Status::Suspended { since }, None))
        }
        (StatusChange::Suspend, Status::Active) => Ok((Status::Suspended { since: now }, None)),
        (StatusChange::Resume | StatusChange::Enable, _) => Ok((Status::Active, None)),
        // What was issued since has been refused all along.
        (StatusChange::Disable, Status::Disabled { since }) => {
            Ok((Status::Disabled { since }, None))
        }
        (StatusChange::Disable, _) => {
            let disabled = Status::Disabled { since: now };
            Ok((disabled, Some(Position::HERE)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    #[test]
    fn what_was_issued_waits_for_who_is_suspended_and_ends_with_who_is_disabled_or_cut_off() {
        let since = Timestamp::UNIX_EPOCH;
        let (suspended, disabled) = (Status::Suspended { since }, Status::Disabled { since });
        for (status, is_cut_off, worth, told) in [
            (Status::Active, false, Worth::Counts, None),
            (
                Status::Active,
                true,
                Worth::Ended,
                Some(ErrorCode::InvalidGrant),
            ),
            (
                suspended,
                false,
                Worth::Waits,
                Some(ErrorCode::TemporarilyUnavailable),
            ),
            (suspended, true, Worth::Ended, Some(ErrorCode::InvalidGrant)),
            (disabled, false, Worth::Ended, Some(ErrorCode::InvalidGrant)),
            (disabled, true, Worth::Ended, Some(ErrorCode::InvalidGrant)),
        ] {
            assert_eq!(
                Worth::by(status, is_cut_off),
                worth,
                "{status:?} {is_cut_off}"
            );
            assert_eq!(worth.accept().err().map(|error| error.code), told);
        }
        // Of several behind it, who takes most from it.
        assert_eq!(Worth::Waits.max(Worth::Ended), Worth::Ended);
        assert_eq!(Worth::Waits.max(Worth::Counts), Worth::Waits);
    }

    #[test]
    fn only_disabling_cuts_off_and_only_enabling_takes_it_back() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let (suspended, disabled) = (
            Status::Suspended { since: at(1) },
            Status::Disabled { since: at(1) },
        );
        let now = at(9);
        let stopped = |status| Ok((status, None));
        let ended = Ok((Status::Disabled { since: now }, Some(Position::HERE)));
        for (status, change, expected) in [
            (
                Status::Active,
                StatusChange::Suspend,
                stopped(Status::Suspended { since: now }),
            ),
            (suspended, StatusChange::Suspend, stopped(suspended)),
            (disabled, StatusChange::Suspend, Err(IsDisabled)),
            (
                Status::Active,
                StatusChange::Resume,
                stopped(Status::Active),
            ),
            (suspended, StatusChange::Resume, stopped(Status::Active)),
            (disabled, StatusChange::Resume, Err(IsDisabled)),
            (Status::Active, StatusChange::Disable, ended),
            (suspended, StatusChange::Disable, ended),
            (disabled, StatusChange::Disable, stopped(disabled)),
            (
                Status::Active,
                StatusChange::Enable,
                stopped(Status::Active),
            ),
            (suspended, StatusChange::Enable, stopped(Status::Active)),
            (disabled, StatusChange::Enable, stopped(Status::Active)),
        ] {
            assert_eq!(
                decide(status, change, now),
                expected,
                "{status:?} {change:?}"
            );
        }
    }
}

//! Stopping people and clients, for now or for good, and letting them act again.

use crate::model::{Position, Status, Timestamp};

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

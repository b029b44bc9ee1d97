use super::Timestamp;

/// The moment as every store keeps it, in whole milliseconds: what is told of a record when it is
/// made is what is read of it later.
#[must_use]
pub fn whole_milliseconds(moment: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(moment.as_millisecond()).unwrap_or(moment)
}

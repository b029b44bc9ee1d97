//! From values to what a statement binds.

use oauth::model::{PageRequest, Position, Timestamp, TokenHash, Uuid};

pub(crate) fn time(time: Timestamp) -> i64 {
    time.as_millisecond()
}

pub(crate) fn optional_time(time: Option<Timestamp>) -> Option<i64> {
    time.map(Timestamp::as_millisecond)
}

pub(crate) fn position(position: Option<Position>) -> Option<i64> {
    position.map(|Position(position)| position)
}

pub(crate) fn optional_id(id: Option<&Uuid>) -> Option<&[u8]> {
    id.map(|id| id.as_bytes().as_slice())
}

pub(crate) fn optional_hash(hash: Option<&TokenHash>) -> Option<&[u8]> {
    hash.map(|hash| hash.0.as_slice())
}

/// As many as a database counts.
pub(crate) fn limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// The page's size within the bounds that stores keep.
pub(crate) fn page_size(page: &PageRequest) -> usize {
    page.limit.clamp(1, 1_000)
}

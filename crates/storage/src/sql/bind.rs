//! From values to what a statement binds.

use oauth::model::{Page, PageRequest, Timestamp, Uuid};

use crate::error::StoreError;

pub(crate) fn time(time: Timestamp) -> i64 {
    time.as_millisecond()
}

pub(crate) fn optional_time(time: Option<Timestamp>) -> Option<i64> {
    time.map(Timestamp::as_millisecond)
}

pub(crate) fn optional_id(id: Option<&Uuid>) -> Option<&[u8]> {
    id.map(|id| id.as_bytes().as_slice())
}

/// As many as a database counts.
pub(crate) fn limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// The page's size within the bounds that stores keep.
pub(crate) fn page_size(page: &PageRequest) -> usize {
    page.limit.clamp(1, 1_000)
}

/// Cuts a page out of up to one item more than fits; that one tells that there is a next page.
pub(crate) fn page<T>(
    rows: Vec<Result<T, StoreError>>,
    size: usize,
    key: impl Fn(&T) -> String,
) -> Result<Page<T>, StoreError> {
    let more = rows.len() > size;
    let items = rows
        .into_iter()
        .take(size)
        .collect::<Result<Vec<T>, StoreError>>()?;
    let next = if more { items.last().map(key) } else { None };
    Ok(Page { items, next })
}

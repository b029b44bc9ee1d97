//! Time-ordered ids (RFC 9562 section 5.7).

use uuid::Builder;

use crate::model::{Timestamp, Uuid};

/// A version 7 UUID from the time, in milliseconds, and random bytes. Times before 1970 count
/// as 1970.
#[must_use]
pub fn uuid_v7(now: Timestamp, random: [u8; 10]) -> Uuid {
    let milliseconds = u64::try_from(now.as_millisecond()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_ids_sort_behind_earlier_ones() {
        let at = |milliseconds| Timestamp::from_millisecond(milliseconds).unwrap();
        let earlier = uuid_v7(at(1_700_000_000_000), [0xFF; 10]);
        let later = uuid_v7(at(1_700_000_000_001), [0; 10]);
        assert!(earlier < later);
        assert_eq!(earlier.get_version_num(), 7);
        assert_eq!(uuid_v7(at(-5), [0; 10]), uuid_v7(at(0), [0; 10]));
    }
}

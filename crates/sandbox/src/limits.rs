//! How much a sandbox keeps.

/// How many records a collection of an organisation can have.
pub(super) const MAX_RECORDS: usize = 1_000;

/// How large a record can be, in bytes of JSON.
pub(super) const MAX_RECORD_BYTES: usize = 16 * 1024;

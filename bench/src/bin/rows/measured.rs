/// Bytes and rows of one table with its indexes.
pub struct Size {
    pub table: String,
    pub rows: u64,
    pub table_bytes: u64,
    pub index_bytes: u64,
}

/// Work that reached the log.
#[derive(Clone, Copy)]
pub struct Work {
    /// Commits in the log; PostgreSQL tells of its own only after seconds, which is too late.
    pub commits: Option<u64>,
    /// Bytes of log.
    pub bytes: u64,
}

/// One page of a list, in the order of its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// At most as many as were asked for.
    pub items: Vec<T>,
    /// Give this as `after` to read on; `None` at the end.
    pub next: Option<String>,
}

/// Which part of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// Only what comes behind this key.
    pub after: Option<String>,
    /// How many at most; stores cap it at 1,000.
    pub limit: usize,
}

impl PageRequest {
    /// The beginning of a list.
    #[must_use]
    pub fn first(limit: usize) -> Self {
        Self { after: None, limit }
    }
}

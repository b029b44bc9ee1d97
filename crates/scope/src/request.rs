//! One API call, as a gate sees it.

/// A call of the protected API. Everything is borrowed and compared as it arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiRequest<'a> {
    /// The method, upper case, such as `GET`.
    pub method: &'a str,
    /// The path as it arrived, percent-encoded, without the query.
    pub path: &'a str,
    /// The raw query without `?`; seen and empty when the call has none.
    pub query: Visible<'a>,
    /// The body's text, meant as JSON.
    pub body: Visible<'a>,
    /// The host that the caller named (RFC 9110 section 7.2), with its port if it has one.
    pub host: Visible<'a>,
    /// The headers that [`Catalog::reads_header`](crate::Catalog::reads_header) asks for, by name,
    /// each as often as it came; `None` where this gate cannot see headers.
    pub headers: Option<&'a [(&'a str, &'a [u8])]>,
    /// Ids of related records by field name, as only the API itself can know them. A field
    /// may be given several times.
    pub ids: &'a [(&'a str, &'a str)],
}

/// A part of a call that a gate may or may not be able to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Visible<'a> {
    /// This gate cannot see the part: everything that a rule could ask for by it is needed.
    Hidden,
    /// The part, possibly empty.
    Seen(&'a str),
}

impl<'a> ApiRequest<'a> {
    /// The longest path that is decided, in bytes. A gate answers 414 for a longer one.
    pub const MAX_PATH_BYTES: usize = 8_192;
    /// The longest query that is decided, in bytes. A gate answers 414 for a longer one.
    pub const MAX_QUERY_BYTES: usize = 16_384;
    /// The longest body that is read, in bytes. A longer one counts as not seen.
    pub const MAX_BODY_BYTES: usize = 1_048_576;

    /// A call from its method and its path with query; the body, host and headers are
    /// hidden, and no ids are known, until the fields say otherwise.
    pub fn new(method: &'a str, path_and_query: &'a str) -> Self {
        let (path, query) = path_and_query
            .split_once('?')
            .unwrap_or((path_and_query, ""));
        Self {
            method,
            path,
            query: Visible::Seen(query),
            body: Visible::Hidden,
            host: Visible::Hidden,
            headers: None,
            ids: &[],
        }
    }
}

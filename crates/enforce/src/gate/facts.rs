//! What of a request's head a catalog may go by, besides method, path and query.

use http::HeaderMap;
use http::header::HOST;
use scope::Catalog;

/// The headers that the catalog asks for, by name, each as often as it came.
pub(super) fn headers<'h>(catalog: &Catalog, headers: &'h HeaderMap) -> Vec<(&'h str, &'h [u8])> {
    let all = headers.iter();
    all.map(|(name, value)| (name.as_str(), value.as_bytes()))
        .filter(|(name, _)| catalog.reads_header(name))
        .collect()
}

/// The host that the caller named, if it is one: in its address, in the one `Host` header, or alike
/// in both.
pub(super) fn host<'h>(authority: Option<&'h str>, headers: &'h HeaderMap) -> Option<&'h str> {
    let mut given = headers.get_all(HOST).iter();
    let (header, second) = (given.next(), given.next());
    let header = header.map(|value| value.to_str());
    match (authority, header, second) {
        (Some(authority), None, None) => Some(authority),
        (Some(authority), Some(Ok(host)), None) if authority == host => Some(host),
        (None, Some(Ok(host)), None) => Some(host),
        _ => None,
    }
}

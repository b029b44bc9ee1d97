//! What of a request's head a catalog may go by, besides method, path and query.

use http::header::HOST;
use http::request::Parts;
use scope::Catalog;

/// The headers that the catalog asks for, by name, each as often as it came.
pub(super) fn headers<'p>(catalog: &Catalog, parts: &'p Parts) -> Vec<(&'p str, &'p [u8])> {
    let all = parts.headers.iter();
    all.map(|(name, value)| (name.as_str(), value.as_bytes()))
        .filter(|(name, _)| catalog.reads_header(name))
        .collect()
}

/// The host that the caller named, if it is one.
pub(super) fn host(parts: &Parts) -> Option<&str> {
    let mut given = parts.headers.get_all(HOST).iter();
    let (header, second) = (given.next(), given.next());
    let header = header.map(|value| value.to_str());
    match (parts.uri.authority(), header, second) {
        (Some(authority), None, None) => Some(authority.as_str()),
        (Some(authority), Some(Ok(host)), None) if authority == host => Some(host),
        (None, Some(Ok(host)), None) => Some(host),
        _ => None,
    }
}

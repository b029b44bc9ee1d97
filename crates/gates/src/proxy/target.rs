//! What a call is about: read off its first line once, in one form, before it is decided.

use enforce::Problem;
use http::header::{HOST, TRANSFER_ENCODING};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderValue, Method, Uri, Version};

use super::fault;

/// Brings a call into the form in which it is decided and goes on: its path and query as they
/// came, and one host. A target of another form is brought into this one (RFC 9112 section 3.2.2).
///
/// # Errors
///
/// What two programs could take for different calls, and methods that are about the way and not
/// about the API.
pub(super) fn settle(parts: &mut Parts) -> Result<(), Problem> {
    if matches!(parts.method, Method::CONNECT | Method::TRACE) {
        let what = format!("No call of an API is made by {}.", parts.method);
        return Err(fault::malformed(what));
    }
    if !parts.uri.path().starts_with('/') {
        return Err(fault::malformed("The target has to begin with a slash."));
    }
    if parts
        .uri
        .scheme()
        .is_some_and(|scheme| !is_http(scheme.as_str()))
    {
        return Err(fault::malformed("The target is no address of an API."));
    }
    let codings: Vec<&HeaderValue> = parts.headers.get_all(TRANSFER_ENCODING).iter().collect();
    let is_plain = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"chunked");
    if !matches!(codings.as_slice(), [] | [_]) || !codings.into_iter().all(is_plain) {
        return Err(fault::malformed(
            "A body is sent with Content-Length, or with Transfer-Encoding: chunked and nothing else.",
        ));
    }
    let host = one_host(parts)?;
    parts.headers.insert(HOST, host);
    let target = parts.uri.path_and_query().cloned();
    let target = target.unwrap_or_else(|| PathAndQuery::from_static("/"));
    parts.uri = Uri::from(target);
    parts.version = Version::HTTP_11;
    Ok(())
}

fn is_http(scheme: &str) -> bool {
    scheme == "http" || scheme == "https"
}

/// The host that the caller named, in the target or the header or alike in both.
fn one_host(parts: &Parts) -> Result<HeaderValue, Problem> {
    let named = parts.uri.authority().map(|authority| authority.as_str());
    let mut headers = parts.headers.get_all(HOST).iter();
    let (header, second) = (headers.next(), headers.next());
    let host = match (named, header, second) {
        (None, Some(host), None) => Ok(host.clone()),
        (Some(named), None, None) => {
            HeaderValue::from_str(named).map_err(|_| fault::malformed("The host is none."))
        }
        (Some(named), Some(host), None) if host.as_bytes() == named.as_bytes() => Ok(host.clone()),
        _ => Err(fault::malformed(
            "A call names its host once: in one Host header, and alike in the target if that names it too.",
        )),
    }?;
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(byte);
    if host.is_empty() || !host.as_bytes().iter().all(is_plain) {
        return Err(fault::malformed(
            "The host is a name or an address, with a port if need be.",
        ));
    }
    Ok(host)
}

//! The headers of a call on its way to the API, and of the answer on its way back: what was for this
//! hop only is taken off, and so is what only a gate may say.

use std::net::IpAddr;

use http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, COOKIE, EXPECT, FORWARDED, HOST, PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE, VIA,
};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::Arrival;
use crate::identity::{Identity, is_identity};

/// What belongs to one hop (RFC 9110 section 7.6.1), whether `Connection` names it or not.
const OF_ONE_HOP: [HeaderName; 9] = [
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    HeaderName::from_static("http2-settings"),
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// How the API's program is told who is in front of it.
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Takes off a call what does not go on, before it is decided: what decides is what the API
/// receives, and `Connection` may name any header.
pub(super) fn clean_call(headers: &mut HeaderMap) {
    take_off_hop(headers);
    // This server says that the body may come (RFC 9110 section 10.1.1).
    headers.remove(EXPECT);
    remove_where(headers, |name| {
        // Many programs take underscores for hyphens, and the name for another one. Who makes up an
        // identity is refused for it.
        tells_of_proxies(name) || name.contains('_') && !is_identity(name)
    });
    join_cookies(headers);
}

/// Takes off an answer what does not go on.
pub(super) fn clean_answer(headers: &mut HeaderMap) {
    if headers.contains_key(TRANSFER_ENCODING) {
        // The other one counted (RFC 9112 section 6.3).
        headers.remove(CONTENT_LENGTH);
    }
    take_off_hop(headers);
    remove_where(headers, is_identity);
}

/// Tells the API who calls, and by which way.
pub(super) fn introduce(headers: &mut HeaderMap, identity: Identity, arrival: &Arrival) {
    remove_where(headers, is_identity);
    identity.set(headers);
    let host = headers.get(HOST).cloned();
    let host_text = host.as_ref().and_then(|host| host.to_str().ok());
    let forwarded = forwarded(arrival, host_text.unwrap_or_default());
    if let Ok(value) = HeaderValue::try_from(forwarded) {
        headers.insert(FORWARDED, value);
    }
    if let Ok(value) = HeaderValue::try_from(arrival.client.to_string()) {
        headers.insert(X_FORWARDED_FOR, value);
    }
    let scheme = HeaderValue::from_static(arrival.scheme());
    headers.insert(X_FORWARDED_PROTO, scheme);
    if let Some(host) = host {
        headers.insert(X_FORWARDED_HOST, host);
    }
    if let Some(id) = &arrival.request_id {
        headers.insert(X_REQUEST_ID, id.clone());
    }
    headers.append(VIA, HeaderValue::from_static("1.1 scopegate"));
}

/// The token is for this gate: whoever holds it could call in its place.
pub(super) fn take_off_token(headers: &mut HeaderMap) {
    headers.remove(AUTHORIZATION);
}

fn take_off_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    headers.remove(CONNECTION);
    for name in named.iter().chain(&OF_ONE_HOP) {
        // Without it nobody would know how long the body is.
        if name != CONTENT_LENGTH {
            headers.remove(name);
        }
    }
}

/// Anybody may write them. What a trusted proxy says in them was read before.
fn tells_of_proxies(name: &str) -> bool {
    name == FORWARDED.as_str() || name == "x-real-ip" || name.starts_with("x-forwarded")
}

fn remove_where(headers: &mut HeaderMap, goes: impl Fn(&str) -> bool) {
    let going: Vec<HeaderName> = headers
        .keys()
        .filter(|name| goes(name.as_str()))
        .cloned()
        .collect();
    for name in going {
        headers.remove(name);
    }
}

/// HTTP/2 may send them in parts, which are one header in HTTP/1.1 (RFC 9113 section 8.2.3).
fn join_cookies(headers: &mut HeaderMap) {
    let all: Vec<&[u8]> = headers
        .get_all(COOKIE)
        .iter()
        .map(HeaderValue::as_bytes)
        .collect();
    if all.len() > 1
        && let Ok(joined) = HeaderValue::from_bytes(&all.join(&b"; "[..]))
    {
        headers.insert(COOKIE, joined);
    }
}

/// RFC 7239.
fn forwarded(arrival: &Arrival, host: &str) -> String {
    let client = match arrival.client {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("\"[{address}]\""),
    };
    let scheme = arrival.scheme();
    // What could end the quotes is no host.
    if host.contains(['"', '\\']) {
        return format!("for={client};proto={scheme}");
    }
    format!("for={client};host=\"{host}\";proto={scheme}")
}

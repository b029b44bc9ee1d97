use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::header::FORWARDED;
use axum::http::{Extensions, HeaderMap, HeaderName};
use ipnet::IpNet;
use oauth::audit::Origin;

use super::request_id::current_request_id;

/// The browser's address as a shell behind a proxy knows it: put into the request's
/// extensions, it counts instead of the connection's.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(pub IpAddr);

/// Where the client of a request is, if the shell told.
pub(crate) fn client_address(extensions: &Extensions) -> Option<IpAddr> {
    let told = extensions.get::<ClientAddress>().map(|address| address.0);
    let connected = || Some(extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip());
    told.or_else(connected)
}

/// Where the request came from that this task is answering.
pub(crate) fn origin(address: Option<IpAddr>) -> Origin {
    Origin {
        address,
        request_id: current_request_id().map(|id| id.as_str().to_owned()),
    }
}

/// The proxies whose word about the client counts. A header that anybody else sends is as
/// good as none: without a trusted peer, the client is the connection's other end.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies {
    networks: Vec<IpNet>,
    header: AddressHeader,
}

/// The one header in which the proxies name the client. The other is never read: a proxy
/// passes on unseen what it does not set itself, and anybody could write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AddressHeader {
    /// `X-Forwarded-For`, which nearly every proxy appends to.
    #[default]
    XForwardedFor,
    /// RFC 7239.
    Forwarded,
}

impl AddressHeader {
    fn name(self) -> HeaderName {
        match self {
            Self::XForwardedFor => HeaderName::from_static("x-forwarded-for"),
            Self::Forwarded => FORWARDED,
        }
    }
}

impl TrustedProxies {
    /// Proxies in these networks, and the header they set.
    #[must_use]
    pub fn new(networks: Vec<IpNet>, header: AddressHeader) -> Self {
        Self { networks, header }
    }

    /// Is this one of them?
    #[must_use]
    pub fn trust(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|each| each.contains(&address))
    }

    /// Who sent the request: from the right, the first address that is no trusted proxy. What
    /// stands left of it, the client may have written itself. Where an entry names no address
    /// (`unknown`, a hidden name), the proxy that wrote it is the last that is known.
    #[must_use]
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut known = peer.to_canonical();
        if !self.trust(known) {
            return known;
        }
        let values: Vec<&str> = headers
            .get_all(self.header.name())
            .iter()
            // What is no text breaks the chain like an unknown name.
            .map(|value| value.to_str().unwrap_or("unknown"))
            .collect();
        for value in values.into_iter().rev() {
            for entry in entries(value).into_iter().rev() {
                let address = match self.header {
                    AddressHeader::XForwardedFor => address(entry),
                    AddressHeader::Forwarded => forwarded_for(entry).and_then(address),
                };
                let Some(address) = address else {
                    return known;
                };
                known = address;
                if !self.trust(known) {
                    return known;
                }
            }
        }
        known
    }
}

/// The entries of a list, split at commas outside quotes.
fn entries(value: &str) -> Vec<&str> {
    split_outside_quotes(value, ',')
}

fn split_outside_quotes(value: &str, at: char) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    value
        .split(|character| {
            let inside = quoted;
            match character {
                _ if escaped => escaped = false,
                '\\' if quoted => escaped = true,
                '"' => quoted = !quoted,
                _ => {}
            }
            character == at && !inside
        })
        .map(str::trim)
        .collect()
}

/// The value of `for` in one element of `Forwarded` (RFC 7239 section 4).
fn forwarded_for(element: &str) -> Option<&str> {
    split_outside_quotes(element, ';')
        .into_iter()
        .filter_map(|pair| pair.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))
        .map(|(_, value)| value.trim().trim_matches('"'))
}

/// An address with or without a port, IPv6 with or without brackets.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let plain = bare.unwrap_or(text).parse::<IpAddr>().ok();
    plain
        .or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn proxies(header: AddressHeader) -> TrustedProxies {
        let networks = ["10.0.0.0/8", "2001:db8:f::/48"];
        TrustedProxies::new(networks.map(|each| each.parse().unwrap()).to_vec(), header)
    }

    fn client(header: AddressHeader, peer: &str, values: &[(&'static str, &str)]) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in values {
            headers.append(*name, HeaderValue::from_str(value).unwrap());
        }
        proxies(header)
            .client(peer.parse().unwrap(), &headers)
            .to_string()
    }

    fn by_x(peer: &str, values: &[&str]) -> String {
        let values: Vec<_> = values
            .iter()
            .map(|value| ("x-forwarded-for", *value))
            .collect();
        client(AddressHeader::XForwardedFor, peer, &values)
    }

    fn by_forwarded(value: &str) -> String {
        client(
            AddressHeader::Forwarded,
            "10.0.0.1",
            &[("forwarded", value)],
        )
    }

    #[test]
    fn a_header_from_anybody_else_is_forged() {
        assert_eq!(by_x("192.0.2.9", &["198.51.100.1"]), "192.0.2.9");
        assert_eq!(by_x("192.0.2.9", &["10.0.0.1"]), "192.0.2.9");
        let nobody = TrustedProxies::default();
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static("198.51.100.1"));
        let loopback = "127.0.0.1".parse().unwrap();
        assert_eq!(nobody.client(loopback, &headers), loopback);
    }

    #[test]
    fn the_rightmost_address_that_is_no_proxy_counts() {
        assert_eq!(by_x("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        // The client wrote the left entries itself.
        assert_eq!(
            by_x("10.0.0.1", &["1.2.3.4, 10.9.9.9, 198.51.100.1, 10.0.0.2"]),
            "198.51.100.1"
        );
        // Two headers are one list.
        assert_eq!(
            by_x("10.0.0.1", &["1.2.3.4", "198.51.100.1", "10.0.0.2"]),
            "198.51.100.1"
        );
        assert_eq!(
            by_x("10.0.0.1", &["198.51.100.1:4711", "[2001:db8:f::1]:80"]),
            "198.51.100.1"
        );
        assert_eq!(by_x("::ffff:10.0.0.1", &["2001:db8::7"]), "2001:db8::7");
    }

    #[test]
    fn without_an_address_the_last_known_one_counts() {
        assert_eq!(by_x("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(by_x("10.0.0.1", &["1.2.3.4, unknown"]), "10.0.0.1");
        assert_eq!(by_x("10.0.0.1", &["1.2.3.4, , 10.0.0.2"]), "10.0.0.2");
        assert_eq!(by_x("10.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
    }

    #[test]
    fn the_standard_header_is_read_with_its_quotes() {
        assert_eq!(by_forwarded("for=198.51.100.1;proto=https"), "198.51.100.1");
        assert_eq!(
            by_forwarded("for=1.2.3.4, For=\"[2001:db8::7]:4711\";by=10.0.0.1"),
            "2001:db8::7"
        );
        // Commas and semicolons in quotes part nothing.
        assert_eq!(
            by_forwarded("for=198.51.100.1;host=\"a, for=9.9.9.9; \\\" ,\""),
            "198.51.100.1"
        );
        assert_eq!(by_forwarded("for=1.2.3.4, for=_hidden"), "10.0.0.1");
        assert_eq!(by_forwarded("proto=https"), "10.0.0.1");
    }

    #[test]
    fn the_header_that_was_not_chosen_is_never_read() {
        let both = [
            ("x-forwarded-for", "198.51.100.1"),
            ("forwarded", "for=203.0.113.1"),
        ];
        let peer = "10.0.0.1";
        assert_eq!(
            client(AddressHeader::XForwardedFor, peer, &both),
            "198.51.100.1"
        );
        assert_eq!(client(AddressHeader::Forwarded, peer, &both), "203.0.113.1");
    }
}

use std::net::IpAddr;

use http::Uri;
use http::uri::Scheme;

/// Where an issuer answers: an absolute URL by TLS, or on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(Uri);

/// Why a URL is not taken for an issuer's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// It is no absolute URL with a host.
    #[error("{0:?} is no URL with scheme and host, such as https://login.example/oauth/introspect")]
    NoUrl(String),
    /// It has a user or a password.
    #[error("{0:?} has a user in it: credentials are given apart from the address")]
    User(String),
    /// Tokens would cross a network in the open.
    #[error("{0:?} would send tokens in the open: use https, or an address of this machine")]
    InTheOpen(String),
}

impl Address {
    /// `https`, or `http` on the loopback.
    ///
    /// # Errors
    ///
    /// Any other URL.
    pub fn new(url: &str) -> Result<Self, AddressError> {
        let address = Self::in_the_open(url)?;
        if address.0.scheme() == Some(&Scheme::HTTPS) || address.is_loopback() {
            return Ok(address);
        }
        Err(AddressError::InTheOpen(url.to_owned()))
    }

    /// The same, and `http` to anywhere: where something else keeps the way secret, as a mesh does
    /// inside a cluster. Whoever can listen there can use every token.
    ///
    /// # Errors
    ///
    /// What is no URL of these two schemes.
    pub fn in_the_open(url: &str) -> Result<Self, AddressError> {
        let no_url = || AddressError::NoUrl(url.to_owned());
        // `Uri` cuts a fragment off, which no endpoint has (RFC 6749 section 3.2).
        let uri: Uri = match url.contains('#') {
            true => return Err(no_url()),
            false => url.parse().map_err(|_| no_url())?,
        };
        let is_http = [Scheme::HTTPS, Scheme::HTTP]
            .iter()
            .any(|own| uri.scheme() == Some(own));
        let authority = uri.authority().filter(|_| is_http).ok_or_else(no_url)?;
        if authority.as_str().contains('@') {
            return Err(AddressError::User(url.to_owned()));
        }
        if authority.host().is_empty() {
            return Err(no_url());
        }
        Ok(Self(uri))
    }

    /// As requests have it.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        &self.0
    }

    fn is_loopback(&self) -> bool {
        let host = self.0.host().unwrap_or_default();
        let bare = host.trim_matches(['[', ']']);
        host == "localhost" || bare.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_leave_the_machine_by_tls_only() {
        for url in [
            "https://login.example/introspect",
            "https://login.example:8443/introspect?a=b",
            "http://127.0.0.1:8080/introspect",
            "http://127.9.9.9/",
            "http://[::1]:80/introspect",
            "http://localhost:1/",
        ] {
            assert!(Address::new(url).is_ok(), "{url}");
        }
        for url in [
            "http://login.example/introspect",
            "http://localhost.example/",
            "http://127.0.0.1.example/",
            "http://10.0.0.1/",
        ] {
            let refused = Address::new(url);
            assert_eq!(refused, Err(AddressError::InTheOpen(url.to_owned())));
            assert!(Address::in_the_open(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn what_is_no_endpoint_is_refused() {
        for url in [
            "",
            "/introspect",
            "login.example",
            "ftp://login.example/",
            "https:///x",
            "https://login.example/#x",
            "https:",
            "https://login.example/a b",
        ] {
            assert_eq!(Address::new(url), Err(AddressError::NoUrl(url.to_owned())));
        }
        let url = "https://me:secret@login.example/";
        assert_eq!(Address::new(url), Err(AddressError::User(url.to_owned())));
    }
}

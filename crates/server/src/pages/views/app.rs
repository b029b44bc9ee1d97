use oauth::model::{Client, User};
use url::{Host, Url};

use crate::pages::words::shown;

/// The app a page is about. Every text in it comes from the app's maker.
#[derive(Debug, Clone)]
pub(crate) struct AppView {
    /// Its name.
    pub name: String,
    /// Who makes it.
    pub maker: String,
    /// Has the provider's team checked who that is?
    pub verified: bool,
    /// Where the browser goes afterwards: a host name, or in full where it is local or the
    /// app's own scheme.
    pub returns_to: String,
    /// Is that on this device?
    pub returns_local: bool,
}

impl AppView {
    /// An app as it is registered. Where it is local or has its own scheme, the address it
    /// returns to is given in full.
    #[must_use]
    pub(crate) fn of(client: &Client, redirect_uri: &str) -> Self {
        let (returns_to, returns_local) = match Url::parse(redirect_uri) {
            Ok(url) if url.scheme() == "https" => match (url.host_str(), url.port()) {
                (Some(host), Some(port)) => (format!("{host}:{port}"), is_local(&url)),
                (Some(host), None) => (host.to_owned(), is_local(&url)),
                (None, _) => (redirect_uri.to_owned(), false),
            },
            _ => (redirect_uri.to_owned(), true),
        };
        Self {
            name: shown(&client.name),
            maker: shown(&client.maker),
            verified: client.verified,
            returns_to,
            returns_local,
        }
    }

    /// An app that is no longer registered.
    #[must_use]
    pub(crate) fn unknown(id: &str) -> Self {
        Self {
            name: shown(id),
            maker: "–".to_owned(),
            verified: false,
            returns_to: String::new(),
            returns_local: false,
        }
    }

    /// An app as its maker would like it.
    #[must_use]
    #[cfg(test)]
    pub(crate) fn sample() -> Self {
        Self {
            name: "Ledgerly".to_owned(),
            maker: "Ledgerly GmbH, Winterthur".to_owned(),
            verified: true,
            returns_to: "app.ledgerly.example".to_owned(),
            returns_local: false,
        }
    }

    /// An app whose maker tries to break out of the page.
    #[must_use]
    #[cfg(test)]
    pub(crate) fn hostile_sample() -> Self {
        Self {
            name: "\"><script>alert(1)</script><b>".to_owned(),
            maker: "'onmouseover='x' {{ 7*7 }} {$app} &lt;".to_owned(),
            verified: false,
            returns_to: "http://127.0.0.1:49152/callback?<img src=x>".to_owned(),
            returns_local: true,
        }
    }
}

fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => true,
    }
}

/// Who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    /// The person's name.
    pub name: String,
    /// What they sign in with.
    pub username: String,
}

impl Person {
    /// A person as they are known.
    #[must_use]
    pub(crate) fn of(user: &User) -> Self {
        Self {
            name: shown(&user.name),
            username: shown(&user.username),
        }
    }

    /// Somebody.
    #[must_use]
    #[cfg(test)]
    pub(crate) fn sample() -> Self {
        Self {
            name: "Anna Muster".to_owned(),
            username: "anna@muster.example".to_owned(),
        }
    }
}

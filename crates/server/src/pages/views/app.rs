/// The app a page is about. Every text in it comes from the app's maker.
#[derive(Debug, Clone)]
pub struct AppView {
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
    /// An app as its maker would like it.
    #[must_use]
    pub fn sample() -> Self {
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
    pub fn hostile_sample() -> Self {
        Self {
            name: "\"><script>alert(1)</script><b>".to_owned(),
            maker: "'onmouseover='x' {{ 7*7 }} {$app} &lt;".to_owned(),
            verified: false,
            returns_to: "http://127.0.0.1:49152/callback?<img src=x>".to_owned(),
            returns_local: true,
        }
    }
}

/// Who is signed in.
#[derive(Debug, Clone)]
pub struct Person {
    /// The person's name.
    pub name: String,
    /// What they sign in with.
    pub username: String,
}

impl Person {
    /// Somebody.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            name: "Anna Muster".to_owned(),
            username: "anna@muster.example".to_owned(),
        }
    }
}

use askama::Template;

use super::frame::Frame;
#[cfg(test)]
use crate::language::Language;

/// What a server is, and its realms.
#[derive(Debug, Clone, Template)]
#[template(path = "home.html")]
pub(crate) struct HomePage {
    /// What stands around it.
    pub frame: Frame,
    /// The realms.
    pub realms: Vec<RealmLine>,
}

/// A realm among others.
#[derive(Debug, Clone)]
pub(crate) struct RealmLine {
    /// Where its own page is.
    pub href: String,
    /// Its name.
    pub title: String,
    /// What it is, from its catalog.
    pub summary: String,
}

/// What a realm is, and where to go on.
#[derive(Debug, Clone, Template)]
#[template(path = "realm.html")]
pub(crate) struct RealmHomePage {
    /// What stands around it.
    pub frame: Frame,
    /// What its API is, from its catalog.
    pub summary: String,
    /// Its issuer identifier.
    pub issuer: String,
    /// Where its metadata is (RFC 8414).
    pub metadata: String,
    /// Its sandbox, if it has one.
    pub sandbox: Option<SandboxPlace>,
}

/// Where a sandbox is.
#[derive(Debug, Clone)]
pub(crate) struct SandboxPlace {
    /// What a token for it is asked for with (RFC 8707).
    pub resource: String,
    /// Where its metadata is (RFC 9728).
    pub metadata: String,
}

impl HomePage {
    /// One with realms.
    #[must_use]
    #[cfg(test)]
    pub(crate) fn samples(language: Language) -> Vec<Self> {
        let realms = ["bexio", "bokio"].map(|name| RealmLine {
            href: format!("/{name}"),
            title: name.to_owned(),
            summary: "Accounting <b>for small companies".to_owned(),
        });
        vec![Self {
            frame: Frame {
                layout: None,
                look: None,
                ..Frame::sample(language, None)
            },
            realms: realms.into(),
        }]
    }
}

impl RealmHomePage {
    /// One without a sandbox, and one with everything.
    #[must_use]
    #[cfg(test)]
    pub(crate) fn samples(language: Language) -> Vec<Self> {
        let issuer = "https://login.example.com/bexio";
        let bare = Self {
            frame: Frame::sample(language, None),
            summary: "Accounting <b>for small companies".to_owned(),
            issuer: issuer.to_owned(),
            metadata: "/.well-known/oauth-authorization-server/bexio".to_owned(),
            sandbox: None,
        };
        let full = Self {
            frame: Frame::sample(language, Some("Anna Muster")),
            sandbox: Some(SandboxPlace {
                resource: format!("{issuer}/api"),
                metadata: format!("{issuer}/metadata"),
            }),
            ..bare.clone()
        };
        vec![bare, full]
    }
}

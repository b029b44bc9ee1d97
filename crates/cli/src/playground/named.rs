use axum::http::header::HOST;
use oauth::model::Organisation;
use scope::{Catalog, OrganisationKey, OrganisationPlace};

/// How an organisation is named by this key.
pub fn by_key(organisation: &Organisation, key: OrganisationKey) -> String {
    match key {
        OrganisationKey::Id => organisation.id.to_string(),
        OrganisationKey::Slug => organisation.slug.clone(),
        OrganisationKey::Number => organisation.number.to_string(),
    }
}

/// The organisation of calls, where they name it by something besides their path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// A header, with its value.
    Header(String, String),
    /// The host that is called. This server is at no such host, and takes it from the header.
    Host(String),
    /// A parameter of the query, with its value.
    Query(String, String),
}

impl Named {
    /// How calls of a catalog name this organisation.
    pub fn of(catalog: &Catalog, organisation: Option<&Organisation>) -> Option<Self> {
        let source = catalog.organisation_source()?;
        let value = by_key(organisation?, source.key);
        Some(match &source.place {
            OrganisationPlace::Header(name) => Self::Header(name.clone(), value),
            OrganisationPlace::HostLabel(before) => Self::Host(format!("{value}.{before}")),
            OrganisationPlace::Query(name) => Self::Query(name.clone(), value),
        })
    }

    /// A path with the parameter of the query, where there is one.
    pub fn in_path(&self, path: String) -> String {
        let Self::Query(name, value) = self else {
            return path;
        };
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair(name, value);
        format!("{path}?{}", query.finish())
    }

    /// The header that a call needs for it, where it needs one.
    pub fn header(&self) -> Option<(&str, &str)> {
        match self {
            Self::Header(name, value) => Some((name, value)),
            Self::Host(host) => Some((HOST.as_str(), host)),
            Self::Query(..) => None,
        }
    }
}

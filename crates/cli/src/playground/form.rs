use std::collections::HashSet;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use enforce::reading;

/// The fields of a form of the playground.
pub struct Fields {
    /// In their order; each comes once, but for the boxes of scopes, which share a name.
    pub all: Vec<(String, String)>,
    /// Did it arrive, was it not too large, and does it say nothing twice? Otherwise there are no
    /// fields.
    pub is_whole: bool,
}

impl Fields {
    /// The value of a field, without blanks around it; `None` where nothing is left.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self
            .all
            .iter()
            .find(|(key, value)| key == name && !value.trim().is_empty());
        found.map(|(_, value)| value.trim())
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: Request<Body>, _: &S) -> Result<Self, Self::Rejection> {
        let (head, body) = request.into_parts();
        let read = reading::read(&head.headers, body, realm::limits::PAGE_FORM_BYTES).await;
        Ok(read.map_or_else(|_| Self::none(), |read| Self::read(&read)))
    }
}

impl Fields {
    fn read(body: &[u8]) -> Self {
        let all: Vec<(String, String)> = url::form_urlencoded::parse(body).into_owned().collect();
        let mut seen = HashSet::new();
        let mut names = all.iter().map(|(name, _)| name.as_str());
        if names.all(|name| name == "scope" || seen.insert(name)) {
            let is_whole = true;
            Self { all, is_whole }
        } else {
            Self::none()
        }
    }

    fn none() -> Self {
        Self {
            all: Vec::new(),
            is_whole: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_says_nothing_twice_but_scopes() {
        let whole = |body: &str| Fields::read(body.as_bytes()).is_whole;
        assert!(whole("client=a&scope=b&scope=c"));
        assert!(!whole("client=a&scope=b&client=c"));
    }
}

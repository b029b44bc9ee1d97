use axum::body::Body;
use axum::extract::{FromRequest, Request};
use enforce::reading;

/// The fields of a form of the playground.
pub struct Fields {
    /// In their order; a name may come again.
    pub all: Vec<(String, String)>,
    /// Did it arrive, and was it not too large? Otherwise there are no fields.
    pub is_whole: bool,
}

impl Fields {
    /// The first value of a field, without blanks around it; `None` where nothing is left.
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
        let is_whole = read.is_ok();
        let read = read.unwrap_or_default();
        Ok(Self {
            all: url::form_urlencoded::parse(&read).into_owned().collect(),
            is_whole,
        })
    }
}

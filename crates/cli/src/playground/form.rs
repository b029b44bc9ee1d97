use axum::body::Body;
use axum::extract::{FromRequest, Request};
use enforce::reading;

/// The fields of a form of the playground; none where it could not be read.
pub struct Fields(pub Vec<(String, String)>);

impl Fields {
    /// The first value of a field, without blanks around it; `None` where nothing is left.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self
            .0
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
        let read = read.unwrap_or_default();
        Ok(Self(
            url::form_urlencoded::parse(&read).into_owned().collect(),
        ))
    }
}

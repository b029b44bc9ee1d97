use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use enforce::reading;
use oauth::parameters::Parameters;

use crate::body;
use crate::error::ApiError;
use realm::limits;

/// A form as RFC 6749 section 3.2 wants it, and the `Authorization` header it came with.
pub(crate) struct Form {
    pub(crate) parameters: Parameters,
    pub(crate) authorization: Option<String>,
}

impl Form {
    pub(crate) async fn read(request: Request) -> Result<Self, ApiError> {
        let (head, sent) = request.into_parts();
        require_form(&head.headers)?;
        let authorization = authorization(&head.headers)?;
        let body = reading::read(&head.headers, sent, limits::FORM_BYTES).await?;
        Ok(Self {
            parameters: Parameters::parse(&body)?,
            authorization,
        })
    }
}

fn require_form(headers: &HeaderMap) -> Result<(), ApiError> {
    if body::is_form(headers) {
        return Ok(());
    }
    Err(ApiError::invalid_request(
        "send the parameters as a form, with Content-Type: application/x-www-form-urlencoded",
    ))
}

fn authorization(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(ApiError::invalid_request(
            "send one Authorization header, not several",
        ));
    }
    match value.to_str() {
        Ok(text) => Ok(Some(text.to_owned())),
        Err(_) => Err(ApiError::invalid_request(
            "the Authorization header must be ASCII",
        )),
    }
}

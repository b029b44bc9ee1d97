/// Can this be where a server is reached? Scheme, host and, if need be, port; nothing more
/// but a slash.
///
/// # Errors
///
/// What is wrong.
pub fn check_base_url(text: &str) -> Result<(), BaseUrlError> {
    let wrong = |problem: &str| Err(BaseUrlError(text.to_owned(), problem.to_owned()));
    if !text.contains("://") {
        return wrong(&format!("it has no scheme; write \"https://{text}\""));
    }
    let url =
        url::Url::parse(text).map_err(|error| BaseUrlError(text.to_owned(), error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return wrong("it must begin with https:// (or http:// for trying things out)");
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return wrong("it must end behind the host and port");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return wrong("it must not name a user");
    }
    Ok(())
}

/// Why a text cannot be a base URL: the text, and what is wrong.
#[derive(Debug, thiserror::Error)]
#[error("the base URL {0:?} cannot be used: {1}")]
pub struct BaseUrlError(String, String);

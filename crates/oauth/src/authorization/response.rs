use url::form_urlencoded;

use crate::error::OAuthError;

/// What an authorization request came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// The code (RFC 6749 section 4.1.2).
    Code(&'a str),
    /// The error (RFC 6749 section 4.1.2.1).
    Error(&'a OAuthError),
}

/// The URL that brings the answer to the client: its redirect URI as registered, with the
/// answer joined to the query. `iss` is always there (RFC 9207 section 2), with errors too.
#[must_use]
pub fn response_url(
    redirect_uri: &str,
    issuer: &str,
    state: Option<&str>,
    outcome: Outcome<'_>,
) -> String {
    let mut answer = form_urlencoded::Serializer::new(String::new());
    match outcome {
        Outcome::Code(code) => {
            answer.append_pair("code", code);
        }
        Outcome::Error(error) => {
            answer.append_pair("error", error.code.as_str());
            answer.append_pair("error_description", &error.description);
        }
    }
    if let Some(state) = state {
        answer.append_pair("state", state);
    }
    answer.append_pair("iss", issuer);
    let joint = match redirect_uri.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{redirect_uri}{joint}{}", answer.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    #[test]
    fn the_answer_joins_the_query_and_names_the_issuer() {
        let url = |redirect_uri, state| {
            response_url(redirect_uri, "https://as/bexio", state, Outcome::Code("c"))
        };
        assert_eq!(
            url("https://app/cb", Some("a b&c")),
            "https://app/cb?code=c&state=a+b%26c&iss=https%3A%2F%2Fas%2Fbexio"
        );
        assert_eq!(
            url("https://app/cb?x=1", None),
            "https://app/cb?x=1&code=c&iss=https%3A%2F%2Fas%2Fbexio"
        );
        assert_eq!(
            url("https://app/cb?", None),
            "https://app/cb?code=c&iss=https%3A%2F%2Fas%2Fbexio"
        );
        assert_eq!(
            url("com.app:/cb", None),
            "com.app:/cb?code=c&iss=https%3A%2F%2Fas%2Fbexio"
        );
    }

    #[test]
    fn errors_name_the_issuer_too_and_cannot_break_out() {
        let error = OAuthError::new(ErrorCode::AccessDenied, "no\r\nSet-Cookie: a=b");
        assert_eq!(
            response_url(
                "https://app/cb",
                "https://as",
                Some("\r\n#"),
                Outcome::Error(&error)
            ),
            "https://app/cb?error=access_denied&error_description=no%3F%3FSet-Cookie%3A+a%3Db&state=%0D%0A%23&iss=https%3A%2F%2Fas"
        );
    }
}

use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;

use crate::UnverifiedToken;

/// Finds the Bearer token of a request: in the one `Authorization` header, whatever the case
/// of the scheme's name (RFC 6750 section 2.1, RFC 9110 section 11.1). `None` when the
/// request presents none; other schemes present none.
///
/// # Errors
///
/// A request that presents a token in another place or more than once, or garbage after
/// `Bearer`, is malformed (RFC 6750 sections 2 and 3.1: `invalid_request`).
pub fn bearer_token(request: &Parts) -> Result<Option<UnverifiedToken<'_>>, BearerError> {
    presented(request.uri.query().unwrap_or(""), &request.headers)
}

/// The same, from the query and the headers of a request.
pub(crate) fn presented<'h>(
    query: &str,
    headers: &'h HeaderMap,
) -> Result<Option<UnverifiedToken<'h>>, BearerError> {
    if token_in_query(query) {
        return Err(BearerError::InQuery);
    }
    let mut headers = headers.get_all(AUTHORIZATION).iter();
    let Some(header) = headers.next() else {
        return Ok(None);
    };
    if headers.next().is_some() {
        return Err(BearerError::Repeated);
    }
    let Ok(header) = header.to_str() else {
        return Err(BearerError::Malformed);
    };
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Ok(None);
    }
    let token = token.trim_matches(' ');
    if is_b64token(token) {
        Ok(Some(UnverifiedToken::new(token)))
    } else {
        Err(BearerError::Malformed)
    }
}

/// Why a request's way of presenting a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BearerError {
    /// A token in a URL is written into logs and histories.
    #[error(
        "The token came in the query. Send it in the Authorization header only: Authorization: Bearer TOKEN."
    )]
    InQuery,
    /// Two headers, of whatever schemes.
    #[error("There are several Authorization headers. Send one: Authorization: Bearer TOKEN.")]
    Repeated,
    /// Not `b64token` (RFC 6750 section 2.1).
    #[error("What follows Bearer is not one token. Send Authorization: Bearer TOKEN.")]
    Malformed,
}

fn token_in_query(query: &str) -> bool {
    query.split('&').any(|pair| {
        let name = pair.split_once('=').map_or(pair, |(name, _)| name);
        percent_decoded_is(name, "access_token")
    })
}

/// Is this percent-encoded name the plain one?
fn percent_decoded_is(encoded: &str, plain: &str) -> bool {
    let mut rest = encoded.bytes();
    let mut plain = plain.bytes();
    loop {
        let byte = match rest.next() {
            None => return plain.next().is_none(),
            Some(b'%') => match (hex_digit(rest.next()), hex_digit(rest.next())) {
                (Some(high), Some(low)) => high * 16 + low,
                _ => return false,
            },
            Some(byte) => byte,
        };
        if plain.next() != Some(byte) {
            return false;
        }
    }
}

fn hex_digit(byte: Option<u8>) -> Option<u8> {
    let digit = char::from(byte?).to_digit(16)?;
    u8::try_from(digit).ok()
}

/// `1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="`
fn is_b64token(token: &str) -> bool {
    let body = token.trim_end_matches('=');
    // Every byte is looked at, without a branch for each: most tokens are right and long.
    let sign = |byte: u8| {
        (byte == b'-')
            | (byte == b'.')
            | (byte == b'_')
            | (byte == b'~')
            | (byte == b'+')
            | (byte == b'/')
    };
    let right = |byte: u8| byte.is_ascii_alphanumeric() | sign(byte);
    !body.is_empty() & body.bytes().fold(true, |all, byte| all & right(byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    fn found(uri: &str, authorization: &[&str]) -> Result<Option<String>, BearerError> {
        let mut request = Request::builder().uri(uri);
        for value in authorization {
            request = request.header(AUTHORIZATION, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        bearer_token(&parts).map(|token| token.map(|token| token.expose().to_owned()))
    }

    #[test]
    fn the_scheme_may_be_written_in_any_case() {
        for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
            let header = format!("{scheme} sg_at_abc-._~+/==");
            let token = found("/x", &[&header]);
            assert_eq!(token, Ok(Some("sg_at_abc-._~+/==".to_owned())));
        }
    }

    #[test]
    fn other_schemes_and_no_header_present_no_token() {
        for headers in [
            &[][..],
            &["Basic c2dfYXRfYWJj"],
            &["DPoP sg_at_abc"],
            &["Bearerx a"],
            &[""],
        ] {
            assert_eq!(found("/x", headers), Ok(None), "{headers:?}");
        }
    }

    #[test]
    fn what_follows_the_scheme_is_exactly_one_token() {
        for header in [
            "Bearer",
            "Bearer ",
            "Bearer a b",
            "Bearer a,b",
            "Bearer \"a\"",
            "Bearer =",
            "Bearer a\tb",
        ] {
            assert_eq!(
                found("/x", &[header]),
                Err(BearerError::Malformed),
                "{header}"
            );
        }
    }

    #[test]
    fn two_headers_are_refused_even_if_equal_or_of_other_schemes() {
        for headers in [
            ["Bearer a", "Bearer a"],
            ["Bearer a", "Basic b"],
            ["Basic b", "Bearer a"],
        ] {
            assert_eq!(found("/x", &headers), Err(BearerError::Repeated));
        }
    }

    #[test]
    fn a_token_in_the_query_is_refused_however_it_is_spelled() {
        for uri in [
            "/x?access_token=a",
            "/x?a=1&access_token=a",
            "/x?access_token",
            "/x?access%5Ftoken=a",
            "/x?%61ccess_token=a",
        ] {
            assert_eq!(found(uri, &[]), Err(BearerError::InQuery), "{uri}");
            assert_eq!(
                found(uri, &["Bearer a"]),
                Err(BearerError::InQuery),
                "{uri}"
            );
        }
        assert_eq!(
            found("/x?my_access_token=a&access_tokens=b&access%5", &[]),
            Ok(None)
        );
    }
}

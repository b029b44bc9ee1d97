//! Resource indicators (RFC 8707).

use crate::error::{ErrorCode, OAuthError};

/// The audience of a token: the one resource asked for, or the realm's API, the first of those
/// served.
///
/// # Errors
/// `invalid_target` for a resource this realm does not serve, or several different ones: an
/// access token here has one audience.
pub fn audience<'a>(
    asked: impl IntoIterator<Item = &'a str>,
    served: &'a [String],
) -> Result<Option<&'a str>, OAuthError> {
    let mut chosen: Option<&str> = None;
    for resource in asked {
        let known = served
            .iter()
            .find(|own| own.as_str() == resource || is_root(own, resource))
            .ok_or_else(|| {
                OAuthError::new(
                    ErrorCode::InvalidTarget,
                    format!(
                        "the resource '{resource}' is not served here; this realm serves {}",
                        served.join(", ")
                    ),
                )
            })?;
        if chosen.is_some_and(|earlier| earlier != known) {
            return Err(OAuthError::new(
                ErrorCode::InvalidTarget,
                "a token is for one resource; ask for one at a time",
            ));
        }
        chosen = Some(known);
    }
    Ok(chosen.or_else(|| served.first().map(String::as_str)))
}

/// Is `asked` the root of a host, written with its slash, and `own` the same without it? Programs add
/// it to an address without a path (RFC 3986 section 6.2.3).
fn is_root(own: &str, asked: &str) -> bool {
    let host = own.split_once("://").map(|(_, host)| host);
    asked.strip_suffix('/') == Some(own) && host.is_some_and(|host| !host.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_served_resources_one_at_a_time() {
        let served = ["https://a/api".to_owned(), "https://a/other".to_owned()];
        assert_eq!(audience([], &served).unwrap(), Some("https://a/api"));
        assert_eq!(
            audience(["https://a/other"], &served).unwrap(),
            Some("https://a/other")
        );
        let twice = ["https://a/other", "https://a/other"];
        assert_eq!(audience(twice, &served).unwrap(), Some("https://a/other"));
        let root = ["https://a".to_owned()];
        assert_eq!(audience(["https://a/"], &root).unwrap(), Some("https://a"));
        assert!(audience(["https://a//"], &root).is_err());
        for refused in [
            &["https://b"][..],
            &["https://a/api/"],
            &["https://a/api", "https://a/other"],
        ] {
            let error = audience(refused.iter().copied(), &served).unwrap_err();
            assert_eq!(error.code, ErrorCode::InvalidTarget);
        }
    }
}

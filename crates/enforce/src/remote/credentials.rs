use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Who asks an issuer, and the proof. It is never shown.
#[derive(Clone)]
pub struct Credentials(HeaderValue);

impl Credentials {
    /// A client's id and secret, by HTTP Basic (RFC 6749 section 2.3.1).
    #[must_use]
    pub fn basic(id: &str, secret: &str) -> Self {
        let encoded = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
        let pair = format!("{}:{}", encoded(id), encoded(secret));
        Self::header(&format!("Basic {}", STANDARD.encode(pair)))
    }

    /// An access token that opens the endpoint (RFC 7662 section 2.1). `None` where the text cannot
    /// be one (RFC 6750 section 2.1).
    #[must_use]
    pub fn bearer(token: &str) -> Option<Self> {
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(byte);
        let is_token = !token.is_empty() && token.as_bytes().iter().all(is_plain);
        is_token.then(|| Self::header(&format!("Bearer {token}")))
    }

    /// For the header `Authorization`; kept out of whatever shows requests.
    pub(super) fn as_header(&self) -> HeaderValue {
        self.0.clone()
    }

    fn header(text: &str) -> Self {
        // Letters, digits and what Base64 has besides are always a value.
        let mut value =
            HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""));
        value.set_sensitive(true);
        Self(value)
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_part_early_is_encoded() {
        let credentials = Credentials::basic("a:b", "c d+é");
        let header = credentials.as_header();
        let sent = header.to_str().unwrap().strip_prefix("Basic ").unwrap();
        let pair = STANDARD.decode(sent).unwrap();
        assert_eq!(String::from_utf8(pair).unwrap(), "a%3Ab:c%20d%2B%C3%A9");
        assert!(!format!("{credentials:?} {header:?}").contains(sent));
    }

    #[test]
    fn only_a_token_is_a_token() {
        assert_eq!(
            Credentials::bearer("a.b-c=").unwrap().as_header(),
            "Bearer a.b-c="
        );
        for text in ["", "a b", "a\n", "é"] {
            assert!(Credentials::bearer(text).is_none(), "{text:?}");
        }
    }
}

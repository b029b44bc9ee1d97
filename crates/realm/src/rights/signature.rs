use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{HeaderName, HeaderValue, InvalidHeaderValue};
use http::{HeaderMap, Uri};

/// The digest of the body (RFC 9530 section 2).
const CONTENT_DIGEST: HeaderName = HeaderName::from_static("content-digest");
/// What is signed, and when (RFC 9421 section 4.1).
const SIGNATURE_INPUT: HeaderName = HeaderName::from_static("signature-input");
/// The signature (RFC 9421 section 4.2).
const SIGNATURE: HeaderName = HeaderName::from_static("signature");
/// A shorter secret can be guessed, in bytes.
const SHORTEST: usize = 32;
/// A longer one is a mistake.
const LONGEST: usize = 1_024;
/// The longest name of a secret.
const LONGEST_NAME: usize = 100;

/// The secret that this server shares with the provider's system, and the name by which the
/// provider knows which of its secrets it is. Questions are signed with it by RFC 9421
/// (`hmac-sha256`).
#[derive(Clone)]
pub struct SigningKey {
    name: String,
    key: hmac::Key,
}

/// Why something cannot sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Too short or too long.
    #[error("a secret has {SHORTEST} to {LONGEST} bytes; make one with: openssl rand -base64 32")]
    Length,
    /// It would have to be escaped.
    #[error(
        "the name of a secret has 1 to {LONGEST_NAME} letters, digits, and any of `.`, `-` and `_`"
    )]
    Name,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl SigningKey {
    /// A secret by its name.
    ///
    /// # Errors
    ///
    /// One that anybody could guess, or a name that cannot stand in a header.
    pub fn new(name: &str, secret: &[u8]) -> Result<Self, KeyError> {
        if !(SHORTEST..=LONGEST).contains(&secret.len()) {
            return Err(KeyError::Length);
        }
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
        if name.is_empty() || name.len() > LONGEST_NAME || !name.bytes().all(fits) {
            return Err(KeyError::Name);
        }
        Ok(Self {
            name: name.to_owned(),
            key: hmac::Key::new(hmac::HMAC_SHA256, secret),
        })
    }

    /// Signs a POST of this body to this address, made at this second since 1970.
    pub(super) fn sign(
        &self,
        headers: &mut HeaderMap,
        uri: &Uri,
        body: &[u8],
        created: i64,
    ) -> Result<(), InvalidHeaderValue> {
        let digest = STANDARD.encode(digest(&SHA256, body));
        let digest = format!("sha-256=:{digest}:");
        let name = &self.name;
        let parameters = format!(
            "(\"@method\" \"@target-uri\" \"content-digest\");created={created};keyid=\"{name}\";alg=\"hmac-sha256\""
        );
        let base = format!(
            "\"@method\": POST\n\"@target-uri\": {uri}\n\"content-digest\": {digest}\n\"@signature-params\": {parameters}"
        );
        let signature = STANDARD.encode(hmac::sign(&self.key, base.as_bytes()));
        headers.insert(CONTENT_DIGEST, HeaderValue::from_str(&digest)?);
        let input = format!("scopegate={parameters}");
        headers.insert(SIGNATURE_INPUT, HeaderValue::from_str(&input)?);
        let signature = format!("scopegate=:{signature}:");
        headers.insert(SIGNATURE, HeaderValue::from_str(&signature)?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(secret: &[u8], uri: &str, body: &[u8], created: i64) -> HeaderMap {
        let key = SigningKey::new("2026-11", secret).unwrap();
        let mut headers = HeaderMap::new();
        key.sign(&mut headers, &uri.parse().unwrap(), body, created)
            .unwrap();
        headers
    }

    /// Worked out with Python's hmac: what the page's examples verify.
    #[test]
    fn a_question_is_signed_as_its_rfc_says() {
        let secret = b"0123456789abcdef0123456789abcdef";
        let headers = signed(secret, "https://shop.example/rights", b"{}", 1_795_903_200);
        assert_eq!(
            headers[&CONTENT_DIGEST],
            "sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:"
        );
        assert_eq!(
            headers[&SIGNATURE_INPUT],
            "scopegate=(\"@method\" \"@target-uri\" \"content-digest\");created=1795903200;keyid=\"2026-11\";alg=\"hmac-sha256\""
        );
        assert_eq!(
            headers[&SIGNATURE],
            "scopegate=:AG+CaLYXz2HVix+7ek578eESBtLcfUqkzF7GLpI0Btk=:"
        );
    }

    #[test]
    fn whatever_differs_is_signed_otherwise() {
        let secret = [7; 32];
        let one = signed(&secret, "https://a.example/x", b"{}", 1)[&SIGNATURE].clone();
        for other in [
            signed(&[8; 32], "https://a.example/x", b"{}", 1),
            signed(&secret, "https://a.example/y", b"{}", 1),
            signed(&secret, "https://a.example/x", b"{ }", 1),
            signed(&secret, "https://a.example/x", b"{}", 2),
        ] {
            assert_ne!(other[&SIGNATURE], one);
        }
    }

    #[test]
    fn what_could_be_guessed_signs_nothing() {
        let new = |name: &str, length| SigningKey::new(name, &vec![1; length]).err();
        assert_eq!(new("a", 32), None);
        assert_eq!(new("a", 31), Some(KeyError::Length));
        assert_eq!(new("a", 1_025), Some(KeyError::Length));
        for name in ["", "a\"b", "a b", "é", &"x".repeat(101)] {
            assert_eq!(new(name, 32), Some(KeyError::Name), "{name}");
        }
        let shown = format!("{:?}", SigningKey::new("k", &[b's'; 32]).unwrap());
        assert!(!shown.contains("ss"), "{shown}");
    }
}

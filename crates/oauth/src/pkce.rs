//! Proof Key for Code Exchange (RFC 7636), S256 only.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::OAuthError;
use crate::model::TokenHash;

/// An S256 code challenge (RFC 7636 section 4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeChallenge([u8; 32]);

impl CodeChallenge {
    /// Reads `code_challenge` and `code_challenge_method`.
    ///
    /// # Errors
    /// `invalid_request` for `plain`, also by leaving the method out (RFC 7636 section 4.3
    /// makes it the default), and for a challenge that is not 32 bytes in base64url.
    pub fn parse(challenge: &str, method: Option<&str>) -> Result<Self, OAuthError> {
        if method != Some("S256") {
            return Err(OAuthError::invalid_request(
                "code_challenge_method must be S256; plain, also by leaving it out, is refused",
            ));
        }
        let mut bytes = [0; 32];
        match URL_SAFE_NO_PAD.decode_slice(challenge, &mut bytes) {
            Ok(32) => Ok(Self(bytes)),
            _ => Err(OAuthError::invalid_request(
                "code_challenge must be the base64url text, without padding, of a SHA-256: 43 characters",
            )),
        }
    }

    /// The challenge as it is stored with a code.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A stored challenge.
    #[must_use]
    pub fn from_stored(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

/// Proof that the verifier fits the challenge of the code, made by [`verify`] only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifiedCodeVerifier(());

/// Compares a presented `code_verifier` with the challenge stored with the code, in
/// constant time. A code without challenge (an old confidential client) wants no verifier.
///
/// # Errors
/// `invalid_grant` (RFC 7636 section 4.6) when the verifier is missing, malformed or does not
/// fit, and when there is one though the code has no challenge: somebody took the challenge
/// out of the authorization request (RFC 9700 section 4.8.2).
pub fn verify(
    verifier: Option<&str>,
    challenge: Option<&CodeChallenge>,
) -> Result<VerifiedCodeVerifier, OAuthError> {
    let (verifier, challenge) = match (verifier, challenge) {
        (None, None) => return Ok(VerifiedCodeVerifier(())),
        (Some(_), None) => {
            return Err(OAuthError::invalid_grant(
                "code_verifier was sent, but the authorization request had no code_challenge",
            ));
        }
        (None, Some(_)) => {
            return Err(OAuthError::invalid_grant(
                "code_verifier is missing; the authorization request had a code_challenge",
            ));
        }
        (Some(verifier), Some(challenge)) => (verifier, challenge),
    };
    if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(is_unreserved) {
        return Err(OAuthError::invalid_grant(
            "code_verifier must be 43 to 128 letters, digits, '-', '.', '_' or '~'",
        ));
    }
    if TokenHash::of(verifier.as_bytes()).matches(&TokenHash(challenge.0)) {
        Ok(VerifiedCodeVerifier(()))
    } else {
        Err(OAuthError::invalid_grant(
            "code_verifier does not fit the code_challenge of the authorization request",
        ))
    }
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    // RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_the_rfc_verifies() {
        let challenge = CodeChallenge::parse(CHALLENGE, Some("S256")).unwrap();
        assert!(verify(Some(VERIFIER), Some(&challenge)).is_ok());
        assert_eq!(CodeChallenge::from_stored(*challenge.as_bytes()), challenge);
    }

    #[test]
    fn plain_and_malformed_challenges_are_refused() {
        let table = [
            (CHALLENGE, None),
            (CHALLENGE, Some("plain")),
            (CHALLENGE, Some("s256")),
            (CHALLENGE, Some("S512")),
            ("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=", Some("S256")),
            ("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c", Some("S256")),
            ("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cMM", Some("S256")),
            ("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM", Some("S256")),
            ("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN", Some("S256")),
            ("", Some("S256")),
        ];
        for (challenge, method) in table {
            let error = CodeChallenge::parse(challenge, method).unwrap_err();
            assert_eq!(
                error.code,
                ErrorCode::InvalidRequest,
                "{challenge} {method:?}"
            );
        }
    }

    #[test]
    fn a_verifier_has_43_to_128_unreserved_characters() {
        let refused = |verifier: &str| {
            let challenge = CodeChallenge(TokenHash::of(verifier.as_bytes()).0);
            verify(Some(verifier), Some(&challenge)).is_err()
        };
        assert!(refused(&"a".repeat(42)));
        assert!(!refused(&"a".repeat(43)));
        assert!(!refused(&"a".repeat(128)));
        assert!(refused(&"a".repeat(129)));
        for forbidden in ["+", "/", "=", " ", "%", "!"] {
            assert!(
                refused(&format!("{}{forbidden}", "a".repeat(60))),
                "{forbidden}"
            );
        }
    }

    #[test]
    fn missing_wrong_and_surplus_verifiers_are_invalid_grants() {
        let challenge = CodeChallenge::parse(CHALLENGE, Some("S256")).unwrap();
        let table = [
            (None, Some(&challenge)),
            (Some(VERIFIER), None),
            (
                Some("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK"),
                Some(&challenge),
            ),
            (Some(CHALLENGE), Some(&challenge)),
            (Some(""), Some(&challenge)),
        ];
        for (verifier, challenge) in table {
            assert_eq!(
                verify(verifier, challenge).unwrap_err().code,
                ErrorCode::InvalidGrant
            );
        }
        assert!(verify(None, None).is_ok());
    }
}

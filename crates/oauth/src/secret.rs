//! Generated secrets: 256 random bits behind a prefix that scanners recognise, with a
//! checksum that refuses garbage before any lookup. Stored as SHA-256 only.

use std::fmt;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;

use crate::model::TokenHash;

/// What a generated secret is for. One kind is never taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SecretKind {
    /// An authorization code (RFC 6749 section 4.1.2).
    AuthorizationCode,
    /// An access token (RFC 6749 section 1.4).
    AccessToken,
    /// A refresh token (RFC 6749 section 1.5).
    RefreshToken,
    /// A client's password (RFC 6749 section 2.3.1).
    ClientSecret,
    /// The cookie of a signed-in browser.
    BrowserSession,
    /// The cookie that tells browsers apart, signed in or not.
    Browser,
    /// What stands for a kept authorization request in URLs.
    RequestHandle,
    /// What names a sign-in under way elsewhere, in the browser's address and by whoever signs in there.
    SignInChallenge,
    /// With what the browser comes back from there.
    SignInAnswer,
    /// An API key, which a partner without OAuth sends at each call.
    ApiKey,
    /// A link in a mail, to choose a password with.
    AccountLink,
    /// The cookie of a browser whose password was right and whose second factor is missing.
    HalfSignIn,
}

impl SecretKind {
    /// What the text begins with.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "sg_ac_",
            Self::AccessToken => "sg_at_",
            Self::RefreshToken => "sg_rt_",
            Self::ClientSecret => "sg_cs_",
            Self::BrowserSession => "sg_bs_",
            Self::Browser => "sg_br_",
            Self::RequestHandle => "sg_rh_",
            Self::SignInChallenge => "sg_sc_",
            Self::SignInAnswer => "sg_sa_",
            Self::ApiKey => "sg_ak_",
            Self::AccountLink => "sg_al_",
            Self::HalfSignIn => "sg_hs_",
        }
    }
}

/// A secret in clear. Never shown by `Debug`, and it has no `Display`.
/// Compared in constant time for texts of one length.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// A secret that came from outside, not checked in any way.
    #[must_use]
    pub fn presented(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one answer that carries it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// SHA-256 of the text, for the store.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(self.0.as_bytes())
    }

    /// Prefix, body and checksum put together.
    pub(crate) fn sealed(prefix: &str, body: &[u8]) -> Self {
        let mut text =
            String::with_capacity(prefix.len() + body.len().div_ceil(3) * 4 + CHECKSUM_CHARACTERS);
        text.push_str(prefix);
        URL_SAFE_NO_PAD.encode_string(body, &mut text);
        let checksum = crc32fast::hash(text.as_bytes()).to_be_bytes();
        URL_SAFE_NO_PAD.encode_string(checksum, &mut text);
        Self(text)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The checksum: CRC-32 of everything before it, as base64url without padding.
const CHECKSUM_CHARACTERS: usize = 6;
/// Random bytes in a generated secret.
const RANDOM_BYTES: usize = 32;
/// Their length as base64url without padding.
const BODY_CHARACTERS: usize = 43;

/// Makes a secret from random bytes.
#[must_use]
pub fn generate(kind: SecretKind, random: [u8; RANDOM_BYTES]) -> Secret {
    Secret::sealed(kind.prefix(), &random)
}

/// The hash to look a presented secret up by; `None` unless prefix, length, alphabet and
/// checksum are right.
#[must_use]
pub fn hash(kind: SecretKind, presented: &str) -> Option<TokenHash> {
    let length = kind.prefix().len() + BODY_CHARACTERS + CHECKSUM_CHARACTERS;
    if presented.len() != length {
        return None;
    }
    let mut body = [0_u8; RANDOM_BYTES];
    let encoded = checked_body(kind.prefix(), presented)?;
    URL_SAFE_NO_PAD.decode_slice(encoded, &mut body).ok()?;
    Some(TokenHash::of(presented.as_bytes()))
}

/// The base64url text between prefix and checksum, if both are right.
pub(crate) fn checked_body<'t>(prefix: &str, presented: &'t str) -> Option<&'t str> {
    let body_and_checksum = presented.strip_prefix(prefix)?;
    let at = body_and_checksum.len().checked_sub(CHECKSUM_CHARACTERS)?;
    let (body, checksum) = body_and_checksum.split_at_checked(at)?;
    let mut found = [0_u8; 4];
    URL_SAFE_NO_PAD.decode_slice(checksum, &mut found).ok()?;
    let checked = presented.get(..prefix.len() + at)?;
    (u32::from_be_bytes(found) == crc32fast::hash(checked.as_bytes())).then_some(body)
}

impl TokenHash {
    /// SHA-256.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
        Self(hash)
    }

    /// Is it the same? In constant time.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [SecretKind; 8] = [
        SecretKind::AuthorizationCode,
        SecretKind::AccessToken,
        SecretKind::RefreshToken,
        SecretKind::ClientSecret,
        SecretKind::BrowserSession,
        SecretKind::ApiKey,
        SecretKind::AccountLink,
        SecretKind::HalfSignIn,
    ];

    #[test]
    fn the_text_form_is_stable() {
        let secret = generate(SecretKind::RefreshToken, [7; 32]);
        assert_eq!(
            secret.expose(),
            "sg_rt_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcOb3bQA"
        );
        assert_eq!(
            hash(SecretKind::RefreshToken, secret.expose()),
            Some(secret.hash())
        );
    }

    #[test]
    fn one_kind_is_never_taken_for_another() {
        for made in KINDS {
            let secret = generate(made, [9; 32]);
            for asked in KINDS {
                assert_eq!(hash(asked, secret.expose()).is_some(), made == asked);
                let swapped = secret.expose().replacen(made.prefix(), asked.prefix(), 1);
                assert_eq!(hash(asked, &swapped).is_some(), made == asked);
            }
        }
    }

    #[test]
    fn neither_debug_nor_the_empty_text_gives_anything_away() {
        assert_eq!(
            format!("{:?}", generate(SecretKind::ClientSecret, [1; 32])),
            "Secret(…)"
        );
        for text in [
            "",
            "sg_cs_",
            "sg_cs_AAAAAA",
            "é",
            "sg_cs_éééééééééééééééééééééééé",
        ] {
            assert_eq!(hash(SecretKind::ClientSecret, text), None);
        }
    }
}

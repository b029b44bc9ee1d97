use aws_lc_rs::digest::{SHA256, SHA384, SHA512, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use subtle::ConstantTimeEq as _;

use super::registered::{Claims, Refused, refused};
use crate::model::Authentication;

/// So many methods of signing in are kept of one ID token, each of so many bytes at most; what is
/// over it tells nothing that anybody decides by.
const MOST_METHODS: usize = Authentication::METHODS;
const LONGEST_METHOD: usize = Authentication::LONGEST_METHOD;

/// What an ID token has to fit to.
#[derive(Debug, Clone, Copy)]
pub struct IdTokenExpected<'e> {
    /// The provider.
    pub issuer: &'e str,
    /// This server there.
    pub client_id: &'e str,
    /// What was sent along with the browser.
    pub nonce: &'e str,
    /// What it was signed by, as JWS calls it.
    pub algorithm: &'e str,
    /// `typ` of its header.
    pub kind: Option<&'e str>,
    /// The access token that came with it.
    pub access_token: &'e str,
    /// How long ago the person may have signed in, in seconds, if that was asked.
    pub max_age: Option<i64>,
    /// The time, in seconds since 1970.
    pub now: i64,
}

/// An ID token that counts (OpenID Connect Core section 3.1.3.7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdToken {
    /// `sub`: the person at the provider.
    pub subject: String,
    /// `auth_time`: when they proved who they are, in seconds since 1970; not in the future.
    pub authenticated_at: Option<i64>,
    /// `iat`.
    pub made_at: i64,
    /// `amr` (RFC 8176).
    pub methods: Vec<String>,
    /// `acr`.
    pub class: Option<String>,
    /// `sid`: the session at the provider.
    pub session: Option<String>,
}

impl IdToken {
    /// Reads the claims of an ID token whose signature has been verified.
    ///
    /// # Errors
    ///
    /// The first thing that does not fit.
    pub fn read(claims: &Value, expected: &IdTokenExpected<'_>) -> Result<Self, Refused> {
        let usual = |kind: &str| kind.eq_ignore_ascii_case("jwt");
        if !expected.kind.is_none_or(usual) {
            return refused("it is a token of another kind (`typ`)");
        }
        let claims = Claims::of(claims)?;
        claims.check_parties(expected.issuer, expected.client_id)?;
        let times = claims.check_times(true, expected.now)?;
        let nonce = claims.text("nonce")?;
        if !bool::from(nonce.as_bytes().ct_eq(expected.nonce.as_bytes())) {
            return refused("it belongs to another attempt to sign in (`nonce`)");
        }
        if claims.has("at_hash") {
            check_access_token(claims.text("at_hash")?, expected)?;
        }
        let authenticated_at = claims.check_auth_time(expected.max_age, expected.now)?;
        let class = claims.any("acr").and_then(Value::as_str);
        Ok(Self {
            subject: claims.id("sub")?.to_owned(),
            authenticated_at,
            made_at: times.made_at,
            methods: methods(claims.any("amr")),
            class: class
                .filter(|class| Authentication::is_class(class))
                .map(str::to_owned),
            session: claims.session()?,
        })
    }
}

fn methods(told: Option<&Value>) -> Vec<String> {
    let told = told.and_then(Value::as_array).into_iter().flatten();
    let told = told.filter_map(Value::as_str);
    told.filter(|method| is_word(method, LONGEST_METHOD))
        .take(MOST_METHODS)
        .map(str::to_owned)
        .collect()
}

fn is_word(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Is it the access token that was issued with it (section 3.1.3.6)? By the left half of its hash.
fn check_access_token(told: &str, expected: &IdTokenExpected<'_>) -> Result<(), Refused> {
    let hash = match expected.algorithm {
        "ES384" => &SHA384,
        // As whoever signs by Ed25519 does: it has SHA-512 inside.
        "EdDSA" => &SHA512,
        _ => &SHA256,
    };
    let whole = digest(hash, expected.access_token.as_bytes());
    let whole = whole.as_ref();
    let half = whole.get(..whole.len() / 2).unwrap_or_default();
    if bool::from(
        told.as_bytes()
            .ct_eq(URL_SAFE_NO_PAD.encode(half).as_bytes()),
    ) {
        return Ok(());
    }
    refused("the access token beside it belongs to another (`at_hash`)")
}

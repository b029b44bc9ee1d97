use serde_json::Value;

use super::registered::{Claims, Refused, refused};
use crate::model::TokenHash;

/// What a logout token is about (OpenID Connect Back-Channel Logout section 2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
const KIND: &str = "logout+jwt";

/// A logout token that counts, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutToken {
    /// `sub`: whose sessions end.
    pub subject: Option<String>,
    /// `sid`: which session ends. One of the two is there.
    pub session: Option<String>,
    /// SHA-256 of `jti`, by which it is known again.
    pub id: TokenHash,
    /// Until when it would count, in seconds since 1970.
    pub until: i64,
}

impl LogoutToken {
    /// Reads the claims of a logout token whose signature has been verified (section 2.6). `kind` is
    /// `typ` of its header, `now` in seconds since 1970. That it comes for the first time is for
    /// the store to say.
    ///
    /// # Errors
    ///
    /// The first thing that does not fit.
    pub fn read(
        claims: &Value,
        kind: Option<&str>,
        issuer: &str,
        client_id: &str,
        now: i64,
    ) -> Result<Self, Refused> {
        if !kind.is_none_or(is_usual) {
            return refused("it is a token of another kind (`typ`)");
        }
        let claims = Claims::of(claims)?;
        claims.check_parties(issuer, client_id)?;
        let times = claims.check_times(false, now)?;
        let event = claims.any("events").and_then(|events| events.get(EVENT));
        if !event.is_some_and(Value::is_object) {
            return refused("it does not say that somebody signed out (`events`)");
        }
        // What has one could be an ID token.
        if claims.has("nonce") {
            return refused("it has a `nonce`, which a logout token never has");
        }
        let subject = match claims.any("sub") {
            None | Some(Value::Null) => None,
            Some(_) => Some(claims.id("sub")?.to_owned()),
        };
        let session = claims.session()?;
        if subject.is_none() && session.is_none() {
            return refused("it names neither a person (`sub`) nor a session (`sid`)");
        }
        Ok(Self {
            subject,
            session,
            id: TokenHash::of(claims.id("jti")?.as_bytes()),
            until: times.until,
        })
    }
}

/// Providers of before the type was named leave it out, or write `JWT`.
fn is_usual(kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase();
    let kind = kind.strip_prefix("application/").unwrap_or(&kind);
    kind == KIND || kind == "jwt"
}

use scope::Scope;
use serde::{Deserialize, Serialize};

use super::{AuthenticationContext, Position, Timestamp, Uuid, Withheld};

/// SHA-256 of a secret with 256 bits of entropy. Compares in constant time through
/// [`TokenHash::matches`]; `==` is for tests and maps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TokenHash(pub [u8; 32]);

impl TokenHash {
    /// Reads what is written in hexadecimal, in lower case; `None` for any other text.
    #[must_use]
    pub fn from_hexadecimal(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let mut hash = [0; 32];
        if text.len() != 2 * hash.len() || !text.bytes().all(is_digit) {
            return None;
        }
        for (index, byte) in hash.iter_mut().enumerate() {
            let digits = text.get(2 * index..2 * index + 2)?;
            *byte = u8::from_str_radix(digits, 16).ok()?;
        }
        Some(Self(hash))
    }
}

/// In hexadecimal. Nobody can make the secret of it.
impl std::fmt::Display for TokenHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The short-lived handle a consent gives to the app (RFC 6749 section 4.1.2). The code
/// itself is never stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationCode {
    /// SHA-256 of the code.
    pub hash: TokenHash,
    /// The realm.
    pub realm: String,
    /// The only client that may redeem it.
    pub client: String,
    /// The grant it hangs from.
    pub grant: Uuid,
    /// The connection that begins with it: it and the tokens that follow from it. `None` for
    /// one made before connections were told apart.
    pub family: Option<Uuid>,
    /// The person.
    pub user: Uuid,
    /// The organisation, where grants are bound to one.
    pub organisation: Option<Uuid>,
    /// `redirect_uri` as the authorization request gave it; it must come again.
    pub redirect_uri: Option<String>,
    /// S256 challenge (RFC 7636), 32 bytes.
    pub code_challenge: Option<[u8; 32]>,
    /// What the person allowed in this act, expanded, with defaults: fixed here, never
    /// worked out again at redemption.
    pub scope: Scope,
    /// What this act withheld, for the token response.
    pub withheld: Vec<Withheld>,
    /// What the person struck in this act.
    pub refused: Scope,
    /// What the app asked in this act, as given; `None` for one made before that was kept.
    pub requested: Option<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it dies.
    pub expires_at: Timestamp,
    /// When it was redeemed.
    pub consumed_at: Option<Timestamp>,
    /// How far the changes had come when it was made; `None` for one made before that was
    /// kept.
    pub position: Option<Position>,
    /// How and when the person had proved who they are; `None` for one made before that was kept.
    pub authentication: Option<AuthenticationContext>,
}

/// A refresh token (RFC 6749 section 6). The token itself is never stored. It is exchanged once for
/// a successor; until that is used, whoever lost the answer may ask again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// SHA-256 of the token.
    pub hash: TokenHash,
    /// The realm.
    pub realm: String,
    /// The only client that may use it.
    pub client: String,
    /// The grant it hangs from.
    pub grant: Uuid,
    /// The connection it belongs to, that of the code it goes back to.
    pub family: Option<Uuid>,
    /// The person.
    pub user: Uuid,
    /// The organisation, where grants are bound to one.
    pub organisation: Option<Uuid>,
    /// The scope of the authorization; a narrower refresh does not change it.
    pub scope: Scope,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it dies; `None` never.
    pub expires_at: Option<Timestamp>,
    /// When it was exchanged for its successor, or gave its place to another successor of its
    /// predecessor.
    pub rotated_at: Option<Timestamp>,
    /// The hash of its successor; the latest one, where it got several. `None` for one that gave
    /// its place to another.
    pub rotated_to: Option<TokenHash>,
    /// When it was revoked, with its family or its grant.
    pub revoked_at: Option<Timestamp>,
    /// What was drawn to derive it from its predecessor, so that it can be made once more; gone
    /// once it is used. `None` for one that is all chance.
    pub derived_with: Option<[u8; 32]>,
    /// How far the changes had come when it was made; `None` for one made before that was
    /// kept.
    pub position: Option<Position>,
    /// How and when the person had proved who they are when the connection began, which keeps it: it is
    /// read with the token, and not stored with it. `None` where that was not kept.
    pub authentication: Option<AuthenticationContext>,
}

/// An access token that was revoked before its time; forgotten when it would have expired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevokedAccessToken {
    /// The realm.
    pub realm: String,
    /// `jti` of the token.
    pub id: Uuid,
    /// When it would have died by itself.
    pub expires_at: Timestamp,
}

/// What came of redeeming something that may be used once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redemption {
    /// This call, and no other, redeemed it.
    Redeemed,
    /// It was redeemed before. What it belongs to is named, to be ended if this is reuse.
    AlreadyRedeemed {
        /// The grant.
        grant: Uuid,
        /// The connection under the grant.
        family: Option<Uuid>,
    },
    /// There is none, it has expired, was revoked, or its grant is no longer live.
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_read_as_they_are_written() {
        let written: String = (0..32).map(|byte| format!("{byte:02x}")).collect();
        let read = TokenHash::from_hexadecimal(&written).unwrap();
        assert_eq!(read.0[31], 31);
        assert_eq!(read.to_string(), written);
        for wrong in [
            "zz",
            "",
            &"+1".repeat(32),
            &"AB".repeat(32),
            &"é".repeat(32),
        ] {
            assert_eq!(TokenHash::from_hexadecimal(wrong), None, "{wrong}");
        }
    }
}

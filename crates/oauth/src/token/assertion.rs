use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::jwt::SigningKey;
use crate::model::{KeyPurpose, KeyRecord, Timestamp};
use crate::secret::Secret;

/// A key by which this server says who it is where it is itself a client (RFC 7523): P-256 with
/// ES256, Ed25519 with EdDSA, or RSA with RS256, which the key decides.
#[derive(Clone)]
pub struct AssertionKey {
    key: SigningKey,
    id: String,
}

impl AssertionKey {
    /// The key in its PKCS #8 form (RFC 5958); `None` for anything else, and for other kinds of key.
    #[must_use]
    pub fn from_pkcs8(der: &[u8]) -> Option<Self> {
        let signing = [
            KeyPurpose::SignEs256,
            KeyPurpose::SignEdDsa,
            KeyPurpose::SignRs256,
        ];
        let key = signing.into_iter().find_map(|purpose| {
            SigningKey::new(&KeyRecord {
                realm: String::new(),
                id: String::new(),
                purpose,
                secret: der.to_vec(),
                created_at: Timestamp::UNIX_EPOCH,
                retired_at: None,
            })
        })?;
        let id = thumbprint(&key.jwk())?;
        Some(Self { key, id })
    }

    /// The public half as whoever verifies wants it (RFC 7517). It is called by its thumbprint
    /// (RFC 7638).
    #[must_use]
    pub fn public_jwk(&self) -> Value {
        let mut jwk = self.key.jwk();
        if let Some(members) = jwk.as_object_mut() {
            members.insert("kid".to_owned(), json!(self.id));
        }
        jwk
    }

    /// Signs these claims.
    pub(crate) fn sign(&self, claims: &Value) -> Secret {
        self.key
            .sign_assertion(&self.id, claims.to_string().as_bytes())
    }
}

impl std::fmt::Debug for AssertionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("AssertionKey").field(&self.id).finish()
    }
}

/// RFC 7638 section 3: the members that make the key, by name, without space.
fn thumbprint(jwk: &Value) -> Option<String> {
    let member = |name: &str| jwk.get(name).and_then(Value::as_str);
    let kind = member("kty")?;
    let names: &[&str] = match kind {
        "EC" => &["crv", "kty", "x", "y"],
        "OKP" => &["crv", "kty", "x"],
        _ => &["e", "kty", "n"],
    };
    let members: Option<Vec<String>> = names
        .iter()
        .map(|name| Some(format!("\"{name}\":\"{}\"", member(name)?)))
        .collect();
    let text = format!("{{{}}}", members?.join(","));
    Some(URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7638 section 3.1.
    #[test]
    fn a_key_is_called_by_its_thumbprint() {
        let jwk = json!({
            "kty": "RSA",
            "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
            "e": "AQAB",
            "alg": "RS256",
            "kid": "2011-04-29",
        });
        let expected = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";
        assert_eq!(thumbprint(&jwk).as_deref(), Some(expected));
    }
}

use std::sync::Arc;

use async_trait::async_trait;
use enforce::{TokenVerifier, UnverifiedToken, VerifiedToken, VerifyError};
use oauth::model::Timestamp;
use oauth::token::{AccessTokenClaims, RealmKeys};
use scope::{Catalog, GrantedScope};

/// Knows a realm's keys and the time.
pub trait KeySource: Send + Sync + 'static {
    /// The keys as they are now; `None` when that cannot be told, which denies.
    fn keys(&self) -> Option<Arc<RealmKeys>>;
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// Opens sealed and signed tokens with the realm's keys, in this process, without asking
/// anyone.
///
/// It checks who made the token, for which realm and which API (audience), and that it has
/// not expired. Whether the grant behind it still stands is the
/// [`AccessSource`](enforce::AccessSource)'s to say.
pub struct InProcessVerifier {
    catalog: Arc<Catalog>,
    realm: String,
    issuer: String,
    audience: String,
    keys: Arc<dyn KeySource>,
}

impl InProcessVerifier {
    /// A verifier for one API of one realm: `realm` is the realm's name in its tokens,
    /// `issuer` its issuer URL, `audience` this API's identifier (RFC 8707).
    #[must_use]
    pub fn new(
        catalog: Arc<Catalog>,
        realm: impl Into<String>,
        issuer: impl Into<String>,
        audience: impl Into<String>,
        keys: Arc<dyn KeySource>,
    ) -> Self {
        Self {
            catalog,
            realm: realm.into(),
            issuer: issuer.into(),
            audience: audience.into(),
            keys,
        }
    }
}

#[async_trait]
impl TokenVerifier for InProcessVerifier {
    async fn verify(&self, token: UnverifiedToken<'_>) -> Result<VerifiedToken, VerifyError> {
        let keys = self.keys.keys().ok_or(VerifyError::Unavailable)?;
        let opened = keys.access_token(&self.issuer, token.expose());
        let claims = opened.ok_or(VerifyError::Invalid(
            "The token is damaged, or it was not issued here.",
        ))?;
        if claims.realm != self.realm {
            return Err(VerifyError::Invalid("The token is for another realm."));
        }
        if claims.audience != self.audience {
            return Err(VerifyError::Invalid("The token is for another API."));
        }
        if claims.is_expired(self.keys.now()) {
            return Err(VerifyError::Invalid(
                "The token has expired. Get a new one with the refresh token, or by authorizing again.",
            ));
        }
        let granted = self.catalog.recorded(&claims.scope);
        Ok(verified(claims, granted))
    }
}

/// A genuine token's claims, as whoever protects an API takes them.
pub fn verified(claims: AccessTokenClaims, granted: GrantedScope) -> VerifiedToken {
    let mut token = VerifiedToken::new(claims.id, claims.client, granted);
    token.realm = claims.realm;
    token.audience = claims.audience;
    token.user = claims.user;
    token.organisation = claims.organisation;
    token.grant = claims.grant;
    token
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use oauth::model::{KeyPurpose, Uuid};
    use scope::Scope;

    use super::*;

    const ISSUER: &str = "https://login.example/realm";

    fn catalog(id: &str) -> Arc<Catalog> {
        let file = format!("{}/../../catalogs/{id}.toml", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&file).unwrap();
        Arc::new(Catalog::parse(&file, &text).unwrap())
    }

    fn claims(catalog: &Catalog, scope: Scope) -> AccessTokenClaims {
        AccessTokenClaims {
            id: Uuid::from_u128(9),
            realm: catalog.id().to_owned(),
            client: "app".to_owned(),
            grant: None,
            user: None,
            organisation: None,
            scope,
            audience: format!("{ISSUER}/api"),
            issued_at: Timestamp::UNIX_EPOCH,
            expires_at: Timestamp::from_second(3600).unwrap(),
        }
    }

    struct Keys {
        keys: Option<Arc<RealmKeys>>,
        now: Mutex<Timestamp>,
    }

    impl KeySource for Keys {
        fn keys(&self) -> Option<Arc<RealmKeys>> {
            self.keys.clone()
        }

        fn now(&self) -> Timestamp {
            *self.now.lock().unwrap()
        }
    }

    fn realm_keys(realm: &str, seed: u8) -> Arc<RealmKeys> {
        let records = [KeyPurpose::SealToken, KeyPurpose::SignEs256].map(|purpose| {
            let kid = format!("k{seed}");
            RealmKeys::generate(realm, purpose, &kid, [seed; 32], Timestamp::UNIX_EPOCH).unwrap()
        });
        Arc::new(RealmKeys::new(&records).unwrap())
    }

    struct World {
        keys: Arc<RealmKeys>,
        source: Arc<Keys>,
        verifier: InProcessVerifier,
        claims: AccessTokenClaims,
    }

    fn world() -> World {
        let catalog = catalog("bexio");
        let keys = realm_keys("bexio", 1);
        let source = Arc::new(Keys {
            keys: Some(Arc::clone(&keys)),
            now: Mutex::new(Timestamp::from_second(10).unwrap()),
        });
        let claims = claims(&catalog, Scope::parse("contact_edit").unwrap());
        let audience = format!("{ISSUER}/api");
        let known = Arc::clone(&source) as Arc<dyn KeySource>;
        let verifier = InProcessVerifier::new(catalog, "bexio", ISSUER, audience, known);
        World {
            keys,
            source,
            verifier,
            claims,
        }
    }

    impl World {
        async fn verify(&self, token: &str) -> Result<VerifiedToken, VerifyError> {
            self.verifier.verify(UnverifiedToken::new(token)).await
        }

        /// Both forms of a token with these claims, made with these keys.
        fn both(&self, keys: &RealmKeys, claims: &AccessTokenClaims) -> [String; 2] {
            [
                keys.seal(claims, [3; 12]).expose().to_owned(),
                keys.sign_jwt(ISSUER, claims).expose().to_owned(),
            ]
        }
    }

    #[tokio::test]
    async fn both_forms_are_opened_and_expanded_and_gain_no_default() {
        let world = world();
        for token in world.both(&world.keys, &world.claims) {
            let verified = world.verify(&token).await.unwrap();
            let claims = super::verified(world.claims.clone(), verified.granted.clone());
            assert_eq!(verified, claims);
            let catalog = catalog("bexio");
            let names = catalog.names(verified.granted.set());
            assert_eq!(names, ["contact_show", "contact_edit"]);
        }
    }

    #[tokio::test]
    async fn a_token_dies_in_the_second_it_says() {
        let world = world();
        for (second, lives) in [(3_599, true), (3_600, false), (9_999, false)] {
            *world.source.now.lock().unwrap() = Timestamp::from_second(second).unwrap();
            for token in world.both(&world.keys, &world.claims) {
                let verified = world.verify(&token).await;
                assert_eq!(verified.is_ok(), lives, "{second}");
                assert!(
                    lives
                        || matches!(verified, Err(VerifyError::Invalid(why)) if why.contains("expired"))
                );
            }
        }
    }

    #[tokio::test]
    async fn tokens_for_others_or_by_others_are_invalid() {
        let world = world();
        let other_audience = AccessTokenClaims {
            audience: "https://api.example/other".to_owned(),
            ..world.claims.clone()
        };
        let longer_audience = AccessTokenClaims {
            audience: format!("{ISSUER}/api/"),
            ..world.claims.clone()
        };
        let other_realm = AccessTokenClaims {
            realm: "bokio".to_owned(),
            ..world.claims.clone()
        };
        let tokens = [
            world.both(&world.keys, &other_audience),
            world.both(&world.keys, &longer_audience),
            world.both(&realm_keys("bexio", 2), &world.claims),
            world.both(&realm_keys("bokio", 3), &other_realm),
        ];
        for token in tokens.iter().flatten() {
            let verified = world.verify(token).await;
            assert!(
                matches!(verified, Err(VerifyError::Invalid(_))),
                "{verified:?}"
            );
        }
        // Even the same key seals for its own realm only.
        let sealed = realm_keys("bokio", 1).seal(&other_realm, [3; 12]);
        assert!(world.verify(sealed.expose()).await.is_err());
        let elsewhere = world
            .keys
            .sign_jwt("https://login.example/other", &world.claims);
        assert!(world.verify(elsewhere.expose()).await.is_err());
    }

    #[tokio::test]
    async fn damaged_tokens_are_invalid() {
        let world = world();
        for token in world.both(&world.keys, &world.claims) {
            for length in 0..token.len() {
                assert!(world.verify(&token[..length]).await.is_err(), "{length}");
            }
            for at in 0..token.len() {
                let mut bytes = token.clone().into_bytes();
                bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
                let changed = String::from_utf8(bytes).unwrap();
                assert!(world.verify(&changed).await.is_err(), "{at}");
            }
            assert!(world.verify(&format!("{token}A")).await.is_err());
        }
    }

    #[tokio::test]
    async fn without_keys_nothing_is_known() {
        let world = world();
        let source = Keys {
            keys: None,
            now: Mutex::new(Timestamp::UNIX_EPOCH),
        };
        let verifier =
            InProcessVerifier::new(catalog("bexio"), "bexio", ISSUER, "a", Arc::new(source));
        let token = world.keys.seal(&world.claims, [3; 12]);
        let verified = verifier.verify(UnverifiedToken::new(token.expose())).await;
        assert_eq!(verified.unwrap_err(), VerifyError::Unavailable);
    }
}

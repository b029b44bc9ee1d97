use std::sync::{Arc, Weak};

use async_trait::async_trait;
use enforce::{TokenVerifier, UnverifiedToken, VerifiedToken, VerifyError};
use oauth::SecretKind;
use oauth::model::{Timestamp, TokenHash, Uuid};
use oauth::token::{AccessTokenClaims, RealmKeys, TokenError};
use scope::{Catalog, GrantedScope};

use super::bounded::Cache;
use crate::limits;

/// Knows what a realm's tokens are read by, and the time.
#[async_trait]
pub trait KeySource: Send + Sync + 'static {
    /// The keys as they are now; `None` when that cannot be told, which denies.
    fn keys(&self) -> Option<Arc<RealmKeys>>;
    /// The same, with what other nodes wrote until now.
    async fn keys_read_now(&self) -> Option<Arc<RealmKeys>>;
    /// The `client_id` of the client with this UUID.
    async fn client_id(&self, uuid: Uuid) -> Result<Option<String>, Unknown>;
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// It cannot be told just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unknown;

/// Opens sealed and signed tokens with the realm's keys, in this process, without asking
/// anyone when warm.
///
/// It checks who made the token, for which realm and which API (audience), and that it has
/// not expired. Whether the grant behind it still stands is the
/// [`AccessSource`](enforce::AccessSource)'s to say.
///
/// A token comes with each call of an hour. What was found of one holds as long as the keys are the
/// same, and its time is looked at again.
pub struct InProcessVerifier {
    catalog: Arc<Catalog>,
    realm: String,
    issuer: String,
    audience: String,
    /// Is it the one of a sandbox beside the API?
    for_sandbox: bool,
    keys: Arc<dyn KeySource>,
    /// By the hash of their texts: nobody finds a token here.
    verified: Cache<TokenHash, Arc<Known>>,
}

/// A token that was verified.
struct Known {
    /// By these keys.
    keys: Weak<RealmKeys>,
    expires_at: Timestamp,
    token: VerifiedToken,
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
            for_sandbox: false,
            keys,
            verified: Cache::new(limits::VERIFIED_TOKENS),
        }
    }

    /// For the sandbox beside an API, if it is beside one: it takes the tokens that were asked for it,
    /// and nobody else does.
    #[must_use]
    pub fn of_sandbox(self, is_beside: bool) -> Self {
        Self {
            for_sandbox: is_beside,
            ..self
        }
    }
}

#[async_trait]
impl TokenVerifier for InProcessVerifier {
    async fn verify(&self, token: UnverifiedToken<'_>) -> Result<VerifiedToken, VerifyError> {
        let keys = self.keys.keys().ok_or(VerifyError::Unavailable)?;
        let hash = TokenHash::of(token.expose().as_bytes());
        let known = self.verified.get(&hash);
        let known = known.filter(|known| std::ptr::eq(known.keys.as_ptr(), Arc::as_ptr(&keys)));
        let known = match known {
            Some(known) => known,
            None => {
                let known = Arc::new(self.read(token, keys).await?);
                self.verified.keep(hash, Arc::clone(&known));
                known
            }
        };
        if self.keys.now() >= known.expires_at {
            return Err(EXPIRED);
        }
        Ok(known.token.clone())
    }
}

const EXPIRED: VerifyError = VerifyError::Invalid(
    "The token has expired. Get a new one with the refresh token, or by authorizing again.",
);

impl InProcessVerifier {
    async fn read(
        &self,
        token: UnverifiedToken<'_>,
        keys: Arc<RealmKeys>,
    ) -> Result<Known, VerifyError> {
        let (claims, keys) = self.open(token, keys).await?;
        if claims.realm != self.realm {
            return Err(VerifyError::Invalid("The token is for another realm."));
        }
        if claims.audience != self.audience || claims.for_sandbox != self.for_sandbox {
            return Err(VerifyError::Invalid("The token is for another API."));
        }
        let expires_at = claims.expires_at;
        // Before anybody is asked who has it.
        if claims.is_expired(self.keys.now()) {
            return Err(EXPIRED);
        }
        let client_id = match (claims.client.id(), claims.client.uuid()) {
            (Some(id), _) => Some(id.to_owned()),
            (None, Some(uuid)) => {
                let found = self.keys.client_id(uuid).await;
                found.map_err(|Unknown| VerifyError::Unavailable)?
            }
            (None, None) => None,
        };
        let client_id = client_id.ok_or(VerifyError::Invalid(
            "The app the token was issued to is not registered any more.",
        ))?;
        let granted = self.catalog.recorded(&claims.scope);
        Ok(Known {
            keys: Arc::downgrade(&keys),
            expires_at,
            token: verified(claims, client_id, granted),
        })
    }

    /// The token's claims, and by which keys; where it names scopes by numbers that another node gave a
    /// moment ago, those are read first.
    async fn open(
        &self,
        token: UnverifiedToken<'_>,
        mut keys: Arc<RealmKeys>,
    ) -> Result<(AccessTokenClaims, Arc<RealmKeys>), VerifyError> {
        let mut opened = keys.access_token(&self.issuer, token.expose());
        if opened == Err(TokenError::UnknownScopeNumber) {
            let read = self.keys.keys_read_now().await;
            keys = read.ok_or(VerifyError::Unavailable)?;
            opened = keys.access_token(&self.issuer, token.expose());
        }
        let claims = opened.map_err(|_| VerifyError::Invalid(no_token(token.expose())))?;
        let claims = claims.living_for(self.catalog.token_policy().access_ttl);
        Ok((claims, keys))
    }
}

/// What came as an access token and is none of ours. What else is issued here is known by how it
/// begins; whether it counts for what it is, is not looked at.
fn no_token(presented: &str) -> &'static str {
    let begins = |kind: SecretKind| presented.starts_with(kind.prefix());
    if begins(SecretKind::ClientSecret) {
        "This is a client's secret and no access token: get a token for it at the token endpoint, and send it to no API."
    } else if begins(SecretKind::RefreshToken) {
        "This is a refresh token and no access token: exchange it at the token endpoint, and send it to no API."
    } else if begins(SecretKind::AuthorizationCode) {
        "This is an authorization code and no access token: exchange it at the token endpoint."
    } else if begins(SecretKind::ApiKey) {
        "This is an API key and no access token: where this API takes keys, they have a header of their own."
    } else {
        "The token is damaged, or it was not issued here. Get a new one."
    }
}

/// A genuine token's claims, as whoever protects an API takes them.
pub fn verified(
    claims: AccessTokenClaims,
    client_id: String,
    granted: GrantedScope,
) -> VerifiedToken {
    let mut token = VerifiedToken::new(claims.id, client_id, granted);
    token.client_uuid = claims.client.uuid();
    token.realm = claims.realm;
    token.audience = claims.audience;
    token.user = claims.user;
    token.organisation = claims.organisation;
    token.grant = claims.grant;
    token.family = claims.family;
    token.position = claims.position.map(|position| position.0);
    if let Some(authentication) = claims.authentication {
        token.auth_time = Some(authentication.at.as_second());
        token.acr = authentication.class;
    }
    token
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use oauth::model::KeyPurpose;
    use oauth::token::{SealedFormat, SubjectKind, TokenClient};
    use scope::{Scope, ScopeNumbers, ScopeToken};

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
            client: TokenClient::Both {
                id: "app".to_owned(),
                uuid: Uuid::from_u128(8),
            },
            subject_kind: SubjectKind::Machine,
            grant: None,
            family: None,
            user: None,
            organisation: None,
            scope,
            audience: format!("{ISSUER}/api"),
            for_sandbox: false,
            issued_at: Timestamp::UNIX_EPOCH,
            expires_at: Timestamp::from_second(3600).unwrap(),
            position: None,
            authentication: None,
        }
    }

    struct Keys {
        keys: Mutex<Option<Arc<RealmKeys>>>,
        /// What another node wrote meanwhile.
        written: Option<Arc<RealmKeys>>,
        now: Mutex<Timestamp>,
    }

    #[async_trait]
    impl KeySource for Keys {
        async fn keys_read_now(&self) -> Option<Arc<RealmKeys>> {
            self.written.clone()
        }

        async fn client_id(&self, uuid: Uuid) -> Result<Option<String>, Unknown> {
            match uuid.as_u128() {
                8 => Ok(Some("app".to_owned())),
                9 => Ok(None),
                _ => Err(Unknown),
            }
        }

        fn keys(&self) -> Option<Arc<RealmKeys>> {
            self.keys.lock().unwrap().clone()
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
            keys: Mutex::new(Some(Arc::clone(&keys))),
            written: None,
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
    async fn whoever_sends_another_secret_learns_what_it_is() {
        let world = world();
        for (kind, what) in [
            (SecretKind::ClientSecret, "client's secret"),
            (SecretKind::RefreshToken, "refresh token"),
            (SecretKind::AuthorizationCode, "authorization code"),
            (SecretKind::ApiKey, "API key"),
            (SecretKind::AccessToken, "damaged"),
            (SecretKind::BrowserSession, "damaged"),
        ] {
            let secret = oauth::secret::generate(kind, [5; 32]);
            let told = world.verify(secret.expose()).await.unwrap_err();
            assert!(
                matches!(told, VerifyError::Invalid(why) if why.contains(what)),
                "{kind:?}"
            );
        }
    }

    #[tokio::test]
    async fn both_forms_are_opened_and_gain_nothing() {
        let world = world();
        for token in world.both(&world.keys, &world.claims) {
            let verified = world.verify(&token).await.unwrap();
            assert_eq!((verified.client.as_str(), verified.user), ("app", None));
            assert_eq!(verified.audience, world.claims.audience);
            let catalog = catalog("bexio");
            let names = catalog.names(verified.granted.set());
            assert_eq!(names, ["contact_edit"]);
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
        let of_a_sandbox = AccessTokenClaims {
            for_sandbox: true,
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
        let of_a_sandbox = world.keys.sign_jwt(ISSUER, &of_a_sandbox);
        assert!(world.verify(of_a_sandbox.expose()).await.is_err());
        // Even the same key seals for its own realm only.
        let sealed = realm_keys("bokio", 1).seal(&other_realm, [3; 12]);
        assert!(world.verify(sealed.expose()).await.is_err());
        let elsewhere = world
            .keys
            .sign_jwt("https://login.example/other", &world.claims);
        assert!(world.verify(elsewhere.expose()).await.is_err());
    }

    #[tokio::test]
    async fn what_was_genuine_is_looked_at_again_when_its_time_or_its_key_is_over() {
        let world = world();
        for token in world.both(&world.keys, &world.claims) {
            let first = world.verify(&token).await.unwrap();
            assert_eq!(world.verify(&token).await.unwrap(), first);
            *world.source.keys.lock().unwrap() = Some(realm_keys("bexio", 2));
            let verified = world.verify(&token).await;
            assert!(matches!(verified, Err(VerifyError::Invalid(_))));
            *world.source.keys.lock().unwrap() = None;
            let verified = world.verify(&token).await;
            assert_eq!(verified, Err(VerifyError::Unavailable));
            *world.source.keys.lock().unwrap() = Some(Arc::clone(&world.keys));
            assert_eq!(world.verify(&token).await.unwrap(), first);
            *world.source.now.lock().unwrap() = Timestamp::from_second(3_600).unwrap();
            assert_eq!(world.verify(&token).await, Err(EXPIRED));
            *world.source.now.lock().unwrap() = Timestamp::from_second(10).unwrap();
            assert_eq!(world.verify(&token).await.unwrap(), first);
        }
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
            keys: Mutex::new(None),
            written: None,
            now: Mutex::new(Timestamp::UNIX_EPOCH),
        };
        let verifier =
            InProcessVerifier::new(catalog("bexio"), "bexio", ISSUER, "a", Arc::new(source));
        let token = world.keys.seal(&world.claims, [3; 12]);
        let verified = verifier.verify(UnverifiedToken::new(token.expose())).await;
        assert_eq!(verified.unwrap_err(), VerifyError::Unavailable);
    }

    /// The realm's keys with these numbers, for tokens of the second format.
    fn numbered(names: &[&str]) -> Arc<RealmKeys> {
        let keys = Arc::into_inner(realm_keys("bexio", 1)).unwrap();
        let token = |name: &&str| ScopeToken::parse(name).unwrap();
        let numbers = ScopeNumbers::new((0..).zip(names.iter().map(token))).unwrap();
        Arc::new(keys.with_numbers(numbers, SealedFormat::Second))
    }

    async fn verify_by(source: Keys, token: &str) -> Result<VerifiedToken, VerifyError> {
        let source = Arc::new(source) as Arc<dyn KeySource>;
        let audience = format!("{ISSUER}/api");
        let verifier = InProcessVerifier::new(catalog("bexio"), "bexio", ISSUER, audience, source);
        verifier.verify(UnverifiedToken::new(token)).await
    }

    #[tokio::test]
    async fn numbers_another_node_gave_are_read_before_a_token_is_refused() {
        let claims = world().claims;
        let (old, new) = (
            numbered(&["general"]),
            numbered(&["general", "contact_edit"]),
        );
        let token = new.seal(&claims, [3; 12]).expose().to_owned();
        let source = |written: Option<&Arc<RealmKeys>>| Keys {
            keys: Mutex::new(Some(Arc::clone(&old))),
            written: written.cloned(),
            now: Mutex::new(Timestamp::from_second(10).unwrap()),
        };
        let verified = verify_by(source(Some(&new)), &token).await.unwrap();
        let names = catalog("bexio");
        let names = names.names(verified.granted.set()).join(" ");
        assert_eq!(names, "contact_edit");
        let unreadable = verify_by(source(None), &token).await;
        assert_eq!(unreadable, Err(VerifyError::Unavailable));
        let never_given = verify_by(source(Some(&old)), &token).await;
        assert!(matches!(never_given, Err(VerifyError::Invalid(_))));
    }

    #[tokio::test]
    async fn a_client_that_is_named_by_its_uuid_is_looked_up() {
        let keys = numbered(&["contact_edit"]);
        let outcomes = [8, 9, 10].map(|uuid| {
            let claims = AccessTokenClaims {
                client: TokenClient::Uuid(Uuid::from_u128(uuid)),
                ..world().claims
            };
            let token = keys.seal(&claims, [3; 12]).expose().to_owned();
            let source = Keys {
                keys: Mutex::new(Some(Arc::clone(&keys))),
                written: None,
                now: Mutex::new(Timestamp::from_second(10).unwrap()),
            };
            async move { verify_by(source, &token).await }
        });
        let [known, gone, unreadable] = outcomes;
        let known = known.await.unwrap();
        assert_eq!(known.client, "app");
        assert_eq!(known.client_uuid, Some(Uuid::from_u128(8)));
        assert!(matches!(gone.await, Err(VerifyError::Invalid(why)) if why.contains("registered")));
        assert_eq!(unreadable.await, Err(VerifyError::Unavailable));
    }
}

//! Tokens of other servers, by their keys and by asking them, read in our own words.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use enforce::remote::{
    Address, Clock as RemoteClock, Credentials, Introspection, PublishedKeys, SignedTokens,
    Transport, TransportError,
};
use enforce::{
    AccessError, AccessSource, TokenVerifier, UnverifiedToken, VerifiedToken, VerifyError,
};
use http::{Request, Response};
use realm::cache::{InProcessVerifier, KeySource, Others, Source, TokensOfOthers};
use realm::manage::{ChangeClient, ClientChange};
use realm::{App, Check, Clock, OrganisationClaim, OtherIssuer, SeededRandom};
use scope::{OrganisationKey, Scope};
use serde_json::{Value, json};

use crate::manage::{Office, app, catalog, now};

const ISSUER: &str = "https://sso.example/realms/main";
const AUDIENCE: &str = "orders";

/// Another server: it signs by one key, and says of every token what the test has it say.
struct Server {
    key: EcdsaKeyPair,
    says: Mutex<Option<Value>>,
}

impl Server {
    fn new() -> Arc<Self> {
        let made =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        let key =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, made.unwrap().as_ref());
        Arc::new(Self {
            key: key.unwrap(),
            says: Mutex::new(None),
        })
    }

    /// A JWT as Keycloak writes it.
    fn sign(&self, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let head = json!({"alg": "ES256", "typ": "JWT", "kid": "k1"});
        let signed = format!("{}.{}", part(&head), part(claims));
        let signature = self.key.sign(&SystemRandom::new(), signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.unwrap()))
    }

    fn keys(&self) -> Value {
        let point = self.key.public_key().as_ref();
        let part = |range: std::ops::Range<usize>| URL_SAFE_NO_PAD.encode(&point[range]);
        json!({"keys": [{
            "kty": "EC", "crv": "P-256", "kid": "k1", "use": "sig", "alg": "ES256",
            "x": part(1..33), "y": part(33..65),
        }]})
    }

    fn says(&self, answer: Value) {
        *self.says.lock().unwrap() = Some(answer);
    }
}

struct Reached(Arc<Server>);

#[async_trait]
impl Transport for Reached {
    async fn send(
        &self,
        request: Request<Bytes>,
        _most: usize,
    ) -> Result<Response<Bytes>, TransportError> {
        let body = match request.uri().path() {
            "/keys" => self.0.keys(),
            _ => match self.0.says.lock().unwrap().clone() {
                Some(answer) => answer,
                None => return Err(TransportError::Failed("gone".to_owned())),
            },
        };
        Ok(Response::new(Bytes::from(body.to_string())))
    }
}

struct Now;

impl RemoteClock for Now {
    fn now(&self) -> i64 {
        now().as_second()
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
}

/// An API that takes its tokens, where Shop Sync and From Keycloak are apps.
struct Place {
    office: Office,
    app: Arc<App>,
    server: Arc<Server>,
    verifier: TokensOfOthers,
}

impl Place {
    async fn start(is_asked: bool, change: impl FnOnce(&mut OtherIssuer)) -> Self {
        let office = Office::of("bexio").await;
        office.organisation("muster-ag").await;
        office
            .client(app("shop-sync", "contact_edit kb_invoice_show"))
            .await;
        office.client(app("from-keycloak", "contact_show")).await;
        let clock = Arc::clone(&office.clock) as Arc<dyn Clock>;
        let random = Arc::new(SeededRandom::new(8));
        let app = App::builder(Arc::clone(&office.store), clock, random);
        let app = app.realm(catalog("bexio")).build().await.unwrap();
        let server = Server::new();
        let http = || Arc::new(Reached(Arc::clone(&server))) as Arc<dyn Transport>;
        let address = |path: &str| Address::new(&format!("https://sso.example{path}")).unwrap();
        let source = match is_asked {
            true => {
                let credentials = Credentials::basic("api", "secret");
                let asked = Introspection::new(address("/introspect"), credentials, http());
                Source::Asked(
                    asked
                        .max_age(Duration::ZERO)
                        .max_age_inactive(Duration::ZERO),
                )
            }
            false => {
                let keys = PublishedKeys::new(address("/keys"), http()).clock(Arc::new(Now));
                let tokens = SignedTokens::new(keys, ISSUER, AUDIENCE).of_any_type();
                Source::Signed(Box::new(tokens))
            }
        };
        let mut settings = OtherIssuer {
            name: "keycloak".to_owned(),
            issuer: ISSUER.to_owned(),
            check: Check::Keys(address("/keys")),
            audience: Some(AUDIENCE.to_owned()),
            clients: BTreeMap::from([("shop-app".to_owned(), "shop-sync".to_owned())]),
            client: Some("from-keycloak".to_owned()),
            organisation: Some(OrganisationClaim {
                pointer: "/tenant/id".to_owned(),
                key: OrganisationKey::Slug,
            }),
            scopes: BTreeMap::from([
                (
                    "orders.read".to_owned(),
                    Scope::parse("contact_show").unwrap(),
                ),
                (
                    "orders".to_owned(),
                    Scope::parse("contact_edit kb_invoice_show").unwrap(),
                ),
            ]),
        };
        change(&mut settings);
        let others = Others {
            settings: Arc::new(settings),
            source,
        };
        let realm = app.realm("bexio").unwrap();
        let cache = Arc::clone(realm.cache());
        let keys = Arc::clone(&cache) as Arc<dyn KeySource>;
        let (known, audience) = (Arc::clone(realm.catalog()), "https://api.example");
        let own = InProcessVerifier::new(known, "bexio", realm.issuer(), audience, keys);
        let (own, others) = (Arc::new(own), vec![others]);
        let verifier = TokensOfOthers::new(own, realm.issuer(), others, cache, audience);
        Self {
            office,
            app,
            server,
            verifier,
        }
    }

    async fn verify(&self, text: &str) -> Result<VerifiedToken, VerifyError> {
        self.verifier.verify(UnverifiedToken::new(text)).await
    }

    async fn signed(&self, more: Value) -> Result<VerifiedToken, VerifyError> {
        self.verify(&self.server.sign(&claims(more))).await
    }

    async fn asked(&self, more: Value) -> Result<VerifiedToken, VerifyError> {
        let mut answer = claims(more);
        answer["active"] = json!(true);
        self.server.says(answer);
        self.verify("an-opaque-token").await
    }

    /// What counts of a token now, for calls that name Muster.
    async fn counts(&self, token: &VerifiedToken) -> Result<Vec<String>, AccessError> {
        let realm = self.app.realm("bexio").unwrap();
        let named = Some((OrganisationKey::Slug, "muster-ag"));
        let access = realm.cache().access(token, named).await?;
        let counts = access.as_access().counts(realm.catalog());
        let names = realm.catalog().names(&counts);
        Ok(names.into_iter().map(str::to_owned).collect())
    }
}

/// With these members besides or instead; `null` takes one away.
fn claims(more: Value) -> Value {
    let mut claims = json!({
        "iss": ISSUER,
        "aud": ["account", AUDIENCE],
        "exp": now().as_second() + 60,
        "sub": "f3b1",
        "typ": "Bearer",
        "azp": "shop-app",
        "scope": "openid orders.read",
        "tenant": {"id": "muster-ag"},
    });
    for (name, value) in more.as_object().unwrap() {
        match value {
            Value::Null => claims.as_object_mut().unwrap().remove(name),
            value => claims
                .as_object_mut()
                .unwrap()
                .insert(name.clone(), value.clone()),
        };
    }
    claims
}

fn is_invalid(verified: &Result<VerifiedToken, VerifyError>, why: &str) -> bool {
    matches!(verified, Err(VerifyError::Invalid(said)) if said.contains(why))
}

#[tokio::test]
async fn a_signed_token_counts_as_what_it_is_mapped_to() {
    let place = Place::start(false, |_| {}).await;
    let token = place.signed(json!({})).await.unwrap();
    assert_eq!((token.client.as_str(), token.user), ("shop-sync", None));
    assert_eq!(token.audience, "https://api.example");
    assert_eq!(
        place.counts(&token).await.unwrap(),
        ["general", "contact_show"]
    );
    // A list of scopes, and what each of ours brings.
    let token = place
        .signed(json!({"scope": null, "scp": ["orders", "profile"]}))
        .await
        .unwrap();
    let all = ["general", "contact_show", "contact_edit", "kb_invoice_show"];
    let mut counts = place.counts(&token).await.unwrap();
    counts.sort();
    let mut all = all.map(str::to_owned);
    all.sort();
    assert_eq!(counts, all);
    // Another app of theirs is the one that is named for all, within what that may have.
    let other = json!({"azp": "somebody", "scope": "orders"});
    let token = place.signed(other).await.unwrap();
    assert_eq!(token.client, "from-keycloak");
    assert_eq!(
        place.counts(&token).await.unwrap(),
        ["general", "contact_show"]
    );
    // What is not mapped opens nothing, not even by an equal name.
    let token = place
        .signed(json!({"scope": "contact_show contact_edit general"}))
        .await
        .unwrap();
    assert_eq!(place.counts(&token).await.unwrap(), Vec::<String>::new());
    // Our own tokens go on.
    let own = place.verify("sg_at_garbage").await;
    assert!(is_invalid(&own, "damaged"), "{own:?}");
}

#[tokio::test]
async fn what_was_not_made_for_this_api_opens_nothing() {
    let place = Place::start(false, |_| {}).await;
    let early = now().as_second();
    for (more, why) in [
        (json!({"exp": early - 60}), "expired"),
        (json!({"exp": null}), "does not say when"),
        (json!({"aud": "account"}), "another API"),
        (json!({"aud": null}), "another API"),
        (json!({"typ": "ID"}), "no access token"),
        (json!({"typ": "Refresh"}), "no access token"),
        (json!({"nonce": "n"}), "no access token"),
        (json!({"at_hash": "h"}), "no access token"),
        (json!({"azp": null}), "app"),
        (json!({"tenant": {"id": "nowhere"}}), "no organisation"),
        (json!({"tenant": null}), "no organisation"),
        (json!({"tenant": {"id": ["muster-ag"]}}), "no organisation"),
        // Nobody is asked about a stranger's.
        (json!({"iss": "https://evil.example"}), "damaged"),
        (json!({"iss": format!("{ISSUER}/")}), "damaged"),
        (json!({"iss": null}), "damaged"),
    ] {
        let verified = place.signed(more.clone()).await;
        assert!(is_invalid(&verified, why), "{more}: {verified:?}");
    }
    // By another key.
    let text = Server::new().sign(&claims(json!({})));
    assert!(is_invalid(&place.verify(&text).await, "damaged"));
    let without = Place::start(false, |settings| settings.client = None).await;
    let stranger = without.signed(json!({"azp": "somebody"})).await;
    assert!(is_invalid(&stranger, "app"), "{stranger:?}");
    assert!(without.signed(json!({})).await.is_ok());
}

#[tokio::test]
async fn a_server_that_is_asked_has_the_last_word() {
    let place = Place::start(true, |_| {}).await;
    let known = json!({"azp": null, "client_id": "shop-app", "token_type": "Bearer"});
    let token = place.asked(known).await.unwrap();
    assert_eq!(token.client, "shop-sync");
    assert_eq!(
        place.counts(&token).await.unwrap(),
        ["general", "contact_show"]
    );
    for (more, why) in [
        (json!({"iss": "https://evil.example"}), "another realm"),
        (json!({"aud": "account"}), "another API"),
        (json!({"exp": now().as_second()}), "expired"),
        (json!({"token_type": "refresh_token"}), "no access token"),
    ] {
        let verified = place.asked(more.clone()).await;
        assert!(is_invalid(&verified, why), "{more}: {verified:?}");
    }
    place.server.says(json!({"active": false}));
    assert!(is_invalid(
        &place.verify("an-opaque-token").await,
        "not active"
    ));
    *place.server.says.lock().unwrap() = None;
    let gone = place.verify("an-opaque-token").await;
    assert_eq!(gone, Err(VerifyError::Unavailable));
    // Its being gone is nothing to our own.
    assert!(is_invalid(&place.verify("sg_at_garbage").await, "damaged"));
    // One that tells neither issuer nor audience.
    let place = Place::start(true, |settings| settings.audience = None).await;
    let little = json!({"iss": null, "aud": null, "typ": null, "sub": null});
    assert!(place.asked(little).await.is_ok());
}

#[tokio::test]
async fn the_client_that_it_counts_as_bounds_it_now() {
    let place = Place::start(false, |_| {}).await;
    let change = async |change: ClientChange| {
        let command = ChangeClient {
            client: "shop-sync".to_owned(),
            version: None,
            change,
        };
        let desk = place.office.desk();
        desk.change_client(&place.office.by, command).await.unwrap();
        place.app.catch_up().await.unwrap();
    };
    let token = place.signed(json!({"scope": "orders"})).await.unwrap();
    change(ClientChange::Scopes {
        registered: "contact_show".to_owned(),
        optional: None,
    })
    .await;
    assert_eq!(
        place.counts(&token).await.unwrap(),
        ["general", "contact_show"]
    );
    change(ClientChange::Suspend).await;
    assert_eq!(place.counts(&token).await, Err(AccessError::TokenEnded));
    change(ClientChange::Resume).await;
    let again = place.signed(json!({"scope": "orders"})).await.unwrap();
    assert!(place.counts(&again).await.is_ok());
    let realm = place.app.realm("bexio").unwrap();
    let other = Some((OrganisationKey::Slug, "other-ag"));
    let access = realm.cache().access(&again, other).await;
    assert_eq!(access.err(), Some(AccessError::WrongOrganisation));
}

//! Tokens that are verified by published keys.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use enforce::RequireScopeLayer;
use enforce::remote::{Algorithm, ByKeys, PublishedKeys, SignedTokens};
use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::support::{Came, Issuer};
use crate::support::catalog;

const ISSUER: &str = "https://login.example/realm";
const ORGANISATION: &str = "0191abcd-0000-7000-8000-0000000000ef";
const OTHER: &str = "0191abcd-0000-7000-8000-0000000000aa";
const SECOND: Duration = Duration::from_secs(1);

/// A key of the issuer.
struct Key {
    id: &'static str,
    algorithm: jsonwebtoken::Algorithm,
    private: EncodingKey,
    public: Value,
}

impl Key {
    fn es256(id: &'static str) -> Self {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random);
        let key = key.unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.as_ref());
        let pair = pair.unwrap();
        let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        Self {
            id,
            algorithm: jsonwebtoken::Algorithm::ES256,
            private: EncodingKey::from_ec_der(key.as_ref()),
            public: json!({
                "kty": "EC", "crv": "P-256", "x": x, "y": y,
                "alg": "ES256", "use": "sig", "kid": id,
            }),
        }
    }

    fn ed_dsa(id: &'static str) -> Self {
        let key = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(key.as_ref()).unwrap();
        let x = URL_SAFE_NO_PAD.encode(pair.public_key());
        Self {
            id,
            algorithm: jsonwebtoken::Algorithm::EdDSA,
            private: EncodingKey::from_ed_der(key.as_ref()),
            public: json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "kid": id }),
        }
    }

    fn published(&self) -> Value {
        self.public.clone()
    }

    fn header(&self) -> Header {
        let mut header = Header::new(self.algorithm);
        header.typ = Some("at+jwt".to_owned());
        header.kid = Some(self.id.to_owned());
        header
    }

    fn sign(&self, header: &Header, claims: &Value) -> String {
        encode(header, claims, &self.private).unwrap()
    }

    fn token(&self, claims: &Value) -> String {
        self.sign(&self.header(), claims)
    }
}

static FIRST: LazyLock<Key> = LazyLock::new(|| Key::es256("first"));
static SECOND_KEY: LazyLock<Key> = LazyLock::new(|| Key::ed_dsa("second"));

/// What a JWT of Scopegate's says, with these claims besides or instead; `null` takes one away.
fn claims(more: &Value) -> Value {
    let mut claims = json!({
        "iss": ISSUER,
        "aud": format!("{ISSUER}/api"),
        "sub": "0191abcd-0000-7000-8000-000000000001",
        "client_id": "ledgerly",
        "iat": 900,
        "exp": 5_000,
        "jti": "0191abcd-0000-7000-8000-000000000002",
        "scope": "invoices:read",
        "organisation": ORGANISATION,
        "grant": "0191abcd-0000-7000-8000-000000000003",
        "family": "0191abcd-0000-7000-8000-000000000004",
        "client_uuid": "0191abcd-0000-7000-8000-000000000005",
        "subject_kind": "person",
        "position": 12,
    });
    for (name, value) in more.as_object().unwrap() {
        match value {
            Value::Null => _ = claims.as_object_mut().unwrap().remove(name),
            value => claims[name] = value.clone(),
        }
    }
    claims
}

fn published(keys: &[&Key]) -> Value {
    let keys = keys.iter().map(|key| key.published());
    json!({ "keys": keys.collect::<Vec<_>>() })
}

fn layer(name: &str, keys: PublishedKeys) -> RequireScopeLayer {
    let catalog = catalog(name);
    let tokens = SignedTokens::new(keys, ISSUER, format!("{ISSUER}/api"));
    let remote = Arc::new(ByKeys::new(Arc::clone(&catalog), tokens));
    RequireScopeLayer::new(catalog, remote.clone(), remote, ISSUER)
}

fn invoices(company: &str) -> String {
    format!("/v1/companies/{company}/invoices")
}

async fn status(layer: &RequireScopeLayer, token: &str) -> u16 {
    Came::of(layer, "GET", &invoices(ORGANISATION), token)
        .await
        .status
}

#[tokio::test]
async fn a_token_opens_what_it_says_in_its_organisation() {
    let issuer = Issuer::telling(&published(&[&FIRST, &SECOND_KEY]));
    let layer = layer("bokio", issuer.keys());
    for key in [&FIRST, &SECOND_KEY] {
        let token = key.token(&claims(&json!({})));
        let came = Came::of(&layer, "GET", &invoices(ORGANISATION), &token).await;
        assert_eq!(came.status, 200, "{}", came.body);
        let permitted = came.permitted.unwrap();
        let (own, access) = (&permitted.token, &permitted.access);
        assert_eq!((own.client.as_str(), own.position), ("ledgerly", Some(12)));
        assert_eq!(own.realm, "bokio");
        assert_eq!(access.organisation.unwrap().to_string(), ORGANISATION);
        let came = Came::of(&layer, "POST", &invoices(ORGANISATION), &token).await;
        assert_eq!(
            (came.status, came.reason.as_str()),
            (403, "insufficient-scope")
        );
        assert_eq!(came.body["missing"][0]["why"], "not-told");
        let came = Came::of(&layer, "GET", &invoices(OTHER), &token).await;
        assert_eq!(
            (came.status, came.reason.as_str()),
            (403, "wrong-organisation")
        );
    }
    assert_eq!(issuer.asked(), 1);
}

#[tokio::test]
async fn elevated_scopes_need_the_class_of_a_second_factor_where_that_is_demanded() {
    let issuer = Issuer::telling(&published(&[&FIRST]));
    let catalog = catalog("bokio");
    let tokens = SignedTokens::new(issuer.keys(), ISSUER, format!("{ISSUER}/api"));
    let remote = ByKeys::new(Arc::clone(&catalog), tokens).demanding_second_factor();
    let remote = Arc::new(remote);
    let layer = RequireScopeLayer::new(catalog, remote.clone(), remote, ISSUER);
    let payments = format!("/v1/companies/{ORGANISATION}/bank-payments");
    for (more, expected) in [
        (json!({}), 401),
        (json!({ "acr": "pwd", "auth_time": 800 }), 401),
        (json!({ "acr": "mfa", "auth_time": 800 }), 200),
        (json!({ "subject_kind": "machine", "sub": "ledgerly" }), 200),
    ] {
        let mut claims = claims(&more);
        claims["scope"] = json!("invoices:read bank-payments:read-limited");
        let token = FIRST.token(&claims);
        let came = Came::of(&layer, "GET", &payments, &token).await;
        assert_eq!(came.status, expected, "{more}: {}", came.body);
        if expected == 401 {
            assert_eq!(came.reason, "second-factor-needed");
            assert!(came.challenge.contains("acr_values=\"mfa\""));
        }
        assert_eq!(status(&layer, &token).await, 200, "what is not elevated");
    }
}

#[tokio::test]
async fn claims_that_are_not_right_open_nothing() {
    let issuer = Issuer::telling(&published(&[&FIRST]));
    let layer = layer("bokio", issuer.keys());
    for (more, expected) in [
        (json!({}), 200),
        (json!({ "aud": ["x", format!("{ISSUER}/api")] }), 200),
        (json!({ "aud": format!("{ISSUER}/api/") }), 401),
        (json!({ "aud": null }), 401),
        (json!({ "iss": format!("{ISSUER}/") }), 401),
        (json!({ "iss": null }), 401),
        // It is second 1 000, and clocks may be five apart.
        (json!({ "exp": 1_001 }), 200),
        (json!({ "exp": 996 }), 200),
        (json!({ "exp": 995 }), 401),
        (json!({ "exp": null }), 401),
        (json!({ "exp": "5000" }), 401),
        (json!({ "nbf": 1_005 }), 200),
        (json!({ "nbf": 1_006 }), 401),
        (json!({ "nbf": "soon" }), 401),
        (json!({ "jti": null }), 401),
        (json!({ "client_id": null }), 401),
        (json!({ "sub": "ada" }), 401),
        (json!({ "sub": null }), 401),
        (json!({ "subject_kind": "robot" }), 401),
        (json!({ "subject_kind": "machine" }), 401),
        (json!({ "subject_kind": "machine", "sub": "ledgerly" }), 200),
        (json!({ "organisation": "firma" }), 401),
        (json!({ "scope": ["invoices:read"] }), 401),
        (json!({ "scope": null }), 403),
        (json!({ "for_sandbox": true }), 401),
        (json!({ "for_sandbox": false }), 200),
    ] {
        let found = status(&layer, &FIRST.token(&claims(&more))).await;
        assert_eq!(found, expected, "{more}");
    }
}

#[tokio::test]
async fn a_token_that_is_no_access_token_or_signed_otherwise_opens_nothing() {
    let issuer = Issuer::telling(&published(&[&FIRST]));
    let layer = layer("bokio", issuer.keys());
    let claims = claims(&json!({}));
    let with = |change: &dyn Fn(&mut Header)| {
        let mut header = FIRST.header();
        change(&mut header);
        FIRST.sign(&header, &claims)
    };
    let public = serde_json::to_string(&FIRST.published()).unwrap();
    let shared = EncodingKey::from_secret(public.as_bytes());
    let mut by_secret = FIRST.header();
    by_secret.alg = jsonwebtoken::Algorithm::HS256;
    let good = FIRST.token(&claims);
    let unsigned = {
        let header = br#"{"alg":"none","typ":"at+jwt","kid":"first"}"#;
        let header = URL_SAFE_NO_PAD.encode(header);
        let payload = good.split('.').nth(1).unwrap();
        format!("{header}.{payload}.")
    };
    let mut stranger = Key::es256("first").token(&claims);
    for (what, token) in [
        (
            "an ID token",
            with(&|header| header.typ = Some("JWT".to_owned())),
        ),
        ("no type", with(&|header| header.typ = None)),
        (
            "a header that must be understood",
            with(&|header| {
                header.crit = Some(vec!["b64".to_owned()]);
            }),
        ),
        (
            "an unknown key",
            with(&|header| header.kid = Some("third".to_owned())),
        ),
        (
            "another algorithm of the key",
            SECOND_KEY.sign(
                &{
                    let mut header = SECOND_KEY.header();
                    header.kid = Some("first".to_owned());
                    header
                },
                &claims,
            ),
        ),
        (
            "a secret that is public",
            encode(&by_secret, &claims, &shared).unwrap(),
        ),
        ("no signature", unsigned),
        (
            "a stranger's key of the same name",
            std::mem::take(&mut stranger),
        ),
        ("no token", "abc".to_owned()),
        ("a part of one", good[..good.len() - 1].to_owned()),
    ] {
        assert_eq!(status(&layer, &token).await, 401, "{what}");
    }
    assert_eq!(status(&layer, &good).await, 200);
    let full_type = with(&|header| header.typ = Some("application/AT+JWT".to_owned()));
    assert_eq!(status(&layer, &full_type).await, 200);
    // The only key there is needs no name.
    let unnamed = with(&|header| header.kid = None);
    assert_eq!(status(&layer, &unnamed).await, 200);
}

#[tokio::test]
async fn only_the_algorithms_that_are_allowed_count() {
    let issuer = Issuer::telling(&published(&[&FIRST, &SECOND_KEY]));
    let catalog = catalog("bokio");
    let tokens = SignedTokens::new(issuer.keys(), ISSUER, format!("{ISSUER}/api"))
        .algorithms(vec![Algorithm::EdDsa]);
    let remote = Arc::new(ByKeys::new(Arc::clone(&catalog), tokens));
    let layer = RequireScopeLayer::new(catalog, remote.clone(), remote, ISSUER);
    let claims = claims(&json!({}));
    assert_eq!(status(&layer, &FIRST.token(&claims)).await, 401);
    assert_eq!(status(&layer, &SECOND_KEY.token(&claims)).await, 200);
}

#[tokio::test]
async fn what_a_person_may_do_elsewhere_the_token_does_not_say() {
    let issuer = Issuer::telling(&published(&[&FIRST]));
    let layer = layer("bokio", issuer.keys());
    for (more, expected) in [
        (json!({ "organisation": null }), "wrong-organisation"),
        (
            json!({ "organisation": null, "subject_kind": "machine", "sub": "ledgerly" }),
            "no-organisation",
        ),
    ] {
        let token = FIRST.token(&claims(&more));
        let came = Came::of(&layer, "GET", &invoices(ORGANISATION), &token).await;
        assert_eq!((came.status, came.reason.as_str()), (403, expected));
    }
}

#[tokio::test]
async fn names_of_keys_that_are_made_up_cause_one_question_in_ten_seconds() {
    let issuer = Issuer::telling(&published(&[&FIRST]));
    let layer = layer("bokio", issuer.keys());
    let claims = claims(&json!({}));
    let good = FIRST.token(&claims);
    assert_eq!(status(&layer, &good).await, 200);
    let made_up = |number: usize| {
        let mut header = FIRST.header();
        header.kid = Some(format!("made up {number}"));
        FIRST.sign(&header, &claims)
    };
    for round in 0..3 {
        issuer.clock.advance(10 * SECOND);
        for number in 0..20 {
            assert_eq!(status(&layer, &made_up(number)).await, 401);
        }
        assert_eq!(issuer.asked(), 2 + round);
    }
    issuer.clock.advance(9 * SECOND);
    assert_eq!(status(&layer, &made_up(0)).await, 401);
    assert_eq!(status(&layer, &good).await, 200);
    assert_eq!(issuer.asked(), 4);
}

#[tokio::test]
async fn a_new_key_is_found_and_one_that_was_taken_back_ends() {
    let issuer = Issuer::telling(&published(&[&FIRST]));
    let layer = layer("bokio", issuer.keys());
    let claims = claims(&json!({}));
    let (old, new) = (FIRST.token(&claims), SECOND_KEY.token(&claims));
    assert_eq!(status(&layer, &old).await, 200);
    issuer.tells(&published(&[&SECOND_KEY]));
    issuer.clock.advance(10 * SECOND);
    assert_eq!(status(&layer, &old).await, 200);
    assert_eq!(status(&layer, &new).await, 200);
    assert_eq!(issuer.asked(), 2);
    assert_eq!(status(&layer, &old).await, 401);
}

#[tokio::test]
async fn keys_are_renewed_while_calls_go_on_and_end_where_they_cannot_be() {
    let issuer = Issuer::telling(&published(&[&FIRST]));
    let layer = layer("bokio", issuer.keys().max_age(60 * SECOND));
    let good = FIRST.token(&claims(&json!({})));
    assert_eq!(status(&layer, &good).await, 200);
    issuer.clock.advance(30 * SECOND);
    assert_eq!(status(&layer, &good).await, 200);
    settled().await;
    assert_eq!(issuer.asked(), 2, "renewed after half of their time");
    *issuer.answer.lock().unwrap() = Ok((500, String::new()));
    issuer.clock.advance(59 * SECOND);
    assert_eq!(status(&layer, &good).await, 200);
    settled().await;
    assert_eq!(issuer.asked(), 3);
    issuer.clock.advance(SECOND);
    let came = Came::of(&layer, "GET", &invoices(ORGANISATION), &good).await;
    assert_eq!((came.status, came.reason.as_str()), (503, "unavailable"));
    assert!(came.retry_after);
    issuer.tells(&published(&[&FIRST]));
    issuer.clock.advance(SECOND);
    assert_eq!(status(&layer, &good).await, 200);
}

#[tokio::test]
async fn without_keys_all_wait_for_one_question_a_second() {
    let issuer = Issuer::held(&published(&[&FIRST]));
    let layer = layer("bokio", issuer.keys());
    let good = FIRST.token(&claims(&json!({})));
    let calls: Vec<_> = (0..100)
        .map(|_| {
            let (layer, good) = (layer.clone(), good.clone());
            tokio::spawn(async move { status(&layer, &good).await })
        })
        .collect();
    settled().await;
    assert_eq!(issuer.asked(), 1);
    issuer.may_answer.add_permits(Semaphore::MAX_PERMITS);
    for call in calls {
        assert_eq!(call.await.unwrap(), 200);
    }
    assert_eq!(issuer.asked(), 1);
}

#[tokio::test]
async fn an_issuer_that_is_away_is_asked_once_a_second() {
    let issuer = Issuer::answering(Ok((503, String::new())), Semaphore::MAX_PERMITS);
    let layer = layer("bokio", issuer.keys());
    let good = FIRST.token(&claims(&json!({})));
    for second in 1..=3 {
        for _ in 0..10 {
            assert_eq!(status(&layer, &good).await, 503);
        }
        assert_eq!(issuer.asked(), second);
        issuer.clock.advance(SECOND);
    }
    // Whether there is such a key cannot be told while no question succeeds.
    issuer.tells(&published(&[&FIRST]));
    assert_eq!(status(&layer, &good).await, 200);
    *issuer.answer.lock().unwrap() = Ok((503, String::new()));
    issuer.clock.advance(10 * SECOND);
    let unknown = SECOND_KEY.token(&claims(&json!({})));
    for _ in 0..3 {
        assert_eq!(status(&layer, &unknown).await, 503);
        assert_eq!(status(&layer, &good).await, 200);
    }
}

#[tokio::test]
async fn keys_of_other_kinds_are_passed_over_and_one_name_twice_is_nobodys() {
    let mut for_encryption = SECOND_KEY.published();
    for_encryption["use"] = json!("enc");
    let mut of_another_algorithm = SECOND_KEY.published();
    of_another_algorithm["alg"] = json!("ES256");
    let secret = json!({ "kty": "oct", "kid": "second", "k": "c2VjcmV0" });
    let unknown = json!({ "kty": "new", "kid": "x" });
    for (more, old, new) in [
        (
            vec![unknown.clone(), json!(7), SECOND_KEY.published()],
            200,
            200,
        ),
        (vec![for_encryption], 200, 401),
        (vec![of_another_algorithm], 200, 401),
        (vec![secret], 200, 401),
        (vec![FIRST.published()], 401, 401),
    ] {
        let mut keys = vec![FIRST.published()];
        keys.extend(more.iter().cloned());
        let issuer = Issuer::telling(&json!({ "keys": keys }));
        let layer = layer("bokio", issuer.keys());
        let claims = claims(&json!({}));
        assert_eq!(status(&layer, &FIRST.token(&claims)).await, old, "{more:?}");
        assert_eq!(
            status(&layer, &SECOND_KEY.token(&claims)).await,
            new,
            "{more:?}"
        );
    }
    let many = vec![unknown; 101];
    for document in [json!({}), json!([]), json!({ "keys": many }), Value::Null] {
        let issuer = Issuer::telling(&document);
        let layer = layer("bokio", issuer.keys());
        assert_eq!(status(&layer, &FIRST.token(&claims(&json!({})))).await, 503);
    }
}

/// Lets every task run until it waits: in a runtime of one thread each has its turn.
async fn settled() {
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
}

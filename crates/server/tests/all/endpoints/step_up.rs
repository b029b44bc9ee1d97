//! Connections from before a second factor was demanded, and what tokens tell of the sign-in.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use oauth::model::{Approval, Authentication, AuthenticationContext, Client, TokenFormat};
use oauth::sign_in::SecondFactorPolicy;
use realm::sign_in::SignIn;
use serde_json::{Value, json};
use storage::SqliteStore;

use super::next_decision::access_token;
use crate::support::{Answer, World, audit};

const SCOPE: &str = "invoices:read bank-payments:write";

/// An app with approval for payments, where a second factor is demanded so.
struct Place {
    world: World,
    app: Client,
    api: Client,
}

impl Place {
    async fn demanding(second_factor: SecondFactorPolicy) -> Self {
        let sign_in = SignIn {
            second_factor,
            ..SignIn::default()
        };
        let database = SqliteStore::open_in_memory().await.unwrap();
        let world = World::with_sign_in("bokio", sign_in, Arc::new(database)).await;
        world.be(&["owner"]).await;
        let app = approved(&world, world.app_client("ledgerly", SCOPE)).await;
        let api = world.add(world.api("api")).await;
        Self { world, app, api }
    }

    /// A connection whose person had signed in so.
    async fn connected(&self, number: u8, context: Option<AuthenticationContext>) -> Value {
        let (code, _) = self
            .world
            .consent_with(&self.app, SCOPE, number, |code| {
                code.authentication = context;
            })
            .await;
        let answer = self.world.redeem(&self.app, &code).await;
        answer.expect(StatusCode::OK);
        answer.json()
    }

    async fn call(&self, method: &str, path: &str, tokens: &Value) -> Answer {
        let company = self.world.muster.id;
        let body = match method {
            "POST" => Body::from("{}"),
            _ => Body::empty(),
        };
        let request = Request::builder()
            .method(method)
            .uri(format!("/bokio/api/v1/companies/{company}/{path}"))
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {}", access_token(tokens)))
            .body(body);
        self.world.send(request.unwrap()).await
    }

    async fn pays(&self, tokens: &Value) -> bool {
        let answer = self.call("POST", "bank-payments", tokens).await;
        let denied = answer.status == StatusCode::UNAUTHORIZED;
        assert!(denied || answer.status.is_success(), "{}", answer.body);
        !denied
    }

    async fn refreshed(&self, tokens: &Value) -> Value {
        let token = tokens["refresh_token"].as_str().unwrap();
        let answer = self.world.refresh(&self.app, token).await;
        answer.expect(StatusCode::OK);
        answer.json()
    }

    async fn told(&self, tokens: &Value) -> Value {
        let token = access_token(tokens);
        self.world.introspect(&self.api, &token).await
    }
}

async fn approved(world: &World, mut app: Client) -> Client {
    let elevation = world.begun.catalog().elevations()[0].clone();
    app.kind.clone_from(&elevation.client_kinds[0]);
    let app = world.add(app).await;
    let evidence = elevation.evidence.iter();
    let approval = Approval {
        realm: world.realm.clone(),
        client: app.id.clone(),
        elevation: elevation.name.clone(),
        evidence: evidence
            .map(|item| (item.clone(), String::from("ref")))
            .collect(),
        reviewer: String::from("Rosa"),
        approved_at: world.app.now(),
        expires_at: None,
        withdrawn_at: None,
        version: 1,
    };
    let stored = world.followed.approve(&approval, None, audit()).await;
    stored.unwrap();
    app
}

#[tokio::test]
async fn a_connection_from_before_opens_what_is_not_elevated_and_asks_for_a_second_factor() {
    let place = Place::demanding(SecondFactorPolicy::Elevated).await;
    let now = place.world.app.now();
    let by_password = Authentication::by_password(now).context();
    for (number, context) in [(1, None), (2, Some(by_password))] {
        let tokens = place.connected(number, context).await;
        let invoices = place.call("GET", "invoices", &tokens).await;
        invoices.expect(StatusCode::OK);
        let denied = place.call("POST", "bank-payments", &tokens).await;
        denied.expect(StatusCode::UNAUTHORIZED);
        let told: Value = serde_json::from_str(&denied.body).unwrap();
        assert_eq!(told["reason"], "second-factor-needed");
        assert_eq!(
            told["missing"],
            json!([{ "scope": "bank-payments:write", "why": "second-factor-needed" }])
        );
        let challenge = denied.header("www-authenticate").unwrap();
        for part in [
            "error=\"insufficient_user_authentication\"",
            "acr_values=\"mfa\"",
            "scope=\"bank-payments:write\"",
        ] {
            assert!(challenge.contains(part), "{part} in {challenge}");
        }
        assert!(!challenge.contains("max_age"), "{challenge}");
        let told = place.told(&tokens).await;
        assert_eq!(told["scope"], "invoices:read");
        assert_eq!(told["scope_unproven"], "bank-payments:write");
        // The connection stays as it is.
        let refreshed = place.refreshed(&tokens).await;
        assert_eq!(refreshed["scope"], tokens["scope"]);
        assert!(!place.pays(&refreshed).await);
    }
}

#[tokio::test]
async fn a_connection_with_a_second_factor_pays_and_so_does_what_follows_from_it() {
    for policy in [SecondFactorPolicy::Elevated, SecondFactorPolicy::Always] {
        let place = Place::demanding(policy).await;
        let before = place.connected(1, None).await;
        let proven = Authentication::by_password_and_code(place.world.app.now());
        let tokens = place.connected(2, Some(proven.context())).await;
        assert!(place.pays(&tokens).await);
        let refreshed = place.refreshed(&tokens).await;
        assert!(place.pays(&refreshed).await);
        // What was connected before is another connection, and no better for it.
        assert!(!place.pays(&before).await);
    }
    let place = Place::demanding(SecondFactorPolicy::Optional).await;
    let before = place.connected(1, None).await;
    assert!(place.pays(&before).await);
}

/// RFC 9470 section 6: refreshing is no sign-in.
#[tokio::test]
async fn tokens_tell_how_and_when_their_person_signed_in_however_often_they_are_refreshed() {
    let mut place = Place::demanding(SecondFactorPolicy::Optional).await;
    let signed_in = place.world.app.now();
    place.world.clock.advance(Duration::from_millis(70_500));
    let sealed = place.app.clone();
    let signed = Client {
        token_format: Some(TokenFormat::Jwt),
        ..place.world.app_client("signs", SCOPE)
    };
    let signed = approved(&place.world, signed).await;
    for (number, app) in [(1, sealed), (2, signed)] {
        place.app = app;
        let proven = Authentication::by_password_and_code(signed_in);
        let mut tokens = place.connected(number, Some(proven.context())).await;
        for _ in 0..3 {
            let told = place.told(&tokens).await;
            assert_eq!(told["acr"], "mfa");
            assert_eq!(told["auth_time"], signed_in.as_second());
            let refresh = tokens["refresh_token"].as_str().unwrap().to_owned();
            let own = place.world.introspect(&place.app, &refresh).await;
            assert_eq!(own["acr"], "mfa");
            if place.app.token_format.is_some() {
                let claims = claims(&access_token(&tokens));
                assert_eq!(claims["acr"], "mfa");
                assert_eq!(claims["auth_time"], signed_in.as_second());
            }
            place.world.clock.advance(Duration::from_secs(100));
            tokens = place.refreshed(&tokens).await;
        }
    }
    let unknown = place.connected(3, None).await;
    let told = place.told(&unknown).await;
    assert!(told.get("acr").is_none() && told.get("auth_time").is_none());
}

fn claims(jwt: &str) -> Value {
    use base64::Engine as _;
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let payload = engine.decode(jwt.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&payload).unwrap()
}

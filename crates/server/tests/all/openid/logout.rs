//! The provider says that somebody signed out.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};

use super::{CLIENT_ID, ISSUER, Place};
use crate::browser::Browser;
use crate::support::{Answer, World, encode};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
const PATH: &str = "/bexio/sign-in/backchannel-logout";

impl Place {
    fn logout_token(&self, change: &Value) -> String {
        let mut claims = json!({
            "iss": ISSUER,
            "aud": CLIENT_ID,
            "iat": self.now(),
            "exp": self.now() + 120,
            "jti": "one",
            "events": {EVENT: {}},
            "sub": "grace",
            "sid": "s1",
        });
        for (name, value) in change.as_object().unwrap() {
            if value.is_null() {
                claims.as_object_mut().unwrap().remove(name);
            } else {
                claims[name] = value.clone();
            }
        }
        self.provider.token(&claims)
    }

    async fn says(&self, change: &Value) -> Answer {
        let token = self.logout_token(change);
        send(&self.world, &encode(&[("logout_token", &token)])).await
    }

    /// A browser that Grace, or somebody else, signed in with, in that session there.
    async fn browser(&self, subject: &str, sid: &str) -> Browser<'_> {
        let mut browser = self.world.browser();
        let sent = self.goes(&mut browser, &[]).await;
        let change = json!({"sub": subject, "sid": sid});
        let back = self.comes_back(&mut browser, &sent, &change).await;
        assert!(back.location().starts_with("/bexio/consent"));
        browser
    }
}

async fn send(world: &World, form: &str) -> Answer {
    let request =
        Request::post(PATH).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    world
        .send(request.body(Body::from(form.to_owned())).unwrap())
        .await
}

async fn is_signed_in(browser: &mut Browser<'_>) -> bool {
    browser.get("/bexio/account").await.status == StatusCode::OK
}

#[tokio::test]
async fn the_sessions_that_rest_on_that_one_end_and_no_others() {
    for (change, left) in [
        (json!({}), [false, true, true]),
        (json!({"sub": null}), [false, true, true]),
        (json!({"sid": null}), [false, false, true]),
        (json!({"sid": "s9"}), [true, true, true]),
        (json!({"sub": "eve"}), [true, true, true]),
    ] {
        let place = Place::new().await;
        let mut first = place.browser("grace", "s1").await;
        let mut second = place.browser("grace", "s2").await;
        let mut eve = place.browser("eve", "s3").await;
        let answer = place.says(&change).await;
        answer.expect(StatusCode::OK);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let found = [
            is_signed_in(&mut first).await,
            is_signed_in(&mut second).await,
            is_signed_in(&mut eve).await,
        ];
        assert_eq!(found, left, "{change}");
    }
}

#[tokio::test]
async fn a_logout_token_counts_once() {
    let place = Place::new().await;
    let mut browser = place.browser("grace", "s1").await;
    place.says(&json!({})).await.expect(StatusCode::OK);
    assert!(!is_signed_in(&mut browser).await);
    let mut again = place.browser("grace", "s1").await;
    for seconds in [0, 100, 60] {
        place.advance(Duration::from_secs(seconds));
        let answer = place.says(&json!({"iat": place.now() - 100})).await;
        answer.expect_error(400, "invalid_request");
        assert!(answer.body.contains("used before"), "{}", answer.body);
    }
    assert!(is_signed_in(&mut again).await);
    place
        .says(&json!({"jti": "two"}))
        .await
        .expect(StatusCode::OK);
    assert!(!is_signed_in(&mut again).await);
}

#[tokio::test]
async fn what_is_no_logout_token_of_the_provider_ends_nothing() {
    let place = Place::new().await;
    let mut browser = place.browser("grace", "s1").await;
    let now = place.now();
    for (change, told) in [
        (json!({"iss": "https://evil.example"}), "it is by"),
        (json!({"aud": "another"}), "another client"),
        (json!({"exp": now - 61}), "expired"),
        (json!({"iat": now - 700, "exp": null}), "long ago"),
        (json!({"nonce": "x"}), "nonce"),
        (json!({"events": {}}), "events"),
        (json!({"jti": null}), "jti"),
        (json!({"sub": null, "sid": null}), "neither"),
    ] {
        let answer = place.says(&change).await;
        answer.expect_error(400, "invalid_request");
        assert!(answer.body.contains(told), "{change}: {}", answer.body);
    }
    for header in [
        json!({"alg": "none"}),
        json!({"alg": "ES256", "kid": "two"}),
        json!({"alg": "ES256", "kid": "one", "typ": "at+jwt"}),
    ] {
        place.provider.signs_with(header);
        place
            .says(&json!({}))
            .await
            .expect_error(400, "invalid_request");
    }
    place
        .provider
        .signs_with(json!({"alg": "ES256", "kid": "one"}));
    let token = place.logout_token(&json!({}));
    let twice = encode(&[("logout_token", &token), ("logout_token", &token)]);
    let huge = format!("logout_token={}", "a".repeat(realm::limits::FORM_BYTES));
    for (form, status) in [
        ("", 400),
        ("logout_token=", 400),
        ("logout_token=a.b.c", 400),
        ("logout_token=%ff", 400),
        (twice.as_str(), 400),
        (huge.as_str(), 413),
    ] {
        let answer = send(&place.world, form).await;
        answer.expect_error(status, "invalid_request");
    }
    let json = Request::post(PATH).header(header::CONTENT_TYPE, "application/json");
    let json = json.body(Body::from(json!({"logout_token": token}).to_string()));
    place
        .world
        .send(json.unwrap())
        .await
        .expect_error(400, "invalid_request");
    assert!(is_signed_in(&mut browser).await);
}

#[tokio::test]
async fn what_cannot_be_told_or_done_may_be_sent_again() {
    let place = Place::new().await;
    let mut browser = place.browser("grace", "s1").await;
    // Neither what it says of itself nor its keys are known any more.
    place.advance(Duration::from_secs(2 * 86_400));
    place.provider.is_up(false);
    let answer = place.says(&json!({})).await;
    answer.expect_error(503, "temporarily_unavailable");
    place.provider.is_up(true);
    place.advance(Duration::from_secs(1));
    let mut browser_now = place.browser("grace", "s1").await;
    for call in ["upstream_sessions", "end_sessions_once"] {
        place.world.store.break_calls(&[call]);
        let answer = place.says(&json!({})).await;
        assert!(answer.status.is_server_error(), "{call}: {}", answer.status);
        place.world.store.mend();
        assert!(is_signed_in(&mut browser_now).await, "{call}");
    }
    place.says(&json!({})).await.expect(StatusCode::OK);
    assert!(!is_signed_in(&mut browser_now).await);
    assert!(!is_signed_in(&mut browser).await);
}

#[tokio::test]
async fn a_realm_without_a_provider_hears_of_nobody() {
    let world = World::new("bexio").await;
    send(&world, "logout_token=x")
        .await
        .expect(StatusCode::NOT_FOUND);
    world
        .get("/bexio/sign-in/callback?code=a&state=b")
        .await
        .expect(StatusCode::NOT_FOUND);
}

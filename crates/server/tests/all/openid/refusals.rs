//! What does not fit signs nobody in, leaves nothing behind, and leads on.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt;
use oauth::model::{ExternalId, Status, User};
use serde_json::{Value, json};
use server::operations;
use tower::ServiceExt;
use url::Url;

use super::{ISSUER, Place, callback, value};
use crate::browser::Browser;
use crate::support::{Answer, audit, encode};

const GONE: &str = "This sign-in is over";
const ODD: &str = "cannot be used here";
const DOWN: &str = "Signing in is not possible right now";

impl Place {
    /// Is nobody signed in with this browser, and was nobody made?
    async fn nothing_came_of_it(&self, browser: &Browser<'_>, answer: &Answer) {
        assert_eq!(browser.cookie, None, "{}", answer.body);
        let called = ExternalId {
            source: "sign-in".to_owned(),
            id: "grace".to_owned(),
        };
        let store = &self.world.followed;
        let made = store.user_by_external("bexio", &called).await.unwrap();
        assert!(made.is_none(), "{}", answer.body);
    }

    async fn refused(&self, change: Value, status: StatusCode, told: &str) {
        let mut browser = self.world.browser();
        let sent = self.goes(&mut browser, &[]).await;
        let answer = self.comes_back(&mut browser, &sent, &change).await;
        assert_eq!(answer.status, status, "{change}: {}", answer.body);
        assert!(answer.body.contains(told), "{change}: {}", answer.body);
        self.nothing_came_of_it(&browser, &answer).await;
    }
}

#[tokio::test]
async fn an_id_token_that_does_not_fit_signs_nobody_in() {
    let place = Place::new().await;
    let now = place.now();
    for change in [
        json!({"nonce": "another"}),
        json!({"aud": "another"}),
        json!({"iss": "https://evil.example"}),
        json!({"exp": now - 61}),
        json!({"auth_time": now + 3_600}),
        json!({"sub": null}),
        json!({"at_hash": "AAAA"}),
        // Somebody of whom too much, or the wrong thing, is said.
        json!({"orgs": [{"id": 17, "name": "Hafen GmbH", "roles": ["no such role"]}]}),
        json!({"orgs": [{"id": 17, "roles": []}, {"id": 17, "roles": []}]}),
        json!({"orgs": "all"}),
        json!({"name": 7}),
        json!({"name": "x".repeat(300)}),
        json!({"name": "x".repeat(9_000)}),
    ] {
        place.refused(change, StatusCode::BAD_GATEWAY, ODD).await;
    }
    // A role that is not there makes no organisation either.
    let hafen = ExternalId {
        source: "sign-in".to_owned(),
        id: "17".to_owned(),
    };
    let store = &place.world.followed;
    let made = store.organisation_by_external("bexio", &hafen).await;
    assert!(made.unwrap().is_none());
}

#[tokio::test]
async fn a_signature_counts_by_what_the_provider_announces_and_its_keys() {
    let place = Place::new().await;
    for header in [
        json!({"alg": "none"}),
        json!({"alg": "HS256", "kid": "one"}),
        json!({"alg": "RS256", "kid": "one"}),
        json!({"alg": "ES256", "kid": "two"}),
        json!({"alg": "ES256", "kid": "one", "crit": ["x"]}),
        json!({"alg": "ES256", "kid": "one", "typ": "at+jwt"}),
        json!({"alg": "ES256", "kid": "one", "typ": "logout+jwt"}),
        json!({}),
    ] {
        place.provider.signs_with(header);
        place.refused(json!({}), StatusCode::BAD_GATEWAY, ODD).await;
    }
    place
        .provider
        .signs_with(json!({"alg": "ES256", "kid": "one"}));
    place.provider.signs_right(false);
    place.refused(json!({}), StatusCode::BAD_GATEWAY, ODD).await;
    place.provider.signs_right(true);
    place.graces_browser().await;
}

#[tokio::test]
async fn what_the_token_endpoint_says_otherwise_is_told_as_what_it_is() {
    let place = Place::new().await;
    for (status, answer, expected, told) in [
        (
            400,
            json!({"error": "invalid_grant"}),
            StatusCode::GONE,
            GONE,
        ),
        (
            401,
            json!({"error": "invalid_client"}),
            StatusCode::SERVICE_UNAVAILABLE,
            DOWN,
        ),
        (500, json!("oops"), StatusCode::SERVICE_UNAVAILABLE, DOWN),
        (302, json!({}), StatusCode::SERVICE_UNAVAILABLE, DOWN),
        (
            200,
            json!({"token_type": "Bearer", "id_token": "x"}),
            StatusCode::BAD_GATEWAY,
            ODD,
        ),
        (
            200,
            json!({"access_token": "a", "token_type": "Bearer", "id_token": "x"}),
            StatusCode::BAD_GATEWAY,
            ODD,
        ),
        (200, json!({"id_token": 7}), StatusCode::BAD_GATEWAY, ODD),
    ] {
        place.provider.answers_tokens(status, answer);
        place.refused(json!({}), expected, told).await;
    }
}

#[tokio::test]
async fn userinfo_about_somebody_else_or_none_signs_nobody_in() {
    let place = Place::new().await;
    for (told, status, text) in [
        (None, StatusCode::SERVICE_UNAVAILABLE, DOWN),
        (
            Some(json!({"sub": "eve", "name": "Eve"})),
            StatusCode::BAD_GATEWAY,
            ODD,
        ),
        (Some(json!({"name": "Grace"})), StatusCode::BAD_GATEWAY, ODD),
        (Some(json!("signed")), StatusCode::BAD_GATEWAY, ODD),
    ] {
        place.provider.tells_of_people(told);
        place.refused(json!({"name": null}), status, text).await;
    }
    // Signed, for somebody else, of another provider, or by nobody whose word counts.
    place.provider.signs_userinfo();
    for (name, value) in [
        ("sub", json!("eve")),
        ("iss", json!("https://evil.example")),
        ("aud", json!("another")),
        ("aud", json!([])),
    ] {
        let mut told = json!({"sub": "grace", "name": "Grace", "iss": ISSUER});
        told[name] = value;
        place.provider.tells_of_people(Some(told));
        let change = json!({"name": null});
        place.refused(change, StatusCode::BAD_GATEWAY, ODD).await;
    }
    let told = json!({"sub": "grace", "name": "Grace", "iss": ISSUER});
    place.provider.tells_of_people(Some(told));
    place.provider.signs_userinfo_wrong();
    let change = json!({"name": null});
    place.refused(change, StatusCode::BAD_GATEWAY, ODD).await;
}

#[tokio::test]
async fn only_the_browser_that_was_sent_comes_back_once_and_in_time() {
    let place = Place::new().await;
    let mut browser = place.world.browser();
    let sent = place.goes(&mut browser, &[]).await;
    let mut other = place.world.browser();
    let others = place.goes(&mut other, &[]).await;
    // The other's browser with what was sent to this one, and the other way round.
    let answer = place.comes_back(&mut other, &sent, &json!({})).await;
    answer.expect(StatusCode::GONE);
    assert!(answer.body.contains(GONE));
    place.nothing_came_of_it(&other, &answer).await;
    let answer = place.comes_back(&mut browser, &others, &json!({})).await;
    answer.expect(StatusCode::GONE);
    // One without cookies.
    let mut none = place.world.browser();
    let answer = place.comes_back(&mut none, &sent, &json!({})).await;
    answer.expect(StatusCode::BAD_REQUEST);
    assert_eq!(none.cookie, None);
    // A state that was made up, left out, given twice.
    for query in [
        "code=c",
        "",
        "code=c&state=",
        "code=c&state=made.up",
        "code=c&state=a&state=b",
        &format!("code=c&state={}", "a".repeat(5_000)),
        "code=%ff&state=%00",
    ] {
        let answer = browser
            .get(&format!("/bexio/sign-in/callback?{query}"))
            .await;
        answer.expect(StatusCode::GONE);
        place.nothing_came_of_it(&browser, &answer).await;
    }
    // Too late.
    place.advance(Duration::from_secs(599));
    let late = place.goes(&mut other, &[]).await;
    place.advance(Duration::from_secs(1));
    let answer = place.comes_back(&mut browser, &sent, &json!({})).await;
    answer.expect(StatusCode::GONE);
    place.nothing_came_of_it(&browser, &answer).await;
    // In time, and a second time where the session has ended meanwhile.
    let answer = place.comes_back(&mut other, &late, &json!({})).await;
    assert!(answer.location().starts_with("/bexio/consent"));
    other.cookie = None;
    let again = other.get(&callback(&late)).await;
    again.expect(StatusCode::GONE);
    assert_eq!(other.cookie, None);
    // The way on leads to where it would have led.
    assert!(
        again.body.contains("/bexio/login?next=%2Fbexio%2Fconsent"),
        "{}",
        again.body
    );
}

#[tokio::test]
async fn an_answer_of_another_provider_is_none() {
    let place = Place::new().await;
    for issuer in [
        None,
        Some("https://evil.example"),
        Some("https://login.example/"),
    ] {
        let mut browser = place.world.browser();
        let sent = place.goes(&mut browser, &[]).await;
        let state = value(&sent, "state").unwrap();
        let mut query = vec![("code", "c"), ("state", state.as_str())];
        query.extend(issuer.map(|issuer| ("iss", issuer)));
        place.provider.seen();
        let answer = browser
            .get(&format!("/bexio/sign-in/callback?{}", encode(&query)))
            .await;
        answer.expect(StatusCode::BAD_GATEWAY);
        place.nothing_came_of_it(&browser, &answer).await;
        // Its code goes nowhere.
        assert!(place.provider.seen().is_empty());
    }
}

async fn told_no(place: &Place, browser: &mut Browser<'_>, sent: &Url, code: &str) -> Answer {
    let state = value(sent, "state").unwrap();
    let query = [
        ("error", code),
        ("error_description", "<b>no</b>"),
        ("state", state.as_str()),
        ("iss", ISSUER),
    ];
    let answer = browser
        .get(&format!("/bexio/sign-in/callback?{}", encode(&query)))
        .await;
    place.nothing_came_of_it(browser, &answer).await;
    assert!(!answer.body.contains("<b>no</b>"));
    answer
}

#[tokio::test]
async fn a_no_at_the_provider_is_one_for_the_app() {
    let place = Place::new().await;
    let mut browser = place.world.browser();
    let sent = place.goes(&mut browser, &[]).await;
    let answer = told_no(&place, &mut browser, &sent, "access_denied").await;
    assert_eq!(answer.returned("error").as_deref(), Some("access_denied"));
    assert_eq!(answer.returned("state").as_deref(), Some("st&te=1"));
    for (code, status, told_as) in [
        ("login_required", StatusCode::FORBIDDEN, "access_denied"),
        (
            "interaction_required",
            StatusCode::FORBIDDEN,
            "access_denied",
        ),
        ("invalid_scope", StatusCode::FORBIDDEN, "access_denied"),
        ("<script>", StatusCode::FORBIDDEN, "access_denied"),
        (
            "server_error",
            StatusCode::SERVICE_UNAVAILABLE,
            "temporarily_unavailable",
        ),
        (
            "temporarily_unavailable",
            StatusCode::SERVICE_UNAVAILABLE,
            "temporarily_unavailable",
        ),
    ] {
        let sent = place.goes(&mut browser, &[]).await;
        let answer = told_no(&place, &mut browser, &sent, code).await;
        answer.expect(status);
        assert!(
            answer.body.contains("Go back to App ledgerly"),
            "{}",
            answer.body
        );
        assert!(
            answer.body.contains(&format!("error={told_as}")),
            "{}",
            answer.body
        );
        assert!(answer.body.contains("/bexio/login?next="));
    }
    // Without an app there is nobody to tell.
    let sent = browser.get("/bexio/login").await;
    let sent = Url::parse(sent.location()).unwrap();
    let answer = told_no(&place, &mut browser, &sent, "access_denied").await;
    answer.expect(StatusCode::FORBIDDEN);
    assert!(!answer.body.contains("Go back to"));
}

#[tokio::test]
async fn a_provider_that_is_down_is_said_to_be_and_asked_again() {
    let place = Place::new().await;
    place.provider.is_up(false);
    let mut browser = place.world.browser();
    let request = place.world.authorize(&place.app, super::CONTACTS, &[]);
    let asked = browser.get(&request).await;
    let login = asked.location().to_owned();
    for _ in 0..3 {
        let answer = browser.get(&login).await;
        answer.expect(StatusCode::SERVICE_UNAVAILABLE);
        assert!(answer.body.contains(DOWN) && answer.body.contains("login.example"));
        assert!(answer.body.contains("error=temporarily_unavailable"));
        assert_eq!(answer.header("retry-after"), Some("60"));
    }
    // It is up: asked after a moment, not at each click.
    place.provider.is_up(true);
    browser
        .get(&login)
        .await
        .expect(StatusCode::SERVICE_UNAVAILABLE);
    assert!(place.provider.seen().is_empty());
    place.advance(Duration::from_secs(1));
    let sent = Url::parse(browser.get(&login).await.location()).unwrap();
    // It goes down while Grace is there.
    place.provider.is_up(false);
    let answer = place.comes_back(&mut browser, &sent, &json!({})).await;
    answer.expect(StatusCode::SERVICE_UNAVAILABLE);
    place.nothing_came_of_it(&browser, &answer).await;
    // What is known of it counts for an hour without a question, and for a day without an answer.
    place.advance(Duration::from_secs(7_200));
    let asked = browser.get(&request).await.location().to_owned();
    browser.get(&asked).await.location();
    place.advance(Duration::from_secs(86_400));
    let asked = browser.get(&request).await.location().to_owned();
    browser
        .get(&asked)
        .await
        .expect(StatusCode::SERVICE_UNAVAILABLE);
}

/// Operators see it, and requests are sent here all the same: whoever is signed in goes on.
#[tokio::test]
async fn a_provider_that_is_down_is_seen_by_operators() {
    let place = Place::new().await;
    let seen = async || {
        let get = async |path: &str| {
            let router = operations::router(Arc::clone(&place.world.app));
            let request = Request::get(path).body(Body::empty()).unwrap();
            let answer = router.oneshot(request).await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK);
            let body = answer.into_body().collect().await.unwrap().to_bytes();
            String::from_utf8(body.to_vec()).unwrap()
        };
        let ready: Value = serde_json::from_str(&get("/readyz").await).unwrap();
        let of_realm = &ready["sign_in_providers"]["bexio"];
        assert_eq!(of_realm["issuer"], ISSUER, "{ready}");
        let metrics = get("/metrics").await;
        let name = "scopegate_sign_in_provider_answered{realm=\"bexio\"} ";
        let figure = metrics.lines().find_map(|line| line.strip_prefix(name));
        (of_realm["discovery"].clone(), figure.map(str::to_owned))
    };
    assert_eq!(seen().await, (json!("not-asked"), None));
    let realm = place.world.app.realms().remove(0);
    let sign_in = realm.sign_in().kind.clone();
    let provider = sign_in.openid_connect().unwrap();
    place.provider.is_up(false);
    provider.look().await;
    assert_eq!(seen().await, (json!("failed"), Some("0".to_owned())));
    place.provider.is_up(true);
    place.advance(Duration::from_secs(1));
    provider.look().await;
    assert_eq!(seen().await, (json!("answered"), Some("1".to_owned())));
    // What it said is gone by, and that it is away is seen.
    place.provider.is_up(false);
    place.advance(Duration::from_secs(7_200));
    place.world.app.catch_up().await.unwrap();
    provider.look().await;
    assert_eq!(seen().await, (json!("failed"), Some("0".to_owned())));
}

#[tokio::test]
async fn who_was_stopped_here_is_and_who_was_deleted_is_somebody_new() {
    let place = Place::new().await;
    place.graces_browser().await;
    let called = ExternalId {
        source: "sign-in".to_owned(),
        id: "grace".to_owned(),
    };
    let store = &place.world.followed;
    let grace = store
        .user_by_external("bexio", &called)
        .await
        .unwrap()
        .unwrap();
    let stopped = User {
        status: Status::Disabled {
            since: place.world.app.now(),
        },
        ..grace.clone()
    };
    store.update_user(&stopped, audit()).await.unwrap();
    let mut browser = place.world.browser();
    let sent = place.goes(&mut browser, &[]).await;
    let answer = place.comes_back(&mut browser, &sent, &json!({})).await;
    answer.expect(StatusCode::FORBIDDEN);
    assert!(answer.body.contains("has been stopped"), "{}", answer.body);
    assert_eq!(browser.cookie, None);

    let stopped = store.user("bexio", grace.id).await.unwrap().unwrap();
    store
        .delete_user(&stopped, place.world.app.now(), audit())
        .await
        .unwrap();
    place.graces_browser().await;
    let again = store
        .user_by_external("bexio", &called)
        .await
        .unwrap()
        .unwrap();
    assert_ne!(again.id, grace.id);
}

#[tokio::test]
async fn a_provider_that_signs_nobody_in_anew_leads_to_no_circle() {
    let place = Place::new().await;
    let mut browser = place.world.browser();
    for (more, ago) in [
        (("prompt", "login"), 3_600),
        // Whoever wants to be somebody else was signed in a moment ago.
        (("prompt", "login"), 20),
        (("max_age", "60"), 3_600),
    ] {
        let sent = place.goes(&mut browser, &[more]).await;
        let old = json!({"auth_time": place.now() - ago});
        let answer = place.comes_back(&mut browser, &sent, &old).await;
        answer.expect(StatusCode::BAD_GATEWAY);
        place.nothing_came_of_it(&browser, &answer).await;
    }
    // One that does not say when is not believed where that was asked.
    let sent = place.goes(&mut browser, &[("max_age", "600")]).await;
    let answer = place
        .comes_back(&mut browser, &sent, &json!({"auth_time": null}))
        .await;
    answer.expect(StatusCode::BAD_GATEWAY);
}

#[tokio::test]
async fn a_store_that_fails_signs_nobody_in() {
    let place = Place::new().await;
    for call in ["use_once", "record_arrival", "insert_session"] {
        let mut browser = place.world.browser();
        let sent = place.goes(&mut browser, &[]).await;
        place.world.store.break_calls(&[call]);
        let answer = place.comes_back(&mut browser, &sent, &json!({})).await;
        place.world.store.mend();
        assert!(answer.status.is_server_error(), "{call}: {}", answer.status);
        assert_eq!(browser.cookie, None);
    }
}

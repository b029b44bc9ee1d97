//! Who signs in there is somebody here.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use oauth::model::{ExternalId, UpstreamSession, User};
use serde_json::json;

use super::{Place, callback, value};
use crate::browser::PASSWORD;
use crate::support::BASE;

impl Place {
    async fn person(&self, subject: &str) -> Option<User> {
        let called = ExternalId {
            source: "sign-in".to_owned(),
            id: subject.to_owned(),
        };
        let found = self.world.followed.user_by_external("bexio", &called);
        found.await.unwrap()
    }
}

#[tokio::test]
async fn an_apps_request_leads_to_the_provider_and_back_to_consent() {
    let place = Place::new().await;
    let mut browser = place.world.browser();
    let sent = place
        .goes(
            &mut browser,
            &[("ui_locales", "de"), ("login_hint", "grace")],
        )
        .await;
    for (name, expected) in [
        ("response_type", "code"),
        ("client_id", super::CLIENT_ID),
        ("redirect_uri", &format!("{BASE}/bexio/sign-in/callback")),
        ("scope", "openid"),
        ("code_challenge_method", "S256"),
        ("ui_locales", "de"),
        ("login_hint", "grace"),
        ("max_age", "2592000"),
    ] {
        assert_eq!(value(&sent, name).as_deref(), Some(expected), "{name}");
    }
    assert_eq!(value(&sent, "prompt"), None);
    assert!(place.person("grace").await.is_none());
    let back = place.comes_back(&mut browser, &sent, &json!({})).await;
    let consent = browser.get(back.location()).await;
    consent.expect(StatusCode::OK);
    assert!(consent.body.contains("Grace Muster") && consent.body.contains("Hafen GmbH"));

    let grace = place.person("grace").await.unwrap();
    assert_eq!(grace.name, "Grace Muster");
    assert_eq!(grace.email.as_deref(), Some("grace@firma.example"));
    assert!(grace.email_verified && grace.password_hash.is_none());
    assert_eq!(grace.language.as_deref(), Some("de-CH"));
    let store = &place.world.followed;
    let memberships = store.memberships("bexio", grace.id).await.unwrap();
    assert_eq!(memberships[0].1.roles, ["administrator"]);
    let now = place.world.app.now();
    let sessions = store
        .sessions_of_user("bexio", grace.id, now)
        .await
        .unwrap();
    let authentication = &sessions[0].authentication;
    assert_eq!(authentication.at.as_second(), place.now() - 30);
    assert_eq!(authentication.methods, ["pwd", "otp"]);
    let upstream = UpstreamSession {
        source: "sign-in".to_owned(),
        subject: "grace".to_owned(),
        sid: Some("s1".to_owned()),
    };
    assert_eq!(authentication.upstream.as_ref(), Some(&upstream));
}

#[tokio::test]
async fn a_code_is_redeemed_with_proof_by_this_server_and_this_browser() {
    let place = Place::new().await;
    let mut browser = place.world.browser();
    let sent = place.goes(&mut browser, &[]).await;
    place.provider.seen();
    place.comes_back(&mut browser, &sent, &json!({})).await;
    let seen = place.provider.seen();
    let redeemed = seen
        .iter()
        .find(|request| request.uri().path() == "/token")
        .unwrap();
    assert!(redeemed.headers()["authorization"].is_sensitive());
    let form: Vec<(String, String)> = url::form_urlencoded::parse(redeemed.body())
        .into_owned()
        .collect();
    let field = |name: &str| &form.iter().find(|(own, _)| own == name).unwrap().1;
    assert_eq!(field("code"), "c0de");
    assert_eq!(
        field("redirect_uri"),
        &format!("{BASE}/bexio/sign-in/callback")
    );
    use base64::Engine as _;
    let challenge = crate::support::challenge(field("code_verifier"));
    let challenge = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(challenge);
    assert_eq!(value(&sent, "code_challenge"), Some(challenge));
    // Nothing of Grace was missing: UserInfo is not asked.
    assert!(seen.iter().all(|request| request.uri().path() != "/me"));
}

#[tokio::test]
async fn what_an_id_token_does_not_say_userinfo_does() {
    let place = Place::new().await;
    let mut browser = place.world.browser();
    let sent = place.goes(&mut browser, &[]).await;
    let told = json!({"sub": "grace", "name": "Grace by UserInfo", "email": "g@firma.example"});
    place.provider.tells_of_people(Some(told));
    let change = json!({"name": null, "orgs": null});
    let back = place.comes_back(&mut browser, &sent, &change).await;
    assert!(back.location().starts_with("/bexio/consent"));
    let grace = place.person("grace").await.unwrap();
    assert_eq!(grace.name, "Grace by UserInfo");
    // What both say is as the ID token has it.
    assert_eq!(grace.email.as_deref(), Some("grace@firma.example"));
    // She belongs to none, as nobody says to which.
    let memberships = place.world.followed.memberships("bexio", grace.id);
    assert_eq!(memberships.await.unwrap(), []);
}

#[tokio::test]
async fn who_comes_again_is_the_same_with_what_is_new() {
    let place = Place::new().await;
    place.graces_browser().await;
    let first = place.person("grace").await.unwrap();
    place.advance(Duration::from_secs(60));
    let mut browser = place.world.browser();
    let sent = place.goes(&mut browser, &[]).await;
    let change = json!({"name": "Grace Hafen", "email": "no mail at all"});
    let back = place.comes_back(&mut browser, &sent, &change).await;
    assert!(back.location().starts_with("/bexio/consent"));
    let again = place.person("grace").await.unwrap();
    assert_eq!((again.id, again.number), (first.id, first.number));
    assert_eq!(again.name, "Grace Hafen");
    // What is no address is none, and keeps nobody out.
    assert_eq!(again.email, None);
}

#[tokio::test]
async fn who_opens_their_account_signs_in_there_and_comes_back_to_it() {
    let place = Place::new().await;
    let mut browser = place.world.browser();
    let account = browser.get("/bexio/account").await;
    let sent = browser.get(account.location()).await;
    let sent = url::Url::parse(sent.location()).unwrap();
    let back = place.comes_back(&mut browser, &sent, &json!({})).await;
    assert_eq!(back.location(), "/bexio/account");
    let account = browser.get("/bexio/account").await;
    account.expect(StatusCode::OK);
    assert!(account.body.contains("Grace Muster"));
    // Whoever opens it again, or goes back, is signed in.
    let again = browser.get(&callback(&sent)).await;
    assert_eq!(again.location(), "/bexio/account");
}

#[tokio::test]
async fn a_program_that_looks_at_links_uses_none() {
    let place = Place::new().await;
    let mut browser = place.world.browser();
    let sent = place.goes(&mut browser, &[]).await;
    let looked = place.world.method(Method::HEAD, &callback(&sent)).await;
    looked.expect(StatusCode::NO_CONTENT);
    let back = place.comes_back(&mut browser, &sent, &json!({})).await;
    assert!(back.location().starts_with("/bexio/consent"));
}

#[tokio::test]
async fn a_password_that_is_kept_here_opens_nothing() {
    let place = Place::new().await;
    place.world.give_anna_a_password().await;
    let mut browser = place.world.browser();
    let answer = browser.sign_in("anna@muster.example", PASSWORD, "").await;
    assert_eq!(answer.location(), "/bexio/login");
    assert_eq!(browser.cookie, None);
}

#[tokio::test]
async fn what_an_app_asks_of_the_sign_in_is_asked_there() {
    let place = Place::new().await;
    let mut browser = place.graces_browser().await;
    place.advance(Duration::from_secs(1_000));
    let sent = place.goes(&mut browser, &[("max_age", "600")]).await;
    assert_eq!(value(&sent, "max_age").as_deref(), Some("540"));
    let back = place
        .comes_back(
            &mut browser,
            &sent,
            &json!({"auth_time": place.now() - 500}),
        )
        .await;
    browser.get(back.location()).await.expect(StatusCode::OK);

    place.advance(Duration::from_secs(1_000));
    let sent = place.goes(&mut browser, &[("prompt", "login")]).await;
    assert_eq!(value(&sent, "prompt").as_deref(), Some("login"));
    let back = place
        .comes_back(&mut browser, &sent, &json!({"auth_time": place.now()}))
        .await;
    browser.get(back.location()).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_class_that_an_app_wishes_for_is_asked_for_there_and_less_is_no_error() {
    let place = Place::new().await;
    let mut browser = place.graces_browser().await;
    for told in [json!(null), json!("pwd"), json!("mfa")] {
        let sent = place.goes(&mut browser, &[("acr_values", "mfa")]).await;
        assert_eq!(value(&sent, "acr_values").as_deref(), Some("mfa"));
        let change = json!({ "acr": told });
        let back = place.comes_back(&mut browser, &sent, &change).await;
        browser.get(back.location()).await.expect(StatusCode::OK);
    }
    let request = place
        .world
        .authorize(&place.app, super::CONTACTS, &[("acr_values", "mfa")]);
    let known = browser.get(&request).await;
    assert!(known.location().starts_with("/bexio/consent"));
    let grace = place.person("grace").await.unwrap();
    let store = &place.world.followed;
    let sessions = store.sessions_of_user("bexio", grace.id, place.world.app.now());
    let class = sessions.await.unwrap().remove(0).authentication.class;
    assert_eq!(class.as_deref(), Some("mfa"));
}

/// OpenID Connect Core section 5.3.2.
#[tokio::test]
async fn userinfo_may_be_signed() {
    let place = Place::new().await;
    let mut browser = place.world.browser();
    let told = json!({
        "iss": super::ISSUER, "aud": [super::CLIENT_ID], "sub": "grace", "name": "Grace by UserInfo",
    });
    place.provider.tells_of_people(Some(told.clone()));
    place.provider.signs_userinfo();
    let sent = place.goes(&mut browser, &[]).await;
    let change = json!({ "name": null });
    let back = place.comes_back(&mut browser, &sent, &change).await;
    assert!(back.location().starts_with("/bexio/consent"));
    let grace = place.person("grace").await.unwrap();
    assert_eq!(grace.name, "Grace by UserInfo");
}

#[tokio::test]
async fn who_signs_out_is_told_that_the_other_session_goes_on() {
    let place = Place::new().await;
    let mut browser = place.graces_browser().await;
    let left = browser.post("/bexio/logout", &[]).await;
    left.expect(StatusCode::OK);
    assert!(left.body.contains("You are signed out"), "{}", left.body);
    let there = "https://login.example/end?client_id=scopegate-at-login";
    assert!(left.body.contains(there), "{}", left.body);
    assert_eq!(browser.cookie, None);
    let account = browser.get("/bexio/account").await;
    assert!(account.location().starts_with("/bexio/login"));
}

#[tokio::test]
async fn who_wants_to_be_somebody_else_is_asked_there() {
    let place = Place::new().await;
    let mut browser = place.graces_browser().await;
    let login = browser
        .post("/bexio/logout", &[("next", "/bexio/account")])
        .await;
    let sent = browser.get(login.location()).await;
    let sent = url::Url::parse(sent.location()).unwrap();
    assert_eq!(value(&sent, "prompt").as_deref(), Some("login"));
    let eve = json!({"sub": "eve", "name": "Eve", "auth_time": place.now()});
    let back = place.comes_back(&mut browser, &sent, &eve).await;
    let account = browser.get(back.location()).await;
    assert!(account.body.contains("Eve"), "{}", account.body);
}

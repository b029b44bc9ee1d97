use std::time::Duration;

use axum::http::StatusCode;
use oauth::model::UpstreamSession;
use serde_json::{Value, json};

use super::{CONTACTS, Place, challenge, value};

#[tokio::test]
async fn whoever_signed_in_there_decides_here_and_the_app_gets_its_code() {
    let place = Place::new().await;
    let mut browser = place.world.browser();
    let sent = place.goes(&mut browser, &[]).await;
    let back = place.told(&challenge(&sent), &place.grace()).await;
    let decide = browser.get(&back).await.location().to_owned();
    let page = browser.get(&decide).await;
    page.expect(StatusCode::OK);
    assert!(page.body.contains("Hafen GmbH") && page.body.contains("Grace Muster"));
    let form = [("allow.contact", "contact_show"), ("decision", "allow")];
    let answer = browser.answer(&decide, &form).await;
    assert!(answer.returned("code").is_some());
    let grace = place.person().await.unwrap();
    assert_eq!(grace.username, "my-app:42");
    assert_eq!(grace.language.as_deref(), Some("de-CH"));
    let store = &place.world.followed;
    let sessions = store.sessions_of_user("bexio", grace.id, place.world.app.now());
    let [session] = &sessions.await.unwrap()[..] else {
        panic!("one session");
    };
    assert_eq!(session.authentication.at.as_second(), place.now() - 30);
    assert_eq!(session.authentication.methods, ["pwd"]);
    let upstream = UpstreamSession {
        source: "my-app".to_owned(),
        subject: "42".to_owned(),
        sid: Some("s1".to_owned()),
    };
    assert_eq!(session.authentication.upstream.as_ref(), Some(&upstream));
    // They are signed in for the next app, and on the page about their account.
    let request = place.world.authorize(&place.app, CONTACTS, &[]);
    let again = browser.get(&request).await;
    assert!(again.returned("code").is_some());
    browser.get("/bexio/account").await.expect(StatusCode::OK);
}

#[tokio::test]
async fn the_page_about_an_account_leads_there_and_back() {
    let place = Place::new().await;
    let mut browser = place.world.browser();
    let login = browser.get("/bexio/account").await.location().to_owned();
    let sent = browser.get(&login).await;
    let sent = url::Url::parse(sent.location()).unwrap();
    let asked = place.asked(&challenge(&sent)).await.json();
    assert_eq!(
        (&asked["client"], &asked["prompt"]),
        (&Value::Null, &Value::Null)
    );
    let back = place.told(&challenge(&sent), &place.grace()).await;
    assert_eq!(browser.get(&back).await.location(), "/bexio/account");
    // Nobody types a password here.
    let typed = browser.sign_in("anna@muster.example", "x", "").await;
    assert_eq!(typed.location(), "/bexio/login");
}

#[tokio::test]
async fn the_application_is_told_what_is_asked() {
    let place = Place::new().await;
    let mut browser = place.world.browser();
    let more = [
        ("prompt", "login"),
        ("max_age", "60"),
        ("acr_values", "mfa pwd"),
        ("ui_locales", "de-CH fr"),
        ("login_hint", "grace@hafen.example"),
        ("organisation", "hafen-gmbh"),
    ];
    let sent = place.goes(&mut browser, &more).await;
    for (name, expected) in [
        ("prompt", "login"),
        ("max_age", "60"),
        ("acr_values", "mfa pwd"),
        ("ui_locales", "de-CH fr de"),
        ("login_hint", "grace@hafen.example"),
        ("organisation", "hafen-gmbh"),
        ("client_id", "ledgerly"),
    ] {
        assert_eq!(value(&sent, name).as_deref(), Some(expected), "{name}");
    }
    let asked = place.asked(&challenge(&sent)).await;
    asked.expect(StatusCode::OK);
    let expected = json!({
        "realm": "bexio",
        "client": { "id": "ledgerly", "name": "App ledgerly" },
        "prompt": "login",
        "max_age": 60,
        "acr_values": ["mfa", "pwd"],
        "ui_locales": ["de-CH", "fr", "de"],
        "login_hint": "grace@hafen.example",
        "organisation": "hafen-gmbh",
        "began_at": "2026-03-01T08:00:00Z",
        "expires_at": "2026-03-01T08:10:00Z",
    });
    assert_eq!(asked.json(), expected);
}

/// `acr_values` is a wish (OpenID Connect Core section 5.5.1.1): it is passed on, what is told is kept, and less is
/// no error.
#[tokio::test]
async fn a_class_that_an_app_wishes_for_is_asked_for_there_once() {
    let place = Place::new().await;
    let mut browser = place.graces_browser().await;
    let wish = [("acr_values", "mfa")];
    for (told, is_asked_again) in [(None, true), (Some("pwd"), true), (Some("mfa"), false)] {
        let sent = place.goes(&mut browser, &wish).await;
        assert_eq!(value(&sent, "acr_values").as_deref(), Some("mfa"));
        let said = place.grace_with(&json!({ "class": told }));
        let back = place.told(&challenge(&sent), &said).await;
        let decide = browser.get(&back).await.location().to_owned();
        browser.get(&decide).await.expect(StatusCode::OK);
        let grace = place.person().await.unwrap();
        let store = &place.world.followed;
        let sessions = store.sessions_of_user("bexio", grace.id, place.world.app.now());
        let classes: Vec<Option<String>> = sessions
            .await
            .unwrap()
            .into_iter()
            .map(|session| session.authentication.class)
            .collect();
        assert_eq!(classes, [told.map(str::to_owned)]);
        let again = place.world.authorize(&place.app, CONTACTS, &wish);
        let again = browser.get(&again).await;
        let leads = again.location().starts_with("/bexio/login");
        assert_eq!(leads, is_asked_again, "{told:?}: {}", again.location());
        // Nobody may be asked: what there is has to do, and the app sees what that is.
        let silent = [("acr_values", "mfa"), ("prompt", "none")];
        let silent = place.world.authorize(&place.app, CONTACTS, &silent);
        let error = browser.get(&silent).await.returned("error");
        assert_eq!(error.as_deref(), Some("consent_required"));
    }
}

/// Else the browser would go there and back for ever.
#[tokio::test]
async fn a_sign_in_that_is_older_than_asked_for_is_told_so() {
    let place = Place::new().await;
    let minutes = |count: u64| Duration::from_secs(60 * count);
    for (more, what) in [
        (
            [("prompt", "login"), ("x", "")],
            "anew, since 2026-03-01T08:",
        ),
        ([("max_age", "120"), ("x", "")], "at most 120 s ago"),
        ([("max_age", "0"), ("x", "")], "at most 0 s ago"),
    ] {
        let mut browser = place.world.browser();
        let sent = place.goes(&mut browser, &more).await;
        let challenge = challenge(&sent);
        let long_ago = place.grace_with(&json!({ "authenticated_at": place.now() - 125 }));
        let refused = place.tell(&challenge, &long_ago).await;
        refused.expect_error(403, "login_required");
        if more[0].0 == "prompt" {
            // Whoever wants to be somebody else was signed in a moment ago.
            let before = place.grace_with(&json!({ "authenticated_at": place.now() - 20 }));
            let refused = place.tell(&challenge, &before).await;
            refused.expect_error(403, "login_required");
        }
        assert!(refused.body.contains(what), "{}", refused.body);
        place.world.clock.advance(minutes(1));
        let anew = place.grace_with(&json!({ "authenticated_at": place.now() }));
        let back = place.told(&challenge, &anew).await;
        let decide = browser.get(&back).await.location().to_owned();
        browser.get(&decide).await.expect(StatusCode::OK);
    }
}

#[tokio::test]
async fn a_refusal_goes_back_to_the_app() {
    let place = Place::new().await;
    let mut browser = place.world.browser();
    let sent = place.goes(&mut browser, &[]).await;
    let said = json!({ "refused": "access_denied", "why": "the person went away" });
    let back = place.told(&challenge(&sent), &said).await;
    let answer = browser.get(&back).await;
    assert_eq!(answer.returned("error").as_deref(), Some("access_denied"));
    assert_eq!(answer.returned("state").as_deref(), Some("st&te=1"));
    assert!(place.person().await.is_none());
    // Where no app is behind, the person is told.
    let login = browser.get("/bexio/login").await;
    let sent = url::Url::parse(login.location()).unwrap();
    let back = place.told(&challenge(&sent), &said).await;
    let page = browser.get(&back).await;
    page.expect(StatusCode::FORBIDDEN);
    assert!(
        page.body.contains("my.example did not sign you in"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn whoever_wants_to_be_somebody_else_goes_there_again() {
    let place = Place::new().await;
    let mut browser = place.world.browser();
    let sent = place.goes(&mut browser, &[]).await;
    let back = place
        .told(&challenge(&sent), &json!({ "another": true }))
        .await;
    let again = browser.get(&back).await;
    let again = url::Url::parse(again.location()).unwrap();
    assert_eq!(value(&again, "prompt").as_deref(), Some("login"));
    assert_ne!(challenge(&again), challenge(&sent));
    let anew = place.grace_with(&json!({ "authenticated_at": place.now() }));
    let back = place.told(&challenge(&again), &anew).await;
    assert!(
        browser
            .get(&back)
            .await
            .location()
            .starts_with("/bexio/consent?request=")
    );
    // So does whoever says so on a page of ours.
    let out = browser
        .post("/bexio/logout", &[("next", "/bexio/account")])
        .await;
    let login = out.location().to_owned();
    let sent = browser.get(&login).await;
    let sent = url::Url::parse(sent.location()).unwrap();
    assert_eq!(value(&sent, "prompt").as_deref(), Some("login"));
}

#[tokio::test]
async fn signing_out_ends_what_is_here_and_says_where_the_rest_ends() {
    let place = Place::new().await;
    let mut browser = place.graces_browser().await;
    let out = browser.post("/bexio/logout", &[]).await;
    out.expect(StatusCode::OK);
    assert!(
        out.body.contains("https://my.example/logout"),
        "{}",
        out.body
    );
    let gone = browser.get("/bexio/account").await;
    assert!(gone.location().starts_with("/bexio/login?next="));
}

/// A form's policy would be held against another site's address.
#[tokio::test]
async fn a_page_stands_between_a_form_and_the_application() {
    use axum::body::Body;
    use axum::http::Request;
    let place = Place::new().await;
    for (site, status) in [
        ("same-origin", StatusCode::OK),
        ("cross-site", StatusCode::SEE_OTHER),
    ] {
        let request = Request::get("/bexio/login").header("sec-fetch-site", site);
        let answer = place.world.send(request.body(Body::empty()).unwrap()).await;
        answer.expect(status);
        assert!(answer.location().starts_with("https://my.example/sign-in?"));
    }
}

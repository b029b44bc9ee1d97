//! What each request asks of the store: the counts that `docs/scaling.md` multiplies.
//! The background follower, which polls the changes ten times a second, does not run here.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use crate::browser::PASSWORD;
use crate::support::{self, World};

const ANNA: &str = "anna@muster.example";
/// How a node takes in what it wrote itself.
const FOLLOWED: [&str; 2] = ["latest_change", "changes"];

#[tokio::test]
async fn a_sign_in() {
    let world = World::new("bexio").await;
    world.give_anna_a_password().await;
    world.store.take_calls();
    let answer = world.browser().sign_in(ANNA, PASSWORD, "").await;
    answer.expect(StatusCode::SEE_OTHER);
    let expected = [
        "begin_login",
        "user_by_username",
        "login_succeeded",
        // Whether a code is to be asked for.
        "second_factor",
        "insert_session",
    ];
    assert_eq!(
        world.store.take_calls(),
        [&expected[..], &FOLLOWED].concat()
    );
}

#[tokio::test]
async fn a_sign_in_that_fails() {
    let world = World::new("bexio").await;
    world.give_anna_a_password().await;
    world.store.take_calls();
    let answer = world.browser().sign_in(ANNA, "wrong", "").await;
    answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let expected = ["begin_login", "user_by_username", "login_failed"];
    assert_eq!(world.store.take_calls(), expected);
}

#[tokio::test]
async fn a_consent_a_code_flow_and_a_refresh() {
    let world = World::new("bexio").await;
    let client = world.add(world.app_client("app", "contact_edit")).await;
    let authorize = world.authorize(&client, "contact_edit", &[]);
    let mut browser = world.annas_browser().await;
    browser.open(&authorize).await.expect(StatusCode::OK);
    world.store.take_calls();

    // All is warm: the app asks, the page is shown, the answer is given.
    let asked = browser.get(&authorize).await;
    assert_eq!(world.store.take_calls(), ["standing_grant", "keep_request"]);
    let page = asked.location();
    let shown = browser.get(page).await;
    shown.expect(StatusCode::OK);
    let shown = shown.shown().unwrap();
    assert_eq!(world.store.take_calls(), ["kept_request", "standing_grant"]);
    let form = [
        ("decision", "allow"),
        ("allow", "contact_edit"),
        ("shown", &shown),
    ];
    let answer = browser.post(page, &form).await;
    let calls = world.store.take_calls();
    let expected = ["kept_request", "standing_grant", "record_consent"];
    assert_eq!(calls, [&expected[..], &FOLLOWED].concat());

    let code = answer.returned("code").unwrap();
    let tokens = redeem(&world, &client, &code).await;
    assert_eq!(
        world.store.take_calls(),
        [
            "code",
            "grant",
            "ended_families",
            "organisation",
            "redeem_code"
        ]
    );

    // Again, with the grant that stands.
    let answer = browser.get(&authorize).await;
    let calls = world.store.take_calls();
    assert_eq!(calls, ["standing_grant", "insert_code"]);
    let code = answer.returned("code").unwrap();
    redeem(&world, &client, &code).await;
    assert_eq!(world.store.take_calls(), ["redeem_code"]);
    let answer = browser.get(&authorize).await;
    answer.expect(StatusCode::SEE_OTHER);
    assert_eq!(world.store.take_calls(), ["insert_code"]);

    let token = tokens["refresh_token"].as_str().unwrap();
    let answer = world.refresh(&client, token).await;
    answer.expect(StatusCode::OK);
    let calls = world.store.take_calls();
    assert_eq!(calls, ["refresh_token", "rotate_refresh_token"]);
}

#[tokio::test]
async fn a_decision() {
    let world = World::new("bexio").await;
    let client = world.add(world.app_client("app", "contact_edit")).await;
    let api = world.add(world.api("api")).await;
    let tokens = world.tokens(&client, "contact_edit", 1).await;
    let token = tokens["access_token"].as_str().unwrap();
    let bearer = format!("Bearer {token}");
    // A path without a rule: the whole decision, and nothing of the sandbox behind it.
    let ask = || async {
        let request = Request::get("/bexio/api/2.0/nowhere");
        let request = request.header(header::AUTHORIZATION, &bearer);
        let answer = world.send(request.body(Body::empty()).unwrap()).await;
        answer.expect(StatusCode::FORBIDDEN);
        assert!(world.is_active(&api, token).await);
    };
    ask().await;
    world.store.take_calls();
    ask().await;
    assert_eq!(world.store.take_calls(), Vec::<&str>::new());

    // Nothing is remembered any more: what the first call on a node costs.
    world.forget(&client).await;
    world.store.take_calls();
    assert!(world.is_active(&api, token).await);
    let calls = world.store.take_calls();
    // The organisation for its other names, which gates of others compare.
    let expected = ["client", "approvals", "user", "rights", "organisation"];
    assert_eq!(calls, expected);
}

async fn redeem(world: &World, client: &oauth::model::Client, code: &str) -> serde_json::Value {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", client.redirect_uris[0].as_str()),
        ("code_verifier", support::VERIFIER),
    ];
    let answer = world.post_as(client, "token", &form).await;
    answer.expect(StatusCode::OK);
    answer.json()
}

//! Which requests are asked about at all, and which without a page.

use axum::http::StatusCode;
use oauth::model::{Client, ClientType, TokenEndpointAuthMethod};

use super::CONTACTS;
use crate::browser;
use crate::support::World;

#[tokio::test]
async fn a_request_that_cannot_be_trusted_is_answered_here_and_no_other_is() {
    let world = World::new("bexio").await;
    let client = world.add(world.app_client("ledgerly", CONTACTS)).await;
    let mut browser = world.annas_browser().await;
    let good = world.authorize(&client, CONTACTS, &[]);
    for (name, request) in [
        (
            "unknown client",
            good.replace("client_id=ledgerly", "client_id=nobody"),
        ),
        ("no client", good.replace("client_id=ledgerly", "x=y")),
        (
            "foreign redirect",
            good.replace("app.example", "evil.example"),
        ),
        (
            "redirect with more",
            good.replace("example%2Fcb", "example%2Fcb%2F"),
        ),
        ("twice", format!("{good}&client_id=ledgerly")),
        (
            "early error with prompt=none",
            good.replace("app.example", "evil.example") + "&prompt=none",
        ),
    ] {
        let answer = browser.open(&request).await;
        assert_eq!(
            answer.status,
            StatusCode::BAD_REQUEST,
            "{name}: {}",
            answer.body
        );
        assert_eq!(answer.header("location"), None, "{name}");
    }
    for (code, request) in [
        (
            "unsupported_response_type",
            good.replace("response_type=code", "response_type=token"),
        ),
        (
            "invalid_request",
            good.replace("code_challenge_method=S256", "code_challenge_method=plain"),
        ),
        (
            "invalid_target",
            format!("{good}&resource=https%3A%2F%2Fother.example"),
        ),
    ] {
        let answer = browser.open(&request).await;
        assert_eq!(answer.returned("error").as_deref(), Some(code));
        assert_eq!(answer.returned("iss"), Some(world.issuer()));
        assert_eq!(answer.returned("state").as_deref(), Some("st&te=1"));
    }
    // Behind the page that says so to the person.
    let beyond = world.authorize(&client, "task_edit nonsense", &[]);
    let answer = browser.decide(&beyond, &[("decision", "deny")]).await;
    assert_eq!(answer.returned("error").as_deref(), Some("invalid_scope"));
    assert_eq!(answer.returned("iss"), Some(world.issuer()));
    assert_eq!(answer.returned("state").as_deref(), Some("st&te=1"));
    browser
        .open(&good.replace("/bexio/", "/nowhere/"))
        .await
        .expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn prompt_none_never_shows_a_page_and_prompt_login_asks_once() {
    let world = World::new("bexio").await;
    let client = world.add(world.app_client("ledgerly", CONTACTS)).await;
    let silent = world.authorize(&client, CONTACTS, &[("prompt", "none")]);
    let nobody = world.browser().open(&silent).await;
    assert_eq!(nobody.returned("error").as_deref(), Some("login_required"));
    let mut browser = world.annas_browser().await;
    let undecided = browser.open(&silent).await;
    assert_eq!(
        undecided.returned("error").as_deref(),
        Some("consent_required")
    );
    world.consent(&client, CONTACTS, 1).await;
    let decided = browser.open(&silent).await;
    assert!(decided.returned("code").is_some());

    let again = world.authorize(&client, CONTACTS, &[("prompt", "login consent")]);
    let asked = browser.get(&again).await;
    let next = super::next_of(&browser.get(asked.location()).await);
    // Who goes on with the session from before is asked to sign in again.
    let old_session = browser.get(&next).await;
    assert!(old_session.location().starts_with("/bexio/login?next="));
    let signed_in = browser
        .sign_in("anna@muster.example", browser::PASSWORD, &next)
        .await;
    let location = signed_in.location().to_owned();
    browser.get(&location).await.expect(StatusCode::OK);
    // The next request asks anew.
    let anew = browser.get(&again).await;
    assert!(anew.location().starts_with("/bexio/login?next="));
}

#[tokio::test]
async fn a_public_app_on_this_device_is_asked_about_every_time() {
    let world = World::new("bexio").await;
    let client = world.add(Client {
        client_type: ClientType::Public,
        auth_method: TokenEndpointAuthMethod::None,
        secrets: Vec::new(),
        redirect_uris: vec!["http://127.0.0.1/cb".to_owned()],
        ..world.app_client("native", CONTACTS)
    });
    let client = client.await;
    world.consent(&client, CONTACTS, 1).await;
    let mut browser = world.annas_browser().await;
    let request = world
        .authorize(&client, CONTACTS, &[])
        .replace("127.0.0.1%2F", "127.0.0.1%3A49152%2F");
    let page = browser.open(&request).await;
    page.expect(StatusCode::OK);
    assert!(
        page.body.contains("http://127.0.0.1:49152/cb"),
        "the address in full"
    );
    // Forms end here; the page behind them leads to the app.
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("form-action 'self';"), "{policy}");
    let form = [("allow.contact", "contact_edit"), ("decision", "allow")];
    let answer = browser.decide(&request, &form).await;
    answer.expect(StatusCode::OK);
    let target = answer.onward().unwrap();
    assert!(
        target.starts_with("http://127.0.0.1:49152/cb?code="),
        "{target}"
    );
    assert!(
        answer.body.contains(&target.replace('&', "&amp;"))
            || answer.body.contains(&target.replace('&', "&#38;")),
        "{}",
        answer.body
    );
}

/// Programs that look at links before people do send it.
#[tokio::test]
async fn head_changes_nothing() {
    let world = World::new("bexio").await;
    let client = world.add(world.app_client("ledgerly", CONTACTS)).await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, CONTACTS, &[("prompt", "create unknown")]);
    let page = browser.get(&request).await.location().to_owned();
    for path in [&request, &page] {
        let head = axum::http::Request::head(path.as_str());
        let head = head.body(axum::body::Body::empty()).unwrap();
        let answer = world.send(head).await;
        answer.expect(StatusCode::NO_CONTENT);
        assert_eq!(answer.header("location"), None);
        assert_eq!(answer.header("set-cookie"), None);
    }
}

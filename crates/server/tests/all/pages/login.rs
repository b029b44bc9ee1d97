//! Signing in and out.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use oauth::model::{Status, User};

use crate::browser::PASSWORD;
use crate::support::{self, World, encode};

pub(super) const ANNA: &str = "anna@muster.example";

#[tokio::test]
async fn signing_in_gives_a_cookie_for_this_realm_that_scripts_cannot_read() {
    let world = World::new("bexio").await;
    world.give_anna_a_password().await;
    let mut browser = world.browser();
    let answer = browser.sign_in(ANNA, PASSWORD, "").await;
    assert_eq!(answer.location(), "/bexio/account");
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-sg_bexio=sg_bs_"), "{cookie}");
    for attribute in ["Path=/;", "Secure", "HttpOnly", "SameSite=Lax", "Max-Age="] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let page = browser.get("/bexio/account").await;
    page.expect(StatusCode::OK);
    assert!(page.body.contains("Anna Muster"));
    let value = cookie.split(['=', ';']).nth(1).unwrap();
    assert!(!page.body.contains(value) && !page.body.contains("argon2"));
}

#[tokio::test]
async fn signing_in_again_ends_the_session_before() {
    let world = World::new("bexio").await;
    let mut browser = world.annas_browser().await;
    let before = browser.cookie.clone();
    browser
        .sign_in(ANNA, PASSWORD, "")
        .await
        .expect(StatusCode::SEE_OTHER);
    assert_ne!(browser.cookie, before);
    let mut planted = world.browser();
    planted.cookie = before;
    let answer = planted.get("/bexio/account").await;
    assert!(answer.location().starts_with("/bexio/login"));
}

#[tokio::test]
async fn signing_out_ends_the_session_everywhere_it_was_copied() {
    let world = World::new("bexio").await;
    let mut browser = world.annas_browser().await;
    let copied = browser.cookie.clone();
    let answer = browser
        .post("/bexio/logout", &[("next", "/bexio/account")])
        .await;
    assert_eq!(answer.location(), "/bexio/login?next=%2Fbexio%2Faccount");
    assert_eq!(browser.cookie, None);
    browser.cookie = copied;
    let answer = browser.get("/bexio/account").await;
    assert!(answer.location().starts_with("/bexio/login"));
    let evil = browser
        .post("/bexio/logout", &[("next", "//evil.example")])
        .await;
    assert_eq!(evil.location(), "/bexio/login");
}

#[tokio::test]
async fn a_session_ends_by_itself_and_with_the_account() {
    let world = World::new("bexio").await;
    let mut browser = world.annas_browser().await;
    let disabled = User {
        status: Status::Disabled {
            since: support::start(),
        },
        ..world.anna.clone()
    };
    world.change_anna(&disabled).await;
    assert!(
        browser
            .get("/bexio/account")
            .await
            .location()
            .starts_with("/bexio/login")
    );
    let refused = browser.sign_in(ANNA, PASSWORD, "").await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);

    let mut browser = world.annas_browser().await;
    browser.get("/bexio/account").await.expect(StatusCode::OK);
    world.clock.advance(Duration::from_secs(12 * 3_600));
    assert!(
        browser
            .get("/bexio/account")
            .await
            .location()
            .starts_with("/bexio/login")
    );
}

#[tokio::test]
async fn next_leads_to_this_realm_and_nowhere_else() {
    let world = World::new("bexio").await;
    world.give_anna_a_password().await;
    let mut browser = world.browser();
    for evil in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "/bokio/account",
        "/bexio/../bokio/account",
        "/bexio//evil.example",
        "javascript:alert(1)",
        "/bexio/account\r\nx: y",
        "/bexio/logout",
    ] {
        let answer = browser.sign_in(ANNA, PASSWORD, evil).await;
        assert_eq!(answer.location(), "/bexio/account", "{evil:?}");
        let query = encode(&[("next", evil)]);
        let page = world.browser().get(&format!("/bexio/login?{query}")).await;
        assert!(
            page.body.contains("name=\"next\" value=\"/bexio/account\""),
            "{evil:?}"
        );
    }
    let good = "/bexio/scopes?q=contact";
    assert_eq!(browser.sign_in(ANNA, PASSWORD, good).await.location(), good);
}

#[tokio::test]
async fn what_was_wrong_stands_beside_its_field_and_tells_nothing_more() {
    let world = World::new("bexio").await;
    world.give_anna_a_password().await;
    let mut browser = world.browser();
    let wrong = browser.sign_in(ANNA, "wrong", "").await;
    wrong.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.body.contains("aria-describedby=\"password-problem\""),
        "{}",
        wrong.body
    );
    assert!(!wrong.body.contains("value=\"wrong\""));
    let nobody = browser.sign_in("nobody@muster.example", "wrong", "").await;
    let as_if = |body: &str| body.replace("nobody@", "anna@");
    assert_eq!(
        as_if(&nobody.body),
        wrong.body,
        "nobody learns who has an account"
    );
    assert_eq!(wrong.header("set-cookie"), None);
    for (username, password, field) in [
        ("", "x", "username"),
        ("  ", "x", "username"),
        (ANNA, "", "password"),
    ] {
        let answer = browser.sign_in(username, password, "").await;
        answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            answer.body.contains(&format!("id=\"{field}-problem\"")),
            "{}",
            answer.body
        );
    }
}

#[tokio::test]
async fn a_login_form_from_another_site_is_refused() {
    let world = World::new("bexio").await;
    world.give_anna_a_password().await;
    let mut browser = world.browser();
    let form = [("username", ANNA), ("password", PASSWORD), ("next", "")];
    let foreign = browser
        .post_from("/bexio/login", &form, &[("origin", "https://evil.example")])
        .await;
    foreign.expect(StatusCode::FORBIDDEN);
    assert_eq!(foreign.header("set-cookie"), None);
    let mut anna = world.annas_browser().await;
    anna.post_from("/bexio/logout", &[], &[])
        .await
        .expect(StatusCode::FORBIDDEN);
    anna.get("/bexio/account").await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_cookie_that_cannot_be_one_is_no_session() {
    let world = World::new("bexio").await;
    let mut browser = world.annas_browser().await;
    let real = browser.cookie.clone().unwrap();
    let cut = real[..real.len() - 1].to_owned();
    for cookie in [
        cut,
        real.replace("sg_bs_", "sg_at_"),
        real.replace("__Host-", ""),
        "__Host-sg_bexio=".to_owned(),
    ] {
        browser.cookie = Some(cookie.clone());
        let answer = browser.get("/bexio/account").await;
        assert!(answer.location().starts_with("/bexio/login"), "{cookie}");
    }
}

#[tokio::test]
async fn when_the_database_is_gone_nobody_is_signed_in_and_told_so() {
    let world = World::new("bexio").await;
    world.give_anna_a_password().await;
    for call in [
        "user_by_username",
        "insert_session",
        "begin_login",
        "login_succeeded",
    ] {
        world.store.break_calls(&[call]);
        let answer = world.browser().sign_in(ANNA, PASSWORD, "").await;
        answer.expect(StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.header("set-cookie"), None, "{call}");
        world.store.mend();
    }
}

#[tokio::test]
async fn a_language_chosen_by_hand_stays() {
    let world = World::new("bexio").await;
    let mut browser = world.browser();
    let page = browser.get("/bexio/login?ui_locales=it").await;
    let action = "/bexio/login?ui_locales=it";
    assert!(
        page.body.contains(&format!("action=\"{action}\"")),
        "{}",
        page.body
    );
    let form = [("username", ""), ("password", ""), ("next", "")];
    let again = browser.post(action, &form).await;
    assert!(
        again.body.contains("Inserisca il Suo nome utente"),
        "{}",
        again.body
    );
}

#[tokio::test]
async fn cookies_of_others_do_not_hide_ours() {
    let world = World::new("bexio").await;
    let mut browser = world.annas_browser().await;
    let ended = browser.cookie.clone().unwrap();
    browser.sign_in(ANNA, PASSWORD, "").await;
    let own = browser.cookie.clone().unwrap();
    let account = async |headers: &[&[&[u8]]]| {
        let mut request = Request::get("/bexio/account");
        for parts in headers {
            let value = axum::http::HeaderValue::from_bytes(&parts.join(&b"; "[..])).unwrap();
            request = request.header(header::COOKIE, value);
        }
        world
            .send(request.body(Body::empty()).unwrap())
            .await
            .status
    };
    let (own, ended) = (own.as_bytes(), ended.as_bytes());
    assert_eq!(account(&[&[ended]]).await, StatusCode::SEE_OTHER);
    let cases: [&[&[&[u8]]]; 6] = [
        &[&["name=Jürg".as_bytes(), own]],
        &[&[b"name=J\xfcrg", own, b"x=\xff"]],
        &[&[b"\xff\xfe"], &[own]],
        &[&[ended, own]],
        &[&[ended], &[own]],
        &[&[b"__Host-sg_bexio=", b"__Host-sg_bexio=sg_bs_nonsense", own]],
    ];
    for headers in cases {
        assert_eq!(account(headers).await, StatusCode::OK, "{headers:?}");
    }
}

#[tokio::test]
async fn who_keeps_no_cookies_is_told_so() {
    let world = World::new("bexio").await;
    world.give_anna_a_password().await;
    let mut browser = world.browser();
    let page = browser.get("/bexio/login").await;
    page.expect(StatusCode::OK);
    assert!(page.body.contains("name=\"cookie\""), "{}", page.body);
    let form = [
        ("username", ANNA),
        ("password", PASSWORD),
        ("cookie", "given"),
    ];
    let kept = browser.post("/bexio/login", &form).await;
    assert_eq!(kept.location(), "/bexio/account");
    let told = world.browser().post("/bexio/login", &form).await;
    told.expect(StatusCode::BAD_REQUEST);
    assert!(told.body.contains("blocks cookies"), "{}", told.body);
    assert_eq!(told.header("set-cookie"), None);
}

//! What people do with their own accounts: passwords, links, second factor, browsers.

use std::path::Path;
use std::time::Duration;

use axum::http::StatusCode;
use oauth::audit::Actor;
use oauth::model::Client;
use oauth::second_factor::totp::{TotpSecret, step_at};

use super::login::ANNA;
use crate::browser::{Browser, PASSWORD};
use crate::support::{Answer, World};
use oauth::sign_in::SecondFactorPolicy;
use realm::sign_in::SignIn;
use storage::SqliteStore;

pub(super) const NEW: &str = "four quite different words";

pub(super) async fn change(browser: &mut Browser<'_>, old: &str, new: &str, again: &str) -> Answer {
    let form = [
        ("old-password", old),
        ("new-password", new),
        ("again", again),
    ];
    browser.post("/bexio/account/password", &form).await
}

#[tokio::test]
async fn a_changed_password_ends_every_other_session() {
    let world = World::new("bexio").await;
    let mut here = world.annas_browser().await;
    let mut there = world.browser();
    there.sign_in(ANNA, PASSWORD, "").await;
    let copied = here.cookie.clone();
    let done = change(&mut here, PASSWORD, NEW, NEW).await;
    assert_eq!(done.location(), "/bexio/account/security?done=password");
    let page = here.get(done.location()).await;
    page.expect(StatusCode::OK);
    assert!(
        page.body.contains("Your password is changed"),
        "{}",
        page.body
    );
    // The others, and what was copied of this one.
    for cookie in [there.cookie.clone(), copied] {
        let mut other = world.browser();
        other.cookie = cookie;
        let answer = other.get("/bexio/account/security").await;
        assert!(answer.location().starts_with("/bexio/login"));
    }
    let old = world.browser().sign_in(ANNA, PASSWORD, "").await;
    old.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let new = world.browser().sign_in(ANNA, NEW, "").await;
    new.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_password_is_changed_by_whoever_knows_it_and_as_one_can_be() {
    let world = World::new("bexio").await;
    let mut browser = world.annas_browser().await;
    for (old, new, again, field) in [
        ("", NEW, NEW, "old-password"),
        ("wrong", NEW, NEW, "old-password"),
        (PASSWORD, "short", "short", "new-password"),
        (PASSWORD, "", "", "new-password"),
        (PASSWORD, NEW, "something else", "again"),
    ] {
        let answer = change(&mut browser, old, new, again).await;
        answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
        let points = format!("<a href=\"#{field}\">");
        assert!(answer.body.contains(&points), "{field}: {}", answer.body);
        assert!(!answer.body.contains(NEW), "{}", answer.body);
    }
    // Guesses count as they do at signing in.
    for _ in 0..4 {
        change(&mut browser, "wrong", NEW, NEW).await;
    }
    let late = change(&mut browser, PASSWORD, NEW, NEW).await;
    late.expect(StatusCode::TOO_MANY_REQUESTS);
    assert!(late.header("retry-after").is_some());
    let foreign = browser
        .post_from(
            "/bexio/account/password",
            &[("old-password", PASSWORD)],
            &[("origin", "https://evil.example")],
        )
        .await;
    foreign.expect(StatusCode::FORBIDDEN);
}

/// The mails that lie in a folder, once there are so many.
pub(super) async fn mails(folder: &Path, many: usize) -> Vec<String> {
    loop {
        let files = std::fs::read_dir(folder).into_iter().flatten();
        let mut names: Vec<_> = files
            .map(|file| file.unwrap().path())
            .filter(|name| name.extension().is_some_and(|end| end == "eml"))
            .collect();
        if names.len() >= many {
            names.sort();
            let read = names
                .iter()
                .map(|name| std::fs::read_to_string(name).unwrap());
            return read
                .map(|text| text.replace("=\r\n", "").replace("=3D", "="))
                .collect();
        }
        tokio::task::yield_now().await;
    }
}

pub(super) fn link_in(mail: &str) -> String {
    let (_, rest) = mail.split_once("https://auth.example.com").unwrap();
    rest.split_whitespace().next().unwrap().to_owned()
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_a_mailed_link_once() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::with_mail("bexio", folder.path()).await;
    let background = tokio::spawn(std::sync::Arc::clone(&world.app).run_background());
    let mut signed_in = world.annas_browser().await;
    let mut browser = world.browser();
    let login = browser.get("/bexio/login").await;
    assert!(
        login.body.contains("href=\"/bexio/forgotten\""),
        "{}",
        login.body
    );
    browser.get("/bexio/forgotten").await.expect(StatusCode::OK);
    let asked = browser
        .post("/bexio/forgotten", &[("username", ANNA)])
        .await;
    asked.expect(StatusCode::OK);
    let nobody = browser
        .post("/bexio/forgotten", &[("username", "nobody@muster.example")])
        .await;
    assert_eq!(nobody.body, asked.body);
    assert_eq!(nobody.status, asked.status);

    let mail = mails(folder.path(), 1).await.remove(0);
    assert!(mail.contains("To: anna@muster.example"), "{mail}");
    let link = link_in(&mail);
    assert!(link.starts_with("/bexio/link?v=sg_al_"), "{link}");
    // The secret leaves the address at once, and using the link uses nothing up.
    for _ in 0..2 {
        let moved = browser.get(&link).await;
        assert_eq!(moved.location(), "/bexio/link");
        assert!(moved.header("set-cookie").unwrap().contains("HttpOnly"));
    }
    let page = browser.get("/bexio/link").await;
    page.expect(StatusCode::OK);
    assert_eq!(page.header("referrer-policy"), Some("same-origin"));
    assert!(page.body.contains(ANNA) && !page.body.contains("sg_al_"));
    let wrong = [("new-password", NEW), ("again", "other")];
    let again = browser.post("/bexio/link", &wrong).await;
    again.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let right = [("new-password", NEW), ("again", NEW)];
    let done = browser.post("/bexio/link", &right).await;
    assert_eq!(done.location(), "/bexio/login?done=password");
    let login = browser.get(done.location()).await;
    assert!(
        login.body.contains("Your password is set"),
        "{}",
        login.body
    );

    // Once; and whoever was signed in is not any more.
    let mut late = world.browser();
    late.get(&link).await;
    late.get("/bexio/link").await.expect(StatusCode::GONE);
    late.post("/bexio/link", &right)
        .await
        .expect(StatusCode::GONE);
    let ended = signed_in.get("/bexio/account").await;
    assert!(ended.location().starts_with("/bexio/login"));
    let new = browser.sign_in(ANNA, NEW, "").await;
    assert_eq!(new.location(), "/bexio/account");
    background.abort();
}

#[tokio::test]
async fn links_are_asked_for_a_few_times_and_end() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::with_mail("bexio", folder.path()).await;
    let background = tokio::spawn(std::sync::Arc::clone(&world.app).run_background());
    world.give_anna_a_password().await;
    let mut browser = world.browser();
    for _ in 0..5 {
        let asked = browser
            .post("/bexio/forgotten", &[("username", ANNA)])
            .await;
        asked.expect(StatusCode::OK);
    }
    let empty = browser.post("/bexio/forgotten", &[("username", " ")]).await;
    empty.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let link = link_in(&mails(folder.path(), 3).await[0]);
    world.clock.advance(Duration::from_secs(30 * 60));
    browser.get(&link).await.expect(StatusCode::SEE_OTHER);
    browser.get("/bexio/link").await.expect(StatusCode::GONE);
    assert_eq!(mails(folder.path(), 3).await.len(), 3);
    let garbage = world.browser().get("/bexio/link?v=sg_al_x").await;
    garbage.expect(StatusCode::GONE);
    background.abort();
}

#[tokio::test]
async fn without_mail_nobody_is_offered_a_link() {
    let world = World::new("bexio").await;
    let mut browser = world.browser();
    let login = browser.get("/bexio/login").await;
    assert!(!login.body.contains("forgotten"), "{}", login.body);
    browser
        .get("/bexio/forgotten")
        .await
        .expect(StatusCode::NOT_FOUND);
    let asked = browser
        .post("/bexio/forgotten", &[("username", ANNA)])
        .await;
    asked.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whoever_is_invited_chooses_name_and_password() {
    let world = World::new("bexio").await;
    let invite = realm::manage::Invite {
        username: String::from("carla@muster.example"),
        email: String::from("carla@muster.example"),
        place: Some((String::from("muster"), vec![String::from("owner")])),
    };
    let desk = world.app.desk(&world.begun);
    let issuer = world.begun.issuer();
    let by = Actor::operator(None);
    // With a role that is not there nobody is added, so that the right one can follow.
    let emperor = vec![String::from("emperor")];
    let wrong = realm::manage::Invite {
        place: Some((String::from("muster"), emperor)),
        ..invite.clone()
    };
    assert!(desk.invite(&by, issuer, wrong).await.is_err());
    let invited = desk.invite(&by, issuer, invite);
    let invited = invited.await.unwrap();
    let (_, link) = invited.link.url.split_once("auth.example.com").unwrap();
    let mut browser = world.browser();
    let before = browser.sign_in("carla@muster.example", "", "").await;
    before.expect(StatusCode::UNPROCESSABLE_ENTITY);
    browser.get(link).await;
    let page = browser.get("/bexio/link").await;
    assert!(page.body.contains("Welcome to bexio"), "{}", page.body);
    let nameless = [("name", " "), ("new-password", NEW), ("again", NEW)];
    let again = browser.post("/bexio/link", &nameless).await;
    again.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let form = [
        ("name", "Carla Muster"),
        ("new-password", NEW),
        ("again", NEW),
    ];
    let done = browser.post("/bexio/link", &form).await;
    done.expect(StatusCode::SEE_OTHER);
    browser.sign_in("carla@muster.example", NEW, "").await;
    let account = browser.get("/bexio/account").await;
    assert!(account.body.contains("Carla Muster"), "{}", account.body);
}

/// The secret that the page shows, and the app that has it.
pub(super) async fn set_up(browser: &mut Browser<'_>) -> TotpSecret {
    let begin = [("set-up-password", PASSWORD)];
    let begun = browser.post("/bexio/account/second-factor", &begin).await;
    assert_eq!(begun.location(), "/bexio/account/second-factor");
    let page = browser.get(begun.location()).await;
    page.expect(StatusCode::OK);
    assert!(page.body.contains("<svg class=\"qr\""), "{}", page.body);
    secret_on(&page)
}

fn secret_on(page: &Answer) -> TotpSecret {
    let (_, rest) = page.body.split_once("secret=").unwrap();
    let text = rest.split('&').next().unwrap();
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits = text.chars().map(|c| letters.find(c).unwrap());
    let bits: Vec<bool> = bits
        .flat_map(|five| (0..5).rev().map(move |place| five >> place & 1 == 1))
        .collect();
    let bytes = bits.chunks_exact(8);
    let bytes: Vec<u8> = bytes
        .map(|byte| byte.iter().fold(0, |sum, bit| sum << 1 | u8::from(*bit)))
        .collect();
    TotpSecret::from_bytes(&bytes).unwrap()
}

pub(super) async fn confirm(
    world: &World,
    browser: &mut Browser<'_>,
    app: &TotpSecret,
) -> Vec<String> {
    let code = app.code(step_at(world.app.now()));
    let path = "/bexio/account/second-factor/confirm";
    let page = browser.post(path, &[("code", &code)]).await;
    page.expect(StatusCode::OK);
    let codes = page.body.split("<li><code>").skip(1);
    codes
        .map(|rest| rest.split('<').next().unwrap().to_owned())
        .collect()
}

pub(super) async fn code(browser: &mut Browser<'_>, typed: &str) -> Answer {
    let form = [("code", typed), ("next", "/bexio/account")];
    browser.post("/bexio/login/code", &form).await
}

#[tokio::test]
async fn a_second_factor_is_asked_for_once_it_is_confirmed() {
    let world = World::new("bexio").await;
    let mut browser = world.annas_browser().await;
    let app = set_up(&mut browser).await;
    // Not before.
    world
        .browser()
        .sign_in(ANNA, PASSWORD, "")
        .await
        .expect(StatusCode::SEE_OTHER);
    let wrong = [("code", "000000")];
    let refused = browser
        .post("/bexio/account/second-factor/confirm", &wrong)
        .await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let codes = confirm(&world, &mut browser, &app).await;
    assert_eq!(codes.len(), 10);
    let page = browser.get("/bexio/account/security").await;
    assert!(
        page.body.contains("10 recovery codes are left"),
        "{}",
        page.body
    );
    assert!(page.body.contains("Signed in with password and code"));

    let mut other = world.browser();
    let half = other.sign_in(ANNA, PASSWORD, "/bexio/account").await;
    assert_eq!(half.location(), "/bexio/login/code?next=%2Fbexio%2Faccount");
    assert_eq!(other.cookie, None);
    // Half signed in is nothing but that.
    let account = other.get("/bexio/account").await;
    assert!(account.location().starts_with("/bexio/login"));
    other.get(half.location()).await.expect(StatusCode::OK);
    // The code that confirmed it was used.
    let used = app.code(step_at(world.app.now()));
    let again = code(&mut other, &used).await;
    again.expect(StatusCode::UNPROCESSABLE_ENTITY);
    world.clock.advance(Duration::from_secs(30));
    let next = app.code(step_at(world.app.now()));
    let passed = code(&mut other, &next).await;
    assert_eq!(passed.location(), "/bexio/account");
    other.get("/bexio/account").await.expect(StatusCode::OK);
    assert!(other.passing.is_empty());
}

#[tokio::test]
async fn a_recovery_code_signs_in_once() {
    let world = World::new("bexio").await;
    let mut browser = world.annas_browser().await;
    let app = set_up(&mut browser).await;
    let codes = confirm(&world, &mut browser, &app).await;
    for (expected, typed) in [
        (StatusCode::SEE_OTHER, codes[0].to_uppercase()),
        (StatusCode::UNPROCESSABLE_ENTITY, codes[0].clone()),
        (StatusCode::SEE_OTHER, codes[1].replace('-', " ")),
    ] {
        let mut other = world.browser();
        other.sign_in(ANNA, PASSWORD, "").await;
        code(&mut other, &typed).await.expect(expected);
    }
    let form = [("codes-password", PASSWORD)];
    let path = "/bexio/account/second-factor/codes";
    browser.post(path, &form).await.expect(StatusCode::OK);
    let mut other = world.browser();
    other.sign_in(ANNA, PASSWORD, "").await;
    let old = code(&mut other, &codes[2]).await;
    old.expect(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn codes_are_not_guessed_and_time_is_short() {
    let world = World::new("bexio").await;
    let mut browser = world.annas_browser().await;
    let app = set_up(&mut browser).await;
    confirm(&world, &mut browser, &app).await;
    let mut other = world.browser();
    other.sign_in(ANNA, PASSWORD, "").await;
    for _ in 0..5 {
        let wrong = code(&mut other, "zzzz-zzzz-zzzz-zzzz").await;
        wrong.expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
    world.clock.advance(Duration::from_secs(60));
    let right = app.code(step_at(world.app.now()));
    let late = code(&mut other, &right).await;
    late.expect(StatusCode::TOO_MANY_REQUESTS);
    world.clock.advance(Duration::from_secs(3_600));
    // The password counts for five minutes only.
    let right = app.code(step_at(world.app.now()));
    let gone = code(&mut other, &right).await;
    assert!(gone.location().starts_with("/bexio/login?next="));
    other.sign_in(ANNA, PASSWORD, "").await;
    code(&mut other, &right).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_changed_password_ends_what_is_half_signed_in() {
    let world = World::new("bexio").await;
    let mut browser = world.annas_browser().await;
    let app = set_up(&mut browser).await;
    confirm(&world, &mut browser, &app).await;
    let mut other = world.browser();
    other.sign_in(ANNA, PASSWORD, "").await;
    change(&mut browser, PASSWORD, NEW, NEW)
        .await
        .expect(StatusCode::SEE_OTHER);
    world.clock.advance(Duration::from_secs(30));
    let right = app.code(step_at(world.app.now()));
    let gone = code(&mut other, &right).await;
    assert!(gone.location().starts_with("/bexio/login?next="));
}

#[tokio::test]
async fn the_second_factor_is_turned_off_by_whoever_has_both() {
    let world = World::new("bexio").await;
    let mut browser = world.annas_browser().await;
    let app = set_up(&mut browser).await;
    confirm(&world, &mut browser, &app).await;
    world.clock.advance(Duration::from_secs(30));
    let right = app.code(step_at(world.app.now()));
    let path = "/bexio/account/second-factor/off";
    for (password, typed) in [
        ("wrong", right.as_str()),
        (PASSWORD, "000000"),
        (PASSWORD, ""),
    ] {
        let form = [("off-password", password), ("off-code", typed)];
        let refused = browser.post(path, &form).await;
        refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let form = [("off-password", PASSWORD), ("off-code", &right)];
    let done = browser.post(path, &form).await;
    assert_eq!(done.location(), "/bexio/account/security?done=factor-off");
    let mut other = world.browser();
    let passed = other.sign_in(ANNA, PASSWORD, "").await;
    assert_eq!(passed.location(), "/bexio/account");
}

#[tokio::test]
async fn browsers_are_listed_and_signed_out() {
    let world = World::new("bexio").await;
    let mut here = world.annas_browser().await;
    let mut others = Vec::new();
    for _ in 0..3 {
        let mut other = world.browser();
        other.sign_in(ANNA, PASSWORD, "").await;
        others.push(other);
    }
    let page = here.get("/bexio/account/security").await;
    page.expect(StatusCode::OK);
    let ends: Vec<&str> = page
        .body
        .split("action=\"/bexio/account/sessions/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next()?.strip_suffix("/end"))
        .collect();
    assert_eq!(ends.len(), 3, "{}", page.body);
    let path = format!("/bexio/account/sessions/{}/end", ends[0]);
    here.post(&path, &[("x", "")])
        .await
        .expect(StatusCode::SEE_OTHER);
    let mut signed_in = 0;
    for other in &mut others {
        let page = other.get("/bexio/account").await;
        signed_in += usize::from(page.status == StatusCode::OK);
    }
    assert_eq!(signed_in, 2);
    let path = "/bexio/account/sessions/end-others";
    here.post(path, &[("x", "")])
        .await
        .expect(StatusCode::SEE_OTHER);
    for other in &mut others {
        let page = other.get("/bexio/account").await;
        assert!(page.location().starts_with("/bexio/login"));
    }
    here.get("/bexio/account").await.expect(StatusCode::OK);
}

async fn demanding(policy: SecondFactorPolicy) -> World {
    let sign_in = SignIn {
        second_factor: policy,
        ..SignIn::default()
    };
    let database = SqliteStore::open_in_memory().await.unwrap();
    World::with_sign_in("bokio", sign_in, std::sync::Arc::new(database)).await
}

/// The scope is of an elevation; without it nothing is demanded.
#[tokio::test]
async fn elevated_scopes_demand_a_second_factor_where_the_realm_says_so() {
    let world = demanding(SecondFactorPolicy::Elevated).await;
    let scope = "invoices:read bank-payments:write";
    let client: Client = world.add(world.app_client("ledgerly", scope)).await;
    let plain = world.authorize(&client, "invoices:read", &[]);
    let elevated = world.authorize(&client, scope, &[]);
    let mut browser = world.annas_browser().await;
    let kept = browser.get(&plain).await.location().to_owned();
    browser.get(&kept).await.expect(StatusCode::OK);

    let quietly = world.authorize(&client, scope, &[("prompt", "none")]);
    let told = browser.get(&quietly).await;
    let error = told.returned("error");
    assert_eq!(error.as_deref(), Some("unmet_authentication_requirements"));

    let kept = browser.get(&elevated).await.location().to_owned();
    let way = browser.get(&kept).await.location().to_owned();
    assert!(
        way.starts_with("/bokio/account/second-factor?next="),
        "{way}"
    );
    let page = browser.get(&way).await;
    page.expect(StatusCode::OK);
    assert!(page.body.contains("cannot go on without"), "{}", page.body);
    let app = secret_on(&page);
    let code = app.code(step_at(world.app.now()));
    let form = [("code", code.as_str()), ("next", kept.as_str())];
    let codes = browser
        .post("/bokio/account/second-factor/confirm", &form)
        .await;
    codes.expect(StatusCode::OK);
    assert!(
        codes
            .body
            .contains(&format!("href=\"{}\"", kept.replace('&', "&#38;")))
    );
    browser.get(&kept).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn an_app_demands_a_second_factor_by_its_class() {
    let world = demanding(SecondFactorPolicy::Optional).await;
    let client: Client = world
        .add(world.app_client("ledgerly", "invoices:read"))
        .await;
    let mut browser = world.annas_browser().await;
    for (classes, demands) in [
        ("pwd", false),
        ("mfa pwd", false),
        ("of-somebody-else", false),
        ("mfa", true),
        ("of-somebody-else mfa", true),
    ] {
        let asks = world.authorize(&client, "invoices:read", &[("acr_values", classes)]);
        let kept = browser.get(&asks).await.location().to_owned();
        let page = browser.get(&kept).await;
        let is_demanded = page.status == StatusCode::SEE_OTHER;
        assert_eq!(is_demanded, demands, "{classes}");
    }
}

#[tokio::test]
async fn where_everybody_has_to_have_one_a_password_leads_to_setting_it_up() {
    let world = demanding(SecondFactorPolicy::Always).await;
    world.give_anna_a_password().await;
    let mut browser = world.browser();
    let passed = browser.sign_in(ANNA, PASSWORD, "").await;
    let way = "/bokio/account/second-factor?next=%2Fbokio%2Faccount";
    assert_eq!(passed.location(), way);
    // Whoever signed in a while ago gives the password again.
    world.clock.advance(Duration::from_secs(601));
    let again = browser.get(way).await;
    assert!(again.location().starts_with("/bokio/login?next="));
    browser.sign_in(ANNA, PASSWORD, way).await;
    browser.get(way).await.expect(StatusCode::OK);
}

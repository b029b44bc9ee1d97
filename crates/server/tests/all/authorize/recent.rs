//! How recently the person must have signed in, for the app or for what it asks.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use jiff::SignedDuration;
use oauth::model::Client;
use realm::sign_in::{SignIn, SignInKind};
use storage::SqliteStore;

use super::CONTACTS;
use crate::browser::{self, Browser};
use crate::support::World;

const MINUTE: Duration = Duration::from_secs(60);

/// Does this request ask somebody who is signed in to do it again?
async fn asks_again(browser: &mut Browser<'_>, request: &str) -> bool {
    let answer = browser.get(request).await;
    answer.location().contains("/login?next=")
}

async fn signs_in_behind(browser: &mut Browser<'_>, request: &str) -> StatusCode {
    let asked = browser.get(request).await;
    let next = super::next_of(&browser.get(asked.location()).await);
    let signed_in = browser
        .sign_in("anna@muster.example", browser::PASSWORD, &next)
        .await;
    let location = signed_in.location().to_owned();
    browser.get(&location).await.status
}

#[tokio::test]
async fn max_age_is_held_against_when_the_person_signed_in() {
    let world = World::new("bexio").await;
    let client = world.add(world.app_client("ledgerly", CONTACTS)).await;
    let mut browser = world.annas_browser().await;
    world.clock.advance(5 * MINUTE);
    let at_most = |seconds: &str| world.authorize(&client, CONTACTS, &[("max_age", seconds)]);
    for (seconds, again) in [
        ("300", false),
        ("99999999999999999999", false),
        ("299", true),
        ("0", true),
    ] {
        let asks = asks_again(&mut browser, &at_most(seconds)).await;
        assert_eq!(asks, again, "{seconds}");
    }
    let silent = [("max_age", "299"), ("prompt", "none")];
    let silent = world.authorize(&client, CONTACTS, &silent);
    let refused = browser.open(&silent).await;
    assert_eq!(refused.returned("error").as_deref(), Some("login_required"));
    for wrong in ["-1", "1.5", "now", "1 "] {
        let refused = browser.open(&at_most(wrong)).await;
        assert_eq!(
            refused.returned("error").as_deref(),
            Some("invalid_request"),
            "{wrong}"
        );
    }
    // Even where none is young enough, the one that was asked for is.
    let status = signs_in_behind(&mut browser, &at_most("0")).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn elevated_scopes_want_a_recent_sign_in_where_the_realm_says_so() {
    let sign_in = SignIn {
        kind: SignInKind::Accounts,
        again_for_elevated: Some(SignedDuration::from_mins(15)),
        ..SignIn::default()
    };
    let database = Arc::new(SqliteStore::open_in_memory().await.unwrap());
    let world = World::with_sign_in("bokio", sign_in, database).await;
    let scope = "invoices:read bank-payments:write";
    let client: Client = world.add(world.app_client("ledgerly", scope)).await;
    let plain = world.authorize(&client, "invoices:read", &[]);
    let elevated = world.authorize(&client, scope, &[]);
    let mut browser = world.annas_browser().await;
    world.clock.advance(15 * MINUTE);
    assert!(!asks_again(&mut browser, &elevated).await);
    world.clock.advance(MINUTE);
    assert!(asks_again(&mut browser, &elevated).await);
    assert!(!asks_again(&mut browser, &plain).await);
    // What the app says itself counts where it is shorter.
    let shorter = world.authorize(&client, "invoices:read", &[("max_age", "900")]);
    assert!(asks_again(&mut browser, &shorter).await);
    let status = signs_in_behind(&mut browser, &elevated).await;
    assert_eq!(status, StatusCode::OK);
}

//! Setting a second factor up, and its codes: whose they are, and what counts as a guess.

use std::time::Duration;

use axum::http::StatusCode;
use oauth::audit::Actor;
use oauth::second_factor::totp::step_at;

use super::accounts::{code, confirm, set_up};
use super::login::ANNA;
use crate::browser::PASSWORD;
use crate::support::{Answer, World, join_all};

const SET_UP: &str = "/bexio/account/second-factor";
const CONFIRM: &str = "/bexio/account/second-factor/confirm";
const SECURITY: &str = "/bexio/account/security";

#[tokio::test]
async fn what_is_set_up_in_one_session_no_other_sees_or_confirms() {
    let world = World::new("bexio").await;
    let mut here = world.annas_browser().await;
    let app = set_up(&mut here).await;
    let mut there = world.browser();
    there.sign_in(ANNA, PASSWORD, "").await;
    assert_eq!(there.get(SET_UP).await.location(), SECURITY);
    let right = app.code(step_at(world.app.now()));
    // Nor is it guessed there: whoever set it up does not wait.
    for _ in 0..6 {
        let told = there.post(CONFIRM, &[("code", &right)]).await;
        assert_eq!(told.location(), SECURITY);
    }
    world
        .browser()
        .sign_in(ANNA, PASSWORD, "")
        .await
        .expect(StatusCode::SEE_OTHER);
    here.get(SET_UP).await.expect(StatusCode::OK);
    // Who begins there gets a secret of their own, and this one is nothing any more.
    let other = set_up(&mut there).await;
    assert_ne!(other.base32(), app.base32());
    assert_eq!(here.get(SET_UP).await.location(), SECURITY);
    let late = here.post(CONFIRM, &[("code", &right)]).await;
    assert_eq!(late.location(), SECURITY);
    // Whoever is on the way to something stays on it.
    let onward = "/bexio/consent?request=x";
    let late = here
        .post(CONFIRM, &[("code", &right), ("next", onward)])
        .await;
    assert_eq!(
        late.location(),
        format!("{SET_UP}?next=%2Fbexio%2Fconsent%3Frequest%3Dx")
    );
    assert_eq!(confirm(&world, &mut there, &other).await.len(), 10);
}

/// Tries one code in six browsers at once; answers what came of each.
async fn in_six_browsers(world: &World, typed: &str) -> Vec<Answer> {
    let mut browsers = Vec::new();
    for _ in 0..6 {
        let mut browser = world.browser();
        browser.sign_in(ANNA, PASSWORD, "").await;
        browsers.push(browser);
    }
    let tries = browsers.iter_mut().map(|browser| code(browser, typed));
    join_all(tries).await
}

#[tokio::test]
async fn a_right_code_at_the_same_moment_is_one_try() {
    let world = World::new("bexio").await;
    let mut browser = world.annas_browser().await;
    let app = set_up(&mut browser).await;
    let codes = confirm(&world, &mut browser, &app).await;
    for is_of_app in [false, true] {
        // What was left half signed in gives way to what comes later.
        world.clock.advance(Duration::from_secs(30));
        let by_app = app.code(step_at(world.app.now()));
        let typed = if is_of_app { &by_app } else { &codes[0] };
        let tried = in_six_browsers(&world, typed).await;
        let passed = |tried: &&Answer| tried.status == StatusCode::SEE_OTHER;
        assert_eq!(tried.iter().filter(passed).count(), 1, "{typed}");
        for late in tried.iter().filter(|tried| !passed(tried)) {
            late.expect(StatusCode::UNPROCESSABLE_ENTITY);
            assert!(late.body.contains("was used already"), "{}", late.body);
        }
    }
    // Nobody waits.
    let mut other = world.browser();
    other.sign_in(ANNA, PASSWORD, "").await;
    let passed = code(&mut other, &codes[1]).await;
    passed.expect(StatusCode::SEE_OTHER);
}

/// What was used is no guess, and forgives none.
#[tokio::test]
async fn a_used_code_does_not_forgive_guesses() {
    let world = World::new("bexio").await;
    let mut browser = world.annas_browser().await;
    let app = set_up(&mut browser).await;
    let codes = confirm(&world, &mut browser, &app).await;
    let mut other = world.browser();
    other.sign_in(ANNA, PASSWORD, "").await;
    code(&mut other, &codes[0])
        .await
        .expect(StatusCode::SEE_OTHER);
    other.sign_in(ANNA, PASSWORD, "").await;
    for typed in ["000000", "000000", "000000", "000000", &codes[0], "000000"] {
        let wrong = code(&mut other, typed).await;
        wrong.expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let late = code(&mut other, &codes[1]).await;
    late.expect(StatusCode::TOO_MANY_REQUESTS);
    assert!(
        late.body
            .contains("Too many wrong codes were entered for this account")
            && late.body.contains("Try again in 1 hour"),
        "{}",
        late.body
    );
}

#[tokio::test]
async fn whose_second_factor_is_turned_off_sets_one_up_at_once() {
    let world = World::new("bexio").await;
    let mut browser = world.annas_browser().await;
    let app = set_up(&mut browser).await;
    confirm(&world, &mut browser, &app).await;
    let mut other = world.browser();
    other.sign_in(ANNA, PASSWORD, "").await;
    for _ in 0..5 {
        code(&mut other, "zzzz-zzzz-zzzz-zzzz").await;
    }
    let late = code(&mut other, "zzzz-zzzz-zzzz-zzzz").await;
    late.expect(StatusCode::TOO_MANY_REQUESTS);
    let desk = world.app.desk(&world.begun);
    let anna = desk.person(ANNA).await.unwrap();
    let off = desk.second_factor_off(&Actor::operator(None), &anna).await;
    assert!(off.unwrap());
    let anew = set_up(&mut browser).await;
    assert_eq!(confirm(&world, &mut browser, &anew).await.len(), 10);
}

#[tokio::test]
async fn slips_while_it_is_set_up_lock_nobody_out() {
    let world = World::new("bexio").await;
    let mut browser = world.annas_browser().await;
    let app = set_up(&mut browser).await;
    for typed in [
        "12345",
        "abcdef",
        "1234567",
        "\u{0}",
        "12 34 5",
        &"1".repeat(5_000),
    ] {
        let slip = browser.post(CONFIRM, &[("code", typed)]).await;
        slip.expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(confirm(&world, &mut browser, &app).await.len(), 10);
}

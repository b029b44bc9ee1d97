//! How often a password can be guessed.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use oauth::model::{LoginAttempt, LoginLimit, LoginStart};
use realm::throttle::{PER_ADDRESS, PER_USERNAME, UNDER_WAY_SECONDS, WINDOW_MINUTES};
use server::operations::ClientAddress;

use super::login::ANNA;
use crate::browser::PASSWORD;
use crate::support::{self, BASE, World, encode, join_all};

#[tokio::test]
async fn one_username_can_be_tried_a_few_times_and_then_has_to_wait() {
    let world = World::new("bexio").await;
    world.give_anna_a_password().await;
    let mut browser = world.browser();
    for _ in 0..PER_USERNAME {
        let answer = browser.sign_in(ANNA, "wrong", "").await;
        answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
        world.clock.advance(Duration::from_secs(60));
    }
    // Also with the right password, and whatever the case.
    let answer = browser.sign_in("ANNA@muster.example", PASSWORD, "").await;
    answer.expect(StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!(wait <= 11 * 60 && wait > 8 * 60, "{wait}");
    // First how long, then when, by a clock whose zone is said.
    let told = format!("Try again in {} minutes (at 08:1", wait.div_ceil(60));
    assert!(answer.body.contains(&told), "{}", answer.body);
    assert!(answer.body.contains(" UTC)"), "{}", answer.body);
    world.clock.advance(Duration::from_secs(wait));
    browser
        .sign_in(ANNA, PASSWORD, "")
        .await
        .expect(StatusCode::SEE_OTHER);
    // Success wipes the slate.
    for _ in 0..PER_USERNAME - 1 {
        browser
            .sign_in(ANNA, "wrong", "")
            .await
            .expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
    browser
        .sign_in(ANNA, PASSWORD, "")
        .await
        .expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn wrong_ones_at_the_same_time_are_no_more_than_the_limit() {
    let world = World::new("bexio").await;
    world.give_anna_a_password().await;
    let attempts = (0..15).map(|_| async {
        let mut browser = world.browser();
        browser.sign_in(ANNA, "wrong", "").await.status
    });
    let answers = join_all(attempts).await;
    let with = |status| answers.iter().filter(|answer| **answer == status).count();
    let tried = with(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(tried, PER_USERNAME as usize);
    assert_eq!(with(StatusCode::TOO_MANY_REQUESTS), 15 - tried);
    // They are told the time, not to try again in a moment.
    let answer = world.browser().sign_in(ANNA, PASSWORD, "").await;
    answer.expect(StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.header("retry-after").unwrap(), "900");
}

#[tokio::test]
async fn right_ones_at_the_same_time_all_get_in() {
    let world = World::new("bexio").await;
    world.give_anna_a_password().await;
    let mut mistaken = world.browser();
    for _ in 0..PER_USERNAME - 1 {
        let answer = mistaken.sign_in(ANNA, "wrong", "").await;
        answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let attempts = (0..30).map(|_| async { try_from(&world, ANNA, "192.0.2.9").await });
    for status in join_all(attempts).await {
        assert_eq!(status, StatusCode::SEE_OTHER);
    }
    // Nothing of them is left: there is room for mistakes again.
    for _ in 0..PER_USERNAME {
        let answer = mistaken.sign_in(ANNA, "wrong", "").await;
        answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
}

/// The places of attempts whose server is gone.
async fn cut_off(world: &World, count: u32) {
    for _ in 0..count {
        let attempt = LoginAttempt {
            realm: "bexio".to_owned(),
            id: world.app.new_id(),
            limits: vec![LoginLimit {
                key: format!("username:{ANNA}"),
                most: PER_USERNAME,
                forgiven: true,
            }],
        };
        let now = world.app.now();
        let until = now + Duration::from_secs(UNDER_WAY_SECONDS.unsigned_abs());
        let begun = world.followed.begin_login(&attempt, now, until).await;
        assert_eq!(begun.unwrap(), LoginStart::Begun);
    }
}

#[tokio::test]
async fn attempts_that_a_crash_cut_off_lock_nobody() {
    let world = World::new("bexio").await;
    world.give_anna_a_password().await;
    cut_off(&world, PER_USERNAME - 1).await;
    let mut browser = world.browser();
    let answer = browser.sign_in(ANNA, PASSWORD, "").await;
    answer.expect(StatusCode::SEE_OTHER);
    cut_off(&world, 1).await;
    let answer = browser.sign_in(ANNA, PASSWORD, "").await;
    answer.expect(StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.header("retry-after").unwrap(), "5");
    assert!(answer.body.contains("in a moment"), "{}", answer.body);
    world
        .clock
        .advance(Duration::from_secs(UNDER_WAY_SECONDS.unsigned_abs()));
    let answer = browser.sign_in(ANNA, PASSWORD, "").await;
    answer.expect(StatusCode::SEE_OTHER);
    for _ in 0..PER_USERNAME {
        let answer = browser.sign_in(ANNA, "wrong", "").await;
        answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
}

/// An attempt that outlived its places: others may have begun in them, so its end would be one
/// guess too many.
#[tokio::test]
async fn what_a_late_attempt_found_is_not_told() {
    for password in [PASSWORD, "wrong"] {
        let world = World::new("bexio").await;
        world.give_anna_a_password().await;
        let later = support::start() + Duration::from_secs(60);
        world
            .store
            .before("user_by_username", move |store| async move {
                store
                    .clean_up(later + Duration::from_secs(3_600), 100)
                    .await
                    .unwrap();
            });
        let answer = world.browser().sign_in(ANNA, password, "").await;
        answer.expect(StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(answer.header("set-cookie"), None);
        assert_eq!(answer.header("retry-after").unwrap(), "5");
    }
}

#[tokio::test]
async fn an_attempt_whose_browser_went_away_gives_its_place_back() {
    let world = World::new("bexio").await;
    world.give_anna_a_password().await;
    for _ in 0..PER_USERNAME {
        let mut browser = world.browser();
        let mut attempt = Box::pin(browser.sign_in(ANNA, PASSWORD, ""));
        let begun = |calls: &[&str]| calls.contains(&"user_by_username");
        while !begun(&world.store.take_calls()) {
            let little = Duration::from_millis(1);
            if tokio::time::timeout(little, &mut attempt).await.is_ok() {
                break;
            }
        }
    }
    let answer = world.browser().sign_in(ANNA, PASSWORD, "").await;
    answer.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn one_address_can_try_many_names_only_so_often() {
    let world = World::new("bexio").await;
    world.give_anna_a_password().await;
    for number in 0..PER_ADDRESS {
        let status = try_from(&world, &format!("guess-{number}"), "192.0.2.9").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(
        try_from(&world, ANNA, "192.0.2.9").await,
        StatusCode::TOO_MANY_REQUESTS
    );
    assert_eq!(
        try_from(&world, ANNA, "192.0.2.10").await,
        StatusCode::SEE_OTHER
    );
    world
        .clock
        .advance(Duration::from_secs(WINDOW_MINUTES.unsigned_abs() * 60 + 1));
    assert_eq!(
        try_from(&world, ANNA, "192.0.2.9").await,
        StatusCode::SEE_OTHER
    );
}

async fn try_from(world: &World, username: &str, address: &str) -> StatusCode {
    let form = encode(&[("username", username), ("password", PASSWORD), ("next", "")]);
    let address: std::net::IpAddr = address.parse().unwrap();
    let request = Request::post("/bexio/login")
        .header(header::ORIGIN, BASE)
        .extension(ClientAddress(address))
        .body(Body::from(form));
    world.send(request.unwrap()).await.status
}

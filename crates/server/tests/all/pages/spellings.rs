//! One person, however a keyboard or a program spells their name and password.

use axum::http::StatusCode;
use oauth::model::User;
use realm::throttle::PER_USERNAME;

use crate::support::World;

const APART: &str = "zoe\u{308}@muster.example";
const COMPOSED: &str = "ZO\u{cb}@muster.example";
const WIDE: &str = "Ｚo\u{eb}@muster.example";

/// Anna by another name, with the hash of exactly this password.
async fn called(world: &World, username: &str, password: &str) {
    let user = User {
        username: username.to_owned(),
        password_hash: realm::password::hash(password, [3; 16]).ok(),
        ..world.anna.clone()
    };
    world.change_anna(&user).await;
}

#[tokio::test]
async fn sign_in_as_one_person() {
    let world = World::new("bexio").await;
    // As it was stored before there was one spelling of a password.
    called(&world, APART, "cafe\u{301} cafe\u{301}").await;
    for (username, password, status) in [
        (APART, "cafe\u{301} cafe\u{301}", StatusCode::SEE_OTHER),
        (COMPOSED, "cafe\u{301} cafe\u{301}", StatusCode::SEE_OTHER),
        (WIDE, "cafe cafe", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let answer = world.browser().sign_in(username, password, "").await;
        answer.expect(status);
    }
    called(&world, COMPOSED, "caf\u{e9} caf\u{e9}").await;
    for password in ["caf\u{e9} caf\u{e9}", "cafe\u{301}\u{a0}cafe\u{301}"] {
        let answer = world.browser().sign_in(APART, password, "").await;
        answer.expect(StatusCode::SEE_OTHER);
    }
}

#[tokio::test]
async fn share_their_guesses() {
    let world = World::new("bexio").await;
    called(&world, APART, "long enough").await;
    let names = [APART, COMPOSED, WIDE];
    for (name, _) in names.iter().cycle().zip(0..PER_USERNAME) {
        let answer = world.browser().sign_in(name, "wrong one", "").await;
        answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
    for name in names {
        let answer = world.browser().sign_in(name, "long enough", "").await;
        answer.expect(StatusCode::TOO_MANY_REQUESTS);
    }
}

/// The longest that can be stored signs in, and whatever is longer is nobody.
#[tokio::test]
async fn may_be_as_long_as_what_is_stored() {
    let world = World::new("bexio").await;
    let username = "e\u{301}".repeat(200);
    let username = oauth::naming::username(&username).unwrap();
    let password = oauth::password::typed(&"é".repeat(2_000)).unwrap();
    called(&world, &username, &password).await;
    let typed = [&username, &"E\u{301}".repeat(200)];
    for typed in typed {
        let answer = world.browser().sign_in(typed, &password, "").await;
        answer.expect(StatusCode::SEE_OTHER);
    }
    let mut browser = world.browser();
    let longer = browser.sign_in(&(username + "e"), &password, "").await;
    longer.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(longer.body.contains("password-problem"), "{}", longer.body);
}

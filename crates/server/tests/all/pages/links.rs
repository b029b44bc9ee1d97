//! Links by which people choose a password: of several, and what may be chosen.

use axum::http::StatusCode;
use oauth::audit::Actor;
use realm::manage::{Invite, Refused};

use super::accounts::{NEW, link_in, mails};
use super::login::ANNA;
use crate::browser::PASSWORD;
use crate::support::{Answer, World};

/// What the page behind a link answers in a browser of its own.
async fn opened(world: &World, link: &str) -> Answer {
    let path = link.trim_start_matches("https://auth.example.com");
    let mut browser = world.browser();
    browser.get(path).await.expect(StatusCode::SEE_OTHER);
    browser.get("/bexio/link").await
}

#[tokio::test]
async fn a_later_link_takes_the_place_of_the_earlier() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::with_mail("bexio", folder.path()).await;
    let background = tokio::spawn(std::sync::Arc::clone(&world.app).run_background());
    world.give_anna_a_password().await;
    let mut browser = world.browser();
    let mut links = Vec::new();
    for number in 1..3 {
        browser
            .post("/bexio/forgotten", &[("username", ANNA)])
            .await
            .expect(StatusCode::OK);
        let mailed = mails(folder.path(), number).await;
        links.push(link_in(mailed.last().unwrap()));
    }
    let desk = world.app.desk(&world.begun);
    let by = Actor::operator(None);
    opened(&world, &links[1]).await.expect(StatusCode::OK);
    for _ in 0..2 {
        let printed = desk.link_to_password(&by, world.begun.issuer(), ANNA).await;
        links.push(printed.unwrap().link.url);
    }
    let last = links.pop().unwrap();
    for earlier in &links {
        let gone = opened(&world, earlier).await;
        gone.expect(StatusCode::GONE);
        assert!(gone.body.contains("replaced by a later one"));
        // The way on leads to another.
        assert!(gone.body.contains("href=\"/bexio/forgotten\""));
    }
    opened(&world, &last).await.expect(StatusCode::OK);
    background.abort();
}

#[tokio::test]
async fn an_invitation_is_sent_again_until_it_is_accepted() {
    let world = World::new("bexio").await;
    let desk = world.app.desk(&world.begun);
    let (by, issuer) = (Actor::operator(None), world.begun.issuer());
    let invite = Invite {
        username: String::from("carla@muster.example"),
        email: String::from("carla@muster.example"),
        place: Some((String::from("muster"), vec![String::from("owner")])),
    };
    let first = desk.invite(&by, issuer, invite.clone()).await.unwrap();
    let twice = desk.invite(&by, issuer, invite.clone()).await.unwrap_err();
    assert!(matches!(twice, Refused::Invited { .. }), "{twice}");
    let again = desk.invite_again(&by, issuer, &invite.username);
    let again = again.await.unwrap();
    assert_eq!(again.person, first.person);
    opened(&world, &first.link.url)
        .await
        .expect(StatusCode::GONE);
    let mut browser = world.browser();
    let (_, path) = again.link.url.split_once("auth.example.com").unwrap();
    browser.get(path).await;
    let form = [
        ("name", "Carla Muster"),
        ("new-password", NEW),
        ("again", NEW),
    ];
    let done = browser.post("/bexio/link", &form).await;
    done.expect(StatusCode::SEE_OTHER);
    let late = desk.invite_again(&by, issuer, &invite.username).await;
    let late = late.unwrap_err();
    assert!(matches!(late, Refused::HasPassword { .. }), "{late}");
    let taken = desk.invite(&by, issuer, invite).await.unwrap_err();
    assert!(matches!(taken, Refused::Taken { .. }), "{taken}");
    let (_, place) = desk.places_of(&first.person).await.unwrap().remove(0);
    assert_eq!(place.roles, ["owner"]);
}

/// Also by the name that is given with them.
#[tokio::test]
async fn nobody_chooses_what_is_tried_first() {
    let world = World::new("bexio").await;
    let desk = world.app.desk(&world.begun);
    let (by, issuer) = (Actor::operator(None), world.begun.issuer());
    let invite = Invite {
        username: String::from("c@muster.example"),
        email: String::from("c@muster.example"),
        place: None,
    };
    let invited = desk.invite(&by, issuer, invite).await.unwrap();
    let (_, path) = invited.link.url.split_once("auth.example.com").unwrap();
    let mut browser = world.browser();
    browser.get(path).await;
    let weak = "Carla Freitag 1987";
    let form = |name| [("name", name), ("new-password", weak), ("again", weak)];
    let refused = browser.post("/bexio/link", &form("Carla Freitag")).await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused
            .body
            .contains("one of the first passwords that others would"),
        "{}",
        refused.body
    );
    let done = browser.post("/bexio/link", &form("Dora Feld")).await;
    done.expect(StatusCode::SEE_OTHER);

    let mut anna = world.annas_browser().await;
    let weak = "bexio password 1234";
    let form = [
        ("old-password", PASSWORD),
        ("new-password", weak),
        ("again", weak),
    ];
    let refused = anna.post("/bexio/account/password", &form).await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("<a href=\"#new-password\">"));
}

#[tokio::test]
async fn whoever_waits_is_told_for_what_and_how_long() {
    let world = World::new("bexio").await;
    world.give_anna_a_password().await;
    for _ in 0..5 {
        let wrong = world.browser().sign_in(ANNA, "wrong", "").await;
        wrong.expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let late = world.browser().sign_in(ANNA, PASSWORD, "").await;
    late.expect(StatusCode::TOO_MANY_REQUESTS);
    assert!(
        late.body
            .contains("Too many wrong passwords were entered for this name")
            && late.body.contains("Try again in 15 minutes"),
        "{}",
        late.body
    );
}

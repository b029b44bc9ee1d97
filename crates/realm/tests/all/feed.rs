//! What gates in processes of their own are told.

use std::sync::Arc;
use std::time::Duration;

use enforce::apart::{Forget, News};
use oauth::model::{RevocationReason, RevokedAccessToken, Uuid};
use realm::manage::{ChangeClient, ClientChange};
use realm::{App, Clock, Following, Place, SeededRandom, limits};

use crate::manage::{Office, app as metadata, audit, catalog, now};

/// A server whose own work nobody does but the test.
async fn server(office: &Office) -> Arc<App> {
    let clock = Arc::clone(&office.clock) as Arc<dyn Clock>;
    let random = Arc::new(SeededRandom::new(8));
    let app = App::builder(Arc::clone(&office.store), clock, random);
    app.realm(catalog("bexio")).build().await.unwrap()
}

fn follow(app: &Arc<App>, place: Option<Place>) -> Following {
    let realm = app.realm("bexio").unwrap();
    app.follow(&realm, "api", "the-api", place).unwrap()
}

async fn told(following: &mut Following) -> (Place, News) {
    following.next().await.unwrap()
}

async fn revoke(office: &Office, id: u128) {
    let token = RevokedAccessToken {
        realm: "bexio".to_owned(),
        id: Uuid::from_u128(id),
        expires_at: now() + Duration::from_secs(60),
    };
    let done = office.store.revoke_access_token(&token, audit());
    assert!(done.await.unwrap());
}

fn token(id: u128) -> Forget {
    Forget::Token(Uuid::from_u128(id))
}

#[tokio::test]
async fn a_gate_is_told_what_changes_and_that_nothing_does() {
    let office = Office::of("bexio").await;
    let anna = office.person("anna").await;
    office.client(metadata("ledgerly", "contact_show")).await;
    let grant = office.grant("ledgerly", &anna, "contact_show").await;
    let app = server(&office).await;
    let mut following = follow(&app, None);
    let (_, first) = told(&mut following).await;
    assert_eq!(first.forget, [Forget::Everything]);
    assert_eq!(first.catalog.len(), 64);
    let (_, nothing) = told(&mut following).await;
    assert_eq!((nothing.as_of, nothing.forget), (first.as_of, Vec::new()));

    let by_user = RevocationReason::ByUser;
    let ended = office
        .store
        .revoke_grant("bexio", grant.id, by_user, now(), audit());
    assert!(ended.await.unwrap());
    revoke(&office, 7).await;
    app.catch_up().await.unwrap();
    let (_, news) = told(&mut following).await;
    assert_eq!(news.forget, [Forget::Grant(grant.id), token(7)]);
    assert!(news.as_of > first.as_of);

    // How old it is that all of it is known.
    office.clock.advance_monotonic(Duration::from_millis(700));
    assert_eq!(told(&mut following).await.1.age, 700);
    app.catch_up().await.unwrap();
    assert_eq!(told(&mut following).await.1.age, 0);
}

#[tokio::test]
async fn a_gate_that_comes_again_is_told_what_it_missed_or_to_forget_everything() {
    let office = Office::of("bexio").await;
    let app = server(&office).await;
    let (place, _) = told(&mut follow(&app, None)).await;
    assert_eq!(Place::read(&place.to_string()), Some(place));
    revoke(&office, 1).await;
    revoke(&office, 2).await;
    app.catch_up().await.unwrap();
    let again = |place| {
        let mut following = follow(&app, place);
        async move { told(&mut following).await }
    };
    let (later, missed) = again(Some(place)).await;
    assert_eq!(missed.forget, [token(1), token(2)]);
    assert_eq!(again(Some(later)).await.1.forget, []);
    assert_eq!(again(None).await.1.forget, [Forget::Everything]);

    // Another process's places mean nothing here, nor do those that are yet to come.
    for text in [
        format!("{}.1", Uuid::from_u128(1).simple()),
        place.to_string().replace('.', ".9"),
    ] {
        let unknown = Place::read(&text);
        assert!(unknown.is_some(), "{text}");
        assert_eq!(
            again(unknown).await.1.forget,
            [Forget::Everything],
            "{text}"
        );
    }
    // No place at all.
    for text in ["", "1", "x.1", "1.x", &format!("{}.", Uuid::nil())] {
        assert_eq!(Place::read(text), None, "{text}");
    }

    // More than is kept, and more than is told at once.
    for id in 0..limits::FEED_AT_ONCE as u128 + 1 {
        revoke(&office, 1_000 + id).await;
    }
    app.catch_up().await.unwrap();
    assert_eq!(again(Some(later)).await.1.forget, [Forget::Everything]);
}

#[tokio::test]
async fn a_gap_in_the_changes_is_told_as_everything_also_to_who_is_there() {
    let office = Office::of("bexio").await;
    let app = server(&office).await;
    let mut following = follow(&app, None);
    let (place, _) = told(&mut following).await;
    // What another node wrote is cleaned up, but for the latest change, while this one sleeps.
    for id in 1..=3 {
        revoke(&office, id).await;
    }
    for hours in [0, 2, 4] {
        let later = now() + Duration::from_secs(hours * 3_600);
        while office.store.clean_up(later, 500).await.unwrap() == 500 {}
    }
    app.catch_up().await.unwrap();
    assert_eq!(told(&mut following).await.1.forget, [Forget::Everything]);
    // It comes again, and proves again who it is.
    assert!(following.next().await.is_none());
    let mut again = follow(&app, Some(place));
    assert_eq!(told(&mut again).await.1.forget, [Forget::Everything]);
}

#[tokio::test]
async fn it_ends_with_the_credentials_the_server_and_the_time() {
    let office = Office::of("bexio").await;
    office.client(metadata("the-api", "contact_show")).await;
    let app = server(&office).await;
    let mut following = follow(&app, None);
    told(&mut following).await;
    let realm = app.realm("bexio").unwrap();
    office.client(metadata("another", "contact_show")).await;
    app.catch_up().await.unwrap();
    assert_eq!(
        told(&mut following).await.1.forget,
        [Forget::Client("another".to_owned())]
    );
    let disable = ChangeClient {
        client: "the-api".to_owned(),
        version: None,
        change: ClientChange::Disable,
    };
    let disabled = office.desk().change_client(&office.by, disable).await;
    disabled.unwrap();
    app.catch_up().await.unwrap();
    assert_eq!(
        told(&mut following).await.1.forget,
        [Forget::Client("the-api".to_owned())]
    );
    assert!(following.next().await.is_none());
    drop(following);

    let mut following = follow(&app, None);
    told(&mut following).await;
    office
        .clock
        .advance_monotonic(limits::FEED_LASTS + Duration::from_millis(1));
    told(&mut following).await;
    assert!(following.next().await.is_none());
    drop(following);

    // So many, each with a place of its own until it goes.
    let seats = || app.follow(&realm, "api", "the-api", None);
    let taken: Vec<_> = std::iter::repeat_with(seats)
        .take(limits::FEED_GATES)
        .collect();
    assert!(taken.iter().all(Option::is_some));
    assert!(seats().is_none());
    assert!(app.follow(&realm, "other", "the-api", None).is_some());
    drop(taken);
    assert!(seats().is_some());

    let mut following = follow(&app, None);
    told(&mut following).await;
    app.end_following();
    assert!(following.next().await.is_none());
    assert!(seats().is_none());
}

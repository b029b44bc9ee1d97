//! A store that fails is never answered as success, and never as the client's mistake.

use std::time::Duration;

use axum::http::StatusCode;
use oauth::model::{Client, FamilyStatus, GrantStatus};

use crate::support::{Answer, World};

async fn bexio() -> (World, Client) {
    let world = World::new("bexio").await;
    let client = world
        .add(world.app_client("ledgerly", "contact_edit"))
        .await;
    (world, client)
}

#[track_caller]
fn expect_unavailable(answer: &Answer) {
    answer.expect_error(503, "temporarily_unavailable");
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert!(
        !answer.body.contains("broken on purpose"),
        "details belong in the log"
    );
}

#[tokio::test]
async fn every_read_and_write_of_a_redemption() {
    let (world, client) = bexio().await;
    let (code, _) = world.consent(&client, "contact_show", 1).await;
    for broken in [
        "client",
        "approvals",
        "code",
        "user",
        "rights",
        "organisation",
        "redeem_code",
    ] {
        world.forget(&client).await;
        world.store.break_calls(&[broken]);
        expect_unavailable(&world.redeem(&client, &code).await);
        world.store.mend();
    }
    world.redeem(&client, &code).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn reuse_that_cannot_be_punished_is_503() {
    let (world, client) = bexio().await;
    let api = world.add(world.api("api")).await;
    let (code, grant) = world.consent(&client, "contact_show", 1).await;
    let tokens = world.redeem(&client, &code).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let next = world.refresh(&client, refresh).await.json();
    let next = next["refresh_token"].as_str().unwrap();
    world.refresh(&client, next).await.expect(StatusCode::OK);

    for broken in ["end_family", "family"] {
        world.store.break_calls(&[broken]);
        expect_unavailable(&world.redeem(&client, &code).await);
        expect_unavailable(&world.refresh(&client, refresh).await);
        world.store.mend();
    }
    let stored = world
        .followed
        .grant("bexio", grant.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(stored.status, GrantStatus::Live);
    assert_eq!(world.family_of(access).await.status, FamilyStatus::Live);

    world
        .refresh(&client, refresh)
        .await
        .expect_error(400, "invalid_grant");
    assert!(
        !world
            .is_active(&api, tokens["access_token"].as_str().unwrap())
            .await
    );
}

#[tokio::test]
async fn a_failed_rotation_leaves_the_old_token_good() {
    let (world, client) = bexio().await;
    let tokens = world.tokens(&client, "contact_show", 1).await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    for broken in ["refresh_token", "rotate_refresh_token"] {
        world.store.break_calls(&[broken]);
        expect_unavailable(&world.refresh(&client, refresh).await);
        world.store.mend();
    }
    world.refresh(&client, refresh).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_revocation_that_failed_is_not_answered_as_done() {
    let (world, client) = bexio().await;
    let api = world.add(world.api("api")).await;
    let tokens = world.tokens(&client, "contact_show", 1).await;
    let access = tokens["access_token"].as_str().unwrap();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    world
        .store
        .break_calls(&["revoke_access_token", "end_family"]);
    for token in [access, refresh] {
        expect_unavailable(&world.post_as(&client, "revoke", &[("token", token)]).await);
    }
    world.store.mend();
    world.store.break_calls(&["refresh_token"]);
    expect_unavailable(
        &world
            .post_as(&client, "revoke", &[("token", refresh)])
            .await,
    );
    expect_unavailable(
        &world
            .post_as(&api, "introspect", &[("token", refresh)])
            .await,
    );
    world.store.mend();
    assert!(world.is_active(&api, access).await);
    assert!(world.is_active(&client, refresh).await);
}

#[tokio::test]
async fn who_cannot_follow_changes_for_a_second_denies() {
    let (world, client) = bexio().await;
    let api = world.add(world.api("api")).await;
    let machine_form = [
        ("grant_type", "client_credentials"),
        ("scope", "contact_show"),
    ];
    let machine = world
        .add(world.machine("robot", "machine", "contact_show"))
        .await;
    let tokens = world.tokens(&client, "contact_show", 1).await;
    let access = tokens["access_token"].as_str().unwrap();
    assert!(world.is_active(&api, access).await);
    world
        .post_as(&machine, "token", &machine_form)
        .await
        .expect(StatusCode::OK);

    world.store.break_calls(&["*"]);
    // Within the second, what is known still counts.
    world.clock.advance_monotonic(Duration::from_secs(1));
    assert!(world.is_active(&api, access).await);
    world
        .post_as(&machine, "token", &machine_form)
        .await
        .expect(StatusCode::OK);
    // Behind it, nothing does.
    world.clock.advance_monotonic(Duration::from_millis(1));
    expect_unavailable(
        &world
            .post_as(&api, "introspect", &[("token", access)])
            .await,
    );
    expect_unavailable(&world.post_as(&machine, "token", &machine_form).await);
    // And the store is not asked by each request while it is known to fail.
    world.store.take_calls();
    expect_unavailable(&world.post_as(&machine, "token", &machine_form).await);
    assert_eq!(world.store.take_calls(), Vec::<&str>::new());

    world.store.mend();
    world.clock.advance_monotonic(Duration::from_millis(100));
    assert!(world.is_active(&api, access).await);
    world
        .post_as(&machine, "token", &machine_form)
        .await
        .expect(StatusCode::OK);
}

//! A refresh token that comes back: asked again, too late, or at once.

use std::time::Duration;

use axum::http::StatusCode;
use oauth::model::{Client, FamilyStatus, Redemption, RefreshToken, RevocationReason};

use super::refresh_token::{access_token, bexio, native, refresh_token};
use crate::support::{World, join_all};

/// When its successor was used already; the rightful one is ended too, as nobody can tell who was
/// the thief. Other connections under the same grant go on.
#[tokio::test]
async fn a_rotated_token_that_comes_back_too_late_ends_its_family() {
    let (world, client) = bexio().await;
    let api = world.add(world.api("api")).await;
    let other = world.tokens(&client, "contact_show", 1).await;
    let first = world.tokens(&client, "contact_show", 2).await;
    let second = world.refresh(&client, &refresh_token(&first)).await.json();
    let third = world.refresh(&client, &refresh_token(&second)).await.json();
    for token in [&first, &third, &second] {
        world
            .refresh(&client, &refresh_token(token))
            .await
            .expect_error(400, "invalid_grant");
    }
    for token in [&first, &second, &third] {
        assert!(!world.is_active(&api, &access_token(token)).await);
    }
    assert!(world.is_active(&api, &access_token(&other)).await);
    world
        .refresh(&client, &refresh_token(&other))
        .await
        .expect(StatusCode::OK);
    let family = world.family_of(&access_token(&first)).await;
    let reason = RevocationReason::RefreshTokenReused;
    assert!(matches!(family.status, FamilyStatus::Ended { reason: why, .. } if why == reason));
}

/// The answer was lost, or two refreshed at once: the client gets what it would have got.
#[tokio::test]
async fn who_asks_again_gets_the_same_successor_until_that_is_used() {
    let (world, client) = bexio().await;
    let api = world.add(world.api("api")).await;
    let first = world.tokens(&client, "contact_edit", 1).await;
    let lost = world.refresh(&client, &refresh_token(&first)).await.json();
    for days in [0, 0, 12] {
        world.clock.advance(Duration::from_secs(days * 86_400));
        let again = world.refresh(&client, &refresh_token(&first)).await;
        again.expect(StatusCode::OK);
        let again = again.json();
        assert_eq!(again["refresh_token"], lost["refresh_token"]);
        assert_ne!(again["access_token"], lost["access_token"]);
        assert_eq!(again["scope"], first["scope"]);
        assert!(world.is_active(&api, &access_token(&again)).await);
    }
    let next = world.refresh(&client, &refresh_token(&lost)).await.json();
    assert_ne!(next["refresh_token"], lost["refresh_token"]);
    // Two generations back.
    world
        .refresh(&client, &refresh_token(&first))
        .await
        .expect_error(400, "invalid_grant");
    world
        .refresh(&client, &refresh_token(&next))
        .await
        .expect_error(400, "invalid_grant");
}

/// Anybody could come with it: so there is never more than one that works, and whoever holds
/// another one is found out.
#[tokio::test]
async fn a_public_client_that_asks_again_gets_a_successor_of_its_own() {
    let (world, client) = bexio().await;
    let public = world.add(native(client)).await;
    let first = world.tokens(&public, "contact_show", 1).await;
    let lost = world.refresh(&public, &refresh_token(&first)).await.json();
    let mut got = lost.clone();
    for _ in 0..3 {
        let again = world.refresh(&public, &refresh_token(&first)).await;
        again.expect(StatusCode::OK);
        assert_ne!(again.json()["refresh_token"], got["refresh_token"]);
        got = again.json();
    }
    let next = world.refresh(&public, &refresh_token(&got)).await.json();
    world
        .refresh(&public, &refresh_token(&lost))
        .await
        .expect_error(400, "invalid_grant");
    world
        .refresh(&public, &refresh_token(&next))
        .await
        .expect_error(400, "invalid_grant");
}

#[tokio::test]
async fn what_was_revoked_is_not_revived_by_asking_again() {
    let (world, client) = bexio().await;
    let public = world.add(native(client.clone())).await;
    let mut number = 0;
    for client in [&client, &public] {
        for with_the_first in [true, false] {
            number += 1;
            let first = world.tokens(client, "contact_show", number).await;
            let second = world.refresh(client, &refresh_token(&first)).await.json();
            let token = refresh_token(if with_the_first { &first } else { &second });
            let revoked = world.post_as(client, "revoke", &[("token", &token)]).await;
            revoked.expect(StatusCode::OK);
            for token in [&first, &second] {
                world
                    .refresh(client, &refresh_token(token))
                    .await
                    .expect_error(400, "invalid_grant");
            }
        }
    }
}

#[tokio::test]
async fn asking_again_survives_other_keys() {
    let (world, client) = bexio().await;
    let first = world.tokens(&client, "contact_show", 1).await;
    let lost = world.refresh(&client, &refresh_token(&first)).await.json();
    let settings = realm::keys::KeySettings::default();
    let rotate = realm::manage::RotateKeys {
        uses: &[oauth::model::KeyUse::Seal],
        at_once: true,
    };
    let desk = world.app.desk(&world.begun);
    let by = oauth::audit::Actor::operator(None);
    desk.rotate_keys(&by, &settings, rotate).await.unwrap();
    world.clock.advance(Duration::from_secs(1));
    let again = world.refresh(&client, &refresh_token(&first)).await.json();
    assert_eq!(again["refresh_token"], lost["refresh_token"]);
    // The one it was derived under is gone: it gets another in its place.
    for key in desk.keys().await.unwrap() {
        if key.purpose == oauth::model::KeyPurpose::SealToken && key.retired_at.is_some() {
            let command = realm::manage::RevokeKey { key: key.id };
            desk.revoke_key(&by, &settings, command).await.unwrap();
        }
    }
    let again = world.refresh(&client, &refresh_token(&first)).await;
    again.expect(StatusCode::OK);
    let again = again.json();
    assert_ne!(again["refresh_token"], lost["refresh_token"]);
    world
        .refresh(&client, &refresh_token(&again))
        .await
        .expect(StatusCode::OK);
}

#[tokio::test]
async fn a_client_may_have_each_token_work_strictly_once() {
    let world = World::new("bexio").await;
    let strict = Client {
        refresh_retry: Some(false),
        ..world.app_client("strict", "contact_edit")
    };
    let strict = world.add(strict).await;
    let first = world.tokens(&strict, "contact_show", 1).await;
    let second = world.refresh(&strict, &refresh_token(&first)).await.json();
    for token in [&first, &second] {
        world
            .refresh(&strict, &refresh_token(token))
            .await
            .expect_error(400, "invalid_grant");
    }
}

#[tokio::test]
async fn every_earlier_generation_is_reuse() {
    let (world, client) = bexio().await;
    let mut tokens = vec![refresh_token(
        &world.tokens(&client, "contact_show", 1).await,
    )];
    for _ in 0..3 {
        let next = world.refresh(&client, tokens.last().unwrap()).await.json();
        tokens.push(refresh_token(&next));
    }
    world
        .refresh(&client, &tokens[0])
        .await
        .expect_error(400, "invalid_grant");
    for token in tokens {
        world
            .refresh(&client, &token)
            .await
            .expect_error(400, "invalid_grant");
    }
}

#[tokio::test]
async fn of_many_at_once_all_get_the_same_successor() {
    let (world, client) = bexio().await;
    let first = world.tokens(&client, "contact_show", 1).await;
    let token = refresh_token(&first);
    let attempts = (0..8).map(|_| world.refresh(&client, &token));
    let mut given = std::collections::BTreeSet::new();
    for answer in join_all(attempts).await {
        answer.expect(StatusCode::OK);
        given.insert(refresh_token(&answer.json()));
    }
    assert_eq!(given.len(), 1);
    let next = given.pop_first().unwrap();
    world.refresh(&client, &next).await.expect(StatusCode::OK);
}

/// A client that anybody could be: one is first, and what it got stays good; the others are told to
/// try again.
#[tokio::test]
async fn of_many_at_once_of_a_public_client_one_is_served_and_keeps_what_it_got() {
    let (world, client) = bexio().await;
    let public = world.add(native(client)).await;
    let first = world.tokens(&public, "contact_show", 1).await;
    let token = refresh_token(&first);
    let attempts = (0..8).map(|_| world.refresh(&public, &token));
    let mut given = Vec::new();
    for answer in join_all(attempts).await {
        match answer.status {
            StatusCode::OK => given.push(refresh_token(&answer.json())),
            _ => {
                answer.expect(StatusCode::SERVICE_UNAVAILABLE);
                assert!(answer.header("retry-after").is_some());
            }
        }
    }
    assert_eq!(given.len(), 1);
    world
        .refresh(&public, &given[0])
        .await
        .expect(StatusCode::OK);
}

/// Its sender is gone, and another process has got new tokens with the same one meanwhile, and used
/// them: a request that was on its way all the time takes nothing from it and ends nothing.
#[tokio::test]
async fn a_request_that_was_overtaken_ends_nothing() {
    let (world, client) = bexio().await;
    let public = world.add(native(client.clone())).await;
    for (number, client) in (1..).zip([&client, &public]) {
        for further in [false, true] {
            let number = 10 * number + u8::from(further);
            let first = world.tokens(client, "contact_show", number).await;
            let token = refresh_token(&first);
            let hash = oauth::secret::hash(oauth::SecretKind::RefreshToken, &token).unwrap();
            let next =
                |seed: u8| oauth::secret::generate(oauth::SecretKind::RefreshToken, [seed; 32]);
            let [second, third] = [next(number), next(number + 100)];
            let stored = world.followed.refresh_token(&hash).await.unwrap().unwrap();
            let successors = [&second, &third].map(|secret| RefreshToken {
                hash: secret.hash(),
                ..stored.clone()
            });
            let now = world.app.now();
            world
                .store
                .before("rotate_refresh_token", async move |store| {
                    let [second, third] = successors;
                    let rotated = store.rotate_refresh_token(&hash, &second, now).await;
                    assert_eq!(rotated, Ok(Redemption::Redeemed));
                    if further {
                        let rotated = store.rotate_refresh_token(&second.hash, &third, now).await;
                        assert_eq!(rotated, Ok(Redemption::Redeemed));
                    }
                });
            let late = world.refresh(client, &token).await;
            late.expect(StatusCode::SERVICE_UNAVAILABLE);
            let current = if further { &third } else { &second };
            let answer = world.refresh(client, current.expose()).await;
            answer.expect(StatusCode::OK);
        }
    }
}

/// Somebody's request that was given up is done in the midst of the next one: that one is judged by
/// what stands at one moment, and nothing ends.
#[tokio::test]
async fn a_request_that_comes_between_ends_nothing() {
    let (world, client) = bexio().await;
    let public = world.add(native(client)).await;
    let token = refresh_token(&world.tokens(&public, "contact_show", 1).await);
    let lost = world.refresh(&public, &token).await.json();
    let of = |token: &str| oauth::secret::hash(oauth::SecretKind::RefreshToken, token).unwrap();
    let (hash, unused) = (of(&token), of(&refresh_token(&lost)));
    let stored = world.followed.refresh_token(&unused).await.unwrap();
    let between = RefreshToken {
        hash: oauth::secret::generate(oauth::SecretKind::RefreshToken, [77; 32]).hash(),
        ..stored.unwrap()
    };
    let now = world.app.now();
    for call in ["refresh_token_with_successor", "replace_successor"] {
        let (between, unused) = (between.clone(), unused);
        world.store.before(call, async move |store| {
            let replaced = store.replace_successor(&hash, &unused, &between, now);
            // The second time it is its turn no more.
            replaced.await.unwrap();
        });
        let answer = world.refresh(&public, &token).await;
        assert!(matches!(answer.status.as_u16(), 200 | 503));
    }
    let got = world.refresh(&public, &token).await;
    got.expect(StatusCode::OK);
    let got = refresh_token(&got.json());
    world.refresh(&public, &got).await.expect(StatusCode::OK);
}

/// Strictly once: one is first, and then nothing is left.
#[tokio::test]
async fn of_many_at_once_of_a_strict_client_one_rotates_and_then_nothing_is_left() {
    let world = World::new("bexio").await;
    let api = world.add(world.api("api")).await;
    let strict = Client {
        refresh_retry: Some(false),
        ..world.app_client("strict", "contact_edit")
    };
    let client = world.add(strict).await;
    let first = world.tokens(&client, "contact_show", 1).await;
    let token = refresh_token(&first);
    let attempts = (0..8).map(|_| world.refresh(&client, &token));
    let mut given = vec![first];
    for answer in join_all(attempts).await {
        match answer.status {
            StatusCode::OK => given.push(answer.json()),
            _ => answer.expect_error(400, "invalid_grant"),
        }
    }
    assert_eq!(given.len(), 2);
    for tokens in &given {
        assert!(!world.is_active(&api, &access_token(tokens)).await);
        world
            .refresh(&client, &refresh_token(tokens))
            .await
            .expect_error(400, "invalid_grant");
    }
}

#[tokio::test]
async fn a_revocation_wins_against_refreshes_of_the_same_moment() {
    for number in 1..=8 {
        let (world, client) = bexio().await;
        let api = world.add(world.api("api")).await;
        let first = world.tokens(&client, "contact_show", number).await;
        let token = refresh_token(&first);
        let form = [("token", token.as_str())];
        let revoke = world.post_as(&client, "revoke", &form);
        let refresh = world.refresh(&client, &token);
        let (revoked, refreshed) = match number % 2 {
            0 => tokio::join!(revoke, refresh),
            _ => {
                let (refreshed, revoked) = tokio::join!(refresh, revoke);
                (revoked, refreshed)
            }
        };
        revoked.expect(StatusCode::OK);
        let mut given = vec![first];
        if refreshed.status == StatusCode::OK {
            given.push(refreshed.json());
        }
        for tokens in &given {
            assert!(
                !world
                    .is_active(&api, tokens["access_token"].as_str().unwrap())
                    .await
            );
            let refresh = refresh_token(tokens);
            world
                .refresh(&client, &refresh)
                .await
                .expect_error(400, "invalid_grant");
        }
    }
}

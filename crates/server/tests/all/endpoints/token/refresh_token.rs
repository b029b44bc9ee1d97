use std::time::Duration;

use axum::http::StatusCode;
use oauth::model::{
    Client, ClientType, FamilyStatus, Redemption, RefreshToken, RevocationReason,
    TokenEndpointAuthMethod,
};

use crate::support::{World, audit, join_all, scope};

async fn bexio() -> (World, Client) {
    let world = World::new("bexio").await;
    let client = world
        .add(world.app_client("ledgerly", "contact_edit kb_invoice_show"))
        .await;
    (world, client)
}

fn refresh_token(answer: &serde_json::Value) -> String {
    answer["refresh_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn each_refresh_gives_a_new_pair() {
    let (world, client) = bexio().await;
    let first = world.tokens(&client, "contact_edit", 1).await;
    let answer = world.refresh(&client, &refresh_token(&first)).await;
    answer.expect(StatusCode::OK);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let second = answer.json();
    assert_ne!(first["access_token"], second["access_token"]);
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    assert_eq!(first["scope"], second["scope"]);
    assert_eq!(second["org"], "muster");
    world
        .refresh(&client, &refresh_token(&second))
        .await
        .expect(StatusCode::OK);
}

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
    let realm = world.app.realm("bexio").unwrap();
    let desk = world.app.desk(realm);
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

/// Who sends the scope of the authorization request with each refresh is not refused because the
/// person allowed less.
#[tokio::test]
async fn who_repeats_what_was_asked_gets_what_is_left_and_is_told() {
    let (world, client) = bexio().await;
    let (code, _) = world
        .consent_with(&client, "contact_show", 1, |code| {
            code.requested = Some(scope("contact_show kb_invoice_show contact_rule"));
        })
        .await;
    let first = world.redeem(&client, &code).await.json();
    let token = refresh_token(&first);
    let ask = async |scope: &str| {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", token.as_str()),
            ("scope", scope),
        ];
        world.post_as(&client, "token", &form).await
    };
    let answer = ask("contact_show kb_invoice_show contact_rule").await;
    answer.expect(StatusCode::OK);
    let answer = answer.json();
    assert_eq!(sorted(&answer), ["contact_show", "general"]);
    let told: Vec<_> = answer["scope_withheld"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["scope"].as_str().unwrap())
        .collect();
    assert_eq!(told, ["kb_invoice_show", "contact_rule"]);
    for never in [
        "kb_invoice_edit",
        "contact_show nonsense",
        "kb_invoice_show",
    ] {
        ask(never).await.expect_error(400, "invalid_scope");
    }
}

fn access_token(answer: &serde_json::Value) -> String {
    answer["access_token"].as_str().unwrap().to_owned()
}

/// The same app as one that cannot keep a secret.
fn native(client: Client) -> Client {
    Client {
        id: String::from("native"),
        client_type: ClientType::Public,
        auth_method: TokenEndpointAuthMethod::None,
        secrets: Vec::new(),
        ..client
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
async fn a_refresh_can_narrow_and_the_next_one_has_all_again() {
    let (world, client) = bexio().await;
    let first = world
        .tokens(&client, "contact_edit kb_invoice_show", 1)
        .await;
    let token = refresh_token(&first);
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token.as_str()),
        ("scope", "contact_show"),
    ];
    let narrow = world.post_as(&client, "token", &form).await.json();
    assert_eq!(sorted(&narrow), ["contact_show", "general"]);
    let wide = world.refresh(&client, &refresh_token(&narrow)).await.json();
    assert_eq!(wide["scope"], first["scope"]);
}

fn sorted(token: &serde_json::Value) -> Vec<&str> {
    let mut names: Vec<&str> = token["scope"].as_str().unwrap().split(' ').collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn a_refresh_never_widens() {
    let (world, client) = bexio().await;
    let narrow = world.tokens(&client, "contact_show", 1).await;
    let token = refresh_token(&narrow);
    for wider in ["contact_edit", "contact_show kb_invoice_show", "nonsense"] {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", token.as_str()),
            ("scope", wider),
        ];
        let answer = world.post_as(&client, "token", &form).await;
        answer.expect_error(400, "invalid_scope");
    }
    // None of that has used the token up.
    world.refresh(&client, &token).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_later_consent_does_not_widen_earlier_tokens() {
    let (world, client) = bexio().await;
    let narrow = world.tokens(&client, "contact_show", 1).await;
    world
        .tokens(&client, "contact_edit kb_invoice_show", 2)
        .await;
    let again = world.refresh(&client, &refresh_token(&narrow)).await.json();
    assert_eq!(sorted(&again), ["contact_show", "general"]);
}

#[tokio::test]
async fn a_code_beside_the_refresh_token_is_not_looked_at() {
    let (world, client) = bexio().await;
    let narrow = world.tokens(&client, "contact_show", 1).await;
    let (code, _) = world
        .consent(&client, "contact_edit kb_invoice_show", 2)
        .await;
    let token = refresh_token(&narrow);
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token.as_str()),
        ("code", code.expose()),
        ("redirect_uri", "https://evil.example"),
    ];
    let answer = world.post_as(&client, "token", &form).await;
    answer.expect(StatusCode::OK);
    assert_eq!(sorted(&answer.json()), ["contact_show", "general"]);
    world.redeem(&client, &code).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_refresh_token_is_its_clients_only() {
    let (world, client) = bexio().await;
    let other = world.add(world.app_client("other", "contact_edit")).await;
    let token = refresh_token(&world.tokens(&client, "contact_show", 1).await);
    world
        .refresh(&other, &token)
        .await
        .expect_error(400, "invalid_grant");
    let unauthenticated = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token.as_str()),
        ("client_id", "ledgerly"),
    ];
    world
        .post("token", &unauthenticated)
        .await
        .expect_error(401, "invalid_client");
    world.refresh(&client, &token).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_public_client_refreshes_with_its_id() {
    let (world, client) = bexio().await;
    let public = world.add(native(client)).await;
    let token = refresh_token(&world.tokens(&public, "contact_show", 1).await);
    let next = world.refresh(&public, &token).await;
    next.expect(StatusCode::OK);
    world
        .refresh(&public, &refresh_token(&next.json()))
        .await
        .expect(StatusCode::OK);
    world
        .refresh(&public, &token)
        .await
        .expect_error(400, "invalid_grant");
}

#[tokio::test]
async fn it_dies_after_its_fortnight() {
    let (world, client) = bexio().await;
    let token = refresh_token(&world.tokens(&client, "contact_show", 1).await);
    world.clock.advance(Duration::from_secs(14 * 86_400));
    world
        .refresh(&client, &token)
        .await
        .expect_error(400, "invalid_grant");
}

#[tokio::test]
async fn freshbooks_tokens_never_expire_but_rotate() {
    let world = World::new("freshbooks").await;
    let client = world
        .add(world.app_client("app", "user:invoices:read user:profile:read"))
        .await;
    let first = world.tokens(&client, "user:invoices:read", 1).await;
    assert_eq!(first["direct_buy_tokens"], serde_json::json!({}));
    assert_eq!(first["scope"], "user:invoices:read");
    world.clock.advance(Duration::from_secs(5 * 365 * 86_400));
    let token = refresh_token(&first);
    let next = world.refresh(&client, &token).await.json();
    let next = world.refresh(&client, &refresh_token(&next)).await;
    next.expect(StatusCode::OK);
    world
        .refresh(&client, &token)
        .await
        .expect_error(400, "invalid_grant");
}

/// As FreshBooks has it: one living refresh token for each person and app.
#[tokio::test]
async fn where_an_app_is_connected_once_the_latest_connection_stays() {
    let world = World::new("freshbooks").await;
    let api = world.add(world.api("api")).await;
    let client = world
        .add(world.app_client("app", "user:invoices:read"))
        .await;
    let other = world
        .add(world.app_client("other", "user:invoices:read"))
        .await;
    let others = world.tokens(&other, "user:invoices:read", 1).await;
    let first = world.tokens(&client, "user:invoices:read", 2).await;
    world.clock.advance(Duration::from_secs(1));
    let second = world.tokens(&client, "user:invoices:read", 3).await;
    assert!(!world.is_active(&api, &access_token(&first)).await);
    world
        .refresh(&client, &refresh_token(&first))
        .await
        .expect_error(400, "invalid_grant");
    let family = world.family_of(&access_token(&first)).await;
    let reason = RevocationReason::ConnectedAgain;
    assert!(matches!(family.status, FamilyStatus::Ended { reason: why, .. } if why == reason));
    for (client, tokens) in [(&client, second), (&other, others)] {
        assert!(world.is_active(&api, &access_token(&tokens)).await);
        let refreshed = world.refresh(client, &refresh_token(&tokens)).await;
        refreshed.expect(StatusCode::OK);
    }
}

#[tokio::test]
async fn a_reduced_grant_reduces_the_next_token() {
    let (world, client) = bexio().await;
    let (code, grant) = world
        .consent(&client, "contact_edit kb_invoice_show", 1)
        .await;
    let first = world.redeem(&client, &code).await.json();
    let (left, taken) = (
        scope("general contact_show"),
        scope("contact_edit kb_invoice_show"),
    );
    let reduced = world
        .followed
        .reduce_grant(&grant, &left, &taken, world.app.now(), audit());
    assert!(reduced.await.unwrap());
    let next = world.refresh(&client, &refresh_token(&first)).await.json();
    assert_eq!(sorted(&next), ["contact_show", "general"]);
    let told = next["scope_withheld"].as_array().unwrap();
    assert!(
        told.iter()
            .any(|one| one["scope"] == "contact_edit" && one["reason"] == "refused")
    );
}

#[tokio::test]
async fn who_has_left_gives_nothing_more() {
    let (world, client) = bexio().await;
    let token = refresh_token(&world.tokens(&client, "contact_show", 1).await);
    world.anna_leaves().await;
    world
        .refresh(&client, &token)
        .await
        .expect_error(400, "invalid_grant");
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

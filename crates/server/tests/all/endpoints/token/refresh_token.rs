use std::time::Duration;

use axum::http::StatusCode;
use oauth::model::{Client, ClientType, GrantStatus, RevocationReason, TokenEndpointAuthMethod};

use crate::support::{World, join_all, scope};

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

#[tokio::test]
async fn a_rotated_token_that_comes_back_ends_the_grant() {
    let (world, client) = bexio().await;
    let api = world.add(world.api("api")).await;
    let first = world.tokens(&client, "contact_show", 1).await;
    let second = world.refresh(&client, &refresh_token(&first)).await.json();
    world
        .refresh(&client, &refresh_token(&first))
        .await
        .expect_error(400, "invalid_grant");
    // The rightful successor is ended too: nobody can tell who was the thief.
    world
        .refresh(&client, &refresh_token(&second))
        .await
        .expect_error(400, "invalid_grant");
    for token in [&first, &second] {
        assert!(
            !world
                .is_active(&api, token["access_token"].as_str().unwrap())
                .await
        );
    }
    let claims = world.app.realm("bexio").unwrap().keys();
    let claims = claims
        .open(first["access_token"].as_str().unwrap())
        .unwrap();
    let grant = world
        .followed
        .grant("bexio", claims.grant.unwrap())
        .await
        .unwrap()
        .unwrap();
    assert!(matches!(
        grant.status,
        GrantStatus::Revoked {
            reason: RevocationReason::RefreshTokenReused,
            ..
        }
    ));
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
    let public = Client {
        id: String::from("native"),
        client_type: ClientType::Public,
        auth_method: TokenEndpointAuthMethod::None,
        secrets: Vec::new(),
        ..client
    };
    let public = world.add(public).await;
    let token = refresh_token(&world.tokens(&public, "contact_show", 1).await);
    world.refresh(&public, &token).await.expect(StatusCode::OK);
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
    world.refresh(&client, &token).await.expect(StatusCode::OK);
    world
        .refresh(&client, &token)
        .await
        .expect_error(400, "invalid_grant");
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
        .reduce_grant("bexio", grant.id, &left, &taken, world.app.now());
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
    let (organisation, user) = (world.muster.id, world.anna.id);
    world
        .followed
        .remove_membership("bexio", organisation, user)
        .await
        .unwrap();
    world
        .refresh(&client, &token)
        .await
        .expect_error(400, "invalid_grant");
}

#[tokio::test]
async fn of_many_at_once_one_rotates_and_then_nothing_is_left() {
    let (world, client) = bexio().await;
    let api = world.add(world.api("api")).await;
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

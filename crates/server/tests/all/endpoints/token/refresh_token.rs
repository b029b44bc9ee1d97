use std::time::Duration;

use axum::http::StatusCode;
use oauth::model::{Client, ClientType, FamilyStatus, RevocationReason, TokenEndpointAuthMethod};

use crate::support::{World, audit, scope};

pub(super) async fn bexio() -> (World, Client) {
    let world = World::new("bexio").await;
    let client = world
        .add(world.app_client("ledgerly", "contact_edit kb_invoice_show"))
        .await;
    (world, client)
}

pub(super) fn refresh_token(answer: &serde_json::Value) -> String {
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

pub(super) fn access_token(answer: &serde_json::Value) -> String {
    answer["access_token"].as_str().unwrap().to_owned()
}

/// The same app as one that cannot keep a secret.
pub(super) fn native(client: Client) -> Client {
    Client {
        id: String::from("native"),
        client_type: ClientType::Public,
        auth_method: TokenEndpointAuthMethod::None,
        secrets: Vec::new(),
        ..client
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
            .any(|one| one["scope"] == "contact_edit" && one["reason"] == "reduced")
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

use std::collections::BTreeSet;
use std::time::Duration;

use axum::http::StatusCode;
use oauth::model::{Client, ClientType, RevocationReason, TokenEndpointAuthMethod, TokenFormat};
use serde_json::json;

use crate::support::{World, audit, scope};

async fn bexio() -> (World, Client, Client) {
    let world = World::new("bexio").await;
    let client = world
        .add(world.app_client("ledgerly", "contact_edit kb_invoice_show"))
        .await;
    let api = world.add(world.api("api")).await;
    (world, client, api)
}

fn access_token(answer: &serde_json::Value) -> String {
    answer["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_resource_server_learns_what_a_token_is_worth() {
    let (world, client, api) = bexio().await;
    let token = access_token(&world.tokens(&client, "contact_edit", 1).await);
    let answer = world
        .post_as(&api, "introspect", &[("token", &token)])
        .await;
    answer.expect(StatusCode::OK);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let about = answer.json();
    assert_eq!(about["active"], json!(true));
    assert_eq!(about["client_id"], "ledgerly");
    assert_eq!(about["username"], "anna@muster.example");
    assert_eq!(about["sub"], world.anna.id.to_string());
    assert_eq!(about["aud"], world.audience());
    assert_eq!(about["iss"], world.issuer());
    assert_eq!(about["token_type"], "Bearer");
    assert_eq!(
        about["exp"].as_i64().unwrap() - about["iat"].as_i64().unwrap(),
        14_400
    );
    let scope = scope(about["scope"].as_str().unwrap());
    assert!(
        ["general", "contact_show", "contact_edit"]
            .iter()
            .all(|name| scope.contains(name))
    );
}

#[tokio::test]
async fn jwt_and_refresh_tokens_are_known_too() {
    let (world, mut client, api) = bexio().await;
    client.token_format = Some(TokenFormat::Jwt);
    world.change(&client).await;
    let tokens = world.tokens(&client, "contact_show", 1).await;
    let about = world.introspect(&api, &access_token(&tokens)).await;
    assert_eq!(
        (&about["active"], &about["client_id"]),
        (&json!(true), &json!("ledgerly"))
    );
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let about = world.introspect(&client, refresh).await;
    assert_eq!(
        (&about["active"], &about["client_id"]),
        (&json!(true), &json!("ledgerly"))
    );
    assert_eq!(about.get("token_type"), None);
    world.refresh(&client, refresh).await.expect(StatusCode::OK);
    assert_eq!(
        world.introspect(&client, refresh).await,
        json!({ "active": false })
    );
}

/// Who protects an API takes whatever is active for an access token.
#[tokio::test]
async fn a_refresh_token_is_nothing_to_anybody_but_its_client() {
    let (world, client, api) = bexio().await;
    let other = world.add(world.app_client("other", "contact_edit")).await;
    let both = Client {
        introspects: api.introspects.clone(),
        ..world.app_client("both", "contact_edit")
    };
    let both = world.add(both).await;
    let tokens = world.tokens(&client, "contact_show", 1).await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    for caller in [&api, &other, &both] {
        for hint in ["refresh_token", "access_token"] {
            let form = [("token", refresh), ("token_type_hint", hint)];
            let answer = world.post_as(caller, "introspect", &form).await;
            assert_eq!(answer.json(), json!({ "active": false }), "{}", caller.id);
        }
    }
    assert!(world.is_active(&client, refresh).await);
    assert!(world.is_active(&api, &access_token(&tokens)).await);
}

#[tokio::test]
async fn the_audience_decides_who_may_ask() {
    let (world, client, _) = bexio().await;
    let token = access_token(&world.tokens(&client, "contact_show", 1).await);
    let mut other = world.api("other-api");
    other.introspects = Some(BTreeSet::from([String::from("https://other.example/api")]));
    let other = world.add(other).await;
    let none = Client {
        introspects: Some(BTreeSet::new()),
        ..world.api("no-api")
    };
    let none = world.add(none).await;
    for caller in [&other, &none, &client] {
        let answer = world
            .post_as(caller, "introspect", &[("token", &token)])
            .await;
        answer.expect(StatusCode::OK);
        assert_eq!(answer.json(), json!({ "active": false }));
    }
}

#[tokio::test]
async fn nobody_asks_without_proof() {
    let (world, client, api) = bexio().await;
    let token = access_token(&world.tokens(&client, "contact_show", 1).await);
    world
        .post("introspect", &[("token", &token)])
        .await
        .expect_error(401, "invalid_client");
    let named = [("token", token.as_str()), ("client_id", "api")];
    world
        .post("introspect", &named)
        .await
        .expect_error(401, "invalid_client");
    let public = Client {
        id: String::from("public-api"),
        client_type: ClientType::Public,
        auth_method: TokenEndpointAuthMethod::None,
        secrets: Vec::new(),
        ..api.clone()
    };
    let public = world.add(public).await;
    let answer = world
        .post_as(&public, "introspect", &[("token", &token)])
        .await;
    answer.expect_error(401, "invalid_client");
    world
        .post_as(&api, "introspect", &[])
        .await
        .expect_error(400, "invalid_request");
}

#[tokio::test]
async fn inactive_says_nothing_else() {
    let (world, client, api) = bexio().await;
    let inactive = json!({ "active": false });
    for token in ["x", "sg_at_", "sg_rt_AAAA", "a.b.c", "é", "null"] {
        assert_eq!(world.introspect(&api, token).await, inactive, "{token}");
    }

    // Expired.
    let token = access_token(&world.tokens(&client, "contact_show", 1).await);
    world.clock.advance(Duration::from_secs(14_399));
    assert!(world.is_active(&api, &token).await);
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(world.introspect(&api, &token).await, inactive);

    // The grant ended.
    let tokens = world.tokens(&client, "contact_show", 2).await;
    let token = access_token(&tokens);
    let keys = world.app.realm("bexio").unwrap().keys();
    let grant = keys.open(&token).unwrap().grant.unwrap();
    let reason = RevocationReason::ByUser;
    world
        .followed
        .revoke_grant("bexio", grant, reason, world.app.now(), audit())
        .await
        .unwrap();
    assert_eq!(world.introspect(&api, &token).await, inactive);
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(world.introspect(&client, refresh).await, inactive);

    // The client is switched off.
    let token = access_token(&world.tokens(&client, "contact_show", 3).await);
    assert!(world.is_active(&api, &token).await);
    let off = Client {
        disabled_at: Some(world.app.now()),
        ..client.clone()
    };
    world.change(&off).await;
    assert_eq!(world.introspect(&api, &token).await, inactive);
    world.change(&client).await;
    assert!(world.is_active(&api, &token).await);

    // The person is switched off.
    let mut anna = world.anna.clone();
    anna.disabled_at = Some(world.app.now());
    world.change_anna(&anna).await;
    assert_eq!(world.introspect(&api, &token).await, inactive);
    world.change_anna(&world.anna).await;
    assert!(world.is_active(&api, &token).await);

    // The person left.
    world.anna_leaves().await;
    assert_eq!(world.introspect(&api, &token).await, inactive);
}

#[tokio::test]
async fn a_wrong_hint_hides_nothing() {
    let (world, client, api) = bexio().await;
    let tokens = world.tokens(&client, "contact_show", 1).await;
    let pairs = [
        (&api, access_token(&tokens), "refresh_token"),
        (
            &client,
            tokens["refresh_token"].as_str().unwrap().to_owned(),
            "access_token",
        ),
        (&api, access_token(&tokens), "nonsense"),
    ];
    for (caller, token, hint) in &pairs {
        let form = [("token", token.as_str()), ("token_type_hint", hint)];
        let answer = world.post_as(caller, "introspect", &form).await;
        assert_eq!(answer.json()["active"], json!(true));
    }
}

#[tokio::test]
async fn every_truncation_and_bit_flip_is_inactive() {
    let (world, mut client, api) = bexio().await;
    let opaque = access_token(&world.tokens(&client, "contact_show", 1).await);
    client.token_format = Some(TokenFormat::Jwt);
    world.change(&client).await;
    let tokens = world.tokens(&client, "contact_show", 2).await;
    let refresh = tokens["refresh_token"].as_str().unwrap().to_owned();
    let inactive = json!({ "active": false });
    let tokens = [
        (&api, opaque),
        (&api, access_token(&tokens)),
        (&client, refresh),
    ];
    for (caller, token) in tokens {
        assert!(world.is_active(caller, &token).await);
        for end in 0..token.len() {
            if end > 0 {
                assert_eq!(
                    world.introspect(caller, &token[..end]).await,
                    inactive,
                    "{end}"
                );
                assert_eq!(
                    world.introspect(caller, &token[end..]).await,
                    inactive,
                    "{end}"
                );
            }
            for bit in [1, 2, 32] {
                let mut bytes = token.clone().into_bytes();
                bytes[end] ^= bit;
                let Ok(flipped) = String::from_utf8(bytes) else {
                    continue;
                };
                assert_eq!(
                    world.introspect(caller, &flipped).await,
                    inactive,
                    "{end} {bit}"
                );
            }
        }
        assert_eq!(
            world.introspect(caller, &format!("{token}A")).await,
            inactive
        );
        assert_eq!(
            world.introspect(caller, &format!(" {token}")).await,
            inactive
        );
    }
}

#[tokio::test]
async fn a_machine_s_token_has_no_person() {
    let world = World::new("stora").await;
    let api = world.add(world.api("api")).await;
    let machine = world.machine("robot", "operator", "public.contact:read");
    let machine = world.add(machine).await;
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", "public.contact:read"),
    ];
    let token = access_token(&world.post_as(&machine, "token", &form).await.json());
    let about = world.introspect(&api, &token).await;
    assert_eq!(about["active"], json!(true));
    assert_eq!(about["sub"], "robot");
    assert_eq!(about["scope"], "public.contact:read");
    assert_eq!(about.get("username"), None);
}

#[tokio::test]
async fn a_token_of_another_realm_is_nothing_here() {
    let database = std::sync::Arc::new(storage::SqliteStore::open_in_memory().await.unwrap());
    let bexio = World::over("bexio", database.clone()).await;
    let stora = World::over("stora", database).await;
    let mut api = stora.api("api");
    // Not even where an API of this realm claims the other's audience.
    api.introspects = Some(BTreeSet::from([bexio.audience(), stora.audience()]));
    let api = stora.add(api).await;
    for (number, format) in (1..).zip([TokenFormat::Opaque, TokenFormat::Jwt]) {
        let mut client = bexio.app_client(&format!("ledgerly{number}"), "contact_edit");
        client.token_format = Some(format);
        let client = bexio.add(client).await;
        let tokens = bexio.tokens(&client, "contact_show", number).await;
        for name in ["access_token", "refresh_token"] {
            let token = tokens[name].as_str().unwrap();
            assert_eq!(
                stora.introspect(&api, token).await,
                json!({ "active": false })
            );
        }
    }
}

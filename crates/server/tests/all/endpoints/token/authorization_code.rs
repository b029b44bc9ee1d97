use std::time::Duration;

use axum::http::StatusCode;
use oauth::model::{
    Client, ClientType, FamilyStatus, GrantStatus, RevocationReason, TokenEndpointAuthMethod,
};
use oauth::{Secret, SecretKind};

use crate::support::{VERIFIER, World, join_all, scope, secret};

async fn bexio() -> (World, Client) {
    let world = World::new("bexio").await;
    let client = world
        .add(world.app_client("ledgerly", "contact_edit kb_invoice_show"))
        .await;
    (world, client)
}

#[tokio::test]
async fn a_code_becomes_tokens_with_the_scope_consented_to() {
    let (world, client) = bexio().await;
    let (code, _) = world.consent(&client, "contact_edit", 1).await;
    let answer = world.redeem(&client, &code).await;
    answer.expect(StatusCode::OK);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let token = answer.json();
    assert_eq!(token["expires_in"], 14_400);
    assert_eq!(token["org"], "muster");
    assert_eq!(token["user_id"], world.anna.number);
    let mut given: Vec<&str> = token["scope"].as_str().unwrap().split(' ').collect();
    given.sort_unstable();
    assert_eq!(given, ["contact_edit", "contact_show", "general"]);
    assert!(
        token["access_token"]
            .as_str()
            .unwrap()
            .starts_with("sg_at_")
    );
    assert!(
        token["refresh_token"]
            .as_str()
            .unwrap()
            .starts_with("sg_rt_")
    );
}

/// And nothing of another installation, or another browser, of the same app.
#[tokio::test]
async fn a_second_use_ends_everything_the_code_gave_and_nothing_else() {
    let (world, client) = bexio().await;
    let api = world.add(world.api("api")).await;
    let other = world.tokens(&client, "contact_show", 2).await;
    let (code, _) = world.consent(&client, "contact_show", 1).await;
    let first = world.redeem(&client, &code).await.json();
    let access = first["access_token"].as_str().unwrap();
    assert!(world.is_active(&api, access).await);

    world
        .redeem(&client, &code)
        .await
        .expect_error(400, "invalid_grant");
    assert!(!world.is_active(&api, access).await);
    let refresh = first["refresh_token"].as_str().unwrap();
    world
        .refresh(&client, refresh)
        .await
        .expect_error(400, "invalid_grant");
    let family = world.family_of(access).await;
    assert!(matches!(
        family.status,
        FamilyStatus::Ended {
            reason: RevocationReason::CodeReused,
            ..
        }
    ));
    let access = other["access_token"].as_str().unwrap();
    assert!(world.is_active(&api, access).await);
    let refresh = other["refresh_token"].as_str().unwrap();
    world.refresh(&client, refresh).await.expect(StatusCode::OK);
}

/// Whoever found it in a log or a browser's history has no verifier, or is another client.
#[tokio::test]
async fn a_used_code_in_the_wrong_hands_ends_nothing() {
    let (world, client) = bexio().await;
    let api = world.add(world.api("api")).await;
    let other = world.add(world.app_client("other", "contact_edit")).await;
    let (code, _) = world.consent(&client, "contact_show", 1).await;
    let tokens = world.redeem(&client, &code).await.json();
    world
        .redeem(&other, &code)
        .await
        .expect_error(400, "invalid_grant");
    let right = [
        ("grant_type", "authorization_code"),
        ("code", code.expose()),
        ("redirect_uri", "https://app.example/cb"),
        ("code_verifier", VERIFIER),
    ];
    let wrong = [
        (
            "code_verifier",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        ),
        ("code_verifier", "too-short"),
        ("code_verifier", ""),
        ("redirect_uri", "https://evil.example/cb"),
        ("redirect_uri", ""),
    ];
    for (name, value) in wrong {
        let form = right.map(|(n, v)| if n == name { (n, value) } else { (n, v) });
        let answer = world.post_as(&client, "token", &form).await;
        answer.expect_error(400, "invalid_grant");
    }
    assert!(
        world
            .is_active(&api, tokens["access_token"].as_str().unwrap())
            .await
    );
    let refresh = tokens["refresh_token"].as_str().unwrap();
    world.refresh(&client, refresh).await.expect(StatusCode::OK);
}

/// One that gave its tokens no family, from before connections were told apart.
#[tokio::test]
async fn a_second_use_of_a_code_without_a_family_ends_the_grant() {
    let (world, client) = bexio().await;
    let (code, grant) = world
        .consent_with(&client, "contact_show", 1, |code| code.family = None)
        .await;
    world.redeem(&client, &code).await.expect(StatusCode::OK);
    world
        .redeem(&client, &code)
        .await
        .expect_error(400, "invalid_grant");
    let grant = world.followed.grant("bexio", grant.id).await;
    assert!(matches!(
        grant.unwrap().unwrap().status,
        GrantStatus::Revoked {
            reason: RevocationReason::CodeReused,
            ..
        }
    ));
}

/// This process remembers the code as fresh; the statement that redeems it knows better.
#[tokio::test]
async fn a_code_that_another_process_redeemed_is_a_second_use_here() {
    let (world, client) = bexio().await;
    let (first, _) = world.consent(&client, "contact_show", 1).await;
    let (store, now) = (&world.followed, world.app.now());
    let further = secret(SecretKind::AuthorizationCode, 2);
    let code = oauth::model::AuthorizationCode {
        hash: further.hash(),
        family: Some(world.app.new_id()),
        ..store.code(&first.hash()).await.unwrap().unwrap()
    };
    let standing = world.begun.cache();
    standing.insert_code(code).await.unwrap();
    let hash = further.hash();
    let elsewhere = world.store.redeem_code(&hash, None, now).await;
    assert_eq!(elsewhere, Ok(oauth::model::Redemption::Redeemed));

    world
        .redeem(&client, &further)
        .await
        .expect_error(400, "invalid_grant");
    let family = store.code(&hash).await.unwrap().unwrap().family.unwrap();
    let family = store.family("bexio", family).await.unwrap().unwrap();
    assert!(matches!(
        family.status,
        FamilyStatus::Ended {
            reason: RevocationReason::CodeReused,
            ..
        }
    ));
}

#[tokio::test]
async fn of_many_at_once_one_redeems() {
    let (world, client) = bexio().await;
    let (code, _) = world.consent(&client, "contact_show", 1).await;
    let attempts = (0..8).map(|_| world.redeem(&client, &code));
    let mut redeemed = 0;
    for answer in join_all(attempts).await {
        match answer.status {
            StatusCode::OK => redeemed += 1,
            _ => answer.expect_error(400, "invalid_grant"),
        }
    }
    assert_eq!(redeemed, 1);
}

#[tokio::test]
async fn a_code_is_its_clients_only() {
    let (world, client) = bexio().await;
    let other = world.add(world.app_client("other", "contact_edit")).await;
    let (code, _) = world.consent(&client, "contact_show", 1).await;
    world
        .redeem(&other, &code)
        .await
        .expect_error(400, "invalid_grant");
    // The attempt has cost the rightful client nothing.
    world.redeem(&client, &code).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_code_dies_with_its_minute() {
    let (world, client) = bexio().await;
    let (code, _) = world.consent(&client, "contact_show", 1).await;
    world.clock.advance(Duration::from_secs(60));
    world
        .redeem(&client, &code)
        .await
        .expect_error(400, "invalid_grant");
}

#[tokio::test]
async fn garbage_is_no_code() {
    let (world, client) = bexio().await;
    let never_made = secret(SecretKind::AuthorizationCode, 9);
    world
        .redeem(&client, &never_made)
        .await
        .expect_error(400, "invalid_grant");
    world.store.take_calls();
    let (code, _) = (secret(SecretKind::RefreshToken, 1), ());
    world
        .redeem(&client, &code)
        .await
        .expect_error(400, "invalid_grant");
    world
        .redeem(&client, &Secret::presented("sg_ac_x"))
        .await
        .expect_error(400, "invalid_grant");
    assert_eq!(world.store.take_calls(), Vec::<&str>::new());
}

#[tokio::test]
async fn every_part_of_the_request_is_held_against_the_code() {
    let (world, client) = bexio().await;
    let right = [
        ("grant_type", "authorization_code"),
        ("redirect_uri", "https://app.example/cb"),
        ("code_verifier", VERIFIER),
    ];
    let wrong = [
        ("redirect_uri", "https://app.example/cb/", "invalid_grant"),
        ("redirect_uri", "https://app.example/cb#", "invalid_grant"),
        ("redirect_uri", "https://evil.example/cb", "invalid_grant"),
        ("redirect_uri", "", "invalid_grant"),
        ("code_verifier", "", "invalid_grant"),
        ("code_verifier", "too-short", "invalid_grant"),
        (
            "code_verifier",
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXX",
            "invalid_grant",
        ),
    ];
    for (number, (name, value, code_expected)) in (1..).zip(wrong) {
        let (code, _) = world.consent(&client, "contact_show", number).await;
        let mut form = right
            .map(|(n, v)| if n == name { (n, value) } else { (n, v) })
            .to_vec();
        form.push(("code", code.expose()));
        let answer = world.post_as(&client, "token", &form).await;
        answer.expect_error(400, code_expected);
        world.redeem(&client, &code).await.expect(StatusCode::OK);
    }
}

#[tokio::test]
async fn a_verifier_without_a_challenge_is_a_downgrade() {
    let (world, mut client) = bexio().await;
    client.legacy_without_pkce = true;
    world.change(&client).await;
    let no_challenge = |code: &mut oauth::model::AuthorizationCode| code.code_challenge = None;
    let (code, _) = world
        .consent_with(&client, "contact_show", 1, no_challenge)
        .await;
    world
        .redeem(&client, &code)
        .await
        .expect_error(400, "invalid_grant");

    let (code, _) = world
        .consent_with(&client, "contact_show", 2, no_challenge)
        .await;
    let form = [
        ("grant_type", "authorization_code"),
        ("redirect_uri", "https://app.example/cb"),
        ("code", code.expose()),
    ];
    world
        .post_as(&client, "token", &form)
        .await
        .expect(StatusCode::OK);
}

#[tokio::test]
async fn a_public_client_needs_no_secret_but_its_verifier() {
    let (world, client) = bexio().await;
    let public = Client {
        id: String::from("native"),
        client_type: ClientType::Public,
        auth_method: TokenEndpointAuthMethod::None,
        secrets: Vec::new(),
        ..client
    };
    let public = world.add(public).await;
    let (code, _) = world.consent(&public, "contact_show", 1).await;
    world.redeem(&public, &code).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn scope_and_foreign_parameters_change_nothing() {
    let (world, client) = bexio().await;
    let (wide, _) = world
        .consent(&client, "contact_edit kb_invoice_show", 1)
        .await;
    let wide = world.redeem(&client, &wide).await.json();
    let (code, _) = world.consent(&client, "contact_show", 2).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("redirect_uri", "https://app.example/cb"),
        ("code_verifier", VERIFIER),
        ("code", code.expose()),
        ("scope", "contact_edit kb_invoice_show"),
        ("refresh_token", wide["refresh_token"].as_str().unwrap()),
        ("something", "else"),
    ];
    let answer = world.post_as(&client, "token", &form).await;
    answer.expect(StatusCode::OK);
    let given = scope(answer.json()["scope"].as_str().unwrap());
    assert!(given.contains("contact_show") && given.contains("general"));
    assert!(!given.contains("contact_edit") && !given.contains("kb_invoice_show"));
}

#[tokio::test]
async fn what_was_withheld_and_refused_is_told() {
    let (world, client) = bexio().await;
    let (code, _) = world
        .consent_with(&client, "contact_show", 1, |code| {
            code.refused = scope("kb_invoice_show");
            code.withheld = vec![oauth::model::Withheld {
                scope: String::from("lead_show"),
                reason: scope::WithheldReason::Unknown,
            }];
        })
        .await;
    let token = world.redeem(&client, &code).await.json();
    let told: Vec<(&str, &str)> = token["scope_withheld"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["scope"].as_str().unwrap(),
                one["reason"].as_str().unwrap(),
            )
        })
        .collect();
    assert!(told.contains(&("lead_show", "unknown")), "{told:?}");
    assert!(told.contains(&("kb_invoice_show", "refused")), "{told:?}");
}

#[tokio::test]
async fn what_changed_since_consent_counts_at_redemption() {
    let (world, mut client) = bexio().await;
    let (code, _) = world
        .consent(&client, "contact_edit kb_invoice_show", 1)
        .await;
    client.registered_scope = scope("contact_show");
    world.change(&client).await;
    let token = world.redeem(&client, &code).await.json();
    let given = scope(token["scope"].as_str().unwrap());
    assert!(given.contains("contact_show"));
    assert!(!given.contains("contact_edit") && !given.contains("kb_invoice_show"));
}

#[tokio::test]
async fn a_client_not_registered_for_codes_is_told_so_before_the_code_is_looked_up() {
    let (world, mut client) = bexio().await;
    client
        .grant_types
        .remove(&oauth::model::GrantType::AuthorizationCode);
    world.change(&client).await;
    let nobodys = oauth::Secret::presented("sg_ac_nobody-knows-it");
    let refused = world.redeem(&client, &nobodys).await.json();
    assert_eq!(refused["error"], "unauthorized_client");
}

#[tokio::test]
async fn a_client_not_registered_to_refresh_gets_no_refresh_token() {
    let (world, mut client) = bexio().await;
    client
        .grant_types
        .remove(&oauth::model::GrantType::RefreshToken);
    world.change(&client).await;
    let token = world.tokens(&client, "contact_show", 1).await;
    assert_eq!(token.get("refresh_token"), None);
}

#[tokio::test]
async fn a_code_of_another_realm_is_unknown() {
    let database = std::sync::Arc::new(storage::SqliteStore::open_in_memory().await.unwrap());
    let bexio = World::over("bexio", database.clone()).await;
    let stora = World::over("stora", database).await;
    let there = bexio
        .add(bexio.app_client("ledgerly", "contact_edit"))
        .await;
    let here = stora
        .add(stora.app_client("ledgerly", "public.contact:read"))
        .await;
    let (code, _) = bexio.consent(&there, "contact_show", 1).await;
    stora
        .redeem(&here, &code)
        .await
        .expect_error(400, "invalid_grant");
    bexio.redeem(&there, &code).await.expect(StatusCode::OK);
}

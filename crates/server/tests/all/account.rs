//! Connected apps and the reference of scopes.

use std::time::Duration;

use axum::http::StatusCode;
use oauth::model::{Client, FamilyStatus, GrantStatus, RevocationReason, User};

use crate::browser;
use crate::support::{self, World, audit, scope};

#[tokio::test]
async fn nothing_connected_says_what_to_do() {
    let world = World::new("bexio").await;
    let page = world.annas_browser().await.get("/bexio/account").await;
    page.expect(StatusCode::OK);
    assert!(
        page.body.contains("No app has access to your data."),
        "{}",
        page.body
    );
    let stranger = world.browser().get("/bexio/account").await;
    assert_eq!(stranger.location(), "/bexio/login?next=%2Fbexio%2Faccount");
}

#[tokio::test]
async fn removing_an_app_ends_its_tokens() {
    let world = World::new("bexio").await;
    let client = world
        .add(world.app_client("ledgerly", "contact_edit task_show"))
        .await;
    let api = world.add(world.api("api")).await;
    let tokens = world.tokens(&client, "contact_edit task_show", 1).await;
    let access = tokens["access_token"].as_str().unwrap();
    let mut browser = world.annas_browser().await;
    let page = browser.get("/bexio/account").await;
    for shown in [
        "App ledgerly",
        "Muster AG",
        "Contacts",
        "just now",
        "Remove App ledgerly",
    ] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    let store = &world.followed;
    let grant = store
        .grants_of_user("bexio", world.anna.id)
        .await
        .unwrap()
        .remove(0);
    let path = format!("/bexio/account/grants/{}/remove", grant.id);
    browser
        .post_from(&path, &[], &[("origin", "https://evil.example")])
        .await
        .expect(StatusCode::FORBIDDEN);
    assert!(world.is_active(&api, access).await);

    let answer = browser.post(&path, &[]).await;
    let back = answer.location().to_owned();
    let page = browser.get(&back).await;
    assert!(
        page.body.contains("App ledgerly was removed"),
        "{}",
        page.body
    );
    assert!(!world.is_active(&api, access).await);
    let refreshed = world
        .refresh(&client, tokens["refresh_token"].as_str().unwrap())
        .await;
    refreshed.expect_error(400, "invalid_grant");
    let ended = store.grant("bexio", grant.id).await.unwrap().unwrap();
    assert!(matches!(
        ended.status,
        GrantStatus::Revoked {
            reason: RevocationReason::ByUser,
            ..
        }
    ));
}

/// One browser is signed out from afar; the other goes on, and so does the grant.
#[tokio::test]
async fn one_place_of_several_is_ended_alone() {
    let world = World::new("bexio").await;
    let client = world
        .add(world.app_client("ledgerly", "contact_show"))
        .await;
    let api = world.add(world.api("api")).await;
    let first = world.tokens(&client, "contact_show", 1).await;
    let mut browser = world.annas_browser().await;
    let page = browser.get("/bexio/account").await;
    assert!(page.body.contains("Last used"), "{}", page.body);
    assert!(!page.body.contains("account/families"), "{}", page.body);
    world.clock.advance(Duration::from_secs(3 * 3_600));
    let second = world.tokens(&client, "contact_show", 2).await;
    let page = browser.get("/bexio/account").await;
    for shown in ["Connected in 2 places", "3 hours ago", "just now"] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    let access = |tokens: &serde_json::Value| tokens["access_token"].as_str().unwrap().to_owned();
    let family = world.family_of(&access(&first)).await;
    let path = format!("/bexio/account/families/{}/end", family.id);
    assert!(page.body.contains(&path), "{}", page.body);

    let evil = [("origin", "https://evil.example")];
    let refused = browser.post_from(&path, &[], &evil).await;
    refused.expect(StatusCode::FORBIDDEN);
    let stranger = world.browser().post(&path, &[]).await;
    stranger.expect(StatusCode::SEE_OTHER);
    for none in ["x", "00000000-0000-0000-0000-000000000001"] {
        let path = format!("/bexio/account/families/{none}/end");
        browser.post(&path, &[]).await.expect(StatusCode::NOT_FOUND);
    }
    assert!(world.is_active(&api, &access(&first)).await);

    let answer = browser.post(&path, &[]).await;
    let back = answer.location().to_owned();
    let page = browser.get(&back).await;
    let notice = "One connection of App ledgerly was ended.";
    assert!(page.body.contains(notice), "{}", page.body);
    assert!(!page.body.contains("account/families"), "{}", page.body);
    assert!(!world.is_active(&api, &access(&first)).await);
    assert!(world.is_active(&api, &access(&second)).await);
    for (tokens, status) in [(&first, 400), (&second, 200)] {
        let token = tokens["refresh_token"].as_str().unwrap();
        let refreshed = world.refresh(&client, token).await;
        assert_eq!(refreshed.status.as_u16(), status);
    }
}

#[tokio::test]
async fn taking_something_off_counts_at_the_next_call() {
    let world = World::new("bexio").await;
    let client = world
        .add(world.app_client("ledgerly", "contact_edit task_show"))
        .await;
    let api = world.add(world.api("api")).await;
    let tokens = world.tokens(&client, "contact_edit task_show", 1).await;
    let access = tokens["access_token"].as_str().unwrap();
    let mut browser = world.annas_browser().await;
    let page = browser.get("/bexio/account").await;
    assert_eq!(
        page.offered(),
        ["", "contact_show", "*contact_edit", "", "*task_show"]
    );
    let store = &world.followed;
    let grant = store
        .grants_of_user("bexio", world.anna.id)
        .await
        .unwrap()
        .remove(0);
    let path = format!("/bexio/account/grants/{}/reduce", grant.id);
    // What was never granted cannot be added this way.
    let form = [
        ("allow.contact", "contact_show"),
        ("allow.task", ""),
        ("allow", "note_edit"),
        ("version", &grant.version.to_string()),
    ];
    // An old form takes nothing off, and the page says why.
    for old in [&form[..3], &[("version", "0")][..]] {
        let answer = browser.post(&path, old).await;
        let back = answer.location().to_owned();
        let page = browser.get(&back).await;
        assert!(
            page.body.contains("so nothing was taken off"),
            "{}",
            page.body
        );
        let same = store.grant("bexio", grant.id).await.unwrap().unwrap();
        assert_eq!(same, grant);
    }
    let answer = browser.post(&path, &form).await;
    let back = answer.location().to_owned();
    let page = browser.get(&back).await;
    assert!(
        page.body.contains("now has only what you left on"),
        "{}",
        page.body
    );
    let grant = store.grant("bexio", grant.id).await.unwrap().unwrap();
    assert_eq!(grant.granted.to_string(), "general contact_show");
    assert_eq!(grant.reduced.to_string(), "contact_edit task_show");
    let seen = world.introspect(&api, access).await;
    assert_eq!(seen["scope"], "general contact_show");

    // Nothing left ends the grant.
    let version = grant.version.to_string();
    browser
        .post(&path, &[("allow.contact", ""), ("version", &version)])
        .await
        .location();
    assert!(!world.is_active(&api, access).await);
}

#[tokio::test]
async fn what_an_app_needs_is_taken_back_with_the_app_only() {
    let world = World::new("bokio").await;
    let client = world.add(Client {
        optional_scope: scope("invoices:write"),
        ..world.app_client("ledgerly", "invoices:read invoices:write")
    });
    let client = client.await;
    let (_, grant) = world
        .consent(&client, "invoices:read invoices:write", 1)
        .await;
    let mut browser = world.annas_browser().await;
    let page = browser.get("/bokio/account").await;
    assert_eq!(page.offered(), ["*!invoices:read", "*invoices:write"]);
    let path = format!("/bokio/account/grants/{}/reduce", grant.id);
    let version = grant.version.to_string();
    browser
        .post(&path, &[("allow", "nonsense"), ("version", &version)])
        .await
        .location();
    let left = world
        .followed
        .grant("bokio", grant.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(left.granted.to_string(), "invoices:read");
    assert_eq!(left.status, GrantStatus::Live);
}

#[tokio::test]
async fn where_the_catalog_allows_no_reducing_there_is_none() {
    let world = World::new("freshbooks").await;
    let client = world
        .add(world.app_client("ledgerly", "user:clients:read user:bills:read"))
        .await;
    let (_, grant) = world
        .consent(&client, "user:clients:read user:bills:read", 1)
        .await;
    let mut browser = world.annas_browser().await;
    let page = browser.get("/freshbooks/account").await;
    assert!(!page.body.contains("/reduce"), "{}", page.body);
    assert!(page.body.contains("Every organisation you belong to"));
    let path = format!("/freshbooks/account/grants/{}/reduce", grant.id);
    browser
        .post(&path, &[("allow", "user:clients:read"), ("version", "1")])
        .await
        .expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn somebody_elses_grant_does_not_exist() {
    let world = World::new("bexio").await;
    let client = world
        .add(world.app_client("ledgerly", "contact_edit"))
        .await;
    let (code, grant) = world.consent(&client, "contact_edit", 1).await;
    let tokens = world.redeem(&client, &code).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    let family = world.family_of(access).await;
    let other = User {
        id: world.app.new_id(),
        number: 0,
        username: "beat".to_owned(),
        name: "Beat".to_owned(),
        password_hash: realm::password::hash(browser::PASSWORD, [5; 16]).unwrap(),
        ..world.anna.clone()
    };
    world.followed.insert_user(&other, audit()).await.unwrap();
    let mut browser = world.browser();
    browser
        .sign_in("beat", browser::PASSWORD, "")
        .await
        .location();
    for act in ["remove", "reduce"] {
        for id in [grant.id.to_string(), "not-an-id".to_owned()] {
            let path = format!("/bexio/account/grants/{id}/{act}");
            let answer = browser.post(&path, &[("allow", "contact_show")]).await;
            answer.expect(StatusCode::NOT_FOUND);
        }
    }
    let path = format!("/bexio/account/families/{}/end", family.id);
    browser.post(&path, &[]).await.expect(StatusCode::NOT_FOUND);
    let family = world.family_of(access).await;
    assert_eq!(family.status, FamilyStatus::Live);
    let page = browser
        .get(&format!("/bexio/account?done=removed&grant={}", grant.id))
        .await;
    assert!(!page.body.contains("ledgerly"), "{}", page.body);
    let stands = world
        .followed
        .grant("bexio", grant.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(stands.status, GrantStatus::Live);
}

#[tokio::test]
async fn a_notice_is_shown_only_for_what_is_true() {
    let world = World::new("bexio").await;
    let client = world
        .add(world.app_client("ledgerly", "contact_edit"))
        .await;
    let (code, grant) = world.consent(&client, "contact_edit", 1).await;
    let tokens = world.redeem(&client, &code).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    let family = world.family_of(access).await.id;
    let mut browser = world.annas_browser().await;
    let page = browser
        .get(&format!("/bexio/account?done=removed&grant={}", grant.id))
        .await;
    assert!(!page.body.contains("was removed"), "{}", page.body);
    for what in [format!("family={family}"), format!("grant={}", grant.id)] {
        let path = format!("/bexio/account?done=ended&{what}");
        let page = browser.get(&path).await;
        assert!(!page.body.contains("was ended"), "{}", page.body);
    }
}

#[tokio::test]
async fn when_the_database_is_gone_nothing_is_said_to_be_removed() {
    let world = World::new("bexio").await;
    let client = world
        .add(world.app_client("ledgerly", "contact_edit"))
        .await;
    let (_, grant) = world.consent(&client, "contact_edit", 1).await;
    let mut browser = world.annas_browser().await;
    for (act, call) in [("remove", "revoke_grant"), ("reduce", "reduce_grant")] {
        world.store.break_calls(&[call]);
        let path = format!("/bexio/account/grants/{}/{act}", grant.id);
        let version = grant.version.to_string();
        let form = [("allow.contact", "contact_show"), ("version", &version)];
        let answer = browser.post(&path, &form).await;
        answer.expect(StatusCode::SERVICE_UNAVAILABLE);
        world.store.mend();
    }
}

#[tokio::test]
async fn every_realm_has_a_reference_of_all_its_scopes() {
    for realm in ["bexio", "bokio", "freshbooks", "stora"] {
        let world = World::new(realm).await;
        let mut browser = world.browser();
        let path = format!("/{realm}/scopes");
        let page = browser.get(&path).await;
        page.expect(StatusCode::OK);
        for definition in support::catalog(realm).scopes() {
            assert!(
                page.body
                    .contains(&format!("<code>{}</code>", definition.name)),
                "{}",
                definition.name
            );
            assert!(page.body.contains(&format!("id=\"{}\"", definition.name)));
        }
        assert!(
            page.body.len() < 60_000,
            "{realm}: {} bytes",
            page.body.len()
        );
        let none = browser.get(&format!("{path}?q=%3Cscript%3Enothing")).await;
        assert!(
            none.body.contains("Nothing fits") && !none.body.contains("<script"),
            "{}",
            none.body
        );
    }
}

#[tokio::test]
async fn the_reference_finds_names_words_and_paths() {
    let world = World::new("bexio").await;
    let mut browser = world.browser();
    let by_name = browser.get("/bexio/scopes?q=contact_edit").await;
    assert_eq!(by_name.body.matches("<article").count(), 1);
    let by_path = browser.get("/bexio/scopes?q=/2.0/kb_offer/").await;
    assert!(
        by_path.body.contains("kb_offer_edit") && !by_path.body.contains("<code>task_edit</code>")
    );
    let german = browser.get("/bexio/scopes?q=kontakte&ui_locales=de").await;
    assert!(german.body.contains("contact_show"), "{}", german.body);
}

#[tokio::test]
async fn the_stylesheet_is_where_pages_look_for_it() {
    let world = World::new("bexio").await;
    let answer = world.get(server::pages::stylesheet_path()).await;
    answer.expect(StatusCode::OK);
    assert_eq!(
        answer.header("content-type"),
        Some("text/css; charset=utf-8")
    );
    assert!(
        answer
            .header("cache-control")
            .unwrap()
            .contains("immutable")
    );
}

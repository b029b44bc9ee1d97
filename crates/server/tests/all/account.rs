//! Connected apps.

use std::time::Duration;

use axum::http::StatusCode;
use oauth::audit::Actor;
use oauth::consent::ShownGrant;
use oauth::model::{Client, FamilyStatus, Grant, GrantStatus, RevocationReason, Status, User};

use crate::browser;
use crate::support::{World, audit, scope};

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

/// A browser that wants English, and a person who chose German.
#[tokio::test]
async fn a_language_chosen_by_hand_goes_along() {
    let world = World::new("bexio").await;
    let mut browser = world.annas_browser().await;
    let page = browser.get("/bexio/account?ui_locales=de").await;
    for link in ["account", "scopes", "logout"] {
        let link = format!("\"/bexio/{link}?ui_locales=de\"");
        assert!(page.body.contains(&link), "{link}: {}", page.body);
    }
    let out = browser.post("/bexio/logout?ui_locales=de", &[]).await;
    assert_eq!(out.location(), "/bexio/login?ui_locales=de");
    let first = browser.get("/bexio/account?ui_locales=de").await;
    let page = browser.get(first.location()).await;
    assert!(page.body.contains("<html lang=\"de\">"), "{}", page.body);
    // Who chose nothing gets what the browser wants.
    let page = world.annas_browser().await.get("/bexio/account").await;
    assert!(page.body.contains("\"/bexio/scopes\""), "{}", page.body);
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

    // It is asked once, on a page of its own; looking at it ends nothing.
    assert!(
        page.body.contains(&format!("href=\"{path}\"")),
        "{}",
        page.body
    );
    let asked = browser.get(&path).await;
    asked.expect(StatusCode::OK);
    for told in [
        "Remove App ledgerly?",
        "Its access to the data of Muster AG ends at once.",
        "Keep App ledgerly",
    ] {
        assert!(asked.body.contains(told), "{told}: {}", asked.body);
    }
    assert!(world.is_active(&api, access).await);
    let unasked = browser.post(&path, &[]).await;
    unasked.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(world.is_active(&api, access).await);

    let shown = asked.shown().unwrap();
    let twice = [("shown", shown.as_str()); 2];
    let refused = browser.post(&path, &twice).await;
    refused.expect(StatusCode::BAD_REQUEST);
    assert!(world.is_active(&api, access).await);
    let answer = browser.post(&path, &[("shown", &shown)]).await;
    let back = answer.location().to_owned();
    let page = browser.get(&back).await;
    assert!(
        page.body.contains("App ledgerly was removed"),
        "{}",
        page.body
    );
    assert!(
        page.body.contains("You removed App ledgerly at Muster AG."),
        "{}",
        page.body
    );
    assert!(!world.is_active(&api, access).await);
    assert_eq!(browser.get(&path).await.location(), "/bexio/account");
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

    let shown = page.shown().unwrap();
    let form = [("shown", shown.as_str())];
    let evil = [("origin", "https://evil.example")];
    let refused = browser.post_from(&path, &form, &evil).await;
    refused.expect(StatusCode::FORBIDDEN);
    let stranger = world.browser().post(&path, &[]).await;
    stranger.expect(StatusCode::SEE_OTHER);
    for none in ["x", "00000000-0000-0000-0000-000000000001"] {
        let path = format!("/bexio/account/families/{none}/end");
        let answer = browser.post(&path, &form).await;
        answer.expect(StatusCode::NOT_FOUND);
    }
    assert!(world.is_active(&api, &access(&first)).await);

    let answer = browser.post(&path, &form).await;
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
    let shown = page.shown().unwrap();
    let form = [
        ("allow.contact", "contact_show"),
        ("allow.task", ""),
        ("allow", "note_edit"),
        ("shown", &shown),
    ];
    // A form of the version before, or of a page that showed something else, takes nothing off,
    // and the page comes again and says why.
    let less = shown.replace(" contact_edit", "");
    let version = [("version", "1"), ("allow.contact", "contact_show")];
    let other = [("allow.contact", "contact_show"), ("shown", &less)];
    for (old, told) in [
        (&form[..3], "Nothing was changed"),
        (&version[..], "Nothing was changed"),
        (&other[..], "Different now: Contacts."),
    ] {
        let answer = browser.post(&path, old).await;
        answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains(told), "{told}: {}", answer.body);
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
    let told = "You took something off App ledgerly at Muster AG: Contacts, Tasks.";
    assert!(page.body.contains(told), "{}", page.body);
    let seen = world.introspect(&api, access).await;
    assert_eq!(seen["scope"], "general contact_show");

    // Nothing left is the app removed: that is asked about first, as from the button.
    let shown = ShownGrant::of(&grant).to_string();
    let none = [("allow.contact", ""), ("shown", shown.as_str())];
    let answer = browser.post(&path, &none).await;
    let remove = format!("/bexio/account/grants/{}/remove", grant.id);
    assert_eq!(answer.location(), remove);
    assert!(world.is_active(&api, access).await);
    let asked = browser.get(&remove).await;
    let shown = asked.shown().unwrap();
    browser.post(&remove, &[("shown", &shown)]).await.location();
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
    let shown = page.shown().unwrap();
    browser
        .post(&path, &[("allow", "nonsense"), ("shown", &shown)])
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
    let reach = "Muster AG, and any you join later";
    assert!(page.body.contains(reach), "{}", page.body);
    let shown = ShownGrant::of(&grant).to_string();
    let path = format!("/freshbooks/account/grants/{}/reduce", grant.id);
    browser
        .post(&path, &[("allow", "user:clients:read"), ("shown", &shown)])
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
        password_hash: realm::password::hash(browser::PASSWORD, [5; 16]).ok(),
        ..world.anna.clone()
    };
    world.followed.insert_user(&other, audit()).await.unwrap();
    let mut browser = world.browser();
    browser
        .sign_in("beat", browser::PASSWORD, "")
        .await
        .location();
    let own = Grant {
        user: other.id,
        ..grant.clone()
    };
    let own = ShownGrant::of(&own).to_string();
    let form = [("allow", "contact_show"), ("shown", &own)];
    for act in ["remove", "reduce"] {
        for id in [grant.id.to_string(), "not-an-id".to_owned()] {
            let path = format!("/bexio/account/grants/{id}/{act}");
            let answer = browser.post(&path, &form).await;
            answer.expect(StatusCode::NOT_FOUND);
        }
    }
    let asked = format!("/bexio/account/grants/{}/remove", grant.id);
    browser.get(&asked).await.expect(StatusCode::NOT_FOUND);
    let path = format!("/bexio/account/families/{}/end", family.id);
    let answer = browser.post(&path, &form).await;
    answer.expect(StatusCode::NOT_FOUND);

    // A form of the page that Anna had open before Beat signed in: it is not for him to answer.
    let annas = ShownGrant::of(&grant).to_string();
    let form = [("allow", "contact_show"), ("shown", &annas)];
    for path in [
        format!("/bexio/account/grants/{}/remove", grant.id),
        format!("/bexio/account/grants/{}/reduce", grant.id),
        path,
    ] {
        let answer = browser.post(&path, &form).await;
        answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
        let told = "You are signed in as Beat now.";
        assert!(answer.body.contains(told), "{}", answer.body);
        assert!(answer.body.contains("No app has access"), "{}", answer.body);
    }
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
async fn what_the_provider_did_is_told_as_that() {
    let world = World::new("bexio").await;
    let client = world
        .add(world.app_client("ledgerly", "contact_edit"))
        .await;
    let (_, grant) = world.consent(&client, "contact_edit", 1).await;
    let mut browser = world.annas_browser().await;
    let since = world.app.now();
    let off = Client {
        status: Status::Suspended { since },
        ..client.clone()
    };
    world.change(&off).await;
    let page = browser.get("/bexio/account").await;
    let told = "bexio has switched this app off.";
    assert!(page.body.contains(told), "{}", page.body);
    // The app's own page of asking says the same, and there is a way on.
    let asked = browser
        .open(&world.authorize(&client, "contact_edit", &[]))
        .await;
    asked.expect(StatusCode::BAD_REQUEST);
    for told in [
        "This app is switched off",
        "bexio has switched it off",
        "Connected apps",
    ] {
        assert!(asked.body.contains(told), "{told}: {}", asked.body);
    }

    let desk = world.app.desk(&world.begun);
    let (by, reason) = (Actor::operator(None), RevocationReason::ByProvider);
    assert!(desk.revoke_grant(&by, grant.id, reason).await.unwrap());
    let page = browser.get("/bexio/account").await;
    let told = "bexio ended the access of App ledgerly at Muster AG.";
    assert!(page.body.contains(told), "{}", page.body);
}

#[tokio::test]
async fn an_act_for_every_organisation_is_told_as_one() {
    let world = World::new("freshbooks").await;
    let asked = "user:clients:read";
    let client = world.add(world.app_client("ledgerly", asked)).await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, asked, &[]);
    let form = [("allow", asked), ("decision", "allow")];
    browser.decide(&request, &form).await;
    let page = browser.get("/freshbooks/account").await;
    let told = "You allowed App ledgerly, for every organisation you belong to.";
    assert!(page.body.contains(told), "{}", page.body);
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
        let shown = ShownGrant::of(&grant).to_string();
        let form = [("allow.contact", "contact_show"), ("shown", &shown)];
        let answer = browser.post(&path, &form).await;
        answer.expect(StatusCode::SERVICE_UNAVAILABLE);
        world.store.mend();
    }
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

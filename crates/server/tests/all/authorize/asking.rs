//! Who said no is asked again, but not again and again; where nothing can be allowed, a page says so.

use std::time::Duration;

use axum::http::StatusCode;
use oauth::consent::ShownGrant;
use oauth::model::{Client, GrantStatus};

use super::{CONTACTS, token};
use crate::browser::Browser;
use crate::support::{World, scope};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn ledgerly(world: &World) -> Client {
    world.add(world.app_client("ledgerly", CONTACTS)).await
}

/// What the app gets without anybody being asked.
async fn straight_back(browser: &mut Browser<'_>, request: &str) -> Option<String> {
    let answer = browser.get(request).await;
    match browser.page_of(&answer) {
        Some(_) => None,
        None => answer.returned("code"),
    }
}

#[tokio::test]
async fn what_was_taken_off_is_asked_about_once_and_then_a_day_later() {
    let world = World::new("bexio").await;
    let client = ledgerly(&world).await;
    let (_, grant) = world.consent(&client, CONTACTS, 1).await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, CONTACTS, &[]);
    assert!(straight_back(&mut browser, &request).await.is_some());

    let reduce = format!("/bexio/account/grants/{}/reduce", grant.id);
    let shown = ShownGrant::of(&grant).to_string();
    let keep = [
        ("shown", shown.as_str()),
        ("allow.kb_invoice", "kb_invoice_show"),
    ];
    browser.post(&reduce, &keep).await;
    let page = browser.open(&request).await;
    page.expect(StatusCode::OK);
    assert!(
        page.body.contains("You refused this before"),
        "{}",
        page.body
    );
    let denied = browser.decide(&request, &[("decision", "deny")]).await;
    assert_eq!(denied.returned("error").as_deref(), Some("access_denied"));

    // The app sends the person again and again: it gets what stands.
    for _ in 0..3 {
        let code = straight_back(&mut browser, &request).await.unwrap();
        let tokens = token(&world, &client, &code).await;
        assert_eq!(tokens["scope"], "general kb_invoice_show");
    }
    let asking = world.authorize(&client, CONTACTS, &[("prompt", "consent")]);
    browser.open(&asking).await.expect(StatusCode::OK);

    world.clock.advance(DAY);
    let mut browser = world.annas_browser().await;
    assert_eq!(straight_back(&mut browser, &request).await, None);
    let silent = world.authorize(&client, CONTACTS, &[("prompt", "none")]);
    assert!(straight_back(&mut browser, &silent).await.is_some());
    let form = [("allow.contact", "contact_edit"), ("decision", "allow")];
    let allowed = browser.decide(&request, &form).await;
    assert!(allowed.returned("code").is_some());
}

#[tokio::test]
async fn where_nothing_can_be_allowed_a_page_says_so_before_the_app_is_told() {
    let world = World::new("bexio").await;
    let client = ledgerly(&world).await;
    let second = world.second_organisation(&["contact_edit"]).await;
    world.limit_anna_to(&["task_show"]).await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, CONTACTS, &[("organisation", "muster")]);
    let page = browser.open(&request).await;
    page.expect(StatusCode::OK);
    for told in [
        "asks for nothing that you can allow at Muster AG",
        "Your role at Muster AG does not include this",
        "Contacts <span class=\"small\">See and change</span>",
        &format!("name=\"organisation\" value=\"{}\"", second.id),
        "Go back to App ledgerly",
    ] {
        assert!(page.body.contains(told), "{told}: {}", page.body);
    }
    let back = browser.decide(&request, &[("decision", "deny")]).await;
    assert_eq!(back.returned("error").as_deref(), Some("access_denied"));
    let acts = world.followed.consents_of_user("bexio", world.anna.id, 9);
    assert_eq!(acts.await.unwrap(), []);
    let silent = [("organisation", "muster"), ("prompt", "none")];
    let silent = browser
        .get(&world.authorize(&client, CONTACTS, &silent))
        .await;
    assert_eq!(silent.returned("error").as_deref(), Some("access_denied"));

    // What is the app's own fault is its makers' to mend.
    let strange = Client {
        registered_scope: scope("task_show"),
        ..client.clone()
    };
    world.change(&strange).await;
    let page = browser.open(&request).await;
    let told = "was not registered for this app";
    assert!(page.body.contains(told), "{}", page.body);
    let back = browser.decide(&request, &[("decision", "deny")]).await;
    assert_eq!(back.returned("error").as_deref(), Some("invalid_scope"));
}

/// "Do not allow" leaves what stands; allowing with every row set to nothing takes it off.
#[tokio::test]
async fn every_row_set_to_nothing_takes_off_what_stood() {
    let world = World::new("bexio").await;
    let client = ledgerly(&world).await;
    let (_, grant) = world.consent(&client, CONTACTS, 1).await;
    let mut browser = world.annas_browser().await;
    let asking = world.authorize(&client, CONTACTS, &[("prompt", "consent")]);
    let denied = browser.decide(&asking, &[("decision", "deny")]).await;
    assert_eq!(denied.returned("error").as_deref(), Some("access_denied"));
    let store = &world.followed;
    let stands = store.grant("bexio", grant.id).await.unwrap().unwrap();
    assert_eq!(stands.granted, grant.granted);

    let nothing = [
        ("allow.contact", ""),
        ("allow.kb_invoice", ""),
        ("decision", "allow"),
    ];
    let told = browser.decide(&asking, &nothing).await;
    assert_eq!(told.returned("error").as_deref(), Some("access_denied"));
    let ended = store.grant("bexio", grant.id).await.unwrap().unwrap();
    assert_ne!(ended.status, GrantStatus::Live, "{ended:?}");
}

/// What this request does not name stays.
#[tokio::test]
async fn rows_that_were_not_shown_stay_as_they_are() {
    let world = World::new("bexio").await;
    let client = world
        .add(world.app_client("ledgerly", "contact_edit task_edit"))
        .await;
    let (_, grant) = world.consent(&client, "contact_edit task_edit", 1).await;
    let mut browser = world.annas_browser().await;
    let asking = world.authorize(&client, "contact_edit", &[("prompt", "consent")]);
    let nothing = [("allow.contact", ""), ("decision", "allow")];
    let told = browser.decide(&asking, &nothing).await;
    assert_eq!(told.returned("error").as_deref(), Some("access_denied"));
    let store = &world.followed;
    let left = store.grant("bexio", grant.id).await.unwrap().unwrap();
    assert_eq!(left.granted.to_string(), "general task_show task_edit");
    assert!(!left.reduced.is_empty());
}

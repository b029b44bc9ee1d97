//! What is asked, and what an answer means.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use oauth::model::{Approval, Client};

use super::{CONTACTS, token};
use crate::browser;
use crate::support::audit;
use crate::support::{self, World, scope};

#[tokio::test]
async fn login_consent_and_code_end_in_a_token() {
    let world = World::new("bexio").await;
    world.give_anna_a_password().await;
    let client = world.add(world.app_client("ledgerly", CONTACTS)).await;
    let mut browser = world.browser();
    let request = world.authorize(&client, CONTACTS, &[]);

    let to_login = browser.open(&request).await;
    let login = to_login.location().to_owned();
    assert!(
        login.starts_with("/bexio/login?next=%2Fbexio%2Fconsent%3Frequest%3Dsg_rh_"),
        "{login}"
    );
    let page = browser.get(&login).await;
    page.expect(StatusCode::OK);
    assert!(page.body.contains("App ledgerly"), "{}", page.body);

    let next = super::next_of(&page);
    let signed_in = browser
        .sign_in("Anna@Muster.example", browser::PASSWORD, &next)
        .await;
    let back = signed_in.location().to_owned();
    let page = browser.get(&back).await;
    assert_eq!(
        page.offered(),
        ["", "contact_show", "*contact_edit", "", "*kb_invoice_show"]
    );
    let form = [
        ("organisation", "muster"),
        ("allow.contact", "contact_edit"),
        ("allow.kb_invoice", "kb_invoice_show"),
        ("decision", "allow"),
    ];
    let answer = browser.answer(&back, &form).await;
    assert!(answer.location().starts_with("https://app.example/cb?"));
    assert_eq!(answer.returned("state").as_deref(), Some("st&te=1"));
    assert_eq!(answer.returned("iss"), Some(world.issuer()));
    let tokens = token(&world, &client, &answer.returned("code").unwrap()).await;
    assert_eq!(
        tokens["scope"],
        "general contact_show contact_edit kb_invoice_show"
    );
    assert_eq!(tokens["org"], "muster");

    let acts = world
        .followed
        .consents_of_user("bexio", world.anna.id, 9)
        .await
        .unwrap();
    assert_eq!(acts.len(), 1);
    assert_eq!(acts[0].requested.to_string(), CONTACTS);
}

#[tokio::test]
async fn a_person_may_strike_and_may_answer_edit_with_view_only() {
    let world = World::new("bexio").await;
    let client = world
        .add(world.app_client("ledgerly", "contact_edit task_edit note_edit"))
        .await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, "contact_edit task_edit", &[]);
    let form = [
        ("allow.contact", "contact_show"),
        ("allow.task", ""),
        ("decision", "allow"),
    ];
    let answer = browser.decide(&request, &form).await;
    let tokens = token(&world, &client, &answer.returned("code").unwrap()).await;
    assert_eq!(tokens["scope"], "general contact_show");

    // Asked again, the answer is remembered, refusals too.
    let again = browser.open(&request).await;
    let tokens = token(&world, &client, &again.returned("code").unwrap()).await;
    assert_eq!(tokens["scope"], "general contact_show");

    // Asked for more, the person is asked again: the new is marked, the refused is off.
    let more = world.authorize(&client, "contact_edit task_edit note_edit", &[]);
    let page = browser.open(&more).await;
    assert_eq!(
        page.offered(),
        [
            "",
            "*contact_show",
            "contact_edit",
            "",
            "note_show",
            "*note_edit",
            "*",
            "task_show",
            "task_edit"
        ]
    );
    assert_eq!(page.body.matches("New since last time").count(), 1);
    assert_eq!(page.body.matches("You refused this before").count(), 2);

    // prompt=consent asks although everything is decided.
    let asked = world.authorize(&client, "contact_edit", &[("prompt", "consent")]);
    browser.open(&asked).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_refusal_is_told_and_kept_and_nothing_ticked_is_a_refusal() {
    let world = World::new("bexio").await;
    let client = world.add(world.app_client("ledgerly", CONTACTS)).await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, CONTACTS, &[]);
    for form in [
        &[("decision", "deny"), ("allow.contact", "contact_edit")][..],
        &[
            ("decision", "allow"),
            ("allow.contact", ""),
            ("allow.kb_invoice", ""),
        ],
        &[
            ("decision", "allow"),
            ("allow.task", "task_edit"),
            ("allow", "general"),
        ],
    ] {
        let answer = browser.decide(&request, form).await;
        assert_eq!(answer.returned("error").as_deref(), Some("access_denied"));
        assert_eq!(answer.returned("code"), None);
        assert_eq!(answer.returned("iss"), Some(world.issuer()));
    }
    let store = &world.followed;
    let acts = store
        .consents_of_user("bexio", world.anna.id, 9)
        .await
        .unwrap();
    assert_eq!(acts.len(), 3);
    for act in acts {
        assert_eq!(
            act.refused.to_string(),
            "contact_show contact_edit kb_invoice_show"
        );
        assert!(act.granted.is_empty() && act.grant.is_none());
    }
    assert!(
        store
            .grants_of_user("bexio", world.anna.id)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn saying_no_to_more_keeps_what_stands() {
    let world = World::new("bexio").await;
    let client = world.add(world.app_client("ledgerly", CONTACTS)).await;
    world.consent(&client, "kb_invoice_show", 1).await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, CONTACTS, &[]);
    let denied = browser.decide(&request, &[("decision", "deny")]).await;
    assert_eq!(denied.returned("error").as_deref(), Some("access_denied"));
    let again = browser.open(&request).await;
    let tokens = token(&world, &client, &again.returned("code").unwrap()).await;
    assert_eq!(tokens["scope"], "general kb_invoice_show");
}

#[tokio::test]
async fn what_the_own_role_lacks_is_listed_at_the_end_and_cannot_be_sent() {
    let world = World::new("bexio").await;
    world.limit_anna_to(&["contact_show"]).await;
    let client = world.add(world.app_client("ledgerly", CONTACTS)).await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, CONTACTS, &[]);
    let page = browser.open(&request).await;
    assert_eq!(page.offered(), ["", "*contact_show"]);
    for told in [
        "Names, addresses, phone numbers and e-mail addresses of your customers",
        "<code>contact_show</code>",
        "Your role at Muster AG does not include this, so you cannot pass it on:",
        "<li>Contacts <span class=\"small\">See and change</span></li>",
        "<li>Invoices <span class=\"small\">See</span></li>",
    ] {
        assert!(page.body.contains(told), "{told}: {}", page.body);
    }
    assert!(!page.body.contains("contact_edit</code>"), "{}", page.body);
    let form = [
        ("allow.contact", "contact_show"),
        ("allow.kb_invoice", "kb_invoice_edit"),
        ("allow", "task_edit"),
        ("decision", "allow"),
    ];
    let answer = browser.decide(&request, &form).await;
    let tokens = token(&world, &client, &answer.returned("code").unwrap()).await;
    assert_eq!(tokens["scope"], "general contact_show");
    // What was not offered was not refused: with another role, it is new.
    let acts = world.followed.consents_of_user("bexio", world.anna.id, 9);
    let act = acts.await.unwrap().remove(0);
    assert!(act.refused.is_empty(), "{}", act.refused);
    world.be(&["owner"]).await;
    let page = browser.open(&request).await;
    assert!(page.body.contains("New since last time"), "{}", page.body);
    assert!(
        !page.body.contains("You refused this before"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn with_several_organisations_one_is_chosen_and_the_grant_is_bound_to_it() {
    let world = World::new("bexio").await;
    let second = world.second_organisation(&["kb_invoice_show"]).await;
    let client = world.add(world.app_client("ledgerly", CONTACTS)).await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, CONTACTS, &[]);
    let page = browser.open(&request).await;
    page.expect(StatusCode::OK);
    assert!(
        page.body
            .contains(&format!("name=\"organisation\" value=\"{}\"", second.id)),
        "{}",
        page.body
    );
    assert!(page.offered().is_empty());

    // A foreign one is not theirs to choose; id and number name one as well as the slug.
    let foreign = browser
        .open(&format!("{request}&organisation=stranger"))
        .await;
    assert!(foreign.offered().is_empty());
    for name in [
        second.id.to_string(),
        second.number.to_string(),
        second.slug.clone(),
    ] {
        let page = browser
            .open(&format!("{request}&organisation={name}"))
            .await;
        assert_eq!(page.offered(), ["", "*kb_invoice_show"], "{name}");
        let here = format!("Organisation <strong>{}</strong>", second.name);
        assert!(page.body.contains(&here), "{}", page.body);
    }
    let form = [
        ("allow.kb_invoice", "kb_invoice_show"),
        ("decision", "allow"),
    ];
    let named = format!("{request}&organisation=beispiel");
    let answer = browser.decide(&named, &form).await;
    let tokens = token(&world, &client, &answer.returned("code").unwrap()).await;
    assert_eq!(tokens["org"], "beispiel");

    // What stands at one place says nothing about the other.
    let other = browser
        .open(&format!("{request}&organisation=muster"))
        .await;
    assert_eq!(other.offered().len(), 5);
    // prompt=none cannot choose.
    let silent = world.authorize(&client, CONTACTS, &[("prompt", "none")]);
    let refused = browser.open(&silent).await;
    assert_eq!(
        refused.returned("error").as_deref(),
        Some("interaction_required")
    );
}

#[tokio::test]
async fn somebody_without_an_organisation_gets_a_page_that_says_so() {
    let world = World::new("bexio").await;
    let client = world.add(world.app_client("ledgerly", CONTACTS)).await;
    world.anna_leaves().await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, CONTACTS, &[]);
    let page = browser.open(&request).await;
    page.expect(StatusCode::FORBIDDEN);
    assert!(
        page.body.contains("You have no organisation here"),
        "{}",
        page.body
    );
    // There is a way back, and the app is told.
    let back = "value=\"deny\">Go back to App ledgerly<";
    assert!(page.body.contains(back), "{}", page.body);
    let told = browser.decide(&request, &[("decision", "deny")]).await;
    assert_eq!(told.returned("error").as_deref(), Some("access_denied"));
    let other = browser.decide(&request, &[("decision", "allow")]).await;
    other.expect(StatusCode::FORBIDDEN);
    // prompt=none shows nobody anything.
    let silent = world.authorize(&client, CONTACTS, &[("prompt", "none")]);
    let told = browser.get(&silent).await;
    assert_eq!(told.returned("error").as_deref(), Some("access_denied"));
}

#[tokio::test]
async fn freshbooks_is_all_or_nothing_over_every_organisation() {
    let world = World::new("freshbooks").await;
    let asked = "user:clients:read user:invoices:read user:profile:read";
    let client = world.add(world.app_client("ledgerly", asked)).await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, asked, &[]);
    let page = browser.open(&request).await;
    assert!(page.offered().is_empty(), "a list without controls");
    assert!(!page.body.contains("name=\"organisation\""));
    let part = [("allow", "user:clients:read"), ("decision", "allow")];
    let refused = browser.decide(&request, &part).await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let whole = [
        ("allow", "user:clients:read"),
        ("allow", "user:invoices:read"),
        ("decision", "allow"),
    ];
    let answer = browser.decide(&request, &whole).await;
    let tokens = token(&world, &client, &answer.returned("code").unwrap()).await;
    let granted: Vec<&str> = tokens["scope"].as_str().unwrap().split(' ').collect();
    assert_eq!(granted.len(), 3, "{granted:?}");
}

#[tokio::test]
async fn bokio_locks_what_the_app_needs_and_marks_what_was_approved() {
    let world = World::new("bokio").await;
    let registered = "invoices:read invoices:write customers:read bank-payments:read-limited";
    let client = world.add(Client {
        optional_scope: scope("invoices:write customers:read bank-payments:read-limited"),
        ..world.app_client("ledgerly", registered)
    });
    let client = client.await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, registered, &[]);
    let page = browser.open(&request).await;
    assert_eq!(
        page.offered(),
        ["*!invoices:read", "*invoices:write", "*customers:read"]
    );
    assert!(
        page.body.contains("name=\"allow\" value=\"invoices:read\""),
        "the locked one is sent"
    );
    assert!(
        page.body
            .contains("needs an approval this app does not have"),
        "{}",
        page.body
    );
    let without = browser
        .decide(
            &request,
            &[("allow", "customers:read"), ("decision", "allow")],
        )
        .await;
    without.expect(StatusCode::UNPROCESSABLE_ENTITY);

    let catalog = support::catalog("bokio");
    let elevation = &catalog.elevations()[0];
    let evidence = elevation
        .evidence
        .iter()
        .map(|item| (item.clone(), "ref".to_owned()));
    let approval = Approval {
        realm: "bokio".to_owned(),
        client: client.id.clone(),
        elevation: elevation.name.clone(),
        evidence: evidence.collect::<BTreeMap<_, _>>(),
        reviewer: "Rosa".to_owned(),
        approved_at: support::start(),
        expires_at: None,
        withdrawn_at: None,
        version: 1,
    };
    world
        .followed
        .approve(&approval, None, audit())
        .await
        .unwrap();
    // It begins off, because the app can do without it.
    let page = browser.open(&request).await;
    assert!(
        page.offered()
            .contains(&"bank-payments:read-limited".to_owned())
    );
    assert!(
        page.body.contains(elevation.description.get("en")),
        "{}",
        page.body
    );
}

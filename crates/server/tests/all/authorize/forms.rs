//! A form of consent answers for what it showed, and for nothing else.

use axum::http::StatusCode;
use oauth::model::{Client, Organisation, User};

use super::{CONTACTS, token};
use crate::browser::{Browser, PASSWORD};
use crate::support::{World, audit, scope};

const ALLOW: [(&str, &str); 3] = [
    ("allow.contact", "contact_edit"),
    ("allow.kb_invoice", "kb_invoice_show"),
    ("decision", "allow"),
];

/// The address of the page that asks, and what its form carries.
async fn opened(browser: &mut Browser<'_>, request: &str) -> (String, String) {
    let answer = browser.get(request).await;
    let page = browser.page_of(&answer).unwrap();
    let shown = browser.get(&page).await.shown().unwrap();
    (page, shown)
}

fn with<'a>(shown: &'a str, form: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    form.iter().copied().chain([("shown", shown)]).collect()
}

async fn nothing_is_decided(world: &World, user: &User) {
    let consents = world.followed.consents_of_user(&world.realm, user.id, 9);
    assert_eq!(consents.await.unwrap(), []);
}

async fn ledgerly(world: &World) -> Client {
    world.add(world.app_client("ledgerly", CONTACTS)).await
}

#[tokio::test]
async fn another_person_who_signed_in_meanwhile_is_asked_anew() {
    let world = World::new("bexio").await;
    let client = ledgerly(&world).await;
    let mut browser = world.annas_browser().await;
    let ben = User {
        id: world.app.new_id(),
        number: 0,
        username: String::from("ben@muster.example"),
        name: String::from("Ben Beispiel"),
        external: None,
        password_hash: realm::password::hash(PASSWORD, [3; 16]).ok(),
        ..world.anna.clone()
    };
    let ben = world.followed.insert_user(&ben, audit()).await.unwrap();
    let place = oauth::model::Membership {
        realm: world.realm.clone(),
        organisation: world.muster.id,
        user: ben.id,
        roles: vec![String::from("owner")],
        given: None,
        cut_off: None,
        version: 0,
    };
    world
        .followed
        .put_membership(&place, audit())
        .await
        .unwrap();
    let request = world.authorize(&client, CONTACTS, &[]);
    let (page, shown) = opened(&mut browser, &request).await;
    let signed_in = browser.sign_in("ben@muster.example", PASSWORD, "").await;
    signed_in.expect(StatusCode::SEE_OTHER);
    for form in [&ALLOW[..], &[("decision", "deny")]] {
        let again = browser.post(&page, &with(&shown, form)).await;
        again.expect(StatusCode::UNPROCESSABLE_ENTITY);
        let told = "You are signed in as Ben Beispiel now.";
        assert!(again.body.contains(told), "{}", again.body);
        nothing_is_decided(&world, &ben).await;
        nothing_is_decided(&world, &world.anna).await;
    }
    // The page that came again is answered by Ben.
    let (page, shown) = opened(&mut browser, &request).await;
    let answer = browser.post(&page, &with(&shown, &ALLOW)).await;
    assert!(answer.returned("code").is_some());
}

#[tokio::test]
async fn a_role_or_a_ceiling_that_changed_meanwhile_is_told_and_stores_nothing() {
    let world = World::new("bexio").await;
    let client = ledgerly(&world).await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, CONTACTS, &[]);

    // A role that grew: what was not offered is not refused.
    world.limit_anna_to(&["contact_show"]).await;
    let (page, shown) = opened(&mut browser, &request).await;
    world.be(&["owner"]).await;
    let narrow = [("allow.contact", "contact_show"), ("decision", "allow")];
    let again = browser.post(&page, &with(&shown, &narrow)).await;
    again.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.body.contains("Different now: "), "{}", again.body);
    nothing_is_decided(&world, &world.anna).await;

    // A ceiling that shrank.
    let (page, shown) = opened(&mut browser, &request).await;
    let smaller = Client {
        registered_scope: scope("contact_edit"),
        ..client.clone()
    };
    world.change(&smaller).await;
    let again = browser.post(&page, &with(&shown, &ALLOW)).await;
    again.expect(StatusCode::UNPROCESSABLE_ENTITY);
    nothing_is_decided(&world, &world.anna).await;
}

#[tokio::test]
async fn a_form_that_says_nothing_of_what_it_showed_is_not_taken() {
    let world = World::new("bexio").await;
    let client = ledgerly(&world).await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, CONTACTS, &[]);
    let (page, shown) = opened(&mut browser, &request).await;
    let cut = shown.rsplit_once(' ').unwrap().0;
    for shown in ["", "1", "2 x", cut, &format!("{shown} task_edit=o")] {
        let again = browser.post(&page, &with(shown, &ALLOW)).await;
        again.expect(StatusCode::UNPROCESSABLE_ENTITY);
        nothing_is_decided(&world, &world.anna).await;
    }
}

/// Whichever of two answers were taken, the other may have been meant.
#[tokio::test]
async fn a_form_that_answers_something_twice_is_not_taken() {
    let world = World::new("bexio").await;
    let client = ledgerly(&world).await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, CONTACTS, &[]);
    let (page, shown) = opened(&mut browser, &request).await;
    for twice in [
        ("allow.contact", "contact_show"),
        ("allow.contact", ""),
        ("decision", "deny"),
        ("decision", "allow"),
        ("shown", shown.as_str()),
    ] {
        let form: Vec<_> = ALLOW.into_iter().chain([twice]).collect();
        let refused = browser.post(&page, &with(&shown, &form)).await;
        refused.expect(StatusCode::BAD_REQUEST);
        nothing_is_decided(&world, &world.anna).await;
    }
    let organisation = page.replace("/consent?", "/organisation?");
    let id = world.muster.id.to_string();
    let named = ("organisation", id.as_str());
    let refused = browser.post(&organisation, &[named, named]).await;
    refused.expect(StatusCode::BAD_REQUEST);
    let answer = browser.post(&page, &with(&shown, &ALLOW)).await;
    assert!(answer.returned("code").is_some());
}

/// A short name of digits is another organisation's number.
#[tokio::test]
async fn the_organisation_of_the_page_is_the_one_of_the_grant() {
    let world = World::new("bexio").await;
    let client = ledgerly(&world).await;
    let mut browser = world.annas_browser().await;
    let second = world.second_organisation(&["contact_edit"]).await;
    let third = Organisation {
        id: world.app.new_id(),
        slug: second.number.to_string(),
        number: 0,
        name: String::from("Zahlen AG"),
        ..world.muster.clone()
    };
    let role = oauth::model::Role {
        realm: world.realm.clone(),
        organisation: third.id,
        name: String::from("some"),
        rights: vec![String::from("contact_edit")],
        version: 0,
    };
    let roles = [role];
    let inserted = world.followed.insert_organisation(&third, &roles, audit());
    let third = inserted.await.unwrap();
    let place = oauth::model::Membership {
        realm: world.realm.clone(),
        organisation: third.id,
        user: world.anna.id,
        roles: vec![String::from("some")],
        given: None,
        cut_off: None,
        version: 0,
    };
    world
        .followed
        .put_membership(&place, audit())
        .await
        .unwrap();

    // Whatever the app's word means, the person says it.
    let named = [("organisation", third.slug.as_str())];
    let request = world.authorize(&client, "contact_edit", &named);
    let asked = browser.get(&request).await;
    let page = browser.page_of(&asked).unwrap();
    assert_eq!(browser.get(&page).await.offered(), Vec::<String>::new());
    let choose = page.replace("/consent?", "/organisation?");
    let id = second.id.to_string();
    let chosen = browser.post(&choose, &[("organisation", &id)]).await;
    let page = chosen.location().to_owned();
    let shown = browser.get(&page).await;
    assert!(shown.body.contains("Beispiel GmbH</h1>"), "{}", shown.body);
    let shown = shown.shown().unwrap();
    let answer = browser.post(&page, &with(&shown, &ALLOW)).await;
    let tokens = token(&world, &client, &answer.returned("code").unwrap()).await;
    assert_eq!(tokens["org"], "beispiel");
}

#[tokio::test]
async fn a_consent_keeps_what_proves_it() {
    let world = World::new("bexio").await;
    let client = ledgerly(&world).await;
    let mut browser = world.annas_browser().await;
    world.limit_anna_to(&["contact_edit"]).await;
    browser.language = "de";
    let request = world.authorize(&client, CONTACTS, &[]);
    let narrow = [("allow.contact", "contact_show"), ("decision", "allow")];
    let answer = browser.decide(&request, &narrow).await;
    assert!(answer.returned("code").is_some());
    let consents = world.followed.consents_of_user("bexio", world.anna.id, 9);
    let consent = consents.await.unwrap().pop().unwrap();
    assert_eq!(consent.refused, scope("contact_edit"));
    let evidence = consent.evidence.unwrap();
    let realm = world.app.realm("bexio").unwrap();
    assert_eq!(evidence.catalog, realm.catalog_digest());
    assert_eq!(evidence.language, "de");
    assert_eq!(evidence.returned_to, "https://app.example/cb");
    let names = evidence.names.unwrap();
    assert_eq!(
        (names.app.as_str(), names.maker.as_str()),
        ("App ledgerly", "Maker")
    );
    assert_eq!(names.organisations, ["Muster AG"]);
    let rows = serde_json::json!([
        { "scope": "contact_show", "state": "offered" },
        { "scope": "contact_edit", "state": "offered" },
        { "scope": "kb_invoice_show", "state": "right-missing" },
        { "scope": "general", "state": "always" },
    ]);
    assert_eq!(evidence.rows, Some(rows));
}

/// Sent again, by a second click, the way back or by somebody else at the screen, a form does
/// nothing more.
#[tokio::test]
async fn a_form_is_answered_once_and_then_says_so() {
    let world = World::new("bexio").await;
    let client = ledgerly(&world).await;
    let mut browser = world.annas_browser().await;
    let deny = [("decision", "deny")];
    for first in [&deny[..], &ALLOW] {
        let request = world.authorize(&client, CONTACTS, &[]);
        let (page, shown) = opened(&mut browser, &request).await;
        let decided = || world.followed.consents_of_user("bexio", world.anna.id, 99);
        let answer = browser.post(&page, &with(&shown, first)).await;
        assert!(answer.onward().is_some(), "{}", answer.body);
        let acts = decided().await.unwrap().len();
        for second in [&ALLOW[..], &deny] {
            let late = browser.post(&page, &with(&shown, second)).await;
            late.expect(StatusCode::GONE);
            assert!(late.body.contains("An answer counts once"), "{}", late.body);
            assert!(late.body.contains("begin again there"), "{}", late.body);
        }
        let back = browser.get(&page).await;
        back.expect(StatusCode::GONE);
        assert!(
            back.body
                .contains("You have answered what App ledgerly asked"),
            "{}",
            back.body
        );
        assert_eq!(decided().await.unwrap().len(), acts);
    }
}

/// Two at once: the page leads to what the first one made of it.
#[tokio::test]
async fn of_two_answers_at_once_one_is_taken() {
    let world = World::new("bexio").await;
    let client = ledgerly(&world).await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, CONTACTS, &[]);
    let (page, shown) = opened(&mut browser, &request).await;
    let form = with(&shown, &[("decision", "deny")]);
    let mut other = world.browser();
    other.cookie.clone_from(&browser.cookie);
    other.own_cookie.clone_from(&browser.own_cookie);
    let (one, two) = tokio::join!(browser.post(&page, &form), other.post(&page, &form));
    let told = [one, two]
        .iter()
        .filter(|answer| answer.onward().is_some())
        .count();
    assert_eq!(told, 1);
    let kept = world
        .followed
        .consents_of_user("bexio", world.anna.id, 99)
        .await;
    assert_eq!(kept.unwrap().len(), 1);
    browser.get(&page).await.expect(StatusCode::GONE);
}

#[tokio::test]
async fn a_row_takes_no_answer_of_another() {
    let world = World::new("bexio").await;
    let client = ledgerly(&world).await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, CONTACTS, &[]);
    let (page, shown) = opened(&mut browser, &request).await;
    let crossed = [
        ("allow.contact", ""),
        ("allow.kb_invoice", "contact_edit"),
        ("decision", "allow"),
    ];
    let refused = browser.post(&page, &with(&shown, &crossed)).await;
    refused.expect(StatusCode::BAD_REQUEST);
    nothing_is_decided(&world, &world.anna).await;
    // The page of connected apps reads its rows in the same way.
    browser.post(&page, &with(&shown, &ALLOW)).await;
    let account = browser.get("/bexio/account").await;
    let reduce = account
        .body
        .split("action=\"")
        .find(|text| text.contains("/reduce\""));
    let reduce = reduce.unwrap().split('"').next().unwrap();
    let carried = account.shown().unwrap();
    let refused = browser.post(reduce, &with(&carried, &crossed[..2])).await;
    refused.expect(StatusCode::BAD_REQUEST);
}

/// "See" stands and "change" was refused: that is said of "change" alone.
#[tokio::test]
async fn what_was_refused_is_said_of_what_was_refused() {
    let world = World::new("bexio").await;
    let client = ledgerly(&world).await;
    let mut browser = world.annas_browser().await;
    let again = [("prompt", "consent")];
    let request = world.authorize(&client, "contact_edit kb_invoice_show", &again);
    let form = [("allow.contact", "contact_show"), ("decision", "allow")];
    browser.decide(&request, &form).await;
    let page = browser.open(&request).await.body;
    let row = |title: &str| {
        let (_, row) = page
            .split_once(&format!("<legend>{title}</legend>"))
            .unwrap();
        row.split("</fieldset>").next().unwrap().to_owned()
    };
    let (contacts, invoices) = (row("Contacts"), row("Invoices"));
    let refused = "You refused this before";
    assert_eq!(contacts.matches(refused).count(), 1);
    let (_, of_edit) = contacts.split_once("<code>contact_edit</code>").unwrap();
    assert!(of_edit.contains(refused), "{contacts}");
    let above = invoices.split("class=\"choice").next().unwrap();
    assert!(above.contains(refused), "{invoices}");
}

#[tokio::test]
async fn an_app_or_organisation_that_was_renamed_meanwhile_is_shown_again() {
    let world = World::new("bexio").await;
    let client = ledgerly(&world).await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, CONTACTS, &[]);
    let (page, shown) = opened(&mut browser, &request).await;
    let renamed = Client {
        name: String::from("Muster Bank"),
        ..client.clone()
    };
    world.change(&renamed).await;
    let again = browser.post(&page, &with(&shown, &ALLOW)).await;
    again.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        again.body.contains("The app is called Muster Bank now"),
        "{}",
        again.body
    );
    nothing_is_decided(&world, &world.anna).await;

    let shown = again.shown().unwrap();
    let muster = Organisation {
        name: String::from("Muster Holding"),
        ..world.muster.clone()
    };
    let update = world.followed.rename_organisation(&muster, audit());
    update.await.unwrap();
    let again = browser.post(&page, &with(&shown, &ALLOW)).await;
    again.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let told = "The organisation is called Muster Holding now.";
    assert!(again.body.contains(told), "{}", again.body);
    nothing_is_decided(&world, &world.anna).await;
    let shown = again.shown().unwrap();
    let answer = browser.post(&page, &with(&shown, &ALLOW)).await;
    assert!(answer.onward().is_some(), "{}", answer.body);
}

#[tokio::test]
async fn a_page_that_comes_again_keeps_the_choices_that_still_stand() {
    let world = World::new("bexio").await;
    let asked = "contact_edit kb_invoice_show task_edit";
    let client = world.add(world.app_client("ledgerly", asked)).await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, asked, &[]);
    let (page, shown) = opened(&mut browser, &request).await;
    let smaller = Client {
        registered_scope: scope("contact_edit task_edit"),
        ..client.clone()
    };
    world.change(&smaller).await;
    let chosen = [
        ("allow.contact", "contact_show"),
        ("allow", "kb_invoice_show"),
        ("allow.task", ""),
        ("decision", "allow"),
    ];
    let again = browser.post(&page, &with(&shown, &chosen)).await;
    again.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let told = "What you chose is filled in again; what is different begins off.";
    assert!(again.body.contains(told), "{}", again.body);
    assert_eq!(
        again.filled_in(),
        [
            "",
            "*contact_show",
            "contact_edit",
            "*",
            "task_show",
            "task_edit"
        ]
    );
    nothing_is_decided(&world, &world.anna).await;
    // What was not offered before begins off, though a new page would begin with it on.
    let shown = again.shown().unwrap();
    world.change(&client).await;
    let chosen = [("allow.contact", "contact_show"), ("decision", "allow")];
    let again = browser.post(&page, &with(&shown, &chosen)).await;
    again.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        again.filled_in().contains(&"kb_invoice_show".to_owned()),
        "{:?}",
        again.filled_in()
    );
    assert!(again.filled_in().contains(&"*contact_show".to_owned()));
}

#[tokio::test]
async fn an_answer_that_leaves_out_what_is_required_is_told_what_and_keeps_its_choices() {
    let world = World::new("bokio").await;
    let asked = "invoices:read customers:read items:read items:write";
    let client = world.add(Client {
        optional_scope: scope("customers:read items:read items:write"),
        ..world.app_client("ledgerly", asked)
    });
    let client = client.await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, asked, &[]);
    let (page, shown) = opened(&mut browser, &request).await;
    let chosen = [("allow", "items:write"), ("decision", "allow")];
    let again = browser.post(&page, &with(&shown, &chosen)).await;
    again.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let told = "App ledgerly cannot work without this, which your answer left out: Invoices.";
    assert!(again.body.contains(told), "{}", again.body);
    assert_eq!(
        again.filled_in(),
        ["customers:read", "items:read", "*items:write"]
    );
}

//! What the page of consent says before anybody decides.

use std::sync::Arc;

use axum::http::StatusCode;
use oauth::model::{Approval, Client};
use scope::Catalog;
use storage::SqliteStore;

use crate::browser::Browser;
use crate::small_catalog::SmallCatalog;
use crate::support::{self, Answer, World, audit, scope};

async fn page(browser: &mut Browser<'_>, client: &Client, asked: &str) -> Answer {
    let request = browser.world.authorize(client, asked, &[]);
    let page = browser.open(&request).await;
    page.expect(StatusCode::OK);
    page
}

fn heading(page: &Answer) -> &str {
    let (_, rest) = page.body.split_once("<h1>").unwrap();
    rest.split("</h1>").next().unwrap()
}

#[track_caller]
fn says(page: &Answer, told: &str) {
    assert!(page.body.contains(told), "{told}: {}", page.body);
}

#[tokio::test]
async fn what_moves_money_is_in_the_heading_and_never_behind_and_more() {
    let asked = "user:clients:read user:projects:read user:taxes:read user:payments:write \
                 user:teams:read user:invoices:write user:bill_payments:write user:invoices:read";
    let world = World::new("freshbooks").await;
    let registered = format!("{asked} user:payments:read");
    let client = world.add(world.app_client("ledgerly", &registered)).await;
    let mut browser = world.annas_browser().await;
    let all = page(&mut browser, &client, asked).await;
    assert_eq!(
        heading(&all),
        "App ledgerly wants to work with your bill payments, invoices, payments from clients \
         and more"
    );
    // Looking at payments moves no money.
    let looking = "user:clients:read user:projects:read user:taxes:read user:payments:read";
    assert_eq!(
        heading(&page(&mut browser, &client, looking).await),
        "App ledgerly wants to work with your clients, payments from clients and more"
    );
    let two = "user:clients:read user:invoices:write";
    assert_eq!(
        heading(&page(&mut browser, &client, two).await),
        "App ledgerly wants to work with your invoices and clients"
    );
}

#[tokio::test]
async fn what_is_elevated_is_in_the_heading_though_it_only_looks() {
    let asked = "journal-entries:read uploads:read customers:read items:read \
                 bank-payments:read-limited";
    let world = World::new("bokio").await;
    let client = world.add(world.app_client("ledgerly", asked)).await;
    let approval = Approval {
        realm: "bokio".to_owned(),
        client: client.id.clone(),
        elevation: "partner".to_owned(),
        evidence: ["partnership-contract", "security-review"]
            .map(|piece| (piece.to_owned(), "ref".to_owned()))
            .into(),
        reviewer: "Rosa".to_owned(),
        approved_at: support::start(),
        expires_at: None,
        withdrawn_at: None,
        version: 1,
    };
    let approved = world.followed.approve(&approval, None, audit()).await;
    approved.unwrap();
    let mut browser = world.annas_browser().await;
    let all = page(&mut browser, &client, asked).await;
    let named = "bank payments, journal entries and more";
    assert!(heading(&all).contains(named), "{}", heading(&all));
}

/// A scope that stands alone is titled by what it does.
#[tokio::test]
async fn acts_are_not_told_as_something_to_work_with() {
    let alone = "[scopes.exports]\ntitle = { en = \"Export everything\" }\n\
                 description = { en = \"All records.\" }\n[client_kinds.";
    let bokio = support::catalog("bokio");
    let text = bokio.source().replacen("[client_kinds.", alone, 1);
    let catalog = Catalog::parse("bokio", &text).unwrap();
    let database = SqliteStore::open_in_memory().await.unwrap();
    let world = World::of(catalog, Arc::new(database)).await;
    let asked = "exports customers:read";
    let client = world.add(world.app_client("ledgerly", asked)).await;
    let mut browser = world.annas_browser().await;
    let all = page(&mut browser, &client, asked).await;
    let told = "wants to work with your data at";
    assert!(heading(&all).contains(told), "{}", heading(&all));
    assert!(
        heading(&all).contains("export everything"),
        "{}",
        heading(&all)
    );
}

#[tokio::test]
async fn a_grant_of_the_person_names_every_organisation_it_reaches() {
    let world = World::new("freshbooks").await;
    let second = world.second_organisation(&["*"]).await;
    let asked = "user:clients:read";
    let client = world.add(world.app_client("ledgerly", asked)).await;
    let mut browser = world.annas_browser().await;
    let all = page(&mut browser, &client, asked).await;
    says(&all, "Its access reaches <strong>");
    for name in [&second.name, &world.muster.name] {
        says(&all, &format!("<strong>{name}</strong>, "));
    }
    says(&all, "and any organisation you join later");
}

#[tokio::test]
async fn what_an_app_needs_is_one_list_before_the_choices() {
    let world = World::new("bokio").await;
    let asked = "invoices:read customers:read items:read uploads:read uploads:write";
    let client = world.add(Client {
        optional_scope: scope("uploads:write"),
        ..world.app_client("ledgerly", asked)
    });
    let client = client.await;
    let mut browser = world.annas_browser().await;
    let all = page(&mut browser, &client, asked).await;
    assert_eq!(all.body.matches("cannot work without this").count(), 1);
    assert_eq!(all.offered(), ["*!uploads:read", "*uploads:write"]);
    let (_, after) = all.body.split_once("Always needed").unwrap();
    let (needed, _) = after.split_once("What may it do?").unwrap();
    for name in ["invoices:read", "customers:read", "items:read"] {
        assert!(needed.contains(&format!("<code>{name}</code>")), "{needed}");
    }
    assert!(!needed.contains("uploads:write"), "{needed}");
}

#[tokio::test]
async fn each_level_says_what_it_comes_to_and_whether_it_deletes() {
    let world = World::new("bexio").await;
    let client = world.app_client("ledgerly", "contact_edit");
    let client = world.add(client).await;
    let mut browser = world.annas_browser().await;
    let all = page(&mut browser, &client, "contact_edit").await;
    says(&all, "App ledgerly gets nothing of this.");
    let level = |name: &str| {
        let levels = all.body.split("<p class=\"says").skip(1);
        let mut levels = levels.filter_map(|level| level.split("</p>").next());
        let name = format!("<code>{name}</code>");
        levels
            .find(|level| level.contains(&name))
            .unwrap()
            .to_owned()
    };
    assert!(level("contact_show").contains("Names, addresses"));
    assert!(!level("contact_show").contains("Can delete"));
    assert!(level("contact_edit").contains("add new ones"));
    assert!(level("contact_edit").contains("Can delete"));
}

#[tokio::test]
async fn what_a_scope_brings_of_another_resource_is_told_in_its_row() {
    let catalog = SmallCatalog::new("crossing")
        .bound_to("organisation")
        .action("read", "read")
        .action("write", "write")
        .resource("customers", &["read"])
        .resource("invoices", &["write"])
        .with("implies = [\"customers:read\"]")
        .endpoint("/invoices", &[("post", "invoices:write")])
        .parse();
    let database = SqliteStore::open_in_memory().await.unwrap();
    let world = World::of(catalog, Arc::new(database)).await;
    let client = world
        .add(world.app_client("ledgerly", "invoices:write"))
        .await;
    let mut browser = world.annas_browser().await;
    let asked = page(&mut browser, &client, "invoices:write").await;
    says(
        &asked,
        "“Small” includes: Small. It is not given without that.",
    );
}

/// Scopes that stand alone and say that they are levels of one thing.
#[tokio::test]
async fn read_and_write_that_stand_alone_are_asked_in_one_row() {
    let alone = |name: &str, title: &str| {
        format!(
            "[scopes.\"{name}\"]\ntitle = {{ en = \"{title}\" }}\n\
             description = {{ en = \"Does just that.\" }}\n"
        )
    };
    let catalog = SmallCatalog::new("flat")
        .bound_to("organisation")
        .reducible()
        .with(&alone("contacts.read", "See contacts"))
        .with(&alone("contacts", "See and change contacts"))
        .with("implies = [\"contacts.read\"]")
        .with(&alone("write:notes", "Write notes"))
        .with(&alone("read:notes", "Read notes"))
        .with(&alone("exports", "Export everything"))
        .endpoint("/x", &[("get", "contacts.read"), ("post", "contacts")])
        .parse();
    let database = SqliteStore::open_in_memory().await.unwrap();
    let world = World::of(catalog, Arc::new(database)).await;
    let asked = "contacts contacts.read write:notes read:notes exports";
    let client = world.add(world.app_client("ledgerly", asked)).await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, asked, &[]);
    let shown = browser.open(&request).await;
    assert_eq!(
        shown.offered(),
        [
            "",
            "contacts.read",
            "*contacts",
            "*read:notes",
            "*write:notes",
            "*exports"
        ]
    );
    let legends: Vec<&str> = shown
        .body
        .split("<legend>")
        .skip(1)
        .filter_map(|row| row.split('<').next())
        .collect();
    assert_eq!(legends, ["Contacts", "Notes", "Export everything"]);
    for label in [
        "See contacts",
        "See and change contacts",
        "Read notes",
        "Write notes",
    ] {
        says(&shown, &format!("<span>{label}</span>"));
    }
    let row = "allow.\u{b7}contacts";
    let answer = [
        (row, "contacts"),
        ("allow", "write:notes"),
        ("decision", "allow"),
    ];
    let answer = browser.decide(&request, &answer).await;
    let tokens = super::token(&world, &client, &answer.returned("code").unwrap()).await;
    assert_eq!(tokens["scope"], "contacts.read contacts write:notes");
    // So are they on the page of connected apps.
    let account = browser.get("/flat/account").await;
    says(&account, "See and change contacts");
    assert_eq!(account.body.matches("<legend>Contacts</legend>").count(), 1);
}

#[tokio::test]
async fn a_title_without_an_end_leaves_room_in_the_heading() {
    let title = "Long ".repeat(60);
    let catalog = SmallCatalog::new("long")
        .bound_to("organisation")
        .action("read", "read")
        .with(&format!(
            "[resources.things]\ntitle = {{ en = \"{title}\" }}"
        ))
        .with("[resources.things.read]\ntitle = { en = \"See\" }\ndescription = { en = \"Sees.\" }")
        .endpoint("/things", &[("get", "things:read")])
        .parse();
    let database = SqliteStore::open_in_memory().await.unwrap();
    let world = World::of(catalog, Arc::new(database)).await;
    let client = world.add(world.app_client("ledgerly", "things:read")).await;
    let mut browser = world.annas_browser().await;
    let asked = page(&mut browser, &client, "things:read").await;
    assert!(heading(&asked).chars().count() < 160, "{}", heading(&asked));
    assert!(heading(&asked).contains("Long… at "), "{}", heading(&asked));
    says(&asked, &format!("<legend>{}", title.trim_end()));
}

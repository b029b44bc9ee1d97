//! Organisations whose names look alike are told apart wherever a person reads them.

use oauth::model::Organisation;

use super::CONTACTS;
use crate::support::{World, audit};

/// A second organisation of Anna's that is called like Muster AG, in other letters.
async fn another_muster(world: &World, name: &str) -> Organisation {
    let second = world.second_organisation(&["*"]).await;
    let second = Organisation {
        name: name.to_owned(),
        ..second
    };
    let renamed = world.followed.rename_organisation(&second, audit());
    renamed.await.unwrap();
    second
}

#[tokio::test]
async fn by_their_short_names_where_the_api_has_these() {
    let world = World::new("bexio").await;
    // With a Cyrillic letter in front.
    let second = another_muster(&world, "\u{41c}USTER AG").await;
    let client = world.add(world.app_client("ledgerly", CONTACTS)).await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, CONTACTS, &[]);
    let answer = browser.get(&request).await;
    let page = browser.page_of(&answer).unwrap();
    let chooser = browser.get(&page).await;
    for told in [
        "<strong>Muster AG (muster)</strong>",
        "USTER AG (beispiel)</strong>",
    ] {
        assert!(chooser.body.contains(told), "{}", chooser.body);
    }
    let choose = page.replace("/consent?", "/organisation?");
    let id = second.id.to_string();
    let chosen = browser.post(&choose, &[("organisation", &id)]).await;
    let place = chosen.location().to_owned();
    let consent = browser.get(&place).await;
    for told in ["USTER AG (beispiel)</h1>", ">Muster AG (muster)</button>"] {
        assert!(consent.body.contains(told), "{}", consent.body);
    }
    let form = [("allow.contact", "contact_show"), ("decision", "allow")];
    browser.answer(&place, &form).await;
    let kept = world.followed.consents_of_user("bexio", world.anna.id, 9);
    let names = kept.await.unwrap().remove(0).evidence.unwrap().names;
    assert_eq!(names.unwrap().organisations, ["\u{41c}USTER AG (beispiel)"]);
    let account = browser.get("/bexio/account").await;
    assert_eq!(account.body.matches("USTER AG (beispiel)").count(), 2);
    let remove = account
        .body
        .split("href=\"")
        .find(|link| link.contains("/remove\""));
    let remove = remove.unwrap().split('"').next().unwrap();
    let removal = browser.get(remove).await;
    assert!(
        removal.body.contains("USTER AG (beispiel)"),
        "{}",
        removal.body
    );
}

/// FreshBooks names every business that a token reaches.
#[tokio::test]
async fn by_their_numbers_where_the_api_has_these() {
    let world = World::new("freshbooks").await;
    let second = another_muster(&world, "muster ag").await;
    let client = world
        .add(world.app_client("books", "user:clients:read"))
        .await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, "user:clients:read", &[]);
    let page = browser.open(&request).await;
    let (one, two) = (world.muster.number, second.number);
    for told in [format!("Muster AG ({one})"), format!("muster ag ({two})")] {
        assert!(page.body.contains(&told), "{told}: {}", page.body);
    }
}

#[tokio::test]
async fn and_not_where_nothing_looks_alike() {
    let world = World::new("bexio").await;
    world.second_organisation(&["*"]).await;
    let client = world.add(world.app_client("ledgerly", CONTACTS)).await;
    let mut browser = world.annas_browser().await;
    let page = browser.open(&world.authorize(&client, CONTACTS, &[])).await;
    assert!(
        page.body.contains("<strong>Muster AG</strong>"),
        "{}",
        page.body
    );
}

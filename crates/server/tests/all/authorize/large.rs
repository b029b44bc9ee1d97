//! The page of consent for an app that asks for much.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use oauth::model::{Approval, Client};
use scope::Catalog;
use storage::SqliteStore;
use tower::ServiceExt as _;

use super::token;
use crate::browser::Browser;
use crate::many;
use crate::small_catalog::SmallCatalog;
use crate::support::{self, Answer, BASE, World, audit, scope};

async fn world(catalog: Catalog) -> World {
    let store = Arc::new(SqliteStore::open_in_memory().await.unwrap());
    World::of(catalog, store).await
}

/// The page where a request leads, and where it is.
async fn asked(browser: &mut Browser<'_>, client: &Client, scopes: &str) -> (String, Answer) {
    let request = browser.world.authorize(client, scopes, &[]);
    let answer = browser.get(&request).await;
    let place = browser.page_of(&answer).unwrap();
    let page = browser.get(&place).await;
    page.expect(StatusCode::OK);
    (place, page)
}

/// What a browser sends with a button of the page: what is on, and what the page carries.
fn fields(page: &Answer, button: &str) -> Vec<(String, String)> {
    let mut fields = vec![("decision".to_owned(), button.to_owned())];
    for tag in page.body.split("<input").skip(1) {
        let tag = tag.split('>').next().unwrap();
        let part = |name: &str| {
            let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
            Some(rest.split('"').next()?.replace("&#38;", "&"))
        };
        let kind = part("type").unwrap();
        let is_choice = matches!(&*kind, "radio" | "checkbox");
        let is_sent = !tag.contains(" disabled") && (!is_choice || tag.contains(" checked"));
        if is_sent {
            fields.push((part("name").unwrap(), part("value").unwrap_or_default()));
        }
    }
    fields
}

async fn press(browser: &mut Browser<'_>, place: &str, page: &Answer, button: &str) -> Answer {
    send(browser, place, &fields(page, button)).await
}

async fn send(browser: &mut Browser<'_>, place: &str, fields: &[(String, String)]) -> Answer {
    let form: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    browser.post_from(place, &form, &[("origin", BASE)]).await
}

/// The names of the scopes that are on, in rows or carried, sorted.
fn on(page: &Answer) -> Vec<String> {
    let fields = fields(page, "");
    let on = fields
        .into_iter()
        .filter(|(name, value)| name.starts_with("allow") && !value.is_empty());
    let mut names: Vec<String> = on.map(|(_, value)| value).collect();
    names.sort();
    names
}

fn with(fields: &[(String, String)], name: &str, value: &str) -> Vec<(String, String)> {
    let kept = fields.iter().filter(|(field, _)| field != name).cloned();
    kept.chain([(name.to_owned(), value.to_owned())]).collect()
}

fn text_of<'a>(page: &'a Answer, begin: &str, end: &str) -> &'a str {
    let (_, rest) = page
        .body
        .split_once(begin)
        .unwrap_or_else(|| panic!("{begin}"));
    rest.split(end).next().unwrap()
}

#[tokio::test]
async fn the_first_screen_says_the_worst_and_how_to_give_less() {
    let world = world(many::catalog(122).parse()).await;
    let client = world
        .add(world.app_client("ledgerly", &many::names(122)))
        .await;
    let mut browser = world.annas_browser().await;
    let (_, page) = asked(&mut browser, &client, &many::names(122)).await;
    assert_eq!(
        text_of(&page, "<h1>", "<"),
        "App ledgerly wants to work with 61 kinds of your data at Muster AG"
    );
    assert_eq!(
        text_of(&page, "<p class=\"act\">", "<"),
        "It can change sales payments 2. It could also delete data."
    );
    assert_eq!(
        text_of(&page, "</p>\n<p>At", "<"),
        " worst it could: create, change and delete sales payments 2; create, change and delete \
         sales notes 3; create, change and delete sales invoices 0."
    );
    assert!(
        page.body
            .contains("It could also change 58 further kinds of data.")
    );
    let at = |text: &str| page.body.find(text).unwrap_or_else(|| panic!("{text}"));
    let order = [
        "At worst it could",
        "value=\"look\"",
        "value=\"everything\"",
        "value=\"choose\"",
        "<details class=\"group\">",
        "value=\"allow\"",
    ];
    assert!(order.is_sorted_by_key(|text| at(text)), "{}", page.body);
    // The riskiest first.
    assert_eq!(text_of(&page, "<summary><b>", "<"), "sales");
    assert!(!page.body.contains("<details class=\"group\" open"));
}

#[tokio::test]
async fn few_rows_stay_as_they_are() {
    let world = world(many::catalog(14).parse()).await;
    let client = world
        .add(world.app_client("ledgerly", &many::names(14)))
        .await;
    let mut browser = world.annas_browser().await;
    let (_, page) = asked(&mut browser, &client, &many::names(14)).await;
    assert!(!page.body.contains("At worst") && !page.body.contains("<details"));
}

#[tokio::test]
async fn an_answer_at_once_fills_in_the_page_and_allow_gives_just_that() {
    for size in [122, 500, 1_000] {
        let world = world(many::catalog(size).parse()).await;
        let all = many::names(size);
        let client = world.add(world.app_client("ledgerly", &all)).await;
        let mut browser = world.annas_browser().await;
        let reads: Vec<&str> = all
            .split(' ')
            .filter(|name| name.ends_with(":read"))
            .collect();
        let mut sorted = reads.clone();
        sorted.sort_unstable();
        let (place, page) = asked(&mut browser, &client, &all).await;
        assert_eq!(on(&page).len(), size);
        let looking = press(&mut browser, &place, &page, "look").await;
        looking.expect(StatusCode::OK);
        assert_eq!(on(&looking), sorted);
        let everything = press(&mut browser, &place, &looking, "everything").await;
        assert_eq!(on(&everything).len(), size);
        let nothing = press(&mut browser, &place, &everything, "choose").await;
        assert_eq!(on(&nothing).len(), 0);
        assert!(nothing.body.contains("On: 0 of"));
        let looking = press(&mut browser, &place, &nothing, "look").await;
        let answer = press(&mut browser, &place, &looking, "allow").await;
        let code = answer.returned("code").unwrap();
        let granted = token(&world, &client, &code).await;
        assert_eq!(granted["scope"], reads.join(" "));
    }
}

#[tokio::test]
async fn looking_for_something_keeps_every_choice() {
    let world = world(many::catalog(122).parse()).await;
    let all = many::names(122);
    let client = world.add(world.app_client("ledgerly", &all)).await;
    let mut browser = world.annas_browser().await;
    let (place, page) = asked(&mut browser, &client, &all).await;
    let page = press(&mut browser, &place, &page, "look").await;
    let found = with(&fields(&page, "find"), "find", " BANK notes ");
    let found = send(&mut browser, &place, &found).await;
    found.expect(StatusCode::OK);
    let rows = found.body.matches("<fieldset class=\"row\"").count();
    assert_eq!(rows, 1, "{}", found.body);
    assert!(found.body.contains("<details class=\"group\" open"));
    assert!(
        found
            .body
            .contains("60 kinds of data are not shown (60 on).")
    );
    assert_eq!(on(&found).len(), 61);
    // Turned on here, and kept on the way back and through another search.
    let write = all.split(' ').nth(15 * 2 + 1).unwrap();
    let mut more = fields(&found, "all");
    more.push(("allow".to_owned(), write.to_owned()));
    let page = send(&mut browser, &place, &more).await;
    assert_eq!(on(&page).len(), 62);
    let changing = with(&with(&fields(&page, "find"), "only", "changes"), "find", "");
    let changing = send(&mut browser, &place, &changing).await;
    assert_eq!(changing.body.matches("<fieldset class=\"row\"").count(), 61);
    let none = with(&fields(&changing, "find"), "find", "nosuchthing");
    let none = send(&mut browser, &place, &none).await;
    assert!(none.body.contains("Nothing fits."));
    assert_eq!(on(&none).len(), 62);
    let answer = press(&mut browser, &place, &none, "allow").await;
    let code = answer.returned("code").unwrap();
    assert!(!code.is_empty());
}

#[tokio::test]
async fn what_is_required_is_said_once_and_an_untrue_answer_is_not_there() {
    let catalog = many::catalog(122).decline("optional").parse();
    let world = world(catalog).await;
    let all = many::names(122);
    let names: Vec<&str> = all.split(' ').collect();
    // Required: the first resource, with its writing.
    let client = Client {
        optional_scope: scope(&names[2..].join(" ")),
        ..world.app_client("ledgerly", &all)
    };
    let client = world.add(client).await;
    let mut browser = world.annas_browser().await;
    let (place, page) = asked(&mut browser, &client, &all).await;
    assert_eq!(page.body.matches("cannot work without this").count(), 1);
    assert!(!page.body.contains("value=\"look\""));
    let answer = press(&mut browser, &place, &page, "look").await;
    answer.expect(StatusCode::BAD_REQUEST);
    let least = press(&mut browser, &place, &page, "choose").await;
    assert_eq!(on(&least), names[..2]);
    let answer = press(&mut browser, &place, &least, "allow").await;
    let code = answer.returned("code").unwrap();
    let granted = token(&world, &client, &code).await;
    assert_eq!(granted["scope"], names[..2].join(" "));
}

#[tokio::test]
async fn everything_leaves_out_what_is_elevated_and_says_so() {
    let catalog = many::catalog(60)
        .elevation("partner", "app", &[])
        .resource("bank_extra", &["read"])
        .with("elevation = \"partner\"")
        .endpoint("/extra", &[("get", "bank_extra:read")])
        .parse();
    let world = world(catalog).await;
    let all = format!("{} bank_extra:read", many::names(60));
    let client = world.add(world.app_client("ledgerly", &all)).await;
    let approval = Approval {
        realm: world.realm.clone(),
        client: client.id.clone(),
        elevation: "partner".to_owned(),
        evidence: BTreeMap::new(),
        reviewer: "Rosa".to_owned(),
        approved_at: support::start(),
        expires_at: None,
        withdrawn_at: None,
        version: 1,
    };
    let approved = world.followed.approve(&approval, None, audit()).await;
    approved.unwrap();
    let mut browser = world.annas_browser().await;
    let (place, page) = asked(&mut browser, &client, &all).await;
    let everything = press(&mut browser, &place, &page, "everything").await;
    assert!(
        everything
            .body
            .contains("All but this, which you would turn on yourself: small.")
    );
    assert!(!on(&everything).contains(&"bank_extra:read".to_owned()));
    assert_eq!(on(&everything).len(), 60);
}

#[tokio::test]
async fn all_or_nothing_has_groups_and_no_answers_at_once() {
    let world = World::new("freshbooks").await;
    let every = world.begun.catalog();
    let every = every.scope_of(&every.all()).to_string();
    let client = world.add(world.app_client("ledgerly", &every)).await;
    let mut browser = world.annas_browser().await;
    let (place, page) = asked(&mut browser, &client, &every).await;
    assert!(
        page.body.contains("At worst it could") && page.body.contains("<details class=\"group\">")
    );
    for value in ["look", "everything", "choose"] {
        assert!(
            !page.body.contains(&format!("value=\"{value}\"")),
            "{value}"
        );
        let answer = press(&mut browser, &place, &page, value).await;
        answer.expect(StatusCode::BAD_REQUEST);
    }
    // A part that is looked for is no answer to a part.
    let found = with(&fields(&page, "find"), "find", "invoices");
    let found = send(&mut browser, &place, &found).await;
    let answer = press(&mut browser, &place, &found, "allow").await;
    let granted = token(&world, &client, &answer.returned("code").unwrap()).await;
    assert_eq!(
        granted["scope"].as_str().unwrap().split(' ').count(),
        every.split(' ').count()
    );
}

#[tokio::test]
async fn a_page_that_is_no_longer_true_is_not_filled_in() {
    let world = world(many::catalog(122).parse()).await;
    let all = many::names(122);
    let client = world.add(world.app_client("ledgerly", &all)).await;
    let mut browser = world.annas_browser().await;
    let (place, page) = asked(&mut browser, &client, &all).await;
    world.limit_anna_to(&["*:read"]).await;
    for button in ["look", "everything", "choose", "find", "all"] {
        let answer = press(&mut browser, &place, &page, button).await;
        answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            answer
                .body
                .contains("has changed since you opened this page")
        );
    }
    let foreign = browser.post_from(
        &place,
        &[("decision", "look")],
        &[("origin", "https://x.example")],
    );
    foreign.await.expect(StatusCode::FORBIDDEN);
}

/// Whatever a catalog holds, nothing breaks and every row is there once.
#[tokio::test]
async fn hostile_catalogs_make_whole_pages() {
    let one: Vec<String> = (0..900).map(|number| format!("act{number}")).collect();
    let acts: Vec<&str> = one.iter().map(String::as_str).collect();
    let many_acts = one
        .iter()
        .fold(small(), |catalog, act| catalog.action(act, "write"));
    let many_acts = many_acts.resource("thing", &acts);
    let many_rows = (0..900).fold(small().action("read", "read"), |catalog, number| {
        catalog.resource(&format!("thing{number}"), &["read"])
    });
    let long = "x".repeat(240);
    let long_names = (0..21).fold(small().action("read", "read"), |catalog, number| {
        let text = "ש לום עולם ".repeat(600);
        catalog.with(&format!(
            "[resources.{long}{number}]\ntitle = {{ en = \"{long}\" }}\n[resources.{long}{number}.read]\n\
             title = {{ en = \"{long}\" }}\ndescription = {{ en = \"{text}\" }}"
        ))
    });
    for (catalog, rows, first) in [
        (many_acts, 1, "thing:act0".to_owned()),
        (many_rows, 900, "thing0:read".to_owned()),
        (long_names, 21, format!("{long}0:read")),
    ] {
        let catalog = catalog.endpoint("/first", &[("get", &first)]).parse();
        let every = catalog.scope_of(&catalog.all()).to_string();
        let count = catalog.scopes().len();
        let world = world(catalog).await;
        let client = world.add(world.app_client("ledgerly", &every)).await;
        let mut browser = world.annas_browser().await;
        let (place, page) = asked(&mut browser, &client, &every).await;
        assert_eq!(page.body.matches("<fieldset class=\"row\"").count(), rows);
        assert_eq!(on(&page).len(), count);
        let answer = press(&mut browser, &place, &page, "allow").await;
        assert!(answer.returned("code").is_some());
    }
}

fn small() -> SmallCatalog {
    SmallCatalog::new("hostile")
        .bound_to("organisation")
        .kind("app", &["authorization_code", "refresh_token"])
        .role("owner", &["*"])
}

/// How many bytes a browser that takes gzip receives.
async fn compressed(browser: &Browser<'_>, place: &str) -> usize {
    let mut request = Request::get(place)
        .header("accept-language", "en")
        .header("accept-encoding", "gzip, br");
    for cookie in browser.cookie.iter().chain(&browser.own_cookie) {
        request = request.header("cookie", cookie);
    }
    let request = request.body(Body::empty()).unwrap();
    let answer = browser.world.router.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body[..2], [0x1f, 0x8b]);
    body.len()
}

#[tokio::test]
async fn a_request_for_a_thousand_scopes_is_a_light_page() {
    for (size, most) in [(122, 20_000), (500, 40_000), (1_000, 60_000)] {
        let world = world(many::catalog(size).parse()).await;
        let all = many::names(size);
        let client = world.add(world.app_client("ledgerly", &all)).await;
        let mut browser = world.annas_browser().await;
        let (place, page) = asked(&mut browser, &client, &all).await;
        let sent = compressed(&browser, &place).await;
        assert!(sent < most, "{size}: {sent}");
        assert!(page.header("content-encoding").is_none() && !page.body.contains('\u{1}'));
    }
}

/// Texts that no compression makes much shorter, of so many characters.
fn long_text(number: usize, length: usize) -> String {
    let mut state = number as u64 + 1;
    let mut word = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        format!("{:x}", state >> 40)
    };
    let mut text = String::from("Lorem");
    while text.len() < length {
        text += " ";
        text += &word();
    }
    text + " ends."
}

fn of_long_texts(rows: usize, length: usize) -> Catalog {
    let catalog = (0..rows).fold(small().action("read", "read"), |catalog, number| {
        let text = long_text(number, length);
        catalog.with(&format!(
            "[resources.thing{number}]\ntitle = {{ en = \"Thing {number}\" }}\n\
             [resources.thing{number}.read]\ntitle = {{ en = \"See thing {number}\" }}\n\
             description = {{ en = \"{text}\" }}"
        ))
    });
    catalog
        .endpoint("/first", &[("get", "thing0:read")])
        .parse()
}

#[tokio::test]
async fn long_descriptions_are_shortened_and_make_no_page_heavy() {
    for (rows, length, is_here) in [
        (20, 1_000, true),
        (20, 10_000, false),
        (1_000, 2_000, false),
    ] {
        let catalog = of_long_texts(rows, length);
        let every = catalog.scope_of(&catalog.all()).to_string();
        let world = world(catalog).await;
        let client = world.add(world.app_client("ledgerly", &every)).await;
        let mut browser = world.annas_browser().await;
        let (place, page) = asked(&mut browser, &client, &every).await;
        assert_eq!(page.body.matches("Lorem").count(), rows);
        let closed = "<details class=\"says n1\"><summary>Read on</summary>";
        assert_eq!(
            page.body.matches(closed).count(),
            if is_here { rows } else { 0 }
        );
        assert_eq!(
            page.body.matches(" ends.").count(),
            if is_here { rows } else { 0 }
        );
        let elsewhere =
            "<a href=\"/hostile/scopes?q=thing0%3Aread&amp;ui_locales=en#thing0%3Aread\"";
        assert_eq!(page.body.contains(elsewhere), !is_here);
        let weight = if rows > 20 {
            compressed(&browser, &place).await
        } else {
            page.body.len()
        };
        assert!(weight < 60_000, "{rows} of {length}: {weight}");
        let answer = press(&mut browser, &place, &page, "allow").await;
        assert!(answer.returned("code").is_some());
    }
}

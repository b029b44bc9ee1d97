//! The reference of scopes.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use flate2::read::GzDecoder;
use http_body_util::BodyExt as _;
use scope::Catalog;
use storage::SqliteStore;
use tower::ServiceExt as _;

use crate::many;
use crate::small_catalog::SmallCatalog;
use crate::support::{self, World};

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
        let calls = support::catalog(realm).endpoints().len();
        assert_eq!(page.body.matches("<tr><td><code><b>").count(), calls);
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
    let calls = by_name.body.matches("<tr><td><code><b>").count();
    assert!(by_name.body.contains(&format!("Opens {calls} calls")));
    let german = browser.get("/bexio/scopes?q=kontakte&ui_locales=de").await;
    assert!(german.body.contains("contact_show"), "{}", german.body);
}

/// Pages stay under it, whatever a catalog holds.
const MOST_BYTES: usize = 200_000;

async fn world(catalog: Catalog) -> World {
    let store = Arc::new(SqliteStore::open_in_memory().await.unwrap());
    World::of(catalog, store).await
}

/// What a browser that takes gzip receives, and what it reads.
async fn received(world: &World, place: &str, more: &[(&str, &str)]) -> (HeaderMap, usize, String) {
    let request = Request::get(place)
        .header("accept-language", "en")
        .header("accept-encoding", "gzip, br");
    let add = |request: axum::http::request::Builder, (name, value): &(&str, &str)| {
        request.header(*name, *value)
    };
    let request = more.iter().fold(request, add);
    let request = request.body(Body::empty()).unwrap();
    let answer = world.router.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let headers = answer.headers().clone();
    assert_eq!(headers["content-encoding"], "gzip");
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    let mut text = String::new();
    GzDecoder::new(&*body).read_to_string(&mut text).unwrap();
    (headers, body.len(), text)
}

/// Each page, from this one on to the last.
async fn pages(world: &World, first: &str) -> Vec<String> {
    let mut pages = Vec::new();
    let mut next = Some(first.to_owned());
    while let Some(place) = next {
        let (_, compressed, page) = received(world, &place, &[]).await;
        assert!(page.len() < MOST_BYTES, "{place}: {}", page.len());
        assert!(compressed < 40_000, "{place}: {compressed} compressed");
        let link = values(&page, "href=\"", "\" rel=\"next\"");
        next = link.first().map(|link| link.replace("&#38;", "&"));
        pages.push(page);
    }
    pages
}

/// Whatever stands between these two.
fn values<'p>(page: &'p str, before: &str, behind: &str) -> Vec<&'p str> {
    let mut parts: Vec<&str> = page.split(behind).collect();
    parts.pop();
    let ends = parts.into_iter().map(|part| part.rsplit_once(before));
    ends.filter_map(|end| Some(end?.1)).collect()
}

/// The names of scopes, and the calls, of a page.
fn said(page: &str) -> (Vec<&str>, Vec<&str>) {
    let scopes = page.split("<article class=\"scope\" id=\"").skip(1);
    let calls = page.split("<tr><td><code><b>").skip(1);
    (
        scopes.map(|rest| rest.split('"').next().unwrap()).collect(),
        calls
            .map(|rest| rest.split("</code>").next().unwrap())
            .collect(),
    )
}

/// Each scope and each call stands on one page.
fn say_everything(pages: &[String], catalog: &Catalog) {
    let (scopes, calls): (Vec<_>, Vec<_>) = pages.iter().map(|page| said(page)).unzip();
    for (said, all) in [
        (scopes.concat(), catalog.scopes().len()),
        (calls.concat(), catalog.endpoints().len()),
    ] {
        assert_eq!(said.len(), all);
        assert_eq!(said.into_iter().collect::<BTreeSet<_>>().len(), all);
    }
}

#[tokio::test]
async fn pages_of_catalogs_of_any_size_are_light_and_say_everything_once() {
    for (scopes, calls, most) in [
        (14, 0, 1),
        (122, 0, 1),
        (500, 0, 6),
        (1_000, 0, 11),
        (740, 10_000, 45),
    ] {
        let catalog = many::with_calls(many::catalog(scopes), scopes, calls).parse();
        let world = world(catalog.clone()).await;
        let all = pages(&world, "/many/scopes").await;
        say_everything(&all, &catalog);
        assert!(all.len() <= most, "{scopes}: {} pages", all.len());
        // The contents lead to where something is.
        let contents = all[0]
            .split("<nav class=\"reading\"")
            .nth(1)
            .unwrap_or_default();
        let contents = contents.split("</nav>").next().unwrap();
        let links = values(contents, "href=\"", "\">");
        assert_eq!(links.is_empty(), all.len() == 1);
        for link in links {
            let (_, query) = link.split_once("?page=").unwrap();
            let (number, id) = query.split_once('#').unwrap_or((query, "calls"));
            let page = &all[number.parse::<usize>().unwrap() - 1];
            assert!(page.contains(&format!("<h2 id=\"{id}\">")), "{link}");
        }
    }
}

#[tokio::test]
async fn pages_stay_light_whatever_the_catalog_says() {
    let actions: Vec<String> = (0..900).map(|number| format!("act{number}")).collect();
    let actions: Vec<&str> = actions.iter().map(String::as_str).collect();
    let catalog = SmallCatalog::new("many");
    let many_actions = actions
        .iter()
        .fold(catalog, |all, name| all.action(name, "write"));
    let many_actions = many_actions
        .resource("one", &actions)
        .endpoint("/one", &[("get", "one:act0")]);
    let catalog = SmallCatalog::new("many")
        .action("read", "read")
        .resource("r0", &["read"])
        .endpoint("/one", &[("get", "r0:read")]);
    let long_texts = (0..60).fold(catalog, |catalog, number| {
        let long = "<&'x>".repeat(2_000);
        let name = format!("{number}{}", "n".repeat(240));
        catalog.with(&format!(
            "[resources.a{name}]\ntitle = {{ en = \"{number} {}\" }}\n[resources.a{name}.read]\n\
             title = {{ en = \"{}\" }}\ndescription = {{ en = \"{long}\" }}",
            "\u{5d0}".repeat(300),
            "W".repeat(500),
        ))
    });
    let catalog = SmallCatalog::new("many")
        .action("read", "read")
        .endpoint("/one", &[("get", "r0:read")]);
    let many_resources = (0..900).fold(catalog, |catalog, number| {
        catalog.resource(&format!("r{number}"), &["read"])
    });
    let catalog = SmallCatalog::new("many")
        .scope("only")
        .endpoint("/one", &[("get", "only")]);
    let guide = (0..30).fold(catalog, |catalog, number| {
        let text = "Some `words` & *more* of them. ".repeat(400);
        catalog.with(&format!(
            "[[guide]]\ntitle = {{ en = \"Part {number}\" }}\ntext = {{ en = \"{text}\" }}"
        ))
    });
    for catalog in [many_actions, long_texts, many_resources, guide] {
        let catalog = catalog.parse();
        let world = world(catalog.clone()).await;
        let all = pages(&world, "/many/scopes").await;
        say_everything(&all, &catalog);
        for section in catalog.guide() {
            let heading = format!("<h2>{}</h2>", section.title.get("en"));
            assert_eq!(all.iter().filter(|page| page.contains(&heading)).count(), 1);
        }
    }
}

#[tokio::test]
async fn what_is_found_comes_in_pages_too() {
    let catalog = many::with_calls(many::catalog(740), 740, 4_000).parse();
    let world = world(catalog.clone()).await;
    // Words in any order, each of them somewhere.
    let found = world.get("/many/scopes?q=ASSIGN%20items7%2F").await;
    let (scopes, calls) = said(&found.body);
    assert_eq!((scopes.len(), calls.len()), (2, 2));
    assert!(calls[0].contains("/items7/"));
    let all = pages(&world, "/many/scopes?q=record").await;
    assert!(all.len() > 5);
    say_everything(&all, &catalog);
    let none = world.get("/many/scopes?q=record%20zzzz&page=7").await;
    assert!(none.body.contains("Nothing fits") && !none.body.contains("rel=\"next\""));
    let beyond = world.get("/many/scopes?q=record&page=9999").await.body;
    assert!(beyond.contains("rel=\"prev\"") && !beyond.contains("rel=\"next\""));
}

#[tokio::test]
async fn the_reference_is_the_same_for_everybody_and_may_be_kept() {
    let world = World::new("bexio").await;
    let path = "/bexio/scopes?page=1&other=secret";
    let (headers, compressed, page) = received(&world, path, &[]).await;
    assert!(compressed < 15_000, "{compressed} compressed");
    assert!(!page.contains("secret"), "what is not of the page is on it");
    assert_eq!(headers["cache-control"], "public, no-cache");
    assert_eq!(headers["vary"], "Accept-Language, Accept-Encoding");
    // Made, and kept.
    let (_, _, again) = received(&world, "/bexio/scopes", &[]).await;
    assert_eq!(again, page);
    let annas = world.annas_browser().await.get("/bexio/scopes").await;
    assert_eq!(annas.body, page);
    assert_eq!(annas.headers["etag"], headers["etag"]);
    assert!(annas.header("set-cookie").is_none());
}

#[tokio::test]
async fn whoever_has_a_page_is_not_sent_it_again() {
    let world = World::new("bexio").await;
    let asked = async |path: &str, language: &str, tag: &str| {
        let request = Request::get(path)
            .header("accept-language", language)
            .header("if-none-match", tag);
        world.send(request.body(Body::empty()).unwrap()).await
    };
    let first = world.get("/bexio/scopes").await;
    let tag = first.header("etag").unwrap();
    assert!(tag.starts_with("W/\""), "{tag}");
    for known in [
        tag,
        "*",
        &format!("\"other\", {tag}"),
        tag.trim_start_matches("W/"),
    ] {
        let answer = asked("/bexio/scopes", "en", known).await;
        answer.expect(StatusCode::NOT_MODIFIED);
        assert!(answer.body.is_empty());
        for header in ["etag", "vary", "cache-control", "content-security-policy"] {
            assert_eq!(answer.header(header), first.header(header), "{header}");
        }
    }
    asked("/bexio/scopes", "de", tag)
        .await
        .expect(StatusCode::OK);
    asked("/bexio/scopes", "en", "\"other\"")
        .await
        .expect(StatusCode::OK);
    let other = World::new("stora").await.get("/stora/scopes").await;
    assert_ne!(other.header("etag"), Some(tag));
}

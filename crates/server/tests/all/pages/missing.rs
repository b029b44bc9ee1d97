//! Addresses where nothing is, and authorization requests that hold a fault.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use crate::support::{Answer, World};

/// What browsers send.
const BROWSERS: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

async fn ask(world: &World, path: &str, accept: &str, language: &str) -> Answer {
    let request = Request::get(path)
        .header(header::ACCEPT, accept)
        .header(header::ACCEPT_LANGUAGE, language)
        .body(Body::empty());
    world.send(request.unwrap()).await
}

#[tokio::test]
async fn where_nothing_is_people_get_a_page_in_their_language() {
    let world = World::new("bexio").await;
    for path in [
        "/bexio/nothing",
        "/bexio/errors/nosuch",
        "/bexio/oauth/nothing?x=%3Cb%3E",
    ] {
        let german = ask(&world, path, BROWSERS, "de-CH").await;
        german.expect(StatusCode::NOT_FOUND);
        assert!(
            german.body.contains("<html lang=\"de\">"),
            "{}",
            german.body
        );
        assert!(german.body.contains("<h1>Hier ist nichts</h1>"));
        assert!(german.body.contains("href=\"/bexio/account\""));
        let chosen = format!(
            "{path}{}ui_locales=fr",
            if path.contains('?') { '&' } else { '?' }
        );
        let french = ask(&world, &chosen, BROWSERS, "de-CH").await;
        assert!(
            french.body.contains("<html lang=\"fr\">"),
            "{}",
            french.body
        );
        let policy = german.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'"), "{policy}");
        assert!(!german.body.contains("<b>"));
    }
    let nowhere = ask(&world, "/nowhere", BROWSERS, "it").await;
    nowhere.expect(StatusCode::NOT_FOUND);
    assert!(
        nowhere.body.contains("<html lang=\"it\">"),
        "{}",
        nowhere.body
    );
    assert!(!nowhere.body.contains("/account"));
}

#[tokio::test]
async fn where_nothing_is_programs_get_a_problem() {
    let world = World::new("bexio").await;
    for (path, accept) in [
        ("/bexio/nothing", "*/*"),
        ("/bexio/nothing", "application/json"),
        ("/nowhere", "application/json, text/plain"),
    ] {
        let problem = ask(&world, path, accept, "de").await;
        problem.expect(StatusCode::NOT_FOUND);
        let kind = problem.header("content-type").unwrap();
        assert_eq!(kind, "application/problem+json");
        let body: serde_json::Value = serde_json::from_str(&problem.body).unwrap();
        assert_eq!(body["status"], 404);
        assert!(
            problem
                .headers
                .get_all("vary")
                .iter()
                .any(|vary| vary == "Accept")
        );
    }
}

/// RFC 6749 section 4.1.2.1: who can be told is told, with `state` and `iss`.
#[tokio::test]
async fn a_faulty_request_is_refused_at_the_app() {
    let world = World::new("bexio").await;
    let client = world
        .add(world.app_client("ledgerly", "contact_edit"))
        .await;
    let mut browser = world.annas_browser().await;
    let good = world.authorize(&client, "contact_edit", &[]);
    for fault in [
        "&scope=contact_show",
        "&response_type=code",
        "&code_challenge=x&code_challenge=y",
        "&prompt=none&prompt=none",
        "&scope[]=contact_show",
        "&login_hint=%ff",
        "&%ff=x",
        "&x=%2",
    ] {
        let answer = browser.get(&format!("{good}{fault}")).await;
        assert!(
            answer.location().starts_with(&client.redirect_uris[0]),
            "{fault}"
        );
        let returned = |name| answer.returned(name);
        assert_eq!(
            returned("error").as_deref(),
            Some("invalid_request"),
            "{fault}"
        );
        assert_eq!(returned("state").as_deref(), Some("st&te=1"), "{fault}");
        assert_eq!(returned("iss"), Some(world.issuer()), "{fault}");
        assert_eq!(returned("code"), None);
    }
    let answer = browser.get(&format!("{good}&state=other")).await;
    assert_eq!(answer.returned("error").as_deref(), Some("invalid_request"));
    assert_eq!(answer.returned("state"), None, "nobody knows which one");
    // A decision that comes with such a request is not taken.
    let decision = [("decision", "allow"), ("allow", "contact_edit")];
    let answer = browser.post(&format!("{good}&scope=x"), &decision).await;
    assert_eq!(answer.returned("error").as_deref(), Some("invalid_request"));
}

#[tokio::test]
async fn a_request_whose_client_or_redirect_uri_is_in_doubt_redirects_nowhere() {
    let world = World::new("bexio").await;
    let client = world
        .add(world.app_client("ledgerly", "contact_edit"))
        .await;
    let mut browser = world.annas_browser().await;
    let good = world.authorize(&client, "contact_edit", &[]);
    for fault in [
        "&client_id=ledgerly",
        "&client_id=",
        "&client_id[]=other",
        "&redirect_uri=https%3A%2F%2Fevil.example%2F",
        "&redirect_uri=",
        "&redirect_uri[0]=https%3A%2F%2Fevil.example%2F",
        "&scope=x&redirect_uri=x",
    ] {
        let page = browser.get(&format!("{good}{fault}")).await;
        page.expect(StatusCode::BAD_REQUEST);
        assert_eq!(page.header("location"), None, "{fault}");
        assert!(page.body.contains("invalid_request"), "{}", page.body);
    }
    // The same where another fault stands beside an address that is not registered.
    let evil = good.replace("app.example", "evil.example");
    assert_ne!(evil, good);
    for fault in ["&scope=x", "&state=x", "&x=%2"] {
        let page = browser.get(&format!("{evil}{fault}")).await;
        page.expect(StatusCode::BAD_REQUEST);
    }
    // And where the app is switched off, or unknown.
    for other in ["&scope=x", ""] {
        let unknown = good.replace("client_id=ledgerly", "client_id=nobody");
        let page = browser.get(&format!("{unknown}{other}")).await;
        page.expect(StatusCode::BAD_REQUEST);
    }
}

/// A name in an address that is no text names nothing.
#[tokio::test]
async fn an_address_that_cannot_be_read_is_one_where_nothing_is() {
    let world = World::new("bexio").await;
    let mut browser = world.annas_browser().await;
    for path in [
        "/bexio/account/grants/%ff/remove",
        "/bexio/errors/%ff",
        "/bexio/%ff",
        "/%ff/login",
    ] {
        let page = ask(&world, path, BROWSERS, "de").await;
        let is_page = page.header("content-type") == Some("text/html; charset=utf-8");
        assert!(
            is_page || page.header("location").is_some(),
            "{path}: {page:?}"
        );
    }
    let page = browser.get("/bexio/account/grants/%ff/remove").await;
    page.expect(StatusCode::NOT_FOUND);
    assert!(page.body.contains("There is nothing here"), "{}", page.body);
}

#[tokio::test]
async fn a_slash_behind_the_issuer_leads_to_it() {
    let world = World::new("bexio").await;
    for accept in [BROWSERS, "*/*"] {
        for (path, leads_to) in [
            ("/bexio/", "/bexio"),
            ("/bexio/?ui_locales=de", "/bexio?ui_locales=de"),
        ] {
            let answer = ask(&world, path, accept, "en").await;
            answer.expect(StatusCode::PERMANENT_REDIRECT);
            assert_eq!(answer.header("location"), Some(leads_to));
            world.get(leads_to).await.expect(StatusCode::OK);
        }
        let nowhere = ask(&world, "/nosuch/", accept, "en").await;
        nowhere.expect(StatusCode::NOT_FOUND);
        let twice = ask(&world, "//bexio/", accept, "en").await;
        twice.expect(StatusCode::NOT_FOUND);
    }
    let posted = Request::post("/bexio/").body(Body::empty()).unwrap();
    world.send(posted).await.expect(StatusCode::NOT_FOUND);
}

/// Whatever went wrong, there is a way on: the same page again, or what the person has here.
#[tokio::test]
async fn problem_pages_have_a_way_back() {
    let world = World::new("bexio").await;
    let mut browser = world.annas_browser().await;
    let unknown = browser.get("/bexio/oauth/authorize?client_id=nobody").await;
    let gone = browser.get("/bexio/consent?request=gone").await;
    for (answer, href) in [
        (unknown, "/bexio/account"),
        (gone, "/bexio/account"),
        (ask(&world, "/nowhere", BROWSERS, "de").await, "/"),
        (
            ask(&world, "/bexio/x?ui_locales=de", BROWSERS, "en").await,
            "/bexio/account?ui_locales=de",
        ),
    ] {
        let link = format!("<a class=\"button\" href=\"{href}\">");
        assert!(answer.body.contains(&link), "{href}: {}", answer.body);
    }
    for (path, href) in [
        ("/bexio/login?ui_locales=fr", "/bexio/login?ui_locales=fr"),
        ("/bexio/logout", "/bexio/login"),
        ("/bexio/account/grants/1/reduce", "/bexio/account"),
        ("/bexio/organisation?request=x", "/bexio/consent?request=x"),
    ] {
        let evil = [("origin", "https://evil.example")];
        let answer = browser.post_from(path, &[("x", "y")], &evil).await;
        answer.expect(StatusCode::FORBIDDEN);
        let link = format!("<a class=\"go\" href=\"{href}\">");
        assert!(answer.body.contains(&link), "{href}: {}", answer.body);
    }
}

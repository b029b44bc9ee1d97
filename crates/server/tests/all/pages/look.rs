//! A provider's look is on every page of their realm, and changes nothing else.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use realm::look::{Accent, Font, Mark, Spot, Wishes, Wording};

use crate::support::{Answer, World};

const MARK: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\"><path d=\"M0 0h9z\"/></svg>";

fn wishes() -> Wishes {
    let mut wording = Wording::default();
    for (spot, text) in [
        (Spot::SignInHeading, "Knock, and <b>enter</b>"),
        (Spot::BelowSignIn, "Below the form."),
        (Spot::BelowConsent, "Below the answers."),
        (Spot::Footer, "Acme & Co."),
    ] {
        wording.say("en", spot, text).unwrap();
    }
    Wishes {
        name: Some("Acme Login".to_owned()),
        mark: Some(Mark::new(MARK.into()).unwrap()),
        accent: Some(Accent::new("#35308f").unwrap()),
        font: Some(Font::Serif),
        terms: Some("https://www.example.com/terms?a=1&b=2".to_owned()),
        privacy: Some("https://www.example.com/privacy".to_owned()),
        help: Some("https://www.example.com/{language}/help".to_owned()),
        wording,
    }
}

#[track_caller]
fn looks(page: &Answer, world: &World) {
    let look = world.begun.look();
    let (style, mark) = (look.stylesheet().unwrap(), look.mark().unwrap());
    for shown in [
        format!(
            "<link rel=\"stylesheet\" href=\"/bexio/look/{}\">",
            style.name
        ),
        format!(
            "<img src=\"/bexio/look/{}\" alt=\"\" height=\"28\">Acme Login",
            mark.name
        ),
        "– Acme Login</title>".to_owned(),
        "href=\"https://www.example.com/terms?a=1&#38;b=2\">Terms of use</a>".to_owned(),
        "href=\"https://www.example.com/privacy\">Privacy</a>".to_owned(),
        "href=\"https://www.example.com/en/help\">Help</a>".to_owned(),
        "Acme &#38; Co.".to_owned(),
    ] {
        assert!(page.body.contains(&shown), "{shown}: {}", page.body);
    }
    let policy = page.header("content-security-policy").unwrap();
    assert_eq!(
        policy,
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
         frame-ancestors 'none'; base-uri 'none'"
    );
    assert!(
        !page.body.contains(" style=") && !page.body.contains("<style"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn every_page_of_the_realm_carries_it() {
    let world = World::looking("bexio", wishes()).await;
    let client = world
        .add(world.app_client("ledgerly", "contact_edit"))
        .await;
    let login = world.browser().get("/bexio/login").await;
    looks(&login, &world);
    assert!(
        login
            .body
            .contains("<h1>Knock, and &#60;b&#62;enter&#60;/b&#62;</h1>"),
        "{}",
        login.body
    );
    assert!(login.body.contains("Below the form."));
    let mut browser = world.annas_browser().await;
    let consent = browser
        .open(&world.authorize(&client, "contact_edit", &[]))
        .await;
    looks(&consent, &world);
    assert!(consent.body.contains("Below the answers."));
    // What the app is given is said in our words.
    assert!(
        consent.body.contains("wants to work with your"),
        "{}",
        consent.body
    );
    for path in [
        "/bexio",
        "/bexio/account",
        "/bexio/scopes",
        "/bexio/errors",
        "/bexio/errors/no-rule",
    ] {
        looks(&browser.get(path).await, &world);
    }
    let missing = Request::get("/bexio/nothing").header(header::ACCEPT, "text/html");
    looks(
        &world.send(missing.body(Body::empty()).unwrap()).await,
        &world,
    );
    // In a language that the provider says nothing in, the pages speak for themselves.
    browser.language = "de";
    let german = world.browser().get("/bexio/login?ui_locales=de").await;
    assert!(
        german.body.contains("Acme Login") && !german.body.contains("Knock"),
        "{}",
        german.body
    );
    assert!(german.body.contains(">Nutzungsbedingungen</a>"));
}

#[tokio::test]
async fn its_files_do_nothing_by_themselves() {
    let world = World::looking("bexio", wishes()).await;
    let look = world.begun.look();
    for (file, kind) in [
        (look.mark().unwrap(), "image/svg+xml"),
        (look.stylesheet().unwrap(), "text/css; charset=utf-8"),
    ] {
        let answer = world.get(&format!("/bexio/look/{}", file.name)).await;
        answer.expect(StatusCode::OK);
        assert_eq!(answer.body.as_bytes(), file.content);
        for (name, value) in [
            ("content-type", kind),
            (
                "content-security-policy",
                "default-src 'none'; frame-ancestors 'none'; sandbox",
            ),
            ("x-content-type-options", "nosniff"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cache-control", "public, max-age=31536000, immutable"),
        ] {
            assert_eq!(answer.header(name), Some(value));
        }
    }
    for other in ["mark.svg", "style-0.css", "..", "", "mark-%00.svg"] {
        let answer = world.get(&format!("/bexio/look/{other}")).await;
        answer.expect(StatusCode::NOT_FOUND);
    }
    let plain = World::new("bexio").await;
    let page = plain.get("/bexio/login").await;
    assert!(!page.body.contains("/look/"), "{}", page.body);
    let path = format!("/bexio/look/{}", look.mark().unwrap().name);
    plain.get(&path).await.expect(StatusCode::NOT_FOUND);
}

//! Requests that wait for a person: kept under short addresses, for one browser, never too many.

use std::time::Duration;

use axum::http::StatusCode;
use oauth::model::Client;

use super::{CONTACTS, next_of, token};
use crate::browser::{self, Browser};
use crate::support::{Answer, World};

/// A request as an app of another site posts it.
async fn post(browser: &mut Browser<'_>, request: &str) -> Answer {
    let (path, query) = request.split_once('?').unwrap();
    let form: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let form: Vec<(&str, &str)> = form
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    // Browsers send no cookies that are `SameSite=Lax` with it.
    let (session, own) = (browser.cookie.take(), browser.own_cookie.take());
    let from = [
        ("origin", "https://app.example"),
        ("sec-fetch-site", "cross-site"),
    ];
    let answer = browser.post_from(path, &form, &from).await;
    assert_eq!(answer.header("set-cookie"), None);
    (browser.cookie, browser.own_cookie) = (session, own);
    answer
}

/// Every scope of the catalog, and names nobody knows, up to 100: too many for most addresses.
fn hundred(world: &World) -> String {
    let catalog = crate::support::catalog(&world.realm);
    let known = catalog.scopes().iter().map(|scope| scope.name.clone());
    let unknown = (0..).map(|number| format!("{}-{number}", "x".repeat(60)));
    known.chain(unknown).take(100).collect::<Vec<_>>().join(" ")
}

async fn ledgerly(world: &World) -> Client {
    world.add(world.app_client("ledgerly", CONTACTS)).await
}

#[tokio::test]
async fn no_redirect_of_ours_is_longer_than_a_kilobyte() {
    let world = World::new("bexio").await;
    world.give_anna_a_password().await;
    world.second_organisation(&["*"]).await;
    let client = ledgerly(&world).await;
    let state = "s".repeat(700);
    let more = [
        ("organisation", "ö".repeat(100)),
        ("login_hint", "ä".repeat(300)),
        ("ui_locales", "de ".repeat(200)),
        ("prompt", "login consent".to_owned()),
    ];
    let more = more.each_ref().map(|(name, value)| (*name, value.as_str()));
    let request = world.authorize(&client, &hundred(&world), &more);
    let request = request.replace("st%26te%3D1", &state);
    assert!(request.len() > 6_000, "{}", request.len());
    for by_form in [false, true] {
        let mut browser = world.browser();
        let mut answer = if by_form {
            post(&mut browser, &request).await
        } else {
            browser.get(&request).await
        };
        let mut redirects = 0;
        let page = loop {
            while answer.status == StatusCode::SEE_OTHER {
                let location = answer.location().to_owned();
                assert!(location.len() < 1_000, "{location}");
                redirects += 1;
                answer = browser.get(&location).await;
            }
            answer.expect(StatusCode::OK);
            if !answer.body.contains("name=\"password\"") {
                break answer;
            }
            assert!(
                answer.body.contains("App ledgerly"),
                "who it is for is said"
            );
            assert!(
                answer.body.contains(&"ä".repeat(300)),
                "and who will sign in"
            );
            let next = next_of(&answer);
            let username = "anna@muster.example";
            answer = browser.sign_in(username, browser::PASSWORD, &next).await;
        };
        assert!(redirects >= 2);
        assert!(page.body.contains("<html lang=\"de\""), "{}", page.body);

        // The organisation that the app named is none of hers: she chooses, and decides.
        let action = page
            .body
            .split("action=\"/bexio/organisation")
            .nth(1)
            .unwrap();
        let action = action.split('"').next().unwrap().replace("&#38;", "&");
        let chosen = browser
            .post(
                &format!("/bexio/organisation{action}"),
                &[("organisation", &world.muster.id.to_string())],
            )
            .await;
        assert!(chosen.location().len() < 1_000, "{}", chosen.location());
        let place = chosen.location().to_owned();
        browser.get(&place).await.expect(StatusCode::OK);
        let form = [("allow.contact", "contact_edit"), ("decision", "allow")];
        let answer = browser.answer(&place, &form).await;
        assert_eq!(answer.returned("state"), Some(state.clone()));
        assert!(answer.location().len() < 1_000, "{}", answer.location());
        let tokens = token(&world, &client, &answer.returned("code").unwrap()).await;
        assert_eq!(tokens["scope"], "general contact_show contact_edit");
        assert_eq!(tokens["org"], "muster");
    }
}

/// What has to be escaped in an address, in a form and on a page comes back letter by letter.
#[tokio::test]
async fn escaped_letters_survive_signing_in() {
    const STATE: &str = "&=+%#?'\"<>;é/€ ";
    let mut state = String::new();
    while browser::escaped(&state) + browser::escaped(STATE) <= 2_048 {
        state.push_str(STATE);
    }
    // Every letter that a scope may have (RFC 6749 section 3.3) and an address may not.
    let strange = "!#$%&'()*+,/:;<=>?@[]^`{|}~";
    let unknown = (0..160).map(|number| format!("{strange}{number}"));
    let unknown: Vec<String> = unknown.collect();
    let asked = format!("contact_edit {}", unknown.join(" "));
    let sent = browser::escaped(&state) + browser::escaped(&asked);
    assert!(sent > 11_500, "{sent}");
    for by_form in [false, true] {
        let world = World::new("bexio").await;
        world.give_anna_a_password().await;
        let client = ledgerly(&world).await;
        let request = world.authorize(&client, &asked, &[]);
        let request = request.replace("st%26te%3D1", &crate::support::encode(&[("", &state)])[1..]);
        let mut browser = world.browser();
        let mut answer = if by_form {
            post(&mut browser, &request).await
        } else {
            browser.get(&request).await
        };
        while answer.status == StatusCode::SEE_OTHER {
            let location = answer.location().to_owned();
            answer = browser.get(&location).await;
        }
        let next = next_of(&answer);
        let signed_in = browser
            .sign_in("anna@muster.example", browser::PASSWORD, &next)
            .await;
        let page = browser.page_of(&signed_in);
        let page = page.unwrap_or_else(|| signed_in.location().to_owned());
        browser.get(&page).await.expect(StatusCode::OK);
        let form = [("allow.contact", "contact_edit"), ("decision", "allow")];
        let answer = browser.answer(&page, &form).await;
        assert_eq!(answer.returned("state"), Some(state.clone()), "{by_form}");
        let tokens = token(&world, &client, &answer.returned("code").unwrap()).await;
        let withheld = tokens["scope_withheld"].as_array().unwrap().iter();
        let withheld: Vec<&str> = withheld.map(|one| one["scope"].as_str().unwrap()).collect();
        assert_eq!(withheld, unknown);
    }
}

#[tokio::test]
async fn what_somebody_puts_into_an_address_does_not_lengthen_a_redirect() {
    let world = World::new("bexio").await;
    let client = ledgerly(&world).await;
    let mut browser = world.browser();
    let asked = browser.get(&world.authorize(&client, CONTACTS, &[])).await;
    let page = next_of(&browser.get(asked.location()).await);
    let junk = "j".repeat(3_000);
    let answer = browser
        .get(&format!(
            "{page}&organisation={junk}&ui_locales={junk}&x={junk}"
        ))
        .await;
    assert!(answer.location().len() < 1_000, "{}", answer.location());
    world.give_anna_a_password().await;
    let signed_in = browser
        .sign_in(
            "anna@muster.example",
            browser::PASSWORD,
            &format!("/bexio/oauth/authorize?x={junk}"),
        )
        .await;
    assert_eq!(signed_in.location(), "/bexio/account");
    let (_, grant) = world.consent(&client, CONTACTS, 1).await;
    let path = format!(
        "/bexio/account/grants/{}/remove?ui_locales={junk}",
        grant.id
    );
    let shown = oauth::consent::ShownGrant::of(&grant).to_string();
    let removed = browser.post(&path, &[("shown", &shown)]).await;
    assert!(removed.location().len() < 1_000, "{}", removed.location());
}

#[tokio::test]
async fn a_request_by_form_is_answered_as_one_by_address() {
    let world = World::new("bexio").await;
    let client = ledgerly(&world).await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, CONTACTS, &[]);

    // What cannot be trusted is answered here, other mistakes at the app, both at once.
    let foreign = request.replace("app.example", "evil.example");
    let answer = post(&mut browser, &foreign).await;
    answer.expect(StatusCode::BAD_REQUEST);
    let wrong = request.replace("response_type=code", "response_type=token");
    let answer = post(&mut browser, &wrong).await;
    let error = answer.returned("error");
    assert_eq!(error.as_deref(), Some("unsupported_response_type"));
    assert_eq!(answer.returned("state").as_deref(), Some("st&te=1"));
    let twice = format!("{request}&scope=x");
    let answer = post(&mut browser, &twice).await;
    assert_eq!(answer.returned("error").as_deref(), Some("invalid_request"));

    // Who is signed in is found out behind the redirect.
    let silent = format!("{request}&prompt=none");
    let answer = post(&mut browser, &silent).await;
    let answer = browser.get(answer.location()).await;
    let error = answer.returned("error");
    assert_eq!(error.as_deref(), Some("consent_required"));
    let answer = post(&mut browser, &request).await;
    let page = browser.page_of(&answer).unwrap();
    assert_eq!(browser.get(&page).await.offered().len(), 5);
    let form = [("allow.contact", "contact_edit"), ("decision", "allow")];
    let answer = browser.answer(&page, &form).await;
    token(&world, &client, &answer.returned("code").unwrap()).await;
    // And what stands is answered again.
    let granted = world.authorize(&client, "contact_edit", &[]);
    let answer = post(&mut browser, &granted).await;
    let answer = browser.get(answer.location()).await;
    assert!(answer.returned("code").is_some());
}

#[tokio::test]
async fn a_body_that_is_no_request_is_refused() {
    let world = World::new("bexio").await;
    let client = ledgerly(&world).await;
    let mut browser = world.annas_browser().await;
    let authorize = world.path("authorize");
    let empty = browser.post(&authorize, &[]).await;
    empty.expect(StatusCode::BAD_REQUEST);
    let huge = "x".repeat(300_000);
    let huge = browser.post(&authorize, &[("scope", &huge)]).await;
    huge.expect(StatusCode::BAD_REQUEST);
    // A page of the version before sends its answer to the address of the request: it counts
    // for nothing, and the person is asked once more.
    let request = world.authorize(&client, CONTACTS, &[]);
    let form = [("allow.contact", "contact_edit"), ("decision", "allow")];
    let answer = browser.post(&request, &form).await;
    let page = browser.page_of(&answer).unwrap();
    browser.get(&page).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_kept_request_belongs_to_one_browser() {
    let world = World::new("bexio").await;
    let client = ledgerly(&world).await;
    let mut annas = world.annas_browser().await;
    let request = world.authorize(&client, CONTACTS, &[]);
    let by_address = annas.get(&request).await.location().to_owned();
    let by_form = post(&mut annas, &request).await.location().to_owned();
    annas.get(&by_form).await.expect(StatusCode::OK);

    let mut other = world.annas_browser().await;
    let form = [("allow.contact", "contact_edit"), ("decision", "allow")];
    // One that has no cookie at all may be the same browser, which keeps none.
    let told = other.get(&by_address).await;
    told.expect(StatusCode::BAD_REQUEST);
    assert!(told.body.contains("blocks cookies"), "{}", told.body);
    other.get(&request).await;
    for page in [&by_address, &by_form] {
        other.get(page).await.expect(StatusCode::GONE);
        other.post(page, &form).await.expect(StatusCode::GONE);
        let login = format!("/bexio/login?{}", crate::support::encode(&[("next", page)]));
        let login = other.get(&login).await;
        assert!(!login.body.contains("App ledgerly"), "{}", login.body);
        // Signing out and in again is the same browser.
        annas.get(page).await.expect(StatusCode::OK);
    }
    annas.post("/bexio/logout", &[("next", &by_form)]).await;
    let login = annas.get(&by_form).await;
    assert!(login.location().starts_with("/bexio/login?"));
    annas
        .sign_in("anna@muster.example", browser::PASSWORD, &by_form)
        .await;
    annas.get(&by_form).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn several_requests_of_one_browser_stand_beside_each_other() {
    let world = World::new("bexio").await;
    let client = ledgerly(&world).await;
    let mut browser = world.annas_browser().await;
    let first = world.authorize(&client, "contact_show", &[("prompt", "consent")]);
    let second = world.authorize(&client, "kb_invoice_show", &[]);
    let first = browser.get(&first).await.location().to_owned();
    let second = browser.get(&second).await.location().to_owned();
    assert_eq!(browser.get(&first).await.offered(), ["", "*contact_show"]);
    assert_eq!(
        browser.get(&second).await.offered(),
        ["", "*kb_invoice_show"]
    );
    let form = [
        ("allow.kb_invoice", "kb_invoice_show"),
        ("decision", "allow"),
    ];
    let answer = browser.answer(&second, &form).await;
    assert!(answer.returned("code").is_some());
    assert_eq!(browser.get(&first).await.offered(), ["", "*contact_show"]);
}

#[tokio::test]
async fn when_a_kept_request_is_gone_a_page_says_to_begin_again() {
    let world = World::new("bexio").await;
    world.give_anna_a_password().await;
    let client = ledgerly(&world).await;
    let mut browser = world.browser();
    let asked = browser.get(&world.authorize(&client, CONTACTS, &[])).await;
    let login = asked.location().to_owned();
    let next = next_of(&browser.get(&login).await);
    world.clock.advance(Duration::from_secs(30 * 60 - 1));
    browser.get(&login).await.expect(StatusCode::OK);
    assert!(browser.get(&login).await.body.contains("App ledgerly"));
    world.clock.advance(Duration::from_secs(1));

    // To sign in is not lost.
    let signed_in = browser
        .sign_in("anna@muster.example", browser::PASSWORD, &next)
        .await;
    let page = browser.get(signed_in.location()).await;
    page.expect(StatusCode::GONE);
    assert!(page.body.contains("begin again there"), "{}", page.body);
    let form = [("allow.contact", "contact_edit"), ("decision", "allow")];
    let late = browser.post(&next, &form).await;
    late.expect(StatusCode::GONE);
    browser.get("/bexio/account").await.expect(StatusCode::OK);
    let acts = world
        .followed
        .consents_of_user("bexio", world.anna.id, 9)
        .await;
    assert!(acts.unwrap().is_empty());
    for nothing in ["", "?request=", "?request=sg_rh_x", "?request=%00&x"] {
        let page = browser.get(&format!("/bexio/consent{nothing}")).await;
        page.expect(StatusCode::GONE);
        let path = format!("/bexio/organisation{nothing}");
        let page = browser.post(&path, &[("organisation", "muster")]).await;
        page.expect(StatusCode::GONE);
    }
}

/// Each time a page about it is opened, the request is held against what counts now.
#[tokio::test]
async fn a_kept_request_is_checked_again_each_time() {
    let world = World::new("bexio").await;
    let client = ledgerly(&world).await;
    let mut browser = world.annas_browser().await;
    let asked = browser.get(&world.authorize(&client, CONTACTS, &[])).await;
    let page = asked.location().to_owned();
    browser.get(&page).await.expect(StatusCode::OK);
    world
        .change(&Client {
            redirect_uris: vec!["https://other.example/cb".to_owned()],
            ..client.clone()
        })
        .await;
    browser.get(&page).await.expect(StatusCode::BAD_REQUEST);
    let form = [("allow.contact", "contact_edit"), ("decision", "allow")];
    let answer = browser.answer(&page, &form).await;
    answer.expect(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_kept_request_counts_in_its_realm_only_and_its_cookie_is_guarded() {
    let world = World::new("bexio").await;
    let client = ledgerly(&world).await;
    let mut browser = world.annas_browser().await;
    let asked = browser.get(&world.authorize(&client, CONTACTS, &[])).await;
    let cookie = asked.header("set-cookie").unwrap();
    assert!(
        cookie.starts_with("__Host-sg_bexio.browser=sg_br_"),
        "{cookie}"
    );
    assert!(
        cookie.contains("; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age="),
        "{cookie}"
    );
    // The handle is the only thing that the address names.
    let page = asked.location();
    assert_eq!(page.len(), "/bexio/consent?request=".len() + 55, "{page}");
}

#[tokio::test]
async fn when_a_request_cannot_be_kept_the_page_says_so() {
    let world = World::new("bexio").await;
    let client = ledgerly(&world).await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, CONTACTS, &[]);
    let page = browser.get(&request).await.location().to_owned();
    world.store.break_calls(&["keep_request", "kept_request"]);
    browser
        .get(&request)
        .await
        .expect(StatusCode::SERVICE_UNAVAILABLE);
    let by_form = post(&mut browser, &request).await;
    by_form.expect(StatusCode::SERVICE_UNAVAILABLE);
    browser
        .get(&page)
        .await
        .expect(StatusCode::SERVICE_UNAVAILABLE);
    world.store.mend();
    browser.get(&page).await.expect(StatusCode::OK);
}

/// Each is a write that nobody signed in for.
#[tokio::test]
async fn an_address_that_sends_more_than_people_do_is_told_to_wait() {
    let world = World::new("bexio").await;
    let client = ledgerly(&world).await;
    let mut browser = world.browser();
    let request = world.authorize(&client, CONTACTS, &[]);
    for _ in 0..realm::requests::MOST.of_sender_in_a_minute {
        browser.get(&request).await.expect(StatusCode::SEE_OTHER);
    }
    for by_form in [false, true] {
        let told = if by_form {
            post(&mut browser, &request).await
        } else {
            browser.get(&request).await
        };
        told.expect(StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(told.header("retry-after"), Some("60"));
        assert!(told.body.contains("Wait a minute"), "{}", told.body);
    }
    // What nobody has to be asked about is answered as always.
    let silent = browser.get(&format!("{request}&prompt=none")).await;
    assert_eq!(silent.returned("error").as_deref(), Some("login_required"));
    world.clock.advance(Duration::from_secs(60));
    browser.get(&request).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_longest_scope_is_kept_also_where_each_letter_is_escaped() {
    let world = World::new("bexio").await;
    let client = ledgerly(&world).await;
    let mut browser = world.annas_browser().await;
    let unknown = (0..990).map(|number| format!("{}{number}", "/".repeat(60)));
    let asked = unknown
        .chain([CONTACTS.to_owned()])
        .collect::<Vec<_>>()
        .join(" ");
    assert!(asked.len() > 60_000);
    let request = world.authorize(&client, &asked, &[]);
    let answer = post(&mut browser, &request).await;
    let page = browser.page_of(&answer).unwrap();
    browser.get(&page).await.expect(StatusCode::OK);
    let form = [("allow.contact", "contact_show"), ("decision", "allow")];
    let answer = browser.answer(&page, &form).await;
    token(&world, &client, &answer.returned("code").unwrap()).await;
}

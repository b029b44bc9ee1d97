//! The authorization endpoint with its pages: what is asked, what an answer means, and how a
//! hostile browser or app fares.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests fail by panicking"
)]

#[path = "support/browser.rs"]
mod browser;
mod support;

use std::collections::BTreeMap;

use axum::http::StatusCode;
use oauth::model::{Approval, Client, ClientType, TokenEndpointAuthMethod};
use support::{VERIFIER, World, scope};

const CONTACTS: &str = "contact_edit kb_invoice_show";

async fn token(world: &World, client: &Client, code: &str) -> serde_json::Value {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", client.redirect_uris[0].as_str()),
        ("code_verifier", VERIFIER),
    ];
    let answer = world.post_as(client, "token", &form).await;
    answer.expect(StatusCode::OK);
    answer.json()
}

#[tokio::test]
async fn login_consent_and_code_end_in_a_token() {
    let world = World::new("bexio").await;
    world.give_anna_a_password().await;
    let client = world.add(world.app_client("ledgerly", CONTACTS)).await;
    let mut browser = world.browser();
    let request = world.authorize(&client, CONTACTS, &[]);

    let to_login = browser.get(&request).await;
    let login = to_login.location().to_owned();
    assert!(
        login.starts_with("/bexio/login?next=%2Fbexio%2Foauth%2Fauthorize%3F"),
        "{login}"
    );
    let page = browser.get(&login).await;
    page.expect(StatusCode::OK);
    assert!(page.body.contains("App ledgerly"), "{}", page.body);

    let signed_in = browser
        .sign_in("Anna@Muster.example", browser::PASSWORD, &request)
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
    let answer = browser.post(&request, &form).await;
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
    let answer = browser.post(&request, &form).await;
    let tokens = token(&world, &client, &answer.returned("code").unwrap()).await;
    assert_eq!(tokens["scope"], "general contact_show");

    // Asked again, the answer is remembered, refusals too.
    let again = browser.get(&request).await;
    let tokens = token(&world, &client, &again.returned("code").unwrap()).await;
    assert_eq!(tokens["scope"], "general contact_show");

    // Asked for more, the person is asked again: the new is marked, the refused is off.
    let more = world.authorize(&client, "contact_edit task_edit note_edit", &[]);
    let page = browser.get(&more).await;
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
    browser.get(&asked).await.expect(StatusCode::OK);
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
        let answer = browser.post(&request, form).await;
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
    let denied = browser.post(&request, &[("decision", "deny")]).await;
    assert_eq!(denied.returned("error").as_deref(), Some("access_denied"));
    let again = browser.get(&request).await;
    let tokens = token(&world, &client, &again.returned("code").unwrap()).await;
    assert_eq!(tokens["scope"], "general kb_invoice_show");
}

#[tokio::test]
async fn what_the_own_role_lacks_is_greyed_and_cannot_be_sent() {
    let world = World::new("bexio").await;
    world.limit_anna_to(&["contact_show"]).await;
    let client = world.add(world.app_client("ledgerly", CONTACTS)).await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, CONTACTS, &[]);
    let page = browser.get(&request).await;
    assert_eq!(page.offered(), ["", "*contact_show", "!contact_edit"]);
    assert!(
        page.body
            .contains("“See and change” is not part of your own role"),
        "{}",
        page.body
    );
    assert!(
        page.body
            .contains("Your role at Muster AG does not include this"),
        "{}",
        page.body
    );
    let form = [
        ("allow.contact", "contact_edit"),
        ("allow.contact", "contact_show"),
        ("allow.kb_invoice", "kb_invoice_edit"),
        ("allow", "task_edit"),
        ("decision", "allow"),
    ];
    let answer = browser.post(&request, &form).await;
    let tokens = token(&world, &client, &answer.returned("code").unwrap()).await;
    assert_eq!(tokens["scope"], "general contact_show");
}

#[tokio::test]
async fn with_several_organisations_one_is_chosen_and_the_grant_is_bound_to_it() {
    let world = World::new("bexio").await;
    let second = world.second_organisation(&["kb_invoice_show"]).await;
    let client = world.add(world.app_client("ledgerly", CONTACTS)).await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, CONTACTS, &[]);
    let page = browser.get(&request).await;
    page.expect(StatusCode::OK);
    assert!(
        page.body
            .contains("name=\"organisation\" value=\"beispiel\""),
        "{}",
        page.body
    );
    assert!(page.offered().is_empty());

    // A foreign one is not theirs to choose; id and number name one as well as the slug.
    let foreign = browser
        .get(&format!("{request}&organisation=stranger"))
        .await;
    assert!(foreign.offered().is_empty());
    for name in [
        second.id.to_string(),
        second.number.to_string(),
        second.slug.clone(),
    ] {
        let page = browser.get(&format!("{request}&organisation={name}")).await;
        assert_eq!(page.offered(), ["", "*kb_invoice_show"], "{name}");
        assert!(page.body.contains("<option value=\"beispiel\" selected>"));
    }
    let form = [
        ("organisation", "beispiel"),
        ("allow.kb_invoice", "kb_invoice_show"),
        ("decision", "allow"),
    ];
    let answer = browser.post(&request, &form).await;
    let tokens = token(&world, &client, &answer.returned("code").unwrap()).await;
    assert_eq!(tokens["org"], "beispiel");

    // What stands at one place says nothing about the other.
    let other = browser.get(&format!("{request}&organisation=muster")).await;
    assert_eq!(other.offered().len(), 5);
    // prompt=none cannot choose.
    let silent = world.authorize(&client, CONTACTS, &[("prompt", "none")]);
    let refused = browser.get(&silent).await;
    assert_eq!(
        refused.returned("error").as_deref(),
        Some("interaction_required")
    );
}

#[tokio::test]
async fn somebody_without_an_organisation_gets_a_page_that_says_so() {
    let world = World::new("bexio").await;
    let client = world.add(world.app_client("ledgerly", CONTACTS)).await;
    let store = &world.followed;
    store
        .remove_membership("bexio", world.muster.id, world.anna.id)
        .await
        .unwrap();
    let mut browser = world.annas_browser().await;
    let page = browser.get(&world.authorize(&client, CONTACTS, &[])).await;
    page.expect(StatusCode::FORBIDDEN);
    assert!(
        page.body.contains("You have no organisation here"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn freshbooks_is_all_or_nothing_over_every_organisation() {
    let world = World::new("freshbooks").await;
    let asked = "user:clients:read user:invoices:read user:profile:read";
    let client = world.add(world.app_client("ledgerly", asked)).await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, asked, &[]);
    let page = browser.get(&request).await;
    assert!(page.offered().is_empty(), "a list without controls");
    assert!(!page.body.contains("name=\"organisation\""));
    let part = [("allow", "user:clients:read"), ("decision", "allow")];
    let refused = browser.post(&request, &part).await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let whole = [
        ("allow", "user:clients:read"),
        ("allow", "user:invoices:read"),
        ("decision", "allow"),
    ];
    let answer = browser.post(&request, &whole).await;
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
    let page = browser.get(&request).await;
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
        .post(
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
    world.followed.approve(&approval).await.unwrap();
    let page = browser.get(&request).await;
    assert!(
        page.offered()
            .contains(&"*bank-payments:read-limited".to_owned())
    );
    assert!(
        page.body.contains(elevation.description.get("en")),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn a_request_that_cannot_be_trusted_is_answered_here_and_no_other_is() {
    let world = World::new("bexio").await;
    let client = world.add(world.app_client("ledgerly", CONTACTS)).await;
    let mut browser = world.annas_browser().await;
    let good = world.authorize(&client, CONTACTS, &[]);
    for (name, request) in [
        (
            "unknown client",
            good.replace("client_id=ledgerly", "client_id=nobody"),
        ),
        ("no client", good.replace("client_id=ledgerly", "x=y")),
        (
            "foreign redirect",
            good.replace("app.example", "evil.example"),
        ),
        (
            "redirect with more",
            good.replace("example%2Fcb", "example%2Fcb%2F"),
        ),
        ("twice", format!("{good}&client_id=ledgerly")),
        (
            "early error with prompt=none",
            good.replace("app.example", "evil.example") + "&prompt=none",
        ),
    ] {
        let answer = browser.get(&request).await;
        assert_eq!(
            answer.status,
            StatusCode::BAD_REQUEST,
            "{name}: {}",
            answer.body
        );
        assert_eq!(answer.header("location"), None, "{name}");
    }
    for (code, request) in [
        (
            "invalid_scope",
            world.authorize(&client, "task_edit nonsense", &[]),
        ),
        (
            "unsupported_response_type",
            good.replace("response_type=code", "response_type=token"),
        ),
        (
            "invalid_request",
            good.replace("code_challenge_method=S256", "code_challenge_method=plain"),
        ),
        (
            "invalid_target",
            format!("{good}&resource=https%3A%2F%2Fother.example"),
        ),
    ] {
        let answer = browser.get(&request).await;
        assert_eq!(answer.returned("error").as_deref(), Some(code));
        assert_eq!(answer.returned("iss"), Some(world.issuer()));
        assert_eq!(answer.returned("state").as_deref(), Some("st&te=1"));
    }
    browser
        .get(&good.replace("/bexio/", "/nowhere/"))
        .await
        .expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn prompt_none_never_shows_a_page_and_prompt_login_asks_once() {
    let world = World::new("bexio").await;
    let client = world.add(world.app_client("ledgerly", CONTACTS)).await;
    let silent = world.authorize(&client, CONTACTS, &[("prompt", "none")]);
    let nobody = world.browser().get(&silent).await;
    assert_eq!(nobody.returned("error").as_deref(), Some("login_required"));
    let mut browser = world.annas_browser().await;
    let undecided = browser.get(&silent).await;
    assert_eq!(
        undecided.returned("error").as_deref(),
        Some("consent_required")
    );
    world.consent(&client, CONTACTS, 1).await;
    let decided = browser.get(&silent).await;
    assert!(decided.returned("code").is_some());

    let again = world.authorize(&client, CONTACTS, &[("prompt", "login consent")]);
    let login = browser.get(&again).await;
    let page = browser.get(login.location()).await;
    page.expect(StatusCode::OK);
    let next = page.body.split("name=\"next\" value=\"").nth(1).unwrap();
    let next = next.split('"').next().unwrap().replace("&#38;", "&");
    assert!(
        next.contains("prompt=consent") && !next.contains("login"),
        "{next}"
    );
    let signed_in = browser
        .sign_in("anna@muster.example", browser::PASSWORD, &next)
        .await;
    let location = signed_in.location().to_owned();
    browser.get(&location).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_public_app_on_this_device_is_asked_about_every_time() {
    let world = World::new("bexio").await;
    let client = world.add(Client {
        client_type: ClientType::Public,
        auth_method: TokenEndpointAuthMethod::None,
        secrets: Vec::new(),
        redirect_uris: vec!["http://127.0.0.1/cb".to_owned()],
        ..world.app_client("native", CONTACTS)
    });
    let client = client.await;
    world.consent(&client, CONTACTS, 1).await;
    let mut browser = world.annas_browser().await;
    let request = world
        .authorize(&client, CONTACTS, &[])
        .replace("127.0.0.1%2F", "127.0.0.1%3A49152%2F");
    let page = browser.get(&request).await;
    page.expect(StatusCode::OK);
    assert!(
        page.body.contains("http://127.0.0.1:49152/cb"),
        "the address in full"
    );
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains("form-action 'self' http://127.0.0.1:* http://localhost:* https:;"),
        "{policy}"
    );
}

#[tokio::test]
async fn a_decision_from_another_site_is_refused_and_does_nothing() {
    let world = World::new("bexio").await;
    let client = world.add(world.app_client("ledgerly", CONTACTS)).await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, CONTACTS, &[]);
    let form = [("allow.contact", "contact_edit"), ("decision", "allow")];
    for from in [
        &[][..],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://auth.example.com")],
        &[("origin", "https://auth.example.com.evil.example")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "same-origin"),
        ],
        &[("referer", "https://auth.example.com/bexio/")],
    ] {
        let answer = browser.post_from(&request, &form, from).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{from:?}");
    }
    let acts = world
        .followed
        .consents_of_user("bexio", world.anna.id, 9)
        .await
        .unwrap();
    assert!(acts.is_empty());
    let own = browser
        .post_from(&request, &form, &[("sec-fetch-site", "same-origin")])
        .await;
    assert!(own.returned("code").is_some());
}

#[tokio::test]
async fn without_a_session_a_decision_counts_for_nothing() {
    let world = World::new("bexio").await;
    let client = world.add(world.app_client("ledgerly", CONTACTS)).await;
    let request = world.authorize(&client, CONTACTS, &[]);
    let form = [("allow.contact", "contact_edit"), ("decision", "allow")];
    let answer = world.browser().post(&request, &form).await;
    assert!(answer.location().starts_with("/bexio/login?"));
    let mut browser = world.annas_browser().await;
    browser
        .post(&request, &[("decision", "perhaps")])
        .await
        .expect(StatusCode::BAD_REQUEST);
    browser
        .post(&request, &[])
        .await
        .expect(StatusCode::BAD_REQUEST);
    let huge = "x".repeat(70_000);
    browser
        .post(&request, &[("decision", "allow"), ("x", &huge)])
        .await
        .expect(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn when_the_database_is_gone_nothing_is_half_done() {
    let world = World::new("bexio").await;
    let client = world.add(world.app_client("ledgerly", CONTACTS)).await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, CONTACTS, &[]);
    let form = [("allow.contact", "contact_edit"), ("decision", "allow")];
    for call in ["record_consent", "standing_grant"] {
        world.store.break_calls(&[call]);
        let answer = browser.post(&request, &form).await;
        answer.expect(StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.header("location"), None);
        assert!(
            answer.body.contains("Try again in a minute"),
            "{}",
            answer.body
        );
        world.store.mend();
    }
    world.store.break_calls(&["record_refusal"]);
    let refused = browser.post(&request, &[("decision", "deny")]).await;
    refused.expect(StatusCode::SERVICE_UNAVAILABLE);
    world.store.mend();
    let store = &world.followed;
    assert!(
        store
            .grants_of_user("bexio", world.anna.id)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        store
            .consents_of_user("bexio", world.anna.id, 9)
            .await
            .unwrap()
            .is_empty()
    );
}

/// The person revokes or reduces in another window while the answer is on its way: the
/// answer does not bring back what was taken, and the person sees the offer as it is now.
#[tokio::test]
async fn an_answer_to_an_offer_that_has_changed_is_asked_again() {
    let world = World::new("bexio").await;
    let client = world.add(world.app_client("ledgerly", CONTACTS)).await;
    let mut browser = world.annas_browser().await;
    let (_, grant) = world.consent(&client, CONTACTS, 1).await;
    let request = world.authorize(&client, CONTACTS, &[("prompt", "consent")]);
    let allow = [
        ("organisation", "muster"),
        ("allow.kb_invoice", "kb_invoice_show"),
        ("decision", "allow"),
    ];
    let deny = [("organisation", "muster"), ("decision", "deny")];
    let id = grant.id;
    let now = world.app.now();
    let (left, taken) = (scope("general kb_invoice_show"), scope("contact_edit"));
    world
        .store
        .before("record_consent", move |store| async move {
            let reduced = store.reduce_grant("bexio", id, &left, &taken, now).await;
            assert!(reduced.unwrap());
        });
    let answer = browser.post(&request, &allow).await;
    answer.expect(StatusCode::SEE_OTHER);
    assert_eq!(answer.location(), request);
    let stored = world.followed.grant("bexio", id).await.unwrap().unwrap();
    assert_eq!(stored.granted, scope("general kb_invoice_show"));

    for (call, form) in [
        ("record_refusal", deny.as_slice()),
        ("record_consent", allow.as_slice()),
    ] {
        let (_, grant) = world
            .consent(&client, CONTACTS, 2 + u8::from(call == "record_consent"))
            .await;
        world.store.before(call, move |store| async move {
            let reason = oauth::model::RevocationReason::ByUser;
            let revoked = store.revoke_grant("bexio", grant.id, reason, now).await;
            assert!(revoked.unwrap());
        });
        let answer = browser.post(&request, form).await;
        answer.expect(StatusCode::SEE_OTHER);
        assert_eq!(answer.location(), request, "{call}");
        let live = world.followed.grants_of_user("bexio", world.anna.id).await;
        assert!(live.unwrap().is_empty(), "{call}");
        browser.get(&request).await.expect(StatusCode::OK);
    }
}

#[tokio::test]
async fn an_apps_name_cannot_leave_its_place_on_the_page() {
    let world = World::new("bexio").await;
    let client = world.add(Client {
        name: "</h1><script>alert(1)</script>\u{202e}".to_owned(),
        maker: "\" autofocus onfocus=alert(1) x=\"".to_owned(),
        ..world.app_client("ledgerly", CONTACTS)
    });
    let client = client.await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, "contact_edit <script>alert(2)</script>", &[]);
    let page = browser.get(&request).await;
    page.expect(StatusCode::OK);
    assert!(
        !page.body.contains("<script") && !page.body.contains('\u{202e}'),
        "{}",
        page.body
    );
    assert!(
        !page.body.contains("onfocus=alert(1) x=\""),
        "{}",
        page.body
    );
    let secret = support::client_secret("ledgerly");
    assert!(!page.body.contains(secret.expose()));
    let policy = page.header("content-security-policy").unwrap();
    assert_eq!(
        policy,
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self' \
         https:; frame-ancestors 'none'; base-uri 'none'"
    );
    for (name, value) in [
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
    ] {
        assert_eq!(page.header(name), Some(value));
    }
}

#[tokio::test]
async fn pages_speak_the_readers_language() {
    let world = World::new("bexio").await;
    let client = world.add(world.app_client("ledgerly", CONTACTS)).await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, CONTACTS, &[]);
    browser.language = "de-CH,de;q=0.9,en;q=0.8";
    let page = browser.get(&request).await;
    assert!(
        page.body.contains("Zugriff erlauben") && page.body.contains("Kontakte"),
        "{}",
        page.body
    );
    let french = browser.get(&format!("{request}&ui_locales=fr-CH+de")).await;
    assert!(french.body.contains("Autoriser l’accès"), "{}", french.body);
    browser.language = "sv";
    let fallback = browser.get(&request).await;
    assert!(
        fallback.body.contains("<html lang=\"en\">"),
        "bexio does not speak Swedish"
    );
}

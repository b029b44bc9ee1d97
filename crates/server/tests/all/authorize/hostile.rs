//! Answers from elsewhere, late or to nobody, and names that would break out of a page.

use axum::http::StatusCode;
use oauth::model::Client;

use super::CONTACTS;
use crate::support::{self, World, audit, scope};

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
        let answer = browser.decide_from(&request, &form, from).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{from:?}");
    }
    let acts = world
        .followed
        .consents_of_user("bexio", world.anna.id, 9)
        .await
        .unwrap();
    assert!(acts.is_empty());
    let own = browser
        .decide_from(&request, &form, &[("sec-fetch-site", "same-origin")])
        .await;
    assert!(own.returned("code").is_some());
}

#[tokio::test]
async fn without_a_session_a_decision_counts_for_nothing() {
    let world = World::new("bexio").await;
    let client = world.add(world.app_client("ledgerly", CONTACTS)).await;
    let request = world.authorize(&client, CONTACTS, &[]);
    let form = [("allow.contact", "contact_edit"), ("decision", "allow")];
    let mut nobodys = world.browser();
    let asked = nobodys.get(&request).await;
    let login = asked.location();
    assert!(login.starts_with("/bexio/login?"));
    let page = super::next_of(&nobodys.get(login).await);
    let answer = nobodys.post(&page, &form).await;
    assert_eq!(answer.location(), login);
    let mut browser = world.annas_browser().await;
    browser
        .decide(&request, &[("decision", "perhaps")])
        .await
        .expect(StatusCode::BAD_REQUEST);
    browser
        .decide(&request, &[])
        .await
        .expect(StatusCode::BAD_REQUEST);
    let huge = "x".repeat(270_000);
    browser
        .decide(&request, &[("decision", "allow"), ("x", &huge)])
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
        let answer = browser.decide(&request, &form).await;
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
    let refused = browser.decide(&request, &[("decision", "deny")]).await;
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
    let read = grant.clone();
    let now = world.app.now();
    let (left, taken) = (scope("general kb_invoice_show"), scope("contact_edit"));
    world
        .store
        .before("record_consent", move |store| async move {
            let reduced = store.reduce_grant(&read, &left, &taken, now, audit());
            let reduced = reduced.await;
            assert!(reduced.unwrap());
        });
    let answer = browser.decide(&request, &allow).await;
    answer.expect(StatusCode::SEE_OTHER);
    assert!(browser.page_of(&answer).is_some());
    let stored = world
        .followed
        .grant("bexio", grant.id)
        .await
        .unwrap()
        .unwrap();
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
            let revoked = store
                .revoke_grant("bexio", grant.id, reason, now, audit())
                .await;
            assert!(revoked.unwrap());
        });
        let answer = browser.decide(&request, form).await;
        answer.expect(StatusCode::SEE_OTHER);
        assert!(browser.page_of(&answer).is_some(), "{call}");
        let live = world.followed.grants_of_user("bexio", world.anna.id).await;
        assert!(live.unwrap().is_empty(), "{call}");
        browser.open(&request).await.expect(StatusCode::OK);
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
    let page = browser.open(&request).await;
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
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
         frame-ancestors 'none'; base-uri 'none'"
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
    let page = browser.open(&request).await;
    assert!(
        page.body.contains("Zugriff erlauben") && page.body.contains("Kontakte"),
        "{}",
        page.body
    );
    let french = browser
        .open(&format!("{request}&ui_locales=fr-CH+de"))
        .await;
    assert!(french.body.contains("Autoriser l’accès"), "{}", french.body);
    browser.language = "sv";
    let fallback = browser.open(&request).await;
    assert!(
        fallback.body.contains("<html lang=\"en\">"),
        "bexio does not speak Swedish"
    );
}

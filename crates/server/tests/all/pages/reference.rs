//! The reference of scopes.

use axum::http::StatusCode;

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

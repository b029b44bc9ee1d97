//! Consent as the four documents describe it, with the catalogs that ship.

use crate::support::{approval, at, client, now, scope, shipped, state};
use oauth::consent::{Choice, ConsentDecision, Locked, Offer, RowChoice, decide, offer};
use oauth::error::{ErrorCode, OAuthError};
use oauth::model::{Approval, Client};
use oauth::response::{ResponseContext, TokenResponse};
use oauth::secret::{SecretKind, generate};
use scope::{Catalog, Scope, WithheldReason};

fn ask(catalog: &Catalog, client: &Client, asked: &str) -> Offer {
    offer(
        catalog,
        client,
        &state(catalog, client),
        &catalog.requested(scope(asked)),
        None,
        None,
        now(),
    )
}

fn answer(catalog: &Catalog, offer: &Offer, allowed: &str) -> Result<ConsentDecision, OAuthError> {
    let allowed = allowed.split_whitespace().map(str::to_owned).collect();
    decide(catalog, offer, &Choice { allowed })
}

#[test]
fn bexio_the_user_removes_a_scope_and_the_app_sees_it_in_the_answer() {
    let catalog = shipped("bexio");
    let offer = ask(&catalog, &client(&catalog), "contact_show task_show");
    let decision = answer(&catalog, &offer, "contact_show").unwrap();
    assert_eq!(decision.granted, scope("general contact_show"));
    assert_eq!(decision.refused, scope("task_show"));
    let response = TokenResponse {
        access_token: generate(SecretKind::AccessToken, [1; 32]),
        expires_in: catalog.token_policy().access_ttl,
        scope: decision.granted,
        refresh_token: None,
        withheld: decision.withheld,
        refused: decision.refused,
        reduced: Scope::empty(),
    };
    let body = serde_json::from_slice::<serde_json::Value>(
        &response.json(&catalog, &ResponseContext::default()),
    )
    .unwrap();
    assert_eq!(body["scope"], "general contact_show");
    assert_eq!(body["scope_withheld"][0]["scope"], "task_show");
    assert_eq!(body["scope_withheld"][0]["reason"], "refused");
}

#[test]
fn bexio_edit_brings_show_and_can_be_answered_with_it() {
    let catalog = shipped("bexio");
    let offer = ask(&catalog, &client(&catalog), "contact_edit kb_invoice_show");
    assert_eq!(offer.rows.len(), 2);
    assert!(offer.rows.iter().all(|row| row.choice == RowChoice::Levels));
    let all = answer(&catalog, &offer, "contact_edit kb_invoice_show").unwrap();
    assert_eq!(
        all.granted,
        scope("general contact_show contact_edit kb_invoice_show")
    );
    let view = answer(&catalog, &offer, "contact_show").unwrap();
    assert_eq!(view.granted, scope("general contact_show"));
    assert_eq!(view.refused, scope("contact_edit kb_invoice_show"));
    assert_eq!(
        answer(&catalog, &offer, "").unwrap_err().code,
        ErrorCode::AccessDenied
    );
}

#[test]
fn bexio_general_is_never_a_choice_and_need_not_be_asked_for() {
    let catalog = shipped("bexio");
    for asked in [
        "article_show",
        "article_show general",
        "general article_show",
    ] {
        let offer = ask(&catalog, &client(&catalog), asked);
        assert_eq!(offer.rows.len(), 1, "{asked}");
        assert_eq!(
            answer(&catalog, &offer, "article_show")
                .unwrap()
                .granted
                .to_string(),
            "general article_show"
        );
    }
}

#[test]
fn freshbooks_is_all_or_nothing() {
    let catalog = shipped("freshbooks");
    let app = "user:profile:read user:projects:read user:clients:read user:billable_items:read user:time_entries:read user:time_entries:write";
    let offer = ask(&catalog, &client(&catalog), app);
    assert!(
        offer
            .rows
            .iter()
            .flat_map(|row| &row.items)
            .all(|item| item.locked == Some(Locked::AllOrNothing))
    );
    let decision = answer(&catalog, &offer, app).unwrap();
    let mut granted: Vec<&str> = decision.granted.iter().collect();
    let mut asked: Vec<&str> = app.split(' ').collect();
    granted.sort_unstable();
    asked.sort_unstable();
    assert_eq!(granted, asked);
    let part = app.replace("user:time_entries:write", "");
    assert_eq!(
        answer(&catalog, &offer, &part).unwrap_err().code,
        ErrorCode::InvalidRequest
    );
    assert_eq!(
        answer(&catalog, &offer, "").unwrap_err().code,
        ErrorCode::AccessDenied
    );
}

#[test]
fn freshbooks_writing_does_not_bring_reading() {
    let catalog = shipped("freshbooks");
    let offer = ask(&catalog, &client(&catalog), "user:clients:write");
    let decision = answer(&catalog, &offer, "user:clients:write").unwrap();
    assert_eq!(decision.granted.to_string(), "user:clients:write");
}

#[test]
fn bokio_required_scopes_are_locked_and_optional_ones_free() {
    let catalog = shipped("bokio");
    let app = Client {
        optional_scope: scope("uploads:write"),
        ..client(&catalog)
    };
    let offer = ask(&catalog, &app, "journal-entries:read uploads:write");
    let locked: Vec<bool> = offer
        .rows
        .iter()
        .flat_map(|row| &row.items)
        .map(|item| item.locked.is_some())
        .collect();
    assert_eq!(locked, [true, false]);
    assert_eq!(
        answer(&catalog, &offer, "journal-entries:read")
            .unwrap()
            .granted,
        scope("journal-entries:read")
    );
    assert_eq!(
        answer(&catalog, &offer, "uploads:write").unwrap_err().code,
        ErrorCode::InvalidRequest
    );
}

#[test]
fn bokio_bank_payments_need_kind_contract_review_and_an_unexpired_approval() {
    let catalog = shipped("bokio");
    let asked = catalog.requested(scope(
        "bank-payments:read-limited bank-payments:write invoices:read",
    ));
    let elevation = &catalog.elevations()[0];
    let full = Approval {
        elevation: elevation.name.clone(),
        evidence: elevation
            .evidence
            .iter()
            .map(|item| (item.clone(), "ref".to_owned()))
            .collect(),
        ..approval(&catalog)
    };
    let offered = |client: &Client, approval: Option<Approval>, at| {
        let state = client.state(&catalog, approval.as_slice());
        let offer = offer(&catalog, client, &state, &asked, None, None, at);
        (offer.rows.len(), offer.withheld.len())
    };
    let public = client(&catalog);
    assert_eq!(offered(&public, Some(full.clone()), now()), (2, 0));
    assert_eq!(offered(&public, None, now()), (1, 2));
    assert_eq!(offered(&public, Some(full.clone()), at(3_600)), (1, 2));
    let private = Client {
        kind: "private-integration".to_owned(),
        ..client(&catalog)
    };
    assert_eq!(offered(&private, Some(full.clone()), now()), (1, 2));
    for missing in &elevation.evidence {
        let mut part = full.clone();
        part.evidence.remove(missing);
        assert_eq!(
            offered(&public, Some(part), now()),
            (1, 2),
            "without {missing}"
        );
    }
}

#[test]
fn stora_reading_and_writing_are_two_boxes_and_required_unless_marked() {
    let catalog = shipped("stora");
    let offer = ask(
        &catalog,
        &client(&catalog),
        "public.contact:write public.contact:read",
    );
    assert_eq!(
        (offer.rows.len(), offer.rows[0].choice),
        (1, RowChoice::Boxes)
    );
    assert_eq!(
        answer(&catalog, &offer, "public.contact:read")
            .unwrap_err()
            .code,
        ErrorCode::InvalidRequest
    );
    let app = Client {
        optional_scope: scope("public.contact:write"),
        ..client(&catalog)
    };
    let offer = ask(&catalog, &app, "public.contact:write public.contact:read");
    let decision = answer(&catalog, &offer, "public.contact:read").unwrap();
    assert_eq!(decision.granted.to_string(), "public.contact:read");
    assert_eq!(decision.refused.to_string(), "public.contact:write");
}

#[test]
fn a_scope_of_another_provider_is_unknown_and_told() {
    let catalog = shipped("stora");
    let offer = ask(
        &catalog,
        &client(&catalog),
        "public.contact:read contact_show",
    );
    assert_eq!(offer.withheld[0].scope, "contact_show");
    assert_eq!(offer.withheld[0].reason, WithheldReason::Unknown);
}

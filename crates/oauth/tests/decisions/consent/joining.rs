//! How an act joins what stands.

use super::{answer, asks, shown};
use crate::support::{any, client, grant, now, scope, state};
use oauth::consent::{merge, offer};
use oauth::model::{GrantStatus, RevocationReason};

fn merged(
    standing: Option<(&str, &str)>,
    asked: &str,
    granted: &str,
    refused: &str,
) -> [String; 3] {
    let catalog = any();
    let standing = standing.map(|(granted, refused)| grant(&catalog, granted, refused));
    let request = asks(&catalog, asked);
    let client = client(&catalog);
    let state = state(&catalog, &client);
    let offer = offer(
        &catalog,
        &client,
        &state,
        &request,
        None,
        standing.as_ref(),
        now(),
    );
    let decision = answer(&catalog, &offer, granted).unwrap();
    assert_eq!(decision.refused, scope(refused));
    let merged = merge(&catalog, standing.as_ref(), &request, &decision);
    [
        merged.granted.to_string(),
        merged.refused.to_string(),
        merged.requested.to_string(),
    ]
}

#[test]
fn an_act_replaces_earlier_answers_for_what_it_decided_and_leaves_the_rest() {
    assert_eq!(
        merged(None, "contact_edit nope", "contact_show", "contact_edit"),
        ["general contact_show", "contact_edit", "contact_edit nope"]
    );
    assert_eq!(
        merged(
            Some(("general invoice_show", "contact_edit")),
            "contact_edit",
            "contact_edit",
            ""
        ),
        [
            "general contact_show contact_edit invoice_show",
            "",
            "general contact_edit invoice_show"
        ]
    );
    // Refusing to show takes the edit that would bring it.
    assert_eq!(
        merged(
            Some(("general contact_show contact_edit", "")),
            "contact_show invoice_show",
            "invoice_show",
            "contact_show"
        )[..2],
        ["general invoice_show", "contact_show"]
    );
}

#[test]
fn a_new_consent_gives_back_what_was_taken_off() {
    let catalog = any();
    let mut standing = grant(&catalog, "general contact_show", "");
    standing.reduced = scope("contact_edit invoice_show");
    let request = asks(&catalog, "contact_edit");
    let client = client(&catalog);
    let state = state(&catalog, &client);
    let offer = offer(
        &catalog,
        &client,
        &state,
        &request,
        None,
        Some(&standing),
        now(),
    );
    let decision = answer(&catalog, &offer, "contact_edit").unwrap();
    let merged = merge(&catalog, Some(&standing), &request, &decision);
    assert_eq!(merged.granted, scope("general contact_show contact_edit"));
    assert_eq!(merged.reduced, scope("invoice_show"));
}

#[test]
fn an_ended_grant_leaves_nothing_behind() {
    let catalog = any();
    let mut ended = grant(
        &catalog,
        "general invoice_edit invoice_show",
        "contact_edit",
    );
    ended.status = GrantStatus::Revoked {
        at: now(),
        reason: RevocationReason::ByUser,
    };
    let request = asks(&catalog, "contact_edit");
    let client = client(&catalog);
    let state = state(&catalog, &client);
    let offer = offer(
        &catalog,
        &client,
        &state,
        &request,
        None,
        Some(&ended),
        now(),
    );
    assert_eq!(
        shown(&catalog, &offer),
        ["levels: (contact_show) contact_edit"]
    );
    let decision = answer(&catalog, &offer, "contact_show").unwrap();
    let merged = merge(&catalog, Some(&ended), &request, &decision);
    assert_eq!(merged.granted, scope("general contact_show"));
}

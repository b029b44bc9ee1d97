//! Approvals of elevated scopes: each condition is needed, each loss counts at once.

use crate::support::{any, approval, at, client, now, optional, scope, set, state};
use oauth::client_state::ClientState;
use oauth::effective;
use oauth::model::{Approval, Client};
use scope::{Scope, WithheldReason};

#[test]
fn an_approval_is_live_only_with_everything_it_needs() {
    type Change = fn(&mut Approval, &mut Client);
    let table: [(&str, Change, bool); 12] = [
        ("as it is", |_, _| {}, true),
        (
            "without end",
            |approval, _| approval.expires_at = None,
            true,
        ),
        (
            "other elevation",
            |approval, _| approval.elevation = "bank".to_owned(),
            false,
        ),
        (
            "no contract",
            |approval, _| drop(approval.evidence.remove("contract")),
            false,
        ),
        (
            "blank contract",
            |approval, _| {
                drop(
                    approval
                        .evidence
                        .insert("contract".to_owned(), " \t".to_owned()),
                )
            },
            false,
        ),
        (
            "no review",
            |approval, _| drop(approval.evidence.remove("review")),
            false,
        ),
        (
            "no reviewer",
            |approval, _| approval.reviewer = " ".to_owned(),
            false,
        ),
        (
            "withdrawn",
            |approval, _| approval.withdrawn_at = Some(at(5_000)),
            false,
        ),
        (
            "expires now",
            |approval, _| approval.expires_at = Some(now()),
            false,
        ),
        (
            "other client",
            |approval, _| approval.client = "other".to_owned(),
            false,
        ),
        (
            "other realm",
            |approval, _| approval.realm = "other".to_owned(),
            false,
        ),
        (
            "other kind of client",
            |_, client| client.kind = "private".to_owned(),
            false,
        ),
    ];
    let catalog = optional();
    for (name, change, live) in table {
        let (mut approval, mut client) = (approval(&catalog), client(&catalog));
        change(&mut approval, &mut client);
        let state = ClientState::new(&catalog, &client, vec![approval]);
        assert_eq!(
            state.live_elevations(&catalog, now()).count(),
            usize::from(live),
            "{name}"
        );
        let approved = state.approved(&catalog, now());
        assert_eq!(
            approved.contains(catalog.find("payments:write").unwrap()),
            live,
            "{name}"
        );
        assert!(
            approved.contains(catalog.find("invoices:read").unwrap()),
            "{name}"
        );
    }
}

#[test]
fn approvals_end_on_the_second_and_the_next_end_is_known() {
    let catalog = optional();
    let earlier = Approval {
        expires_at: Some(at(10)),
        withdrawn_at: Some(now()),
        ..approval(&catalog)
    };
    let endless = Approval {
        expires_at: None,
        ..approval(&catalog)
    };
    let state = ClientState::new(
        &catalog,
        &client(&catalog),
        vec![approval(&catalog), earlier, endless],
    );
    assert_eq!(state.next_expiry(now()), Some(at(3_600)));
    assert_eq!(state.next_expiry(at(3_600)), None);
    let only = ClientState::new(&catalog, &client(&catalog), vec![approval(&catalog)]);
    assert_eq!(only.live_elevations(&catalog, at(3_599)).count(), 1);
    assert_eq!(only.live_elevations(&catalog, at(3_600)).count(), 0);
}

#[test]
fn the_ceiling_is_expanded_and_has_the_defaults() {
    let catalog = any();
    let client = Client {
        registered_scope: scope("contact_edit nope"),
        ..client(&catalog)
    };
    let state = ClientState::new(&catalog, &client, Vec::new());
    assert_eq!(
        state.ceiling.set(),
        &set(&catalog, "general contact_show contact_edit")
    );
}

#[test]
fn effective_is_never_more_than_any_limit_and_says_why() {
    let catalog = any();
    let client = Client {
        registered_scope: scope("contact_edit old_show invoice_show"),
        ..client(&catalog)
    };
    let state = state(&catalog, &client);
    let granted = catalog.granted(&scope("contact_edit invoice_edit old_show"));
    let rights = set(&catalog, "general contact_edit contact_show");
    let (within, withheld) = effective(&catalog, &granted, &state, Some(&rights), now());
    assert_eq!(
        catalog.scope_of(&within),
        scope("general contact_show contact_edit")
    );
    let told: Vec<(&str, WithheldReason)> = withheld
        .iter()
        .map(|withheld| (withheld.scope.as_str(), withheld.reason))
        .collect();
    assert_eq!(
        told,
        [
            ("invoice_show", WithheldReason::RightMissing),
            ("invoice_edit", WithheldReason::NotRegistered),
            ("old_show", WithheldReason::Retired),
        ]
    );
    let nobody = Client {
        registered_scope: Scope::empty(),
        ..client
    };
    let state = ClientState::new(&catalog, &nobody, Vec::new());
    let (within, _) = effective(&catalog, &granted, &state, None, now());
    assert_eq!(catalog.scope_of(&within), scope("general"));
}

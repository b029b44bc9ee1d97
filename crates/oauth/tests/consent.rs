//! Offers and decisions with small catalogs, one for each decline policy.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests fail by panicking"
)]

mod support;

use oauth::authorization::{AuthorizationRequest, Prompt};
use oauth::client_state::ClientState;
use oauth::consent::{
    Choice, ConsentDecision, Locked, Offer, RowChoice, decide, from_standing, merge, needs_consent,
    offer,
};
use oauth::error::{ErrorCode, OAuthError};
use oauth::model::{Client, Grant, GrantStatus, RevocationReason, Withheld};
use oauth::policy::{RealmPolicy, UnknownScope};
use scope::{Catalog, RequestedScope, ScopeSet, WithheldReason};
use support::{any, approval, client, grant, none, now, optional, public, scope, set, state};

fn asks(catalog: &Catalog, text: &str) -> RequestedScope {
    catalog.requested(scope(text))
}

/// What an offer shows: `name` for a requested scope, `(name)` for a narrower answer,
/// `!` locked, `-` greyed, `~` off at first, `*` new.
fn shown(catalog: &Catalog, offer: &Offer) -> Vec<String> {
    let name = |id| catalog.scope(id).unwrap().name.clone();
    offer
        .rows
        .iter()
        .map(|row| {
            let items: Vec<String> = row
                .items
                .iter()
                .map(|item| {
                    let mut text = if item.requested {
                        name(item.scope)
                    } else {
                        format!("({})", name(item.scope))
                    };
                    let marks = [
                        (item.locked.is_some(), '!'),
                        (item.withheld.is_some(), '-'),
                        (!item.checked && item.withheld.is_none(), '~'),
                        (item.is_new, '*'),
                    ];
                    text.extend(
                        marks
                            .into_iter()
                            .filter(|(on, _)| *on)
                            .map(|(_, mark)| mark),
                    );
                    text
                })
                .collect();
            format!(
                "{}: {}",
                if row.choice == RowChoice::Levels {
                    "levels"
                } else {
                    "boxes"
                },
                items.join(" ")
            )
        })
        .collect()
}

fn offered(catalog: &Catalog, client: &Client, asked: &str, rights: Option<&ScopeSet>) -> Offer {
    offer(
        catalog,
        &state(catalog, client),
        &asks(catalog, asked),
        rights,
        None,
        now(),
    )
}

fn answer(catalog: &Catalog, offer: &Offer, allowed: &str) -> Result<ConsentDecision, OAuthError> {
    let allowed = allowed.split_whitespace().map(str::to_owned).collect();
    decide(catalog, offer, &Choice { allowed })
}

fn withheld(scope: &str, reason: WithheldReason) -> Withheld {
    Withheld {
        scope: scope.to_owned(),
        reason,
    }
}

// --- any scope may be struck ---

#[test]
fn an_edit_request_can_be_answered_with_view_only() {
    let catalog = any();
    let offer = offered(
        &catalog,
        &client(&catalog),
        "contact_edit invoice_show",
        None,
    );
    assert_eq!(
        shown(&catalog, &offer),
        [
            "levels: (contact_show) contact_edit",
            "levels: invoice_show"
        ]
    );
    assert_eq!(
        catalog.names(&offer.always.iter().copied().collect()),
        ["general"]
    );

    let all = answer(&catalog, &offer, "contact_edit invoice_show").unwrap();
    assert_eq!(
        all.granted,
        scope("general contact_show contact_edit invoice_show")
    );
    assert!(all.refused.is_empty());

    let view = answer(&catalog, &offer, "contact_show").unwrap();
    assert_eq!(view.granted, scope("general contact_show"));
    assert_eq!(view.refused, scope("contact_edit invoice_show"));
}

#[test]
fn everything_struck_is_access_denied_though_a_default_would_remain() {
    let catalog = any();
    for asked in ["contact_edit", "contact_edit general"] {
        let offer = offered(&catalog, &client(&catalog), asked, None);
        assert!(!offer.nothing_left);
        for allowed in ["", "general", "nope", "invoice_show", "old_show"] {
            assert_eq!(
                answer(&catalog, &offer, allowed).unwrap_err().code,
                ErrorCode::AccessDenied
            );
        }
    }
}

#[test]
fn a_default_alone_is_granted_without_a_choice() {
    let catalog = any();
    let offer = offered(&catalog, &client(&catalog), "general", None);
    assert!(offer.rows.is_empty() && !offer.nothing_left);
    assert_eq!(
        answer(&catalog, &offer, "").unwrap().granted,
        scope("general")
    );
}

#[test]
fn nothing_offerable_is_an_invalid_scope_that_says_why() {
    let catalog = any();
    let narrow = Client {
        registered_scope: scope("contact_show"),
        ..client(&catalog)
    };
    let offer = offered(&catalog, &narrow, "nope old_show invoice_show", None);
    assert!(offer.nothing_left);
    let error = answer(&catalog, &offer, "invoice_show").unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidScope);
    assert_eq!(
        error.description,
        "nothing of the requested scope can be granted: nope (unknown), old_show (not-registered), invoice_show (not-registered)"
            .replace("old_show (not-registered)", "old_show (retired)")
    );
    assert_eq!(
        from_standing(&catalog, &offer, &grant(&catalog, "invoice_show", ""))
            .unwrap_err()
            .code,
        ErrorCode::InvalidScope
    );
}

#[test]
fn what_is_withheld_is_told_in_the_order_it_was_asked() {
    let catalog = any();
    let narrow = Client {
        registered_scope: scope("contact_edit old_show"),
        ..client(&catalog)
    };
    let rights = set(&catalog, "general contact_show");
    let offer = offered(
        &catalog,
        &narrow,
        "invoice_edit zzz contact_edit old_show general",
        Some(&rights),
    );
    assert_eq!(
        offer.withheld,
        [
            withheld("invoice_edit", WithheldReason::NotRegistered),
            withheld("zzz", WithheldReason::Unknown),
            withheld("contact_edit", WithheldReason::RightMissing),
            withheld("old_show", WithheldReason::Retired),
        ]
    );
    // The person may view: that is what is left of the request to edit, with the rest greyed.
    assert_eq!(
        shown(&catalog, &offer),
        ["levels: (contact_show) contact_edit-"]
    );
    let decision = answer(&catalog, &offer, "contact_edit contact_show").unwrap();
    assert_eq!(decision.granted, scope("general contact_show"));
    assert_eq!(decision.withheld, offer.withheld);
    assert!(decision.refused.is_empty());
}

#[test]
fn a_realm_may_reject_instead_of_clamping() {
    let of_client = [
        withheld("a", WithheldReason::Unknown),
        withheld("b", WithheldReason::RightMissing),
    ];
    let of_person = [withheld("b", WithheldReason::RightMissing)];
    let clamp = RealmPolicy::default();
    let reject = RealmPolicy {
        unknown_scope: UnknownScope::Reject,
    };
    assert!(clamp.accept(&of_client).is_ok());
    assert!(reject.accept(&of_person).is_ok());
    let error = reject.accept(&of_client).unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidScope);
    assert!(error.description.ends_with(": a (unknown)"), "{error}");
}

#[test]
fn a_person_who_lost_every_right_is_offered_nothing() {
    let catalog = any();
    let offer = offered(
        &catalog,
        &client(&catalog),
        "contact_edit general",
        Some(&ScopeSet::empty()),
    );
    assert!(offer.nothing_left && offer.always.is_empty());
}

// --- the client marks what is optional ---

#[test]
fn required_scopes_are_locked_and_optional_ones_are_not() {
    let catalog = optional();
    let client = Client {
        optional_scope: scope("invoices:write"),
        ..client(&catalog)
    };
    let offer = offered(&catalog, &client, "invoices:write invoices:read", None);
    assert_eq!(
        shown(&catalog, &offer),
        ["boxes: invoices:read! invoices:write"]
    );
    assert_eq!(offer.rows[0].items[0].locked, Some(Locked::RequiredByApp));
    assert_eq!(
        answer(&catalog, &offer, "invoices:read").unwrap().refused,
        scope("invoices:write")
    );
    assert_eq!(
        answer(&catalog, &offer, "").unwrap_err().code,
        ErrorCode::AccessDenied
    );
    let error = answer(&catalog, &offer, "invoices:write").unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidRequest);
    assert!(error.description.contains("invoices:read"), "{error}");
}

#[test]
fn write_alone_is_write_alone_where_nothing_is_implied() {
    let catalog = optional();
    let offer = offered(&catalog, &client(&catalog), "invoices:write", None);
    assert_eq!(shown(&catalog, &offer), ["boxes: invoices:write!"]);
    assert_eq!(
        answer(&catalog, &offer, "invoices:write").unwrap().granted,
        scope("invoices:write")
    );
}

#[test]
fn elevated_scopes_are_offered_only_with_a_live_approval() {
    let catalog = optional();
    let request = asks(&catalog, "payments:write invoices:read");
    let client = client(&catalog);
    let without = offer(
        &catalog,
        &state(&catalog, &client),
        &request,
        None,
        None,
        now(),
    );
    assert_eq!(shown(&catalog, &without), ["boxes: invoices:read!"]);
    assert_eq!(
        without.withheld,
        [withheld(
            "payments:write",
            WithheldReason::ElevationNotApproved
        )]
    );
    let approved = ClientState::new(&catalog, &client, vec![approval(&catalog)]);
    let with = offer(&catalog, &approved, &request, None, None, now());
    assert_eq!(
        shown(&catalog, &with),
        ["boxes: invoices:read!", "boxes: payments:write!"]
    );
    assert!(with.rows[1].items[0].elevated && !with.rows[0].items[0].elevated);
}

#[test]
fn a_required_scope_the_person_has_no_right_to_does_not_block_the_rest() {
    let catalog = optional();
    let rights = set(&catalog, "invoices:read");
    let offer = offered(
        &catalog,
        &client(&catalog),
        "invoices:read invoices:write",
        Some(&rights),
    );
    assert_eq!(
        shown(&catalog, &offer),
        ["boxes: invoices:read! invoices:write-"]
    );
    assert_eq!(
        answer(&catalog, &offer, "invoices:read").unwrap().granted,
        scope("invoices:read")
    );
}

// --- all or nothing ---

#[test]
fn all_or_nothing_takes_no_part() {
    let catalog = none();
    let offer = offered(
        &catalog,
        &client(&catalog),
        "profile:read invoices:read invoices:write",
        None,
    );
    assert_eq!(
        shown(&catalog, &offer),
        ["boxes: invoices:read! invoices:write!"]
    );
    assert_eq!(offer.rows[0].items[0].locked, Some(Locked::AllOrNothing));
    assert_eq!(
        catalog.names(&offer.always.iter().copied().collect()),
        ["profile:read"]
    );
    let all = answer(&catalog, &offer, "invoices:read invoices:write").unwrap();
    assert_eq!(
        all.granted,
        scope("invoices:read invoices:write profile:read")
    );
    assert_eq!(
        answer(&catalog, &offer, "invoices:read").unwrap_err().code,
        ErrorCode::InvalidRequest
    );
    assert_eq!(
        answer(&catalog, &offer, "").unwrap_err().code,
        ErrorCode::AccessDenied
    );
    assert_eq!(
        answer(&catalog, &offer, "profile:read").unwrap_err().code,
        ErrorCode::AccessDenied
    );
}

#[test]
fn a_default_of_new_clients_is_not_given_to_who_did_not_ask() {
    let catalog = none();
    let offer = offered(&catalog, &client(&catalog), "invoices:read", None);
    assert!(offer.always.is_empty());
    assert_eq!(
        answer(&catalog, &offer, "invoices:read").unwrap().granted,
        scope("invoices:read")
    );
    let unregistered = Client {
        registered_scope: scope("invoices:read"),
        ..client(&catalog)
    };
    let offer = offered(&catalog, &unregistered, "profile:read invoices:read", None);
    assert!(offer.always.is_empty());
    assert_eq!(
        offer.withheld,
        [withheld("profile:read", WithheldReason::NotRegistered)]
    );
}

// --- remembering ---

struct Again {
    catalog: Catalog,
    client: Client,
    standing: Grant,
}

impl Again {
    fn new(granted: &str, refused: &str) -> Self {
        let catalog = any();
        Self {
            client: client(&catalog),
            standing: grant(&catalog, granted, refused),
            catalog,
        }
    }

    fn offer(&self, asked: &str) -> Offer {
        let state = state(&self.catalog, &self.client);
        offer(
            &self.catalog,
            &state,
            &asks(&self.catalog, asked),
            None,
            Some(&self.standing),
            now(),
        )
    }

    fn asks_again(&self, asked: &str) -> bool {
        self.asks_again_at(asked, "https://app.example/cb", Prompt::default())
    }

    fn asks_again_at(&self, asked: &str, redirect_uri: &str, prompt: Prompt) -> bool {
        let request = AuthorizationRequest {
            client_id: self.client.id.clone(),
            redirect_uri: redirect_uri.to_owned(),
            redirect_uri_given: None,
            state: None,
            code_challenge: None,
            scope: asks(&self.catalog, asked),
            prompt,
            organisation: None,
            login_hint: None,
            ui_locales: Vec::new(),
            resources: Vec::new(),
        };
        let state = state(&self.catalog, &self.client);
        needs_consent(
            &self.catalog,
            &state,
            &self.offer(asked),
            &request,
            Some(&self.standing),
        )
    }
}

#[test]
fn who_has_decided_about_everything_is_not_asked_again() {
    let again = Again::new("general contact_show", "contact_edit invoice_show");
    for asked in [
        "contact_show",
        "contact_edit",
        "contact_edit invoice_show",
        "contact_show general",
        "contact_show nope",
    ] {
        assert!(!again.asks_again(asked), "{asked}");
    }
    let remembered = from_standing(
        &again.catalog,
        &again.offer("contact_edit invoice_show"),
        &again.standing,
    )
    .unwrap();
    assert_eq!(remembered.granted, scope("general contact_show"));
    assert_eq!(remembered.refused, scope("contact_edit invoice_show"));
}

#[test]
fn anything_new_is_asked_and_marked() {
    let again = Again::new("general contact_show", "invoice_show");
    for asked in [
        "contact_edit",
        "contact_show contact_edit",
        "contact_show invoice_edit",
    ] {
        assert!(again.asks_again(asked), "{asked}");
    }
    let offer = again.offer("contact_edit invoice_edit");
    assert_eq!(
        shown(&again.catalog, &offer),
        [
            "levels: (contact_show) contact_edit*",
            "levels: (invoice_show)~ invoice_edit*"
        ]
    );
}

#[test]
fn who_refused_all_that_is_asked_now_is_asked_again() {
    let again = Again::new("general contact_show", "invoice_show invoice_edit");
    assert!(again.asks_again("invoice_edit"));
    let error = from_standing(
        &again.catalog,
        &again.offer("invoice_edit"),
        &again.standing,
    )
    .unwrap_err();
    assert_eq!(error.code, ErrorCode::AccessDenied);
}

#[test]
fn other_reasons_to_ask_again() {
    let mut again = Again::new("general contact_show", "");
    assert!(!again.asks_again("contact_show"));
    let consent = Prompt {
        consent: true,
        ..Prompt::default()
    };
    assert!(again.asks_again_at("contact_show", "https://app.example/cb", consent));
    again.standing.catalog_version = "0".to_owned();
    assert!(again.asks_again("contact_show"));
    let mut again = Again::new("general contact_show", "");
    again.standing.status = GrantStatus::Revoked {
        at: now(),
        reason: RevocationReason::ByUser,
    };
    assert!(again.asks_again("contact_show"));
    let again = Again::new("general contact_show", "");
    let request = asks(&again.catalog, "contact_show");
    let state = state(&again.catalog, &again.client);
    let offer = offer(&again.catalog, &state, &request, None, None, now());
    assert!(
        offer.rows[0]
            .items
            .iter()
            .all(|item| !item.is_new && !item.refused_before)
    );
}

#[test]
fn a_public_client_anybody_could_pose_as_is_always_asked_about() {
    let mut again = Again::new("general contact_show", "");
    let open = [
        "http://127.0.0.1:5000/cb",
        "http://[::1]/cb",
        "http://localhost/cb",
        "com.example.app:/cb",
    ];
    for redirect_uri in open {
        assert!(
            !again.asks_again_at("contact_show", redirect_uri, Prompt::default()),
            "{redirect_uri}"
        );
    }
    again.client = public(&again.catalog);
    for redirect_uri in open {
        assert!(
            again.asks_again_at("contact_show", redirect_uri, Prompt::default()),
            "{redirect_uri}"
        );
    }
    assert!(!again.asks_again_at("contact_show", "https://app.example/cb", Prompt::default()));
}

#[test]
fn what_was_taken_back_counts_as_refused() {
    let mut again = Again::new("general contact_show", "");
    again.standing.reduced = scope("contact_edit");
    assert!(!again.asks_again("contact_edit"));
    assert_eq!(
        shown(&again.catalog, &again.offer("contact_edit")),
        ["levels: (contact_show) contact_edit~"]
    );
}

#[test]
fn a_scope_the_app_now_requires_is_asked_again_though_it_was_refused() {
    let catalog = optional();
    let again = Again {
        client: client(&catalog),
        standing: grant(&catalog, "invoices:read", "invoices:write"),
        catalog,
    };
    assert!(again.asks_again("invoices:read invoices:write"));
    let lenient = Again {
        client: Client {
            optional_scope: scope("invoices:write"),
            ..again.client
        },
        ..again
    };
    assert!(!lenient.asks_again("invoices:read invoices:write"));
}

// --- joining what stands ---

fn merged(
    standing: Option<(&str, &str)>,
    asked: &str,
    granted: &str,
    refused: &str,
) -> [String; 3] {
    let catalog = any();
    let standing = standing.map(|(granted, refused)| grant(&catalog, granted, refused));
    let request = asks(&catalog, asked);
    let state = state(&catalog, &client(&catalog));
    let offer = offer(&catalog, &state, &request, None, standing.as_ref(), now());
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
            "contact_edit invoice_show"
        ]
        .map(|text| {
            if text == "contact_edit invoice_show" {
                "general contact_edit invoice_show".to_owned()
            } else {
                text.to_owned()
            }
        })
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
    let state = state(&catalog, &client(&catalog));
    let offer = offer(&catalog, &state, &request, None, Some(&standing), now());
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
    let state = state(&catalog, &client(&catalog));
    let offer = offer(&catalog, &state, &request, None, Some(&ended), now());
    assert_eq!(
        shown(&catalog, &offer),
        ["levels: (contact_show) contact_edit"]
    );
    let decision = answer(&catalog, &offer, "contact_show").unwrap();
    let merged = merge(&catalog, Some(&ended), &request, &decision);
    assert_eq!(merged.granted, scope("general contact_show"));
}

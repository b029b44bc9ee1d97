//! Who is asked again, and who is not.

use super::{answer, asks, shown};
use crate::support::{any, at, client, grant, now, optional, public, scope, set, shipped, state};
use oauth::authorization::{AuthorizationRequest, Prompt};
use oauth::consent::{Choice, Offer, from_standing, needs_consent, offer, refused};
use oauth::error::ErrorCode;
use oauth::model::{Client, Grant, GrantStatus, RevocationReason, Timestamp};
use scope::Catalog;

struct Again {
    catalog: Catalog,
    client: Client,
    standing: Grant,
    now: Timestamp,
}

impl Again {
    fn new(granted: &str, refused: &str) -> Self {
        let catalog = any();
        Self {
            client: client(&catalog),
            standing: grant(&catalog, granted, refused),
            catalog,
            now: now(),
        }
    }

    fn offer(&self, asked: &str) -> Offer {
        let state = state(&self.catalog, &self.client);
        offer(
            &self.catalog,
            &self.client,
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
            max_age: None,
            acr_values: Vec::new(),
            prompt,
            organisation: None,
            login_hint: None,
            ui_locales: Vec::new(),
            resources: Vec::new(),
        };
        needs_consent(
            &self.catalog,
            &self.client,
            &self.offer(asked),
            &request,
            Some(&self.standing),
            self.now,
        )
    }

    /// Nothing of it is allowed.
    fn refuse(&mut self, asked: &str) {
        self.standing = refused(&self.catalog, &self.standing, &self.offer(asked));
        self.standing.updated_at = self.now;
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
    let offer = offer(
        &again.catalog,
        &again.client,
        &state,
        &request,
        None,
        None,
        now(),
    );
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

const DAY: i64 = 24 * 60 * 60;

#[test]
fn what_was_taken_off_is_asked_about_at_the_next_request_that_names_it_and_then_is_refused() {
    let mut again = Again::new("general contact_show", "");
    again.standing.reduced = scope("contact_edit");
    again.standing.updated_at = again.now;
    assert!(!again.asks_again("contact_show"));
    assert!(again.asks_again("contact_edit"));
    assert_eq!(
        shown(&again.catalog, &again.offer("contact_edit")),
        ["levels: (contact_show) contact_edit~"]
    );
    again.refuse("contact_edit");
    assert!(again.standing.reduced.is_empty());
    assert_eq!(again.standing.refused, scope("contact_edit"));
    assert_eq!(again.standing.granted, scope("general contact_show"));
    assert!(!again.asks_again("contact_edit"));
}

#[test]
fn what_was_refused_is_asked_about_a_day_after_the_last_decision_and_not_before() {
    let mut again = Again::new("general contact_show", "contact_edit");
    for day in 1..4 {
        again.now = at(day * DAY - 1);
        assert!(!again.asks_again("contact_edit"), "{day}");
        again.now = at(day * DAY);
        assert!(again.asks_again("contact_edit"), "{day}");
        assert!(!again.asks_again("contact_show"), "{day}");
        again.refuse("contact_edit");
        assert!(!again.asks_again("contact_edit"), "{day}");
    }
    // A clock that is behind the one of the decision.
    again.now = at(-DAY);
    assert!(!again.asks_again("contact_edit"));
}

/// An app asks for editing; that nothing more than seeing was refused does not open a page.
#[test]
fn only_what_a_request_names_is_asked_about_again() {
    let mut again = Again::new("general contact_edit", "contact_show invoice_edit");
    again.now = at(2 * DAY);
    assert!(!again.asks_again("contact_edit"));
    assert!(again.asks_again("contact_edit invoice_edit"));
    assert!(again.asks_again("contact_edit contact_show"));
}

#[test]
fn whoever_must_not_be_asked_has_answered() {
    let mut again = Again::new("general contact_show", "invoice_show");
    again.standing.reduced = scope("contact_edit");
    again.now = at(2 * DAY);
    let none = Prompt {
        none: true,
        ..Prompt::default()
    };
    let asked = "contact_edit invoice_show";
    assert!(again.asks_again(asked));
    assert!(!again.asks_again_at(asked, "https://app.example/cb", none));
    assert!(again.asks_again_at("invoice_edit", "https://app.example/cb", none));
}

/// What the person's role lacks was not offered, so it was not refused.
#[test]
fn what_was_not_offered_is_not_refused() {
    let catalog = any();
    let client = client(&catalog);
    let rights = set(&catalog, "contact_show");
    let offer = offer(
        &catalog,
        &client,
        &state(&catalog, &client),
        &asks(&catalog, "contact_edit invoice_show nope"),
        Some(&rights),
        None,
        now(),
    );
    let standing = grant(&catalog, "general", "");
    let left = refused(&catalog, &standing, &offer);
    assert_eq!(left.refused, scope("contact_show"));
    let decision = answer(&catalog, &offer, "contact_show").unwrap();
    assert!(decision.refused.is_empty());
}

#[test]
fn a_scope_the_app_now_requires_is_asked_again_though_it_was_refused() {
    let catalog = optional();
    let again = Again {
        client: client(&catalog),
        standing: grant(&catalog, "invoices:read", "invoices:write"),
        catalog,
        now: now(),
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

/// FreshBooks gives `user:profile:read` to every new client, and whoever asks for it gets it.
#[test]
fn what_is_always_given_is_shown_before_it_is() {
    let catalog = shipped("freshbooks");
    let again = |granted: &str| Again {
        client: client(&catalog),
        standing: grant(&catalog, granted, ""),
        catalog: catalog.clone(),
        now: now(),
    };
    let asked = "user:clients:read user:profile:read";
    assert!(again("user:clients:read").asks_again(asked));
    assert!(again("user:clients:read").asks_again("user:profile:read"));
    assert!(!again(asked).asks_again(asked));
    assert!(!again(asked).asks_again("user:clients:read"));
}

#[test]
fn a_row_takes_none_but_its_own_answers() {
    let catalog = any();
    let read = |answers: &[(Option<&str>, &str)]| {
        Choice::of_rows(&catalog, answers.iter().copied()).map(|choice| choice.allowed)
    };
    let own = [(Some("contact"), "contact_edit"), (None, "invoice_show")];
    assert_eq!(read(&own).unwrap(), ["contact_edit", "invoice_show"]);
    for foreign in [
        (Some("invoice"), "contact_edit"),
        (Some(""), "contact_edit"),
        (Some("contact"), "nope"),
    ] {
        assert_eq!(read(&[own[0], foreign]), None, "{foreign:?}");
    }
}

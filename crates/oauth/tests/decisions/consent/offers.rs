//! What is offered under each decline policy, and what an answer makes of it.

use super::{answer, asks, offered, shown, withheld};
use crate::support::{
    any, approval, client, crossing, grant, none, now, optional, scope, set, state,
};
use oauth::consent::{Locked, from_standing, offer};
use oauth::error::ErrorCode;
use oauth::model::{Client, Grant};
use oauth::policy::{RealmPolicy, UnknownScope};
use scope::{ScopeSet, WithheldReason};

// --- what a scope brings of other resources ---

#[test]
fn what_was_struck_in_another_row_is_not_brought() {
    let catalog = crossing("any");
    let offer = offered(&catalog, &client(&catalog), "payments:write", None);
    assert_eq!(
        shown(&catalog, &offer),
        [
            "boxes: (customers:read)",
            "levels: (invoices:read) (invoices:write)",
            "boxes: payments:write"
        ]
    );
    let granted = |allowed| answer(&catalog, &offer, allowed).map(|decided| decided.granted);
    let every = "customers:read invoices:read invoices:write payments:write";
    let table = [
        ("payments:write invoices:write customers:read", every),
        // Without customers, neither what brings them nor what brings that.
        (
            "payments:write invoices:write invoices:read",
            "invoices:read",
        ),
        (
            "payments:write invoices:read customers:read",
            "customers:read invoices:read",
        ),
        ("customers:read", "customers:read"),
    ];
    for (allowed, expected) in table {
        assert_eq!(granted(allowed).unwrap(), scope(expected), "{allowed}");
    }
    assert_eq!(
        granted("payments:write").unwrap_err().code,
        ErrorCode::AccessDenied
    );
}

#[test]
fn what_a_required_scope_brings_of_another_resource_is_required() {
    let catalog = crossing("optional");
    let app = Client {
        optional_scope: scope("customers:read invoices:read"),
        ..client(&catalog)
    };
    let offer = offered(&catalog, &app, "customers:read invoices:write", None);
    assert_eq!(
        shown(&catalog, &offer),
        [
            "boxes: customers:read!",
            "levels: (invoices:read) invoices:write!"
        ]
    );
    assert!(answer(&catalog, &offer, "invoices:write").is_err());
}

#[test]
fn what_a_scope_brings_comes_along_where_everything_is_one_answer() {
    let catalog = crossing("none");
    let offer = offered(&catalog, &client(&catalog), "invoices:write", None);
    assert_eq!(shown(&catalog, &offer), ["levels: invoices:write!"]);
    assert_eq!(
        answer(&catalog, &offer, "invoices:write").unwrap().granted,
        scope("customers:read invoices:read invoices:write")
    );
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
        "nothing of the requested scope can be granted: \
         nope (unknown), old_show (retired), invoice_show (not-registered)"
    );
    assert_eq!(
        from_standing(&catalog, &offer, &grant(&catalog, "invoice_show", ""))
            .unwrap_err()
            .code,
        ErrorCode::InvalidScope
    );
}

/// Somebody else could allow it: no fault of the app's.
#[test]
fn nothing_that_this_person_could_allow_is_access_denied() {
    let catalog = any();
    let rights = set(&catalog, "invoice_show");
    let offer = offered(
        &catalog,
        &client(&catalog),
        "nope contact_edit",
        Some(&rights),
    );
    assert!(offer.nothing_left);
    let error = answer(&catalog, &offer, "").unwrap_err();
    assert_eq!(error.code, ErrorCode::AccessDenied);
    assert_eq!(
        error.description,
        "nothing of the requested scope can be granted: \
         nope (unknown), contact_edit (right-missing)"
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
        sandbox: oauth::policy::Sandbox::Off,
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
        &client,
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
    let approved = client.state(&catalog, &[approval(&catalog)]);
    let with = offer(&catalog, &client, &approved, &request, None, None, now());
    assert_eq!(
        shown(&catalog, &with),
        ["boxes: invoices:read!", "boxes: payments:write!"]
    );
    // Where the app can do without it, it is off until the person wants it, or wanted it before.
    let lenient = Client {
        optional_scope: scope("payments:write invoices:read"),
        ..client.clone()
    };
    let again = |standing: Option<&Grant>| {
        let offer = offer(
            &catalog,
            &lenient,
            &approved,
            &request,
            None,
            standing,
            now(),
        );
        shown(&catalog, &offer)
    };
    assert_eq!(
        again(None),
        ["boxes: invoices:read", "boxes: payments:write~"]
    );
    let standing = grant(&catalog, "invoices:read payments:write", "");
    assert_eq!(
        again(Some(&standing)),
        ["boxes: invoices:read", "boxes: payments:write"]
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

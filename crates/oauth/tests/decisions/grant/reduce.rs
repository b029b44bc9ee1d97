//! What taking scopes off a standing grant leaves.

use oauth::grant::reduce::{self, NotReducible, Parts, Reduction};
use oauth::model::{Client, GrantStatus, RevocationReason};
use scope::Catalog;

use crate::support::{
    any, at, client, crossing, grant, invoices, none, optional, scope, set, shipped,
};

fn part(left: &str, taken: &str) -> Reduction {
    Reduction::Part {
        left: scope(left),
        taken: scope(taken),
    }
}

/// The catalog with grants that can be reduced.
fn reducible(decline: &'static str) -> Catalog {
    invoices("reducible").reducible().decline(decline).parse()
}

#[test]
fn keeping_less_leaves_less_with_what_it_brings_and_the_defaults() {
    let catalog = any();
    let granted = "general contact_show contact_edit invoice_show";
    let table: [(&str, Reduction); 9] = [
        ("contact_edit invoice_show", Reduction::Unchanged),
        (
            "contact_edit",
            part("general contact_show contact_edit", "invoice_show"),
        ),
        (
            "contact_show invoice_show",
            part("general contact_show invoice_show", "contact_edit"),
        ),
        (
            "invoice_show",
            part("general invoice_show", "contact_show contact_edit"),
        ),
        // Names that were never granted, or that nobody knows, keep nothing.
        (
            "invoice_edit",
            part("general invoice_show", "contact_show contact_edit"),
        ),
        ("old_show nonsense", Reduction::Everything),
        ("", Reduction::Everything),
        // The default is no choice.
        ("general", Reduction::Everything),
        (
            "general contact_show",
            part("general contact_show", "contact_edit invoice_show"),
        ),
    ];
    let (client, grant) = (client(&catalog), grant(&catalog, granted, ""));
    for (keep, reduction) in table {
        let said = reduce::decide(&catalog, Some(&client), &grant, keep.split_whitespace());
        assert_eq!(said, Ok(reduction), "{keep}");
    }
}

#[test]
fn taking_off_what_a_scope_brings_of_another_resource_takes_it_too() {
    let catalog = crossing("any");
    let every = "customers:read invoices:read invoices:write payments:write";
    let (client, grant) = (client(&catalog), grant(&catalog, every, ""));
    let keep = ["invoices:read", "invoices:write", "payments:write"];
    assert_eq!(
        reduce::decide(&catalog, Some(&client), &grant, keep),
        Ok(part(
            "invoices:read",
            "customers:read invoices:write payments:write"
        ))
    );
}

#[test]
fn what_the_app_needs_stays() {
    let catalog = reducible("optional");
    let grant = grant(&catalog, "invoices:read invoices:write payments:write", "");
    let client = Client {
        optional_scope: scope("invoices:write payments:write"),
        ..client(&catalog)
    };
    let decide = |client, keep: &'static str| {
        reduce::decide(&catalog, client, &grant, keep.split_whitespace())
    };
    assert_eq!(
        decide(Some(&client), "payments:write"),
        Ok(part("invoices:read payments:write", "invoices:write"))
    );
    assert_eq!(
        decide(Some(&client), ""),
        Ok(part("invoices:read", "invoices:write payments:write"))
    );
    // An app that is gone needs nothing.
    assert_eq!(decide(None, ""), Ok(Reduction::Everything));
    let parts = Parts::of(&catalog, Some(&client), &grant);
    assert_eq!(parts.locked, set(&catalog, "invoices:read"));
    assert!(parts.is_reducible());

    let whole = reducible("none");
    let parts = Parts::of(&whole, Some(&client), &grant);
    assert_eq!(parts.locked, parts.choosable);
    assert!(!parts.is_reducible());
    assert_eq!(
        reduce::decide(&whole, Some(&client), &grant, []),
        Ok(Reduction::Unchanged)
    );
}

#[test]
fn where_grants_are_not_reducible_nothing_is() {
    for catalog in [optional(), none(), shipped("freshbooks")] {
        let grant = grant(&catalog, "invoices:read", "");
        assert!(!catalog.grant_policy().reducible);
        let said = reduce::decide(&catalog, None, &grant, ["invoices:read"]);
        assert_eq!(said, Err(NotReducible));
    }
}

#[test]
fn an_ended_grant_stays_as_it_is() {
    let catalog = any();
    let mut grant = grant(&catalog, "general contact_show invoice_show", "");
    grant.status = GrantStatus::Revoked {
        at: at(-1),
        reason: RevocationReason::ByUser,
    };
    let said = reduce::decide(&catalog, None, &grant, ["contact_show"]);
    assert_eq!(said, Ok(Reduction::Unchanged));
}

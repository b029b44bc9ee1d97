//! What people read about a decision: one snapshot of every kind of message.
use std::borrow::Cow;
use std::fmt::Write;

use scope::{
    Access, ApiRequest, Catalog, History, Reason, RightsFrom, RightsOrigin, Scope, ScopeSet,
    Subject, Visible, Withheld, WithheldReason, decide, explain,
};

use crate::small_catalog::SmallCatalog;

fn shipped(name: &str) -> Catalog {
    let path = format!("{}/../../catalogs/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap();
    Catalog::parse(name, &text).unwrap_or_else(|errors| panic!("{errors}"))
}

/// What differs from a caller with this scope and every right.
#[derive(Default)]
struct Situation<'a> {
    scope: &'a str,
    registered: Option<&'a str>,
    approved: bool,
    rights: Option<&'a str>,
    refused: &'a str,
    reduced: &'a str,
    withheld: &'a [(&'a str, WithheldReason)],
    machine: bool,
}

fn scope(text: &str) -> Scope {
    text.parse().unwrap()
}

fn withheld(scope: &str, reason: WithheldReason) -> Withheld {
    Withheld {
        scope: scope.to_owned(),
        reason,
    }
}

fn message(catalog: &Catalog, request: &ApiRequest<'_>, situation: &Situation<'_>) -> String {
    let parse = scope;
    let every = catalog.scope_of(&catalog.all());
    let granted = catalog.granted(&parse(situation.scope));
    let ceiling = catalog.registered(&situation.registered.map_or(every, parse));
    let elevations = catalog
        .elevations()
        .iter()
        .map(|elevation| elevation.name.as_str());
    let live = elevations.filter(|_| situation.approved);
    let approved = catalog.approved(live);
    let rights = situation
        .rights
        .map_or(catalog.all(), |rights| catalog.rights(rights.split(' ')));
    let withheld: Vec<Withheld> = situation
        .withheld
        .iter()
        .map(|(scope, reason)| withheld(scope, *reason))
        .collect();
    let history = History {
        requested: None,
        refused: &parse(situation.refused),
        withheld: &withheld,
        reduced: Cow::Owned(parse(situation.reduced)),
        ..History::default()
    };
    let access = Access {
        subject: if situation.machine {
            Subject::Client
        } else {
            Subject::Person
        },
        granted: &granted,
        ceiling: &ceiling,
        approved: &approved,
        rights: &rights,
        expired: None,
        unproven: None,
    };
    let explanation = explain(catalog, &access, request, &history);
    let why: Vec<&str> = explanation
        .missing
        .iter()
        .map(|missing| missing.why.as_str())
        .collect();
    format!(
        "{} {why:?}\n{}\n\n",
        explanation.reason.as_str(),
        explanation.message
    )
}

#[test]
fn missing_scopes_say_why_and_what_to_do() {
    let bexio = shipped("bexio");
    let request = ApiRequest::new("POST", "/2.0/contact");
    let mut shown = String::new();
    let mut show = |situation: Situation<'_>| shown += &message(&bexio, &request, &situation);
    show(Situation {
        scope: "contact_edit",
        ..Situation::default()
    });
    show(Situation {
        scope: "contact_show",
        ..Situation::default()
    });
    show(Situation {
        refused: "contact_edit",
        ..Situation::default()
    });
    show(Situation {
        reduced: "contact_edit",
        ..Situation::default()
    });
    for reason in WithheldReason::ALL {
        show(Situation {
            withheld: &[("contact_edit", reason)],
            ..Situation::default()
        });
    }
    show(Situation {
        scope: "contact_edit",
        registered: Some("contact_show"),
        ..Situation::default()
    });
    show(Situation {
        scope: "contact_edit",
        rights: Some("*_show"),
        ..Situation::default()
    });
    insta::assert_snapshot!(shown.trim_end());
}

/// Who only asks again gets nothing again, as long as something else stands in the way.
#[test]
fn what_stands_in_the_way_comes_before_asking_again() {
    let bexio = shipped("bexio");
    let request = ApiRequest::new("POST", "/2.0/contact");
    let mut shown = String::new();
    let mut show = |situation: Situation<'_>| shown += &message(&bexio, &request, &situation);
    let only_show = || Situation {
        scope: "contact_show",
        registered: Some("contact_show"),
        ..Situation::default()
    };
    show(only_show());
    show(Situation {
        refused: "contact_edit",
        ..only_show()
    });
    show(Situation {
        withheld: &[("contact_edit", WithheldReason::NotRegistered)],
        ..only_show()
    });
    show(Situation {
        withheld: &[("contact_edit", WithheldReason::RightMissing)],
        rights: Some("*_show"),
        ..Situation::default()
    });
    show(Situation {
        rights: Some("*_show"),
        ..Situation::default()
    });
    let bokio = shipped("bokio");
    let pay = ApiRequest::new("POST", "/v1/companies/7/bank-payments");
    shown += &message(&bokio, &pay, &Situation::default());
    insta::assert_snapshot!(shown.trim_end());
}

/// A machine has no person to ask, and no authorization to renew.
#[test]
fn a_machine_is_told_what_a_machine_can_do() {
    let bexio = shipped("bexio");
    let request = ApiRequest::new("POST", "/2.0/contact");
    let mut shown = String::new();
    let mut show = |situation: Situation<'_>| {
        let told = message(&bexio, &request, &situation);
        assert!(!told.contains("authorization"), "{told}");
        shown += &told;
    };
    show(Situation {
        machine: true,
        ..Situation::default()
    });
    show(Situation {
        machine: true,
        registered: Some("contact_show"),
        ..Situation::default()
    });
    show(Situation {
        machine: true,
        scope: "contact_edit",
        registered: Some("contact_show"),
        ..Situation::default()
    });
    insta::assert_snapshot!(shown.trim_end());
}

/// Of two ways to open a call, the one that only has to be asked for.
#[test]
fn the_challenge_prefers_what_only_has_to_be_asked_for() {
    let catalog = SmallCatalog::new("ways")
        .action("read", "read")
        .resource("first", &["read"])
        .resource("second", &["read"])
        .resource("third", &["read"])
        .endpoint("/things", &[])
        .with("get = { any = [\"first:read\", { all = [\"second:read\", \"third:read\"] }] }")
        .parse();
    let all = catalog.all();
    let access = Access {
        subject: Subject::Person,
        granted: &catalog.granted(&Scope::empty()),
        ceiling: &catalog.registered(&scope("second:read third:read")),
        approved: &all,
        rights: &all,
        expired: None,
        unproven: None,
    };
    let request = ApiRequest::new("GET", "/things");
    let explanation = explain(&catalog, &access, &request, &History::default());
    let challenged = explanation.required_scope();
    assert_eq!(challenged.as_deref(), Some("second:read third:read"));
}

/// Where one of two needed scopes was never asked for, signing in again is not enough.
#[test]
fn a_right_that_has_run_out_asks_for_a_sign_in() {
    let catalog = SmallCatalog::new("two")
        .action("read", "read")
        .resource("first", &["read"])
        .resource("second", &["read"])
        .endpoint("/things", &[])
        .with("get = { all = [\"first:read\", \"second:read\"] }")
        .parse();
    let (all, none) = (catalog.all(), ScopeSet::empty());
    let origin = |from, since: Option<&str>| RightsOrigin {
        from,
        since: since.map(str::to_owned),
        until: since.map(|_| String::from("2026-11-30T17:00:00Z")),
        max_age: None,
    };
    let given = origin(RightsFrom::Given, Some("2026-11-30T09:00:00Z"));
    for (held, expired, reason, told) in [
        (
            "first:read second:read",
            Some(&all),
            Reason::RightExpired,
            "Denied: this call needs `first:read` and `second:read`. The token holds `first:read` and `second:read`, but the person's right to them was given at their sign-in and has run out: have the person sign in again. The person's rights are given when they sign in, last at 2026-11-30T09:00:00Z, and count until 2026-11-30T17:00:00Z.",
        ),
        (
            "first:read",
            Some(&all),
            Reason::InsufficientScope,
            "Denied: this call needs `first:read` and `second:read`. The token holds `first:read`, but the person's right to it was given at their sign-in and has run out: have the person sign in again. The token lacks `second:read`: request it in a new authorization. The person's rights are given when they sign in, last at 2026-11-30T09:00:00Z, and count until 2026-11-30T17:00:00Z.",
        ),
        (
            "",
            Some(&all),
            Reason::InsufficientScope,
            "Denied: this call needs `first:read` and `second:read`. The token lacks `first:read` and `second:read`: request them in a new authorization.",
        ),
    ] {
        let access = Access {
            subject: Subject::Person,
            granted: &catalog.granted(&scope(held)),
            ceiling: &catalog.registered(&catalog.scope_of(&all)),
            approved: &all,
            rights: &none,
            expired,
            unproven: None,
        };
        let request = ApiRequest::new("GET", "/things");
        let explanation = explain(&catalog, &access, &request, &History::default());
        let explanation = explanation.with_rights(given.clone());
        assert_eq!((explanation.reason, &*explanation.message), (reason, told));
        assert_eq!(decide(&catalog, &access, &request).reason(), reason);
        assert_eq!(explanation.rights.as_ref(), Some(&given));
    }
}

/// A sign-in with a second factor opens what is elevated, and nothing that was never asked for.
#[test]
fn a_second_factor_is_asked_for_where_nothing_else_is_missing() {
    let catalog = SmallCatalog::new("pays")
        .elevation("partner", "app", &["contract"])
        .action("write", "write")
        .resource("payments", &["write"])
        .with("elevation = \"partner\"")
        .resource("notes", &["write"])
        .endpoint("/payments", &[("post", "payments:write")])
        .endpoint("/both", &[])
        .with("post = { all = [\"payments:write\", \"notes:write\"] }")
        .parse();
    let all = catalog.all();
    for (held, path, reason, told) in [
        (
            "payments:write",
            "/payments",
            Reason::SecondFactorNeeded,
            "Denied: this call needs `payments:write`. The token holds `payments:write`, but the person signed in without the second factor that it needs: have the person sign in with one in a new authorization with acr_values=mfa.",
        ),
        (
            "payments:write",
            "/both",
            Reason::InsufficientScope,
            "Denied: this call needs `payments:write` and `notes:write`. The token holds `payments:write`, but the person signed in without the second factor that it needs: have the person sign in with one in a new authorization with acr_values=mfa. The token lacks `notes:write`: request it in a new authorization.",
        ),
    ] {
        let access = Access {
            subject: Subject::Person,
            granted: &catalog.granted(&scope(held)),
            ceiling: &catalog.registered(&catalog.scope_of(&all)),
            approved: &all,
            rights: &all,
            expired: None,
            unproven: Some(catalog.elevated()),
        };
        let request = ApiRequest::new("POST", path);
        let explanation = explain(&catalog, &access, &request, &History::default());
        assert_eq!((explanation.reason, &*explanation.message), (reason, told));
        assert_eq!(decide(&catalog, &access, &request).reason(), reason);
        let proven = Access {
            unproven: None,
            ..access
        };
        let permit = decide(&catalog, &proven, &request).is_permit();
        assert_eq!(permit, reason == Reason::SecondFactorNeeded);
    }
}

/// A key is made as it is: another token would not help, and none can be asked for.
#[test]
fn who_has_a_key_is_told_to_ask_for_another() {
    let catalog = retiring();
    let all = catalog.all();
    let access = Access {
        subject: Subject::Client,
        granted: &catalog.granted(&scope("old:read")),
        ceiling: &catalog.registered(&catalog.scope_of(&all)),
        approved: &all,
        rights: &all,
        expired: None,
        unproven: None,
    };
    let request = ApiRequest::new("POST", "/things");
    let told = |of_key| {
        let history = History {
            of_key,
            ..History::default()
        };
        explain(&catalog, &access, &request, &history).message
    };
    let (key, token) = (told(true), told(false));
    let asks = "The key lacks `new:read`: ask whoever gave you the key for one with it.";
    assert!(key.contains(asks), "{key}");
    assert!(
        token.contains("The token lacks `new:read`: get a new token"),
        "{token}"
    );
}

/// `old:read` is retired, its successor is `new:read`.
fn retiring() -> Catalog {
    SmallCatalog::new("retiring")
        .action("read", "read")
        .resource("old", &["read"])
        .with("status = \"retired\"\nsuccessor = \"new:read\"")
        .resource("new", &["read"])
        .endpoint("/things", &[("get", "old:read")])
        .with("post = { any = [\"old:read\", \"new:read\"] }")
        .parse()
}

#[test]
fn retired_scopes_name_their_successor() {
    let catalog = retiring();
    let holds_old = || Situation {
        scope: "old:read",
        ..Situation::default()
    };
    let mut shown = message(&catalog, &ApiRequest::new("GET", "/things"), &holds_old());
    shown += &message(&catalog, &ApiRequest::new("POST", "/things"), &holds_old());
    shown += &message(
        &catalog,
        &ApiRequest::new("GET", "/things"),
        &Situation::default(),
    );
    insta::assert_snapshot!(shown.trim_end());
}

/// Whatever happened to a retired scope before, asking for it opens nothing; and one that is
/// not retired any more can be asked for, though it was withheld while it was.
#[test]
fn the_challenge_names_what_can_be_granted_now() {
    let catalog = retiring();
    let old = scope("old:read");
    let all = catalog.all();
    let access = Access {
        subject: Subject::Person,
        granted: &catalog.granted(&Scope::empty()),
        ceiling: &catalog.registered(&catalog.scope_of(&all)),
        approved: &all,
        rights: &all,
        expired: None,
        unproven: None,
    };
    let not_registered = [withheld("old:read", WithheldReason::NotRegistered)];
    let was_retired = [withheld("new:read", WithheldReason::Retired)];
    let nothing = History::default();
    for history in [
        nothing.clone(),
        History {
            refused: &old,
            ..nothing.clone()
        },
        History {
            reduced: Cow::Borrowed(&old),
            ..nothing.clone()
        },
        History {
            withheld: &not_registered,
            ..nothing.clone()
        },
        History {
            withheld: &was_retired,
            ..nothing.clone()
        },
    ] {
        let request = ApiRequest::new("POST", "/things");
        let explanation = explain(&catalog, &access, &request, &history);
        let challenged = explanation.required_scope();
        assert_eq!(challenged.as_deref(), Some("new:read"), "{history:?}");
    }
}

#[test]
fn several_scopes_are_told_together() {
    let bexio = shipped("bexio");
    let convert = ApiRequest::new("POST", "/2.0/kb_offer/4/invoice");
    let mut shown = message(&bexio, &convert, &Situation::default());
    shown += &message(
        &bexio,
        &convert,
        &Situation {
            scope: "kb_offer_edit",
            refused: "kb_invoice_edit",
            ..Situation::default()
        },
    );
    let comments = ApiRequest::new("GET", "/2.0/kb_offer/4/comment");
    shown += &message(&bexio, &comments, &Situation::default());
    insta::assert_snapshot!(shown.trim_end());
}

#[test]
fn elevated_scopes_and_row_filters_are_named() {
    let bokio = shipped("bokio");
    let path = "/v1/companies/5a1d6f3e/bank-payments";
    let request = ApiRequest::new("GET", path);
    let scope = "bank-payments:read-limited";
    let mut shown = message(
        &bokio,
        &request,
        &Situation {
            scope,
            approved: true,
            ..Situation::default()
        },
    );
    shown += &message(
        &bokio,
        &request,
        &Situation {
            scope,
            ..Situation::default()
        },
    );
    insta::assert_snapshot!(shown.trim_end());
}

#[test]
fn what_no_scope_opens_says_so() {
    let (bexio, stora, freshbooks) = (shipped("bexio"), shipped("stora"), shipped("freshbooks"));
    let none = Situation::default();
    let mut shown = String::new();
    for (method, path) in [
        ("DELETE", "/2.0/contact"),
        ("GET", "/2.0/contacts"),
        ("GET", "/2.0/contact/"),
        ("GET", "/2.0/contact/%2e%2e/task"),
        ("GET", "/2.0/kb_bill/1/comment"),
        ("GET", "/2.0/\u{1b}[31m"),
    ] {
        shown += &message(&bexio, &ApiRequest::new(method, path), &none);
    }
    for path in [
        "/2025-09/contacts?expand=creatr",
        "/2025-09/contacts?expand=nothing.like.this",
        "/2025-09/contacts?expand=%ff",
    ] {
        shown += &message(&stora, &ApiRequest::new("GET", path), &none);
    }
    let webhook = ApiRequest::new("POST", "/events/account/a1/events/callbacks");
    for body in [
        "{",
        "{\"callback\":{\"event\":5}}",
        "{\"callback\":{\"event\":\"cat.meow\"}}",
    ] {
        let mut webhook = webhook;
        webhook.body = Visible::Seen(body);
        shown += &message(&freshbooks, &webhook, &none);
    }
    insta::assert_snapshot!(shown.trim_end());
}

#[test]
fn what_a_gate_cannot_see_is_named() {
    let (stora, freshbooks) = (shipped("stora"), shipped("freshbooks"));
    let contacts = ApiRequest::new("GET", "/2025-09/contacts?expand=creator");
    let mut shown = String::new();
    write!(
        shown,
        "{}",
        message(
            &stora,
            &contacts,
            &Situation {
                scope: "public.contact:read",
                ..Situation::default()
            }
        )
    )
    .unwrap();
    let mut hidden = contacts;
    hidden.query = Visible::Hidden;
    shown += &message(
        &stora,
        &hidden,
        &Situation {
            scope: "public.contact:read",
            ..Situation::default()
        },
    );
    let webhook = ApiRequest::new("POST", "/events/account/a1/events/callbacks");
    shown += &message(
        &freshbooks,
        &webhook,
        &Situation {
            scope: "user:invoices:read",
            ..Situation::default()
        },
    );
    insta::assert_snapshot!(shown.trim_end());
}

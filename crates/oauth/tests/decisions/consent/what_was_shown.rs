//! What a form carries of its page, and what is different when the answer comes.

use std::slice::from_ref;

use super::asks;
use crate::support::{any, approval, client, grant, now, optional, scope, set};
use oauth::consent::{Choice, Difference, Shown, ShownGrant, offer};
use oauth::model::{Client, Grant, ShownNames, Uuid};
use proptest::prelude::*;
use scope::{Catalog, ScopeSet};
use serde_json::json;

const DIGEST: [u8; 32] = [7; 32];
const ANNA: Uuid = Uuid::from_u128(2);
const MUSTER: Uuid = Uuid::from_u128(3);

/// A page, as it would be shown now.
struct Page {
    catalog: Catalog,
    digest: [u8; 32],
    client: Client,
    asked: &'static str,
    rights: Option<ScopeSet>,
    standing: Option<Grant>,
    parties: (Uuid, Option<Uuid>),
    names: ShownNames,
    language: &'static str,
}

fn names(app: &str, organisations: &[&str]) -> ShownNames {
    ShownNames {
        app: app.to_owned(),
        maker: "Ledgerly GmbH".to_owned(),
        organisations: organisations.iter().map(|&name| name.to_owned()).collect(),
    }
}

impl Page {
    fn new() -> Self {
        let catalog = any();
        Self {
            digest: DIGEST,
            client: client(&catalog),
            asked: "contact_edit invoice_show",
            rights: None,
            standing: None,
            parties: (ANNA, Some(MUSTER)),
            names: names("Ledgerly", &["Muster AG"]),
            language: "en",
            catalog,
        }
    }

    fn shown(&self) -> Shown {
        let state = self.client.state(&self.catalog, &[approval(&self.catalog)]);
        let offer = offer(
            &self.catalog,
            &self.client,
            &state,
            &asks(&self.catalog, self.asked),
            self.rights.as_ref(),
            self.standing.as_ref(),
            now(),
        );
        let catalog = (&self.catalog, self.digest);
        let words = (&self.names, self.language);
        Shown::of(catalog, &self.client, &offer, self.parties, words)
    }
}

/// What is different from the first page to the second, by way of the form.
fn differences(before: &Page, now: &Page) -> Vec<Difference> {
    let carried = before.shown().to_string();
    let read = Shown::read(&carried).unwrap();
    assert_eq!(read.to_string(), carried);
    read.differences(&now.shown())
}

fn scopes(names: &[&str]) -> Vec<Difference> {
    vec![Difference::Scopes(
        names.iter().map(|name| (*name).to_owned()).collect(),
    )]
}

#[test]
fn the_same_page_is_no_difference_in_another_language_either() {
    assert_eq!(differences(&Page::new(), &Page::new()), []);
    let german = Page {
        language: "de",
        ..Page::new()
    };
    assert_eq!(differences(&Page::new(), &german), []);
    assert_eq!(german.shown().language(), "de");
    assert_eq!(german.shown().organisation(), Some(MUSTER));
}

#[test]
fn person_organisation_app_and_catalog_are_held_to() {
    let other = Uuid::from_u128(99);
    let parties = |person, organisation| Page {
        parties: (person, organisation),
        ..Page::new()
    };
    let of = |page: Page| differences(&Page::new(), &page);
    assert_eq!(of(parties(other, Some(MUSTER))), [Difference::Person]);
    assert_eq!(of(parties(ANNA, Some(other))), [Difference::Organisation]);
    assert_eq!(of(parties(ANNA, None)), [Difference::Organisation]);
    let meaning = [Difference::Meaning];
    assert_eq!(
        of(Page {
            digest: [8; 32],
            ..Page::new()
        }),
        meaning
    );
    let mut registered_anew = Page::new();
    registered_anew.client.uuid = other;
    assert_eq!(of(registered_anew), meaning);
}

#[test]
fn names_are_held_to_as_they_were_shown() {
    let named = |app: &str, organisations: &[&str]| Page {
        names: names(app, organisations),
        ..Page::new()
    };
    let of = |page: Page| differences(&Page::new(), &page);
    let (app, places) = (Difference::AppName, Difference::OrganisationNames);
    assert_eq!(of(named("Ledger1y", &["Muster AG"])), from_ref(&app));
    assert_eq!(of(named("Ledgerly", &["Muster AG (7)"])), from_ref(&places));
    assert_eq!(of(named("L", &["M"])), [places.clone(), app.clone()]);
    let mut other_maker = Page::new();
    other_maker.names.maker = String::from("Somebody");
    assert_eq!(of(other_maker), [app]);
    // One business more, or the same letters cut at another place.
    let reaches = |organisations: &[&str]| Page {
        parties: (ANNA, None),
        ..named("Ledgerly", organisations)
    };
    for (before, now) in [(&["A"][..], &["A", "B"][..]), (&["AB", "C"], &["A", "BC"])] {
        let different = differences(&reaches(before), &reaches(now));
        assert_eq!(different, from_ref(&places));
    }
    // Where another organisation is meant, that is the difference.
    let elsewhere = Page {
        parties: (ANNA, Some(Uuid::from_u128(99))),
        ..named("Ledgerly", &["Beispiel GmbH"])
    };
    assert_eq!(of(elsewhere), [Difference::Organisation]);
}

#[test]
fn each_scope_is_held_to_with_its_state() {
    let of = |page: &Page| differences(&Page::new(), page);
    let more = Page {
        asked: "contact_edit invoice_edit",
        ..Page::new()
    };
    assert_eq!(of(&more), scopes(&["invoice_edit"]));
    assert_eq!(differences(&more, &Page::new()), scopes(&["invoice_edit"]));
    // A role that shrank shows the same scopes in another state.
    let catalog = any();
    let smaller_role = Page {
        rights: Some(set(&catalog, "general contact_show invoice_show")),
        ..Page::new()
    };
    assert_eq!(of(&smaller_role), scopes(&["contact_edit"]));
    let ceiling = Page {
        client: Client {
            registered_scope: scope("contact_edit"),
            ..client(&catalog)
        },
        ..Page::new()
    };
    assert_eq!(of(&ceiling), scopes(&["invoice_show"]));
    // What was refused meanwhile is shown as off.
    let refused = Page {
        standing: Some(grant(&catalog, "general", "invoice_show")),
        ..Page::new()
    };
    assert_eq!(of(&refused), scopes(&["invoice_show"]));
}

#[test]
fn what_became_required_is_a_difference() {
    let catalog = optional();
    let page = |optional: &str| Page {
        client: Client {
            optional_scope: scope(optional),
            ..client(&catalog)
        },
        asked: "invoices:read payments:write",
        catalog: catalog.clone(),
        ..Page::new()
    };
    let lenient = page("invoices:read payments:write");
    assert_eq!(
        differences(&lenient, &page("invoices:read")),
        scopes(&["payments:write"])
    );
    assert_eq!(
        page("invoices:read").shown().rows(),
        json!([
            { "scope": "invoices:read", "state": "offered" },
            { "scope": "payments:write", "state": "required-by-app", "elevated": true },
        ])
    );
}

/// What stays filled in of an answer to the first page, on the second.
fn kept(before: &Page, now: &Page, allowed: &str) -> Option<String> {
    let choice = Choice {
        allowed: allowed.split(' ').map(str::to_owned).collect(),
    };
    let kept = before.shown().kept(&now.shown(), &now.catalog, &choice)?;
    Some(now.catalog.scope_of(&kept).to_string())
}

#[test]
fn what_was_chosen_stays_filled_in_as_far_as_it_stands() {
    let page = Page::new();
    assert_eq!(
        kept(&page, &page, "contact_show invoice_show").unwrap(),
        "contact_show invoice_show"
    );
    // A wider level brings the narrower, and without the one the other is left.
    assert_eq!(
        kept(&page, &page, "contact_edit").unwrap(),
        "contact_show contact_edit"
    );
    let narrow = Page {
        rights: Some(set(&page.catalog, "contact_show invoice_show")),
        ..Page::new()
    };
    assert_eq!(
        kept(&page, &narrow, "contact_edit").unwrap(),
        "contact_show"
    );
    // What is shown otherwise or for the first time begins off, and so does what no page offered.
    assert_eq!(
        kept(&narrow, &page, "contact_edit invoice_show").unwrap(),
        "invoice_show"
    );
    let refused = Page {
        standing: Some(grant(&page.catalog, "contact_show", "invoice_show")),
        ..Page::new()
    };
    assert_eq!(
        kept(&page, &refused, "contact_edit invoice_show").unwrap(),
        "contact_show contact_edit"
    );
    assert_eq!(kept(&page, &page, "general old_show nothing").unwrap(), "");
}

#[test]
fn nothing_stays_filled_in_for_somebody_else_or_about_something_else() {
    let other = Uuid::from_u128(99);
    let page = Page::new();
    for now in [
        Page {
            parties: (other, Some(MUSTER)),
            ..Page::new()
        },
        Page {
            parties: (ANNA, Some(other)),
            ..Page::new()
        },
        Page {
            digest: [8; 32],
            ..Page::new()
        },
        Page {
            client: Client {
                uuid: other,
                ..client(&page.catalog)
            },
            ..Page::new()
        },
    ] {
        assert_eq!(kept(&page, &now, "contact_edit"), None);
    }
    let renamed = Page {
        names: names("Ledgerly 2", &["Muster AG"]),
        ..Page::new()
    };
    assert_eq!(
        kept(&page, &renamed, "contact_show").unwrap(),
        "contact_show"
    );
}

#[test]
fn what_no_page_wrote_says_nothing() {
    let carried = Page::new().shown().to_string();
    let (head, _) = carried.split_once(" contact").unwrap();
    assert!(Shown::read(head).is_some());
    for text in [
        "",
        "3",
        "2 x",
        head.rsplit_once(' ').unwrap().0,
        &carried.replacen('3', "2", 1),
        &carried.replace("contact_edit=o", "contact_edit"),
        &carried.replace("contact_edit=o", "contact_edit=x"),
        &format!("{carried} "),
    ] {
        assert_eq!(Shown::read(text), None, "{text}");
    }
}

#[test]
fn a_standing_grant_is_held_to_its_person_and_scopes() {
    let catalog = any();
    let before = ShownGrant::of(&grant(&catalog, "general contact_edit", ""));
    let carried = before.to_string();
    assert_eq!(ShownGrant::read(&carried), Some(before.clone()));
    assert!(before.is_of(ANNA) && !before.is_of(MUSTER));
    assert_eq!(before.differences(&before), []);
    let now = grant(&catalog, "general contact_show", "contact_edit");
    assert_eq!(
        before.differences(&ShownGrant::of(&now)),
        scopes(&["contact_edit", "contact_show"])
    );
    let bens = Grant {
        user: MUSTER,
        ..grant(&catalog, "general contact_edit", "")
    };
    assert_eq!(
        before.differences(&ShownGrant::of(&bens)),
        [Difference::Person]
    );
    for text in ["", "1", "1 x", "3"] {
        assert_eq!(ShownGrant::read(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in ".{0,200}") {
        let _ = Shown::read(&text);
        let _ = ShownGrant::read(&text);
        let mut carried = Page::new().shown().to_string();
        carried.push_str(&text);
        let _ = Shown::read(&carried);
    }
}

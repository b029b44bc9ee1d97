//! Answers to everything at once, and the worst that is asked.

use oauth::consent::{AtOnce, Choice, Offer, decide, worst};
use oauth::error::ErrorCode;
use oauth::model::{Client, Grant};
use proptest::prelude::*;
use scope::{Catalog, ScopeSet};

use super::{asks, offered};
use crate::small_catalog::SmallCatalog;
use crate::support::{approval, client, crossing, grant, invoices, none, now, scope, shipped};

fn at_once(catalog: &Catalog, offer: &Offer) -> [String; 4] {
    let answers = AtOnce::of(catalog, offer).unwrap();
    let text = |set: &ScopeSet| catalog.names(set).join(" ");
    let only_look = answers.only_look.as_ref();
    [
        only_look.map_or_else(|| "-".to_owned(), text),
        text(&answers.everything),
        text(&answers.left_out),
        text(&answers.required),
    ]
}

/// Writing does not bring reading; payments are elevated.
fn flat(decline: &'static str) -> Catalog {
    invoices("flat")
        .decline(decline)
        .resource("customers", &["read"])
        .endpoint("/customers", &[("get", "customers:read")])
        .parse()
}

fn of_app(catalog: &Catalog, app: &Client, asked: &str, standing: Option<&Grant>) -> Offer {
    let state = app.state(catalog, &[approval(catalog)]);
    let asked = asks(catalog, asked);
    oauth::consent::offer(catalog, app, &state, &asked, None, standing, now())
}

#[test]
fn only_what_looks_and_everything_but_what_is_elevated() {
    let catalog = flat("any");
    let app = client(&catalog);
    let all = "invoices:read invoices:write payments:write customers:read";
    assert_eq!(
        at_once(&catalog, &of_app(&catalog, &app, all, None)),
        [
            "invoices:read customers:read",
            "invoices:read invoices:write customers:read",
            "payments:write",
            ""
        ]
    );
    // What stands allowed stays.
    let standing = grant(&catalog, "payments:write", "invoices:write");
    assert_eq!(
        at_once(&catalog, &of_app(&catalog, &app, all, Some(&standing)))[1..3],
        [
            "invoices:read invoices:write payments:write customers:read",
            ""
        ]
    );
}

#[test]
fn an_answer_that_would_be_untrue_is_not_there() {
    let catalog = flat("optional");
    let needs = |optional: &str| Client {
        optional_scope: scope(optional),
        ..client(&catalog)
    };
    let all = "invoices:read invoices:write customers:read";
    // The app needs to write.
    let offer = of_app(&catalog, &needs("customers:read"), all, None);
    assert_eq!(
        at_once(&catalog, &offer),
        [
            "-",
            "invoices:read invoices:write customers:read",
            "",
            "invoices:read invoices:write"
        ]
    );
    let offer = of_app(&catalog, &needs("invoices:write customers:read"), all, None);
    assert_eq!(at_once(&catalog, &offer)[0], "invoices:read customers:read");
    // Nothing to look at, and nothing else than looking.
    let none_required = needs(all);
    for asked in ["invoices:write", "invoices:read customers:read"] {
        let offer = of_app(&catalog, &none_required, asked, None);
        assert_eq!(at_once(&catalog, &offer)[0], "-", "{asked}");
    }
    // What goes with every grant changes something.
    let catalog = shipped("bexio");
    let offer = offered(&catalog, &client(&catalog), "contact_edit task_edit", None);
    assert_eq!(at_once(&catalog, &offer)[0], "-");
}

#[test]
fn where_it_is_all_or_nothing_there_are_no_answers_at_once() {
    for catalog in [none(), shipped("freshbooks")] {
        let every = catalog.scope_of(&catalog.all()).to_string();
        let offer = offered(&catalog, &client(&catalog), &every, None);
        assert_eq!(AtOnce::of(&catalog, &offer), None);
    }
}

fn named(catalog: &Catalog, asked: &str, count: usize) -> (String, usize) {
    let asked = asks(catalog, asked);
    let worst = worst(catalog, asked.known().iter(), count);
    let names = worst
        .named
        .iter()
        .map(|id| &*catalog.scope(*id).unwrap().name);
    (names.collect::<Vec<_>>().join(" "), worst.more)
}

#[test]
fn the_worst_is_named_first_and_what_is_special_never_left_out() {
    let bokio = shipped("bokio");
    let all = bokio.scope_of(&bokio.all()).to_string();
    let (first, more) = named(&bokio, &all, 3);
    assert!(first.starts_with("bank-payments:write "), "{first}");
    assert_eq!(first.split(' ').count(), 3);
    assert!(more > 0);
    // Elevated, though it only looks.
    assert_eq!(
        named(
            &bokio,
            "uploads:write bank-payments:read-limited customers:write",
            1
        ),
        ("bank-payments:read-limited".to_owned(), 2)
    );
    // Where nothing is changed, what is seen.
    assert_eq!(
        named(&bokio, "items:read journal-entries:read", 1),
        ("journal-entries:read".to_owned(), 0)
    );
    let freshbooks = shipped("freshbooks");
    let all = freshbooks.scope_of(&freshbooks.all()).to_string();
    let (told, _) = named(&freshbooks, &all, 1);
    for definition in freshbooks.scopes().iter().filter(|one| one.money) {
        assert!(
            told.split(' ').any(|name| name == definition.name),
            "{told}"
        );
    }
}

#[test]
fn that_something_deletes_is_told_whatever_is_named() {
    let bokio = shipped("bokio");
    let told = |asked: &str| worst(&bokio, asks(&bokio, asked).known().iter(), 1).deletes;
    let deleting = bokio.scopes().iter().find(|one| {
        let id = bokio.find(&one.name).unwrap();
        bokio.deletes(id)
    });
    let deleting = &deleting.unwrap().name;
    assert!(told(&format!("items:read {deleting}")));
    assert!(!told("items:read journal-entries:read"));
}

/// Of a resource with many actions the worst is more than one of them, and no narrower level.
#[test]
fn where_rows_are_few_the_worst_names_several_of_one() {
    let catalog = SmallCatalog::new("small")
        .action("read", "read")
        .action("write", "write")
        .action("send", "write")
        .action("manage", "write")
        .with("implies = [\"send\"]")
        .resource("note", &["read", "write", "send", "manage"])
        .resource("file", &["read"])
        .endpoint("/note", &[("delete", "note:manage")])
        .parse();
    let all = catalog.scope_of(&catalog.all()).to_string();
    assert_eq!(
        named(&catalog, &all, 3),
        ("note:manage note:write".to_owned(), 0)
    );
    assert_eq!(named(&catalog, &all, 1), ("note:manage".to_owned(), 0));
}

#[test]
fn deleting_is_worse_than_changing_where_no_risk_is_said() {
    let catalog = SmallCatalog::new("small")
        .action("read", "read")
        .action("write", "write")
        .resource("note", &["read", "write"])
        .resource("task", &["read", "write"])
        .resource("file", &["read"])
        .endpoint("/task", &[("delete", "task:write")])
        .parse();
    let all = catalog.scope_of(&catalog.all()).to_string();
    assert_eq!(named(&catalog, &all, 1), ("task:write".to_owned(), 1));
    assert_eq!(
        named(&catalog, &all, 9),
        ("task:write note:write".to_owned(), 0)
    );
}

proptest! {
    /// Whatever is asked and required: an answer at once is taken as it is, what it says of itself
    /// is true of what is granted, and nothing that was left out is.
    #[test]
    fn an_answer_at_once_is_given_as_it_says(
        bits in prop::array::uniform2(0..u64::MAX),
        optional in prop::array::uniform2(0..u64::MAX),
        which in 0..6usize,
    ) {
        let catalog = match which {
            0 => flat("any"),
            1 => flat("optional"),
            2 => crossing("any"),
            3 => crossing("optional"),
            4 => shipped("bexio"),
            _ => shipped("stora"),
        };
        let some = |bits: [u64; 2]| -> ScopeSet {
            let is_in = |place: usize| bits[place / 64 % 2] >> (place % 64) & 1 == 1;
            catalog.all().iter().filter(|id| is_in(id.index())).collect()
        };
        let app = Client {
            optional_scope: catalog.scope_of(&some(optional)),
            ..client(&catalog)
        };
        let asked = catalog.scope_of(&some(bits)).to_string();
        let mut approvals = vec![approval(&catalog)];
        approvals.retain(|_| which < 2);
        let state = app.state(&catalog, &approvals);
        let offer = oauth::consent::offer(
            &catalog, &app, &state, &asks(&catalog, &asked), None, None, now(),
        );
        let answers = AtOnce::of(&catalog, &offer).unwrap();
        let given = |chosen: &ScopeSet| {
            let allowed = catalog.names(chosen).into_iter().map(str::to_owned).collect();
            decide(&catalog, &offer, &Choice { allowed })
        };
        let granted = |text: scope::Scope| catalog.set_of(text.iter()).0;
        if let Some(look) = &answers.only_look {
            let decided = given(look).unwrap();
            prop_assert!(granted(decided.granted).is_subset(catalog.looking()));
        }
        if !answers.everything.is_empty() {
            let decided = given(&answers.everything).unwrap();
            let granted = granted(decided.granted);
            prop_assert!(answers.everything.is_subset(&granted));
            prop_assert!(answers.left_out.intersection(&granted).is_empty());
            let special = granted.intersection(catalog.elevated());
            let locked = offer.rows.iter().flat_map(|row| &row.items);
            let locked: ScopeSet = locked
                .filter(|item| item.locked.is_some())
                .map(|item| item.scope)
                .collect();
            prop_assert!(special.is_subset(&catalog.expand(&locked)));
        }
        match given(&answers.required) {
            Ok(decided) => prop_assert!(answers.required.is_subset(&granted(decided.granted))),
            Err(error) => prop_assert_eq!(
                (error.code, answers.required.is_empty()),
                if offer.nothing_left { (error.code, true) } else { (ErrorCode::AccessDenied, true) }
            ),
        }
    }
}

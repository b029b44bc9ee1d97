//! Scopes that stand alone and are about one thing: decided about in one row, and given just as
//! chosen.

use oauth::consent::{Choice, Offer, RowChoice, decide};
use oauth::grant::reduce::{Reduction, decide as reduce};
use oauth::model::Client;
use proptest::prelude::*;
use scope::{Catalog, ScopeId, ScopeSet};

use super::{answer, offered, shown};
use crate::small_catalog::SmallCatalog;
use crate::support::{client, grant};

/// Scopes that stand alone, each with what it brings.
fn flat(scopes: &[(&str, &[&str])]) -> Catalog {
    let catalog = SmallCatalog::new("flat").reducible();
    let catalog = scopes.iter().fold(catalog, |catalog, (name, implies)| {
        let catalog = catalog.scope(&format!("\"{name}\""));
        let implies = (!implies.is_empty()).then(|| format!("implies = {implies:?}"));
        catalog.with(&implies.unwrap_or_default())
    });
    catalog.endpoint("/x", &[("get", scopes[0].0)]).parse()
}

fn all(catalog: &Catalog) -> String {
    catalog.scope_of(&catalog.all()).to_string()
}

#[test]
fn read_and_write_that_stand_alone_are_one_row() {
    let rows = |scopes: &[(&str, &[&str])]| {
        let catalog = flat(scopes);
        let offer = offered(&catalog, &client(&catalog), &all(&catalog), None);
        shown(&catalog, &offer)
    };
    // Independent of each other.
    assert_eq!(
        rows(&[
            ("write:notes", &[]),
            ("read:notes", &[]),
            ("notes.list", &[])
        ]),
        ["boxes: read:notes write:notes notes.list"]
    );
    // One brings the other, through a third or not.
    assert_eq!(
        rows(&[
            ("contacts", &["contacts.read"]),
            ("contacts.read", &[]),
            ("tasks", &[])
        ]),
        ["levels: contacts.read contacts", "boxes: tasks"]
    );
    assert_eq!(
        rows(&[
            ("org.read", &[]),
            ("org.write", &["org.read"]),
            ("org.admin", &["org.write"])
        ]),
        ["levels: org.read org.write org.admin"]
    );
    // Both of two that do not bring each other.
    assert_eq!(
        rows(&[
            ("contacts", &["contacts.read", "contacts.write"]),
            ("contacts.read", &[]),
            ("contacts.write", &[])
        ]),
        ["boxes: contacts.read contacts contacts.write"]
    );
}

#[test]
fn the_wider_level_of_scopes_that_stand_alone_takes_the_narrower_along() {
    let catalog = flat(&[
        ("contacts", &["contacts.read"]),
        ("contacts.read", &[]),
        ("tasks", &[]),
    ]);
    let app = client(&catalog);
    let offer = offered(&catalog, &app, &all(&catalog), None);
    let granted = |chosen: &str| {
        answer(&catalog, &offer, chosen)
            .unwrap()
            .granted
            .to_string()
    };
    assert_eq!(granted("contacts"), "contacts contacts.read");
    assert_eq!(granted("contacts.read"), "contacts.read");
    // Each in its row.
    let row = &catalog
        .row_of(catalog.find("contacts").unwrap())
        .unwrap()
        .name;
    let answers = |row: &str| {
        let answers = [(Some(row), "contacts"), (None, "tasks")].into_iter();
        Choice::of_rows(&catalog, answers)
    };
    assert_eq!(answers(row).unwrap().allowed, ["contacts", "tasks"]);
    assert_eq!(answers("contacts"), None);
    // On the page of connected apps, too.
    let standing = grant(&catalog, "contacts contacts.read tasks", "");
    let left = reduce(&catalog, Some(&app), &standing, ["contacts"]).unwrap();
    let Reduction::Part { left, taken } = left else {
        panic!("{left:?}")
    };
    assert_eq!(
        (&*left.to_string(), &*taken.to_string()),
        ("contacts contacts.read", "tasks")
    );
}

/// Every answer that the row's controls can give, by what it names: nothing or one of the levels, or
/// any of the boxes.
fn answers(offer: &Offer, row: usize) -> Vec<Vec<ScopeId>> {
    let row = &offer.rows[row];
    let ids: Vec<ScopeId> = row.items.iter().map(|item| item.scope).collect();
    match row.choice {
        RowChoice::Levels => {
            let levels = ids.iter().map(|id| vec![*id]);
            [Vec::new()].into_iter().chain(levels).collect()
        }
        RowChoice::Boxes => (0..1 << ids.len())
            .map(|bits: usize| {
                let ticked = ids
                    .iter()
                    .enumerate()
                    .filter(|(place, _)| bits >> place & 1 == 1);
                ticked.map(|(_, id)| *id).collect()
            })
            .collect(),
    }
}

const NAMES: [&str; 10] = [
    "contacts.read",
    "contacts.write",
    "contacts",
    "contacts.delete",
    "read:notes",
    "write:notes",
    "notes",
    "user_readonly",
    "user_readwrite",
    "profile.list",
];

proptest! {
    /// Whatever brings what: an answer of a row gives the scopes that it names with what these bring
    /// of the row, and no other; what brings something of a row that was answered "no" is not given.
    #[test]
    fn an_answer_gives_exactly_the_scopes_it_says(
        which in 1_u16..1 << NAMES.len(),
        brings in prop::collection::vec((0..NAMES.len(), 0..NAMES.len()), 0..6),
    ) {
        let has = |place: &usize| which >> place & 1 == 1;
        let places: Vec<usize> = (0..NAMES.len()).filter(has).collect();
        let scopes: Vec<(&str, Vec<&str>)> = places.iter().map(|wide| {
            // Later ones only: none brings itself.
            let narrow = brings.iter().filter(|(by, of)| by == wide && of > wide && has(of));
            let mut names: Vec<&str> = narrow.map(|(_, of)| NAMES[*of]).collect();
            names.sort_unstable();
            names.dedup();
            (NAMES[*wide], names)
        }).collect();
        let scopes: Vec<(&str, &[&str])> = scopes.iter().map(|(name, of)| (*name, &**of)).collect();
        let catalog = flat(&scopes);
        let app: Client = client(&catalog);
        let offer = offered(&catalog, &app, &all(&catalog), None);
        for (at, row) in offer.rows.iter().enumerate() {
            let own: ScopeSet = row.items.iter().map(|item| item.scope).collect();
            let others: ScopeSet = offer.offered().difference(&own);
            for named in answers(&offer, at) {
                let named: ScopeSet = named.into_iter().collect();
                let says = catalog.expand(&named).intersection(&own);
                // Beside everything of all other rows, then beside nothing.
                for beside in [&others, &ScopeSet::empty()] {
                    let said = says.union(beside);
                    let goes = |id: &ScopeId| catalog.implied_by(*id).is_subset(&said);
                    let given: ScopeSet = said.iter().filter(goes).collect();
                    let allowed = catalog.names(&named.union(beside));
                    let allowed = allowed.into_iter().map(str::to_owned).collect();
                    let Ok(decided) = decide(&catalog, &offer, &Choice { allowed }) else {
                        prop_assert!(given.is_empty());
                        continue;
                    };
                    let (granted, _) = catalog.set_of(decided.granted.iter());
                    let (refused, _) = catalog.set_of(decided.refused.iter());
                    prop_assert_eq!(&granted, &given);
                    prop_assert_eq!(refused, offer.offered().difference(&granted));
                    // What brings nothing of other rows is given just as its row says.
                    if catalog.expand(&own).is_subset(&own) {
                        prop_assert_eq!(granted.intersection(&own), says.clone());
                    }
                }
            }
        }
    }
}

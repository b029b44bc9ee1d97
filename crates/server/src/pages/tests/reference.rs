//! What looking through the reference costs, counted in allocations, which grow with every text
//! that is made.

use std::sync::Arc;

use allocation_counter::measure;
use scope::Catalog;

use super::small_catalog::SmallCatalog;
use crate::language::Language;
use crate::pages::reference::Reference;
use crate::pages::words::Words;

/// Ten scopes, and this many endpoints, of which each is named by one.
fn catalog(endpoints: usize) -> Catalog {
    let mut catalog = SmallCatalog::new("wide").action("read", "read");
    for number in 0..10 {
        catalog = catalog.resource(&format!("r{number}"), &["read"]);
    }
    for number in 0..endpoints {
        let scope = format!("r{}:read", number % 10);
        let get = [("get", scope.as_str())];
        catalog = catalog.endpoint(&format!("/Things{number}/{{id}}"), &get);
    }
    catalog.parse()
}

fn words() -> Words {
    Words::new(Language::English)
}

/// What it takes to make one, to find nothing, and to show everything.
fn cost(endpoints: usize) -> [u64; 3] {
    let catalog = catalog(endpoints);
    let mut reference = None;
    let made = measure(|| reference = Some(Reference::of(&catalog, words())));
    let reference = reference.unwrap();
    let nothing = measure(|| assert!(reference.find(words(), "zzzz").calls.is_empty()));
    let everything = measure(|| drop(reference.find(words(), "")));
    [made, nothing, everything].map(|counted| counted.count_total)
}

#[test]
fn a_search_makes_no_text_and_the_reference_is_made_in_one_pass() {
    // What a language needs is there before anything is counted.
    cost(1);
    let [made_of_few, nothing_in_few, all_of_few] = cost(1_000);
    let [made_of_many, nothing_in_many, all_of_many] = cost(8_000);
    assert!(made_of_few > 1_000 && made_of_many < 9 * made_of_few);
    assert_eq!(nothing_in_few, nothing_in_many);
    assert!(nothing_in_many < 10, "{nothing_in_many}");
    assert!(all_of_many < all_of_few + 200, "{all_of_few} {all_of_many}");
}

#[test]
fn a_page_lists_a_thousand_calls_and_counts_the_others() {
    let reference = Reference::of(&catalog(1_500), words());
    let all = reference.find(words(), "");
    assert_eq!((all.resources.len(), all.calls.len()), (10, 1_000));
    assert_eq!(all.more.unwrap(), "And 500 more; look for them above.");
    let last = &all.resources[9];
    assert_eq!(last.scopes[0].opens.as_deref(), Some("Opens 150 calls"));
    // What is looked for is found there, too, however it is written.
    let found = reference.find(words(), "GET /things1499/");
    assert_eq!((found.calls.len(), found.more), (1, None));
    assert_eq!(found.calls[0].path, "/Things1499/{id}");
    assert_eq!(found.calls[0].needs, "<code>r9:read</code>");
    assert_eq!(found.resources.len(), 1);
    assert!(Arc::ptr_eq(&found.resources[0].scopes[0], &last.scopes[0]));
    // A scope leads to its calls.
    let of_scope = reference.find(words(), "r9:read");
    assert_eq!((of_scope.resources.len(), of_scope.calls.len()), (1, 150));
}

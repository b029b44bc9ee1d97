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

/// What it takes to make one, to find nothing, and to make a page of everything.
fn cost(endpoints: usize) -> [u64; 3] {
    let catalog = Arc::new(catalog(endpoints));
    let mut reference = None;
    let made = measure(|| reference = Some(Reference::of(&catalog, words())));
    let reference = reference.unwrap();
    let nothing = measure(|| assert!(reference.find("zzzz").calls.is_empty()));
    let page = measure(|| drop(reference.page_of_all(3)));
    [made, nothing, page].map(|counted| counted.count_total)
}

#[test]
fn a_search_makes_no_text_and_the_reference_is_made_in_one_pass() {
    // What a language needs is there before anything is counted.
    cost(1);
    let [made_of_few, nothing_in_few, page_of_few] = cost(2_000);
    let [made_of_many, nothing_in_many, page_of_many] = cost(16_000);
    assert!(made_of_few > 2_000 && made_of_many < 9 * made_of_few);
    assert_eq!(nothing_in_few, nothing_in_many);
    assert!(nothing_in_many < 20, "{nothing_in_many}");
    // A page is as large as the other.
    assert!(page_of_few > 500, "{page_of_few}");
    assert!(
        page_of_many < page_of_few + 200,
        "{page_of_few} {page_of_many}"
    );
}

#[test]
fn what_is_looked_for_is_found_wherever_it_stands() {
    let reference = Reference::of(&Arc::new(catalog(1_500)), words());
    let found = reference.find("/things1499/  GET");
    assert_eq!((found.scopes.len(), found.calls.len()), (1, 1));
    let page = reference.page_of(&found, 1);
    assert_eq!((page.number, page.of), (1, 1));
    assert_eq!(page.calls[0].path, "/Things1499/{id}");
    assert_eq!(page.calls[0].needs, "<code>r9:read</code>");
    let opens = page.resources[0].scopes[0].opens.as_deref();
    assert_eq!(opens, Some("Opens 150 calls"));
    // A scope leads to its calls.
    let of_scope = reference.find("r9:read");
    assert_eq!((of_scope.scopes.len(), of_scope.calls.len()), (1, 150));
}

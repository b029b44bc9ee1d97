//! An API of any size in which many scopes open each call, as in those that grew for years.
//!
//! Included by the benchmark and by the test of its answer.
#![allow(dead_code, reason = "each program uses its own part")]

use scope::Catalog;

use crate::small_catalog::SmallCatalog;

/// How alternatives are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alternatives {
    /// Narrow scopes in wider ones: of the resource, its family, its area and everything, to read,
    /// to write and to manage; the rest by neighbours.
    Nested,
    /// Without any order.
    Scattered,
}

/// This many endpoints, each opened by any of `alternatives` scopes; one scope for every 14
/// endpoints, so 714 for 10,000.
pub fn catalog(endpoints: usize, alternatives: usize, how: Alternatives) -> Catalog {
    let scopes = endpoints / 14;
    let mut catalog = SmallCatalog::new("wide");
    for scope in 0..scopes {
        let risk = 1 + scattered(scope) % 5;
        catalog = catalog
            .scope(&format!("s{scope}"))
            .with(&format!("risk = {risk}\nrisk_reason = {{ en = \"R\" }}"));
    }
    for endpoint in 0..endpoints {
        let mut own: Vec<usize> = Vec::new();
        let mut turn = 0;
        while own.len() < alternatives.min(scopes) {
            let scope = match how {
                Alternatives::Scattered => scattered(endpoint * 64 + turn) % scopes,
                Alternatives::Nested => nested(endpoint, turn, scopes),
            };
            if !own.contains(&scope) {
                own.push(scope);
            }
            turn += 1;
        }
        let any: Vec<String> = own.iter().map(|scope| format!("\"s{scope}\"")).collect();
        catalog = catalog.with(&format!(
            "[[endpoints]]\npath = \"/e{endpoint}\"\nget = {{ any = [{}] }}",
            any.join(", ")
        ));
    }
    catalog.parse()
}

/// Of the first scopes those for everything, then those of areas, then of resources.
fn nested(endpoint: usize, turn: usize, scopes: usize) -> usize {
    let resource = endpoint / 28;
    let action = endpoint % 3;
    let narrow = 40 + (resource * 2 + action.min(1)) % (scopes - 40);
    match turn {
        0 => narrow,
        1 if action == 0 => 40 + (resource * 2 + 1) % (scopes - 40),
        2 => 10 + resource / 12 % 30,
        3..6 => turn - 3,
        6..8 => 4 + action,
        _ => 40 + (resource / 8 * 16 + turn) % (scopes - 40),
    }
}

/// The `calls` of it, spread over the whole API.
pub fn calls(endpoints: usize, calls: usize) -> Vec<String> {
    let step = endpoints / calls;
    (0..calls)
        .map(|call| format!("/e{}", call * step))
        .collect()
}

/// Without pattern, and the same each time.
fn scattered(of: usize) -> usize {
    let mut value = (of as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (value ^ (value >> 31)) as usize
}

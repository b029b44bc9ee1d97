//! An API of any size in which many scopes open each call, as in those that grew for years.
//!
//! Included by the benchmark and by the test of its answer.
#![allow(dead_code, reason = "each program uses its own part")]

use std::collections::BTreeSet;

use scope::Catalog;

use crate::small_catalog::SmallCatalog;

/// How alternatives are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alternatives {
    /// Narrow scopes in wider ones: of a resource, its family, its area and everything, to read or to
    /// write; and twelve roles over families.
    Nested,
    /// Twenty of 700 without any order.
    Scattered,
}

/// This many endpoints, each opened by any of up to 20 scopes.
pub fn catalog(endpoints: usize, how: Alternatives) -> Catalog {
    let rules: Vec<Vec<String>> = (0..endpoints)
        .map(|endpoint| match how {
            Alternatives::Nested => nested(endpoint),
            Alternatives::Scattered => unordered(endpoint),
        })
        .collect();
    let names: BTreeSet<&String> = rules.iter().flatten().collect();
    let mut catalog = SmallCatalog::new("wide");
    for (place, name) in names.iter().enumerate() {
        let risk = match how {
            Alternatives::Nested => 1 + usize::from(name.ends_with("write")),
            Alternatives::Scattered => 1 + scattered(place) % 5,
        };
        catalog = catalog
            .scope(name)
            .with(&format!("risk = {risk}\nrisk_reason = {{ en = \"R\" }}"));
    }
    for (endpoint, rule) in rules.iter().enumerate() {
        let any: Vec<String> = rule.iter().map(|scope| format!("\"{scope}\"")).collect();
        catalog = catalog.with(&format!(
            "[[endpoints]]\npath = \"/e{endpoint}\"\nget = {{ any = [{}] }}",
            any.join(", ")
        ));
    }
    catalog.parse()
}

fn nested(endpoint: usize) -> Vec<String> {
    let resource = endpoint / 20;
    let (family, area) = (resource / 8, resource / 64);
    let reads = endpoint % 5 < 3;
    let levels = [
        format!("r{resource}"),
        format!("family{family}"),
        format!("area{area}"),
        "everything".to_owned(),
    ];
    let mut scopes = Vec::new();
    for level in levels {
        if reads {
            scopes.push(format!("{level}-read"));
        }
        scopes.push(format!("{level}-write"));
    }
    let roles = (0..12).filter(|role| !scattered(family * 12 + role).is_multiple_of(4));
    scopes.extend(roles.map(|role| format!("role{role}")));
    scopes
}

fn unordered(endpoint: usize) -> Vec<String> {
    let mut scopes: Vec<String> = Vec::new();
    for turn in 0.. {
        let scope = format!("s{}", scattered(endpoint * 64 + turn) % 700);
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
        if scopes.len() == 20 {
            break;
        }
    }
    scopes
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

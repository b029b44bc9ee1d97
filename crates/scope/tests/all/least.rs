//! The least scopes: the law on small random catalogs and on those that ship, and each rule of the
//! order by itself.

use proptest::prelude::*;
use scope::{
    Access, ApiRequest, Catalog, History, Proof, Subject, WhyNot, explain, minimal, minimal_within,
};

use crate::least_by_force::{Api, holds_for};
use crate::small_catalog::SmallCatalog;
use crate::wide_rules::{self, Alternatives};

#[test]
fn nothing_opens_less_than_the_least_scopes_of_what_ships() {
    for name in ["bexio", "bokio", "freshbooks", "stora"] {
        let path = format!("{}/../../catalogs/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap();
        let catalog = Catalog::parse(name, &text).unwrap();
        holds_for(&catalog, 2_000);
    }
}

/// A rule of few scopes, as numbers: one of these is enough, all scopes of it.
type Rule = Vec<Vec<usize>>;

#[derive(Debug, Clone)]
struct Dense {
    /// By scope: its risk, 0 where it is not said; is it on every grant, is it filtered, which
    /// later scope does it bring?
    scopes: Vec<(u8, bool, bool, Option<usize>)>,
    rules: Vec<Rule>,
    calls: Vec<usize>,
    steps: usize,
}

/// Many alternatives for each call, so that choices collide. `together` is the most scopes of one
/// alternative.
fn dense(together: usize) -> impl Strategy<Value = Dense> {
    let rare = |one_in: u32| prop::bool::weighted(1.0 / f64::from(one_in));
    let scope = (
        0_u8..=5,
        rare(20),
        rare(8),
        prop::option::weighted(0.2, 0_usize..12),
    );
    let alternative = prop::collection::vec(0_usize..12, 1..=together);
    let rule = prop::collection::vec(alternative, 1..=5);
    (
        prop::collection::vec(scope, 2..=9),
        prop::collection::vec(rule, 2..=16),
        prop::collection::vec(0_usize..16, 1..=5),
        prop::sample::select(vec![0, 1, 20, 100, 400, 1 << 20]),
    )
        .prop_map(|(scopes, rules, calls, steps)| Dense {
            scopes,
            rules,
            calls,
            steps,
        })
}

impl Dense {
    fn catalog(&self) -> Catalog {
        let count = self.scopes.len();
        let mut catalog = SmallCatalog::new("dense");
        for (index, (risk, is_default, is_filtered, brings)) in self.scopes.iter().enumerate() {
            catalog = catalog.scope(&format!("s{index}"));
            if *risk > 0 {
                catalog = catalog.with(&format!("risk = {risk}\nrisk_reason = {{ en = \"R\" }}"));
            }
            let is_later = |other: &usize| index < *other && *other < count;
            match brings.filter(is_later) {
                Some(other) if !is_default && !self.scopes[other].1 => {
                    catalog = catalog.with(&format!("implies = [\"s{other}\"]"));
                }
                _ => {}
            }
            if *is_default {
                catalog = catalog.with("added = \"every-grant\"");
            }
            if *is_filtered {
                catalog = catalog.with("row_filter = \"own-records\"");
            }
        }
        for (index, rule) in self.rules.iter().enumerate() {
            let each = rule.iter().map(|all| {
                let mut names: Vec<String> = all
                    .iter()
                    .map(|own| format!("\"s{}\"", own % count))
                    .collect();
                names.sort_unstable();
                names.dedup();
                format!("{{ all = [{}] }}", names.join(", "))
            });
            let any = each.collect::<Vec<_>>().join(", ");
            let rule = format!("[[endpoints]]\npath = \"/e{index}\"\nget = {{ any = [{any}] }}");
            catalog = catalog.with(&rule);
        }
        catalog.parse()
    }

    fn paths(&self) -> Vec<String> {
        let each = self
            .calls
            .iter()
            .map(|call| format!("/e{}", call % self.rules.len()));
        each.collect()
    }

    fn check(&self) -> Result<(), TestCaseError> {
        let catalog = self.catalog();
        let api = Api::new(&catalog);
        let paths = self.paths();
        let calls: Vec<ApiRequest<'_>> = paths
            .iter()
            .map(|path| ApiRequest::new("GET", path))
            .collect();
        let choices = api.choices(&calls, 4_000).unwrap();
        let least = minimal(&catalog, &calls).unwrap();
        prop_assert_eq!(least.proof, Proof::Least);
        let told = api.check(&choices, &least);
        prop_assert!(told.is_ok(), "{}", told.unwrap_err());
        let mut turned = calls.clone();
        turned.reverse();
        turned.extend(&calls);
        prop_assert_eq!(&minimal(&catalog, &turned).unwrap().scope, &least.scope);
        let hasty = minimal_within(&catalog, &calls, self.steps).unwrap();
        let told = api.check(&choices, &hasty);
        prop_assert!(
            told.is_ok(),
            "in {} steps: {}",
            self.steps,
            told.unwrap_err()
        );
        let told = api.check_exchanges(&choices, &hasty);
        prop_assert!(
            told.is_ok(),
            "in {} steps: {}",
            self.steps,
            told.unwrap_err()
        );
        Ok(())
    }
}

/// 512 cases for each law; `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let asked = ProptestConfig::default();
    ProptestConfig {
        cases: asked.cases.max(512),
        failure_persistence: None,
        ..asked
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn of_many_single_scopes_the_least_are_found(dense in dense(1)) {
        dense.check()?;
    }

    #[test]
    fn of_many_scopes_together_the_least_are_found(dense in dense(3)) {
        dense.check()?;
    }
}

/// Scopes with their risk, and endpoints with the scopes of which one is enough.
fn flat(scopes: &[(&str, u8)], endpoints: &[(&str, &[&str])]) -> Catalog {
    let mut catalog = SmallCatalog::new("flat");
    for (name, risk) in scopes {
        catalog = catalog.scope(name);
        if *risk > 0 {
            catalog = catalog.with(&format!("risk = {risk}\nrisk_reason = {{ en = \"R\" }}"));
        }
    }
    for (path, any) in endpoints {
        let rule = format!("[[endpoints]]\npath = \"{path}\"\nget = {{ any = {any:?} }}");
        catalog = catalog.with(&rule);
    }
    catalog.parse()
}

fn least(catalog: &Catalog, paths: &[&str]) -> scope::MinimalScopes {
    let calls: Vec<ApiRequest<'_>> = paths
        .iter()
        .map(|path| ApiRequest::new("GET", path))
        .collect();
    minimal(catalog, &calls).unwrap()
}

#[test]
fn one_scope_for_everything_is_not_less_than_two_narrow_ones() {
    let catalog = flat(
        &[("everything", 1), ("read-a", 5), ("read-b", 5)],
        &[
            ("/a", &["everything", "read-a"]),
            ("/b", &["everything", "read-b"]),
            ("/c", &["everything"]),
        ],
    );
    let both = least(&catalog, &["/a", "/b"]);
    assert_eq!(both.scope.to_string(), "read-a read-b");
    assert_eq!((both.opens, both.of, both.proof), (2, 3, Proof::Least));
    let [instead] = both.instead.as_slice() else {
        panic!("{:?}", both.instead);
    };
    assert_eq!(instead.scopes, ["everything"]);
    assert_eq!(instead.of, ["read-a", "read-b"]);
    assert_eq!((instead.more, instead.less), (1, 0));
    assert_eq!(instead.examples, ["GET /c"]);
    assert_eq!(instead.why, WhyNot::OpensMore);
}

#[test]
fn what_is_needed_anyway_is_held_against_nobody() {
    let catalog = flat(
        &[("everything", 5), ("read-a", 1)],
        &[("/a", &["everything", "read-a"]), ("/c", &["everything"])],
    );
    let both = least(&catalog, &["/a", "/c"]);
    assert_eq!(both.scope.to_string(), "everything");
    assert!(both.instead.is_empty(), "{:?}", both.instead);
}

#[test]
fn of_what_opens_different_calls_the_least_risk_is_taken() {
    let endpoints: [(&str, &[&str]); 4] = [
        ("/a", &["high", "low"]),
        ("/b", &["high"]),
        ("/c", &["low"]),
        ("/d", &["low"]),
    ];
    let why = |risks: &[(&str, u8)]| {
        let least = least(&flat(risks, &endpoints), &["/a"]);
        (least.scope.to_string(), least.instead[0].why)
    };
    // One more scope at risk 5 is more than any number of calls.
    assert_eq!(
        why(&[("high", 5), ("low", 4)]),
        ("low".to_owned(), WhyNot::MoreRisk)
    );
    // At the same risk the fewer calls count.
    assert_eq!(
        why(&[("high", 2), ("low", 2)]),
        ("high".to_owned(), WhyNot::OpensMoreCalls)
    );
    // A risk that nobody has said is in the middle.
    assert_eq!(
        why(&[("high", 0), ("low", 4)]),
        ("high".to_owned(), WhyNot::MoreRisk)
    );
    assert_eq!(
        why(&[("high", 0), ("low", 2)]),
        ("low".to_owned(), WhyNot::MoreRisk)
    );
}

#[test]
fn two_of_little_risk_come_before_one_of_much() {
    let catalog = flat(
        &[("a", 4), ("b", 4), ("ab", 5), ("x", 1)],
        &[
            ("/a", &["a", "ab"]),
            ("/b", &["b", "ab"]),
            ("/x", &["a"]),
            ("/y", &["b"]),
            ("/z", &["ab", "x"]),
        ],
    );
    assert_eq!(least(&catalog, &["/a", "/b"]).scope.to_string(), "a b");
}

#[test]
fn a_scope_for_some_rows_is_less_than_one_for_all() {
    let catalog = SmallCatalog::new("rows")
        .scope("all")
        .with("risk = 1\nrisk_reason = { en = \"R\" }")
        .scope("own")
        .with("row_filter = \"own-records\"\nrisk = 5\nrisk_reason = { en = \"R\" }")
        .with("[[endpoints]]\npath = \"/a\"\nget = { any = [\"all\", \"own\"] }")
        .parse();
    let least = least(&catalog, &["/a"]);
    assert_eq!(least.scope.to_string(), "own");
    assert!(least.per_call[0].row_filter.is_some());
    assert_eq!(least.instead[0].examples, ["GET /a (every row)"]);
}

#[test]
fn values_of_a_condition_are_calls_of_their_own() {
    let catalog = SmallCatalog::new("values")
        .scope("any-kind")
        .with("risk = 1\nrisk_reason = { en = \"R\" }")
        .scope("orders")
        .with("risk = 4\nrisk_reason = { en = \"R\" }")
        .with(
            "[[endpoints]]\npath = \"/{kind}\"\nget = { by_path = \"kind\", is = { order = \
             { any = [\"any-kind\", \"orders\"] }, offer = \"any-kind\" } }",
        )
        .parse();
    let least = least(&catalog, &["/order"]);
    assert_eq!(least.scope.to_string(), "orders");
    assert_eq!((least.opens, least.of), (1, 2));
    assert_eq!(least.instead[0].examples, ["GET /{kind} (kind: offer)"]);
}

#[test]
fn calls_without_a_scope_are_named_by_their_place() {
    let catalog = flat(&[("a", 1)], &[("/a", &["a"])]);
    let calls = ["/a", "/nowhere", "/a"].map(|path| ApiRequest::new("GET", path));
    let unknown = minimal(&catalog, &calls).unwrap_err();
    let places: Vec<usize> = unknown.calls.iter().map(|call| call.place).collect();
    assert_eq!(places, [1]);
}

/// The least of what is held says how narrow a grant could have been.
#[test]
fn of_several_scopes_that_open_a_call_the_one_of_least_risk_is_told() {
    let catalog = flat(
        &[("wide", 4), ("narrow", 2)],
        &[("/a", &["wide", "narrow"])],
    );
    let (all, request) = (catalog.all(), ApiRequest::new("GET", "/a"));
    let told = |held: &str| {
        let granted = catalog.granted(&held.parse().unwrap());
        let ceiling = catalog.registered(&catalog.scope_of(&all));
        let access = Access {
            subject: Subject::Person,
            granted: &granted,
            ceiling: &ceiling,
            approved: &all,
            rights: &all,
            expired: None,
            unproven: None,
        };
        explain(&catalog, &access, &request, &History::default()).sufficient
    };
    assert_eq!(told("wide narrow"), ["narrow"]);
    assert_eq!(told("wide"), ["wide"]);
}

/// The size that `bench` measures, in a tenth: an order of scopes is found through, and without an
/// order nothing opens less.
#[test]
fn of_wide_rules_the_narrow_scopes_are_taken() {
    let nested = wide_rules::catalog(1_000, Alternatives::Nested);
    let paths = wide_rules::calls(1_000, 10);
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let answer = least(&nested, &paths);
    assert_eq!(answer.proof, Proof::Least);
    assert!(
        answer
            .scope
            .iter()
            .all(|name| name.starts_with('r') && !name.starts_with("role"))
    );
    let scattered = wide_rules::catalog(1_000, Alternatives::Scattered);
    assert_ne!(least(&scattered, &paths).proof, Proof::Improved);
}

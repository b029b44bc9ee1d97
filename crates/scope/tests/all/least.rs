//! The least scopes: the law on small random catalogs and on those that ship, and each rule of the
//! order by itself.

use proptest::prelude::*;
use scope::{ApiRequest, Catalog, Proof, minimal, minimal_within};

use crate::least_by_force::{Api, holds_for};
use crate::small_catalog::SmallCatalog;

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

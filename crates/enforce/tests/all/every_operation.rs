//! For each operation of each catalog: all scopes but the needed ones open nothing.

use crate::support::{Gate, token};
use scope::{ApiRequest, Catalog, Endpoint, Requirement};

#[tokio::test]
async fn bexio() {
    assert!(every_operation("bexio").await >= 250);
}

#[tokio::test]
async fn bokio() {
    assert!(every_operation("bokio").await >= 55);
}

#[tokio::test]
async fn freshbooks() {
    assert!(every_operation("freshbooks").await >= 110);
}

#[tokio::test]
async fn stora() {
    assert!(every_operation("stora").await >= 75);
}

/// Answers how many operations there are.
async fn every_operation(id: &str) -> usize {
    let gate = Gate::new(id);
    let catalog = &gate.catalog;
    let all: Vec<&str> = catalog
        .scopes()
        .iter()
        .map(|scope| scope.name.as_str())
        .collect();
    for endpoint in catalog.endpoints() {
        let path = example(endpoint);
        let method = endpoint.method.as_str();
        let call = ApiRequest::new(method, &path);
        let required = scope::required(catalog, &call).unwrap();
        let name = |id: &scope::ScopeId| catalog.scope(*id).unwrap().name.as_str();
        let alternatives: Vec<Vec<&str>> = required
            .alternatives()
            .iter()
            .map(|ids| ids.iter().map(name).collect())
            .collect();
        assert!(!alternatives.is_empty(), "{method} {path}");
        for alternative in &alternatives {
            let answer = gate
                .send(method, &path, Some(&token(&alternative.join(" "))))
                .await;
            assert_eq!(answer.status, 200, "{method} {path} with {alternative:?}");
            for needed in alternative {
                // Whatever brings or replaces the needed scope is left out with it.
                let rest: Vec<&str> = all
                    .iter()
                    .copied()
                    .filter(|name| !brings(catalog, name, needed))
                    .filter(|name| {
                        let others = alternatives.iter().filter(|other| !other.contains(needed));
                        !others
                            .into_iter()
                            .flatten()
                            .any(|other| brings(catalog, name, other))
                    })
                    .collect();
                let answer = gate
                    .send(method, &path, Some(&token(&rest.join(" "))))
                    .await;
                let always = catalog.every_grant();
                let given = catalog.find(needed).is_some_and(|id| always.contains(id));
                let expected = if given { 200 } else { 403 };
                assert_eq!(answer.status, expected, "{method} {path} without {needed}");
                if !given {
                    assert_eq!(answer.body["reason"], "insufficient-scope");
                }
            }
        }
    }
    catalog.endpoints().len()
}

fn brings(catalog: &Catalog, name: &str, needed: &str) -> bool {
    let definition = catalog.find(name).and_then(|id| catalog.scope(id)).unwrap();
    name == needed || definition.implies.iter().any(|implied| implied == needed)
}

/// A call of the endpoint: each parameter has a value that the rule lists.
fn example(endpoint: &Endpoint) -> String {
    let mut path = endpoint.path.clone();
    let mut query = String::new();
    fill(&endpoint.requirement, &mut path, &mut query);
    let segments: Vec<&str> = path
        .split('/')
        .map(|segment| {
            if segment.starts_with('{') {
                "1"
            } else {
                segment
            }
        })
        .collect();
    format!("{}{query}", segments.join("/"))
}

fn fill(requirement: &Requirement, path: &mut String, query: &mut String) {
    match requirement {
        Requirement::ByPath { parameter, is } => {
            *path = path.replace(&format!("{{{parameter}}}"), &is[0].0);
        }
        Requirement::ByQuery { parameter, is, .. } => {
            *query = format!("?{parameter}={}", is[0].0.replace('*', "x"));
        }
        Requirement::All(parts) | Requirement::Any(parts) => {
            parts.iter().for_each(|part| fill(part, path, query));
        }
        Requirement::BySubject { person, client } => {
            person
                .iter()
                .chain(client)
                .for_each(|part| fill(part, path, query));
        }
        Requirement::Scope(_)
        | Requirement::AnyToken
        | Requirement::Public
        | Requirement::ByBody { .. } => {}
    }
}

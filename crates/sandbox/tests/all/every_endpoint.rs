//! Every endpoint of every catalog: the scopes it needs open it, and nothing less does.

use scope::{ApiRequest, Catalog, Endpoint, Method, OrganisationKey, Requirement, Visible};
use serde_json::{Value, json};

use crate::caller::{Sandbox, ids, reason};

#[tokio::test]
async fn bexio() {
    every_endpoint("bexio").await;
}

#[tokio::test]
async fn bokio() {
    every_endpoint("bokio").await;
}

#[tokio::test]
async fn freshbooks() {
    every_endpoint("freshbooks").await;
}

#[tokio::test]
async fn stora() {
    every_endpoint("stora").await;
}

async fn every_endpoint(realm: &str) {
    let catalog = crate::support::catalog(realm);
    // What is removed by one call is not there for the next.
    let mut endpoints: Vec<&Endpoint> = catalog.endpoints().iter().collect();
    endpoints.sort_by_key(|endpoint| endpoint.method == Method::Delete);
    let sandbox = Sandbox::new(realm).await;
    let mut wrong = Vec::new();
    for endpoint in endpoints {
        let path = path(&sandbox, &catalog, endpoint).await;
        let body = body(endpoint);
        let needed = needed(&catalog, endpoint, &path, &body);
        let method = endpoint.method.as_str();
        let given = needed.split(' ').all(|name| {
            let id = catalog.find(name).unwrap();
            catalog.every_grant().contains(id)
        });
        if !given {
            let answer = sandbox.call(method, &path, "", body.clone()).await;
            assert_eq!(answer.status, 403, "{method} {path} without scope");
            assert_eq!(reason(&answer), "insufficient-scope");
        }
        let answer = sandbox.call(method, &path, &needed, body).await;
        if answer.status.is_success() {
            let has_body = !answer.body.is_empty();
            assert_eq!(has_body, answer.status != 204, "{method} {path}");
        } else {
            wrong.push(format!(
                "{method} {path} with {needed}: {} {}",
                answer.status, answer.body
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A call of the endpoint on records that are there.
async fn path(sandbox: &Sandbox, catalog: &Catalog, endpoint: &Endpoint) -> String {
    let (kind, query) = condition(&endpoint.requirement);
    let organisation = &sandbox.world.muster;
    let all = catalog.scope_of(&catalog.all()).to_string();
    let mut path = String::new();
    for segment in endpoint.path.split('/').skip(1) {
        let parameter = segment
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        let value = match parameter {
            None => segment.to_owned(),
            Some(name) => match catalog.organisation_parameters().get(name) {
                Some(OrganisationKey::Id) => organisation.id.to_string(),
                Some(OrganisationKey::Slug) => organisation.slug.clone(),
                Some(OrganisationKey::Number) => organisation.number.to_string(),
                None if kind.as_ref().is_some_and(|(own, _)| own == name) => {
                    kind.as_ref().unwrap().1.clone()
                }
                None => first_id(sandbox, &path, &all).await,
            },
        };
        path = format!("{path}/{value}");
    }
    format!("{path}{query}")
}

/// The first id in the list at this path, or at its plural.
async fn first_id(sandbox: &Sandbox, path: &str, scopes: &str) -> String {
    for list in [path.to_owned(), format!("{path}s")] {
        let answer = sandbox.call("GET", &list, scopes, Value::Null).await;
        if answer.status == 200 {
            return ids(&answer.json())
                .first()
                .unwrap_or_else(|| panic!("{list} is empty"))
                .clone();
        }
    }
    if path.ends_with("/sie") {
        let years = path.replace("/sie", "/fiscal-years");
        return Box::pin(first_id(sandbox, &years, scopes)).await;
    }
    String::from("1")
}

/// A path parameter's value and a query that the rule lists.
fn condition(requirement: &Requirement) -> (Option<(String, String)>, String) {
    match requirement {
        Requirement::ByPath { parameter, is } => {
            (Some((parameter.clone(), is[0].0.clone())), String::new())
        }
        Requirement::ByQuery { parameter, is, .. } => (None, format!("?{parameter}={}", is[0].0)),
        _ => (None, String::new()),
    }
}

fn body(endpoint: &Endpoint) -> Value {
    match endpoint.method {
        Method::Get | Method::Delete => Value::Null,
        _ if endpoint.path.ends_with("/search") => json!([]),
        _ if endpoint.path.contains("bulk") => json!([{"name": "One"}, {"name": "Two"}]),
        _ if endpoint.path.contains("/callbacks") => {
            json!({"callback": {"event": "invoice.create"}})
        }
        _ => json!({"name": "A name"}),
    }
}

/// The scopes of the first alternative.
fn needed(catalog: &Catalog, endpoint: &Endpoint, path: &str, body: &Value) -> String {
    let text = body.to_string();
    let mut call = ApiRequest::new(endpoint.method.as_str(), path);
    if !body.is_null() {
        call.body = Visible::Seen(&text);
    }
    let required = scope::required(catalog, &call).unwrap();
    let first = &required.alternatives()[0];
    let names: Vec<&str> = first
        .iter()
        .map(|id| catalog.scope(*id).unwrap().name.as_str())
        .collect();
    names.join(" ")
}

//! Real descriptions: what the sandbox answers is as each of them says itself.
//!
//! They belong to others and are no part of this repository. They are looked for in the folder
//! that `OPENAPI_DESCRIPTIONS` names, or beside the repository, where CI has them.

use std::path::{Path, PathBuf};

use authoring::{OnDisk, Options, import};
use axum::body::Body;
use axum::http::Request;
use sandbox::ExampleCalls;
use scope::{Catalog, Endpoint, Method};
use serde_json::Value;

use super::document::Document;
use crate::caller::{For, Sandbox};
use crate::support::Answer;

fn descriptions() -> Vec<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/openapi");
    let named = std::env::var_os("OPENAPI_DESCRIPTIONS").map(PathBuf::from);
    let folder = named.clone().unwrap_or(beside);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        let must_be = named.is_some() || std::env::var_os("CI").is_some();
        assert!(
            !must_be,
            "there are no descriptions in {}",
            folder.display()
        );
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// A description, its catalog with every operation that a catalog can have, and its sandbox.
struct Api {
    name: String,
    document: Document,
    catalog: Catalog,
    sandbox: Sandbox,
    examples: ExampleCalls,
    token: String,
}

impl Api {
    async fn of(file: &Path) -> Self {
        let mut options = Options::default();
        let read = |options: &Options| import(&[file.to_owned()], options, &OnDisk).unwrap();
        let mut imported = read(&options);
        if imported.catalog.is_none() || imported.report.names_no_scopes() {
            options.propose = true;
            imported = read(&options);
        }
        let text = imported.catalog.unwrap();
        let parse = || Catalog::parse("api.toml", &text).unwrap();
        let sandbox = Sandbox::described(parse(), imported.description.unwrap()).await;
        let catalog = parse();
        let every = catalog.scope_of(&catalog.all()).to_string();
        let realm = sandbox.world.app.realm(&sandbox.world.realm).unwrap();
        Self {
            name: file.file_name().unwrap().to_string_lossy().into_owned(),
            document: Document::read(&std::fs::read_to_string(file).unwrap()),
            examples: ExampleCalls::of(&realm),
            token: sandbox.token(&sandbox.app, For::Anna, &every),
            catalog,
            sandbox,
        }
    }

    /// The call of an endpoint that a new user would try first.
    async fn call(&self, endpoint: &Endpoint) -> Answer {
        let organisation = self.sandbox.world.muster.id;
        let path = endpoint.filled(|name| {
            let id = self.examples.id(endpoint, name, organisation);
            id.unwrap_or_else(|| "1".to_owned())
        });
        self.call_at(endpoint, &path).await
    }

    /// What the document itself shows for a parameter of a path.
    fn shown(&self, endpoint: &Endpoint, name: &str) -> Option<String> {
        let operations = self.document.operations();
        let own = self.operation(&operations, endpoint)?;
        self.document.shown(own, name)
    }

    async fn call_at(&self, endpoint: &Endpoint, path: &str) -> Answer {
        let request = Request::builder()
            .method(endpoint.method.as_str())
            .uri(format!("/{}/api{path}", self.sandbox.world.realm))
            .header("authorization", format!("Bearer {}", self.token));
        let kind = self.content_type(endpoint);
        let request = match kind.as_deref() {
            None => request.body(Body::empty()),
            Some(kind) if kind.contains("json") => request
                .header("content-type", kind)
                .body(Body::from(self.body(endpoint))),
            Some(kind) => request
                .header("content-type", kind)
                .body(Body::from("name=A+name")),
        };
        self.sandbox.world.send(request.unwrap()).await
    }

    fn body(&self, endpoint: &Endpoint) -> String {
        let body = self.examples.body(endpoint);
        body.unwrap_or_else(|| serde_json::json!({"name": "A name"}))
            .to_string()
    }

    fn content_type(&self, endpoint: &Endpoint) -> Option<String> {
        let realm = self
            .sandbox
            .world
            .app
            .realm(&self.sandbox.world.realm)
            .unwrap();
        let description = realm.description().unwrap();
        let operation = description.operation(endpoint.method, &endpoint.path)?;
        let kinds: Vec<&str> = operation.request.iter().map(|(kind, _)| kind).collect();
        let json = kinds.iter().find(|kind| kind.contains("json"));
        json.or(kinds.first()).map(|kind| (*kind).to_owned())
    }

    /// The document's own operation, by its path with or without the base in front.
    fn operation<'a>(
        &self,
        operations: &'a [(String, &str, &Value)],
        endpoint: &Endpoint,
    ) -> Option<&'a Value> {
        let nameless = |path: &str| {
            let parts = path.split('{').map(|part| match part.split_once('}') {
                Some((_, behind)) => format!("{{}}{behind}"),
                None => part.to_owned(),
            });
            parts.collect::<String>()
        };
        let path = nameless(&endpoint.path);
        let own = operations.iter().filter(|(method, own, _)| {
            let own = own.split(['?', '#']).next().unwrap();
            method == endpoint.method.as_str() && path.ends_with(&nameless(own))
        });
        // Of several operations of one URL, the first counts.
        own.max_by_key(|(_, own, _)| {
            let path = own.split('#').next().unwrap();
            (nameless(path).len(), !own.contains('#'))
        })
        .map(|(_, _, own)| *own)
    }
}

#[tokio::test]
async fn answers_are_as_the_document_says() {
    let mut all = (0, 0);
    for file in descriptions() {
        let api = Api::of(&file).await;
        let operations = api.document.operations();
        let mut endpoints: Vec<&Endpoint> = api.catalog.endpoints().iter().collect();
        // What is removed by one call is not there for the next.
        endpoints.sort_by_key(|endpoint| match endpoint.method {
            Method::Get => 0,
            Method::Delete => 1_000 - endpoint.path.split('/').count(),
            _ => 1,
        });
        let (mut right, mut wrong) = (0, Vec::new());
        let (mut lists, mut empty, mut untrue) = (0, 0, Vec::new());
        for endpoint in endpoints {
            let Some(operation) = api.operation(&operations, endpoint) else {
                continue;
            };
            // What only redirects browsers is no call of an API.
            let statuses = operation["responses"].as_object().unwrap();
            if !statuses.keys().any(|status| status.starts_with('2')) {
                continue;
            }
            let mut answer = api.call(endpoint).await;
            if answer.status == 404 && endpoint.method == Method::Delete {
                // It was removed by another path.
                answer = Api::of(&file).await.call(endpoint).await;
            }
            assert_ne!(
                answer.status.as_u16() / 100,
                5,
                "{endpoint:?} {}",
                answer.body
            );
            let kinds = api.document.kinds(operation, answer.status.as_u16());
            if answer.status.is_success() && !kinds.is_empty() {
                let kind = answer.header("content-type").unwrap_or_default();
                let kind = kind.split(';').next().unwrap();
                let of = |own: &String| {
                    let range = own.split(';').next().unwrap().split_once('*');
                    own.starts_with(kind) || range.is_some_and(|(own, _)| kind.starts_with(own))
                };
                assert!(kinds.iter().any(of), "{} {kind} {kinds:?}", endpoint.path);
            }
            let held = match answer.status.is_success() {
                true => api
                    .document
                    .check(operation, answer.status.as_u16(), &answer.body),
                false => Err(format!("{} {:.200}", answer.status, answer.body)),
            };
            if let Some(wrong) = miscounted(&serde_json::from_str(&answer.body).unwrap_or_default())
            {
                untrue.push(format!("{}: {wrong:.200}", endpoint.path));
            }
            if let (Method::Get, Some(count)) = (endpoint.method, listed(&answer.body)) {
                lists += 1;
                empty += usize::from(count == 0);
                if count == 0 {
                    println!("  empty: {} {:.200}", endpoint.path, answer.body);
                }
            }
            match held {
                Ok(()) => right += 1,
                Err(why) => wrong.push(format!(
                    "{} {}: {why}",
                    endpoint.method.as_str(),
                    endpoint.path
                )),
            }
        }
        println!("{}: {right} of {}", api.name, right + wrong.len());
        for line in &wrong {
            println!("  {line:.400}");
        }
        println!("  {empty} of {lists} lists are empty");
        assert!(untrue.is_empty(), "{}: {untrue:#?}", api.name);
        assert!(wrong.is_empty(), "{}: {wrong:#?}", api.name);
        assert!(
            empty * 10 <= lists,
            "{}: {empty} of {lists} lists",
            api.name
        );
        all.0 += right;
        all.1 += 1;
    }
    assert!(all.1 == 0 || all.0 >= 1_174, "{all:?}");
}

/// Whoever knows no id takes those of the document, and otherwise does what the refusal says.
#[tokio::test]
async fn every_record_is_found_by_what_the_document_or_the_refusal_says() {
    let mut lost = Vec::new();
    for file in descriptions() {
        let api = Api::of(&file).await;
        let (mut by_document, mut by_refusal, before) = (0, 0, lost.len());
        let endpoints = api.catalog.endpoints().iter();
        let read = |own: &&Endpoint| own.method == Method::Get && own.path.contains('{');
        for endpoint in endpoints.filter(read) {
            let path = endpoint.filled(|name| {
                let id = api.shown(endpoint, name);
                id.unwrap_or_else(|| "0-no-such".to_owned())
            });
            let mut answer = api.call_at(endpoint, &path).await;
            if answer.status.is_success() {
                by_document += 1;
                continue;
            }
            let refusal: Value = serde_json::from_str(&answer.body).unwrap_or_default();
            if let Some(path) = refusal["example"].as_str() {
                assert!(refusal["detail"].as_str().unwrap().contains(path));
                answer = api.call_at(endpoint, path).await;
            }
            match answer.status.is_success() {
                true => by_refusal += 1,
                false => lost.push(format!("{path}: {} {}", answer.status, answer.body)),
            }
        }
        println!(
            "{}: {by_document} by the document, {by_refusal} by the refusal, {} not",
            api.name,
            lost.len() - before
        );
    }
    assert!(lost.is_empty(), "{lost:#?}");
}

/// An object around a list that counts others than stand in it.
fn miscounted(value: &Value) -> Option<&Value> {
    let below = match value {
        Value::Array(items) => return items.iter().find_map(miscounted),
        Value::Object(members) => members.values().find_map(miscounted),
        _ => return None,
    };
    let lists = value.as_object()?.values().filter_map(Value::as_array);
    let lists: Vec<usize> = lists.map(Vec::len).collect();
    let says = ["total_count", "totalItems", "total"].map(|name| value[name].as_u64());
    let is_page = ["limit", "offset", "currentPage", "total_count"]
        .iter()
        .any(|name| value.get(name).is_some());
    let said = says.into_iter().flatten().next();
    let is_wrong = match (lists.as_slice(), said) {
        ([count], Some(said)) if is_page => said != *count as u64,
        _ => false,
    };
    below.or(is_wrong.then_some(value))
}

/// Is it a list, or an object around one? Then how many are in it.
fn listed(answer: &str) -> Option<usize> {
    let value: Value = serde_json::from_str(answer).ok()?;
    match value {
        Value::Array(items) => Some(items.len()),
        Value::Object(members) => {
            let lists = members.values().filter_map(Value::as_array);
            let has_id = members
                .keys()
                .any(|name| name.to_lowercase().ends_with("id"));
            lists.map(Vec::len).max().filter(|_| !has_id)
        }
        _ => None,
    }
}

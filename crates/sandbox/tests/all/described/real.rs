//! Real descriptions: what the sandbox answers is as each of them says itself.
//!
//! They belong to others and are no part of this repository. They are looked for in the folder
//! that `OPENAPI_DESCRIPTIONS` names, or beside the repository, where CI has them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use authoring::{OnDisk, Options, import};
use axum::body::Body;
use axum::http::Request;
use sandbox::ExampleCalls;
use scope::{ApiDescription, Catalog, Endpoint, Method};
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

/// A description, read once for all tests.
struct Read {
    name: String,
    document: Document,
    /// With every operation that a catalog can have.
    catalog: String,
    description: ApiDescription,
}

static ALL: LazyLock<Vec<Read>> = LazyLock::new(|| {
    let all = descriptions();
    // The large ones are read side by side.
    std::thread::scope(|scope| {
        let each = all.iter().map(|file| scope.spawn(|| Read::of(file)));
        let each: Vec<_> = each.collect();
        each.into_iter().map(|own| own.join().unwrap()).collect()
    })
});

impl Read {
    fn of(file: &Path) -> Self {
        let mut options = Options::default();
        let read = |options: &Options| import(&[file.to_owned()], options, &OnDisk).unwrap();
        let mut imported = read(&options);
        if imported.catalog.is_none() || imported.report.names_no_scopes() {
            options.propose = true;
            imported = read(&options);
        }
        Self {
            name: file.file_name().unwrap().to_string_lossy().into_owned(),
            document: Document::read(&std::fs::read_to_string(file).unwrap()),
            catalog: imported.catalog.unwrap(),
            description: imported.description.unwrap(),
        }
    }
}

/// A description with its sandbox.
struct Api {
    operations: Vec<(String, &'static str, &'static Value)>,
    catalog: Arc<Catalog>,
    sandbox: Sandbox,
    examples: ExampleCalls,
    token: String,
}

impl Api {
    async fn of(read: &'static Read) -> Self {
        let catalog = Catalog::parse("api.toml", &read.catalog).unwrap();
        let sandbox = Sandbox::described(catalog, read.description.clone()).await;
        let realm = sandbox.world.app.realm(&sandbox.world.realm).unwrap();
        let catalog = Arc::clone(realm.catalog());
        let every = catalog.scope_of(&catalog.all()).to_string();
        Self {
            operations: read.document.operations(),
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

    /// The same call with the body that the document shows, as it stands there.
    async fn call_as_shown(&self, endpoint: &Endpoint) -> Option<Answer> {
        let realm = self.sandbox.world.app.realm(&self.sandbox.world.realm);
        let realm = realm.unwrap();
        let operation = realm
            .description()?
            .operation(endpoint.method, &endpoint.path)?;
        let mut bodies = operation.request.iter();
        let (_, body) = bodies.find(|(kind, _)| kind.contains("json"))?;
        let body = body.example.as_ref()?.value().clone();
        let organisation = self.sandbox.world.muster.id;
        let path = endpoint.filled(|name| {
            let id = self.examples.id(endpoint, name, organisation);
            id.unwrap_or_else(|| "1".to_owned())
        });
        let sandbox = &self.sandbox;
        let answer = sandbox.call_with(&self.token, endpoint.method.as_str(), &path, body);
        Some(answer.await)
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
            Some("multipart/form-data") => request
                .header("content-type", "multipart/form-data; boundary=line")
                .body(Body::from(
                    "--line\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nA name\r\n--line--",
                )),
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

    /// The document's own operations for an endpoint, by their paths with or without the base in front; of
    /// several of one URL, the first comes last.
    fn operations(&self, endpoint: &Endpoint) -> Vec<(&'static str, &'static Value)> {
        let path = nameless(&endpoint.path);
        let own = self.operations.iter().filter(|(method, own, _)| {
            let own = own.split(['?', '#']).next().unwrap();
            method == endpoint.method.as_str() && path.ends_with(&nameless(own))
        });
        let length = |path: &str| nameless(path.split('#').next().unwrap()).len();
        let own: Vec<_> = own.map(|(_, path, own)| (*path, *own)).collect();
        let longest = own.iter().map(|(path, _)| length(path)).max();
        let mut own = own;
        own.retain(|(path, _)| Some(length(path)) == longest);
        own.sort_by_key(|(path, _)| !path.contains('#'));
        own
    }

    fn operation(&self, endpoint: &Endpoint) -> Option<&'static Value> {
        self.operations(endpoint).last().map(|(_, own)| *own)
    }
}

fn nameless(path: &str) -> String {
    let parts = path.split('{').map(|part| match part.split_once('}') {
        Some((_, behind)) => format!("{{}}{behind}"),
        None => part.to_owned(),
    });
    parts.collect()
}

#[tokio::test]
async fn answers_are_as_the_document_says() {
    let mut all = (0, 0);
    for read in ALL.iter() {
        let api = Api::of(read).await;
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
            let Some(operation) = api.operation(endpoint) else {
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
                answer = Api::of(read).await.call(endpoint).await;
            }
            assert_ne!(
                answer.status.as_u16() / 100,
                5,
                "{endpoint:?} {}",
                answer.body
            );
            let kinds = read.document.kinds(operation, answer.status.as_u16());
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
                true => read
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
        println!("{}: {right} of {}", read.name, right + wrong.len());
        for line in &wrong {
            println!("  {line:.400}");
        }
        println!("  {empty} of {lists} lists are empty");
        assert!(untrue.is_empty(), "{}: {untrue:#?}", read.name);
        assert!(wrong.is_empty(), "{}: {wrong:#?}", read.name);
        assert!(
            empty * 10 <= lists,
            "{}: {empty} of {lists} lists",
            read.name
        );
        all.0 += right;
        all.1 += 1;
    }
    assert!(all.1 == 0 || all.0 >= 1_174, "{all:?}");
}

#[tokio::test]
async fn a_body_that_the_document_shows_is_not_refused() {
    let mut all = 0;
    for read in ALL.iter() {
        let api = Api::of(read).await;
        for endpoint in api.catalog.endpoints() {
            let Some(answer) = api.call_as_shown(endpoint).await else {
                continue;
            };
            all += 1;
            assert!(
                answer.status != 400,
                "{} {}: {:.400}",
                read.name,
                endpoint.path,
                answer.body
            );
        }
    }
    assert!(ALL.is_empty() || all >= 89, "{all}");
}

/// Whoever knows no id takes those of the document, and otherwise does what the refusal says.
#[tokio::test]
async fn every_record_is_found_by_what_the_document_or_the_refusal_says() {
    let mut lost = Vec::new();
    let mut all = 0;
    for read in ALL.iter() {
        let api = Api::of(read).await;
        let (mut by_document, mut by_refusal, before) = (0, 0, lost.len());
        let endpoints = api.catalog.endpoints().iter();
        let shows = |own: &&Endpoint| own.method == Method::Get && own.path.contains('{');
        let each = endpoints.filter(shows).flat_map(|endpoint| {
            let spelled = api.operations(endpoint).into_iter();
            spelled.map(move |own| (endpoint, own))
        });
        for (endpoint, (spelled, operation)) in each {
            let mut names = spelled.split('{').skip(1);
            let mut are_shown = true;
            let path = endpoint.filled(|_| {
                let name = names.next().and_then(|own| own.split_once('}'));
                let id = name.and_then(|(name, _)| read.document.shown(spelled, operation, name));
                are_shown &= id.is_some();
                id.unwrap_or_else(|| "0-no-such".to_owned())
            });
            let mut answer = api.call_at(endpoint, &path).await;
            if answer.status.is_success() {
                by_document += usize::from(are_shown);
                continue;
            }
            if are_shown {
                lost.push(format!("{path}: {} {}", answer.status, answer.body));
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
            read.name,
            lost.len() - before
        );
        all += by_document;
    }
    assert!(lost.is_empty(), "{lost:#?}");
    assert!(ALL.is_empty() || all >= 230, "{all}");
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

//! The decision cases, through every gate that can be told of them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use axum::body::Body;
use enforce::{
    AccessError, AccessNow, AccessSource, TokenVerifier, UnverifiedToken, Uuid, VerifiedToken,
    VerifyError,
};
use gates::Preflight;
use scope::cases::{Case, CaseFile};
use scope::{
    Catalog, GrantAnswers, GrantedScope, History, OrganisationKey, Reason, Scope, Withheld,
};
use serde_json::{Value, json};

use crate::support::{World, catalog, request};

/// Cases that were run through each gate, and those that need what no gate can see.
#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    run: usize,
    by_proxy: usize,
    needs_ids: usize,
}

#[tokio::test]
async fn bexio() {
    assert_eq!(run("bexio").await.needs_ids, 0);
}

#[tokio::test]
async fn bokio() {
    assert_eq!(run("bokio").await.needs_ids, 0);
}

#[tokio::test]
async fn freshbooks() {
    assert_eq!(run("freshbooks").await.needs_ids, 0);
}

#[tokio::test]
async fn stora() {
    assert_eq!(run("stora").await.needs_ids, 6);
}

async fn run(id: &str) -> Count {
    let file = format!("{}/../scope/cases/{id}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&file).unwrap();
    let file = CaseFile::parse(&text).unwrap();
    let catalog = catalog(&file.catalog);
    let mut count = Count::default();
    let mut wrong = Vec::new();
    for case in &file.cases {
        if !case.ids.is_empty() {
            count.needs_ids += 1;
            continue;
        }
        let world = world(&catalog, case);
        count.run += 1;
        let mut told = vec![
            ("decide", by_decide(&world, case).await),
            ("AuthZEN", by_authzen(&world, case).await),
        ];
        // A proxy shows no body and hides no query.
        if case.query_visible && case.body.is_none() {
            count.by_proxy += 1;
            told.extend(
                by_forward_auth(&world, case)
                    .await
                    .map(|told| ("forward-auth", told)),
            );
        }
        told.extend(
            by_ext_authz(&world, case)
                .await
                .map(|told| ("ext_authz", told)),
        );
        for (gate, told) in told {
            let differences = differences(case, &told);
            if !differences.is_empty() {
                wrong.push(format!("{gate}: {}: {}", case.name, differences.join("; ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count.run >= 50 && count.by_proxy >= 40, "{count:?}");
    count
}

/// What a gate answered: the row filter of a permit, or the body of a denial.
enum Told {
    Permit(String),
    Deny(Value),
}

async fn by_decide(world: &World, case: &Case) -> Told {
    let (path, query) = match case.path_and_query().split_once('?') {
        Some((path, query)) => (path, query),
        None => (case.path_and_query(), ""),
    };
    let mut question = json!({
        "method": case.method(),
        "path": path,
        "token": "token",
        "headers": {"content-type": "application/json"},
        "body": case.body,
    });
    if case.query_visible {
        question["query"] = query.into();
    }
    let answer = world.ask("/realm/decide", &question).await;
    told_by_json(&answer.body, case, &answer.text)
}

async fn by_authzen(world: &World, case: &Case) -> Told {
    let mut resource = json!({"type": "route", "id": case.path_and_query()});
    if case.query_visible {
        resource["properties"] = json!({"uri": case.path_and_query()});
    }
    let question = json!({
        "subject": {"type": "identity", "id": "", "properties": {"token": "token"}},
        "action": {"name": case.method()},
        "resource": resource,
        "context": {"headers": {"content-type": "application/json"}, "body": case.body},
    });
    let path = "/realm/authzen/api/access/v1/evaluation";
    let answer = world.ask(path, &question).await;
    told_by_json(&answer.body["context"], case, &answer.text)
}

fn told_by_json(body: &Value, case: &Case, text: &str) -> Told {
    match body["identity"]["row_filter"].as_str() {
        Some(filter) => Told::Permit(filter.to_owned()),
        None => {
            let problem = body["body"].as_str();
            let problem = problem.unwrap_or_else(|| panic!("{}: {text}", case.name));
            Told::Deny(serde_json::from_str(problem).unwrap())
        }
    }
}

/// Nothing where a header cannot carry the address.
async fn by_forward_auth(world: &World, case: &Case) -> Option<Told> {
    http::HeaderValue::from_str(case.path_and_query()).ok()?;
    let headers = [
        ("x-forwarded-method", case.method()),
        ("x-forwarded-uri", case.path_and_query()),
        ("x-forwarded-host", "api.example.com"),
        ("authorization", "Bearer token"),
    ];
    let request = request("/realm/api/forward-auth/caddy", &headers);
    let answer = world.send(request).await;
    Some(match answer.headers.get("scopegate-row-filter") {
        Some(filter) => Told::Permit(filter.to_str().unwrap().to_owned()),
        None => Told::Deny(answer.body),
    })
}

/// Nothing where HTTP cannot carry the request, or the query is hidden.
async fn by_ext_authz(world: &World, case: &Case) -> Option<Told> {
    let kind = match case.body {
        Some(_) => "ext-authz-with-body",
        None => "ext-authz",
    };
    let path = format!("/realm/api/{kind}{}", case.path_and_query());
    let headers = [
        ("authorization", "Bearer token"),
        ("content-type", "application/json"),
    ];
    let request = request(&path, &headers).method(case.method());
    let body = case.body.clone().map_or_else(Body::empty, Body::from);
    let request = request.body(body).ok()?;
    // A URL parser may cut off or change what a client wrote.
    if !case.query_visible || request.uri().path_and_query()?.as_str() != path {
        return None;
    }
    let answer = world.send_whole(request).await;
    Some(match answer.headers.get("scopegate-row-filter") {
        Some(filter) => Told::Permit(filter.to_str().unwrap().to_owned()),
        None => Told::Deny(answer.body),
    })
}

fn differences(case: &Case, told: &Told) -> Vec<String> {
    let mut differences = Vec::new();
    let mut compare = |what: &str, expected: String, found: String| {
        if expected != found {
            differences.push(format!("{what}: expected {expected}, found {found}"));
        }
    };
    let expected = case.reason.as_str();
    match told {
        Told::Permit(filter) => {
            let permitted = Reason::Permitted.as_str();
            compare("reason", expected.into(), permitted.into());
            let own = case.row_filter.map_or("", |filter| filter.as_str());
            compare("row filter", own.into(), filter.clone());
        }
        Told::Deny(problem) => {
            let reason = problem["reason"].as_str().unwrap_or("none");
            compare("reason", expected.into(), reason.into());
            let Some(missing) = &case.missing else {
                return differences;
            };
            let own: BTreeMap<_, _> = missing
                .iter()
                .map(|(scope, why)| (scope.as_str(), why.as_str()))
                .collect();
            let found: BTreeMap<_, _> = problem["missing"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| (one["scope"].as_str().unwrap(), one["why"].as_str().unwrap()))
                .collect();
            compare("missing", format!("{own:?}"), format!("{found:?}"));
        }
    }
    differences
}

fn world(catalog: &Arc<Catalog>, case: &Case) -> World {
    let holds = case.access(catalog);
    let withheld = case.withheld.iter().map(|(scope, reason)| Withheld {
        scope: scope.clone(),
        reason: *reason,
    });
    let token = holds.granted.clone();
    let mut access = AccessNow::new(holds.subject, holds.granted, Arc::new(holds.ceiling));
    access.approved = Arc::new(holds.approved);
    access.rights = Arc::new(holds.rights);
    access.answers = Some(Arc::new(Answers {
        refused: case.refused.clone(),
        withheld: withheld.collect(),
        reduced: case.reduced.clone(),
    }));
    let one = Arc::new(OneCaller { token, access });
    let catalog = Arc::clone(catalog);
    World::of(catalog, one.clone(), one, Preflight::Judge, |gate| gate)
}

/// The caller of a case, whatever the token.
struct OneCaller {
    token: GrantedScope,
    access: AccessNow,
}

#[async_trait]
impl TokenVerifier for OneCaller {
    async fn verify(&self, _: UnverifiedToken<'_>) -> Result<VerifiedToken, VerifyError> {
        let id = Uuid::from_u128(9);
        Ok(VerifiedToken::new(id, "app", self.token.clone()))
    }
}

#[async_trait]
impl AccessSource for OneCaller {
    async fn access(
        &self,
        _: &VerifiedToken,
        _: Option<(OrganisationKey, &str)>,
    ) -> Result<AccessNow, AccessError> {
        Ok(self.access.clone())
    }
}

/// The answers given under a grant.
#[derive(Debug)]
struct Answers {
    refused: Scope,
    withheld: Vec<Withheld>,
    reduced: Scope,
}

impl GrantAnswers for Answers {
    fn history(&self, _: Option<i64>) -> History<'_> {
        History {
            requested: None,
            refused: &self.refused,
            withheld: &self.withheld,
            reduced: Cow::Borrowed(&self.reduced),
            ..History::default()
        }
    }
}

//! The decision cases, through every gate that is asked. Those that others ask, and the proxy, are
//! judged in `judges`.

use std::sync::Arc;

use axum::body::Body;
use gates::Preflight;
use scope::cases::{Case, Sight};
use serde_json::{Value, json};

use crate::callers::{Callers, Told, case_file, differences};
use crate::ext_authz_grpc::{Question, ask};
use crate::support::{World, catalog, request};

#[tokio::test]
async fn bexio() {
    run("bexio").await;
}

#[tokio::test]
async fn bokio() {
    run("bokio").await;
}

#[tokio::test]
async fn freshbooks() {
    run("freshbooks").await;
}

#[tokio::test]
async fn stora() {
    run("stora").await;
}

/// Each case at each gate comes to what the engine says of a call of which it sees so much.
async fn run(id: &str) {
    let file = case_file(id);
    let catalog = catalog(&file.catalog);
    let callers = Callers::of(&catalog, &file);
    let own = Arc::clone(&catalog);
    let world = World::of(own, callers.clone(), callers, Preflight::Judge, |gate| gate);
    let mut wrong = Vec::new();
    let mut counts = [0; 7];
    for (number, case) in file.cases.iter().enumerate() {
        let token = format!("c{number}");
        // What records are about, no gate can see.
        let told = Sight {
            query: case.query_visible,
            body: true,
            ids: false,
        };
        let whole = Sight {
            query: true,
            ..told
        };
        let head = Sight {
            body: false,
            ..whole
        };
        let answers = [
            ("decide", told, Some(by_decide(&world, case, &token).await)),
            (
                "AuthZEN",
                told,
                Some(by_authzen(&world, case, &token).await),
            ),
            (
                "forward-auth",
                head,
                by_forward_auth(&world, case, &token).await,
            ),
            (
                "ext_authz",
                head,
                by_ext_authz(&world, case, &token, "ext-authz").await,
            ),
            (
                "ext_authz with body",
                whole,
                by_ext_authz(&world, case, &token, "ext-authz-with-body").await,
            ),
            ("gRPC", whole, by_grpc(&world, case, &token).await),
            ("layer", whole, by_layer(&world, case, &token).await),
        ];
        for ((gate, sight, answer), count) in answers.into_iter().zip(&mut counts) {
            let Some(answer) = answer else { continue };
            *count += 1;
            let differences = differences(&case.explanation(&catalog, sight), &answer);
            if !differences.is_empty() {
                wrong.push(format!("{gate}: {}: {}", case.name, differences.join("; ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Some addresses are none in HTTP, and reach a service only as its own text.
    let all = file.cases.len();
    let told = counts.iter().all(|count| count + 8 >= all);
    assert!(
        told && counts[0] == all && counts[1] == all,
        "{counts:?} of {all}"
    );
}

async fn by_decide(world: &World, case: &Case, token: &str) -> Told {
    let (path, query) = match case.path_and_query().split_once('?') {
        Some((path, query)) => (path, query),
        None => (case.path_and_query(), ""),
    };
    let mut question = json!({
        "method": case.method(),
        "path": path,
        "token": token,
        "headers": {"content-type": "application/json"},
        "body": case.body,
    });
    if case.query_visible {
        question["query"] = query.into();
    }
    let answer = world.ask("/realm/decide", &question).await;
    told_by_json(&answer.body, case, &answer.text)
}

async fn by_authzen(world: &World, case: &Case, token: &str) -> Told {
    let mut resource = json!({"type": "route", "id": case.path_and_query()});
    if case.query_visible {
        resource["properties"] = json!({"uri": case.path_and_query()});
    }
    let question = json!({
        "subject": {"type": "identity", "id": "", "properties": {"token": token}},
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
async fn by_forward_auth(world: &World, case: &Case, token: &str) -> Option<Told> {
    http::HeaderValue::from_str(case.path_and_query()).ok()?;
    let headers = [
        ("x-forwarded-method", case.method()),
        ("x-forwarded-uri", case.path_and_query()),
        ("x-forwarded-host", "api.example.com"),
        ("authorization", &format!("Bearer {token}")),
    ];
    let request = request("/realm/api/forward-auth/caddy", &headers);
    let answer = world.send(request).await;
    Some(match answer.headers.get("scopegate-row-filter") {
        Some(filter) => Told::Permit(filter.to_str().unwrap().to_owned()),
        None => Told::Deny(answer.body),
    })
}

/// Nothing where HTTP cannot carry the request, or its answer no body.
async fn by_ext_authz(world: &World, case: &Case, token: &str, kind: &str) -> Option<Told> {
    let request = whole(case, token, &format!("/realm/api/{kind}"))?;
    let answer = world.send_whole(request).await;
    match answer.headers.get("scopegate-row-filter") {
        Some(filter) => Some(Told::Permit(filter.to_str().unwrap().to_owned())),
        None => (case.method() != "HEAD").then_some(Told::Deny(answer.body)),
    }
}

async fn by_layer(world: &World, case: &Case, token: &str) -> Option<Told> {
    let answer = world.through_layer(whole(case, token, "")?).await;
    Some(match answer.headers.get("row-filter") {
        Some(filter) => Told::Permit(filter.to_str().unwrap().to_owned()),
        None => Told::Deny(answer.body),
    })
}

/// Nothing where the query is hidden.
async fn by_grpc(world: &World, case: &Case, token: &str) -> Option<Told> {
    let question = Question::new(case.method(), case.path_and_query())
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json");
    let question = match &case.body {
        Some(body) => question.body(body, "false"),
        None => question,
    };
    // Without a path there is no call.
    if !case.query_visible || case.path_and_query().is_empty() {
        return None;
    }
    let told = ask(world, &question).await;
    Some(match told.headers.get("scopegate-row-filter") {
        Some(filter) => Told::Permit(filter.clone()),
        None => Told::Deny(serde_json::from_str(&told.body).unwrap()),
    })
}

fn whole(case: &Case, token: &str, prefix: &str) -> Option<http::Request<Body>> {
    let path = format!("{prefix}{}", case.path_and_query());
    let mut request = request(&path, &[("authorization", &format!("Bearer {token}"))]);
    if case.body.is_some() {
        request = request.header("content-type", "application/json");
    }
    let body = case.body.clone().map_or_else(Body::empty, Body::from);
    let request = request.method(case.method()).body(body).ok()?;
    // A URL parser may cut off or change what a client wrote.
    (request.uri().path_and_query()?.as_str() == path).then_some(request)
}

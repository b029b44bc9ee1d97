//! What a service of any language is told.

use axum::body::Body;
use gates::{HEADERS, MAX_QUESTION_BYTES};
use http::Request;
use serde_json::{Value, json};

use crate::support::{Answer, ORGANISATION, PERSON, SERVICE, World};

const DECIDE: &str = "/realm/decide";
const JSON: (&str, &str) = ("content-type", "application/json");

async fn ask(world: &World, question: Value) -> Answer {
    let answer = world.ask(DECIDE, &question).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer
}

/// Permitted, or the reason why not.
async fn outcome(world: &World, question: Value) -> String {
    let answer = ask(world, question).await;
    let decision = answer.body["decision"].as_str().unwrap();
    let reason = answer.body["reason"].as_str();
    reason.unwrap_or(decision).to_owned()
}

#[tokio::test]
async fn a_permit_says_who_calls() {
    let world = World::new("bexio");
    let question = json!({
        "method": "GET",
        "target": "/2.0/contact?limit=1",
        "headers": {"Authorization": "Bearer contact_show"},
    });
    let answer = ask(&world, question).await;
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.headers["cache-control"], "no-store");
    let identity = json!({
        "permit": "token",
        "subject": PERSON.to_string(),
        "subject_kind": "person",
        "client": "app",
        "client_kind": "app",
        "organisation": ORGANISATION.to_string(),
        "organisation_slug": "muster",
        "organisation_number": "17",
        "scope": "contact_show",
        "scope_omitted": "",
        "row_filter": "",
        "grant": answer.body["identity"]["grant"],
        "token": answer.body["identity"]["token"],
        "identity": "",
    });
    let expected = json!({"decision": "permit", "identity": identity});
    assert_eq!(answer.body, expected);
    // A header for each member, as the page says.
    for name in HEADERS {
        let member = name.as_str().replace("scopegate-", "").replace('-', "_");
        assert!(identity.get(&member).is_some(), "{name}");
    }
    assert_eq!(world.counts(), ["permitted"]);
}

#[tokio::test]
async fn a_denial_is_the_whole_answer_of_the_tower_layer() {
    let world = World::new("bexio");
    let long = format!("/2.0/contact/{}", "x".repeat(9_000));
    for (method, target, token, reason) in [
        ("GET", "/2.0/contact", None, "no-credentials"),
        ("GET", "/2.0/contact", Some("bad"), "invalid-token"),
        (
            "GET",
            "/2.0/contact",
            Some("note_show"),
            "insufficient-scope",
        ),
        ("GET", "/2.0/contact", Some("down"), "unavailable"),
        ("GET", "/2.0/contact", Some("a b"), "malformed-credentials"),
        ("GET", "/2.0/nothing", Some("note_show"), "no-rule"),
        (
            "BREW",
            "/2.0/contact",
            Some("note_show"),
            "method-not-in-catalog",
        ),
        ("GET", &long, Some("contact_show"), "too-large"),
        (
            "GET",
            "/2.0/contact?access_token=x",
            Some("contact_show"),
            "malformed-credentials",
        ),
    ] {
        let mut headers = json!({});
        let mut request = Request::builder().method(method).uri(target);
        if let Some(token) = token {
            let value = format!("Bearer {token}");
            request = request.header("authorization", &value);
            headers["authorization"] = value.into();
        }
        let layer = world.through_layer(request.body(Body::empty()).unwrap());
        let layer = layer.await;
        let question = json!({"method": method, "target": target, "headers": headers});
        let answer = ask(&world, question).await;
        assert_eq!(answer.body["decision"], "deny", "{reason}");
        assert_eq!(answer.body["reason"], reason, "{}", answer.text);
        assert_eq!(answer.body["status"], layer.status, "{reason}");
        assert_eq!(answer.body["body"], layer.text.as_str(), "{reason}");
        let own = layer.headers.iter();
        let own: Value = own
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().into()))
            .collect::<serde_json::Map<String, Value>>()
            .into();
        assert_eq!(answer.body["headers"], own, "{reason}");
        assert_eq!(world.counts(), [reason]);
    }
}

#[tokio::test]
async fn what_is_left_out_is_hidden() {
    let world = World::new("stora");
    // Each `expand` needs its own scope; a hidden query could have any.
    let call = |more: Value| {
        let mut question = json!({"method": "GET", "token": "public.contact:read"});
        let more = more.as_object().unwrap().clone();
        question.as_object_mut().unwrap().extend(more);
        question
    };
    let path = "/2025-09/contacts";
    for (more, expected) in [
        (json!({"target": path}), "permit"),
        (json!({"path": path, "query": ""}), "permit"),
        (
            json!({"target": format!("{path}?expand=site")}),
            "insufficient-scope",
        ),
        (
            json!({"path": path, "query": "expand=site"}),
            "insufficient-scope",
        ),
        (json!({"path": path}), "insufficient-scope"),
        (json!({"path": path, "query": null}), "insufficient-scope"),
    ] {
        let said = outcome(&world, call(more.clone())).await;
        assert_eq!(said, expected, "{more}");
    }
    let world = World::new("freshbooks");
    let body = r#"{"callback": {"event": "invoice.create", "uri": "https://a.example"}}"#;
    let json_type = json!({"content-type": "application/json"});
    let call = |headers: Value, body: Option<&str>| {
        json!({
            "method": "POST",
            "target": "/events/account/muster/events/callbacks",
            "token": "user/invoices/read",
            "headers": headers,
            "body": body,
        })
    };
    for (headers, body, expected) in [
        (&json_type, Some(body), "permit"),
        (&json_type, None, "insufficient-scope"),
        // Nobody says that it is JSON.
        (&json!({}), Some(body), "insufficient-scope"),
        (&Value::Null, Some(body), "insufficient-scope"),
        (
            &json!({"content-type": ["application/json", "text/plain"]}),
            Some(body),
            "ambiguous-content-type",
        ),
        (
            &json!({"content-type": "application/json", "content-encoding": "gzip"}),
            Some(body),
            "compressed-body",
        ),
    ] {
        let said = outcome(&world, call(headers.clone(), body)).await;
        assert_eq!(said, expected, "{headers} {body:?}");
    }
    let large = format!("[{}]", "1,".repeat(600_000));
    let said = outcome(&world, call(json_type, Some(&large))).await;
    assert_eq!(said, "body-too-large");
}

#[tokio::test]
async fn the_call_is_decided_as_it_is_told() {
    let world = World::new("bexio");
    let headers = |more: Value| {
        let mut all = json!({"authorization": "Bearer contact_show"});
        let more = more.as_object().unwrap().clone();
        all.as_object_mut().unwrap().extend(more);
        all
    };
    for (method, target, more, expected) in [
        ("HEAD", "/2.0/contact", json!({}), "permit"),
        ("get", "/2.0/contact", json!({}), "method-not-in-catalog"),
        ("GET", "/2.0/contact/../note", json!({}), "ambiguous-path"),
        ("GET", "/2.0/%63ontact", json!({}), "ambiguous-path"),
        ("GET", "/2.0/contact/1#x", json!({}), "ambiguous-path"),
        ("GET", "", json!({}), "ambiguous-path"),
        (
            "GET",
            "http://other/2.0/contact",
            json!({}),
            "ambiguous-path",
        ),
        (
            "GET",
            "/2.0/contact",
            json!({"X_HTTP_Method_Override": "POST"}),
            "overriding-header",
        ),
        (
            "GET",
            "/2.0/contact",
            json!({"Scopegate_Subject": "somebody"}),
            "forged-identity",
        ),
        (
            "GET",
            "/2.0/contact",
            json!({"authorization": ["Bearer contact_show", "Bearer contact_show"]}),
            "malformed-credentials",
        ),
        (
            "GET",
            "/2.0/contact",
            json!({"x-note": "caf\u{e9}"}),
            "permit",
        ),
    ] {
        let question = json!({"method": method, "target": target, "headers": headers(more)});
        let said = outcome(&world, question.clone()).await;
        assert_eq!(said, expected, "{question}");
    }
    let asks = json!({"origin": "https://app.example", "access-control-request-method": "GET"});
    let question = json!({"method": "OPTIONS", "target": "/2.0/contact", "headers": asks});
    let answer = ask(&world, question).await;
    assert_eq!(answer.body["identity"]["permit"], "preflight");
    assert_eq!(answer.body["identity"]["subject"], "");
}

/// Two of anything, and what nobody knows, could be read in another way by the API.
#[tokio::test]
async fn questions_that_are_not_plain_are_refused() {
    let world = World::new("bexio");
    let text = |rest: &str| format!("{{\"method\":\"GET\",{rest}}}");
    let target = "\"target\":\"/2.0/contact\"";
    for (question, says) in [
        (String::new(), "cannot be read"),
        ("[]".to_owned(), "cannot be read"),
        (format!("{{{target}}}"), "method"),
        (text("\"host\":\"a\""), "target"),
        (text("\"path\":\"/a\",\"target\":\"/a\""), "target"),
        (text("\"target\":\"/a\",\"query\":\"b\""), "target"),
        (text("\"query\":\"b\""), "target"),
        (text("\"path\":\"/a?b\""), "a path ends before its query"),
        (text(&format!("{target},\"scope\":\"a\"")), "scope"),
        (text(&format!("{target},{target}")), "duplicate"),
        (text(&format!("{target},\"Method\":\"GET\"")), "Method"),
        (
            text(&format!("{target},\"headers\":{{\"a\":\"1\",\"A\":\"1\"}}")),
            "twice",
        ),
        (
            text(&format!("{target},\"headers\":{{\"a b\":\"1\"}}")),
            "a name that is none",
        ),
        (
            text(&format!("{target},\"headers\":{{\"a\":\"\u{20ac}\"}}")),
            "this value",
        ),
        (
            text(&format!("{target},\"headers\":{{\"a\":\"1\\n2\"}}")),
            "this value",
        ),
        (
            text(&format!("{target},\"headers\":{{\"a\":1}}")),
            "list of texts",
        ),
        (
            text(&format!(
                "{target},\"host\":\"a\",\"headers\":{{\"host\":\"a\"}}"
            )),
            "leave one out",
        ),
        (
            text(&format!(
                "{target},\"token\":\"a\",\"headers\":{{\"authorization\":\"Bearer a\"}}"
            )),
            "leave one out",
        ),
        (format!("{} x", text(target)), "cannot be read"),
    ] {
        let answer = world.post(DECIDE, &[SERVICE, JSON], question.clone()).await;
        assert_eq!(answer.status, 400, "{question}: {}", answer.text);
        assert_eq!(answer.body["error"], "invalid_request");
        let description = answer.body["error_description"].as_str().unwrap();
        assert!(description.contains(says), "{question}: {description}");
    }
    let many: serde_json::Map<String, Value> = (0..40_000)
        .map(|number| (format!("a{number}"), "b".into()))
        .collect();
    let question = json!({"method": "GET", "target": "/2.0/contact", "headers": many});
    assert_eq!(world.ask(DECIDE, &question).await.status, 400);
    assert_eq!(world.counts(), [""; 0]);
}

#[tokio::test]
async fn only_the_api_s_own_service_is_answered() {
    let world = World::new("bexio");
    let question = r#"{"method":"GET","target":"/2.0/contact","token":"contact_show"}"#;
    for (credentials, status) in [
        (&[][..], 401),
        (&[("authorization", "Basic wrong")], 401),
        (&[SERVICE, SERVICE], 400),
        (&[("authorization", "Basic \u{e9}")], 400),
        (&[("authorization", "Basic down")], 503),
        (&[SERVICE], 200),
    ] {
        let headers = [credentials, &[JSON]].concat();
        let answer = world.post(DECIDE, &headers, question).await;
        assert_eq!(answer.status, status, "{credentials:?}");
        assert_eq!(
            answer.headers.contains_key("www-authenticate"),
            status == 401
        );
        assert_eq!(answer.headers.contains_key("retry-after"), status == 503);
    }
    for (path, status) in [("/other/decide", 404), ("/realm/decide/", 404)] {
        let answer = world.post(path, &[SERVICE, JSON], question).await;
        assert_eq!(answer.status, status, "{path}");
    }
    for kind in ["text/plain", "application/x-www-form-urlencoded", "a, b"] {
        let headers = [SERVICE, ("content-type", kind)];
        let answer = world.post(DECIDE, &headers, question).await;
        assert_eq!(answer.status, 415, "{kind}");
    }
    let large = || " ".repeat(MAX_QUESTION_BYTES + 1);
    let answer = world.post(DECIDE, &[SERVICE, JSON], large()).await;
    assert_eq!(answer.status, 413, "{}", answer.text);
    // Nothing is read of a stranger's question.
    let answer = world.post(DECIDE, &[JSON], large()).await;
    assert_eq!(answer.status, 401);
}

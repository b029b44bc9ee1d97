//! The gate's own rules, and the ways others' gates have been passed.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::support::{Gate, REALM, access, token};
use axum_core::body::Body;
use enforce::gate::MAX_BODY_BYTES;
use enforce::{AccessError, Denied, Permitted};
use http::Request;
use serde_json::json;

pub const CONTACTS: &str = "/2.0/contact";

#[tokio::test]
async fn without_credentials_there_is_a_bare_challenge() {
    let gate = Gate::new("bexio");
    let basic = "Basic c2dfYXRfYWJj".to_owned();
    for credentials in [None, Some(basic), Some("DPoP abc".to_owned())] {
        let answer = gate.get(CONTACTS, credentials.as_deref()).await;
        assert_eq!(answer.status, 401);
        assert_eq!(
            answer.challenge.unwrap(),
            format!("Bearer realm=\"{REALM}\"")
        );
        assert_eq!(answer.body["reason"], "no-credentials");
        assert_eq!(
            answer.response.headers()["content-type"],
            "application/problem+json"
        );
        assert_eq!(answer.response.headers()["cache-control"], "no-store");
    }
    assert!(gate.access.asked.lock().unwrap().is_empty());
}

/// A scope check must not be skipped because of how the token came.
#[tokio::test]
async fn no_way_to_present_a_token_skips_the_scope() {
    let gate = Gate::new("bexio");
    let enough = token("contact_show");
    let hex = enough.strip_prefix("Bearer ").unwrap();
    let ways: Vec<(String, Vec<(&str, String)>)> = vec![
        (
            CONTACTS.into(),
            vec![("authorization", format!("Basic {hex}"))],
        ),
        (
            CONTACTS.into(),
            vec![("authorization", format!("Token {hex}"))],
        ),
        (CONTACTS.into(), vec![("authorization", hex.to_owned())]),
        (
            CONTACTS.into(),
            vec![("proxy-authorization", enough.clone())],
        ),
        (CONTACTS.into(), vec![("x-authorization", enough.clone())]),
        (
            CONTACTS.into(),
            vec![("x-forwarded-access-token", hex.to_owned())],
        ),
        (
            CONTACTS.into(),
            vec![("cookie", format!("access_token={hex}"))],
        ),
        (format!("{CONTACTS}?access_token={hex}"), vec![]),
        (
            format!("{CONTACTS}?access_token={hex}"),
            vec![("authorization", enough.clone())],
        ),
        (
            CONTACTS.into(),
            vec![
                ("authorization", enough.clone()),
                ("authorization", enough.clone()),
            ],
        ),
        (
            CONTACTS.into(),
            vec![("authorization", format!("{enough}, {enough}"))],
        ),
        (CONTACTS.into(), vec![("authorization", "Bearer".into())]),
    ];
    for (uri, headers) in ways {
        let mut request = Request::get(&uri);
        for (name, value) in &headers {
            request = request.header(*name, value);
        }
        let answer = gate.call(request.body(Body::empty()).unwrap()).await;
        assert!(
            [400, 401].contains(&answer.status),
            "{uri} {headers:?}: {}",
            answer.status
        );
        assert!(answer.seen.is_none());
        assert!(answer.challenge.is_some());
    }
    // In a form body, the second way of RFC 6750, it is not even looked for.
    let form = Request::post(CONTACTS)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(format!("access_token={hex}")));
    assert_eq!(gate.call(form.unwrap()).await.status, 401);
    let answer = gate
        .get(CONTACTS, Some(&enough.replace("Bearer", "bEARER")))
        .await;
    assert_eq!(answer.status, 200);
}

/// Nothing that comes with a request can say that it is permitted already.
#[tokio::test]
async fn a_forged_permit_is_taken_away() {
    let gate = Gate::new("bexio");
    let enough = token("contact_show");
    let answer = gate.get(CONTACTS, Some(&enough)).await;
    let permitted: Permitted = answer.seen.unwrap().permitted.unwrap();
    let mut request = Request::get("/2.0/note").body(Body::empty()).unwrap();
    request.extensions_mut().insert(permitted.clone());
    assert_eq!(gate.call(request).await.status, 401);
    let mut request = Request::get("/2.0/note").header("authorization", enough);
    request.extensions_mut().unwrap().insert(permitted);
    assert_eq!(
        gate.call(request.body(Body::empty()).unwrap()).await.status,
        403
    );
}

#[tokio::test]
async fn a_token_that_is_not_good_is_401() {
    let gate = Gate::new("bexio");
    let answer = gate.get(CONTACTS, Some("Bearer bad")).await;
    assert_eq!(answer.status, 401);
    assert_eq!(
        answer.challenge.unwrap(),
        format!(
            "Bearer realm=\"{REALM}\", error=\"invalid_token\", error_description=\"The token is 'bad'.\""
        )
    );
    assert_eq!(answer.body["reason"], "invalid-token");
    assert_eq!(
        answer.response.extensions().get::<Denied>().unwrap().reason,
        "invalid-token"
    );
}

#[tokio::test]
async fn what_cannot_be_checked_is_denied() {
    let gate = Gate::new("bexio");
    let answer = gate.get(CONTACTS, Some("Bearer down")).await;
    assert_eq!(
        (answer.status, answer.body["reason"].as_str()),
        (503, Some("unavailable"))
    );
    assert_eq!(answer.response.headers()["retry-after"], "1");
    for (error, status, reason) in [
        (AccessError::Unavailable, 503, "unavailable"),
        (AccessError::TokenEnded, 401, "token-ended"),
        (AccessError::WrongOrganisation, 403, "wrong-organisation"),
        (AccessError::NoOrganisation, 403, "no-organisation"),
    ] {
        *gate.access.answer.lock().unwrap() = Err(error);
        let answer = gate.get(CONTACTS, Some(&token("contact_show"))).await;
        assert_eq!(
            (answer.status, answer.body["reason"].as_str()),
            (status, Some(reason))
        );
        assert!(answer.seen.is_none());
        let challenged = answer
            .challenge
            .is_some_and(|it| it.contains("error=\"invalid_token\""));
        assert_eq!(challenged, status == 401);
    }
}

#[tokio::test]
async fn a_denial_names_everything_the_call_needs() {
    let gate = Gate::new("bexio");
    let answer = gate
        .send(
            "POST",
            "/2.0/kb_offer/7/invoice",
            Some(&token("kb_offer_edit")),
        )
        .await;
    assert_eq!(answer.status, 403);
    let challenge = answer.challenge.unwrap();
    assert!(
        challenge.contains("error=\"insufficient_scope\""),
        "{challenge}"
    );
    assert!(
        challenge.contains("scope=\"kb_offer_edit kb_invoice_edit\""),
        "{challenge}"
    );
    assert_eq!(
        answer.body["required"],
        json!([["kb_offer_edit", "kb_invoice_edit"]])
    );
    assert_eq!(answer.body["missing"][0]["scope"], "kb_invoice_edit");
    assert_eq!(
        answer.body["endpoint"]["path"],
        "/2.0/kb_offer/{quote_id}/invoice"
    );
    assert!(
        answer.body["detail"]
            .as_str()
            .unwrap()
            .contains("kb_invoice_edit")
    );
    assert_eq!(answer.body["status"], 403);
    assert_eq!(answer.body["type"], "about:blank");
}

#[tokio::test]
async fn a_permit_tells_the_api_what_it_rests_on() {
    let gate = Gate::new("bokio");
    let path = "/v1/companies/c%2D1/bank-payments/p1";
    let answer = gate
        .get(path, Some(&token("bank-payments:read-limited")))
        .await;
    assert_eq!(
        answer.status, 403,
        "an encoded unreserved character is ambiguous"
    );
    let path = "/v1/companies/c-1/bank-payments/p1?page=2";
    let answer = gate
        .get(path, Some(&token("bank-payments:read-limited")))
        .await;
    let seen = answer.seen.unwrap();
    let permitted = seen.permitted.unwrap();
    assert_eq!(
        permitted.path,
        "/v1/companies/{companyId}/bank-payments/{bankPaymentId}"
    );
    assert_eq!(permitted.method, scope::Method::Get);
    assert_eq!(permitted.row_filter, Some(scope::RowFilter::OwnRecords));
    let parameters: Vec<_> = permitted
        .parameters
        .iter()
        .map(|(_, value)| value.as_str())
        .collect();
    assert_eq!(parameters, ["c-1", "p1"]);
    assert_eq!((seen.method.as_str(), seen.uri.as_str()), ("GET", path));
    assert_eq!(
        gate.access.asked.lock().unwrap().last().unwrap().as_deref(),
        Some("Id c-1")
    );
}

#[tokio::test]
async fn head_is_decided_as_get() {
    let gate = Gate::new("bexio");
    let answer = gate
        .send("HEAD", CONTACTS, Some(&token("contact_show")))
        .await;
    assert_eq!(
        answer.seen.unwrap().permitted.unwrap().method,
        scope::Method::Get
    );
    let answer = gate.send("HEAD", CONTACTS, Some(&token("note_show"))).await;
    assert_eq!(answer.status, 403);
    for method in ["OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "PUT"] {
        let answer = gate
            .send(method, CONTACTS, Some(&token("contact_edit")))
            .await;
        assert_eq!(answer.status, 403, "{method}");
        assert_eq!(answer.body["reason"], "method-not-in-catalog", "{method}");
    }
}

/// Paths that another component could read as a different one, and headers that pretend.
#[tokio::test]
async fn neither_encoded_paths_nor_forged_headers_move_the_decision() {
    let gate = Gate::new("bexio");
    let enough = token("contact_show");
    for path in [
        "/2.0/contact/../note",
        "/2.0/contact/..%2Fnote",
        "/2.0/contact/%2e%2e/note",
        "/2.0//note",
        "/2.0/note/",
        "/2.0/contact;/../note",
        "/2.0/contact%2F..%2Fnote",
        "/2.0/%6eote",
        "/2.0/contact%00",
        "/2.0/contact/1%",
        "/2.0/NOTE",
        "/2.0/note",
    ] {
        let answer = gate.get(path, Some(&enough)).await;
        assert_eq!(answer.status, 403, "{path}");
        assert!(answer.seen.is_none(), "{path}");
    }
    let forged = [
        ("x-forwarded-uri", CONTACTS),
        ("x-forwarded-prefix", CONTACTS),
        ("x-forwarded-method", "GET"),
        ("x-original-uri", CONTACTS),
        ("x-original-method", "GET"),
        ("x-forwarded-host", "login.example"),
    ];
    let mut request = Request::post("/2.0/note").header("authorization", &enough);
    for (name, value) in forged {
        request = request.header(name, value);
    }
    let answer = gate.call(request.body(Body::empty()).unwrap()).await;
    assert_eq!(
        (answer.status, answer.body["endpoint"]["path"].as_str()),
        (403, Some("/2.0/note"))
    );
}

/// The API could take the call for another one than was decided.
#[tokio::test]
async fn a_call_that_a_header_turns_into_another_is_refused() {
    let gate = Gate::new("bexio");
    for (name, value) in [
        ("x-http-method-override", "POST"),
        ("X-HTTP-Method", "POST"),
        ("x-method-override", "GET"),
        ("x-original-url", "/2.0/note"),
        ("x-rewrite-url", ""),
        // One name, to many frameworks.
        ("x_http_method_override", "POST"),
        ("X-Original_URL", "/2.0/note"),
        ("X_HTTP_Method_Override", "DELETE"),
        ("x-http_method-override", "DELETE"),
    ] {
        let request = Request::get(CONTACTS)
            .header("authorization", token("contact_show"))
            .header(name, value);
        let answer = gate.call(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, 400, "{name}");
        assert_eq!(answer.body["reason"], "overriding-header", "{name}");
        assert!(answer.seen.is_none(), "{name}");
        let detail = answer.body["detail"].as_str().unwrap();
        let name = name.to_lowercase();
        assert!(detail.contains(&name), "{detail}");
    }
}

/// Two calls with one token are two decisions.
#[tokio::test]
async fn the_same_token_is_checked_again_for_another_rule() {
    let gate = Gate::new("bexio");
    let enough = token("contact_show");
    for _ in 0..3 {
        assert_eq!(gate.get(CONTACTS, Some(&enough)).await.status, 200);
        assert_eq!(gate.get("/2.0/note", Some(&enough)).await.status, 403);
        assert_eq!(gate.send("POST", CONTACTS, Some(&enough)).await.status, 403);
    }
    assert_eq!(gate.access.asked.lock().unwrap().len(), 9);
    let mut ended = access(&gate.catalog, &scope::Scope::empty());
    ended.rights = Arc::new(scope::ScopeSet::default());
    *gate.access.answer.lock().unwrap() = Ok(ended);
    assert_eq!(gate.get(CONTACTS, Some(&enough)).await.status, 403);
}

/// Requests at the same time do not share what they require.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_requests_with_different_methods_do_not_mix() {
    let gate = Arc::new(Gate::new("bexio"));
    let mut running = Vec::new();
    for number in 0..200 {
        let gate = Arc::clone(&gate);
        running.push(tokio::spawn(async move {
            let (method, scope, status) = match number % 4 {
                0 => ("GET", "contact_show", 200),
                1 => ("POST", "contact_show", 403),
                2 => ("POST", "contact_edit", 200),
                _ => ("GET", "note_edit", 403),
            };
            let answer = gate.send(method, CONTACTS, Some(&token(scope))).await;
            assert_eq!(answer.status, status, "{method} with {scope}");
        }));
    }
    for task in running {
        task.await.unwrap();
    }
    assert_eq!(gate.calls.load(Ordering::Relaxed), 100);
}

#[tokio::test]
async fn the_body_is_read_only_where_the_rule_depends_on_it_and_goes_on_unchanged() {
    let gate = Gate::new("freshbooks");
    let path = "/events/account/acc/events/callbacks";
    let body = "{\"callback\": {\"event\": \"invoice.create\"}}  ";
    let request = |path: &str, scope: &str, body: Body, content_type: &str| {
        Request::post(path)
            .header("authorization", token(scope))
            .header("content-type", content_type)
            .body(body)
            .unwrap()
    };
    let json = "application/json";
    let answer = gate
        .call(request(path, "user:invoices:read", Body::from(body), json))
        .await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.seen.unwrap().body, body.as_bytes());
    let answer = gate
        .call(request(path, "user:clients:read", Body::from(body), json))
        .await;
    assert_eq!(answer.status, 403);
    assert_eq!(answer.body["missing"][0]["scope"], "user:invoices:read");
    let answer = gate
        .call(request(
            path,
            "user:invoices:read",
            Body::from(body),
            "text/plain",
        ))
        .await;
    assert_eq!(
        answer.status, 403,
        "what is not said to be JSON is not seen"
    );
    assert!(!answer.body["unseen"].as_array().unwrap().is_empty());

    for dubious in [
        "application/json; charset =utf-7",
        "application/json; charset=utf-8; charset=utf-7",
    ] {
        let request = request(path, "user:invoices:read", Body::from(body), dubious);
        let answer = gate.call(request).await;
        assert_eq!(
            (answer.status, answer.body["reason"].as_str()),
            (415, Some("ambiguous-content-type")),
            "{dubious}"
        );
    }

    let mut compressed = request(path, "user:invoices:read", Body::from(body), json);
    let gzip = http::HeaderValue::from_static("gzip");
    compressed.headers_mut().insert("content-encoding", gzip);
    let answer = gate.call(compressed).await;
    assert_eq!(
        (answer.status, answer.body["reason"].as_str()),
        (415, Some("compressed-body"))
    );

    let large = vec![b' '; MAX_BODY_BYTES + 1];
    let answer = gate
        .call(request(
            path,
            "user:invoices:read",
            Body::from(large.clone()),
            json,
        ))
        .await;
    assert_eq!(
        (answer.status, answer.body["reason"].as_str()),
        (413, Some("body-too-large"))
    );
    let path = "/accounting/account/acc/invoices/invoices";
    let answer = gate
        .call(request(
            path,
            "user:invoices:write",
            Body::from(large.clone()),
            json,
        ))
        .await;
    assert_eq!(
        answer.seen.unwrap().body.len(),
        large.len(),
        "not read, so not limited"
    );
}

#[tokio::test]
async fn below_a_prefix_only_that_prefix_counts() {
    let mut gate = Gate::new("bexio");
    gate.layer = gate
        .layer
        .clone()
        .strip_prefix("/bexio/api")
        .explanations("https://login.example/bexio/errors")
        .resource_metadata("https://api.example/.well-known/oauth-protected-resource");
    let enough = token("contact_show");
    let answer = gate.get("/bexio/api/2.0/contact", Some(&enough)).await;
    assert_eq!(answer.seen.unwrap().uri, "/bexio/api/2.0/contact");
    for path in [
        "/2.0/contact",
        "/bokio/api/2.0/contact",
        "/bexio/api2.0/contact",
        "/bexio/api",
        "/bexio/api/",
    ] {
        let answer = gate.get(path, Some(&enough)).await;
        assert_eq!(answer.status, 403, "{path}");
    }
    let answer = gate.get("/bexio/api/2.0/note", Some(&enough)).await;
    assert_eq!(
        answer.body["type"],
        "https://login.example/bexio/errors/insufficient-scope"
    );
    assert!(answer.challenge.unwrap().contains(
        "resource_metadata=\"https://api.example/.well-known/oauth-protected-resource\""
    ));
}

#[tokio::test]
async fn a_url_that_is_too_long_is_refused_before_anything_else() {
    let gate = Gate::new("stora");
    let pad = |length: usize| "a".repeat(length);
    for (path, status) in [
        (format!("/2025-09/deals?q={}", pad(16_382)), 200),
        (format!("/2025-09/deals?q={}", pad(16_383)), 414),
        (format!("/2025-09/deals/{}", pad(8_176)), 200),
        (format!("/2025-09/deals/{}", pad(8_178)), 414),
        (format!("/2025-09/deals?q={}", ";".repeat(60_000)), 414),
    ] {
        let answer = gate
            .send("GET", &path, Some(&token("public.deal:read")))
            .await;
        assert_eq!(answer.status, status, "{path:.30}");
        let unknown = gate.send("GET", &path, None).await;
        assert_eq!(unknown.status, if status == 200 { 401 } else { 414 });
    }
}

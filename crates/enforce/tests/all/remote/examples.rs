//! The examples, each before an issuer that answers over the network.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use enforce::remote::{Credentials, Http, Transport};
use enforce::{Body, RequireScopeLayer};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use prost::Message;
use scope::Catalog;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower::ServiceExt;

use axum_service::gate;

use super::support::told;
use crate::support::catalog;

#[path = "../../../examples/axum_service.rs"]
#[allow(dead_code, reason = "its `main` is not called")]
mod axum_service;
#[path = "../../../examples/hyper_service.rs"]
#[allow(dead_code, reason = "its `main` is not called")]
mod hyper_service;
#[path = "../../../examples/tonic_service.rs"]
#[allow(dead_code, reason = "its `main` is not called")]
mod tonic_service;

const ORGANISATION: &str = "0191abcd-0000-7000-8000-0000000000ef";

/// An issuer of one token, "good", which has this scope.
async fn issuer(scope: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}/realm", listener.local_addr().unwrap());
    let own = issuer.clone();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let own = own.clone();
            let answers = service_fn(move |request| answered(own.clone(), scope, request));
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answers));
        }
    });
    issuer
}

async fn answered(
    issuer: String,
    scope: &'static str,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    let is_known = request
        .headers()
        .get("authorization")
        .map(|own| own == "Basic YXBpOnNlY3JldA==");
    let body = request.into_body().collect().await.unwrap().to_bytes();
    let answer = match (path.as_str(), is_known) {
        ("/.well-known/oauth-authorization-server/realm", _) => json!({
            "issuer": issuer,
            "introspection_endpoint": format!("{issuer}/oauth/introspect"),
        }),
        ("/realm/oauth/introspect", Some(true)) if body.starts_with(b"token=good&") => {
            told(&json!({
                "scope": scope,
                "iss": issuer,
                "aud": "https://api.example",
            }))
        }
        ("/realm/oauth/introspect", Some(true)) => json!({ "active": false }),
        _ => {
            let mut refused = Response::new(Full::default());
            *refused.status_mut() = http::StatusCode::UNAUTHORIZED;
            return Ok(refused);
        }
    };
    Ok(Response::new(Full::from(answer.to_string())))
}

async fn layer(catalog: Arc<Catalog>, scope: &'static str) -> RequireScopeLayer {
    let issuer = issuer(scope).await;
    let credentials = Credentials::basic("api", "secret");
    let made = gate::layer(catalog, &issuer, "https://api.example", credentials);
    made.await.unwrap()
}

fn call(method: &str, token: &str) -> Request<Body> {
    let path = format!("/v1/companies/{ORGANISATION}/invoices");
    let request = Request::builder().method(method).uri(path);
    let request = request.header("authorization", format!("Bearer {token}"));
    request.body(Body::empty()).unwrap()
}

#[tokio::test]
async fn a_service_of_axum_answers_what_its_issuer_allows() {
    let app = axum_service::app(layer(catalog("bokio"), "invoices:read").await);
    for (method, token, status, part) in [
        ("GET", "good", 200, "the invoices of 0191abcd"),
        ("POST", "good", 403, "\"reason\":\"insufficient-scope\""),
        ("GET", "bad", 401, "\"reason\":\"invalid-token\""),
    ] {
        let answer = app.clone().oneshot(call(method, token)).await.unwrap();
        assert_eq!(answer.status(), status, "{method} {token}");
        let text = answer.into_body().collect().await.unwrap().to_bytes();
        let text = String::from_utf8(text.to_vec()).unwrap();
        assert!(text.contains(part), "{text}");
    }
    // Routes that the router does not have are no way around the catalog.
    let request = Request::get("/v1/anything").header("authorization", "Bearer good");
    let answer = app
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    assert_eq!(answer.status(), 403);
}

#[tokio::test]
async fn a_service_of_hyper_answers_what_its_issuer_allows() {
    let layer = layer(catalog("bokio"), "invoices:read").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(hyper_service::serve(listener, layer));
    let client = Http::new().unwrap();
    for (method, token, status) in [
        ("GET", "good", 200),
        ("POST", "good", 403),
        ("GET", "bad", 401),
    ] {
        let mut request = call(method, token).map(|_| Bytes::new());
        let path = request.uri().path().to_owned();
        *request.uri_mut() = format!("http://{address}{path}").parse().unwrap();
        let answer = client.send(request, 10_000).await.unwrap();
        assert_eq!(
            answer.status(),
            status,
            "{method} {token}: {:?}",
            answer.body()
        );
    }
    server.abort();
}

/// The methods of a gRPC service are endpoints of a catalog like any others.
const LIBRARY: &str = r#"
id = "library"
version = "1"
languages = ["en"]
title = { en = "Library" }
summary = { en = "An example." }
scope_pattern = "{resource}:{action}"

[actions.read]
title = { en = "See" }
access = "read"

[resources.books]
title = { en = "Books" }
[resources.books.read]
title = { en = "See books" }
description = { en = "The books of the library." }

[client_kinds.app]
title = { en = "App" }
description = { en = "An app that people connect." }
grant_types = ["authorization_code", "refresh_token"]

[consent]
decline = "any"
[grant]
bound_to = "organisation"
[token]
code_ttl = "60s"
access_ttl = "1h"
refresh_ttl = "14d"

[[endpoints]]
path = "/library.v1.Library/ListBooks"
post = "books:read"
"#;

async fn grpc(address: SocketAddr, token: &str) -> (u16, Option<String>, Bytes) {
    let connector = hyper_util::client::legacy::connect::HttpConnector::new();
    let client = Client::builder(TokioExecutor::new())
        .http2_only(true)
        .build(connector);
    let message = tonic_service::ListBooks { at_most: 2 }.encode_to_vec();
    // A frame: not compressed, and how long it is.
    let mut frame = vec![0];
    frame.extend(u32::try_from(message.len()).unwrap().to_be_bytes());
    frame.extend(message);
    let request = Request::post(format!("http://{address}/library.v1.Library/ListBooks"))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .header("authorization", format!("Bearer {token}"));
    let request = request.body(Full::new(Bytes::from(frame))).unwrap();
    let answer = client.request(request).await.unwrap();
    let status = answer.status().as_u16();
    let collected = answer.into_body().collect().await.unwrap();
    let trailer = collected.trailers().and_then(|own| own.get("grpc-status"));
    let code = trailer.map(|code| code.to_str().unwrap().to_owned());
    (status, code, collected.to_bytes())
}

#[tokio::test]
async fn a_grpc_service_of_tonic_answers_what_its_issuer_allows() {
    let catalog = Arc::new(Catalog::parse("library.toml", LIBRARY).unwrap());
    for (scope, token, expected) in [
        ("books:read", "good", 200),
        ("", "good", 403),
        ("books:read", "bad", 401),
    ] {
        let layer = layer(Arc::clone(&catalog), scope).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(tonic_service::serve(listener, layer));
        let (status, code, body) = grpc(address, token).await;
        assert_eq!(status, expected, "{scope} {token}: {body:?}");
        if expected == 200 {
            assert_eq!(code.as_deref(), Some("0"));
            let books = tonic_service::Books::decode(&body[5..]).unwrap();
            assert_eq!(books.titles, ["A book for ledgerly"; 2]);
        } else {
            let problem: Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(problem["status"], expected);
        }
        server.abort();
    }
}

/// Connections are refused by the port of a listener that has gone.
#[tokio::test]
async fn an_issuer_that_is_not_there_is_said_to_be() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let credentials = Credentials::basic("api", "secret");
    let made = gate::layer(
        catalog("bokio"),
        &issuer,
        "https://api.example",
        credentials,
    );
    let refused = tokio::time::timeout(Duration::from_secs(60), made)
        .await
        .unwrap();
    let refused = refused.map(|_| ()).unwrap_err().to_string();
    assert!(refused.contains("the issuer cannot be asked"), "{refused}");
}

//! What an issuer says of itself.

use std::time::Duration;

use enforce::remote::{Fault, Metadata};
use serde_json::{Value, json};

use super::support::Issuer;

async fn read(issuer: &str, document: &Value) -> (Result<Metadata, Fault>, String) {
    let answers = Issuer::telling(document);
    let within = Duration::from_secs(1);
    let read = Metadata::of(issuer, &*answers.transport(), within).await;
    let seen = answers.seen.lock().unwrap();
    let asked = seen.first().map(|request| request.uri().to_string());
    (read, asked.unwrap_or_default())
}

#[tokio::test]
async fn the_document_stands_before_the_path_and_names_the_issuer() {
    for (issuer, expected) in [
        (
            "https://login.example/realm",
            "https://login.example/.well-known/oauth-authorization-server/realm",
        ),
        (
            "https://login.example",
            "https://login.example/.well-known/oauth-authorization-server",
        ),
        (
            "http://127.0.0.1:8080/realm",
            "http://127.0.0.1:8080/.well-known/oauth-authorization-server/realm",
        ),
    ] {
        let document = json!({
            "issuer": issuer,
            "jwks_uri": format!("{issuer}/oauth/jwks"),
            "introspection_endpoint": format!("{issuer}/oauth/introspect"),
            "scopes_supported": ["a"],
        });
        let (read, asked) = read(issuer, &document).await;
        let read = read.unwrap();
        assert_eq!(asked, expected);
        assert_eq!(read.issuer, issuer);
        let endpoint = read.introspection_endpoint.unwrap();
        assert_eq!(
            endpoint.uri().to_string(),
            format!("{issuer}/oauth/introspect")
        );
    }
}

#[tokio::test]
async fn another_issuers_document_and_addresses_in_the_open_are_refused() {
    let issuer = "https://login.example/realm";
    for document in [
        json!({ "issuer": "https://login.example/other" }),
        json!({ "issuer": "https://login.example/realm/" }),
        json!({}),
        json!([]),
        json!({ "issuer": issuer, "jwks_uri": "http://login.example/jwks" }),
        json!({ "issuer": issuer, "introspection_endpoint": "/oauth/introspect" }),
    ] {
        let (read, _) = read(issuer, &document).await;
        assert!(
            matches!(read, Err(Fault::NotUnderstood(_))),
            "{document}: {read:?}"
        );
    }
    for issuer in [
        "http://login.example",
        "login.example",
        "https://login.example?a=b",
    ] {
        let (read, asked) = read(issuer, &json!({ "issuer": issuer })).await;
        assert!(read.is_err(), "{issuer}");
        assert_eq!(asked, "", "nobody was asked");
    }
}

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::support::{BASE, World};

fn well_known(realm: &str) -> [String; 2] {
    [
        format!("/.well-known/oauth-authorization-server/{realm}"),
        format!("/{realm}/.well-known/oauth-authorization-server"),
    ]
}

#[tokio::test]
async fn every_place_clients_look_has_the_same_document() {
    for realm in ["bexio", "bokio", "freshbooks", "stora"] {
        let world = World::new(realm).await;
        let mut documents = Vec::new();
        for path in well_known(realm) {
            let answer = world.get(&path).await;
            answer.expect(StatusCode::OK);
            assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
            documents.push(answer.json());
        }
        assert!(documents.iter().all(|document| *document == documents[0]));
        let document = &documents[0];
        let issuer = format!("{BASE}/{realm}");
        assert_eq!(document["issuer"], issuer);
        assert_eq!(document["token_endpoint"], format!("{issuer}/oauth/token"));
        assert_eq!(
            document["authorization_endpoint"],
            format!("{issuer}/oauth/authorize")
        );
        assert_eq!(
            document["code_challenge_methods_supported"],
            json!(["S256"])
        );
        assert_eq!(document["response_types_supported"], json!(["code"]));
        assert_eq!(
            document["authorization_response_iss_parameter_supported"],
            json!(true)
        );
    }
}

#[tokio::test]
async fn what_the_document_names_is_there() {
    let world = World::new("bexio").await;
    let document = world
        .get("/bexio/.well-known/oauth-authorization-server")
        .await
        .json();
    for endpoint in [
        "token_endpoint",
        "introspection_endpoint",
        "revocation_endpoint",
    ] {
        let path = document[endpoint]
            .as_str()
            .unwrap()
            .strip_prefix(BASE)
            .unwrap();
        let answer = world.method(Method::GET, path).await;
        answer.expect_error(405, "invalid_request");
    }
    let jwks = document["jwks_uri"]
        .as_str()
        .unwrap()
        .strip_prefix(BASE)
        .unwrap();
    let keys = world.get(jwks).await;
    keys.expect(StatusCode::OK);
    let keys = keys.json();
    let key = &keys["keys"][0];
    assert_eq!(
        (&key["kty"], &key["crv"], &key["use"]),
        (&json!("EC"), &json!("P-256"), &json!("sig"))
    );
    assert_eq!(key.get("d"), None);
}

#[tokio::test]
async fn supported_scopes_are_the_catalog_s() {
    let world = World::new("bexio").await;
    let document = world
        .get("/bexio/.well-known/oauth-authorization-server")
        .await
        .json();
    let supported = document["scopes_supported"].as_array().unwrap();
    assert!(supported.contains(&json!("contact_edit")) && supported.contains(&json!("general")));
}

#[tokio::test]
async fn unknown_realms_are_not_there() {
    let world = World::new("bexio").await;
    for path in well_known("nowhere") {
        let answer = world.get(&path).await;
        answer.expect(StatusCode::NOT_FOUND);
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json")
        );
    }
}

#[tokio::test]
async fn the_api_says_who_protects_it() {
    let world = World::new("bexio").await;
    let answer = world
        .get("/.well-known/oauth-protected-resource/bexio/api")
        .await;
    answer.expect(StatusCode::OK);
    let document = answer.json();
    assert_eq!(document["resource"], world.audience());
    assert_eq!(document["authorization_servers"], json!([world.issuer()]));
    // The least to begin with, not the whole catalog.
    assert_eq!(document["scopes_supported"], json!(["general"]));
    let realm = world.app.realm("bexio").unwrap();
    assert_eq!(
        realm.resource_metadata(),
        format!("{BASE}/.well-known/oauth-protected-resource/bexio/api")
    );
}

/// This is no OpenID provider, and what reads a document there would take it for one.
#[tokio::test]
async fn there_is_no_openid_configuration() {
    let world = World::new("bexio").await;
    for path in [
        "/.well-known/openid-configuration/bexio",
        "/bexio/.well-known/openid-configuration",
    ] {
        world.get(path).await.expect(StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn what_is_empty_is_not_there() {
    for (realm, has_defaults) in [("bexio", true), ("bokio", false), ("stora", false)] {
        let world = World::new(realm).await;
        let path = format!("/.well-known/oauth-protected-resource/{realm}/api");
        let document = world.get(&path).await.json();
        assert_eq!(document.get("scopes_supported").is_some(), has_defaults);
    }
}

//! API keys at a gate, beside tokens.

use std::sync::Arc;

use axum_core::body::Body;
use enforce::beside::{Beside, Carries, Pass, Paths};
use enforce::{TokenVerifier, UnverifiedToken, VerifiedToken, VerifyError};
use http::{HeaderName, Request};

use super::gate::CONTACTS;
use crate::support::{Gate, REALM, ScopesAsTokens, token};

/// Keys are tokens of the support's verifier, or `late`.
struct Keys(ScopesAsTokens);

#[async_trait::async_trait]
impl TokenVerifier for Keys {
    async fn verify(&self, key: UnverifiedToken<'_>) -> Result<VerifiedToken, VerifyError> {
        match key.expose() {
            "late" => Err(VerifyError::KeySunset),
            _ => self.0.verify(key).await,
        }
    }
}

fn taking_keys() -> Gate {
    let mut gate = Gate::new("bexio");
    let keys = Keys(ScopesAsTokens(Arc::clone(&gate.catalog)));
    let name = HeaderName::from_static("x-api-key");
    let metadata = "https://login.example/.well-known/oauth-protected-resource/api";
    gate.layer = gate
        .layer
        .key_header(name, Arc::new(keys))
        .resource_metadata(metadata);
    gate
}

#[tokio::test]
async fn one_call_has_one_credential() {
    let bearer = token("contact_show");
    let key = bearer.strip_prefix("Bearer ").unwrap();
    let long = "k".repeat(513);
    let call = async |gate: &Gate, headers: &[(&str, &str)]| {
        let mut request = Request::builder().uri(CONTACTS);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        gate.call(request.body(Body::empty()).unwrap()).await
    };
    let gate = taking_keys();
    for headers in [
        &[("x-api-key", key)][..],
        &[("authorization", &bearer)],
        // Of another kind, which no gate decides about.
        &[("x-api-key", key), ("authorization", "Basic YTpi")],
    ] {
        assert_eq!(call(&gate, headers).await.status, 200, "{headers:?}");
    }
    for headers in [
        &[("x-api-key", key), ("authorization", &*bearer)][..],
        &[("x-api-key", key), ("authorization", "Bearer")],
        &[("x-api-key", key), ("authorization", "bearer\tx")],
        &[("x-api-key", key), ("x-api-key", key)],
        &[("x-api-key", "")],
        &[("x-api-key", "two words")],
        &[("x-api-key", &long)],
    ] {
        let answer = call(&gate, headers).await;
        assert_eq!(
            answer.body["reason"], "malformed-credentials",
            "{headers:?}"
        );
        assert_eq!(answer.status, 400);
    }
    let scope = call(&gate, &[("x-api-key", &token("kb_invoice_show")[7..])]).await;
    assert_eq!(scope.body["reason"], "insufficient-scope");
    // Where no keys are taken the header means nothing.
    let without = Gate::new("bexio");
    assert_eq!(call(&without, &[("x-api-key", key)]).await.status, 401);
    let both = [("x-api-key", key), ("authorization", &*bearer)];
    assert_eq!(call(&without, &both).await.status, 200);
}

/// Whatever passes beside the decision, a call with a key does not.
#[tokio::test]
async fn a_key_never_passes_undecided() {
    let mut gate = taking_keys();
    let pass = Pass {
        carries: Carries::NoToken,
        paths: Paths::default(),
    };
    let beside = Beside {
        pass: vec![pass],
        ..Beside::default()
    };
    gate.layer = gate.layer.beside(beside, || 0);
    assert_eq!(gate.get(CONTACTS, None).await.status, 200);
    for key in ["bad", "", "late"] {
        let request = Request::builder().uri(CONTACTS).header("x-api-key", key);
        let answer = gate.call(request.body(Body::empty()).unwrap()).await;
        assert!(
            matches!(answer.status, 400 | 401),
            "{key}: {}",
            answer.status
        );
    }
}

#[tokio::test]
async fn a_key_behind_its_sunset_is_told_where_oauth_begins() {
    let gate = taking_keys();
    let request = Request::builder().uri(CONTACTS).header("x-api-key", "late");
    let answer = gate.call(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.body["reason"], "api-key-sunset");
    assert_eq!(answer.body["authorization_server"], REALM);
    let metadata = answer.body["resource_metadata"].as_str().unwrap();
    let detail = answer.body["detail"].as_str().unwrap();
    assert!(
        detail.contains("OAuth 2.0") && detail.contains(metadata),
        "{detail}"
    );
    assert!(
        answer
            .challenge
            .unwrap()
            .contains("error=\"invalid_token\"")
    );
}

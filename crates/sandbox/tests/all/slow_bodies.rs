//! A record that never comes.

use axum::body::to_bytes;
use axum::http::Request;
use serde_json::Value;

use crate::caller::{For, Sandbox};
use crate::slow::send_slowly;

/// Read by the sandbox, and where the scope depends on the body, by the layer before it.
#[tokio::test]
async fn a_record_has_its_time() {
    for (realm, path, scopes) in [
        ("bexio", "/2.0/contact", "contact_edit"),
        (
            "freshbooks",
            "/events/account/muster/events/callbacks",
            "user:invoices:read",
        ),
    ] {
        let sandbox = Sandbox::new(realm).await;
        let token = sandbox.token(&sandbox.app, For::Anna, scopes);
        let request = Request::post(format!("/{realm}/api{path}"))
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {token}"));
        let router = sandbox.world.router.clone();
        let (answer, waited_for) = send_slowly(router, request).await;
        assert_eq!(
            (answer.status().as_u16(), waited_for),
            (408, true),
            "{path}"
        );
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        let problem: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem["reason"], "slow-body", "{path}");
    }
}

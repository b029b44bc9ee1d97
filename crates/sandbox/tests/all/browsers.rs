//! Calls by pages of other origins.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};

use crate::caller::Sandbox;

const EXPOSED: &str = "WWW-Authenticate, Retry-After, X-Request-Id";

#[tokio::test]
async fn a_page_of_another_origin_may_ask_and_call_and_read_refusals() {
    let sandbox = Sandbox::new("bexio").await;
    let asked = "authorization,mcp-protocol-version,traceparent,x-requested-with";
    let preflight = Request::builder()
        .method(Method::OPTIONS)
        .uri("/bexio/api/2.0/contact")
        .header(header::ORIGIN, "https://app.example")
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "PATCH")
        .header(header::ACCESS_CONTROL_REQUEST_HEADERS, asked);
    let answer = sandbox
        .world
        .send(preflight.body(Body::empty()).unwrap())
        .await;
    answer.expect(StatusCode::NO_CONTENT);
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("access-control-allow-methods"), Some("PATCH"));
    assert_eq!(answer.header("access-control-allow-headers"), Some(asked));
    assert_eq!(answer.header("access-control-allow-credentials"), None);

    let refused = sandbox.world.get("/bexio/api/2.0/contact").await;
    refused.expect(StatusCode::UNAUTHORIZED);
    // What no page asks is a call like any other.
    let bare = sandbox
        .world
        .method(Method::OPTIONS, "/bexio/api/2.0/contact")
        .await;
    bare.expect(StatusCode::UNAUTHORIZED);
    for answer in [refused, bare] {
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        assert_eq!(
            answer.header("access-control-expose-headers"),
            Some(EXPOSED)
        );
    }
}

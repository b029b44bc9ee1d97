//! Calls that are one too many, at each gate.

use std::net::IpAddr;

use axum::body::Body;
use enforce::CallerAddress;
use enforce::beside::{Beside, Observe, Paths, Until};
use gates::Preflight;
use scope::{CallLimit, CallLimits, LimitedPer};
use serde_json::json;

use crate::support::{Answer, World, limited_by, request};

const TOKEN: (&str, &str) = ("authorization", "Bearer contact_show");

fn limits(per: LimitedPer) -> CallLimits {
    CallLimits::default().with(&[CallLimit::new(per, 1, 60)])
}

fn world(per: LimitedPer) -> World {
    World::with("bexio", Preflight::Pass, |gate| {
        limited_by(gate, &limits(per))
    })
}

fn asked(gate: &str, from: Option<CallerAddress>) -> http::Request<Body> {
    let [method, uri, host] = match gate.starts_with("nginx") {
        true => ["x-original-method", "x-original-uri", "x-original-host"],
        false => ["x-forwarded-method", "x-forwarded-uri", "x-forwarded-host"],
    };
    let headers = [
        (method, "GET"),
        (uri, "/2.0/contact"),
        (host, "a.example"),
        TOKEN,
    ];
    let request = request(&format!("/realm/api/forward-auth/{gate}"), &headers);
    let mut request = request.body(Body::empty()).unwrap();
    from.into_iter().for_each(|own| {
        request.extensions_mut().insert(own);
    });
    request
}

fn retry_after(answer: &Answer) -> &str {
    answer.headers["retry-after"].to_str().unwrap()
}

#[tokio::test]
async fn proxies_that_pass_answers_on_get_the_whole_one() {
    for gate in ["caddy", "traefik"] {
        let world = world(LimitedPer::Token);
        assert_eq!(world.send_whole(asked(gate, None)).await.status, 204);
        let refused = world.send_whole(asked(gate, None)).await;
        assert_eq!(refused.status, 429);
        assert_eq!(retry_after(&refused), "60");
        assert_eq!(refused.body["reason"], "too-many-calls");
        let told = ["permitted", "too-many-calls", "limited", "token"];
        assert_eq!(world.counts(), told);
    }
}

#[tokio::test]
async fn nginx_gets_the_whole_answer_when_it_asks_again_and_nothing_is_counted() {
    let world = world(LimitedPer::Token);
    // Looking counts nothing: there is still room afterwards.
    assert_eq!(
        world.send_whole(asked("nginx/answer", None)).await.status,
        503
    );
    assert_eq!(world.send_whole(asked("nginx", None)).await.status, 204);
    assert_eq!(world.send_whole(asked("nginx", None)).await.status, 403);
    world.counts();
    let whole = world.send_whole(asked("nginx/answer", None)).await;
    assert_eq!((whole.status, retry_after(&whole)), (429, "60"));
    assert!(world.counts().is_empty());
}

#[tokio::test]
async fn an_address_counts_where_a_trusted_proxy_told_it() {
    let from = |last: u8, told| {
        let address = IpAddr::from([192, 0, 2, last]);
        asked("caddy", Some(CallerAddress { address, told }))
    };
    let told = world(LimitedPer::Address);
    let mut statuses = Vec::new();
    for last in [1, 1, 2, 1] {
        statuses.push(told.send_whole(from(last, true)).await.status);
    }
    assert_eq!(statuses, [204, 429, 204, 429]);
    // It is the proxy's own: all callers have it.
    let own = world(LimitedPer::Address);
    for _ in 0..3 {
        assert_eq!(own.send_whole(from(1, false)).await.status, 204);
    }
}

#[tokio::test]
async fn envoy_and_services_are_told_too() {
    let world = world(LimitedPer::Client);
    let ask = async || {
        let request = request("/realm/api/ext-authz/2.0/contact", &[TOKEN]);
        world.send(request).await
    };
    assert_eq!(ask().await.status, 200);
    assert_eq!(ask().await.status, 429);
    let question = json!({ "method": "GET", "target": "/2.0/contact", "token": "contact_show" });
    let denied = world.ask("/realm/decide", &question).await;
    assert_eq!(denied.body["decision"], "deny");
    assert_eq!(denied.body["reason"], "too-many-calls");
    assert_eq!(denied.body["status"], 429);
    assert_eq!(denied.body["headers"]["retry-after"], "60");
}

#[tokio::test]
async fn what_is_observed_is_counted_and_goes_on() {
    let observe = vec![Observe {
        client: None,
        paths: Paths::default(),
        until: Until::new("1970-01-01", 1_000),
    }];
    let beside = Beside {
        observe,
        ..Beside::default()
    };
    let per_token = limits(LimitedPer::Token);
    let world = World::beside_with("bexio", beside, |gate| limited_by(gate, &per_token));
    for _ in 0..2 {
        assert_eq!(world.send_whole(asked("caddy", None)).await.status, 204);
    }
    let told = ["permitted", "observed", "too-many-calls"];
    assert_eq!(world.counts(), told);
    let mut reasons: Vec<_> = world
        .ledger
        .take(0)
        .into_iter()
        .map(|line| line.reason)
        .collect();
    reasons.sort();
    assert_eq!(reasons, ["", "too-many-calls"]);
}

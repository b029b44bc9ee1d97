//! The sandboxes of Bokio and Stora take as many calls as their APIs are documented to.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use storage::SqliteStore;

use crate::caller::{For, Sandbox};
use crate::support::{Answer, catalog_with_limits};

async fn limited(realm: &str) -> Sandbox {
    Sandbox::of(
        catalog_with_limits(realm),
        Arc::new(SqliteStore::open_in_memory().await.unwrap()),
    )
    .await
}

async fn later(sandbox: &Sandbox, by: Duration) {
    sandbox.world.clock.advance(by);
    sandbox.world.clock.advance_monotonic(by);
    sandbox.world.app.catch_up().await.unwrap();
}

/// How many of these calls are let through, and the answer to the last.
async fn through(sandbox: &Sandbox, token: &str, path: &str, calls: usize) -> (usize, Answer) {
    let (mut through, mut last) = (0, None);
    for _ in 0..calls {
        let answer = sandbox.call_with(token, "GET", path, Value::Null).await;
        through += usize::from(answer.status == 200);
        last = Some(answer);
    }
    (through, last.unwrap())
}

#[tokio::test]
async fn bokio_200_in_any_minute_by_each_token() {
    let sandbox = limited("bokio").await;
    let path = format!("/v1/companies/{}/customers", sandbox.world.muster.id);
    let token = || sandbox.token(&sandbox.app, For::Anna, "customers:read");
    let (first, second) = (token(), token());
    let (all, last) = through(&sandbox, &first, &path, 150).await;
    assert_eq!(all, 150);
    assert_eq!(last.header("bokio-ratelimit-limit"), Some("200"));
    assert_eq!(last.header("bokio-ratelimit-remaining"), Some("50"));
    // Pages of other origins may read them.
    let exposed = last.headers.get_all("access-control-expose-headers");
    assert!(
        exposed
            .iter()
            .any(|name| name == "bokio-ratelimit-remaining")
    );

    later(&sandbox, Duration::from_secs(40)).await;
    let (some, refused) = through(&sandbox, &first, &path, 60).await;
    assert_eq!((some, refused.status.as_u16()), (50, 429));
    assert_eq!(refused.header("retry-after"), Some("20"));
    assert_eq!(refused.header("bokio-ratelimit-retryafter"), Some("20"));
    assert_eq!(refused.header("bokio-ratelimit-remaining"), Some("0"));
    let problem: Value = serde_json::from_str(&refused.body).unwrap();
    assert_eq!(problem["reason"], "too-many-calls");
    let limit = json!({ "per": "token", "calls": 200, "within": 60 });
    assert_eq!(problem["limit"], limit);
    let (other, _) = through(&sandbox, &second, &path, 1).await;
    assert_eq!(other, 1);

    // A rolling minute: the first 150 are over, the 50 are not.
    later(&sandbox, Duration::from_secs(20)).await;
    let (again, _) = through(&sandbox, &first, &path, 160).await;
    assert_eq!(again, 150);
    let metrics = sandbox.world.app.metrics();
    let metrics = metrics.text(&sandbox.world.app.figures()).unwrap();
    let line = "scopegate_limited_calls_total{limit=\"token\",realm=\"bokio\"} 20";
    assert!(metrics.contains(line), "{metrics}");
}

#[tokio::test]
async fn stora_ten_a_second_and_sixty_a_minute() {
    let sandbox = limited("stora").await;
    let token = sandbox.token(&sandbox.app, For::Anna, "public.contact:read");
    let path = "/2025-09/contacts";
    let (first, refused) = through(&sandbox, &token, path, 12).await;
    assert_eq!(first, 10);
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(refused.header("ratelimit-limit"), Some("10"));
    let second = (crate::support::start().as_second() + 1).to_string();
    assert_eq!(refused.header("ratelimit-reset"), Some(&*second));
    for _ in 0..5 {
        later(&sandbox, Duration::from_secs(1)).await;
        assert_eq!(through(&sandbox, &token, path, 11).await.0, 10);
    }
    later(&sandbox, Duration::from_secs(1)).await;
    let (none, refused) = through(&sandbox, &token, path, 1).await;
    assert_eq!(none, 0);
    assert_eq!(refused.header("ratelimit-limit"), Some("60"));
    assert_eq!(refused.header("retry-after"), Some("54"));
    later(&sandbox, Duration::from_secs(54)).await;
    assert_eq!(through(&sandbox, &token, path, 12).await.0, 10);
}

#[tokio::test]
async fn bexio_and_freshbooks_any_number() {
    let sandbox = limited("bexio").await;
    let token = sandbox.token(&sandbox.app, For::Anna, "contact_show");
    let (all, last) = through(&sandbox, &token, "/2.0/contact", 300).await;
    assert_eq!(all, 300);
    assert!(!last.headers.contains_key("ratelimit-limit"));
}

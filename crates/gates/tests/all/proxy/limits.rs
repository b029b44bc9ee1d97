//! The proxy sees where an answer ends, and tells how a caller stands.

use std::sync::Arc;

use gates::proxy::Settings;
use tokio::io::AsyncWriteExt;
use tokio::sync::Notify;

use super::place::Place;

const CUSTOMERS: &str = "/v1/companies/muster/customers";
const BODY: &[&str] = &["Content-Length: 2", "Content-Type: application/json"];

#[tokio::test]
async fn a_write_waits_until_the_answer_to_the_one_before_is_over() {
    let end = Arc::new(Notify::new());
    let ends = Arc::clone(&end);
    let place = Place::with("bokio", Settings::default(), move |mut stream, seen| {
        let ends = Arc::clone(&ends);
        async move {
            if !seen.until(&mut stream, "{}").await {
                return;
            }
            let begun =
                "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nBokio-RateLimit-Limit: 7\r\n\r\nhalf,";
            stream.write_all(begun.as_bytes()).await.unwrap();
            ends.notified().await;
            stream.write_all(b"done").await.unwrap();
        }
    })
    .await;
    let (line, token) = (format!("POST {CUSTOMERS}"), "customers/write");
    let mut first = place.connect().await;
    let head = format!(
        "{line} HTTP/1.1\r\nHost: a.example\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: 2\r\nConnection: close\r\n\r\n{{}}"
    );
    first.write(&head).await;
    let begun = first.until("half,").await.to_lowercase();
    // What the gate says of its own limits counts.
    assert!(begun.contains("bokio-ratelimit-limit: 200\r\n"), "{begun}");
    assert!(
        begun.contains("bokio-ratelimit-remaining: 199\r\n"),
        "{begun}"
    );
    assert_eq!(begun.matches("bokio-ratelimit-limit").count(), 1);

    let second = place.call(&line, token, BODY, "{}").await;
    assert!(second.starts_with("HTTP/1.1 429"), "{second}");
    assert!(second.contains("write-under-way"), "{second}");
    end.notify_one();
    assert!(first.rest().await.ends_with("done"));
    end.notify_one();
    let third = place.call(&line, token, BODY, "{}").await;
    assert!(third.ends_with("half,done"), "{third}");
    let told = [
        "permitted",
        "write-under-way",
        "limited",
        "write",
        "permitted",
    ];
    assert_eq!(place.counts(), told);
}

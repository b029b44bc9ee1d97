//! Bodies go on as they come, no faster than whoever reads them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use gates::proxy::Settings;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Notify;

use super::place::{PLACES, Place};

const HEAD: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

/// More than all that lies between caller and API.
const MUCH: usize = 200_000_000;

fn impatient() -> Settings {
    Settings {
        patience: Duration::from_millis(300),
        ..Settings::default()
    }
}

fn call(method: &str, more: &str) -> String {
    format!(
        "{method} /2.0/contact HTTP/1.1\r\nHost: api.example.com\r\n\
         Authorization: Bearer contact_show+contact_edit\r\n{more}\r\n"
    )
}

#[tokio::test]
async fn what_comes_is_seen_at_once() {
    let next = Arc::new(Notify::new());
    let told = Arc::clone(&next);
    let place = Place::with("bexio", Settings::default(), move |mut stream, seen| {
        let next = Arc::clone(&told);
        async move {
            seen.until(&mut stream, "\r\n\r\n").await;
            stream.write_all(HEAD.as_bytes()).await.unwrap();
            for part in ["one", "two"] {
                let part = format!("3\r\n{part}\r\n");
                stream.write_all(part.as_bytes()).await.unwrap();
                next.notified().await;
            }
            stream.write_all(b"0\r\n\r\n").await.unwrap();
        }
    })
    .await;
    let mut caller = place.connect().await;
    caller.write(&call("GET", "")).await;
    caller.until("one").await;
    next.notify_one();
    caller.until("two").await;
    next.notify_one();
    caller.until("0\r\n\r\n").await;
}

#[tokio::test]
async fn a_slow_reader_holds_the_api_back() {
    let written = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&written);
    let place = Place::with("bexio", Settings::default(), move |mut stream, seen| {
        let written = Arc::clone(&count);
        async move {
            seen.until(&mut stream, "\r\n\r\n").await;
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {MUCH}\r\n\r\n");
            stream.write_all(head.as_bytes()).await.unwrap();
            while let Ok(count) = stream.write(&[b'x'; 65_536]).await {
                written.fetch_add(count, Ordering::Relaxed);
            }
        }
    })
    .await;
    let mut caller = place.connect().await;
    caller.write(&call("GET", "")).await;
    caller.until("xxx").await;
    stands(&written).await;
    assert!(written.load(Ordering::Relaxed) < MUCH / 2);
}

#[tokio::test]
async fn a_slow_api_holds_the_caller_back() {
    let place = Place::with(
        "bexio",
        Settings::default(),
        |mut stream, seen| async move {
            let _ = stream.read(&mut [0; 100]).await;
            drop(seen);
            std::future::pending::<()>().await;
        },
    )
    .await;
    let mut caller = place.connect().await;
    caller
        .write(&call("POST", &format!("Content-Length: {MUCH}\r\n")))
        .await;
    let written = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&written);
    tokio::spawn(async move {
        while let Ok(written) = caller.0.write(&[b'x'; 65_536]).await {
            count.fetch_add(written, Ordering::Relaxed);
        }
    });
    stands(&written).await;
    assert!(written.load(Ordering::Relaxed) < MUCH / 2);
}

/// Waits until it does not grow any more.
async fn stands(count: &AtomicUsize) {
    let mut before = usize::MAX;
    while before != count.load(Ordering::Relaxed) {
        before = count.load(Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// A truncated answer is never a whole one.
#[tokio::test]
async fn an_api_that_dies_in_the_middle_is_noticed() {
    for head in [HEAD, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"] {
        let place = Place::with(
            "bexio",
            Settings::default(),
            move |mut stream, seen| async move {
                seen.until(&mut stream, "\r\n\r\n").await;
                stream.write_all(head.as_bytes()).await.unwrap();
                stream.write_all(b"3\r\none\r\n").await.unwrap();
            },
        )
        .await;
        let mut caller = place.connect().await;
        caller.write(&call("GET", "")).await;
        let answer = caller.rest().await;
        assert!(answer.contains("one"), "{answer}");
        assert!(!answer.ends_with("0\r\n\r\n"), "{answer}");
    }
}

#[tokio::test]
async fn a_stream_that_stands_still_is_ended() {
    let place = Place::with("bexio", impatient(), |mut stream, seen| async move {
        seen.until(&mut stream, "\r\n\r\n").await;
        stream.write_all(HEAD.as_bytes()).await.unwrap();
        // As slow as it may be, and then silent.
        for _ in 0..5 {
            stream.write_all(b"3\r\none\r\n").await.unwrap();
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let _ = stream.read(&mut [0; 10]).await;
    })
    .await;
    let mut caller = place.connect().await;
    caller.write(&call("GET", "")).await;
    let answer = caller.rest().await;
    assert_eq!(answer.matches("one").count(), 5, "{answer}");
    assert!(!answer.ends_with("0\r\n\r\n"), "{answer}");
}

/// Who sends slowly has as long as something comes, and the API waits no longer than that.
#[tokio::test]
async fn a_body_that_trickles_is_passed_on_and_one_that_stops_is_refused() {
    let place =
        Place::answering_with("bexio", impatient(), "HTTP/1.1 204 No Content\r\n\r\n").await;
    let mut caller = place.connect().await;
    caller.write(&call("POST", "Content-Length: 10\r\n")).await;
    for _ in 0..10 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        caller.write("x").await;
    }
    let answer = caller.until("\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    let mut caller = place.connect().await;
    caller.write(&call("POST", "Content-Length: 10\r\n")).await;
    caller.write("x").await;
    let answer = caller.rest().await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("slow-body"), "{answer}");
}

/// Who is gone has no call under way.
#[tokio::test]
async fn a_caller_who_leaves_ends_the_call_at_the_api() {
    let ended = Arc::new(Notify::new());
    let tell = Arc::clone(&ended);
    let place = Place::with("bexio", Settings::default(), move |mut stream, seen| {
        let ended = Arc::clone(&tell);
        async move {
            seen.until(&mut stream, "\r\n\r\n").await;
            let _ = stream.read(&mut [0; 10]).await;
            ended.notify_one();
        }
    })
    .await;
    let mut caller = place.connect().await;
    caller.write(&call("GET", "")).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    drop(caller);
    let told = tokio::time::timeout(Duration::from_secs(10), ended.notified()).await;
    assert!(told.is_ok(), "the API goes on");
}

/// However many calls a caller's connection carries, those at the API are bounded; an answer holds its
/// place until it is over.
#[tokio::test]
async fn calls_under_way_are_bounded() {
    let place = Place::with(
        "bexio",
        Settings::default(),
        |mut stream, seen| async move {
            seen.until(&mut stream, "\r\n\r\n").await;
            stream.write_all(HEAD.as_bytes()).await.unwrap();
            stream.write_all(b"3\r\none\r\n").await.unwrap();
            let _ = stream.read(&mut [0; 10]).await;
        },
    )
    .await;
    let mut held = Vec::new();
    for _ in 0..PLACES {
        let mut caller = place.connect().await;
        caller.write(&call("GET", "")).await;
        caller.until("one").await;
        held.push(caller);
    }
    let mut caller = place.connect().await;
    caller.write(&call("GET", "")).await;
    let answer = caller.until("\"unavailable\"").await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(answer.contains("retry-after: 1\r\n"), "{answer}");
    held.pop();
    caller.write(&call("GET", "")).await;
    while !caller.until("\r\n\r\n").await.starts_with("HTTP/1.1 200") {
        tokio::time::sleep(Duration::from_millis(20)).await;
        caller = place.connect().await;
        caller.write(&call("GET", "")).await;
    }
}

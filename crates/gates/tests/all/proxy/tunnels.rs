//! WebSockets.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use enforce::{AccessError, AccessNow, AccessSource, VerifiedToken};
use gates::proxy::Settings;
use scope::OrganisationKey;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::place::{Caller, Place};

const SWITCHED: &str = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\
                        Upgrade: websocket\r\nSec-WebSocket-Accept: x\r\nScopegate-Subject: x\r\n\r\n";

/// An API that says everything again.
async fn echoing(settings: Settings) -> Place {
    Place::with("bexio", settings, |mut stream, seen| async move {
        if !seen.until(&mut stream, "\r\n\r\n").await {
            return;
        }
        stream.write_all(SWITCHED.as_bytes()).await.unwrap();
        let mut buffer = [0; 1_024];
        while let Ok(count @ 1..) = stream.read(&mut buffer).await {
            stream.write_all(&buffer[..count]).await.unwrap();
        }
    })
    .await
}

fn asks(method: &str, token: &str, protocol: &str) -> String {
    format!(
        "{method} /2.0/contact HTTP/1.1\r\nHost: api.example.com\r\nAuthorization: Bearer {token}\r\n\
         Connection: Upgrade\r\nUpgrade: {protocol}\r\nSec-WebSocket-Key: x\r\n\r\n"
    )
}

async fn opened(place: &Place) -> Caller {
    let mut caller = place.connect().await;
    caller
        .write(&asks("GET", "contact_show", "WebSocket"))
        .await;
    let answer = caller.until("\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 101"), "{answer}");
    let answer = answer.to_lowercase();
    assert!(answer.contains("upgrade: websocket\r\n"), "{answer}");
    assert!(answer.contains("connection: upgrade\r\n"), "{answer}");
    assert!(answer.contains("sec-websocket-accept: x\r\n"), "{answer}");
    assert!(!answer.contains("scopegate-"), "{answer}");
    caller.write("hello").await;
    assert_eq!(caller.until("hello").await, "hello");
    caller
}

#[tokio::test]
async fn a_websocket_is_decided_as_get_and_joined() {
    let place = echoing(Settings::default()).await;
    let mut caller = opened(&place).await;
    let received = place.received.take().to_lowercase();
    assert!(
        received.starts_with("get /2.0/contact http/1.1\r\n"),
        "{received}"
    );
    assert!(received.contains("upgrade: websocket\r\n"), "{received}");
    assert!(received.contains("sec-websocket-key: x\r\n"), "{received}");
    assert!(received.contains("scopegate-client: app\r\n"), "{received}");
    assert!(!received.contains("authorization"), "{received}");
    assert_eq!(place.counts(), ["permitted"]);
    // Either side may end it.
    caller.0.shutdown().await.unwrap();
    assert_eq!(caller.rest().await, "");
    place.tasks.close();
    place.tasks.wait().await;
    let mut caller = place.connect().await;
    caller.write(&asks("GET", "note_show", "websocket")).await;
    let answer = caller.until("insufficient-scope").await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
}

/// Knows nothing.
struct Away;

#[async_trait]
impl AccessSource for Away {
    async fn access(
        &self,
        _: &VerifiedToken,
        _: Option<(OrganisationKey, &str)>,
    ) -> Result<AccessNow, AccessError> {
        Err(AccessError::Unavailable)
    }
}

/// Who answers about reads is not asked about it, whatever the caller leaves out.
#[tokio::test]
async fn a_websocket_is_no_call_that_only_reads() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        stream.write_all(SWITCHED.as_bytes()).await.unwrap();
        stream.read(&mut [0]).await
    });
    let settings = Settings::default();
    let change = |gate: enforce::Gate| gate.reads_by(Arc::new(Away));
    let place = Place::with_gate("bexio", settings, &address, change).await;
    let answer = place
        .call("GET /2.0/contact", "contact_show", &[], "")
        .await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    let mut caller = place.connect().await;
    let asked = asks("GET", "contact_show", "websocket");
    caller
        .write(&asked.replace("Sec-WebSocket-Key: x\r\n", ""))
        .await;
    let answer = caller.until("\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 101"), "{answer}");
}

/// Anything else would carry calls that nobody decides.
#[tokio::test]
async fn nothing_but_a_websocket_is_joined() {
    for (method, token, protocol) in [
        ("GET", "contact_show", "h2c"),
        ("GET", "contact_show", "websocket, h2c"),
        ("GET", "contact_show", "TLS/1.2"),
        ("POST", "contact_edit", "websocket"),
    ] {
        let place = echoing(Settings::default()).await;
        let mut caller = place.connect().await;
        caller.write(&asks(method, token, protocol)).await;
        // The API switches all the same, which it must not unasked.
        let answer = caller.until("api-broken").await;
        assert!(answer.starts_with("HTTP/1.1 502"), "{protocol}: {answer}");
        let received = place.received.take().to_lowercase();
        assert!(!received.contains("\r\nupgrade:"), "{received}");
    }
}

#[tokio::test]
async fn a_tunnel_ends_when_nothing_moves_and_when_the_server_stops() {
    let impatient = Settings {
        patience: Duration::from_millis(200),
        ..Settings::default()
    };
    let place = echoing(impatient).await;
    let mut caller = opened(&place).await;
    assert_eq!(caller.rest().await, "");
    let place = echoing(Settings::default()).await;
    let mut caller = opened(&place).await;
    place.stop.cancel();
    assert_eq!(caller.rest().await, "");
    place.tasks.close();
    place.tasks.wait().await;
}

/// A token that is revoked opens nothing any more, and holds nothing open.
#[tokio::test]
async fn a_tunnel_ends_when_its_call_would_be_denied() {
    let place = echoing(Settings::default()).await;
    let mut caller = opened(&place).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    caller.write("still").await;
    assert_eq!(caller.until("still").await, "still");
    place.revoke();
    assert_eq!(caller.rest().await, "");
}

//! Questions to other servers, over real connections to this machine.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use enforce::remote::{Address, TransportError};
use http::{Request, Response, StatusCode};
use realm::outbound::{Bounds, Outbound, Reachable, Unanswered};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Answers each connection with one text, or never.
struct Server {
    port: u16,
    connections: Arc<AtomicUsize>,
}

impl Server {
    async fn answering(answer: Option<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&connections);
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                counted.fetch_add(1, Ordering::SeqCst);
                let answer = answer.clone();
                tokio::spawn(async move {
                    let mut head = [0; 4096];
                    let _ = stream.read(&mut head).await;
                    match answer {
                        Some(answer) => drop(stream.write_all(answer.as_bytes()).await),
                        None => std::future::pending().await,
                    }
                });
            }
        });
        Self { port, connections }
    }

    fn at(&self, host: &str) -> Address {
        Address::new(&format!("http://{host}:{}/x", self.port)).unwrap()
    }
}

fn with_body(head: &str, body: &str) -> Option<String> {
    let length = body.len();
    Some(format!(
        "HTTP/1.1 {head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    ))
}

fn outbound(listed: &[&str]) -> Outbound {
    let listed = listed.iter().map(|network| network.parse().unwrap());
    Outbound::new(Reachable::with(listed.collect()), None).unwrap()
}

async fn ask(outbound: &Outbound, address: &Address) -> Result<Response<Bytes>, Unanswered> {
    // What is refused is refused at once; only the server that never answers waits as long.
    let bounds = Bounds {
        within: Duration::from_secs(60),
        most: 100,
    };
    outbound.ask(address, Request::default(), bounds).await
}

#[tokio::test]
async fn an_address_that_is_listed_is_asked_by_number_and_by_name() {
    let server = Server::answering(with_body("404 Not Found", "nothing")).await;
    let outbound = outbound(&["127.0.0.0/8"]);
    for host in ["127.0.0.1", "localhost"] {
        let answer = ask(&outbound, &server.at(host)).await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        assert_eq!(&answer.body()[..], b"nothing");
    }
}

#[tokio::test]
async fn an_address_inside_is_not_connected_to_whatever_it_is_called() {
    let server = Server::answering(with_body("200 OK", "secrets")).await;
    let outbound = outbound(&["10.0.0.0/8"]);
    for host in ["127.0.0.1", "localhost", "[::1]"] {
        let refused = ask(&outbound, &server.at(host)).await.unwrap_err();
        let told = refused.to_string();
        assert!(told.contains("this machine itself"), "{host}: {told}");
        assert!(told.contains("allow_addresses"), "{host}: {told}");
    }
    // Spellings of it that only a resolver understands.
    for host in ["2130706433", "0x7f000001", "127.1", "0177.0.0.1"] {
        let url = format!("https://{host}:{}/x", server.port);
        let refused = ask(&outbound, &Address::new(&url).unwrap()).await;
        assert!(
            matches!(refused, Err(Unanswered::Transport(_))),
            "{host}: {refused:?}"
        );
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let target = Server::answering(with_body("200 OK", "secrets")).await;
    let head = format!("302 Found\r\nLocation: http://127.0.0.1:{}/x", target.port);
    let server = Server::answering(with_body(&head, "")).await;
    let answer = ask(&outbound(&["127.0.0.1/32"]), &server.at("127.0.0.1")).await;
    assert_eq!(
        answer.unwrap_err(),
        Unanswered::LeadsElsewhere(StatusCode::FOUND)
    );
    assert_eq!(target.connections.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn of_an_answer_so_much_is_read_and_no_more() {
    let outbound = outbound(&["127.0.0.1/32"]);
    let fits = Server::answering(with_body("200 OK", &"x".repeat(100))).await;
    let answer = ask(&outbound, &fits.at("127.0.0.1")).await.unwrap();
    assert_eq!(answer.body().len(), 100);
    let larger = Server::answering(with_body("200 OK", &"x".repeat(101))).await;
    let answer = ask(&outbound, &larger.at("127.0.0.1")).await;
    assert!(
        matches!(
            answer,
            Err(Unanswered::Transport(TransportError::Unread(_)))
        ),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_given_up() {
    let server = Server::answering(None).await;
    let bounds = Bounds {
        within: Duration::from_millis(20),
        most: 100,
    };
    let outbound = outbound(&["127.0.0.1/32"]);
    let address = server.at("127.0.0.1");
    let answer = outbound.ask(&address, Request::default(), bounds).await;
    assert_eq!(answer.unwrap_err(), Unanswered::TooSlow(bounds.within));
}

#[tokio::test]
async fn by_tls_a_server_has_to_show_a_certificate_that_counts() {
    let server = Server::answering(with_body("200 OK", "secrets")).await;
    let url = format!("https://127.0.0.1:{}/x", server.port);
    let answer = ask(&outbound(&["127.0.0.1/32"]), &Address::new(&url).unwrap()).await;
    assert!(
        matches!(
            answer,
            Err(Unanswered::Transport(TransportError::Failed(_)))
        ),
        "{answer:?}"
    );
}

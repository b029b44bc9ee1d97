//! A proxy between a caller who writes bytes and an API that reads them.

use std::convert::Infallible;
use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use gates::Preflight;
use gates::proxy::{Arrival, Proxy, Settings, Upstream};
use http::HeaderValue;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::support::{Counted, Known, fronts, limited};

/// What an API answers that has nothing to say.
pub const NOTHING: &str = "HTTP/1.1 204 No Content\r\n\r\n";

/// So many calls go on at once.
pub const PLACES: usize = 3;

/// Longer than anything here takes that works.
const LONG: Duration = Duration::from_secs(20);

/// What the API received, connection by connection, as it came.
#[derive(Clone, Default)]
pub struct Received(Arc<Mutex<Vec<String>>>);

impl Received {
    /// All of it since the last time.
    pub fn take(&self) -> String {
        let mut all = self.0.lock().unwrap();
        all.iter_mut().map(std::mem::take).collect()
    }

    fn begin(&self) -> usize {
        let mut all = self.0.lock().unwrap();
        all.push(String::new());
        all.len() - 1
    }

    fn add(&self, at: usize, bytes: &[u8]) {
        let mut all = self.0.lock().unwrap();
        if let Some(own) = all.get_mut(at) {
            own.push_str(&String::from_utf8_lossy(bytes));
        }
    }
}

pub struct Place {
    pub port: u16,
    pub counted: Arc<Counted>,
    pub received: Received,
    pub connections: Arc<AtomicUsize>,
    pub stop: CancellationToken,
    pub tasks: TaskTracker,
    known: Arc<Known>,
}

impl Place {
    /// An API that gives this answer to whatever comes.
    pub async fn answering(id: &str, answer: &'static str) -> Self {
        Self::answering_with(id, Settings::default(), answer).await
    }

    /// The same, where browsers' questions are taken this way.
    pub async fn answering_and(id: &str, preflight: Preflight, answer: &'static str) -> Self {
        let api = move |stream, received| answer_all(stream, received, answer);
        Self::made(id, (Settings::default(), preflight), api).await
    }

    /// The same, with other settings.
    pub async fn answering_with(id: &str, settings: Settings, answer: &'static str) -> Self {
        Self::with(id, settings, move |stream, received| {
            answer_all(stream, received, answer)
        })
        .await
    }

    /// An API that does this with each connection.
    pub async fn with<F>(
        id: &str,
        settings: Settings,
        api: impl Fn(TcpStream, Seen) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self::made(id, (settings, Preflight::Pass), api).await
    }

    async fn made<F>(
        id: &str,
        how: (Settings, Preflight),
        api: impl Fn(TcpStream, Seen) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (received, connections) = (Received::default(), Arc::<AtomicUsize>::default());
        let (seen, accepted) = (received.clone(), Arc::clone(&connections));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                accepted.fetch_add(1, Ordering::Relaxed);
                let seen = Seen(seen.clone(), seen.begin());
                tokio::spawn(api(stream, seen));
            }
        });
        let place = Self::standing(id, how, &format!("http://{address}"), limited).await;
        Self {
            received,
            connections,
            ..place
        }
    }

    /// A proxy before whatever is at this address.
    pub async fn before(id: &str, settings: Settings, upstream: &str) -> Self {
        Self::with_gate(id, settings, upstream, limited).await
    }

    /// The same with another gate.
    pub async fn with_gate(
        id: &str,
        settings: Settings,
        upstream: &str,
        change: impl FnOnce(enforce::Gate) -> enforce::Gate,
    ) -> Self {
        Self::standing(id, (settings, Preflight::Pass), upstream, change).await
    }

    async fn standing(
        id: &str,
        (settings, preflight): (Settings, Preflight),
        upstream: &str,
        change: impl FnOnce(enforce::Gate) -> enforce::Gate,
    ) -> Self {
        let (fronts, counted, known) = fronts(id, preflight, change);
        let upstream = Upstream::new(upstream, None).unwrap();
        let places = Arc::new(Semaphore::new(PLACES));
        let proxy = Proxy::new(fronts, "realm", "api", upstream, settings, places);
        let proxy = Arc::new(proxy);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let arrival = Arrival {
            client: "192.0.2.7".parse().unwrap(),
            by_tls: true,
            request_id: Some(HeaderValue::from_static("request-1")),
            tasks: tasks.clone(),
            stop: stop.clone(),
        };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (proxy, arrival) = (Arc::clone(&proxy), arrival.clone());
                let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                    let (proxy, arrival) = (Arc::clone(&proxy), arrival.clone());
                    async move {
                        let request = request.map(Body::new);
                        Ok::<_, Infallible>(proxy.answer(request, &arrival).await)
                    }
                });
                let http = hyper::server::conn::http1::Builder::new();
                let connection = http.serve_connection(TokioIo::new(stream), service);
                tokio::spawn(connection.with_upgrades());
            }
        });
        Self {
            port,
            counted,
            received: Received::default(),
            connections: Arc::default(),
            stop,
            tasks,
            known,
        }
    }

    pub async fn connect(&self) -> Caller {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        Caller(stream)
    }

    /// Sends this on a connection of its own, and reads until it ends.
    pub async fn send(&self, text: &str) -> String {
        let mut caller = self.connect().await;
        caller.write(text).await;
        caller.rest().await
    }

    /// The same with bytes that are no text.
    pub async fn send_bytes(&self, bytes: &[u8]) -> String {
        let mut caller = self.connect().await;
        let _ = caller.0.write_all(bytes).await;
        caller.rest().await
    }

    /// A call with these lines of headers, and a token.
    pub async fn call(&self, line: &str, token: &str, headers: &[&str], body: &str) -> String {
        let mut text = format!(
            "{line} HTTP/1.1\r\nHost: api.example.com\r\nAuthorization: Bearer {token}\r\n"
        );
        for header in headers {
            text.push_str(header);
            text.push_str("\r\n");
        }
        text.push_str("Connection: close\r\n\r\n");
        self.send(&(text + body)).await
    }

    /// From now on no token counts.
    pub fn revoke(&self) {
        self.known.revoked.store(true, Ordering::Relaxed);
    }

    pub fn counts(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.counted.0.lock().unwrap())
    }
}

/// Where one connection of the API writes down what comes.
pub struct Seen(Received, usize);

impl Seen {
    /// Reads until this has come; false where the connection ended before.
    pub async fn until(&self, stream: &mut TcpStream, end: &str) -> bool {
        let mut text = String::new();
        let mut buffer = vec![0; 65_536];
        while !text.ends_with(end) {
            let count = stream.read(&mut buffer).await.unwrap_or(0);
            if count == 0 {
                return false;
            }
            self.0.add(self.1, &buffer[..count]);
            text.push_str(&String::from_utf8_lossy(&buffer[..count]));
        }
        true
    }
}

async fn answer_all(mut stream: TcpStream, seen: Seen, answer: &'static str) {
    loop {
        // Head and body as they come, and then whatever is there.
        let mut text = String::new();
        let mut buffer = vec![0; 65_536];
        loop {
            let count = stream.read(&mut buffer).await.unwrap_or(0);
            if count == 0 {
                return;
            }
            seen.0.add(seen.1, &buffer[..count]);
            text.push_str(&String::from_utf8_lossy(&buffer[..count]));
            if is_whole(&text) {
                break;
            }
        }
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

fn is_whole(text: &str) -> bool {
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let head = head.to_lowercase();
    if head.contains("transfer-encoding: chunked") {
        return body.ends_with("0\r\n\r\n");
    }
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.parse().unwrap())
}

pub struct Caller(pub TcpStream);

impl Caller {
    pub async fn write(&mut self, text: &str) {
        // What is refused may be closed without being read.
        let _ = self.0.write_all(text.as_bytes()).await;
    }

    /// Reads until this has come.
    pub async fn until(&mut self, end: &str) -> String {
        let mut text = Vec::new();
        let read = async {
            while !String::from_utf8_lossy(&text).contains(end) {
                let mut byte = [0; 4_096];
                let count = self.0.read(&mut byte).await.unwrap_or(0);
                if count == 0 {
                    break;
                }
                text.extend_from_slice(&byte[..count]);
            }
        };
        let late = tokio::time::timeout(LONG, read).await;
        let text = String::from_utf8_lossy(&text).into_owned();
        late.unwrap_or_else(|_| panic!("{end:?} did not come: {text}"));
        text
    }

    /// Reads until the connection ends.
    pub async fn rest(&mut self) -> String {
        let mut all = Vec::new();
        let read = self.0.read_to_end(&mut all);
        let _ = tokio::time::timeout(LONG, read).await.expect("it ends");
        String::from_utf8_lossy(&all).into_owned()
    }
}

//! Traces to a collector: OTLP over HTTP, as JSON (`opentelemetry-proto`, `trace/v1`). Two
//! dozen lines of JSON and one POST; the usual crates for it bring a second HTTP client and
//! Protocol Buffers along.

use std::time::Duration;

use axum::body::Body;
use hyper::Request;
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, HOST};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use server::operations::RequestSpan;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::configuration::OpenTelemetry;

/// Spans that may wait for the collector.
const QUEUE: usize = 4_096;
/// Spans in one POST.
const BATCH: usize = 512;
/// How long spans wait for others to be sent together.
const EVERY: Duration = Duration::from_secs(1);
/// How long the collector may take.
const ANSWER_TIME: Duration = Duration::from_secs(5);

/// Sends spans to a collector for as long as there are senders.
pub struct Exporter {
    sender: mpsc::Sender<RequestSpan>,
    task: JoinHandle<()>,
}

impl Exporter {
    /// Begins to wait for spans.
    pub fn start(configuration: &OpenTelemetry) -> Self {
        let (sender, spans) = mpsc::channel(QUEUE);
        let collector = Collector {
            endpoint: configuration.endpoint.clone(),
            service_name: configuration.service_name.clone(),
        };
        Self {
            sender,
            task: tokio::spawn(collector.follow(spans)),
        }
    }

    /// Where spans go.
    pub fn sender(&self) -> mpsc::Sender<RequestSpan> {
        self.sender.clone()
    }

    /// Sends what still waits; a collector that does not answer is not waited for.
    pub async fn finish(self) {
        drop(self.sender);
        let _ = tokio::time::timeout(ANSWER_TIME, self.task).await;
    }
}

struct Collector {
    endpoint: url::Url,
    service_name: String,
}

impl Collector {
    async fn follow(self, mut spans: mpsc::Receiver<RequestSpan>) {
        let mut failing = false;
        loop {
            let mut batch = Vec::new();
            let gathering = tokio::time::timeout(EVERY, gather(&mut spans, &mut batch));
            let is_last = gathering.await == Ok(Gathered::Last);
            if !batch.is_empty() {
                let sent = tokio::time::timeout(ANSWER_TIME, self.send(&batch)).await;
                let sent = sent.unwrap_or_else(|_| Err("no answer in time".into()));
                match sent {
                    Ok(()) => failing = false,
                    Err(error) => {
                        if !failing {
                            tracing::warn!(%error, endpoint = %self.endpoint, "traces are lost: the collector does not take them");
                        }
                        failing = true;
                    }
                }
            }
            if is_last {
                return;
            }
        }
    }

    async fn send(
        &self,
        batch: &[RequestSpan],
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let host = self.endpoint.host().ok_or("the endpoint has no host")?;
        let port = self.endpoint.port_or_known_default().unwrap_or(80);
        let stream = match host {
            url::Host::Domain(name) => TcpStream::connect((name, port)).await,
            url::Host::Ipv4(address) => TcpStream::connect((address, port)).await,
            url::Host::Ipv6(address) => TcpStream::connect((address, port)).await,
        }?;
        let path = format!("{}/v1/traces", self.endpoint.path().trim_end_matches('/'));
        let request = Request::post(path)
            .header(HOST, format!("{host}:{port}"))
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(self.document(batch).to_string()))?;
        let (mut requests, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // One answer is all there is to come; the connection ends with it.
        let (answer, _) = tokio::join!(
            async move { requests.send_request(request).await },
            connection
        );
        let status = answer?.status();
        if status.is_success() {
            Ok(())
        } else {
            Err(format!("it answered {status}").into())
        }
    }

    fn document(&self, batch: &[RequestSpan]) -> Value {
        let spans: Vec<Value> = batch.iter().map(span).collect();
        json!({ "resourceSpans": [{
            "resource": { "attributes": [text("service.name", &self.service_name)] },
            "scopeSpans": [{
                "scope": { "name": "scopegate", "version": env!("CARGO_PKG_VERSION") },
                "spans": spans,
            }],
        }] })
    }
}

#[derive(PartialEq, Eq)]
enum Gathered {
    /// A whole batch.
    Full,
    /// No more will come.
    Last,
}

/// Fills the batch.
async fn gather(spans: &mut mpsc::Receiver<RequestSpan>, batch: &mut Vec<RequestSpan>) -> Gathered {
    while batch.len() < BATCH {
        if spans.recv_many(batch, BATCH - batch.len()).await == 0 {
            return Gathered::Last;
        }
    }
    Gathered::Full
}

fn span(span: &RequestSpan) -> Value {
    const KIND_SERVER: u8 = 2;
    const STATUS_UNSET: u8 = 0;
    const STATUS_ERROR: u8 = 2;
    let began = span.began.as_nanosecond();
    let took = i128::try_from(span.took.as_nanos()).unwrap_or_default();
    let is_fault = span.status.is_server_error();
    json!({
        "traceId": hexadecimal(&span.trace),
        "spanId": hexadecimal(&span.id),
        "parentSpanId": span.parent.map(|id| hexadecimal(&id)).unwrap_or_default(),
        "name": format!("{} {}", span.method, span.endpoint.as_str()),
        "kind": KIND_SERVER,
        "startTimeUnixNano": began.to_string(),
        "endTimeUnixNano": (began + took).to_string(),
        "attributes": [
            text("http.request.method", span.method.as_str()),
            json!({
                "key": "http.response.status_code",
                "value": { "intValue": span.status.as_u16().to_string() },
            }),
            text("scopegate.request_id", &span.request_id),
        ],
        "status": { "code": if is_fault { STATUS_ERROR } else { STATUS_UNSET } },
    })
}

fn text(key: &str, value: &str) -> Value {
    json!({ "key": key, "value": { "stringValue": value } })
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

//! Traces to a collector: OTLP over HTTP, as JSON. Why not by OpenTelemetry's own crates is in
//! `docs/adr/0010-small-parts-stay-our-own.md`.

mod collector;
mod document;

use std::sync::Arc;
use std::time::Duration;

use realm::metrics::Requests;
use server::operations::RequestSpan;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

pub use collector::Collector;

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
    /// Begins to wait for spans; counts what becomes of them.
    pub fn start(collector: Collector, requests: Arc<Requests>) -> Self {
        if collector.tells_secrets_in_clear() {
            tracing::warn!(
                endpoint = %collector.endpoint(),
                "headers for the collector travel unencrypted; use https://"
            );
        }
        let (sender, spans) = mpsc::channel(QUEUE);
        Self {
            sender,
            task: tokio::spawn(follow(collector, spans, requests)),
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

async fn follow(
    collector: Collector,
    mut spans: mpsc::Receiver<RequestSpan>,
    requests: Arc<Requests>,
) {
    let mut failing = false;
    loop {
        let mut batch = Vec::new();
        let gathering = tokio::time::timeout(EVERY, gather(&mut spans, &mut batch));
        let is_last = gathering.await == Ok(Gathered::Last);
        if !batch.is_empty() {
            let sent = tokio::time::timeout(ANSWER_TIME, collector.send(&batch)).await;
            let sent = sent.unwrap_or_else(|_| Err("no answer in time".into()));
            match sent {
                Ok(()) => {
                    requests.spans_sent(batch.len());
                    failing = false;
                }
                Err(error) => {
                    requests.spans_lost(batch.len());
                    if !failing {
                        tracing::warn!(%error, endpoint = %collector.endpoint(), "traces are lost: the collector does not take them");
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

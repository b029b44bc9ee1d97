use std::time::Duration;

use oauth::ErrorCode;
use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, Opts, Registry,
};

use super::oauth_errors::OAuthErrors;
use super::outcome::Outcome;
use super::register::{add, gauge};
use super::request_kind::RequestKind;

/// Upper bounds of the latency buckets, in seconds: from a token out of memory to a password
/// hash on a busy machine.
const BUCKETS: [f64; 12] = [
    0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0,
];

/// The requests of a process.
pub struct Requests {
    kinds: Vec<KindMetrics>,
    oauth_errors: OAuthErrors,
    in_flight: IntGauge,
    spans_sent: IntCounter,
    spans_lost: IntCounter,
}

struct KindMetrics {
    outcomes: [IntCounter; Outcome::ALL.len()],
    seconds: Histogram,
}

impl Requests {
    pub(super) fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let requests = IntCounterVec::new(
            Opts::new("scopegate_requests_total", "Requests answered."),
            &["endpoint", "outcome"],
        )?;
        registry.register(Box::new(requests.clone()))?;
        let seconds = HistogramVec::new(
            HistogramOpts::new(
                "scopegate_request_seconds",
                "Time from the head of a request to the head of its answer.",
            )
            .buckets(BUCKETS.to_vec()),
            &["endpoint"],
        )?;
        registry.register(Box::new(seconds.clone()))?;
        let kinds = RequestKind::ALL.map(|kind| KindMetrics {
            outcomes: Outcome::ALL
                .map(|outcome| requests.with_label_values(&[kind.as_str(), outcome.as_str()])),
            seconds: seconds.with_label_values(&[kind.as_str()]),
        });
        let spans = IntCounterVec::new(
            Opts::new(
                "scopegate_trace_spans_total",
                "Spans that a collector of traces took, and those that were lost on the way.",
            ),
            &["outcome"],
        )?;
        registry.register(Box::new(spans.clone()))?;
        Ok(Self {
            kinds: Vec::from(kinds),
            oauth_errors: OAuthErrors::new(registry)?,
            in_flight: gauge(
                registry,
                "scopegate_requests_in_flight",
                "Requests that are being answered.",
            )?,
            spans_sent: spans.with_label_values(&["sent"]),
            spans_lost: spans.with_label_values(&["lost"]),
        })
    }

    /// Counts one answer: its status and, from an OAuth endpoint, the error code it told.
    pub fn answered(
        &self,
        kind: RequestKind,
        status: u16,
        error: Option<ErrorCode>,
        took: Duration,
    ) {
        self.oauth_errors.answered(kind, status, error);
        let Some(metrics) = self.kinds.get(kind as usize) else {
            return;
        };
        let outcome = Outcome::of(status);
        if let Some(counter) = metrics.outcomes.get(outcome as usize) {
            counter.inc();
        }
        metrics.seconds.observe(took.as_secs_f64());
    }

    /// A request is being answered until this is dropped.
    #[must_use]
    pub fn begin(&self) -> InFlight<'_> {
        self.in_flight.inc();
        InFlight(&self.in_flight)
    }

    /// A collector took so many spans.
    pub fn spans_sent(&self, spans: usize) {
        add(&self.spans_sent, spans);
    }

    /// So many spans never reach a collector.
    pub fn spans_lost(&self, spans: usize) {
        add(&self.spans_lost, spans);
    }
}

/// A request under way, also when its client goes away.
pub struct InFlight<'m>(&'m IntGauge);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.dec();
    }
}

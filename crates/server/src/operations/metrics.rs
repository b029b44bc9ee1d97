use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{StatusCode, header::CACHE_CONTROL};
use axum::response::{IntoResponse, Response};
use prometheus::{
    Gauge, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, Opts,
    Registry, TextEncoder,
};
use scope::Reason;
use storage::StoreFigures;

use super::Endpoint;
use super::key_figures::{CurrentKeys, KeyRotations};
use super::oauth_errors::OAuthErrors;
use super::store_figures::StoreMetrics;
use crate::app::App;

/// Upper bounds of the latency buckets, in seconds: from a token out of memory to a password
/// hash on a busy machine.
const BUCKETS: [f64; 12] = [
    0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0,
];

/// Why a catalog denies.
const DENIALS: [Reason; 6] = [
    Reason::InsufficientScope,
    Reason::NoRule,
    Reason::MethodNotInCatalog,
    Reason::AmbiguousPath,
    Reason::UnmatchedCondition,
    Reason::UnknownExpandField,
];

/// What an answer comes to, for counting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Outcome {
    /// 1xx and 2xx.
    Ok,
    /// 3xx.
    Redirected,
    /// 4xx: what the caller can put right.
    Refused,
    /// 503: what cannot be told just now.
    Unavailable,
    /// Any other 5xx: a fault of the server.
    Failed,
}

impl Outcome {
    /// Every one, in the order of their numbers.
    pub const ALL: [Self; 5] = [
        Self::Ok,
        Self::Redirected,
        Self::Refused,
        Self::Unavailable,
        Self::Failed,
    ];

    /// Of a status.
    #[must_use]
    pub fn of(status: StatusCode) -> Self {
        match status.as_u16() {
            ..300 => Self::Ok,
            300..400 => Self::Redirected,
            400..500 => Self::Refused,
            503 => Self::Unavailable,
            _ => Self::Failed,
        }
    }

    /// The name in metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Redirected => "redirected",
            Self::Refused => "refused",
            Self::Unavailable => "unavailable",
            Self::Failed => "failed",
        }
    }
}

/// The figures of one [`App`]. Counting is a few atomic additions: every handle is made in
/// advance.
pub struct Metrics {
    registry: Registry,
    endpoints: Vec<EndpointMetrics>,
    oauth_errors: OAuthErrors,
    decisions: BTreeMap<String, Arc<Decisions>>,
    pub(super) in_flight: IntGauge,
    cleaned_rows: IntCounter,
    cleaning_failures: IntCounter,
    feed_failures: IntCounter,
    feed_age: Gauge,
    feed_fresh: IntGauge,
    current_keys: CurrentKeys,
    key_rotations: KeyRotations,
    store: StoreMetrics,
    spans_sent: IntCounter,
    spans_lost: IntCounter,
}

struct EndpointMetrics {
    outcomes: [IntCounter; Outcome::ALL.len()],
    seconds: Histogram,
}

impl Metrics {
    /// Registers everything; nothing is registered later.
    pub(crate) fn new<'r>(
        realms: impl IntoIterator<Item = &'r str> + Clone,
        store: &StoreFigures,
    ) -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
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
        let endpoints = Endpoint::ALL.map(|endpoint| EndpointMetrics {
            outcomes: Outcome::ALL
                .map(|outcome| requests.with_label_values(&[endpoint.as_str(), outcome.as_str()])),
            seconds: seconds.with_label_values(&[endpoint.as_str()]),
        });

        let counted = IntCounterVec::new(
            Opts::new(
                "scopegate_decisions_total",
                "Decisions on calls of the API; the reason is `permitted` or why not.",
            ),
            &["realm", "reason"],
        )?;
        registry.register(Box::new(counted.clone()))?;
        let decisions = realms
            .clone()
            .into_iter()
            .map(|realm| (realm.to_owned(), Arc::new(Decisions::new(&counted, realm))))
            .collect();

        let spans = IntCounterVec::new(
            Opts::new(
                "scopegate_trace_spans_total",
                "Spans that a collector of traces took, and those that were lost on the way.",
            ),
            &["outcome"],
        )?;
        registry.register(Box::new(spans.clone()))?;

        let build = IntGauge::with_opts(
            Opts::new("scopegate_build_info", "1, with the version as a label.")
                .const_label("version", env!("CARGO_PKG_VERSION")),
        )?;
        build.set(1);
        registry.register(Box::new(build))?;

        Ok(Self {
            endpoints: Vec::from(endpoints),
            oauth_errors: OAuthErrors::new(&registry)?,
            decisions,
            in_flight: gauge(
                &registry,
                "scopegate_requests_in_flight",
                "Requests that are being answered.",
            )?,
            cleaned_rows: counter(
                &registry,
                "scopegate_cleanup_rows_total",
                "Rows removed because they no longer matter.",
            )?,
            cleaning_failures: counter(
                &registry,
                "scopegate_cleanup_failures_total",
                "Clean-ups that the store could not do.",
            )?,
            feed_failures: counter(
                &registry,
                "scopegate_change_feed_failures_total",
                "Times the changes of other nodes could not be read.",
            )?,
            feed_age: {
                let age = Gauge::new(
                    "scopegate_change_feed_age_seconds",
                    "Time since every change of every node was last known here.",
                )?;
                registry.register(Box::new(age.clone()))?;
                age
            },
            feed_fresh: gauge(
                &registry,
                "scopegate_change_feed_fresh",
                "1 while answers rest on changes read in time, 0 while everything is denied.",
            )?,
            current_keys: CurrentKeys::new(&registry)?,
            key_rotations: KeyRotations::new(&registry, realms)?,
            store: StoreMetrics::new(&registry, store)?,
            spans_sent: spans.with_label_values(&["sent"]),
            spans_lost: spans.with_label_values(&["lost"]),
            registry,
        })
    }

    /// Counts one answer.
    pub(super) fn answered(&self, endpoint: Endpoint, response: &Response, took: Duration) {
        self.oauth_errors.answered(endpoint, response);
        let Some(metrics) = self.endpoints.get(endpoint as usize) else {
            return;
        };
        let outcome = Outcome::of(response.status());
        if let Some(counter) = metrics.outcomes.get(outcome as usize) {
            counter.inc();
        }
        metrics.seconds.observe(took.as_secs_f64());
    }

    /// The decisions of a realm, for a door to count into.
    #[must_use]
    pub fn decisions(&self, realm: &str) -> Option<&Arc<Decisions>> {
        self.decisions.get(realm)
    }

    /// The keys this node replaces, to be counted where they are.
    pub(crate) fn key_rotations(&self) -> &KeyRotations {
        &self.key_rotations
    }

    /// A collector took so many spans.
    pub fn spans_sent(&self, spans: usize) {
        add(&self.spans_sent, spans);
    }

    /// So many spans never reach a collector.
    pub fn spans_lost(&self, spans: usize) {
        add(&self.spans_lost, spans);
    }

    pub(crate) fn cleaned(&self, rows: usize) {
        add(&self.cleaned_rows, rows);
    }

    pub(crate) fn cleaning_failed(&self) {
        self.cleaning_failures.inc();
    }

    pub(crate) fn feed_failed(&self) {
        self.feed_failures.inc();
    }

    /// Everything as Prometheus reads it. What is not counted as it happens is looked up now.
    ///
    /// # Errors
    ///
    /// When the figures cannot be written as text.
    pub(super) fn text(&self, app: &App) -> Result<String, prometheus::Error> {
        self.feed_age.set(app.feed_age().as_secs_f64());
        self.feed_fresh.set(i64::from(app.is_fresh()));
        self.current_keys.look_up(app);
        self.store.set(&app.store().figures());
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}

fn add(counter: &IntCounter, count: usize) {
    counter.inc_by(u64::try_from(count).unwrap_or_default());
}

pub(super) fn counter(
    registry: &Registry,
    name: &str,
    help: &str,
) -> Result<IntCounter, prometheus::Error> {
    let counter = IntCounter::new(name, help)?;
    registry.register(Box::new(counter.clone()))?;
    Ok(counter)
}

pub(super) fn gauge(
    registry: &Registry,
    name: &str,
    help: &str,
) -> Result<IntGauge, prometheus::Error> {
    let gauge = IntGauge::new(name, help)?;
    registry.register(Box::new(gauge.clone()))?;
    Ok(gauge)
}

/// The decisions of one realm, counted by reason.
pub struct Decisions {
    permitted: IntCounter,
    denied: Vec<(&'static str, IntCounter)>,
    other: IntCounter,
}

impl Decisions {
    fn new(counted: &IntCounterVec, realm: &str) -> Self {
        let of = |reason| counted.with_label_values(&[realm, reason]);
        let reasons = DENIALS
            .map(Reason::as_str)
            .into_iter()
            .chain(enforce::REASONS.iter().copied());
        Self {
            permitted: of(Reason::Permitted.as_str()),
            denied: reasons.map(|reason| (reason, of(reason))).collect(),
            other: of("other"),
        }
    }

    /// A call was let through.
    pub fn permit(&self) {
        self.permitted.inc();
    }

    /// A call was denied, for the reason in its problem body.
    pub fn deny(&self, reason: &str) {
        let known = self.denied.iter().find(|(name, _)| *name == reason);
        known.map_or(&self.other, |(_, counter)| counter).inc();
    }
}

/// `GET /metrics`.
pub(super) async fn show(State(app): State<Arc<App>>) -> Response {
    match app.metrics().text(&app) {
        Ok(text) => (
            [
                (CONTENT_TYPE, prometheus::TEXT_FORMAT),
                (CACHE_CONTROL, "no-store"),
            ],
            text,
        )
            .into_response(),
        Err(error) => {
            tracing::error!(%error, "the metrics could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

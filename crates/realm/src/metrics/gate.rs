use std::sync::Arc;
use std::time::Duration;

use prometheus::{Gauge, IntGauge, Registry, TextEncoder};

use super::decisions::{AllDecisions, Decisions};
use super::register::{self, gauge};
use super::requests::Requests;

/// What a gate in a process of its own counts, by the names that a server has for the same.
pub struct GateMetrics {
    registry: Registry,
    requests: Arc<Requests>,
    decisions: Arc<Decisions>,
    age: Gauge,
    is_heard: IntGauge,
}

impl GateMetrics {
    /// Of a gate of this realm.
    ///
    /// # Errors
    ///
    /// What cannot be registered; a defect of this program.
    pub fn new(realm: &str) -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let age = Gauge::new(
            "scopegate_gate_news_age_seconds",
            "Time since everything that the server knows was known here.",
        )?;
        registry.register(Box::new(age.clone()))?;
        register::build(&registry)?;
        Ok(Self {
            requests: Arc::new(Requests::new(&registry)?),
            decisions: Arc::new(AllDecisions::new(&registry)?.of(realm)),
            age,
            is_heard: gauge(
                &registry,
                "scopegate_gate_heard",
                "1 while the server is heard in time, 0 while everything is denied.",
            )?,
            registry,
        })
    }

    /// What comes in, and how it is answered.
    #[must_use]
    pub fn requests(&self) -> &Arc<Requests> {
        &self.requests
    }

    /// The decisions, for the gate to count into.
    #[must_use]
    pub fn decisions(&self) -> &Arc<Decisions> {
        &self.decisions
    }

    /// Everything as Prometheus reads it; how long ago everything was known, if it ever was, and whether
    /// that is in time.
    ///
    /// # Errors
    ///
    /// When the figures cannot be written as text.
    pub fn text(&self, age: Option<Duration>, is_heard: bool) -> Result<String, prometheus::Error> {
        self.age
            .set(age.map_or(f64::INFINITY, |age| age.as_secs_f64()));
        self.is_heard.set(i64::from(is_heard));
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}

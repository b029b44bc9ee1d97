use std::sync::atomic::{AtomicU64, Ordering};

use prometheus::{IntCounter, IntGauge, IntGaugeVec, Opts, Registry};
use storage::{ConnectionFigures, StoreFigures};

use super::register::{counter, gauge};

/// How busy the store is, looked up when the metrics are read. What a store cannot tell is no
/// metric of it.
pub(super) struct StoreMetrics {
    connections: Option<ConnectionMetrics>,
    writes_waiting: Option<IntGauge>,
}

struct ConnectionMetrics {
    in_use: IntGauge,
    idle: IntGauge,
    limit: IntGauge,
    waiting: IntGauge,
    timeouts: IntCounter,
    /// The timeouts that are in the counter already.
    counted: AtomicU64,
}

impl StoreMetrics {
    /// Those of a store that tells these figures.
    pub(super) fn new(
        registry: &Registry,
        figures: &StoreFigures,
    ) -> Result<Self, prometheus::Error> {
        let connections = figures
            .connections
            .map(|_| ConnectionMetrics::new(registry));
        let writes_waiting = figures.writes_waiting.map(|_| {
            gauge(
                registry,
                "scopegate_store_writes_waiting",
                "Writes that wait for the next commit.",
            )
        });
        Ok(Self {
            connections: connections.transpose()?,
            writes_waiting: writes_waiting.transpose()?,
        })
    }

    pub(super) fn set(&self, figures: &StoreFigures) {
        if let (Some(metrics), Some(figures)) = (&self.connections, &figures.connections) {
            metrics.set(figures);
        }
        if let (Some(metric), Some(waiting)) = (&self.writes_waiting, figures.writes_waiting) {
            metric.set(as_value(waiting));
        }
    }
}

impl ConnectionMetrics {
    fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let connections = IntGaugeVec::new(
            Opts::new(
                "scopegate_store_connections",
                "Connections to the database that calls share; the state is `in_use` or `idle`.",
            ),
            &["state"],
        )?;
        registry.register(Box::new(connections.clone()))?;
        Ok(Self {
            in_use: connections.with_label_values(&["in_use"]),
            idle: connections.with_label_values(&["idle"]),
            limit: gauge(
                registry,
                "scopegate_store_connections_limit",
                "The most connections that calls may share.",
            )?,
            waiting: gauge(
                registry,
                "scopegate_store_connection_waiters",
                "Calls that wait for a connection because all are in use.",
            )?,
            timeouts: counter(
                registry,
                "scopegate_store_connection_timeouts_total",
                "Calls that were refused because no connection became free in time.",
            )?,
            counted: AtomicU64::new(0),
        })
    }

    fn set(&self, figures: &ConnectionFigures) {
        self.in_use.set(as_value(figures.in_use));
        self.idle.set(as_value(figures.idle));
        self.limit.set(as_value(figures.limit));
        self.waiting.set(as_value(figures.waiting));
        // Of two who read at once, one adds what is new.
        let before = self.counted.fetch_max(figures.timed_out, Ordering::Relaxed);
        self.timeouts
            .inc_by(figures.timed_out.saturating_sub(before));
    }
}

fn as_value(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_are_counted_once() {
        let metrics = ConnectionMetrics::new(&Registry::new()).unwrap();
        for (timed_out, counted) in [(2, 2), (2, 2), (7, 7), (5, 7), (8, 8)] {
            metrics.set(&ConnectionFigures {
                timed_out,
                ..ConnectionFigures::default()
            });
            assert_eq!(metrics.timeouts.get(), counted);
        }
    }
}

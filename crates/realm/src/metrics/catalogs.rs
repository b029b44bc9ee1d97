use oauth::model::TokenHash;
use prometheus::{IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry};

use super::register::gauge;
use crate::realm::Realm;

/// Which catalogs count here, and what became of those that were offered.
pub(super) struct CatalogMetrics {
    served: IntGaugeVec,
    refused_now: IntGauge,
    taken: IntCounter,
    refused: IntCounter,
}

impl CatalogMetrics {
    pub(super) fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let served = IntGaugeVec::new(
            Opts::new(
                "scopegate_catalog_info",
                "1, with the version of the realm's catalog and the SHA-256 of its text as labels.",
            ),
            &["realm", "version", "digest"],
        )?;
        registry.register(Box::new(served.clone()))?;
        let offered = IntCounterVec::new(
            Opts::new(
                "scopegate_catalog_changes_total",
                "Changed catalogs that were taken while the server ran, and times that they were refused.",
            ),
            &["outcome"],
        )?;
        registry.register(Box::new(offered.clone()))?;
        Ok(Self {
            served,
            refused_now: gauge(
                registry,
                "scopegate_catalog_refused",
                "1 while the catalogs that were offered last are refused, and those from before go on.",
            )?,
            taken: offered.with_label_values(&["taken"]),
            refused: offered.with_label_values(&["refused"]),
        })
    }

    /// A realm goes by its catalog from now on, and no more by the one before.
    pub(super) fn count(&self, before: Option<&Realm>, now: &Realm) {
        Self::with_labels(now, |labels| {
            self.served.with_label_values(labels).set(1);
        });
        if let Some(before) = before {
            self.taken.inc();
            Self::with_labels(before, |labels| {
                // It is there, or it is as well that it is not.
                let _ = self.served.remove_label_values(labels);
            });
        }
    }

    fn with_labels(realm: &Realm, act: impl FnOnce(&[&str])) {
        let digest = TokenHash(realm.catalog_digest()).to_string();
        act(&[realm.id(), realm.catalog().version(), &digest]);
    }

    pub(super) fn refuse(&self, is_refused: bool) {
        if is_refused {
            self.refused.inc();
        }
        self.refused_now.set(i64::from(is_refused));
    }
}

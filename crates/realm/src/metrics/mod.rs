//! What a node counts. Every handle is made when the [`App`](crate::App) is built: nothing here
//! formats, locks or looks a name up per request, and nothing knows HTTP.

mod catalogs;
mod decisions;
mod gate;
mod keys;
mod limited;
mod oauth_errors;
mod outcome;
mod providers;
mod register;
mod request_kind;
mod requests;
mod rights;
mod store;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use oauth::model::{KeyUse, Timestamp};
use prometheus::{Gauge, GaugeVec, IntCounter, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder};
use storage::StoreFigures;

use crate::endpoint_limits::TooOften;
use crate::openid::LastAsked;
use crate::realm::Realm;
use crate::rights::Asked;

use catalogs::CatalogMetrics;
use decisions::AllDecisions;
pub use decisions::Decisions;
pub use gate::GateMetrics;
use keys::CurrentKeys;
pub(crate) use keys::KeyRotations;
use limited::LimitedRequests;
pub use outcome::Outcome;
use providers::Providers;
use register::{add, counter, gauge};
pub use request_kind::RequestKind;
pub use requests::{InFlight, Requests};
use rights::AskedRights;
use store::StoreMetrics;

/// What one node counts. Counting is a few atomic additions: every handle is made in
/// advance.
pub struct Metrics {
    registry: Registry,
    requests: Arc<Requests>,
    decisions: BTreeMap<String, Arc<Decisions>>,
    observed: IntGaugeVec,
    deny_reads_after: GaugeVec,
    cleaned_rows: IntCounter,
    cleaning_failures: IntCounter,
    feed_failures: IntCounter,
    feed_age: Gauge,
    feed_fresh: IntGauge,
    catalogs: CatalogMetrics,
    current_keys: CurrentKeys,
    key_rotations: KeyRotations,
    store: StoreMetrics,
    asked: AskedRights,
    providers: Providers,
    limited_requests: LimitedRequests,
    mails: IntCounter,
    mail_failures: IntCounter,
}

impl Metrics {
    /// Registers everything; nothing is registered later.
    pub(crate) fn new<'r>(
        realms: impl IntoIterator<Item = &'r str> + Clone,
        store: &StoreFigures,
    ) -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let counted = AllDecisions::new(&registry)?;
        let decisions = realms
            .clone()
            .into_iter()
            .map(|realm| (realm.to_owned(), Arc::new(counted.of(realm))))
            .collect();
        let observed = IntGaugeVec::new(
            Opts::new(
                "scopegate_api_observed",
                "1 while calls of an API, or some of them, are only observed and not denied.",
            ),
            &["realm", "api"],
        )?;
        registry.register(Box::new(observed.clone()))?;
        let deny_reads_after = GaugeVec::new(
            Opts::new(
                "scopegate_api_deny_reads_after_seconds",
                "So old changes may be (`scopegate_change_feed_age_seconds`) until calls of an API that only read are denied too.",
            ),
            &["realm", "api"],
        )?;
        registry.register(Box::new(deny_reads_after.clone()))?;

        register::build(&registry)?;

        Ok(Self {
            requests: Arc::new(Requests::new(&registry)?),
            decisions,
            observed,
            deny_reads_after,
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
                "1 while answers rest on changes read in time, 0 while everything is denied but reads of APIs that allow more.",
            )?,
            catalogs: CatalogMetrics::new(&registry)?,
            current_keys: CurrentKeys::new(&registry)?,
            key_rotations: KeyRotations::new(&registry, realms)?,
            store: StoreMetrics::new(&registry, store)?,
            asked: AskedRights::new(&registry)?,
            providers: Providers::new(&registry)?,
            limited_requests: LimitedRequests::new(&registry)?,
            mails: counter(
                &registry,
                "scopegate_mails_total",
                "Mails to people that a mail server took.",
            )?,
            mail_failures: counter(
                &registry,
                "scopegate_mail_failures_total",
                "Mails to people that were given up.",
            )?,
            registry,
        })
    }

    /// What comes in, and how it is answered.
    #[must_use]
    pub fn requests(&self) -> &Arc<Requests> {
        &self.requests
    }

    /// The decisions of a realm, for a gate to count into.
    #[must_use]
    pub fn decisions(&self, realm: &str) -> Option<&Arc<Decisions>> {
        self.decisions.get(realm)
    }

    /// The keys this node replaces, to be counted where they are.
    pub(crate) fn key_rotations(&self) -> &KeyRotations {
        &self.key_rotations
    }

    /// Somebody came to an endpoint too often.
    pub fn limited_request(&self, too_often: TooOften) {
        self.limited_requests.count(too_often);
    }

    pub(crate) fn mail_sent(&self) {
        self.mails.inc();
    }

    pub(crate) fn mail_failed(&self) {
        self.mail_failures.inc();
    }

    pub(crate) fn cleaned(&self, rows: usize) {
        add(&self.cleaned_rows, rows);
    }

    pub(crate) fn cleaning_failed(&self) {
        self.cleaning_failures.inc();
    }

    pub(crate) fn catalog_counts(&self, before: Option<&Realm>, now: &Realm) {
        self.catalogs.count(before, now);
    }

    pub(crate) fn catalogs_refused(&self, are_refused: bool) {
        self.catalogs.refuse(are_refused);
    }

    pub(crate) fn feed_failed(&self) {
        self.feed_failures.inc();
    }

    /// Everything as Prometheus reads it: what was counted, and the figures of this moment.
    ///
    /// # Errors
    ///
    /// When the figures cannot be written as text.
    pub fn text(&self, figures: &Figures) -> Result<String, prometheus::Error> {
        self.feed_age.set(figures.changes_age.as_secs_f64());
        self.feed_fresh.set(i64::from(figures.is_fresh));
        self.current_keys.set(&figures.keys);
        self.store.set(&figures.store);
        self.asked.set(&figures.asked, figures.now);
        self.providers.set(&figures.providers);
        for (realm, api, is_observed) in &figures.observed {
            let gauge = self.observed.with_label_values(&[realm, api]);
            gauge.set(i64::from(*is_observed));
        }
        for (realm, api, time) in &figures.deny_reads_after {
            let gauge = self.deny_reads_after.with_label_values(&[realm, api]);
            gauge.set(time.as_secs_f64());
        }
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}

/// Figures that are looked up when somebody reads them.
pub struct Figures {
    /// How long ago every change of every node was last known here.
    pub changes_age: Duration,
    /// Do answers rest on changes read in time?
    pub is_fresh: bool,
    /// By realm and use: since when the current key has been used.
    pub keys: Vec<(String, KeyUse, Timestamp)>,
    /// How busy the store is.
    pub store: StoreFigures,
    /// By realm that asks about rights.
    pub asked: Vec<(String, Asked)>,
    /// By realm whose people sign in at a provider of OpenID Connect.
    pub providers: Vec<(String, LastAsked)>,
    /// The time of day.
    pub now: Timestamp,
    /// By realm and API: are calls of it only observed, or some?
    pub observed: Vec<(String, String, bool)>,
    /// By realm and API: how old changes may be until calls that only read are denied too.
    pub deny_reads_after: Vec<(String, String, Duration)>,
}

use std::collections::BTreeMap;

use oauth::model::{KeyUse, Timestamp};
use prometheus::{GaugeVec, IntCounter, IntCounterVec, Opts, Registry};

/// Since when each realm uses the keys it uses now.
pub(super) struct CurrentKeys(GaugeVec);

impl CurrentKeys {
    pub(super) fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let since = GaugeVec::new(
            Opts::new(
                "scopegate_key_start_time_seconds",
                "Unix time since which the realm's current key has been used; the use is `sign` or `seal`.",
            ),
            &["realm", "use"],
        )?;
        registry.register(Box::new(since.clone()))?;
        Ok(Self(since))
    }

    pub(super) fn set(&self, keys: &[(String, KeyUse, Timestamp)]) {
        for (realm, key_use, since) in keys {
            let gauge = self.0.with_label_values(&[realm, name(*key_use)]);
            gauge.set(since.as_duration().as_secs_f64());
        }
    }
}

/// The keys this node has replaced, by realm and use.
pub(crate) struct KeyRotations {
    realms: BTreeMap<String, [(KeyUse, IntCounter); KeyUse::ALL.len()]>,
}

impl KeyRotations {
    pub(super) fn new<'r>(
        registry: &Registry,
        realms: impl IntoIterator<Item = &'r str>,
    ) -> Result<Self, prometheus::Error> {
        let counted = IntCounterVec::new(
            Opts::new(
                "scopegate_key_rotations_total",
                "Keys that this node replaced; the use is `sign` or `seal`.",
            ),
            &["realm", "use"],
        )?;
        registry.register(Box::new(counted.clone()))?;
        let of =
            |realm: &str, key_use| (key_use, counted.with_label_values(&[realm, name(key_use)]));
        let realms = realms.into_iter().map(|realm| {
            let uses = KeyUse::ALL.map(|key_use| of(realm, key_use));
            (realm.to_owned(), uses)
        });
        Ok(Self {
            realms: realms.collect(),
        })
    }

    /// A key was replaced by this node.
    pub(crate) fn rotated(&self, realm: &str, key_use: KeyUse) {
        let uses = self.realms.get(realm).into_iter().flatten();
        for (_, counter) in uses.filter(|(each, _)| *each == key_use) {
            counter.inc();
        }
    }
}

fn name(key_use: KeyUse) -> &'static str {
    match key_use {
        KeyUse::Sign => "sign",
        KeyUse::Seal => "seal",
    }
}

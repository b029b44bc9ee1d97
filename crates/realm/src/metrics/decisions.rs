use prometheus::{IntCounter, IntCounterVec, Opts, Registry};
use scope::{LimitedPer, Reason};

/// The decisions of one realm, counted by reason.
pub struct Decisions {
    permitted: IntCounter,
    denied: ByReason,
    observed: ByReason,
    passed: IntCounter,
    limited: Vec<(&'static str, IntCounter)>,
}

struct ByReason {
    known: Vec<(&'static str, IntCounter)>,
    other: IntCounter,
}

/// The same of every realm.
pub(super) struct AllDecisions {
    made: IntCounterVec,
    observed: IntCounterVec,
    passed: IntCounterVec,
    limited: IntCounterVec,
}

impl AllDecisions {
    pub(super) fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let counter = |name, help, labels: &[&str]| {
            let counter = IntCounterVec::new(Opts::new(name, help), labels)?;
            registry.register(Box::new(counter.clone()))?;
            Ok::<_, prometheus::Error>(counter)
        };
        Ok(Self {
            made: counter(
                "scopegate_decisions_total",
                "Decisions on calls of the API; the reason is `permitted` or why not.",
                &["realm", "reason"],
            )?,
            observed: counter(
                "scopegate_observed_denials_total",
                "Calls that went on since they are only observed, and would have been denied.",
                &["realm", "reason"],
            )?,
            passed: counter(
                "scopegate_calls_passed_total",
                "Calls with other credentials, which went on without a decision.",
                &["realm"],
            )?,
            limited: counter(
                "scopegate_limited_calls_total",
                "Calls of the API that were denied since a limit stood in the way, by which.",
                &["realm", "limit"],
            )?,
        })
    }

    pub(super) fn of(&self, realm: &str) -> Decisions {
        Decisions {
            permitted: self
                .made
                .with_label_values(&[realm, Reason::Permitted.as_str()]),
            denied: ByReason::new(&self.made, realm),
            observed: ByReason::new(&self.observed, realm),
            passed: self.passed.with_label_values(&[realm]),
            limited: limits()
                .map(|by| (by, self.limited.with_label_values(&[realm, by])))
                .collect(),
        }
    }
}

fn limits() -> impl Iterator<Item = &'static str> {
    let windows = LimitedPer::ALL.map(LimitedPer::as_str);
    windows.into_iter().chain(["write"])
}

impl ByReason {
    fn new(counted: &IntCounterVec, realm: &str) -> Self {
        let of = |reason| counted.with_label_values(&[realm, reason]);
        let reasons = Reason::DENIALS
            .map(Reason::as_str)
            .into_iter()
            .chain(enforce::reasons());
        Self {
            known: reasons.map(|reason| (reason, of(reason))).collect(),
            other: of("other"),
        }
    }

    fn count(&self, reason: &str) {
        let known = self.known.iter().find(|(name, _)| *name == reason);
        known.map_or(&self.other, |(_, counter)| counter).inc();
    }
}

impl Decisions {
    /// A call was let through.
    pub fn permit(&self) {
        self.permitted.inc();
    }

    /// A call was denied, for the reason in its problem body.
    pub fn deny(&self, reason: &str) {
        self.denied.count(reason);
    }

    /// A call would have been denied for this reason, and went on since it is only observed.
    pub fn observe(&self, reason: &str) {
        self.observed.count(reason);
    }

    /// A call with other credentials went on without a decision.
    pub fn pass(&self) {
        self.passed.inc();
    }

    /// A call was denied by this limit; the denial is counted apart.
    pub fn limit(&self, by: &str) {
        let known = self.limited.iter().find(|(name, _)| *name == by);
        known.into_iter().for_each(|(_, counter)| counter.inc());
    }
}

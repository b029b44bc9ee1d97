use prometheus::{IntCounter, IntCounterVec};
use scope::Reason;

/// The decisions of one realm, counted by reason.
pub struct Decisions {
    permitted: IntCounter,
    denied: Vec<(&'static str, IntCounter)>,
    other: IntCounter,
}

impl Decisions {
    pub(super) fn new(counted: &IntCounterVec, realm: &str) -> Self {
        let of = |reason| counted.with_label_values(&[realm, reason]);
        let reasons = Reason::DENIALS
            .map(Reason::as_str)
            .into_iter()
            .chain(enforce::reasons());
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

//! What lines did, counted.

/// What a line did.
#[derive(Debug, Default, Clone)]
pub struct Tally {
    pub consents: u64,
    pub redemptions: u64,
    pub refreshes: u64,
    pub revocations: u64,
    /// Refreshes that were asked for again, and answered as the first time.
    pub again: u64,
    /// Reuses that were refused and ended their connection.
    pub reuses: u64,
    pub calls: u64,
    /// Requests without an answer.
    pub unanswered: u64,
    /// Requests that were answered 503: the server lives, its database does not answer.
    pub unavailable: u64,
    /// Of those, the ones found done and the ones found not done.
    pub had_happened: u64,
    pub had_not: u64,
    /// Answers of before a crash that were held to their word.
    pub checked: u64,
}

impl Tally {
    pub fn add(&mut self, other: &Self) {
        for (mine, theirs) in [
            (&mut self.consents, other.consents),
            (&mut self.redemptions, other.redemptions),
            (&mut self.refreshes, other.refreshes),
            (&mut self.revocations, other.revocations),
            (&mut self.again, other.again),
            (&mut self.reuses, other.reuses),
            (&mut self.calls, other.calls),
            (&mut self.unanswered, other.unanswered),
            (&mut self.unavailable, other.unavailable),
            (&mut self.had_happened, other.had_happened),
            (&mut self.had_not, other.had_not),
            (&mut self.checked, other.checked),
        ] {
            *mine += theirs;
        }
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "answered: {} consents, {} redemptions, {} refreshes ({} of them again), {} \
             revocations, {} reuses refused, {} calls; unanswered: {} ({} of them 503), of which {} found done and {} not done; {} \
             answers checked after a crash, none lost",
            self.consents,
            self.redemptions,
            self.refreshes,
            self.again,
            self.revocations,
            self.reuses,
            self.calls,
            self.unanswered,
            self.unavailable,
            self.had_happened,
            self.had_not,
            self.checked
        )
    }
}

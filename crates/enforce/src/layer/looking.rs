use crate::beside::Beside;
use crate::{Call, Found, Gate, Problem, WentBeside};

/// What stands beside the decision, and the time.
pub(super) struct Looking {
    beside: Beside,
    now: Box<dyn Fn() -> i64 + Send + Sync>,
}

impl Looking {
    pub(super) fn new(beside: Beside, now: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        let now = Box::new(now);
        Self { beside, now }
    }

    /// Does this call go on without a decision?
    pub(super) fn passes(&self, gate: &Gate, call: &Call<'_>) -> Option<WentBeside> {
        let pass = self.beside.passes(gate, call)?;
        Some(WentBeside::Passed {
            credential: pass.carries.name(),
        })
    }

    /// Does this call go on, though it would be denied?
    pub(super) fn observes(
        &self,
        call: &Call<'_>,
        found: &Found,
        problem: &Problem,
    ) -> Option<WentBeside> {
        let client = found.token.as_ref().map(|token| token.client.as_str());
        let observed = self.beside.observes(call, client, (self.now)());
        observed.then(|| WentBeside::Observed {
            reason: problem.reason(),
            token: found.token.clone(),
        })
    }
}

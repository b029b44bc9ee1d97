use std::future::Future;
use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use enforce::{Call, Caller, Gate, Problem};
use http::{HeaderMap, Response};

use crate::identity::{Identity, is_identity};
use crate::preflight::{Preflight, is_preflight};

/// Where decisions are counted.
pub trait Counts: Send + Sync + 'static {
    /// A call was let through.
    fn permitted(&self);
    /// A call was denied, for the `reason` of its problem.
    fn denied(&self, reason: &'static str);
}

/// The APIs that a process has gates for.
pub trait Fronts: Send + Sync + 'static {
    /// The API of this name in this realm, as its catalog is now.
    fn front(&self, realm: &str, api: &str) -> Option<Arc<Front>>;
}

/// One API as its gates have it: what decides about its calls, and what is counted. All of them judge
/// by this.
pub struct Front {
    gate: Gate,
    preflight: Preflight,
    counts: Arc<dyn Counts>,
}

/// A call that goes on.
#[derive(Debug, Clone)]
pub struct Passed {
    /// What the API is told about the caller.
    pub identity: Identity,
    /// The body, where it was read: these bytes were decided about, and these go on.
    pub body: Option<Bytes>,
}

impl Front {
    /// An API before which this gate stands.
    #[must_use]
    pub fn new(gate: Gate, counts: Arc<dyn Counts>) -> Self {
        Self {
            gate,
            preflight: Preflight::default(),
            counts,
        }
    }

    /// The same with another way of taking the questions of browsers.
    #[must_use]
    pub fn preflight(self, preflight: Preflight) -> Self {
        Self { preflight, ..self }
    }

    /// Judges a call, and counts it. `call` is what the gate could make of it, or why nothing could
    /// be made; the body is asked for as [`Gate::decide`] says.
    ///
    /// # Errors
    ///
    /// The denial.
    pub async fn judge<F>(
        &self,
        call: Result<Call<'_>, Problem>,
        read_body: impl FnOnce() -> F + Send,
    ) -> Result<Passed, Problem>
    where
        F: Future<Output = Result<Option<Bytes>, Problem>> + Send,
    {
        let judged = self.look(call, read_body).await;
        match &judged {
            Ok(_) => self.counts.permitted(),
            Err(problem) => self.counts.denied(problem.reason()),
        }
        judged
    }

    /// The same without counting: for a call that was judged before and is only to be answered.
    ///
    /// # Errors
    ///
    /// The denial.
    pub async fn look<F>(
        &self,
        call: Result<Call<'_>, Problem>,
        read_body: impl FnOnce() -> F + Send,
    ) -> Result<Passed, Problem>
    where
        F: Future<Output = Result<Option<Bytes>, Problem>> + Send,
    {
        let call = call?;
        refuse_forged(&call)?;
        if self.preflight == Preflight::Pass && is_preflight(&call) {
            return Ok(Passed::nobody("preflight"));
        }
        let admitted = self.gate.decide(&call, read_body).await?;
        let identity = match &admitted.caller {
            Caller::Known(permitted) => {
                let access = self.gate.access();
                let names = access.names(&permitted.token, permitted.access.organisation);
                let names = names.await.map_err(Problem::from)?;
                Identity::of(permitted, &names, self.gate.catalog())
            }
            Caller::Anybody(_) => Identity::nobody("public"),
        };
        Ok(Passed {
            identity,
            body: admitted.body,
        })
    }

    /// A denial as whoever called is to be answered.
    #[must_use]
    pub fn answer(&self, problem: Problem) -> Response<Body> {
        self.gate.answer(problem)
    }
}

/// A gate sets these itself, and some proxies leave other spellings of them: whoever sends one has a
/// reason that is not honest.
fn refuse_forged(call: &Call<'_>) -> Result<(), Problem> {
    let mut names = call.headers.into_iter().flat_map(HeaderMap::keys);
    let forged = names.find(|name| is_identity(name.as_str()));
    forged.map_or(Ok(()), |name| Err(Problem::forged_identity(name.as_str())))
}

impl Passed {
    fn nobody(permit: &'static str) -> Self {
        Self {
            identity: Identity::nobody(permit),
            body: None,
        }
    }
}

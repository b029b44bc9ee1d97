use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use axum::body::Body;
use bytes::Bytes;
use enforce::beside::Beside;
use enforce::limits::{Counting, UnderWay};
use enforce::{AccessError, Call, Caller, Found, Gate, Problem};
use http::{HeaderMap, HeaderName, HeaderValue, Response};

use crate::identity::{Identity, Signs, is_identity};
use crate::ledger::{Kind, Ledger, Outcome, folded, method};
use crate::preflight::{Preflight, is_preflight};

/// Where decisions are counted.
pub trait Counts: Send + Sync + 'static {
    /// A call was let through.
    fn permitted(&self);
    /// A call was denied, for the `reason` of its problem.
    fn denied(&self, reason: &'static str);
    /// A call was let through that would have been denied for this `reason`.
    fn observed(&self, reason: &'static str);
    /// A call with other credentials was let through without a decision.
    fn passed(&self);
    /// A call was denied by this limit; it is also counted as denied.
    fn limited(&self, by: &'static str);
}

/// The time, for observing ends.
pub trait Clock: Send + Sync + 'static {
    /// Seconds since 1970.
    fn now(&self) -> i64;
}

/// The server that the gates of a process of its own go by.
#[async_trait]
pub trait Server: Send + Sync + 'static {
    /// Is it certain that nothing has changed that is not known here? Where it is not, everything is
    /// denied.
    fn is_heard(&self) -> bool;
    /// What the server's own gate says of a call that this one would deny, `body` as far as it was read.
    /// It knows why a scope is missing, and what ended a token. `None` where it cannot be asked.
    async fn ask(&self, call: &Call<'_>, body: Option<&Bytes>) -> Option<Result<Passed, Problem>>;
}

/// The APIs that a process has gates for.
pub trait Fronts: Send + Sync + 'static {
    /// The API of this name in this realm, as its catalog is now.
    fn front(&self, realm: &str, api: &str) -> Option<Arc<Front>>;

    /// The API that is meant where none is named: the only one that there is.
    fn only(&self) -> Option<Arc<Front>> {
        None
    }
}

/// One API as its gates have it: what decides about its calls, what goes on beside that, and what is
/// counted. All of them judge by this.
pub struct Front {
    gate: Gate,
    preflight: Preflight,
    counts: Arc<dyn Counts>,
    beside: Option<Looking>,
    signs: Option<Arc<dyn Signs>>,
    server: Option<Arc<dyn Server>>,
}

/// What needs to know the time.
struct Looking {
    beside: Beside,
    clock: Arc<dyn Clock>,
    ledger: Arc<Ledger>,
}

/// A call that goes on.
#[derive(Debug, Clone)]
pub struct Passed {
    /// What the API is told about the caller.
    pub identity: Identity,
    /// The body, where it was read: these bytes were decided about, and these go on.
    pub body: Option<Bytes>,
    /// How the caller stands by the API's limits, for the answer.
    pub standing: Vec<(HeaderName, HeaderValue)>,
    /// To be kept until the answer is over, where no other write may begin before.
    pub under_way: Option<Arc<UnderWay>>,
}

/// A call as it was judged.
enum Judged {
    Permitted(Passed),
    /// By credentials of this kind.
    Passed(Passed, String),
    /// It goes on, and would have been denied.
    Observed(Passed, Problem, Found),
    Denied(Problem, Found),
}

impl Front {
    /// An API before which this gate stands.
    #[must_use]
    pub fn new(gate: Gate, counts: Arc<dyn Counts>) -> Self {
        Self {
            gate,
            preflight: Preflight::default(),
            counts,
            beside: None,
            signs: None,
            server: None,
        }
    }

    /// The same in a process of its own, which goes by what it hears of a server.
    #[must_use]
    pub fn apart(self, server: Arc<dyn Server>) -> Self {
        Self {
            server: Some(server),
            ..self
        }
    }

    /// The same that tells the API in one signed text who calls.
    #[must_use]
    pub fn signed(self, signs: Arc<dyn Signs>) -> Self {
        let signs = Some(signs);
        Self { signs, ..self }
    }

    /// The same with another way of taking the questions of browsers.
    #[must_use]
    pub fn preflight(self, preflight: Preflight) -> Self {
        Self { preflight, ..self }
    }

    /// The same with what goes on beside the decision, and where it is counted for the report.
    #[must_use]
    pub fn beside(self, beside: Beside, clock: Arc<dyn Clock>, ledger: Arc<Ledger>) -> Self {
        let beside = Some(Looking {
            beside,
            clock,
            ledger,
        });
        Self { beside, ..self }
    }

    /// Judges a call, and counts it. `call` is what the gate could make of it; the body is asked for
    /// as [`Gate::decide`] says.
    ///
    /// # Errors
    ///
    /// The denial.
    pub async fn judge<F>(
        &self,
        call: Call<'_>,
        read_body: impl FnOnce() -> F + Send,
    ) -> Result<Passed, Problem>
    where
        F: Future<Output = Result<Option<Bytes>, Problem>> + Send,
    {
        let judged = self.weigh(&call, read_body).await;
        match &judged {
            Judged::Permitted(_) => self.counts.permitted(),
            Judged::Passed(..) => self.counts.passed(),
            Judged::Observed(_, problem, _) => self.counts.observed(problem.reason()),
            Judged::Denied(problem, _) => {
                self.counts.denied(problem.reason());
                problem
                    .limit()
                    .into_iter()
                    .for_each(|by| self.counts.limited(by));
            }
        }
        if let Some(looking) = &self.beside {
            looking.note(self.kind(&call, &judged));
        }
        self.tell(judged.answer()?)
    }

    /// The same without counting: for a call that was judged before and is only to be answered.
    ///
    /// # Errors
    ///
    /// The denial.
    pub async fn look<F>(
        &self,
        mut call: Call<'_>,
        read_body: impl FnOnce() -> F + Send,
    ) -> Result<Passed, Problem>
    where
        F: Future<Output = Result<Option<Bytes>, Problem>> + Send,
    {
        call.counting = Counting::Look;
        self.tell(self.weigh(&call, read_body).await.answer()?)
    }

    /// Has the API told in its way who calls.
    fn tell(&self, passed: Passed) -> Result<Passed, Problem> {
        let Some(signs) = &self.signs else {
            return Ok(passed);
        };
        let identity = passed.identity.signed(signs.as_ref());
        let identity = identity.ok_or_else(|| Problem::from(AccessError::Unavailable))?;
        Ok(Passed { identity, ..passed })
    }

    /// Is a call that goes on since a while, and counted when it began, still permitted?
    pub async fn stands(&self, mut call: Call<'_>) -> bool {
        call.counting = Counting::Off;
        let unseen = || async { Ok(None) };
        self.weigh(&call, unseen).await.answer().is_ok()
    }

    /// Counts a call that the gate could make nothing of, and so denies by itself.
    pub(crate) fn refuse(&self, problem: Problem) -> Problem {
        self.counts.denied(problem.reason());
        problem
    }

    /// The header in which API keys come, if they do.
    pub(crate) fn takes_keys_in(&self) -> Option<&HeaderName> {
        self.gate.takes_keys_in()
    }

    /// A denial as whoever called is to be answered.
    #[must_use]
    pub fn answer(&self, problem: Problem) -> Response<Body> {
        self.gate.answer(problem)
    }

    async fn weigh<F>(&self, call: &Call<'_>, read_body: impl FnOnce() -> F + Send) -> Judged
    where
        F: Future<Output = Result<Option<Bytes>, Problem>> + Send,
    {
        let mut found = Found::default();
        // Also where all else goes on: what the API is told comes from a gate or from nobody.
        if let Err(problem) = refuse_forged(call) {
            return Judged::Denied(problem, found);
        }
        if self.preflight == Preflight::Pass && is_preflight(call) {
            return Judged::Permitted(Passed::nobody("preflight"));
        }
        let beside = self.beside.as_ref();
        if let Some(pass) = beside.and_then(|looking| looking.beside.passes(&self.gate, call)) {
            return Judged::Passed(Passed::nobody("passed"), pass.carries.name());
        }
        let body = Mutex::new(Ok(None));
        let read_body = || {
            let reading = read_body();
            async {
                let read = reading.await;
                let kept = read.clone().map_err(|_| Broken);
                *body.lock().unwrap_or_else(PoisonError::into_inner) = kept;
                read
            }
        };
        let problem = match self.decide(call, read_body, &mut found).await {
            Ok(passed) => return Judged::Permitted(passed),
            Err(problem) => problem,
        };
        let body = body.into_inner().unwrap_or_else(PoisonError::into_inner);
        let client = found.token.as_ref().map(|token| token.client.as_str());
        match body {
            // What came of the body cannot be passed on.
            Ok(body) if beside.is_some_and(|looking| looking.observes(call, client)) => {
                let identity = match (&found.token, &found.access) {
                    (Some(token), Some(access)) => Identity::observed(token, access),
                    _ => Identity::nobody("observed"),
                };
                let passed = Passed {
                    body,
                    ..Passed::of(identity)
                };
                Judged::Observed(passed, problem, found)
            }
            Ok(body) => match self.asked(call, body, &problem, &found).await {
                Some(Ok(passed)) => Judged::Permitted(passed),
                Some(Err(told)) => Judged::Denied(told, found),
                None => Judged::Denied(problem, found),
            },
            Err(Broken) => Judged::Denied(problem, found),
        }
    }

    /// What the server says of a call that is denied here, where it may know better: why a scope is
    /// missing, what became of a token, and what is too much to be told of one.
    async fn asked(
        &self,
        call: &Call<'_>,
        body: Option<Bytes>,
        problem: &Problem,
        found: &Found,
    ) -> Option<Result<Passed, Problem>> {
        let server = self.server.as_ref().filter(|server| server.is_heard())?;
        if !self.gate.carries_credential(call) {
            return None;
        }
        let knows_better = match problem.reason() {
            "invalid-token" | "insufficient-scope" | "right-expired" | "second-factor-needed" => {
                true
            }
            "unavailable" => found.token.is_some(),
            _ => false,
        };
        if !knows_better {
            return None;
        }
        let answered = server.ask(call, body.as_ref()).await?;
        Some(answered.map(|passed| Passed { body, ..passed }))
    }

    async fn decide<F>(
        &self,
        call: &Call<'_>,
        read_body: impl FnOnce() -> F + Send,
        found: &mut Found,
    ) -> Result<Passed, Problem>
    where
        F: Future<Output = Result<Option<Bytes>, Problem>> + Send,
    {
        if self
            .server
            .as_ref()
            .is_some_and(|server| !server.is_heard())
        {
            return Err(Problem::unavailable(
                "Denied because this gate is cut off from its server, and cannot say what still counts. Try again in a moment.",
            ));
        }
        let admitted = self.gate.find(call, read_body, found).await?;
        let identity = match &admitted.caller {
            Caller::Known(permitted) => {
                let names = self
                    .gate
                    .names(&permitted.token, permitted.access.organisation);
                let names = names.await.map_err(Problem::from)?;
                Identity::of(permitted, &names, self.gate.catalog())
            }
            Caller::Anybody(_) => Identity::nobody("public"),
        };
        Ok(Passed {
            identity,
            body: admitted.body,
            standing: self.gate.standing(&admitted.taken),
            under_way: admitted.taken.under_way,
        })
    }

    /// As it is counted for the report.
    fn kind(&self, call: &Call<'_>, judged: &Judged) -> Kind {
        let (outcome, problem, found) = match judged {
            Judged::Permitted(_) => return Kind::whole(Outcome::Permitted, String::new()),
            Judged::Passed(_, by) => return Kind::whole(Outcome::Passed, by.clone()),
            Judged::Observed(_, problem, found) => (Outcome::Observed, problem, found),
            Judged::Denied(problem, found) => (Outcome::Denied, problem, found),
        };
        let client = found.token.as_ref().map(|token| token.client.clone());
        let rule = self.gate.endpoint_of(call);
        Kind {
            outcome,
            client: client.unwrap_or_default(),
            method: method(call.method),
            has_rule: rule.is_some(),
            path: rule.map_or_else(|| folded(call.path), |rule| rule.path.clone()),
            reason: problem.reason().to_owned(),
        }
    }
}

/// A body that could not be read whole.
struct Broken;

impl Judged {
    fn answer(self) -> Result<Passed, Problem> {
        match self {
            Self::Permitted(passed) | Self::Passed(passed, _) | Self::Observed(passed, ..) => {
                Ok(passed)
            }
            Self::Denied(problem, _) => Err(problem),
        }
    }
}

impl Looking {
    fn observes(&self, call: &Call<'_>, client: Option<&str>) -> bool {
        self.beside.observes(call, client, self.clock.now())
    }

    /// A line in the log for the first call of its kind on a day: as many as the ledger has at most.
    fn note(&self, kind: Kind) {
        let told = (kind.outcome == Outcome::Observed).then(|| kind.clone());
        let is_first = self.ledger.note(kind, self.clock.now());
        if let Some(kind) = told.filter(|_| is_first) {
            tracing::info!(
                reason = %kind.reason,
                client = %kind.client,
                method = %kind.method,
                path = %kind.path,
                has_rule = kind.has_rule,
                "a call would be denied (the first of its kind today)"
            );
        }
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
        Self::of(Identity::nobody(permit))
    }

    pub(crate) fn of(identity: Identity) -> Self {
        Self {
            identity,
            body: None,
            standing: Vec::new(),
            under_way: None,
        }
    }
}

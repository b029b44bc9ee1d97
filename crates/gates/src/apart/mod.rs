//! A gate in a process of its own, beside a gateway or in front of an API: it has no store, and
//! goes by what it hears of its server (`docs/gate-process.md`).
//!
//! [`Apart`] is the gate; `follow` keeps it true: it fetches how the API is configured and its catalog,
//! and forgets what the server says (`events` reads that). What `wire` sends goes to the server and
//! nowhere else. `question` asks the server about a call that would be denied here.

mod events;
mod follow;
mod question;
mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::{ArcSwap, ArcSwapOption};
use async_trait::async_trait;
use bytes::Bytes;
use enforce::apart::{MOST_SEEN, Outcome as Became, Seen, SeenCalls, ServedApi};
use enforce::limits::{CallCounts, Limits};
use enforce::remote::{
    Address, AddressError, ByIntrospection, Clock as Time, Introspection, Transport,
};
use enforce::{Call, Gate, Problem};
use scope::Catalog;
use tokio::sync::Semaphore;

use crate::front::{Clock, Counts, Front, Fronts, Passed, Server};
use crate::ledger::{Ledger, Line, Outcome};
use wire::Wire;

pub use wire::{Fault, Way};

/// For how long an answer about a token counts that nobody says to forget.
const TOKENS_LAST: Duration = Duration::from_secs(60);
/// So many calls may be asked about at once that would be denied; beyond, they are denied with what is
/// known here.
const QUESTIONS: usize = 32;

/// Which API this is a gate of, and how it goes by its server.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The realm's name.
    pub realm: String,
    /// The path of the realm's issuer: empty at the root of its host, or without a slash at its end.
    pub issuer_path: String,
    /// The API's name.
    pub api: String,
    /// Cut off from the server for longer, everything is denied.
    pub deny_after: Duration,
}

/// The gate of one API in a process of its own.
pub struct Apart {
    settings: Settings,
    wire: Arc<Wire>,
    introspection: ArcSwap<Introspecting>,
    /// At another endpoint, if the server names one.
    elsewhere: Box<Elsewhere>,
    counts: Arc<dyn Counts>,
    time: Arc<dyn Time>,
    ledger: Arc<Ledger>,
    /// What was counted for limits does not depend on the catalog.
    called: Arc<CallCounts>,
    standing: Arc<Standing>,
    serving: ArcSwapOption<Serving>,
    questions: Arc<Semaphore>,
}

/// What the gate goes by: taken together, or not at all.
struct Serving {
    api: ServedApi,
    catalog: Arc<Catalog>,
    digest: String,
    front: Arc<Front>,
}

/// Asks about tokens at this path of the server.
type Elsewhere = dyn Fn(&str) -> Result<Introspecting, String> + Send + Sync;

/// Where tokens are asked about, and what is known of them.
struct Introspecting {
    path: String,
    asking: Introspection,
}

/// Up to when everything is known here, and what stands in the way of more.
struct Standing {
    time: Arc<dyn Time>,
    deny_after: Duration,
    /// By the monotonic clock, in milliseconds; 0 is never.
    heard: AtomicU64,
    problem: ArcSwapOption<String>,
}

impl Apart {
    /// A gate that goes by the server at the end of this way, and counts there what it decides. It denies
    /// everything until [`Apart::follow`] has heard of the server.
    ///
    /// # Errors
    ///
    /// A server that tokens may not be sent to, or a name that no address can have.
    pub fn new(
        settings: Settings,
        way: Way,
        counts: Arc<dyn Counts>,
        time: Arc<dyn Time>,
    ) -> Result<Arc<Self>, String> {
        let Settings {
            issuer_path, api, ..
        } = &settings;
        let (server, in_the_open) = (way.server.clone(), way.in_the_open);
        let credentials = way.credentials.clone();
        let wire = Arc::new(Wire::new(way, issuer_path, api)?);
        let transport = Arc::clone(&wire) as Arc<dyn Transport>;
        let at = move |path: &str| {
            let address = format!("{server}{path}");
            let address = match in_the_open {
                true => Address::in_the_open(&address),
                false => Address::new(&address),
            };
            let address = address.map_err(|error| match error {
                AddressError::InTheOpen(_) => format!(
                    "{error}; where something else keeps the way secret, as a mesh does, say plain_http = true"
                ),
                error => error.to_string(),
            })?;
            let asking = Introspection::new(address, credentials.clone(), Arc::clone(&transport));
            Ok(Introspecting {
                path: path.to_owned(),
                asking: asking.max_age(TOKENS_LAST),
            })
        };
        let introspection = at(&format!("{issuer_path}/oauth/introspect"))?;
        Ok(Arc::new(Self {
            standing: Arc::new(Standing {
                time: Arc::clone(&time),
                deny_after: settings.deny_after,
                heard: AtomicU64::new(0),
                problem: ArcSwapOption::empty(),
            }),
            settings,
            wire,
            introspection: ArcSwap::from_pointee(introspection),
            elsewhere: Box::new(at),
            counts,
            time,
            ledger: Arc::default(),
            called: Arc::default(),
            serving: ArcSwapOption::empty(),
            questions: Arc::new(Semaphore::new(QUESTIONS)),
        }))
    }

    /// The API as the server has it configured; nothing until that was heard.
    #[must_use]
    pub fn api(&self) -> Option<ServedApi> {
        self.serving.load().as_ref().map(|own| own.api.clone())
    }

    /// SHA-256 of the catalog that it goes by, hexadecimal, and its version.
    #[must_use]
    pub fn catalog(&self) -> Option<(String, String)> {
        let serving = self.serving.load();
        let own = serving.as_ref()?;
        Some((own.digest.clone(), own.catalog.version().to_owned()))
    }

    /// How long ago everything was known here; nothing until it ever was.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        self.standing.age()
    }

    /// Does it decide? If not, it denies everything.
    #[must_use]
    pub fn is_heard(&self) -> bool {
        self.standing.is_heard() && self.serving.load().is_some()
    }

    /// Why it does not hear of the server, if it does not.
    #[must_use]
    pub fn problem(&self) -> Option<Arc<String>> {
        self.standing.problem.load_full()
    }

    /// Tells the server what was seen since the last time. What cannot be told is told the next time.
    ///
    /// # Errors
    ///
    /// Why it could not be told.
    pub async fn report(&self) -> Result<(), Fault> {
        let mut lines = self.ledger.take(self.time.now());
        while !lines.is_empty() {
            let rest = lines.split_off(lines.len().min(MOST_SEEN));
            let seen = Seen {
                calls: lines.iter().map(seen).collect(),
            };
            if let Err(fault) = self.wire.tell(&seen).await {
                lines.extend(rest);
                self.ledger.put_back(lines);
                return Err(fault);
            }
            lines = rest;
        }
        Ok(())
    }

    /// Goes by this API and this catalog from now on. What was known of tokens is forgotten: it was
    /// answered by another one.
    fn serve(self: &Arc<Self>, api: ServedApi, catalog: Arc<Catalog>, digest: String) {
        let issuer = api.issuer.clone();
        let by = || {
            let introspection = self.introspection.load().asking.clone();
            ByIntrospection::new(Arc::clone(&catalog), introspection, &issuer, &api.url)
        };
        let takes = api.keys.taken();
        let tokens = Arc::new(match takes.bearer {
            true => by().taking_keys(false),
            false => by(),
        });
        let clock = Arc::new(Seconds(Arc::clone(&self.time)));
        let limits = Limits::new(
            &api.limits.over(catalog.limits()),
            &catalog,
            Arc::clone(&self.called),
            Arc::clone(&clock) as _,
        );
        let gate = Gate::new(
            Arc::clone(&catalog),
            Arc::clone(&tokens) as _,
            tokens,
            &issuer,
        )
        .strip_prefix(&api.base_path)
        .only(api.paths.clone())
        .limits(limits)
        .explanations(&api.explanations)
        .resource_metadata(&api.resource_metadata);
        let gate = match takes.header {
            Some(name) => gate.key_header(name, Arc::new(by().taking_keys(true))),
            None => gate,
        };
        let server = Arc::new(Asked {
            wire: Arc::clone(&self.wire),
            standing: Arc::clone(&self.standing),
            questions: Arc::clone(&self.questions),
        });
        let front = Front::new(gate, Arc::new(Shared(Arc::clone(&self.counts))))
            .beside(api.beside.clone(), clock, Arc::clone(&self.ledger))
            .apart(server);
        self.introspection.load().asking.forget_all();
        self.serving.store(Some(Arc::new(Serving {
            api,
            catalog,
            digest,
            front: Arc::new(front),
        })));
    }
}

impl Fronts for Apart {
    fn front(&self, realm: &str, api: &str) -> Option<Arc<Front>> {
        let is_own = realm == self.settings.realm && api == self.settings.api;
        let serving = self.serving.load();
        let serving = serving.as_ref().filter(|_| is_own)?;
        Some(Arc::clone(&serving.front))
    }

    fn only(&self) -> Option<Arc<Front>> {
        self.front(&self.settings.realm, &self.settings.api)
    }
}

impl Standing {
    fn age(&self) -> Option<Duration> {
        let heard = self.heard.load(Ordering::Acquire);
        let now = self.time.monotonic();
        (heard > 0).then(|| now.saturating_sub(Duration::from_millis(heard)))
    }

    fn is_heard(&self) -> bool {
        self.age().is_some_and(|age| age <= self.deny_after)
    }

    /// Everything was known at this moment, and is taken in.
    fn hear(&self, at: Duration) {
        let at = u64::try_from(at.as_millis()).unwrap_or(u64::MAX);
        self.heard.fetch_max(at, Ordering::AcqRel);
        self.problem.store(None);
    }
}

/// The server, as the front asks it.
struct Asked {
    wire: Arc<Wire>,
    standing: Arc<Standing>,
    questions: Arc<Semaphore>,
}

#[async_trait]
impl Server for Asked {
    fn is_heard(&self) -> bool {
        self.standing.is_heard()
    }

    async fn ask(&self, call: &Call<'_>, body: Option<&Bytes>) -> Option<Result<Passed, Problem>> {
        let _place = self.questions.try_acquire().ok()?;
        let question = question::of(call, body)?;
        let answer = self.wire.decide(question).await;
        answer
            .map_err(
                |fault| tracing::debug!(%fault, "the server does not say why a call is denied"),
            )
            .ok()
            .and_then(|text| question::answered(&text))
    }
}

struct Shared(Arc<dyn Counts>);

impl Counts for Shared {
    fn permitted(&self) {
        self.0.permitted();
    }

    fn denied(&self, reason: &'static str) {
        self.0.denied(reason);
    }

    fn observed(&self, reason: &'static str) {
        self.0.observed(reason);
    }

    fn passed(&self) {
        self.0.passed();
    }

    fn limited(&self, by: &'static str) {
        self.0.limited(by);
    }
}

struct Seconds(Arc<dyn Time>);

impl Clock for Seconds {
    fn now(&self) -> i64 {
        self.0.now()
    }
}

impl enforce::limits::Clock for Seconds {
    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }

    fn since_1970(&self) -> Duration {
        Duration::from_secs(u64::try_from(self.0.now()).unwrap_or_default())
    }
}

fn seen(line: &Line) -> SeenCalls {
    SeenCalls {
        outcome: match line.outcome {
            Outcome::Permitted => Became::Permitted,
            Outcome::Passed => Became::Passed,
            Outcome::Observed => Became::Observed,
            Outcome::Denied => Became::Denied,
        },
        client: line.client.clone(),
        method: line.method.clone(),
        path: line.path.clone(),
        has_rule: line.has_rule,
        reason: line.reason.clone(),
        calls: u32::try_from(line.count).unwrap_or(u32::MAX),
        first: line.first,
        last: line.last,
    }
}

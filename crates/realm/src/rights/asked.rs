use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use enforce::remote::{Address, Flights, Joined};
use oauth::model::{Timestamp, Uuid};
use oauth::quote::quote;
use oauth::roles;
use quick_cache::sync::Cache;
use scope::{Catalog, RightsFrom, RightsOrigin, ScopeSet};
use storage::Store;

use super::question::{Question, Told};
use super::signature::SigningKey;
use super::source::in_whole_seconds;
use crate::cache::Edition;
use crate::clock::Clock;
use crate::limits;
use crate::outbound::Outbound;

/// How the provider's system is asked what a person may do.
///
/// - An answer counts for [`AskedSettings::remembered_for`], from when it was asked for. From half of
///   that on it is asked for again beside the calls that it opens, so that one that comes late holds
///   up none.
/// - One question about a person in an organisation is under way at a time; whoever comes meanwhile
///   waits for it.
/// - Where it cannot be asked, what is known within that time counts; then nothing does.
/// - So many answers are remembered as [`limits::ASKED_RIGHTS`], each as a set of scopes.
///
/// Cloning it is cheap, and all clones share one memory.
#[derive(Clone)]
pub struct Asked {
    settings: Arc<AskedSettings>,
    outbound: Outbound,
    answers: Arc<Cache<About, Answer>>,
    flights: Arc<Flights<About, Landed>>,
    figures: Arc<AskedFigures>,
}

/// Where and how it is asked.
#[derive(Debug, Clone)]
pub struct AskedSettings {
    /// Where it answers.
    pub address: Address,
    /// By what it knows who asks.
    pub key: SigningKey,
    /// The source of the people and organisations that it knows: others are not asked about.
    pub source: String,
    /// For how long an answer counts, within [`REMEMBERED_FOR`](super::REMEMBERED_FOR).
    pub remembered_for: Duration,
    /// How long a question may take, within [`WITHIN`](super::WITHIN).
    pub within: Duration,
}

/// A person in an organisation, and the edition whose sets their rights become.
type About = (Uuid, Uuid, Edition);

/// It could not be found out; the log says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unknown;

type Landed = Result<Answer, Unknown>;

/// What the provider's system said.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// The names that it was asked by: an answer counts for no others.
    person: Arc<str>,
    organisation: Arc<str>,
    pub(crate) rights: Arc<ScopeSet>,
    pub(crate) origin: Arc<RightsOrigin>,
    /// When it was asked for, by both clocks.
    asked: Duration,
    asked_at: Timestamp,
    /// Until when the provider lets it count.
    until: Option<Timestamp>,
}

/// How often it was asked.
#[derive(Debug, Default)]
pub struct AskedFigures {
    answered: AtomicU64,
    failed: AtomicU64,
    /// Milliseconds since 1970; 0 is never.
    latest: AtomicI64,
}

impl AskedFigures {
    /// So many questions were answered.
    #[must_use]
    pub fn answered(&self) -> u64 {
        self.answered.load(Ordering::Relaxed)
    }

    /// So many were not.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }

    /// When the last one was asked that was answered.
    #[must_use]
    pub fn latest(&self) -> Option<Timestamp> {
        let latest = self.latest.load(Ordering::Relaxed);
        let latest = Some(latest).filter(|latest| *latest > 0)?;
        Timestamp::from_millisecond(latest).ok()
    }

    fn count(&self, is_answered: bool, asked_at: Timestamp) {
        if is_answered {
            self.answered.fetch_add(1, Ordering::Relaxed);
            let asked_at = asked_at.as_millisecond();
            self.latest.fetch_max(asked_at, Ordering::Relaxed);
        } else {
            self.failed.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Who wants to know, and what an answer is held to.
#[derive(Clone)]
pub(crate) struct Asking {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) about: About,
    pub(crate) question: Question,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) catalog: Arc<Catalog>,
}

impl Asked {
    /// Asks with this client.
    #[must_use]
    pub fn new(settings: AskedSettings, outbound: Outbound) -> Self {
        Self {
            settings: Arc::new(settings),
            outbound,
            answers: Arc::new(Cache::new(limits::ASKED_RIGHTS)),
            flights: Arc::new(Flights::new(limits::RIGHTS_QUESTIONS)),
            figures: Arc::default(),
        }
    }

    /// Whose people and organisations it knows.
    pub(crate) fn source(&self) -> &str {
        &self.settings.source
    }

    /// How often it was asked.
    #[must_use]
    pub fn figures(&self) -> &AskedFigures {
        &self.figures
    }

    /// From when on what an answer says may be otherwise.
    pub(crate) fn counts_until(&self, answer: &Answer) -> Timestamp {
        let forgotten = answer.asked_at.saturating_add(self.settings.remembered_for);
        let forgotten = forgotten.unwrap_or(Timestamp::MAX);
        answer.until.map_or(forgotten, |until| forgotten.min(until))
    }

    /// What a person may do, as it is known or as it is asked for.
    pub(crate) async fn answer(&self, asking: &Asking) -> Result<Answer, Unknown> {
        let arrived = asking.clock.monotonic();
        if let Some(answer) = self.known(asking, arrived) {
            let half = self.settings.remembered_for / 2;
            if answer.asked.saturating_add(half) < arrived {
                // Nobody waits for this one.
                drop(self.join(asking, || None));
            }
            return Ok(answer);
        }
        loop {
            let joined = self.join(asking, || self.known(asking, arrived).map(Ok));
            let landed = match joined {
                Joined::Known(landed) => landed,
                Joined::Waits(waiting) => waiting.answer().await.unwrap_or(Err(Unknown)),
                Joined::Full => {
                    tracing::warn!("too many questions about rights are under way");
                    self.figures.count(false, asking.clock.now());
                    Err(Unknown)
                }
            };
            match landed {
                Ok(answer) if self.counts(&answer, asking, arrived) => return Ok(answer),
                // It was under way for too long when this call came: the next one answers that.
                Ok(answer) if answer.asked < arrived => {}
                _ => return Err(Unknown),
            }
        }
    }

    fn join(&self, asking: &Asking, known: impl FnOnce() -> Option<Landed>) -> Joined<Landed> {
        let ask = || self.clone().find_out(asking.clone());
        self.flights.join(asking.about, known, ask)
    }

    /// What is remembered, as far as it counts for a call that came at this moment.
    fn known(&self, asking: &Asking, arrived: Duration) -> Option<Answer> {
        let answer = self.answers.get(&asking.about)?;
        self.counts(&answer, asking, arrived).then_some(answer)
    }

    fn counts(&self, answer: &Answer, asking: &Asking, arrived: Duration) -> bool {
        let Question {
            person,
            organisation,
            ..
        } = &asking.question;
        let is_young = answer.asked.saturating_add(self.settings.remembered_for) >= arrived;
        let lasts = answer.until.is_none_or(|until| asking.clock.now() < until);
        let same = answer.person == *person && answer.organisation == *organisation;
        is_young && lasts && same
    }

    async fn find_out(self, asking: Asking) -> Landed {
        let (asked, asked_at) = (asking.clock.monotonic(), asking.clock.now());
        let Asking { question, .. } = &asking;
        let settings = &*self.settings;
        let (address, key) = (&settings.address, &settings.key);
        let told = question.ask(&self.outbound, address, key, settings.within, asked_at);
        let made = match told.await {
            Ok(told) => made(&asking, told.said_at(asked_at)).await,
            Err(untold) => Err(untold.to_string()),
        };
        self.figures.count(made.is_ok(), asked_at);
        let made = made.map_err(|problem| {
            let realm = &question.realm;
            tracing::warn!(realm, %problem, "the system that knows rights did not tell them");
            Unknown
        })?;
        let origin = RightsOrigin {
            from: RightsFrom::Asked,
            since: Some(in_whole_seconds(asked_at)),
            until: made.until.map(in_whole_seconds),
            max_age: None,
        };
        let answer = Answer {
            person: question.person.clone(),
            organisation: question.organisation.clone(),
            rights: Arc::new(made.rights),
            origin: Arc::new(origin),
            asked,
            asked_at,
            until: made.until,
        };
        self.answers.insert(asking.about, answer.clone());
        Ok(answer)
    }
}

/// What of an answer counts.
#[derive(Default)]
struct Made {
    rights: ScopeSet,
    until: Option<Timestamp>,
}

/// All that is said, or none of it. Whoever is not known may do nothing, not even what everybody may.
async fn made(asking: &Asking, told: Told) -> Result<Made, String> {
    let (rights, until) = match told {
        Told::Nobody => return Ok(Made::default()),
        Told::Rights(rights, until) => (rights, until),
        Told::Roles(roles, until) => (rights_of(asking, &roles).await?, until),
    };
    let names = roles::told(&asking.catalog, &rights).map_err(|error| error.to_string())?;
    let rights = asking.catalog.rights(names.iter().map(String::as_str));
    Ok(Made { rights, until })
}

/// The rights of these roles of the organisation.
async fn rights_of(asking: &Asking, names: &[String]) -> Result<Vec<String>, String> {
    let (_, organisation, _) = asking.about;
    let roles = asking.store.roles(asking.catalog.id(), organisation).await;
    let roles = roles.map_err(|error| error.to_string())?;
    let mut rights = Vec::new();
    for (place, name) in (1..).zip(names) {
        let role = roles.iter().find(|role| role.name == *name);
        let role = role.ok_or_else(|| {
            let name = quote(name);
            format!("role number {place}, {name:?}, is no role of the organisation")
        })?;
        rights.extend(role.rights.iter().cloned());
    }
    Ok(rights)
}

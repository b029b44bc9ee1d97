use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, Request};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, Weighter};
use scope::OrganisationKey;

use super::address::Address;
use super::clock::{Clock, SystemClock};
use super::credentials::Credentials;
use super::exchange::{Fault, exchange};
use super::flights::{Flights, Joined};
use super::moment::Moment;
use super::told::Told;
use super::transport::Transport;
use crate::UnverifiedToken;

/// The longest token that is asked about, in bytes. A longer one counts as not active.
pub const MAX_TOKEN_BYTES: usize = 32_768;
/// The largest answer that is read, in bytes.
const MAX_ANSWER_BYTES: usize = 4 * 1_048_576;
/// An answer of so many bytes takes one place in the memory.
const BYTES_OF_A_PLACE: usize = 1_024;
/// For how long an answer counts that is from before something that was heard of.
const BEHIND: Duration = Duration::from_secs(1);
/// What is remembered of a token besides the answer, in bytes.
const OVERHEAD_BYTES: usize = 512;

/// Asks one introspection endpoint (RFC 7662) about tokens, and remembers the answers.
///
/// - An answer counts for one second, unless [`max_age`](Self::max_age) says otherwise, and never
///   beyond the token's `exp`. The time runs from when it was asked for: what ends a token at the
///   issuer closes every call that comes a second later.
/// - One question about a token is under way at a time; whoever comes meanwhile waits for it.
/// - The memory is bounded ([`remembers`](Self::remembers)), and holds tokens by their SHA-256 only.
/// - Who cannot be asked cannot open anything: a [`Fault`] denies, and is not remembered.
///
/// Cloning it is cheap, and all clones share one memory.
#[derive(Clone)]
pub struct Introspection {
    asks: Arc<Asks>,
    memory: Arc<Memory>,
    flights: Arc<Flights<Key, Landed>>,
    max_age: Duration,
    max_age_inactive: Duration,
}

/// How the endpoint is asked.
struct Asks {
    address: Address,
    credentials: Credentials,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    within: Duration,
}

/// The SHA-256 of a question about a token.
type Key = [u8; 32];

/// An answer, and when it was asked for.
#[derive(Clone)]
struct Landed {
    asked: Moment,
    answer: Result<Option<Arc<Told>>, Fault>,
}

struct Memory {
    active: Cache<Key, Active, ByBytes>,
    /// Kept apart, so that whoever sends what is no token pushes out nobody else's.
    inactive: Cache<Key, Moment>,
    /// Grows with everything forgotten.
    forgotten: AtomicU64,
    /// How far the issuer's changes are followed, if they are.
    followed: AtomicI64,
}

#[derive(Clone)]
struct Active {
    told: Arc<Told>,
    asked: Moment,
    places: u64,
    /// It is from before something that whoever follows the changes has heard of.
    is_behind: bool,
}

impl Introspection {
    /// Asks at `address`, as the client with these credentials: a resource server of the API.
    #[must_use]
    pub fn new(address: Address, credentials: Credentials, transport: Arc<dyn Transport>) -> Self {
        Self {
            asks: Arc::new(Asks {
                address,
                credentials,
                transport,
                clock: Arc::new(SystemClock::new()),
                within: Duration::from_secs(2),
            }),
            memory: Arc::new(Memory::new(10_000)),
            flights: Arc::new(Flights::new(256)),
            max_age: Duration::from_secs(1),
            max_age_inactive: Duration::from_secs(1),
        }
    }

    /// How old an answer may be when a call comes that it opens: this long after its end a token may
    /// still open calls, unless [`forget`](Self::forget) is called. One second by default; zero asks
    /// for each call that does not come together with another.
    #[must_use]
    pub fn max_age(self, max_age: Duration) -> Self {
        Self { max_age, ..self }
    }

    /// The same for the answer that a token is not active. One second by default.
    #[must_use]
    pub fn max_age_inactive(self, max_age_inactive: Duration) -> Self {
        Self {
            max_age_inactive,
            ..self
        }
    }

    /// How long a question may take, connecting included. Two seconds by default.
    #[must_use]
    pub fn within(self, within: Duration) -> Self {
        self.asking(|asks| asks.within = within)
    }

    /// How many answers of up to half a KiB are remembered, a longer one for as many as it has KiB
    /// more: 10 000 by default, some 10 to 20 MiB. As many are remembered of tokens that are not active.
    #[must_use]
    pub fn remembers(self, answers: usize) -> Self {
        Self {
            memory: Arc::new(Memory::new(answers)),
            ..self
        }
    }

    /// How many questions may be under way, each about another token: 256 by default. Beyond, a call
    /// with a token that is not known is denied at once.
    #[must_use]
    pub fn at_once(self, questions: usize) -> Self {
        Self {
            flights: Arc::new(Flights::new(questions)),
            ..self
        }
    }

    /// With another clock than the machine's.
    #[must_use]
    pub fn clock(self, clock: Arc<dyn Clock>) -> Self {
        self.asking(|asks| asks.clock = clock)
    }

    /// What the issuer tells about a token; `None` where it is not active, or not for whoever asks.
    ///
    /// # Errors
    ///
    /// When that cannot be found out.
    pub async fn ask(&self, token: UnverifiedToken<'_>) -> Result<Option<Arc<Told>>, Fault> {
        self.asked(token, None).await
    }

    /// The same about one place of its person: `organisations` has that one, if it is theirs, and no
    /// other. For Scopegate's issuer, where a person has more places than it tells at once.
    ///
    /// # Errors
    ///
    /// As [`Introspection::ask`].
    pub async fn ask_at(
        &self,
        token: UnverifiedToken<'_>,
        key: OrganisationKey,
        value: &str,
    ) -> Result<Option<Arc<Told>>, Fault> {
        self.asked(token, Some((key, value))).await
    }

    async fn asked(
        &self,
        token: UnverifiedToken<'_>,
        place: Option<(OrganisationKey, &str)>,
    ) -> Result<Option<Arc<Told>>, Fault> {
        let token = token.expose();
        if token.len() > MAX_TOKEN_BYTES {
            return Ok(None);
        }
        let question = question(token, place);
        let key = key(&question);
        let arrived = self.moment();
        if let Some(known) = self.known(&key, arrived) {
            return known.answer;
        }
        loop {
            let joined = self.flights.join(
                key,
                || self.known(&key, arrived),
                || self.clone().find_out(key, question.clone()),
            );
            let landed = match joined {
                Joined::Known(landed) => landed,
                Joined::Waits(waiting) => waiting.answer().await.ok_or(Fault::GivenUp)?,
                Joined::Full => return Err(Fault::Busy),
            };
            // A question that was under way for too long before this call came does not answer it,
            // nor does one from before something was forgotten; the next one does.
            if landed.answer.is_err() || landed.asked.counts_for(arrived, self.age_of(&landed)) {
                return landed.answer;
            }
        }
    }

    /// Forgets what is known of the tokens that are meant. What is being asked meanwhile counts for
    /// nobody who comes later.
    pub fn forget(&self, is_meant: impl Fn(&Told) -> bool) {
        self.memory.begin_to_forget();
        self.memory.active.retain(|_, known| !is_meant(&known.told));
    }

    /// Says how far the issuer's changes are followed, once what they end is forgotten
    /// ([`forget`](Self::forget)). An answer that is from before, as it may be of an issuer with
    /// several nodes, counts for a second at most.
    pub fn followed_to(&self, position: i64) {
        self.memory.followed.store(position, Ordering::SeqCst);
    }

    /// Forgets everything.
    pub fn forget_all(&self) {
        self.memory.begin_to_forget();
        self.memory.active.clear();
        self.memory.inactive.clear();
    }

    async fn find_out(self, key: Key, question: String) -> Landed {
        let asked = self.moment();
        let answer = self.asks.about(question).await;
        match &answer {
            Ok(Some((told, bytes))) => self.memory.keep_active(key, told, *bytes, asked),
            Ok(None) => self.memory.keep_inactive(key, asked),
            Err(fault) => tracing::warn!(%fault, "a token cannot be checked"),
        }
        let answer = answer.map(|told| told.map(|(told, _)| told));
        Landed { asked, answer }
    }

    /// What is remembered, as far as it counts for a call that came at this moment.
    fn known(&self, key: &Key, arrived: Moment) -> Option<Landed> {
        let is_young = |asked: Moment, age| asked.at.saturating_add(age) >= arrived.at;
        if let Some(known) = self.memory.active.get(key) {
            let lives = self.asks.clock.now() < known.told.counts_until();
            let max_age = match known.is_behind {
                true => self.max_age.min(BEHIND),
                false => self.max_age,
            };
            return (lives && is_young(known.asked, max_age)).then_some(Landed {
                asked: known.asked,
                answer: Ok(Some(known.told)),
            });
        }
        let asked = self.memory.inactive.get(key)?;
        let answer = Ok(None);
        is_young(asked, self.max_age_inactive).then_some(Landed { asked, answer })
    }

    fn age_of(&self, landed: &Landed) -> Duration {
        match landed.answer {
            Ok(None) => self.max_age_inactive,
            _ => self.max_age,
        }
    }

    fn moment(&self) -> Moment {
        Moment {
            at: self.asks.clock.monotonic(),
            forgotten: self.memory.forgotten.load(Ordering::SeqCst),
        }
    }

    fn asking(self, change: impl FnOnce(&mut Asks)) -> Self {
        let mut asks = Asks {
            address: self.asks.address.clone(),
            credentials: self.asks.credentials.clone(),
            transport: Arc::clone(&self.asks.transport),
            clock: Arc::clone(&self.asks.clock),
            within: self.asks.within,
        };
        change(&mut asks);
        Self {
            asks: Arc::new(asks),
            ..self
        }
    }
}

impl Asks {
    /// What is told in answer to a question, and in how many bytes.
    async fn about(&self, body: String) -> Result<Option<(Arc<Told>, usize)>, Fault> {
        let mut request = Request::new(Bytes::from(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.address.uri().clone();
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, self.credentials.as_header());
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(CONTENT_TYPE, form);
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let transport = &*self.transport;
        let body = exchange(transport, request, MAX_ANSWER_BYTES, self.within).await?;
        let told = Told::read(&body)?;
        Ok(told.map(|told| (Arc::new(told), body.len())))
    }
}

impl Memory {
    fn new(answers: usize) -> Self {
        // Memory is taken as answers come.
        let expected = answers.min(1_024);
        Self {
            active: Cache::with(
                expected,
                answers as u64,
                ByBytes,
                DefaultHashBuilder::default(),
                DefaultLifecycle::default(),
            ),
            inactive: Cache::new(answers),
            forgotten: AtomicU64::new(0),
            followed: AtomicI64::new(i64::MIN),
        }
    }

    fn keep_active(&self, key: Key, told: &Arc<Told>, bytes: usize, asked: Moment) {
        let known = Active {
            told: Arc::clone(told),
            asked,
            is_behind: told.is_before(self.followed.load(Ordering::SeqCst)),
            places: (bytes + OVERHEAD_BYTES).div_ceil(BYTES_OF_A_PLACE) as u64,
        };
        self.inactive.remove(&key);
        self.active.insert(key, known);
        // Whoever forgets counts first and removes then, so one of us removes.
        if self.forgotten.load(Ordering::SeqCst) != asked.forgotten {
            self.active.remove(&key);
        }
    }

    fn keep_inactive(&self, key: Key, asked: Moment) {
        self.active.remove(&key);
        self.inactive.insert(key, asked);
        if self.forgotten.load(Ordering::SeqCst) != asked.forgotten {
            self.inactive.remove(&key);
        }
    }

    fn begin_to_forget(&self) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
    }
}

/// An answer takes the more places the longer it is.
#[derive(Clone)]
struct ByBytes;

impl Weighter<Key, Active> for ByBytes {
    fn weight(&self, _: &Key, known: &Active) -> u64 {
        known.places
    }
}

/// The form that asks about a token, and maybe a place (RFC 7662 section 2.1).
fn question(token: &str, place: Option<(OrganisationKey, &str)>) -> String {
    let encoded = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
    let token = encoded(token);
    let mut form = format!("token={token}&token_type_hint=access_token");
    if let Some((key, value)) = place {
        form.push_str(&format!(
            "&organisation={}&organisation_by={}",
            encoded(value),
            key.as_str()
        ));
    }
    form
}

fn key(question: &str) -> Key {
    let mut key = [0; 32];
    let hash = digest(&SHA256, question.as_bytes());
    key.copy_from_slice(hash.as_ref());
    key
}

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use serde::Deserialize;
use serde_json::Value;

use super::address::Address;
use super::clock::{Clock, SystemClock};
use super::exchange::{Fault, document};
use super::flights::{Flights, Joined};
use super::transport::Transport;

/// The largest set of keys that is read, in bytes, and in keys.
const MAX_ANSWER_BYTES: usize = 262_144;
const MAX_KEYS: usize = 100;
/// While there are no keys at all, they are asked for so often.
const WITHOUT_KEYS: Duration = Duration::from_secs(1);
/// So many questions about keys are under way.
const AT_ONCE: usize = 1;

/// How a token may be signed (RFC 7518 section 3.1, RFC 8037). Nothing that whoever verifies could
/// sign as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Algorithm {
    /// ECDSA with P-256 and SHA-256.
    Es256,
    /// ECDSA with P-384 and SHA-384.
    Es384,
    /// Ed25519.
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PSS with SHA-256.
    Ps256,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Es256,
        Self::Es384,
        Self::EdDsa,
        Self::Rs256,
        Self::Ps256,
    ];

    /// As JWS calls it (RFC 7518 section 3.1).
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
        }
    }

    pub(super) fn of(named: jsonwebtoken::Algorithm) -> Option<Self> {
        Self::ALL.into_iter().find(|own| own.named() == named)
    }

    pub(super) fn named(self) -> jsonwebtoken::Algorithm {
        match self {
            Self::Es256 => jsonwebtoken::Algorithm::ES256,
            Self::Es384 => jsonwebtoken::Algorithm::ES384,
            Self::EdDsa => jsonwebtoken::Algorithm::EdDSA,
            Self::Rs256 => jsonwebtoken::Algorithm::RS256,
            Self::Ps256 => jsonwebtoken::Algorithm::PS256,
        }
    }
}

/// The keys that an issuer publishes (RFC 7517), as they were a while ago.
///
/// - They are asked for anew after half of [`max_age`](Self::max_age), while calls go on; when they
///   are older than that, nothing is verified until they could be read. A key that the issuer takes
///   back counts for as long at most.
/// - A key that is not known is asked for, at most every [`refetch_every`](Self::refetch_every): who
///   makes names of keys up causes no more questions than that. One question is under way at a time.
///
/// Cloning it is cheap, and all clones share the keys.
#[derive(Clone)]
pub struct PublishedKeys {
    address: Address,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    within: Duration,
    max_age: Duration,
    refetch_every: Duration,
    state: Arc<Mutex<State>>,
    flights: Arc<Flights<(), Result<Arc<KeySet>, Fault>>>,
}

/// What is known. The times are by the monotonic clock.
#[derive(Default)]
struct State {
    keys: Option<(Duration, Arc<KeySet>)>,
    /// When they were last asked for, and what came of it if no keys did.
    last: Option<(Duration, Option<Fault>)>,
}

/// One set of keys.
pub(super) struct KeySet(Vec<PublicKey>);

/// A key, and what its signatures are made by.
pub(super) struct PublicKey {
    id: Option<String>,
    pub(super) decoding: DecodingKey,
    algorithms: Vec<Algorithm>,
}

impl PublishedKeys {
    /// The keys at this address, the issuer's `jwks_uri` (RFC 8414 section 2).
    #[must_use]
    pub fn new(address: Address, transport: Arc<dyn Transport>) -> Self {
        Self {
            address,
            transport,
            clock: Arc::new(SystemClock::new()),
            within: Duration::from_secs(2),
            max_age: Duration::from_secs(300),
            refetch_every: Duration::from_secs(10),
            state: Arc::default(),
            flights: Arc::new(Flights::new(AT_ONCE)),
        }
    }

    /// How long a set of keys counts. Five minutes by default.
    #[must_use]
    pub fn max_age(self, max_age: Duration) -> Self {
        Self { max_age, ..self }
    }

    /// How often a key that is not known is asked for at most. Ten seconds by default.
    #[must_use]
    pub fn refetch_every(self, refetch_every: Duration) -> Self {
        Self {
            refetch_every,
            ..self
        }
    }

    /// How long a question may take, connecting included. Two seconds by default.
    #[must_use]
    pub fn within(self, within: Duration) -> Self {
        Self { within, ..self }
    }

    /// With another clock than the machine's.
    #[must_use]
    pub fn clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    pub(super) fn now(&self) -> i64 {
        self.clock.now()
    }

    /// A set in which the key of this name is, if the issuer has one; another set where it has none.
    pub(super) async fn with_key(&self, id: Option<&str>) -> Result<Arc<KeySet>, Fault> {
        let arrived = self.clock.monotonic();
        let young = self.young(arrived);
        if let Some((asked, keys)) = &young
            && keys.find(id).is_some()
        {
            if asked.saturating_add(self.max_age / 2) <= arrived {
                // Whether it succeeds is seen by who comes when these are too old.
                let _ = self.join(arrived);
            }
            return Ok(Arc::clone(keys));
        }
        match self.join(arrived) {
            Joined::Known(told) => told,
            Joined::Waits(waiting) => waiting.answer().await.unwrap_or(Err(Fault::GivenUp)),
            Joined::Full => Err(Fault::Busy),
        }
    }

    /// Has the keys asked for, unless they were a moment ago.
    fn join(&self, arrived: Duration) -> Joined<Result<Arc<KeySet>, Fault>> {
        self.flights.join(
            (),
            || self.asked_before(arrived),
            || self.clone().ask(arrived),
        )
    }

    /// What was told a moment ago, where it is too early to ask again.
    fn asked_before(&self, arrived: Duration) -> Option<Result<Arc<KeySet>, Fault>> {
        let young = self.young(arrived).map(|(_, keys)| keys);
        let pause = match young {
            Some(_) => self.refetch_every,
            None => self.refetch_every.min(WITHOUT_KEYS),
        };
        let (asked, fault) = self.lock().last.clone()?;
        if asked.saturating_add(pause) <= arrived {
            return None;
        }
        match (fault, young) {
            // Whether there is such a key by now cannot be told.
            (Some(fault), _) => Some(Err(fault)),
            (None, young) => young.map(Ok),
        }
    }

    async fn ask(self, asked: Duration) -> Result<Arc<KeySet>, Fault> {
        self.lock().last = Some((asked, Some(Fault::GivenUp)));
        let transport = &*self.transport;
        let body = document(transport, &self.address, MAX_ANSWER_BYTES, self.within).await;
        let keys = body.and_then(|body| KeySet::read(&body)).map(Arc::new);
        let mut state = self.lock();
        state.last = Some((asked, keys.as_ref().err().cloned()));
        match &keys {
            Ok(keys) => state.keys = Some((asked, Arc::clone(keys))),
            Err(fault) => tracing::warn!(%fault, "the issuer's keys cannot be read"),
        }
        keys
    }

    /// The keys, if they are young enough at this time, and when they were asked for.
    fn young(&self, at: Duration) -> Option<(Duration, Arc<KeySet>)> {
        let keys = self.lock().keys.clone();
        keys.filter(|(asked, _)| asked.saturating_add(self.max_age) > at)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeySet {
    /// Keys that are of no use here, or of a kind that is not known, are left out.
    fn read(body: &[u8]) -> Result<Self, Fault> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Value>,
        }
        let set: Set = serde_json::from_slice(body)
            .map_err(|error| Fault::NotUnderstood(error.to_string()))?;
        if set.keys.len() > MAX_KEYS {
            return Err(Fault::NotUnderstood(format!("more than {MAX_KEYS} keys")));
        }
        let keys = set.keys.into_iter();
        Ok(Self(keys.filter_map(PublicKey::read).collect()))
    }

    /// The key of this name. A token that names none has to be by the only key there is.
    pub(super) fn find(&self, id: Option<&str>) -> Option<&PublicKey> {
        match id {
            Some(id) => {
                let mut named = self.0.iter().filter(|key| key.id.as_deref() == Some(id));
                // Two keys of one name are nobody's.
                named.next().filter(|_| named.next().is_none())
            }
            None => match self.0.as_slice() {
                [only] => Some(only),
                _ => None,
            },
        }
    }
}

impl PublicKey {
    fn read(key: Value) -> Option<Self> {
        let key: Jwk = serde_json::from_value(key).ok()?;
        let common = &key.common;
        let purpose = common.public_key_use.as_ref();
        if purpose.is_some_and(|purpose| *purpose != PublicKeyUse::Signature) {
            return None;
        }
        let made_for = match &key.algorithm {
            AlgorithmParameters::EllipticCurve(own) => match own.curve {
                EllipticCurve::P256 => vec![Algorithm::Es256],
                EllipticCurve::P384 => vec![Algorithm::Es384],
                _ => return None,
            },
            AlgorithmParameters::OctetKeyPair(own) if own.curve == EllipticCurve::Ed25519 => {
                vec![Algorithm::EdDsa]
            }
            AlgorithmParameters::RSA(_) => vec![Algorithm::Rs256, Algorithm::Ps256],
            // A secret that is shared, or published: whoever reads it could sign.
            _ => return None,
        };
        let named = common.key_algorithm.map(as_algorithm);
        let algorithms = match named {
            None => made_for,
            Some(named) => {
                let own = made_for.into_iter().filter(|own| Some(*own) == named);
                own.collect()
            }
        };
        if algorithms.is_empty() {
            return None;
        }
        Some(Self {
            id: common.key_id.clone(),
            decoding: DecodingKey::from_jwk(&key).ok()?,
            algorithms,
        })
    }

    /// Does it sign by this one?
    pub(super) fn signs_by(&self, algorithm: Algorithm) -> bool {
        self.algorithms.contains(&algorithm)
    }
}

fn as_algorithm(named: KeyAlgorithm) -> Option<Algorithm> {
    match named {
        KeyAlgorithm::ES256 => Some(Algorithm::Es256),
        KeyAlgorithm::ES384 => Some(Algorithm::Es384),
        KeyAlgorithm::EdDSA => Some(Algorithm::EdDsa),
        KeyAlgorithm::RS256 => Some(Algorithm::Rs256),
        KeyAlgorithm::PS256 => Some(Algorithm::Ps256),
        _ => None,
    }
}

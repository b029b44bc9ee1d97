use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use enforce::remote::{Address, Algorithm, PublishedKeys};
use http::header::ACCEPT;
use http::{HeaderValue, Request, Response, StatusCode};
use oauth::openid::{ClaimPointers, ClientAuthentication, ProviderMetadata};

use crate::clock::{Clock, ForRemote};
use crate::outbound::{Bounds, Outbound};

/// For how long it counts what a provider says of itself.
const KNOWN_FOR: Duration = Duration::from_secs(3_600);
/// For how long the same is gone by where the provider cannot be asked again.
const STALE_FOR: Duration = Duration::from_secs(86_400);
/// A provider that cannot be asked is asked again after a second, then after twice as long each time, up to
/// so long.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// What a question may cost.
pub(super) const BOUNDS: Bounds = Bounds {
    within: Duration::from_secs(5),
    most: 262_144,
};

/// A provider as it is configured.
#[derive(Debug, Clone)]
pub struct OpenIdSettings {
    /// Its issuer, character by character as it calls itself.
    pub issuer: String,
    /// This server there.
    pub client_id: String,
    /// How this server says so.
    pub authentication: ClientAuthentication,
    /// What is asked for; `openid` is among it.
    pub scopes: Vec<String>,
    /// Where things stand in what it says of people.
    pub claims: ClaimPointers,
    /// The source of the people and organisations that it tells of.
    pub source: String,
}

/// A provider of OpenID Connect that people sign in at. What it says of itself is read when it is
/// needed first, kept for an hour, and gone by for a day where it cannot be read again: this
/// server starts without it.
pub struct OpenIdProvider {
    settings: OpenIdSettings,
    pub(super) outbound: Outbound,
    pub(super) clock: Arc<dyn Clock>,
    state: Mutex<State>,
    /// One question at a time about what it says of itself.
    asking: tokio::sync::Mutex<()>,
}

/// The times are by the monotonic clock.
#[derive(Default)]
struct State {
    known: Option<(Duration, Arc<Known>)>,
    failed: Option<Failed>,
}

#[derive(Clone)]
struct Failed {
    at: Duration,
    times: u32,
    why: Unreachable,
}

/// What is known of a provider, ready to be used.
pub(super) struct Known {
    pub(super) metadata: ProviderMetadata,
    pub(super) keys: PublishedKeys,
    /// What its signatures may be by: what it announces, of what counts here.
    pub(super) algorithms: Vec<Algorithm>,
    pub(super) token_endpoint: Address,
    pub(super) userinfo_endpoint: Option<Address>,
}

/// What became of it when a provider was asked last what it says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastAsked {
    /// It was not asked since this server started.
    Never,
    /// It answered.
    Answered,
    /// It did not, or not as it has to: the log says why. Whether people can sign in meanwhile is another matter:
    /// what it said before is gone by for a day.
    Failed,
}

impl LastAsked {
    /// In one word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Never => "not-asked",
            Self::Answered => "answered",
            Self::Failed => "failed",
        }
    }
}

/// Why a provider cannot be asked, for whoever looks after this server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreachable(pub(super) String);

impl OpenIdProvider {
    /// A provider that is asked over this client.
    #[must_use]
    pub fn new(settings: OpenIdSettings, outbound: Outbound, clock: Arc<dyn Clock>) -> Self {
        Self {
            settings,
            outbound,
            clock,
            state: Mutex::default(),
            asking: tokio::sync::Mutex::default(),
        }
    }

    /// As it is configured.
    #[must_use]
    pub fn settings(&self) -> &OpenIdSettings {
        &self.settings
    }

    /// The host by which people know it.
    #[must_use]
    pub fn host(&self) -> &str {
        let issuer = self.settings.issuer.as_str();
        let behind = issuer
            .split_once("://")
            .map_or(issuer, |(_, behind)| behind);
        behind.split('/').next().unwrap_or(behind)
    }

    /// What became of it when it was asked last what it says of itself.
    #[must_use]
    pub fn last_asked(&self) -> LastAsked {
        let state = self.lock();
        match (&state.failed, &state.known) {
            (Some(_), _) => LastAsked::Failed,
            (None, Some(_)) => LastAsked::Answered,
            (None, None) => LastAsked::Never,
        }
    }

    /// Asks it what it says of itself, if that is not known, so that whoever looks after this server hears of a
    /// mistake before people do.
    pub async fn look(&self) {
        // It is in the log, and in `last_asked`.
        let _ = self.known().await;
    }

    /// What is known of it, asked for where that is nothing or old.
    pub(super) async fn known(&self) -> Result<Arc<Known>, Unreachable> {
        if let Some(known) = self.remembered() {
            return known;
        }
        let _asking = self.asking.lock().await;
        // Somebody else may have asked meanwhile.
        if let Some(known) = self.remembered() {
            return known;
        }
        let asked_at = self.clock.monotonic();
        let read = self.read().await;
        let mut state = self.lock();
        match read {
            Ok(known) => {
                let known = Arc::new(known);
                state.failed = None;
                state.known = Some((asked_at, Arc::clone(&known)));
                Ok(known)
            }
            Err(why) => {
                let times = state.failed.as_ref().map_or(0, |failed| failed.times);
                let issuer = &self.settings.issuer;
                tracing::warn!(issuer, %why, "the OpenID provider cannot be asked");
                state.failed = Some(Failed {
                    at: asked_at,
                    times: times.saturating_add(1),
                    why: why.clone(),
                });
                state.stale(asked_at).ok_or(why)
            }
        }
    }

    /// What counts without asking: what was read, or that it could not be a moment ago.
    fn remembered(&self) -> Option<Result<Arc<Known>, Unreachable>> {
        let now = self.clock.monotonic();
        let state = self.lock();
        let young = |(at, _): &&(Duration, Arc<Known>)| at.saturating_add(KNOWN_FOR) > now;
        if let Some((_, known)) = state.known.as_ref().filter(young) {
            return Some(Ok(Arc::clone(known)));
        }
        let failed = state.failed.as_ref()?;
        if failed.at.saturating_add(failed.pause()) <= now {
            return None;
        }
        Some(state.stale(now).ok_or_else(|| failed.why.clone()))
    }

    async fn read(&self) -> Result<Known, Unreachable> {
        let issuer = &self.settings.issuer;
        let address = address(&ProviderMetadata::address(issuer))?;
        let answer = self.get(&address, None).await?;
        if answer.status() != StatusCode::OK {
            let status = answer.status();
            let address = address.uri();
            return Err(Unreachable(format!(
                "{address} answers with status {status}"
            )));
        }
        let metadata = ProviderMetadata::read(answer.body(), issuer);
        let metadata = metadata.map_err(|error| Unreachable(error.to_string()))?;
        let announced = |own: &Algorithm| metadata.signing.iter().any(|name| name == own.name());
        let algorithms: Vec<Algorithm> = Algorithm::ALL.into_iter().filter(announced).collect();
        if algorithms.is_empty() {
            return Err(Unreachable(format!(
                "it signs ID tokens by {} only, of which none counts here",
                metadata.signing.join(", ")
            )));
        }
        Ok(Known {
            keys: self.keys(&metadata)?,
            algorithms,
            token_endpoint: address_of(&metadata.token_endpoint)?,
            userinfo_endpoint: metadata
                .userinfo_endpoint
                .as_ref()
                .map(address_of)
                .transpose()?,
            metadata,
        })
    }

    /// The keys at the address that the provider names, those known already where it is the same.
    fn keys(&self, metadata: &ProviderMetadata) -> Result<PublishedKeys, Unreachable> {
        let known = self.lock().known.clone();
        if let Some((_, known)) = known
            && known.metadata.jwks_uri == metadata.jwks_uri
        {
            return Ok(known.keys.clone());
        }
        let address = address_of(&metadata.jwks_uri)?;
        let keys = PublishedKeys::new(address, self.outbound.transport())
            .clock(Arc::new(ForRemote(Arc::clone(&self.clock))))
            .within(BOUNDS.within);
        Ok(keys)
    }

    /// Asks for a document, as whoever has an access token, if there is one.
    pub(super) async fn get(
        &self,
        address: &Address,
        authorization: Option<HeaderValue>,
    ) -> Result<Response<Bytes>, Unreachable> {
        let mut request = Request::new(Bytes::new());
        let accepted = match &authorization {
            None => "application/json",
            // UserInfo may be signed.
            Some(_) => "application/json, application/jwt",
        };
        let accepted = HeaderValue::from_static(accepted);
        request.headers_mut().insert(ACCEPT, accepted);
        if let Some(authorization) = authorization {
            let headers = request.headers_mut();
            headers.insert(http::header::AUTHORIZATION, authorization);
        }
        self.ask(address, request).await
    }

    pub(super) async fn ask(
        &self,
        address: &Address,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Unreachable> {
        let answer = self.outbound.ask(address, request, BOUNDS).await;
        answer.map_err(|error| Unreachable(format!("{}: {error}", address.uri())))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// What was read longer ago, where it is not too old to go by.
    fn stale(&self, now: Duration) -> Option<Arc<Known>> {
        let (at, known) = self.known.as_ref()?;
        (at.saturating_add(STALE_FOR) > now).then(|| Arc::clone(known))
    }
}

impl Failed {
    fn pause(&self) -> Duration {
        let doubled = 1_u64.checked_shl(self.times.saturating_sub(1));
        let pause = Duration::from_secs(doubled.unwrap_or(u64::MAX));
        pause.min(LONGEST_PAUSE)
    }
}

impl fmt::Debug for OpenIdProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OpenIdProvider")
            .field(&self.settings)
            .finish()
    }
}

fn address_of(url: &url::Url) -> Result<Address, Unreachable> {
    address(url.as_str())
}

fn address(url: &str) -> Result<Address, Unreachable> {
    Address::new(url).map_err(|error| Unreachable(error.to_string()))
}

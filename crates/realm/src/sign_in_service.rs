//! The application of the provider's that tells who signs in: who it is, what it is told, and what
//! comes of what it says.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use oauth::arrival::{Arrival, CheckedArrival};
use oauth::audit::{Actor, Origin};
use oauth::client_authentication::{authenticate, presented};
use oauth::model::{
    Authentication, BrowserSession, KeptRequests, SignInAnswer, SignInAsked, SignInOutcome,
    SignInUnderWay, TokenHash, User,
};
use oauth::parameters::Parameters;
use oauth::{ErrorCode, OAuthError, Secret, SecretKind};

use crate::address;
use crate::app::App;
use crate::fault::Fault;
use crate::manage::Refused;
use crate::realm::Realm;
use crate::sessions;

/// From when it began, for a sign-in to be answered and finished.
pub const LIFE: SignedDuration = SignedDuration::from_mins(10);

/// How many may be under way. Of those at once the oldest go.
const MOST: KeptRequests = KeptRequests {
    of_sender_in_a_minute: 120,
    of_sender: 200,
    of_realm: 20_000,
};

/// Clocks of several nodes, and of the provider, differ by less. Whoever is to sign in anew may have
/// done so this long before, and no longer: a person who wants to be another would not be asked.
const CLOCKS: SignedDuration = SignedDuration::from_secs(5);

/// Why nobody is told, or may tell, anything of a sign-in.
#[derive(Debug, thiserror::Error)]
pub enum NoSignInService {
    /// Whoever asks does not prove who they are.
    #[error(transparent)]
    Unproved(#[from] OAuthError),
    /// It is somebody, and not the realm's application that signs people in.
    #[error("{0}")]
    Another(&'static str),
    /// It cannot be told.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Why what was said of a sign-in does not count. Nothing of it was done.
#[derive(Debug, thiserror::Error)]
pub enum NotAnswered {
    /// No sign-in of this realm that can still be answered has this challenge.
    #[error(
        "no sign-in under way has this challenge: it began more than ten minutes ago, or never here"
    )]
    Gone,
    /// It was answered before.
    #[error("this sign-in was answered before; each is answered once")]
    Answered,
    /// What the person proved is older than what was asked for.
    #[error("{0}")]
    TooOld(String),
    /// What it says of the person cannot be, or they may not act here.
    #[error(transparent)]
    Refused(Refused),
    /// It cannot be told.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// What the application says of a sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Somebody signed in.
    Person(Box<Arrival>),
    /// Nobody did, and nobody will.
    Refused,
    /// The person wants to be somebody else.
    Another,
}

/// What came of a browser that came back.
#[derive(Debug)]
pub enum Finished {
    /// Its session began; this is for its cookie.
    Begun(Secret),
    /// Nobody signed in.
    Refused,
    /// The person wants to be somebody else.
    Another,
    /// The person was stopped here meanwhile.
    Stopped,
    /// Somebody else came back with it at the same moment, or the person was deleted.
    Gone,
}

impl Realm {
    /// The application that tells who signs in, by HTTP Basic (RFC 6749 section 2.3.1): its
    /// `client_id`.
    ///
    /// # Errors
    ///
    /// Why it is not.
    pub async fn sign_in_service(
        &self,
        authorization: Option<&str>,
    ) -> Result<String, NoSignInService> {
        let Some(header) = authorization else {
            return Err(NoSignInService::Unproved(OAuthError::new(
                ErrorCode::InvalidClient,
                "send the client_id and the secret of the application that signs people in by HTTP Basic",
            )));
        };
        let credentials = presented(Some(header), &Parameters::default())?;
        let known = self.cache().client(&credentials.client_id).await?;
        let client = authenticate(known.as_ref().map(|known| &*known.client), &credentials)?;
        match client.signs_in {
            true => Ok(client.id.clone()),
            false => Err(NoSignInService::Another(
                "this client is not the application that signs people in; register that by: scopegate client add --sign-in",
            )),
        }
    }
}

/// Begins a sign-in in this browser; answers its challenge, or nothing where its sender began as many
/// as they may in a minute.
///
/// # Errors
///
/// When it cannot be kept.
pub async fn begin(
    app: &App,
    realm: &Realm,
    browser: &TokenHash,
    sender: Option<IpAddr>,
    next: &str,
    asked: SignInAsked,
) -> Result<Option<Secret>, Fault> {
    let challenge = oauth::secret::generate(SecretKind::SignInChallenge, app.random_bytes());
    let now = app.now();
    let sign_in = SignInUnderWay {
        hash: challenge.hash(),
        realm: realm.id().to_owned(),
        browser: *browser,
        sender: sender.map_or_else(|| "address:unknown".to_owned(), address::key),
        next: next.to_owned(),
        asked,
        created_at: now,
        expires_at: now.saturating_add(LIFE).unwrap_or(Timestamp::MAX),
        answer: None,
        finished_at: None,
    };
    let is_kept = app.store().begin_sign_in(&sign_in, MOST).await?;
    Ok(is_kept.then_some(challenge))
}

/// The sign-in of this realm that has this challenge and was not answered.
///
/// # Errors
///
/// [`NotAnswered::Gone`], [`NotAnswered::Answered`], or when the store cannot tell.
pub async fn find(
    app: &App,
    realm: &Realm,
    challenge: &str,
) -> Result<SignInUnderWay, NotAnswered> {
    let hash = oauth::secret::hash(SecretKind::SignInChallenge, challenge);
    let hash = hash.ok_or(NotAnswered::Gone)?;
    let found = app.store().sign_in(&hash, app.now()).await;
    let found = found.map_err(Fault::from)?;
    let found = found.filter(|found| found.realm == realm.id());
    let found = found.ok_or(NotAnswered::Gone)?;
    match found.answer {
        None => Ok(found),
        Some(_) => Err(NotAnswered::Answered),
    }
}

/// Takes what the application `by` says of a sign-in, once, with all that comes of it, or nothing of it;
/// answers the second value, with which the browser comes back.
///
/// # Errors
///
/// Why it does not count.
pub async fn answer(
    app: &App,
    realm: &Realm,
    by: &str,
    origin: Origin,
    challenge: &str,
    said: Said,
) -> Result<Secret, NotAnswered> {
    let sign_in = find(app, realm, challenge).await?;
    let secret = oauth::secret::generate(SecretKind::SignInAnswer, app.random_bytes());
    let now = app.now();
    let outcome = match said {
        Said::Person(arrival) => {
            let checked = CheckedArrival::new(*arrival, realm.catalog(), now);
            let checked = checked.map_err(|error| NotAnswered::Refused(error.into()))?;
            is_recent(&sign_in, &checked.get().authentication, now)?;
            let by = Actor::client(by, origin);
            let answers = (sign_in.hash, secret.hash());
            let arrived = app.desk(realm).arrive_by(&by, &checked, answers).await;
            return match arrived {
                Ok(_) => Ok(secret),
                Err(Refused::Answered) => Err(NotAnswered::Answered),
                Err(Refused::Fault(fault)) => Err(fault.into()),
                Err(refused) => Err(NotAnswered::Refused(refused)),
            };
        }
        Said::Refused => SignInOutcome::Refused,
        Said::Another => SignInOutcome::Another,
    };
    let answer = SignInAnswer {
        hash: secret.hash(),
        outcome,
    };
    let answered = app.store().answer_sign_in(&sign_in.hash, &answer, now);
    match answered.await.map_err(Fault::from)? {
        true => Ok(secret),
        false => Err(NotAnswered::Answered),
    }
}

/// Whoever did not prove who they are since they were asked to would be asked again, for ever.
fn is_recent(
    sign_in: &SignInUnderWay,
    authentication: &Authentication,
    now: Timestamp,
) -> Result<(), NotAnswered> {
    let at = authentication.at;
    let began = sign_in.created_at;
    let since = began.saturating_sub(CLOCKS).unwrap_or(began);
    let age = now.duration_since(at).as_secs();
    let asked = &sign_in.asked;
    let is_young = !asked.anew && asked.max_age.is_none_or(|most| age <= most);
    if is_young || at >= since {
        return Ok(());
    }
    let what = match asked.max_age {
        Some(most) if !asked.anew => format!("at most {most} s ago"),
        _ => format!("anew, since {began}"),
    };
    Err(NotAnswered::TooOld(format!(
        "the person signed in at {at}, and is asked to have done so {what}; have them sign in again, then \
         answer"
    )))
}

/// The answered sign-in that a browser is back from, if it is one of these browsers' and not
/// finished.
///
/// # Errors
///
/// When the store cannot tell.
pub async fn back(
    app: &App,
    realm: &Realm,
    answer: &str,
    browsers: &[TokenHash],
) -> Result<Option<SignInUnderWay>, Fault> {
    let Some(hash) = oauth::secret::hash(SecretKind::SignInAnswer, answer) else {
        return Ok(None);
    };
    let found = app.store().answered_sign_in(&hash, app.now()).await?;
    Ok(found.filter(|found| found.realm == realm.id() && browsers.contains(&found.browser)))
}

/// Finishes a sign-in in the browser that is back from it; `browser` is roughly what it says of
/// itself.
///
/// # Errors
///
/// When the store fails.
pub async fn finish(
    app: &App,
    realm: &Realm,
    sign_in: &SignInUnderWay,
    browser: Option<String>,
) -> Result<Finished, Fault> {
    let Some(answer) = &sign_in.answer else {
        return Ok(Finished::Gone);
    };
    let position = realm.cache().position();
    let (session, finished) = match &answer.outcome {
        SignInOutcome::Refused => (None, Finished::Refused),
        SignInOutcome::Another => (None, Finished::Another),
        SignInOutcome::Person {
            user,
            authentication,
        } => {
            let person: Option<User> = app.store().user(realm.id(), *user).await?;
            match person {
                None => return Ok(Finished::Gone),
                Some(person) if !person.status.is_active() => (None, Finished::Stopped),
                Some(person) => {
                    let proved = Some(authentication.clone());
                    let (secret, session) =
                        sessions::new(app, realm, &person, proved, position, browser);
                    (Some(session), Finished::Begun(secret))
                }
            }
        }
    };
    let session: Option<&BrowserSession> = session.as_ref();
    let done = app.store().finish_sign_in(&answer.hash, session, app.now());
    match done.await {
        Ok(true) => Ok(finished),
        Ok(false) => Ok(Finished::Gone),
        // Deleted a moment ago.
        Err(storage::StoreError::NotFound { .. }) => Ok(Finished::Gone),
        Err(error) => Err(error.into()),
    }
}

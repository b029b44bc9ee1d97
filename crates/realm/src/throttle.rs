//! How often somebody may try to sign in.
//!
//! An attempt holds a place under its username and one under its address from before its
//! password is checked. A right one gives them back, a wrong one keeps them for a quarter of an
//! hour, and one that was cut off loses them after half a minute. So guesses made at once are no
//! more than guesses made one after another, and right ones made at once wait for each other. A
//! code that was right and is used up is no guess: however often it comes, it takes no place.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use oauth::model::{LoginAttempt, LoginLimit, LoginStart, User, Uuid};
use oauth::naming;

use crate::address;
use crate::app::App;
use crate::fault::Fault;
use crate::password;

/// Places for attempts with one username: so many may fail before it has to wait.
pub const PER_USERNAME: u32 = 5;
/// Places for attempts from one address.
pub const PER_ADDRESS: u32 = 20;
/// For how long a wrong attempt keeps its places, in minutes.
pub const WINDOW_MINUTES: i64 = 15;
/// For how long an attempt that does not end keeps them, in seconds. One that ends later is
/// answered as if it had not been made.
pub const UNDER_WAY_SECONDS: i64 = 30;

/// How often an attempt asks for places that may be given back at any moment: five seconds in
/// all.
const TURNS: u32 = 14;

/// Wrong codes of one person's second factor, until they have to wait.
pub const CODES_PER_PERSON: u32 = 5;
/// For how long a wrong code keeps its place, in minutes: a million codes, of which three count, are
/// not guessed by five an hour.
pub const CODE_WINDOW_MINUTES: i64 = 60;

/// What a check finds of something that somebody typed.
pub(crate) enum Checked<T> {
    /// It is right; what it proves.
    Right(T),
    /// It was right, and was used before: by the same person a moment ago, or by whoever saw it.
    AlreadyUsed,
    /// It is not.
    Wrong,
}

/// What came of an attempt to prove who one is.
pub enum Outcome<T> {
    /// It is right; what it proves.
    Right(T),
    /// It was right, and was used before. It counts for nothing, and does not count as wrong.
    AlreadyUsed,
    /// It is not, or there is no such person.
    Wrong,
    /// It was not checked: too many were wrong.
    TooMany(TooMany),
    /// Others are under way, and this one did not get its turn.
    Busy,
}

/// Of what there were too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Wrong passwords for a name, wherever they came from.
    PasswordsOfName,
    /// Wrong codes of a person's second factor.
    CodesOfPerson,
    /// Wrong passwords and codes from an address, whosever.
    FromAddress,
    /// Links to a new password that were asked for from an address.
    LinksFromAddress,
    /// Forms from an address, right ones too.
    FormsFromAddress,
}

/// Of what there were too many, and when an attempt will be let through again.
#[derive(Debug, Clone, Copy)]
pub struct TooMany {
    /// Of what.
    pub limit: Limit,
    /// The moment.
    pub again_at: Timestamp,
    /// From now, in seconds.
    pub seconds: u64,
}

/// Checks a password, when it is this attempt's turn.
///
/// # Errors
///
/// When the store cannot tell.
pub async fn sign_in(
    app: &Arc<App>,
    realm: &str,
    address: Option<IpAddr>,
    username: &str,
    given: &str,
) -> Result<Outcome<Box<User>>, Fault> {
    let (realm_name, username_given) = (realm.to_owned(), username.to_owned());
    let given = given.to_owned();
    let check = move |app: Arc<App>| {
        let (realm, username) = (realm_name.clone(), username_given.clone());
        let given = given.clone();
        async move {
            let user = app.store().user_by_username(&realm, &username).await?;
            let user = user.filter(|user| user.status.is_active());
            let stored = user.as_ref().and_then(|user| user.password_hash.clone());
            let belongs = password::verify(given, stored).await;
            Ok(match user.filter(|_| belongs) {
                Some(user) => Checked::Right(Box::new(user)),
                None => Checked::Wrong,
            })
        }
    };
    let places = Places {
        realm: realm.to_owned(),
        limits: limits(username, address),
        window: SignedDuration::from_mins(WINDOW_MINUTES),
    };
    counted(app, address, places, check).await
}

/// Checks a code of a person's second factor by `check`, when it is this attempt's turn.
///
/// # Errors
///
/// When the store cannot tell.
pub(crate) async fn code<T, C, F>(
    app: &Arc<App>,
    realm: &str,
    address: Option<IpAddr>,
    person: Uuid,
    check: C,
) -> Result<Outcome<T>, Fault>
where
    T: Send + 'static,
    C: Fn(Arc<App>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<Checked<T>, Fault>> + Send + 'static,
{
    let person = LoginLimit {
        key: key_of_codes(person),
        most: CODES_PER_PERSON,
        forgiven: true,
    };
    let limits = of_address(address)
        .into_iter()
        .chain([(Limit::CodesOfPerson, person)]);
    let places = Places {
        realm: realm.to_owned(),
        limits: limits.collect(),
        window: SignedDuration::from_mins(CODE_WINDOW_MINUTES),
    };
    counted(app, address, places, check).await
}

/// Where wrong codes of a person are counted.
pub(crate) fn key_of_codes(person: Uuid) -> String {
    format!("code:{person}")
}

/// Where an attempt needs a place, and for how long a wrong one keeps it.
#[derive(Clone)]
struct Places {
    realm: String,
    limits: Vec<(Limit, LoginLimit)>,
    window: SignedDuration,
}

async fn counted<T, C, F>(
    app: &Arc<App>,
    address: Option<IpAddr>,
    places: Places,
    check: C,
) -> Result<Outcome<T>, Fault>
where
    T: Send + 'static,
    C: Fn(Arc<App>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<Checked<T>, Fault>> + Send + 'static,
{
    if let Some(too_many) = too_often(app, address) {
        return Ok(Outcome::TooMany(too_many));
    }
    for turn in 1..=TURNS {
        let attempt = Attempt {
            app: Arc::clone(app),
            check: check.clone(),
            place: LoginAttempt {
                realm: places.realm.clone(),
                id: app.new_id(),
                limits: places.limits.iter().map(|(_, each)| each.clone()).collect(),
            },
            window: places.window,
        };
        // It goes on when the browser does not wait for its end, and gives its places back.
        let ended = tokio::spawn(attempt.make()).await;
        match ended.map_err(|_| Fault::Unavailable("a sign-in was cut off".to_owned()))?? {
            End::Told(outcome) => return Ok(outcome),
            End::Full {
                number,
                free_at,
                under_way: false,
            } => {
                let limit = places.limits.get(number);
                let limit = limit.map_or(Limit::FromAddress, |(limit, _)| *limit);
                return Ok(Outcome::TooMany(wait(limit, app.now(), free_at)));
            }
            End::Full { .. } => tokio::time::sleep(pause(turn)).await,
        }
    }
    Ok(Outcome::Busy)
}

/// Does this address send more forms than people do?
pub(crate) fn too_often(app: &App, address: Option<IpAddr>) -> Option<TooMany> {
    let from = app.endpoint_limits().sign_in_from(address, app.monotonic());
    let too_often = from.err()?;
    app.metrics().limited_request(too_often);
    let free_at = SignedDuration::from_secs(i64::from(too_often.seconds));
    let now = app.now();
    Some(wait(Limit::FormsFromAddress, now, later(now, free_at)))
}

/// Counts that somebody asks for something, whatever comes of it; until when there is no place
/// for it, if there is none.
///
/// # Errors
///
/// When the store cannot tell.
pub(crate) async fn asked(
    app: &App,
    realm: &str,
    (limit, counted): (Limit, LoginLimit),
    window: SignedDuration,
) -> Result<Option<TooMany>, Fault> {
    let place = LoginAttempt {
        realm: realm.to_owned(),
        id: app.new_id(),
        limits: vec![counted],
    };
    let now = app.now();
    let begun = app.store().begin_login(&place, now, later(now, window));
    Ok(match begun.await? {
        LoginStart::Begun => None,
        LoginStart::Full { free_at, .. } => Some(wait(limit, now, free_at)),
    })
}

struct Attempt<C> {
    app: Arc<App>,
    check: C,
    place: LoginAttempt,
    window: SignedDuration,
}

enum End<T> {
    Told(Outcome<T>),
    Full {
        number: usize,
        free_at: Timestamp,
        under_way: bool,
    },
}

impl<C> Attempt<C> {
    async fn make<T, F>(self) -> Result<End<T>, Fault>
    where
        C: Fn(Arc<App>) -> F,
        F: Future<Output = Result<Checked<T>, Fault>>,
    {
        let now = self.app.now();
        let until = later(now, SignedDuration::from_secs(UNDER_WAY_SECONDS));
        let begun = self.app.store().begin_login(&self.place, now, until);
        if let LoginStart::Full {
            limit,
            free_at,
            under_way,
        } = begun.await?
        {
            return Ok(End::Full {
                number: limit,
                free_at,
                under_way,
            });
        }
        let checked = (self.check)(Arc::clone(&self.app)).await?;
        let store = self.app.store();
        let in_time = match &checked {
            Checked::Right(_) => store.login_succeeded(&self.place).await?,
            Checked::AlreadyUsed => store.login_withdrawn(&self.place).await?,
            Checked::Wrong => self.failed().await?,
        };
        Ok(End::Told(match checked {
            // Others may have begun in its place: its end is nobody's to know.
            _ if !in_time => Outcome::Busy,
            Checked::Right(proved) => Outcome::Right(proved),
            Checked::AlreadyUsed => Outcome::AlreadyUsed,
            Checked::Wrong => Outcome::Wrong,
        }))
    }

    async fn failed(&self) -> Result<bool, Fault> {
        let now = self.app.now();
        let until = later(now, self.window);
        let store = self.app.store();
        Ok(store.login_failed(&self.place, now, until).await?)
    }
}

/// The address first, as for every attempt.
fn limits(username: &str, address: Option<IpAddr>) -> Vec<(Limit, LoginLimit)> {
    let username = LoginLimit {
        key: format!("username:{}", naming::folded_username(username)),
        most: PER_USERNAME,
        forgiven: true,
    };
    let username = (Limit::PasswordsOfName, username);
    of_address(address).into_iter().chain([username]).collect()
}

fn of_address(address: Option<IpAddr>) -> Option<(Limit, LoginLimit)> {
    let address = address.map(|address| LoginLimit {
        key: address::key(address),
        most: PER_ADDRESS,
        forgiven: false,
    });
    address.map(|address| (Limit::FromAddress, address))
}

/// In whole minutes.
fn wait(limit: Limit, now: Timestamp, free_at: Timestamp) -> TooMany {
    const MINUTE: i64 = 60_000;
    let milliseconds = free_at.as_millisecond() - now.as_millisecond();
    let minutes = (milliseconds.max(1) + MINUTE - 1) / MINUTE;
    TooMany {
        limit,
        again_at: later(now, SignedDuration::from_mins(minutes)),
        seconds: u64::try_from(minutes * 60).unwrap_or_default(),
    }
}

/// Longer from turn to turn, up to half a second.
fn pause(turn: u32) -> Duration {
    Duration::from_millis(50) * turn.min(10)
}

fn later(moment: Timestamp, by: SignedDuration) -> Timestamp {
    moment.saturating_add(by).unwrap_or(moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_told_a_whole_minute_at_which_they_may_try_again() {
        let now: Timestamp = "2026-03-01T08:00:00Z".parse().unwrap();
        for (until, seconds) in [(0, 60), (1, 60), (59, 60), (60, 60), (61, 120), (900, 900)] {
            let free_at = later(now, SignedDuration::from_secs(until));
            let told = wait(Limit::FromAddress, now, free_at);
            assert_eq!(told.seconds, seconds, "{until}");
            assert!(told.again_at >= free_at);
        }
    }
}

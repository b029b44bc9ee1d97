//! How often somebody may try to sign in.
//!
//! An attempt holds a place under its username and one under its address from before its
//! password is checked. A right one gives them back, a wrong one keeps them for a quarter of an
//! hour, and one that was cut off loses them after half a minute. So guesses made at once are no
//! more than guesses made one after another, and right ones made at once wait for each other.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use oauth::model::{LoginAttempt, LoginLimit, LoginStart, User};
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

/// What came of an attempt to sign in.
pub enum Outcome {
    /// The password is this person's.
    Right(Box<User>),
    /// It is not, or there is no such person.
    Wrong,
    /// It was not checked: too many were wrong.
    TooMany(TooMany),
    /// Others are under way, and this one did not get its turn.
    Busy,
}

/// When an attempt will be let through again.
#[derive(Debug, Clone, Copy)]
pub struct TooMany {
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
) -> Result<Outcome, Fault> {
    let from = app.endpoint_limits().sign_in_from(address, app.monotonic());
    if let Err(too_often) = from {
        app.metrics().limited_request(too_often);
        let free_at = SignedDuration::from_secs(i64::from(too_often.seconds));
        let now = app.now();
        return Ok(Outcome::TooMany(wait(now, later(now, free_at))));
    }
    for turn in 1..=TURNS {
        let attempt = Attempt {
            app: Arc::clone(app),
            username: username.to_owned(),
            given: given.to_owned(),
            place: LoginAttempt {
                realm: realm.to_owned(),
                id: app.new_id(),
                limits: limits(username, address),
            },
        };
        // It goes on when the browser does not wait for its end, and gives its places back.
        let ended = tokio::spawn(attempt.make()).await;
        match ended.map_err(|_| Fault::Unavailable("a sign-in was cut off".to_owned()))?? {
            End::Told(outcome) => return Ok(outcome),
            End::Full { free_at, under_way } if !under_way => {
                return Ok(Outcome::TooMany(wait(app.now(), free_at)));
            }
            End::Full { .. } => tokio::time::sleep(pause(turn)).await,
        }
    }
    Ok(Outcome::Busy)
}

struct Attempt {
    app: Arc<App>,
    username: String,
    given: String,
    place: LoginAttempt,
}

enum End {
    Told(Outcome),
    Full { free_at: Timestamp, under_way: bool },
}

impl Attempt {
    async fn make(self) -> Result<End, Fault> {
        let now = self.app.now();
        let until = later(now, SignedDuration::from_secs(UNDER_WAY_SECONDS));
        let begun = self.app.store().begin_login(&self.place, now, until);
        if let LoginStart::Full { free_at, under_way } = begun.await? {
            return Ok(End::Full { free_at, under_way });
        }
        let checked = self.check().await?;
        let in_time = match &checked {
            Some(_) => self.app.store().login_succeeded(&self.place).await?,
            None => self.failed().await?,
        };
        Ok(End::Told(match checked {
            // Others may have begun in its place: its end is nobody's to know.
            _ if !in_time => Outcome::Busy,
            Some(user) => Outcome::Right(Box::new(user)),
            None => Outcome::Wrong,
        }))
    }

    async fn check(&self) -> Result<Option<User>, Fault> {
        let store = self.app.store();
        let user = store.user_by_username(&self.place.realm, &self.username);
        let user = user.await?.filter(|user| user.status.is_active());
        let stored = user.as_ref().and_then(|user| user.password_hash.clone());
        let belongs = password::verify(self.given.clone(), stored).await;
        Ok(user.filter(|_| belongs))
    }

    async fn failed(&self) -> Result<bool, Fault> {
        let now = self.app.now();
        let until = later(now, SignedDuration::from_mins(WINDOW_MINUTES));
        let store = self.app.store();
        Ok(store.login_failed(&self.place, now, until).await?)
    }
}

/// The address first, as for every attempt.
fn limits(username: &str, address: Option<IpAddr>) -> Vec<LoginLimit> {
    let address = address.map(|address| LoginLimit {
        key: address::key(address),
        most: PER_ADDRESS,
        forgiven: false,
    });
    let username = LoginLimit {
        key: format!("username:{}", naming::folded_username(username)),
        most: PER_USERNAME,
        forgiven: true,
    };
    address.into_iter().chain([username]).collect()
}

/// In whole minutes.
fn wait(now: Timestamp, free_at: Timestamp) -> TooMany {
    const MINUTE: i64 = 60_000;
    let milliseconds = free_at.as_millisecond() - now.as_millisecond();
    let minutes = (milliseconds.max(1) + MINUTE - 1) / MINUTE;
    TooMany {
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
            let told = wait(now, free_at);
            assert_eq!(told.seconds, seconds, "{until}");
            assert!(told.again_at >= free_at);
        }
    }
}

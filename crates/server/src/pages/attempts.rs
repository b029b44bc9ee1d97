//! How often somebody may try to sign in.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};

use super::refusal::Refusal;
use super::visit::Visit;

/// Failed attempts for one username before it has to wait.
pub const PER_USERNAME: u32 = 5;
/// Failed attempts from one address before it has to wait.
pub const PER_ADDRESS: u32 = 20;
/// For how long a failed attempt counts, in minutes.
pub const WINDOW_MINUTES: i64 = 15;

/// One attempt that was let through.
pub(super) struct Attempt {
    username_key: String,
    address_key: Option<String>,
}

/// Why an attempt was not let through: when one will be.
#[derive(Debug, Clone, Copy)]
pub(super) struct TooMany {
    /// The moment.
    pub(super) again_at: Timestamp,
    /// From now, in seconds.
    pub(super) seconds: u64,
}

/// Lets an attempt through, or says when. It counts as failed under its username from the
/// beginning and is forgotten when it succeeds, so that many at the same time are no more
/// than the limit.
pub(super) async fn begin(
    visit: &Visit,
    username: &str,
) -> Result<Result<Attempt, TooMany>, Refusal> {
    let attempt = Attempt {
        username_key: format!("username:{}", username.to_lowercase()),
        address_key: visit.address.map(address_key),
    };
    let now = visit.app.now();
    if let Some(key) = &attempt.address_key
        && failures(visit, key, window_start(now)).await? >= PER_ADDRESS
    {
        return Ok(Err(wait(visit, key, PER_ADDRESS, now).await?));
    }
    let key = &attempt.username_key;
    if failures(visit, key, window_start(now)).await? >= PER_USERNAME
        || record(visit, key, now).await? > PER_USERNAME
    {
        return Ok(Err(wait(visit, key, PER_USERNAME, now).await?));
    }
    Ok(Ok(attempt))
}

impl Attempt {
    /// The password was wrong.
    pub(super) async fn failed(self, visit: &Visit) -> Result<(), Refusal> {
        if let Some(key) = self.address_key {
            record(visit, &key, visit.app.now()).await?;
        }
        Ok(())
    }

    /// Somebody was signed in.
    pub(super) async fn succeeded(self, visit: &Visit) -> Result<(), Refusal> {
        let realm = visit.realm.id();
        let store = visit.app.store();
        Ok(store
            .clear_login_failures(realm, &self.username_key)
            .await?)
    }
}

/// The first whole minute from now at which enough failures have been forgotten.
async fn wait(visit: &Visit, key: &str, limit: u32, now: Timestamp) -> Result<TooMany, Refusal> {
    let (mut too_early, mut late_enough) = (0, WINDOW_MINUTES);
    while late_enough - too_early > 1 {
        let middle = i64::midpoint(too_early, late_enough);
        if failures(visit, key, window_start(minutes_after(now, middle))).await? < limit {
            late_enough = middle;
        } else {
            too_early = middle;
        }
    }
    Ok(TooMany {
        again_at: minutes_after(now, late_enough),
        seconds: u64::try_from(late_enough * 60).unwrap_or_default(),
    })
}

async fn failures(visit: &Visit, key: &str, since: Timestamp) -> Result<u32, Refusal> {
    let realm = visit.realm.id();
    Ok(visit.app.store().login_failures(realm, key, since).await?)
}

async fn record(visit: &Visit, key: &str, now: Timestamp) -> Result<u32, Refusal> {
    let (realm, since) = (visit.realm.id(), window_start(now));
    let store = visit.app.store();
    Ok(store.record_login_failure(realm, key, now, since).await?)
}

fn window_start(now: Timestamp) -> Timestamp {
    minutes_after(now, -WINDOW_MINUTES)
}

fn minutes_after(moment: Timestamp, minutes: i64) -> Timestamp {
    moment
        .saturating_add(SignedDuration::from_mins(minutes))
        .unwrap_or(moment)
}

/// One household or server has a whole /64 of IPv6.
fn address_key(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => format!("address:{address}"),
        IpAddr::V6(address) => {
            let network = address.to_bits() >> 64 << 64;
            format!("address:{}/64", std::net::Ipv6Addr::from_bits(network))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_counts_with_its_network() {
        let key = |address: &str| address_key(address.parse().unwrap());
        assert_eq!(key("192.0.2.7"), "address:192.0.2.7");
        assert_eq!(key("::ffff:192.0.2.7"), "address:192.0.2.7");
        assert_eq!(key("2001:db8:1:2:3:4:5:6"), "address:2001:db8:1:2::/64");
    }
}

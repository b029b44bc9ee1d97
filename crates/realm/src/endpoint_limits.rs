//! How often the token endpoint and signing in take somebody: windows in memory, by each node on its own,
//! beside what the store counts of wrong passwords ([`throttle`](crate::throttle)).
//!
//! Who floods costs others nothing: what somebody can do in another's name counts under their own address.

use std::net::IpAddr;
use std::time::Duration;

use enforce::limits::{CallCounts, Counted, Full, Pace, network};
use oauth::model::{Client, ClientType};

/// How often somebody may come; without one, always.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndpointPaces {
    /// One client at the token endpoint; a public one from one address, since anybody can name it.
    pub token_per_client: Option<Pace>,
    /// One address at the token endpoint.
    pub token_per_address: Option<Pace>,
    /// One address with the form that signs in.
    pub sign_in_per_address: Option<Pace>,
}

impl EndpointPaces {
    /// Without any.
    pub const OFF: Self = Self {
        token_per_client: None,
        token_per_address: None,
        sign_in_per_address: None,
    };
}

/// Far more than an app with a million people needs, or an office behind one address.
impl Default for EndpointPaces {
    fn default() -> Self {
        let in_a_minute = |calls| Some(Pace::new(calls, Duration::from_secs(60)));
        Self {
            token_per_client: in_a_minute(30_000),
            token_per_address: in_a_minute(30_000),
            sign_in_per_address: in_a_minute(300),
        }
    }
}

/// What was counted.
pub struct EndpointLimits {
    token_per_client: Option<Counted>,
    token_per_address: Option<Counted>,
    sign_in_per_address: Option<Counted>,
    keys: CallCounts,
}

/// Somebody came too often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooOften {
    /// Which of [`BY`] it was.
    pub by: &'static str,
    /// In how many seconds to come again, from 1.
    pub seconds: u32,
}

/// Every limit here, as metrics name it.
pub const BY: [&str; 3] = ["token-client", "token-address", "sign-in-address"];

impl EndpointLimits {
    pub(crate) fn new(paces: EndpointPaces) -> Self {
        Self {
            token_per_client: paces.token_per_client.map(Counted::new),
            token_per_address: paces.token_per_address.map(Counted::new),
            sign_in_per_address: paces.sign_in_per_address.map(Counted::new),
            keys: CallCounts::default(),
        }
    }

    /// Somebody asks the token endpoint. Before anything is read of it.
    ///
    /// # Errors
    ///
    /// Their address comes too often.
    pub fn token_from(&self, address: Option<IpAddr>, now: Duration) -> Result<(), TooOften> {
        taken(
            self.token_per_address.as_ref(),
            address.map(network),
            now,
            "token-address",
        )
    }

    /// A client has shown who it is at the token endpoint.
    ///
    /// # Errors
    ///
    /// It comes too often.
    pub fn token_by(
        &self,
        client: &Client,
        address: Option<IpAddr>,
        now: Duration,
    ) -> Result<(), TooOften> {
        let id = client.uuid.as_u128();
        let key = match (client.client_type, address) {
            (ClientType::Public, Some(address)) => {
                let both = [id.to_be_bytes(), network(address).to_be_bytes()];
                self.keys.hashed(both.as_flattened())
            }
            _ => id,
        };
        let counted = self.token_per_client.as_ref();
        taken(counted, Some(key), now, "token-client")
    }

    /// Somebody sends the form that signs in. Before a password is looked at.
    ///
    /// # Errors
    ///
    /// Their address comes too often.
    pub fn sign_in_from(&self, address: Option<IpAddr>, now: Duration) -> Result<(), TooOften> {
        taken(
            self.sign_in_per_address.as_ref(),
            address.map(network),
            now,
            "sign-in-address",
        )
    }
}

fn taken(
    counted: Option<&Counted>,
    key: Option<u128>,
    now: Duration,
    by: &'static str,
) -> Result<(), TooOften> {
    let (Some(counted), Some(key)) = (counted, key) else {
        return Ok(());
    };
    let taken = counted.take(key, now).map(|_| ());
    taken.map_err(|Full { again_in }| {
        let seconds = again_in.as_secs() + u64::from(again_in.subsec_nanos() > 0);
        TooOften {
            by,
            seconds: u32::try_from(seconds.max(1)).unwrap_or(u32::MAX),
        }
    })
}

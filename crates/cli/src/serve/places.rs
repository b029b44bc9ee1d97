//! Places for connections: so many in total, and so many for one address. Whoever comes when
//! all are taken waits to be accepted; who holds as many as one address may is let go.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The places of one side.
pub struct Places {
    total: Arc<Semaphore>,
    most: usize,
    each: usize,
    taken: Mutex<HashMap<IpAddr, usize>>,
}

/// One place; it is free again when this is dropped.
pub struct Place {
    _of_all: OwnedSemaphorePermit,
    of_address: Option<(Arc<Places>, IpAddr)>,
}

impl Places {
    /// `most` in total, `each` for one address.
    pub fn new(most: usize, each: usize) -> Arc<Self> {
        Arc::new(Self {
            total: Arc::new(Semaphore::new(most)),
            most,
            each,
            taken: Mutex::default(),
        })
    }

    /// One for whoever comes next, as soon as there is one.
    pub async fn free(&self) -> OwnedSemaphorePermit {
        if self.total.available_permits() == 0 {
            tracing::warn!(
                max_connections = self.most,
                "every place is taken; who comes now waits for one"
            );
        }
        let free = Arc::clone(&self.total).acquire_owned();
        match free.await {
            Ok(free) => free,
            // Nobody closes it.
            Err(_) => std::future::pending().await,
        }
    }

    /// Who has come takes it; `None` when their address holds as many as it may.
    pub fn take(self: &Arc<Self>, free: OwnedSemaphorePermit, address: IpAddr) -> Option<Place> {
        let address = network(address);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let held = taken.entry(address).or_insert(0);
        if *held >= self.each {
            return None;
        }
        *held += 1;
        drop(taken);
        Some(Place {
            _of_all: free,
            of_address: Some((Arc::clone(self), address)),
        })
    }

    /// The same for a proxy, which comes for many.
    pub fn take_for_many(free: OwnedSemaphorePermit) -> Place {
        Place {
            _of_all: free,
            of_address: None,
        }
    }

    fn give_back(&self, address: IpAddr) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = taken.get_mut(&address) {
            *held = held.saturating_sub(1);
            if *held == 0 {
                taken.remove(&address);
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((places, address)) = &self.of_address {
            places.give_back(*address);
        }
    }
}

/// One household or server has a whole /64 of IPv6.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_holds_its_share_and_others_the_rest() {
        let places = Places::new(3, 2);
        let at = |address: &str| address.parse::<IpAddr>().unwrap();
        let first = places.take(places.free().await, at("2001:db8::1")).unwrap();
        let second = places.take(places.free().await, at("2001:db8::2")).unwrap();
        let third = places.take(places.free().await, at("2001:db8::3"));
        assert!(third.is_none(), "one /64 is one address");
        let other = places.take(places.free().await, at("192.0.2.1")).unwrap();
        assert_eq!(places.total.available_permits(), 0);
        drop(first);
        let again = places.take(places.free().await, at("2001:db8::3"));
        assert!(again.is_some());
        drop((second, again, other));
        assert_eq!(places.total.available_permits(), 3);
        assert!(places.taken.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_proxy_is_bounded_by_the_total_alone() {
        let places = Places::new(3, 1);
        let mut held = Vec::new();
        for _ in 0..3 {
            held.push(Places::take_for_many(places.free().await));
        }
        assert_eq!(places.total.available_permits(), 0);
    }
}

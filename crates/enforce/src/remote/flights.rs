//! One question at a time about each thing, however many wait for the answer.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// Questions that are under way.
pub struct Flights<K, V> {
    running: Mutex<HashMap<K, watch::Receiver<Option<V>>>>,
    /// So many at once.
    most: usize,
}

/// What became of somebody who wanted to know.
pub enum Joined<V> {
    /// It is known by now.
    Known(V),
    /// Somebody asks already, or does so from now on.
    Waits(Waiting<V>),
    /// As many questions are under way as may be.
    Full,
}

/// Waits for an answer.
pub struct Waiting<V>(watch::Receiver<Option<V>>);

impl<V: Clone> Waiting<V> {
    /// The answer; `None` where whoever asked ended without one.
    pub async fn answer(mut self) -> Option<V> {
        let answer = self.0.wait_for(Option::is_some).await.ok()?;
        answer.clone()
    }
}

impl<K, V> Flights<K, V>
where
    K: Eq + Hash + Copy + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// So many questions may be under way at once.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self {
            running: Mutex::default(),
            most,
        }
    }

    /// Waits with those who wait for this already, or has it asked. An answer that somebody else
    /// got meanwhile is `known`: whoever gets one makes it known before the question ends.
    ///
    /// The question goes on when those who wait have gone.
    pub fn join<F>(
        self: &Arc<Self>,
        key: K,
        known: impl FnOnce() -> Option<V>,
        ask: impl FnOnce() -> F,
    ) -> Joined<V>
    where
        F: Future<Output = V> + Send + 'static,
    {
        let mut running = self.lock();
        let count = running.len();
        let place = match running.entry(key) {
            Entry::Occupied(flight) => return Joined::Waits(Waiting(flight.get().clone())),
            Entry::Vacant(place) => place,
        };
        if let Some(known) = known() {
            return Joined::Known(known);
        }
        if count >= self.most {
            return Joined::Full;
        }
        let (sender, receiver) = watch::channel(None);
        place.insert(receiver.clone());
        drop(running);
        let landing = Landing {
            flights: Arc::clone(self),
            key,
        };
        let asked = ask();
        tokio::spawn(async move {
            let answer = asked.await;
            sender.send_replace(Some(answer));
            drop(landing);
        });
        Joined::Waits(Waiting(receiver))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, watch::Receiver<Option<V>>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a question off the list when it ends, however it ends.
struct Landing<K: Eq + Hash + Copy, V> {
    flights: Arc<Flights<K, V>>,
    key: K,
}

impl<K: Eq + Hash + Copy, V> Drop for Landing<K, V> {
    fn drop(&mut self) {
        let running = self.flights.running.lock();
        let mut running = running.unwrap_or_else(PoisonError::into_inner);
        running.remove(&self.key);
    }
}

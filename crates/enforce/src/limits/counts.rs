use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use scope::CallLimit;

use super::window::{Full, Pace, Room, Window};
use super::writes::Writes;

/// So many callers are remembered for one window at most; of more, those who called last.
pub const MOST_KEYS: usize = 16_384;

/// Parts that are locked apart.
const SHARDS: usize = 16;

/// How many callers one generation of a shard has.
const GENERATION: usize = MOST_KEYS / SHARDS / 2;

/// What was counted for an API, in this process. It outlives the catalog that its limits are from.
pub struct CallCounts {
    windows: Mutex<Vec<(CallLimit, Arc<Counted>)>>,
    writes: Arc<Writes>,
    /// Texts are counted under 128 bits that nobody can foresee.
    hashers: [RandomState; 2],
}

/// What was counted for one window, by caller. As many as there are, it has room for [`MOST_KEYS`].
pub struct Counted {
    pace: Pace,
    shards: [Mutex<Shard>; SHARDS],
    spread: RandomState,
}

/// Callers of this time, and those of before: when there are too many, the older ones go at once.
#[derive(Default)]
struct Shard {
    young: HashMap<u128, Window>,
    old: HashMap<u128, Window>,
}

impl Default for CallCounts {
    fn default() -> Self {
        Self {
            windows: Mutex::default(),
            writes: Arc::default(),
            hashers: [RandomState::new(), RandomState::new()],
        }
    }
}

impl CallCounts {
    /// For these windows, in their order; of one that was there before, what was counted.
    pub(super) fn of(&self, limits: &[CallLimit]) -> Vec<Arc<Counted>> {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let counted = limits.iter().map(|limit| {
            let mut known = windows.iter();
            let known = known.find(|(own, _)| is_same(own, limit));
            known.map_or_else(
                || {
                    let within = Duration::from_secs(limit.within);
                    Arc::new(Counted::new(Pace::new(limit.calls, within)))
                },
                |(_, counted)| Arc::clone(counted),
            )
        });
        let counted: Vec<Arc<Counted>> = counted.collect();
        *windows = limits.iter().cloned().zip(counted.clone()).collect();
        counted
    }

    pub(super) fn writes(&self) -> &Arc<Writes> {
        &self.writes
    }

    /// What a text is counted under: nobody else's.
    #[must_use]
    pub fn hashed(&self, text: &[u8]) -> u128 {
        let [high, low] = &self.hashers;
        u128::from(high.hash_one(text)) << 64 | u128::from(low.hash_one(text))
    }
}

fn is_same(one: &CallLimit, other: &CallLimit) -> bool {
    let what = |limit: &CallLimit| (limit.per, limit.calls, limit.within, limit.scope.clone());
    what(one) == what(other)
}

impl Counted {
    /// Nothing was counted yet.
    #[must_use]
    pub fn new(pace: Pace) -> Self {
        Self {
            pace,
            shards: Default::default(),
            spread: RandomState::new(),
        }
    }

    /// CallCounts a call, where there is room for it.
    ///
    /// # Errors
    ///
    /// There is none, and nothing is counted.
    pub fn take(&self, key: u128, now: Duration) -> Result<Room, Full> {
        let pace = self.pace;
        self.shard(key).window(key).take(pace, now)
    }

    /// The same without counting.
    ///
    /// # Errors
    ///
    /// There is no room.
    pub fn look(&self, key: u128, now: Duration) -> Result<Room, Full> {
        let pace = self.pace;
        match self.shard(key).known(key) {
            Some(window) => window.look(pace, now),
            None => Window::default().look(pace, now),
        }
    }

    /// Takes back a call that was counted at `now`.
    pub(super) fn give_back(&self, key: u128, now: Duration) {
        if let Some(window) = self.shard(key).known(key) {
            window.give_back(self.pace, now);
        }
    }

    /// How many callers are remembered.
    #[must_use]
    pub fn callers(&self) -> usize {
        let shards = self.shards.iter().map(locked);
        shards
            .map(|shard| shard.young.len() + shard.old.len())
            .sum()
    }

    fn shard(&self, key: u128) -> MutexGuard<'_, Shard> {
        let place = usize::try_from(self.spread.hash_one(key) % SHARDS as u64);
        let shard = self.shards.get(place.unwrap_or_default());
        // The remainder names one of them.
        locked(shard.unwrap_or(&self.shards[0]))
    }
}

fn locked(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shard {
    fn known(&mut self, key: u128) -> Option<&mut Window> {
        self.young.get_mut(&key).or_else(|| self.old.get_mut(&key))
    }

    fn window(&mut self, key: u128) -> &mut Window {
        if !self.young.contains_key(&key) {
            let window = self.old.remove(&key).unwrap_or_default();
            if self.young.len() >= GENERATION {
                self.old = std::mem::take(&mut self.young);
            }
            self.young.insert(key, window);
        }
        self.young.entry(key).or_default()
    }
}

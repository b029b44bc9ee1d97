use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use quick_cache::sync::Cache;

use super::exchange::Exchange;

/// How many browsers the playground remembers; the longest unused are forgotten.
const BROWSERS: usize = 500;
/// How many requests of a play are shown.
const EXCHANGES: usize = 6;

/// What each visitor's browser is playing. It is gone when the demo ends.
pub struct Memory {
    plays: Cache<(String, String), Arc<Mutex<Play>>>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            plays: Cache::new(BROWSERS),
        }
    }
}

impl Memory {
    /// The play of a browser in a realm; a new one if there is none yet.
    pub fn play(&self, browser: &str, realm: &str) -> Arc<Mutex<Play>> {
        let key = (browser.to_owned(), realm.to_owned());
        if let Some(play) = self.plays.get(&key) {
            return play;
        }
        let play = Arc::new(Mutex::new(Play::default()));
        self.plays.insert(key, Arc::clone(&play));
        play
    }
}

/// What the played app knows.
#[derive(Debug, Clone, Default)]
pub struct Play {
    /// The authorization that is under way in the browser.
    pub pending: Option<Pending>,
    /// The tokens it holds.
    pub held: Option<Held>,
    /// What it sent, latest first.
    pub exchanges: VecDeque<Exchange>,
    /// How the last step ended, when there is more to say than the exchange shows.
    pub notice: Option<String>,
}

impl Play {
    /// Keeps a request and its answer for the page.
    pub fn record(&mut self, exchange: Exchange) {
        self.exchanges.push_front(exchange);
        self.exchanges.truncate(EXCHANGES);
    }
}

/// What an app keeps between sending a person away and their coming back.
#[derive(Debug, Clone)]
pub struct Pending {
    pub client: String,
    pub asked: String,
    pub state: String,
    pub verifier: String,
}

/// The tokens an app holds.
#[derive(Debug, Clone)]
pub struct Held {
    pub client: String,
    pub asked: String,
    pub scope: String,
    pub access_token: String,
    pub refresh_token: Option<String>,
}

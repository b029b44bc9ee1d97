use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use quick_cache::sync::Cache;
use server::pages::Language;

use super::exchange::Exchange;
use super::held::Held;

/// How many browsers the playground remembers; the longest unused are forgotten.
const BROWSERS: usize = 500;
/// How many requests of a play are shown, and how many answered calls.
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
    /// The language the visitor chose by hand.
    pub language: Option<Language>,
    /// The authorization that is under way in the browser.
    pub pending: Option<Pending>,
    /// The tokens it holds.
    pub held: Option<Held>,
    /// What it sent to the authorization server, latest first.
    pub exchanges: VecDeque<Exchange>,
    /// What it called, latest first.
    pub calls: VecDeque<Call>,
    /// How the last step ended, when there is more to say than the exchange shows.
    pub notice: Option<Notice>,
}

/// A call of the API, made in the row of an endpoint.
#[derive(Debug, Clone)]
pub struct Call {
    /// The endpoint's place in the catalog.
    pub endpoint: usize,
    /// The path as it was called.
    pub path: String,
    /// The body as it was sent, where it is not too long for a form.
    pub body: Option<String>,
    /// What was sent and answered.
    pub exchange: Exchange,
}

/// A word on the last step.
#[derive(Debug, Clone)]
pub struct Notice {
    /// A key of the playground's words.
    pub text: &'static str,
    /// What is put into them.
    pub values: Vec<(&'static str, String)>,
    /// Did the step fail?
    pub is_problem: bool,
}

impl Notice {
    /// A step that could not be done.
    pub fn problem(text: &'static str) -> Self {
        Self {
            text,
            values: Vec::new(),
            is_problem: true,
        }
    }

    /// A step that was done, with something to say of it.
    pub fn done(text: &'static str) -> Self {
        Self {
            is_problem: false,
            ..Self::problem(text)
        }
    }
}

impl Play {
    /// Keeps a request and its answer for the page.
    pub fn record(&mut self, exchange: Exchange) {
        self.exchanges.push_front(exchange);
        self.exchanges.truncate(EXCHANGES);
    }

    /// Keeps a call for the row of its endpoint; one made there before gives way.
    pub fn record_call(&mut self, call: Call) {
        self.calls
            .retain(|earlier| earlier.endpoint != call.endpoint);
        self.calls.push_front(call);
        self.calls.truncate(EXCHANGES);
    }

    /// The latest call made in an endpoint's row.
    pub fn call(&self, endpoint: usize) -> Option<&Call> {
        self.calls.iter().find(|call| call.endpoint == endpoint)
    }
}

/// What an app keeps between sending a person away and their coming back.
#[derive(Debug, Clone)]
pub struct Pending {
    pub client: String,
    pub asked: String,
    pub state: String,
    pub verifier: String,
    /// Where the person was sent.
    pub location: String,
}

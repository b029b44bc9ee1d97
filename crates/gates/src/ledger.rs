//! What gates saw, for the report: how many calls of each kind, since when, and when last. Bounded,
//! whoever calls.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

/// Kinds of calls that one API has in a day; what comes beyond counts as [`OTHERS`].
const MOST: usize = 2_000;

/// Of these, paths that no rule knows: anybody can make some up.
const MOST_UNKNOWN: usize = 200;

/// What stands for paths beyond the bound.
pub const OTHERS: &str = "(others)";

/// The segments of a path that are kept, and the letters of each.
const SEGMENTS: usize = 8;
const LETTERS: usize = 24;

const DAY: i64 = 86_400;

/// What became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// Decided, and let through.
    Permitted,
    /// Let through without a decision, for other credentials.
    Passed,
    /// Let through, and would have been denied.
    Observed,
    /// Denied.
    Denied,
}

/// Calls of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Kind {
    pub outcome: Outcome,
    /// The client of a genuine token.
    pub client: String,
    pub method: &'static str,
    /// The path of the rule; where none knows the call, its own path, folded.
    pub path: String,
    pub has_rule: bool,
    /// Why; of calls with other credentials, which ones.
    pub reason: String,
}

/// How often calls of one kind came since the lines were last taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What became of them.
    pub outcome: Outcome,
    /// The client of a genuine token, or nothing.
    pub client: String,
    /// The method, or nothing.
    pub method: String,
    /// The path of the rule; where none knows the calls, their own, folded; or nothing.
    pub path: String,
    /// Does a rule know them?
    pub has_rule: bool,
    /// Why they would be denied, or were; of calls with other credentials, which ones.
    pub reason: String,
    /// How many.
    pub count: u64,
    /// The first, in seconds since 1970.
    pub first: i64,
    /// The last.
    pub last: i64,
}

/// What the gates of one API saw. Its kinds are forgotten each day, so that what strangers fill it with
/// today leaves room tomorrow.
#[derive(Debug, Default)]
pub struct Ledger(RwLock<Kinds>);

#[derive(Debug, Default)]
struct Kinds {
    day: i64,
    counts: HashMap<Kind, Count>,
    unknown: usize,
}

#[derive(Debug)]
struct Count {
    calls: AtomicU64,
    first: AtomicI64,
    last: AtomicI64,
}

impl Ledger {
    /// Counts a call at `now`, in seconds since 1970. Is it the first of its kind today?
    pub(crate) fn note(&self, kind: Kind, now: i64) -> bool {
        {
            let kinds = self.0.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(count) = kinds.counts.get(&kind) {
                count.add(1, now, now);
                return false;
            }
        }
        let mut kinds = self.0.write().unwrap_or_else(PoisonError::into_inner);
        kinds.add(kind, 1, now, now)
    }

    /// Takes what was counted since the last time.
    pub fn take(&self, now: i64) -> Vec<Line> {
        let mut kinds = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let lines = kinds.counts.iter().filter_map(|(kind, count)| {
            let count = count.take()?;
            Some(kind.line(count))
        });
        let lines = lines.collect();
        if kinds.day != now.div_euclid(DAY) {
            kinds.day = now.div_euclid(DAY);
            kinds.counts.clear();
            kinds.unknown = 0;
        }
        lines
    }

    /// Counts again what could not be kept.
    pub fn put_back(&self, lines: Vec<Line>) {
        let mut kinds = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for line in lines {
            let (count, first, last) = (line.count, line.first, line.last);
            kinds.add(Kind::of(line), count, first, last);
        }
    }
}

impl Kinds {
    /// Is it a new kind?
    fn add(&mut self, mut kind: Kind, calls: u64, first: i64, last: i64) -> bool {
        if !self.counts.contains_key(&kind) && !self.has_room_for(&kind) {
            kind = Kind {
                client: String::new(),
                method: "",
                path: OTHERS.to_owned(),
                ..kind
            };
        }
        if let Some(count) = self.counts.get(&kind) {
            count.add(calls, first, last);
            return false;
        }
        if kind.is_unknown() {
            self.unknown += 1;
        }
        let count = Count::default();
        count.add(calls, first, last);
        self.counts.insert(kind, count);
        true
    }

    fn has_room_for(&self, kind: &Kind) -> bool {
        self.counts.len() < MOST && (!kind.is_unknown() || self.unknown < MOST_UNKNOWN)
    }
}

impl Kind {
    /// Of calls that are told as one.
    pub(crate) fn whole(outcome: Outcome, reason: String) -> Self {
        Self {
            outcome,
            client: String::new(),
            method: "",
            path: String::new(),
            has_rule: true,
            reason,
        }
    }

    fn is_unknown(&self) -> bool {
        !self.has_rule && !self.path.is_empty() && self.path != OTHERS
    }

    fn of(line: Line) -> Self {
        Self {
            outcome: line.outcome,
            client: line.client,
            method: method(&line.method),
            path: line.path,
            has_rule: line.has_rule,
            reason: line.reason,
        }
    }

    fn line(&self, (count, first, last): (u64, i64, i64)) -> Line {
        Line {
            outcome: self.outcome,
            client: self.client.clone(),
            method: self.method.to_owned(),
            path: self.path.clone(),
            has_rule: self.has_rule,
            reason: self.reason.clone(),
            count,
            first,
            last,
        }
    }
}

impl Default for Count {
    fn default() -> Self {
        Self {
            calls: AtomicU64::new(0),
            first: AtomicI64::new(i64::MAX),
            last: AtomicI64::new(i64::MIN),
        }
    }
}

impl Count {
    fn add(&self, calls: u64, first: i64, last: i64) {
        self.first.fetch_min(first, Ordering::Relaxed);
        self.last.fetch_max(last, Ordering::Relaxed);
        self.calls.fetch_add(calls, Ordering::Relaxed);
    }

    fn take(&self) -> Option<(u64, i64, i64)> {
        let calls = self.calls.swap(0, Ordering::Relaxed);
        let first = self.first.swap(i64::MAX, Ordering::Relaxed);
        let last = self.last.swap(i64::MIN, Ordering::Relaxed);
        (calls > 0).then_some((calls, first, last))
    }
}

/// The method of a call as it is told: one of those that there are, or nothing.
pub(crate) fn method(text: &str) -> &'static str {
    const KNOWN: [&str; 8] = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY",
    ];
    let mut known = KNOWN.into_iter();
    known.find(|method| *method == text).unwrap_or_default()
}

/// A path that no rule knows, so that all that differ by ids and the like are one: what is no word
/// becomes `{id}`.
pub(crate) fn folded(path: &str) -> String {
    let mut segments = path.split('/').skip(1);
    let mut text = String::new();
    for segment in segments.by_ref().take(SEGMENTS) {
        text.push('/');
        text.push_str(if is_word(segment) { segment } else { "{id}" });
    }
    if segments.next().is_some() {
        text.push_str("/…");
    }
    text
}

/// Letters with what joins them, nothing, or a version such as `v1` and `2.0`.
fn is_word(segment: &str) -> bool {
    let joins = |c: char| matches!(c, '-' | '_' | '.');
    let letters = segment.chars().all(|c| c.is_ascii_alphabetic() || joins(c));
    let version = segment.strip_prefix('v').unwrap_or(segment);
    let is_version = version.len() <= 4
        && (segment.starts_with('v') || version.contains('.'))
        && version.chars().all(|c| c.is_ascii_digit() || c == '.');
    segment.len() <= LETTERS && letters || is_version
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(path: &str, has_rule: bool) -> Kind {
        Kind {
            outcome: Outcome::Observed,
            client: "app".to_owned(),
            method: "GET",
            path: path.to_owned(),
            has_rule,
            reason: "no-rule".to_owned(),
        }
    }

    #[test]
    fn paths_that_differ_by_ids_are_one() {
        for (path, expected) in [
            ("/contacts/17", "/contacts/{id}"),
            ("/v1/contacts/17/notes", "/v1/contacts/{id}/notes"),
            ("/2.0/contact", "/2.0/contact"),
            ("/contact/", "/contact/"),
            ("/a/01J9Z3K7", "/a/{id}"),
            ("/a/6f1c2a9e-1111-4222-8333-123456789abc", "/a/{id}"),
            ("/2024/invoices", "/{id}/invoices"),
            ("/caf%C3%A9/caf\u{e9}/\u{1b}[2J", "/{id}/{id}/{id}"),
            ("/a/b/c/d/e/f/g/h/i", "/a/b/c/d/e/f/g/h/…"),
            ("", ""),
        ] {
            assert_eq!(folded(path), expected, "{path}");
        }
        let long = folded(&format!("/{}", "x".repeat(9_000)));
        assert_eq!(long, "/{id}");
    }

    #[test]
    fn what_was_counted_is_taken_once() {
        let ledger = Ledger::default();
        assert!(ledger.note(kind("/a", true), 100));
        assert!(!ledger.note(kind("/a", true), 90));
        let lines = ledger.take(100);
        let [line] = lines.as_slice() else {
            panic!("{lines:?}");
        };
        assert_eq!((line.count, line.first, line.last), (2, 90, 100));
        assert_eq!(ledger.take(100), []);
        ledger.put_back(lines.clone());
        ledger.note(kind("/a", true), 110);
        let again = ledger.take(110);
        assert_eq!(
            (again[0].count, again[0].first, again[0].last),
            (3, 90, 110)
        );
    }

    /// However many paths somebody makes up, and the next day there is room again.
    #[test]
    fn it_is_bounded_and_loses_no_call() {
        let ledger = Ledger::default();
        ledger.take(0);
        let letters = |n: usize| {
            let digits = n.to_string().into_bytes();
            digits
                .into_iter()
                .map(|d| char::from(d + 49))
                .collect::<String>()
        };
        for n in 0..5_000 {
            ledger.note(kind(&format!("/{}", letters(n)), false), 1);
        }
        for n in 0..5_000 {
            ledger.note(kind(&format!("/{}", letters(n)), true), 1);
        }
        let lines = ledger.take(2);
        assert!(lines.len() <= MOST + 2, "{}", lines.len());
        assert_eq!(lines.iter().map(|line| line.count).sum::<u64>(), 10_000);
        let unknown = lines.iter().filter(|line| !line.has_rule);
        assert_eq!(unknown.count(), MOST_UNKNOWN + 1);
        let known = lines.iter().filter(|line| line.path == OTHERS);
        assert_eq!(known.count(), 2);
        ledger.take(DAY);
        assert!(ledger.note(kind("/new", false), DAY));
        assert_eq!(ledger.take(DAY)[0].path, "/new");
    }
}

//! What gates in processes of their own are told: what changed, so that they forget it, and that they
//! are not cut off. It is what the caches here forget by ([`Follower`](crate::cache)), kept for a
//! while, so that a gate that comes again is told what it missed.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use enforce::apart::Forget;
use oauth::model::Uuid;
use storage::{Change, ChangeSubject};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::limits;

/// The latest changes of every realm.
pub(crate) struct Feed {
    kept: Mutex<Kept>,
    /// Moves when there is something to tell.
    moved: watch::Sender<u64>,
    /// By realm and API.
    seats: Mutex<HashMap<(String, String), Arc<Semaphore>>>,
    ended: AtomicBool,
}

struct Kept {
    /// Of what is kept here, once somebody follows it: places in another history mean nothing.
    history: Option<Uuid>,
    /// Every change behind this one that a gate has to know is here.
    since: i64,
    /// The latest change taken in.
    latest: i64,
    changes: VecDeque<(i64, String, Forget)>,
}

/// Where a gate stands: in which process's history of changes, and how far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    history: Uuid,
    pub(crate) position: i64,
}

impl Place {
    /// As a gate says it when it comes again; `None` for any other text.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (history, position) = text.split_once('.')?;
        Some(Self {
            history: history.parse().ok()?,
            position: position.parse().ok()?,
        })
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.history.simple(), self.position)
    }
}

impl Feed {
    /// Begins behind this change.
    pub(crate) fn new(latest: i64) -> Self {
        Self {
            kept: Mutex::new(Kept {
                history: None,
                since: latest,
                latest,
                changes: VecDeque::new(),
            }),
            moved: watch::Sender::new(0),
            seats: Mutex::default(),
            ended: false.into(),
        }
    }

    /// A change is taken in.
    pub(crate) fn add(&self, change: &Change) {
        let mut kept = self.kept();
        if let Some(forget) = forget(&change.subject) {
            let entry = (change.sequence, change.realm.clone(), forget);
            kept.changes.push_back(entry);
            if kept.changes.len() > limits::FEED_CHANGES
                && let Some((sequence, ..)) = kept.changes.pop_front()
            {
                kept.since = sequence;
            }
        }
        kept.latest = change.sequence;
    }

    /// There is a gap: what was before is not comparable.
    pub(crate) fn start_over(&self, latest: i64) {
        let mut kept = self.kept();
        kept.changes.clear();
        kept.history = None;
        (kept.since, kept.latest) = (latest, latest);
        drop(kept);
        self.moved();
    }

    /// Has everybody look.
    pub(crate) fn moved(&self) {
        self.moved
            .send_modify(|times| *times = times.wrapping_add(1));
    }

    /// What a gate of this realm has to forget that stands at this place, and where it stands then.
    /// `name` names a history that has no name yet.
    pub(crate) fn since(
        &self,
        realm: &str,
        place: Option<Place>,
        name: impl FnOnce() -> Uuid,
    ) -> (Vec<Forget>, Place) {
        let mut kept = self.kept();
        let history = *kept.history.get_or_insert_with(name);
        let position = kept.latest;
        let now = Place { history, position };
        let known = place.filter(|place| {
            place.history == history && (kept.since..=position).contains(&place.position)
        });
        let Some(place) = known else {
            return (vec![Forget::Everything], now);
        };
        let begin = kept
            .changes
            .partition_point(|(at, ..)| *at <= place.position);
        let new = kept.changes.iter().skip(begin);
        let own = new.filter(|(_, of, _)| of == realm);
        let mut forget: Vec<Forget> = own.map(|(.., forget)| forget.clone()).collect();
        if forget.len() > limits::FEED_AT_ONCE || forget.contains(&Forget::Everything) {
            forget = vec![Forget::Everything];
        }
        (forget, now)
    }

    /// Tells who wants to look when there is something to tell.
    pub(crate) fn heard(&self) -> watch::Receiver<u64> {
        self.moved.subscribe()
    }

    /// Nobody follows any more: the process stops.
    pub(crate) fn end(&self) {
        self.ended.store(true, Ordering::Release);
        self.moved();
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }

    /// A place for one more gate of this API, if there is one.
    pub(crate) fn seat(&self, realm: &str, api: &str) -> Option<OwnedSemaphorePermit> {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let seats = seats.entry((realm.to_owned(), api.to_owned()));
        let seats = seats.or_insert_with(|| Arc::new(Semaphore::new(limits::FEED_GATES)));
        Arc::clone(seats).try_acquire_owned().ok()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a gate has to forget for a change; nothing where it remembers nothing of the kind.
fn forget(subject: &ChangeSubject) -> Option<Forget> {
    Some(match subject {
        ChangeSubject::Client(id) => Forget::Client(id.clone()),
        ChangeSubject::User(id) => Forget::User(*id),
        ChangeSubject::Organisation(id) => Forget::Organisation(*id),
        ChangeSubject::Grant(id) => Forget::Grant(*id),
        ChangeSubject::AccessToken(id, _) => Forget::Token(*id),
        ChangeSubject::Keys | ChangeSubject::Unknown(_) => Forget::Everything,
        ChangeSubject::Session(_) => return None,
    })
}

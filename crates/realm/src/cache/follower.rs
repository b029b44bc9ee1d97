use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use async_trait::async_trait;
use oauth::model::{Position, Timestamp};
use oauth::token::MasterKeys;
use storage::{ChangeSubject, Hook, Store};
use tokio::sync::Mutex;

use super::caches::Caches;
use crate::clock::Clock;
use crate::fault::Fault;
use crate::feed::Feed;
use crate::keys::{self, KeysError};
use crate::limits;

/// Reads the sequence of changes and makes the caches of every realm forget.
pub(crate) struct Follower {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    realms: BTreeMap<String, Arc<Caches>>,
    master_keys: MasterKeys,
    progress: Mutex<Progress>,
    /// The latest change taken in, once more, to look at without waiting.
    seen: AtomicI64,
    /// Monotonic milliseconds of the latest moment up to which every change is taken in.
    read_at: AtomicU64,
    /// Why the changes could not be taken in the last time, if they could not.
    problem: ArcSwapOption<String>,
    /// What is told to gates elsewhere.
    feed: Feed,
}

struct Progress {
    /// The latest change taken in.
    sequence: i64,
    /// Monotonic time of a failure that no success has followed.
    failed_at: Option<Duration>,
}

impl Follower {
    /// Begins behind this change, with every token that is revoked already.
    pub(crate) async fn start(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        realms: BTreeMap<String, Arc<Caches>>,
        master_keys: MasterKeys,
        sequence: i64,
    ) -> Result<Self, Fault> {
        let read_at = clock.monotonic();
        let follower = Self {
            store,
            clock,
            realms,
            master_keys,
            seen: AtomicI64::new(sequence),
            progress: Mutex::new(Progress {
                sequence,
                failed_at: None,
            }),
            read_at: AtomicU64::new(milliseconds(read_at)),
            problem: ArcSwapOption::empty(),
            feed: Feed::new(sequence),
        };
        follower.read_revoked().await?;
        for (realm, caches) in &follower.realms {
            follower.read_cut_off(realm, caches).await?;
        }
        Ok(follower)
    }

    /// Fails unless every change older than a second is taken in. Usually that costs one
    /// comparison; if the follower is late, the changes are read here and now.
    pub(crate) async fn ensure_fresh(&self) -> Result<(), Fault> {
        if self.is_fresh() {
            return Ok(());
        }
        match tokio::time::timeout(limits::STALE_AFTER, Box::pin(self.refresh())).await {
            Ok(outcome) => outcome,
            Err(_) => Err(unreadable()),
        }
    }

    /// Fails unless every change older than this is taken in, and those of the last second as far as
    /// they can be read. While it is known that they cannot be, nobody waits for them.
    pub(crate) async fn ensure_known_within(&self, age: Duration) -> Result<(), Fault> {
        if self.is_fresh() {
            return Ok(());
        }
        if self.age() <= age && self.problem.load().is_some() {
            return Ok(());
        }
        match self.ensure_fresh().await {
            Err(_) if self.age() <= age => Ok(()),
            outcome => outcome,
        }
    }

    /// Reads the changes for one request that found them old. Who comes while another reads
    /// waits for that one; while the store is known to fail, it is not asked by each.
    async fn refresh(&self) -> Result<(), Fault> {
        let mut progress = self.progress.lock().await;
        if self.is_fresh() {
            return Ok(());
        }
        if let Some(failed_at) = progress.failed_at
            && self.clock.monotonic().saturating_sub(failed_at) < limits::FOLLOW_EVERY
        {
            return Err(unreadable());
        }
        self.read(&mut progress).await
    }

    /// Takes in every change there is.
    pub(crate) async fn catch_up(&self) -> Result<(), Fault> {
        let mut progress = self.progress.lock().await;
        self.read(&mut progress).await
    }

    /// How far the changes are taken in.
    pub(crate) fn position(&self) -> Position {
        Position(self.seen.load(Ordering::Acquire))
    }

    /// What gates elsewhere are told of the changes.
    pub(crate) fn feed(&self) -> &Feed {
        &self.feed
    }

    fn taken_in(&self, progress: &mut Progress, sequence: i64) {
        progress.sequence = sequence;
        self.seen.store(sequence, Ordering::Release);
    }

    /// Returns when a change was heard of, and at the latest when it is time to look anyway.
    pub(crate) async fn wait(&self) {
        tokio::time::sleep(limits::FOLLOW_PAUSE).await;
        let seen = self.progress.lock().await.sequence;
        self.store.wait_for_change(seen, limits::FOLLOW_EVERY).await;
    }

    /// Forgets revoked tokens that are dead by themselves.
    pub(crate) fn forget_expired(&self, now: Timestamp) {
        for caches in self.realms.values() {
            caches.revoked.forget_expired(now.as_millisecond());
        }
    }

    /// Do answers still rest on what was read at most a second ago?
    pub(crate) fn is_fresh(&self) -> bool {
        self.age() <= limits::STALE_AFTER
    }

    /// Time since the latest moment up to which every change is taken in.
    pub(crate) fn age(&self) -> Duration {
        let read_at = Duration::from_millis(self.read_at.load(Ordering::Acquire));
        self.clock.monotonic().saturating_sub(read_at)
    }

    /// Why the changes cannot be taken in.
    pub(crate) fn problem(&self) -> Option<Arc<String>> {
        self.problem.load_full()
    }

    async fn read(&self, progress: &mut Progress) -> Result<(), Fault> {
        // Taken before reading: what is committed while we read may be missed.
        let began = self.clock.monotonic();
        let taken_in = tokio::time::timeout(limits::FOLLOW_WITHIN, self.take_in(progress)).await;
        match taken_in.unwrap_or_else(|_| Err(unreadable())) {
            Ok(()) => {
                progress.failed_at = None;
                self.problem.store(None);
                self.read_at.store(milliseconds(began), Ordering::Release);
                Ok(())
            }
            Err(error) => {
                progress.failed_at = Some(began);
                self.problem.store(Some(Arc::new(error.to_string())));
                Err(error)
            }
        }
    }

    async fn take_in(&self, progress: &mut Progress) -> Result<(), Fault> {
        let latest = self.store.latest_change().await?;
        let begin = progress.sequence;
        while progress.sequence != latest {
            let changes = self
                .store
                .changes(progress.sequence, limits::CHANGES_AT_ONCE)
                .await?;
            let next = changes.first().map(|change| change.sequence);
            if next != Some(progress.sequence + 1) {
                return self.start_over(progress, latest).await;
            }
            for change in &changes {
                if let Some(caches) = self.realms.get(&change.realm) {
                    caches.forget(&change.subject);
                    if let ChangeSubject::Keys | ChangeSubject::Unknown(_) = change.subject {
                        self.read_keys(&change.realm, caches).await?;
                    }
                }
                self.feed.add(change);
                self.taken_in(progress, change.sequence);
            }
            if progress.sequence > latest {
                break;
            }
        }
        if progress.sequence != begin {
            self.feed.moved();
        }
        Ok(())
    }

    /// There is a gap: changes were cleaned up before this process, asleep for an hour, could
    /// read them, or the database was put back to an older state. Nothing remembered counts.
    async fn start_over(&self, progress: &mut Progress, latest: i64) -> Result<(), Fault> {
        tracing::info!(latest, "a gap in the changes; reading everything anew");
        for (realm, caches) in &self.realms {
            caches.forget_everything();
            self.read_keys(realm, caches).await?;
        }
        self.read_revoked().await?;
        self.taken_in(progress, latest);
        self.feed.start_over(latest);
        Ok(())
    }

    async fn read_revoked(&self) -> Result<(), Fault> {
        for token in self.store.revoked_access_tokens(self.clock.now()).await? {
            if let Some(caches) = self.realms.get(&token.realm) {
                let expires_at = token.expires_at.as_millisecond();
                caches.revoked.insert(token.id, expires_at);
            }
        }
        Ok(())
    }

    async fn read_keys(&self, realm: &str, caches: &Caches) -> Result<(), Fault> {
        let keys = keys::read(&*self.store, &self.master_keys, realm)
            .await
            .map_err(|error| match error {
                KeysError::Store(fault) => fault,
                unusable @ KeysError::Unusable(..) => Fault::Defect(unusable.to_string()),
            })?;
        let keys = keys.counting_on(&caches.keys.load());
        caches.keys.store(Arc::new(keys));
        self.read_cut_off(realm, caches).await
    }

    async fn read_cut_off(&self, realm: &str, caches: &Caches) -> Result<(), Fault> {
        caches.cut_off_at(self.store.realm_cut_off(realm).await?);
        Ok(())
    }
}

/// The caches of this process follow each write before it is answered: one that leaves a change
/// behind reads the sequence at once, whoever made the change.
#[async_trait]
impl Hook for Follower {
    /// The write is durable whatever comes of this; caches that cannot follow deny in a
    /// second, and the follower tries again before that.
    async fn committed(&self) {
        if let Err(error) = self.catch_up().await {
            tracing::warn!(%error, "a change was written but not yet followed");
        }
    }
}

fn unreadable() -> Fault {
    Fault::Unavailable(String::from(
        "changes could not be read for more than a second",
    ))
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

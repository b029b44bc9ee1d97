use std::sync::Arc;
use std::time::Duration;

use enforce::apart::{Forget, News};
use oauth::model::{TokenHash, Uuid};
use tokio::sync::{OwnedSemaphorePermit, watch};

use crate::app::App;
use crate::feed::{Feed, Place};
use crate::limits;
use crate::realm::Realm;

/// A gate that is told what changes, until [`Following::next`] says that this ends.
pub struct Following {
    app: Arc<App>,
    realm: String,
    /// The client it proved to be: when that changes, it has to prove it again.
    client: String,
    place: Option<Place>,
    moved: watch::Receiver<u64>,
    begun: Duration,
    is_told: bool,
    is_over: bool,
    _seat: OwnedSemaphorePermit,
}

impl App {
    /// Has a gate of an API follow, which proved to be this client, from the place on that it was told
    /// last. `None` when as many follow as may, or the server stops.
    #[must_use]
    pub fn follow(
        self: &Arc<Self>,
        realm: &Realm,
        api: &str,
        client: &str,
        place: Option<Place>,
    ) -> Option<Following> {
        let feed = self.feed();
        if feed.has_ended() {
            return None;
        }
        Some(Following {
            _seat: feed.seat(realm.id(), api)?,
            app: Arc::clone(self),
            realm: realm.id().to_owned(),
            client: client.to_owned(),
            place,
            moved: feed.heard(),
            begun: self.monotonic(),
            is_told: false,
            is_over: false,
        })
    }

    /// Lets go of every gate that follows: the server stops.
    pub fn end_following(&self) {
        self.feed().end();
    }

    fn feed(&self) -> &Feed {
        self.follower.feed()
    }
}

impl Following {
    /// What there is to tell next, and where the gate stands then: at once the first time, else
    /// when something has changed or it is time to say that nothing has. `None` when it has to come
    /// again.
    pub async fn next(&mut self) -> Option<(Place, News)> {
        if self.is_over || self.app.feed().has_ended() {
            return None;
        }
        if self.is_told {
            tokio::time::sleep(limits::FEED_PAUSE).await;
            let moved = self.moved.changed();
            let _ = tokio::time::timeout(limits::FEED_EVERY, moved).await;
        }
        if self.app.feed().has_ended() {
            return None;
        }
        Some(self.tell())
    }

    fn tell(&mut self) -> (Place, News) {
        self.moved.mark_unchanged();
        // Before it is read: what is told holds at least from then on.
        let age = self.app.changes_age();
        let feed = self.app.feed();
        let name = || Uuid::from_bytes(self.app.random_bytes());
        let (forget, now) = feed.since(&self.realm, self.place, name);
        let catalog = self.app.realm(&self.realm);
        let catalog = catalog.map(|realm| TokenHash(realm.catalog_digest()).to_string());
        let is_own = |forget: &Forget| match forget {
            Forget::Client(id) => *id == self.client,
            Forget::Everything => self.is_told,
            _ => false,
        };
        let lasted = self.app.monotonic().saturating_sub(self.begun);
        self.is_over = forget.iter().any(is_own) || lasted > limits::FEED_LASTS;
        self.place = Some(now);
        self.is_told = true;
        let news = News {
            as_of: now.position,
            age: u64::try_from(age.as_millis()).unwrap_or(u64::MAX),
            catalog: catalog.unwrap_or_default(),
            forget,
        };
        (now, news)
    }
}

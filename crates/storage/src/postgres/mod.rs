//! For several nodes: a PostgreSQL database that they share.
//!
//! Tried with PostgreSQL 15, and with nothing else. Other databases that speak its protocol
//! should do: transactions are `READ COMMITTED` with row locks, no advisory lock is taken,
//! and where there is no `LISTEN`, changes are found by looking for them.
//!
//! **What a change costs.** Changes are numbered by one counter, whose row the transaction
//! locks with its last statement and keeps until its commit is on disk. So numbers appear in
//! order and without gaps, and a follower never misses one; but transactions that change
//! something commit one after another, each with a write to the log of its own: about one for
//! each round trip and disk sync, so some hundreds to two thousand a second for the whole
//! cluster, however many write (`docs/scaling.md` has measurements). Those are logins, consents,
//! revocations and what managers do. Codes and refresh tokens append no change: they are single
//! statements that commit side by side, ten thousand a second on the same machine, and share
//! disk syncs.

mod announcements;
mod attempts;
mod database;
mod options;
mod pool;
mod schema;
mod single_use;
#[path = "../sql/mod.rs"]
#[expect(
    clippy::duplicate_mod,
    reason = "each database compiles it with its own types of connection and row"
)]
mod sql;

use std::sync::Arc;
use std::time::Duration;

use sqlx::Connection;

use self::announcements::Announcements;
pub use self::options::PgOptions;
use self::pool::Pool;
use crate::error::StoreError;
use crate::figures::StoreFigures;
use crate::store::Hooks;
use crate::upgrade::Upgrade;

/// A [`Store`](crate::Store) in a PostgreSQL database, which other nodes may use at the same
/// time.
pub struct PgStore {
    shared: Arc<Shared>,
    hooks: Hooks,
}

/// What all handles to a store that [`Store::hooked`](crate::Store::hooked) makes have in common.
struct Shared {
    connections: Pool,
    announcements: Announcements,
}

impl PgStore {
    /// Connects to `postgres://user:password@host:port/database` and brings the tables up to
    /// date. Must be called within a tokio runtime, which has to outlive the store.
    ///
    /// # Errors
    /// [`StoreError::NewerSchema`] if a newer program made the tables,
    /// [`StoreError::NotWritable`] or [`StoreError::Unavailable`] if it cannot be used.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Self::open_with(url, &PgOptions::default()).await
    }

    /// The same with other than the default options.
    ///
    /// # Errors
    /// As [`PgStore::open`]; with [`PgOptions::check_only`], [`StoreError::NotWritable`] if
    /// the tables are older than this program.
    pub async fn open_with(url: &str, options: &PgOptions) -> Result<Self, StoreError> {
        let connecting = options::parse(url)?;
        let connections = Pool::new(connecting.clone(), options.clone());
        let mut connection = connections.connect().await?;
        connections.require_own_session(&mut connection).await?;
        if options.check_only {
            let state = sql::schema::State::of(&mut connection).await?;
            state.require_current()?;
        } else {
            schema::migrate(&mut connection, Upgrade::Expand).await?;
        }
        connections.adopt(connection).await?;
        Ok(Self {
            shared: Arc::new(Shared {
                connections,
                announcements: Announcements::follow(connecting),
            }),
            hooks: Hooks::default(),
        })
    }

    /// Brings the tables up to date and answers the step they are at.
    ///
    /// # Errors
    /// As [`PgStore::open`].
    pub async fn migrate(url: &str, upgrade: Upgrade) -> Result<i64, StoreError> {
        let connections = Pool::new(options::parse(url)?, PgOptions::default());
        let mut connection = connections.connect().await?;
        connections.require_own_session(&mut connection).await?;
        let step = schema::migrate(&mut connection, upgrade).await;
        // Everything is committed, or was rolled back.
        let _ = connection.close().await;
        step
    }

    /// Waits for the calls under way and closes all connections. Does nothing while there is
    /// another handle, made by [`Store::hooked`](crate::Store::hooked).
    pub async fn close(self) {
        if let Some(shared) = Arc::into_inner(self.shared) {
            shared.connections.close().await;
        }
    }
}

impl Shared {
    async fn wait_behind(&self, seen: i64, time: Duration) {
        self.announcements.wait_behind(seen, time).await;
    }

    fn figures(&self) -> StoreFigures {
        StoreFigures {
            connections: Some(self.connections.figures()),
            writes_waiting: None,
        }
    }
}

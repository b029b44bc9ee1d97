//! The connections to the server: opened when they are needed, used by one call at a time,
//! and given up at the first sign that they are broken.
//!
//! The pool of sqlx asks the server for a sign of life after each use, which is a round trip,
//! and keeps its slot for as long as a server that hangs does not give it. This one asks only
//! connections that were idle for a while.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row, raw_sql};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};

use super::attempts::Attempt;
use super::database::OUTDATED_STATEMENT;
use super::options::PgOptions;
use super::sql::fault::fault;
use crate::error::StoreError;
use crate::figures::{ConnectionFigures, WaitingLine};

/// A connection that was idle for longer is asked whether it is still there.
const TRUSTED_FOR: Duration = Duration::from_secs(1);
/// How long a sign of life may take.
const SIGN_OF_LIFE: Duration = Duration::from_millis(500);

/// Pool, and how to open more.
pub(super) struct Pool {
    connecting: PgConnectOptions,
    options: PgOptions,
    places: Arc<Semaphore>,
    idle: Arc<Idle>,
    limit: usize,
    line: WaitingLine,
}

#[derive(Default)]
struct Idle(Mutex<Vec<(PgConnection, Instant)>>);

impl Pool {
    pub(super) fn new(connecting: PgConnectOptions, options: PgOptions) -> Self {
        let limit = usize::try_from(options.connections).unwrap_or(1).max(1);
        Self {
            connecting,
            options,
            places: Arc::new(Semaphore::new(limit)),
            idle: Arc::default(),
            limit,
            line: WaitingLine::default(),
        }
    }

    /// A connection for one call.
    pub(super) async fn lease(&self) -> Result<Lease, StoreError> {
        let place = self.place().await?;
        let (connection, reused) = match self.trusted().await {
            Some(connection) => (connection, true),
            None => (self.connect().await?, false),
        };
        Ok(Lease {
            held: Some((connection, place)),
            reused,
            idle: Arc::clone(&self.idle),
        })
    }

    async fn place(&self) -> Result<OwnedSemaphorePermit, StoreError> {
        if let Ok(free) = Arc::clone(&self.places).try_acquire_owned() {
            return Ok(free);
        }
        let free = Arc::clone(&self.places).acquire_owned();
        self.line
            .wait(self.options.patience, free)
            .await
            .ok_or_else(|| StoreError::Unavailable("every connection is busy".to_owned()))?
            .map_err(|_| StoreError::Unavailable("the store is shutting down".to_owned()))
    }

    /// How busy they are.
    pub(super) fn figures(&self) -> ConnectionFigures {
        ConnectionFigures {
            limit: self.limit,
            in_use: self.limit.saturating_sub(self.places.available_permits()),
            idle: self.idle.lock().len(),
            waiting: self.line.waiting(),
            timed_out: self.line.timed_out(),
        }
    }

    /// The same with a bound on everything the call does.
    pub(super) async fn bounded<T>(
        &self,
        call: impl Future<Output = Result<Attempt<T>, StoreError>>,
    ) -> Attempt<T> {
        match timeout(self.options.call_timeout, call).await {
            Ok(Ok(attempt)) => attempt,
            Ok(Err(error)) => Attempt::Done(Err(error)),
            Err(_) => Attempt::Done(Err(StoreError::Unavailable(
                "the database does not answer in time".to_owned(),
            ))),
        }
    }

    /// A new connection, ready for use.
    pub(super) async fn connect(&self) -> Result<PgConnection, StoreError> {
        let connect = async {
            let mut connection = self.connecting.connect().await.map_err(unconnected)?;
            self.set_session(&mut connection).await?;
            make_durable(&mut connection).await;
            Ok(connection)
        };
        timeout(self.options.connect_timeout, connect)
            .await
            .map_err(|_| StoreError::Unavailable("no connection in time".to_owned()))?
    }

    /// A session of its own for each connection is what settings, prepared statements and
    /// announcements rest on. A pool in between that hands out sessions by the transaction
    /// takes the one that another connection of ours had before.
    pub(super) async fn require_own_session(
        &self,
        first: &mut PgConnection,
    ) -> Result<(), StoreError> {
        // Where there may be only one connection, nobody shares it.
        let Ok(mut second) = self.connect().await else {
            return Ok(());
        };
        let shared = match (session(first).await, session(&mut second).await) {
            (Ok(first), Ok(second)) => first == second && first > 0,
            // A database that does not number its sessions.
            _ => false,
        };
        if shared {
            return Err(StoreError::Misconfigured(
                "something in between shares its connections by the transaction, such as \
                 PgBouncer with `pool_mode = transaction`; each needs a session of its own: use \
                 `pool_mode = session`, or the database's own address"
                    .to_owned(),
            ));
        }
        // It has written nothing that could be lost.
        let _ = timeout(SIGN_OF_LIFE, second.close()).await;
        Ok(())
    }

    /// Takes a connection in that was used for other things.
    pub(super) async fn adopt(&self, mut connection: PgConnection) -> Result<(), StoreError> {
        self.set_session(&mut connection).await?;
        self.idle.put(connection);
        Ok(())
    }

    async fn set_session(&self, connection: &mut PgConnection) -> Result<(), StoreError> {
        raw_sql(AssertSqlSafe(self.options.session()))
            .execute(connection)
            .await
            .map_err(fault)?;
        Ok(())
    }

    /// Waits for the calls under way and closes every connection.
    pub(super) async fn close(&self) {
        let all = u32::try_from(self.places.available_permits()).unwrap_or(u32::MAX);
        let all = all.max(self.options.connections);
        // A call takes no longer than this; what is left then is cut off.
        let calls = timeout(self.options.call_timeout, self.places.acquire_many(all));
        drop(calls.await);
        self.places.close();
        for (connection, _) in self.idle.take() {
            // It has written nothing that could be lost.
            let _ = timeout(SIGN_OF_LIFE, connection.close()).await;
        }
    }

    async fn trusted(&self) -> Option<PgConnection> {
        while let Some((mut connection, since)) = self.idle.latest() {
            if since.elapsed() < TRUSTED_FOR || is_alive(&mut connection).await {
                return Some(connection);
            }
        }
        None
    }
}

/// Why there is no connection; with what to do, where the error alone does not tell it.
fn unconnected(error: sqlx::Error) -> StoreError {
    match fault(error) {
        StoreError::Unavailable(problem)
            if problem.contains("UnknownIssuer") || problem.contains("BadSignature") =>
        {
            StoreError::Unavailable(format!(
                "{problem}: the server's certificate is from no authority that is known here; \
                 name the file with its authority's certificate as sslrootcert=FILE in the URL"
            ))
        }
        other => other,
    }
}

/// What is answered as done must be durable even where the server's default is not. Another
/// setting than "off" may be stronger than ours and stays. A database that does not know the
/// setting has nothing to switch on.
async fn make_durable(connection: &mut PgConnection) {
    let _ = raw_sql(
        "SELECT set_config('synchronous_commit', 'on', false)
         WHERE current_setting('synchronous_commit') = 'off'",
    )
    .execute(connection)
    .await;
}

/// The number of the server's process for this connection.
async fn session(connection: &mut PgConnection) -> Result<i32, StoreError> {
    let row = raw_sql("SELECT pg_backend_pid()").fetch_one(connection);
    let row = row.await.map_err(fault)?;
    row.try_get(0).map_err(fault)
}

async fn is_alive(connection: &mut PgConnection) -> bool {
    matches!(timeout(SIGN_OF_LIFE, connection.ping()).await, Ok(Ok(())))
}

impl Idle {
    fn latest(&self) -> Option<(PgConnection, Instant)> {
        self.lock().pop()
    }

    fn put(&self, connection: PgConnection) {
        self.lock().push((connection, Instant::now()));
    }

    fn take(&self) -> Vec<(PgConnection, Instant)> {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(PgConnection, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection in use by one call. A call that is dropped before its end leaves it to be
/// tidied up behind it.
pub(super) struct Lease {
    held: Option<(PgConnection, OwnedSemaphorePermit)>,
    /// Was it used before? Then it may have been cut off meanwhile.
    reused: bool,
    idle: Arc<Idle>,
}

impl Lease {
    pub(super) fn connection(&mut self) -> Result<&mut PgConnection, StoreError> {
        match &mut self.held {
            Some((connection, _)) => Ok(connection),
            None => Err(lost()),
        }
    }

    pub(super) async fn begin(&mut self) -> Result<(), StoreError> {
        self.execute("BEGIN").await
    }

    /// Ends work in a transaction: with a commit, if it went well.
    pub(super) async fn end_transaction<T>(mut self, worked: Result<T, StoreError>) -> Attempt<T> {
        let done = match worked {
            Ok(done) => done,
            Err(error) => return self.end_badly(error, Repeat::Harmless).await,
        };
        match self.execute("COMMIT").await {
            Ok(()) => {
                self.give_back();
                Attempt::Done(Ok(done))
            }
            Err(error) => self.end_badly(error, Repeat::Unknown).await,
        }
    }

    /// Ends work of one statement.
    pub(super) async fn end<T>(self, worked: Result<T, StoreError>, repeat: Repeat) -> Attempt<T> {
        match worked {
            Ok(done) => {
                self.give_back();
                Attempt::Done(Ok(done))
            }
            Err(error) => self.end_badly(error, repeat).await,
        }
    }

    async fn end_badly<T>(mut self, error: StoreError, repeat: Repeat) -> Attempt<T> {
        let Some((mut connection, place)) = self.held.take() else {
            return Attempt::Done(Err(error));
        };
        if matches!(error, StoreError::NotWritable(_)) {
            // Perhaps this server has become another's standby: look for the right one.
            return Attempt::Done(Err(error));
        }
        if matches!(&error, StoreError::Contended(problem) if problem.contains(OUTDATED_STATEMENT))
        {
            // Nothing was done, and those that rest have prepared the same statements.
            drop(self.idle.take());
            return Attempt::Again(error);
        }
        if rolled_back(&mut connection).await {
            self.held = Some((connection, place));
            self.give_back();
            return match error {
                StoreError::Contended(_) => Attempt::Again(error),
                error => Attempt::Done(Err(error)),
            };
        }
        // Those that rest are most likely gone, too.
        drop(self.idle.take());
        if self.reused && repeat == Repeat::Harmless {
            return Attempt::Again(error);
        }
        Attempt::Done(Err(error))
    }

    async fn execute(&mut self, sql: &'static str) -> Result<(), StoreError> {
        let connection = self.connection()?;
        raw_sql(sql).execute(connection).await.map_err(fault)?;
        Ok(())
    }

    fn give_back(mut self) {
        if let Some((connection, _place)) = self.held.take() {
            self.idle.put(connection);
        }
    }
}

/// May a call be made again after its connection was lost?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeat {
    /// It reads, or nothing of it was committed.
    Harmless,
    /// It may have been committed before the connection was lost.
    Unknown,
}

/// Leaves no transaction open; answers whether the connection is still there to do so.
async fn rolled_back(connection: &mut PgConnection) -> bool {
    let roll_back = raw_sql("ROLLBACK").execute(connection);
    matches!(timeout(SIGN_OF_LIFE, roll_back).await, Ok(Ok(_)))
}

fn lost() -> StoreError {
    StoreError::Unavailable("the connection to the database was lost".to_owned())
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some((mut connection, place)) = self.held.take() else {
            return;
        };
        let idle = Arc::clone(&self.idle);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if rolled_back(&mut connection).await {
                    idle.put(connection);
                }
                drop(place);
            });
        }
    }
}

//! The one connection that writes. Writes that wait while another is being committed share
//! the next commit; each is answered only after the commit that holds it.

use std::pin::Pin;

use oauth::model::{RefreshToken, Timestamp, TokenHash};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, query};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::fault::fault;
use super::rotations::{Rotation, Rotations};
use crate::error::StoreError;

/// The work of one write on the connection.
pub(super) type Work<'c, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'c>>;

/// The most writes that wait; further callers wait for a place.
const MOST_WAITING: usize = 1_024;

/// Where writes are handed in.
pub(super) struct Writer {
    queue: mpsc::Sender<Waiting>,
    committer: JoinHandle<()>,
}

impl Writer {
    /// Takes the connection over; `reconnect` opens it anew after it was lost, where that
    /// does not lose the database. At most `most_together` writes, and at least one, share a
    /// commit.
    pub(super) fn start(
        connection: SqliteConnection,
        reconnect: Option<SqliteConnectOptions>,
        most_together: usize,
    ) -> Self {
        let (queue, waiting) = mpsc::channel(MOST_WAITING);
        let committer = Committer {
            connection: Some(connection),
            reconnect,
            most_together: most_together.max(1),
        };
        let committer = tokio::spawn(committer.run(waiting));
        Self { queue, committer }
    }

    /// How many wait for the next commit.
    pub(super) fn waiting(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// Ends after the writes that were handed in.
    pub(super) async fn close(self) {
        drop(self.queue);
        // It fails only when the runtime is going down, and then there is nothing left to do.
        let _ = self.committer.await;
    }

    /// Does work of several statements, whole or not at all.
    pub(super) async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> Work<'c, T> + Send + 'static,
    {
        self.hand_in(work, Framing::ByCommitter).await
    }

    /// Does work that is one [`script`](super::script) and so frames itself: alone, it needs
    /// one round trip to the database instead of three. It may fail only where its script
    /// fails; whatever else there is to say is a part of its result.
    pub(super) async fn write_script<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> Work<'c, T> + Send + 'static,
    {
        self.hand_in(work, Framing::ByItself).await
    }

    /// Reads on this connection, for a database that has no other.
    pub(super) async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> Work<'c, T> + Send + 'static,
    {
        self.hand_in(work, Framing::Nothing).await
    }

    async fn hand_in<T, F>(&self, work: F, framing: Framing) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> Work<'c, T> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let pending = Pending {
            work: Some(work),
            framing,
            outcome: None,
            answer,
        };
        self.wait(Waiting::Write(Box::new(pending)), answered).await
    }

    /// Exchanges a refresh token for its successor. Answers whether this call did.
    pub(super) async fn rotate(
        &self,
        hash: TokenHash,
        next: RefreshToken,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (answer, answered) = oneshot::channel();
        let rotation = Rotation {
            hash,
            next,
            now,
            answer,
        };
        self.wait(Waiting::Rotation(Box::new(rotation)), answered)
            .await
    }

    async fn wait<T>(
        &self,
        waiting: Waiting,
        answered: oneshot::Receiver<Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        self.queue
            .send(waiting)
            .await
            .map_err(|_| shutting_down())?;
        answered.await.map_err(|_| shutting_down())?
    }
}

fn shutting_down() -> StoreError {
    StoreError::Unavailable("the store is shutting down".to_owned())
}

/// What waits for the next commit.
enum Waiting {
    Write(Box<dyn Write>),
    Rotation(Box<Rotation>),
}

/// The writes to do for those that wait: the rotations among them are one.
fn writes(waiting: impl Iterator<Item = Waiting>) -> Vec<Box<dyn Write>> {
    let mut writes = Vec::new();
    let mut rotations = Vec::new();
    for waiting in waiting {
        match waiting {
            Waiting::Write(write) => writes.push(write),
            Waiting::Rotation(rotation) => rotations.push(*rotation),
        }
    }
    if !rotations.is_empty() {
        writes.push(Box::new(Rotations::new(rotations)));
    }
    writes
}

/// Who opens the savepoint around a write.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// The committer, as a statement of its own.
    ByCommitter,
    /// The write: its only call is `SAVEPOINT op; …; RELEASE op`.
    ByItself,
    /// Nobody: it only reads.
    Nothing,
}

/// A write that waits, whatever its result type.
pub(super) trait Write: Send {
    fn framing(&self) -> Framing;
    /// Runs the work and keeps its result.
    fn perform<'a>(&'a mut self, connection: &'a mut SqliteConnection) -> Work<'a, ()>;
    /// Sends the result, or the error that undid it.
    fn answer(self: Box<Self>, undone: Option<&StoreError>);
}

struct Pending<T, F> {
    work: Option<F>,
    framing: Framing,
    outcome: Option<Result<T, StoreError>>,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Write for Pending<T, F>
where
    T: Send + 'static,
    F: for<'c> FnOnce(&'c mut SqliteConnection) -> Work<'c, T> + Send + 'static,
{
    fn framing(&self) -> Framing {
        self.framing
    }

    fn perform<'a>(&'a mut self, connection: &'a mut SqliteConnection) -> Work<'a, ()> {
        Box::pin(async move {
            let Some(work) = self.work.take() else {
                return Ok(());
            };
            let outcome = work(connection).await;
            let done = outcome.as_ref().map(|_| ()).map_err(Clone::clone);
            self.outcome = Some(outcome);
            done
        })
    }

    fn answer(self: Box<Self>, undone: Option<&StoreError>) {
        let outcome = match (self.outcome, undone) {
            (Some(Err(own)), _) => Err(own),
            (_, Some(undone)) => Err(undone.clone()),
            (Some(done), None) => done,
            (None, None) => Err(shutting_down()),
        };
        // A caller that has gone away needs no answer.
        let _ = self.answer.send(outcome);
    }
}

/// The task that owns the connection.
struct Committer {
    connection: Option<SqliteConnection>,
    reconnect: Option<SqliteConnectOptions>,
    most_together: usize,
}

impl Committer {
    async fn run(mut self, mut queue: mpsc::Receiver<Waiting>) {
        let mut waiting = Vec::with_capacity(self.most_together);
        while queue.recv_many(&mut waiting, self.most_together).await > 0 {
            let mut writes = writes(waiting.drain(..));
            if let Err(lost) = self.ensure_connected().await {
                answer_all(writes.drain(..), Some(&lost));
            } else if writes.len() == 1 {
                for write in writes.drain(..) {
                    self.commit_alone(write).await;
                }
            } else {
                self.commit_together(&mut writes).await;
            }
        }
        if let Some(connection) = self.connection {
            // Everything answered is durable already; a fault here loses nothing.
            let _ = connection.close().await;
        }
    }

    async fn commit_alone(&mut self, mut write: Box<dyn Write>) {
        let done = match write.framing() {
            // Outside a transaction, a savepoint is one, and its release the commit.
            Framing::ByItself | Framing::Nothing => self.perform(write.as_mut()).await,
            Framing::ByCommitter => self.perform_in_transaction(write.as_mut()).await,
        };
        if done.is_err() {
            self.roll_back().await;
        }
        write.answer(done.err().as_ref());
    }

    async fn perform_in_transaction(&mut self, write: &mut dyn Write) -> Result<(), StoreError> {
        self.execute("BEGIN IMMEDIATE").await?;
        self.perform(write).await?;
        self.execute("COMMIT").await
    }

    /// One transaction for all, with a savepoint around each.
    async fn commit_together(&mut self, writes: &mut Vec<Box<dyn Write>>) {
        let mut done = Vec::with_capacity(writes.len());
        let mut undone = self.execute("BEGIN IMMEDIATE").await.err();
        for mut write in writes.drain(..) {
            if undone.is_none() {
                undone = self.perform_in_savepoint(write.as_mut()).await.err();
            }
            done.push(write);
        }
        if undone.is_none() {
            undone = self.execute("COMMIT").await.err();
        }
        if undone.is_some() {
            self.roll_back().await;
        }
        answer_all(done.drain(..), undone.as_ref());
    }

    /// A write that fails undoes itself alone. An error here means that the whole
    /// transaction is lost, as on a full disk.
    async fn perform_in_savepoint(&mut self, write: &mut dyn Write) -> Result<(), StoreError> {
        let framing = write.framing();
        if framing == Framing::ByCommitter {
            self.execute("SAVEPOINT op").await?;
        }
        match self.perform(write).await {
            Ok(()) if framing == Framing::ByCommitter => self.execute("RELEASE op").await,
            Ok(()) => Ok(()),
            Err(_) if framing == Framing::Nothing => Ok(()),
            Err(failed) => self
                .execute("ROLLBACK TO op; RELEASE op")
                .await
                .map_err(|_| failed),
        }
    }

    async fn perform(&mut self, write: &mut dyn Write) -> Result<(), StoreError> {
        match &mut self.connection {
            Some(connection) => write.perform(connection).await,
            None => Err(not_connected()),
        }
    }

    async fn execute(&mut self, sql: &'static str) -> Result<(), StoreError> {
        let connection = self.connection.as_mut().ok_or_else(not_connected)?;
        query(sql).execute(connection).await.map_err(fault)?;
        Ok(())
    }

    /// Leaves no transaction open. SQLite may have ended it by itself already, and then says
    /// that there is none, which is Refused here; after any other error the connection is
    /// given up, which also rolls back.
    async fn roll_back(&mut self) {
        match self.execute("ROLLBACK").await {
            Ok(()) | Err(StoreError::Refused(_)) => {}
            Err(_) if self.reconnect.is_some() => self.connection = None,
            Err(_) => {}
        }
    }

    async fn ensure_connected(&mut self) -> Result<(), StoreError> {
        if self.connection.is_none() {
            let options = self.reconnect.as_ref().ok_or_else(not_connected)?;
            self.connection = Some(options.connect().await.map_err(fault)?);
        }
        Ok(())
    }
}

fn not_connected() -> StoreError {
    StoreError::Unavailable("the connection to the database was lost".to_owned())
}

fn answer_all(writes: impl Iterator<Item = Box<dyn Write>>, undone: Option<&StoreError>) {
    for write in writes {
        write.answer(undone);
    }
}

#[cfg(test)]
mod tests {
    use sqlx::sqlite::SqliteConnectOptions;

    use super::*;

    /// A writer to a table of numbers, whose commits succeed as long as `commits` lasts.
    async fn writer(mut commits: usize) -> Writer {
        let options = SqliteConnectOptions::new().in_memory(true);
        let mut connection = options.connect().await.unwrap();
        let table = query("CREATE TABLE numbers (number INTEGER PRIMARY KEY)");
        table.execute(&mut connection).await.unwrap();
        let mut handle = connection.lock_handle().await.unwrap();
        handle.set_commit_hook(move || {
            commits = commits.saturating_sub(1);
            commits > 0
        });
        drop(handle);
        Writer::start(connection, None, 64)
    }

    async fn insert(writer: &Writer, number: i64) -> Result<(), StoreError> {
        let work = writer.write(move |connection| {
            Box::pin(async move {
                let insert = query("INSERT INTO numbers VALUES ($1)").bind(number);
                insert.execute(connection).await.map_err(fault)?;
                Ok(())
            })
        });
        work.await
    }

    async fn insert_by_script(writer: &Writer, number: i64) -> Result<(), StoreError> {
        let work = writer.write_script(move |connection| {
            Box::pin(async move {
                const SCRIPT: &str = super::super::script::script!(
                    "INSERT INTO numbers VALUES ($1)",
                    "INSERT INTO numbers VALUES ($1 + 100)"
                );
                let insert = query(SCRIPT).bind(number);
                insert.execute(connection).await.map_err(fault)?;
                Ok(())
            })
        });
        work.await
    }

    async fn count(writer: &Writer) -> i64 {
        let work = writer.read(|connection| {
            Box::pin(async move {
                let count = sqlx::query_scalar("SELECT COUNT(*) FROM numbers");
                count.fetch_one(connection).await.map_err(fault)
            })
        });
        work.await.unwrap()
    }

    #[tokio::test]
    async fn a_commit_that_fails_is_answered_to_a_lone_write() {
        let writer = writer(1).await;
        assert!(insert(&writer, 1).await.is_err());
        assert!(insert_by_script(&writer, 1).await.is_err());
        assert_eq!(count(&writer).await, 0);
    }

    /// On one thread all are handed in before the committer runs: they share a commit.
    #[tokio::test]
    async fn a_commit_that_fails_is_answered_to_all_who_share_it() {
        let writer = writer(1).await;
        let results = tokio::join!(
            insert(&writer, 1),
            insert_by_script(&writer, 2),
            insert(&writer, 3),
        );
        assert!(results.0.is_err() && results.1.is_err() && results.2.is_err());
        assert_eq!(count(&writer).await, 0);
    }

    #[tokio::test]
    async fn writes_handed_in_together_need_one_commit() {
        let writer = writer(2).await;
        let results = tokio::join!(
            insert(&writer, 1),
            insert_by_script(&writer, 2),
            insert(&writer, 3),
        );
        assert_eq!(results, (Ok(()), Ok(()), Ok(())));
        assert_eq!(count(&writer).await, 4);
        assert!(insert(&writer, 4).await.is_err());
    }

    /// One that fails undoes itself alone, also where its first statement succeeded.
    #[tokio::test]
    async fn a_write_that_fails_is_undone_alone() {
        let writer = writer(usize::MAX).await;
        insert(&writer, 102).await.unwrap();
        let results = tokio::join!(
            insert(&writer, 1),
            insert_by_script(&writer, 2),
            insert(&writer, 1),
            insert_by_script(&writer, 3),
        );
        assert!(results.0.is_ok() && results.3.is_ok());
        assert!(matches!(results.1, Err(StoreError::AlreadyExists { .. })));
        assert!(matches!(results.2, Err(StoreError::AlreadyExists { .. })));
        assert_eq!(count(&writer).await, 4);
        let alone = insert_by_script(&writer, 2).await;
        assert!(matches!(alone, Err(StoreError::AlreadyExists { .. })));
        assert_eq!(count(&writer).await, 4);
    }

    #[tokio::test]
    async fn a_caller_that_goes_away_does_no_harm() {
        let writer = writer(usize::MAX).await;
        {
            let gone = insert(&writer, 1);
            tokio::pin!(gone);
            let polled = std::future::poll_fn(|context| {
                std::task::Poll::Ready(gone.as_mut().poll(context).is_pending())
            });
            assert!(polled.await);
        }
        insert(&writer, 2).await.unwrap();
        assert_eq!(count(&writer).await, 2);
    }
}

//! The connections that read: each opened when it is first needed, and used by one reader at
//! a time.
//!
//! The pool of sqlx asks a connection for a sign of life after each use. For SQLite that is
//! another trip to the connection's thread, as dear as the read itself, and a file needs none.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::{Mutex, MutexGuard};

use super::fault::fault;
use super::writer::Work;
use crate::error::StoreError;
use crate::figures::{ConnectionFigures, WaitingLine};

/// Connections that read.
pub(super) struct Readers {
    options: SqliteConnectOptions,
    /// How long a reader waits for a connection.
    patience: Duration,
    first: Place,
    others: Vec<Place>,
    turn: AtomicUsize,
    line: WaitingLine,
}

/// `None` until it is needed, and after its connection was lost.
type Place = Mutex<Option<SqliteConnection>>;

impl Readers {
    /// At most `count` connections, and at least one.
    pub(super) fn new(options: SqliteConnectOptions, count: u32, patience: Duration) -> Self {
        Self {
            options,
            patience,
            first: Place::default(),
            others: (1..count).map(|_| Place::default()).collect(),
            turn: AtomicUsize::new(0),
            line: WaitingLine::default(),
        }
    }

    /// Reads on a free connection.
    pub(super) async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> Work<'c, T>,
    {
        let mut place = self.place().await?;
        let connection = match &mut *place {
            Some(connection) => connection,
            empty => empty.insert(self.options.connect().await.map_err(fault)?),
        };
        let outcome = work(connection).await;
        if matches!(outcome, Err(StoreError::Unavailable(_))) {
            // Lost, or only busy: a new one is right in both cases.
            *place = None;
        }
        outcome
    }

    /// The first free place, so that few connections are opened where few are needed;
    /// if all are taken, the places take turns.
    async fn place(&self) -> Result<MutexGuard<'_, Option<SqliteConnection>>, StoreError> {
        if let Some(free) = self.places().find_map(|place| place.try_lock().ok()) {
            return Ok(free);
        }
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % (1 + self.others.len());
        let taken = self.places().nth(turn).unwrap_or(&self.first);
        let free = self.line.wait(self.patience, taken.lock()).await;
        free.ok_or_else(|| {
            StoreError::Unavailable("every connection that reads is busy".to_owned())
        })
    }

    fn places(&self) -> impl Iterator<Item = &Place> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// How busy they are. A place is held for as long as it takes to look at it.
    pub(super) fn figures(&self) -> ConnectionFigures {
        let mut figures = ConnectionFigures {
            waiting: self.line.waiting(),
            timed_out: self.line.timed_out(),
            ..ConnectionFigures::default()
        };
        for place in self.places() {
            figures.limit += 1;
            match place.try_lock() {
                Ok(connection) => figures.idle += usize::from(connection.is_some()),
                Err(_) => figures.in_use += 1,
            }
        }
        figures
    }

    /// Closes them after the reads under way.
    pub(super) async fn close(&self) {
        for place in self.places() {
            if let Some(connection) = place.lock().await.take() {
                // It has written nothing that could be lost.
                let _ = connection.close().await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use sqlx::query_scalar;

    use super::*;

    async fn number(readers: &Readers) -> Result<i64, StoreError> {
        readers
            .read(|connection| {
                Box::pin(async move {
                    let number = query_scalar("SELECT 7");
                    number.fetch_one(connection).await.map_err(fault)
                })
            })
            .await
    }

    fn readers(count: u32, patience: Duration) -> Readers {
        let options = SqliteConnectOptions::new().in_memory(true);
        Readers::new(options, count, patience)
    }

    #[tokio::test]
    async fn one_reader_after_another_needs_one_connection() {
        let readers = readers(3, Duration::from_secs(5));
        for _ in 0..4 {
            assert_eq!(number(&readers).await, Ok(7));
        }
        assert!(readers.first.lock().await.is_some());
        assert!(
            readers
                .others
                .iter()
                .all(|place| { place.try_lock().is_ok_and(|place| place.is_none()) })
        );
        readers.close().await;
    }

    #[tokio::test]
    async fn more_readers_than_connections_wait_their_turn() {
        let readers = readers(2, Duration::from_secs(5));
        let all = tokio::join!(number(&readers), number(&readers), number(&readers));
        assert_eq!(all, (Ok(7), Ok(7), Ok(7)));
    }

    #[tokio::test]
    async fn who_waits_too_long_is_told() {
        let readers = readers(1, Duration::from_millis(10));
        let held = readers.first.lock().await;
        assert!(matches!(
            number(&readers).await,
            Err(StoreError::Unavailable(_))
        ));
        let figures = readers.figures();
        assert_eq!((figures.in_use, figures.idle), (1, 0));
        assert_eq!((figures.waiting, figures.timed_out), (0, 1));
        drop(held);
        assert_eq!(number(&readers).await, Ok(7));
        let figures = readers.figures();
        assert_eq!((figures.in_use, figures.idle), (0, 1));
        assert_eq!(figures.timed_out, 1);
    }

    #[tokio::test]
    async fn who_waits_is_counted_until_it_goes() {
        let readers = readers(1, Duration::from_secs(5));
        let held = readers.first.lock().await;
        {
            let waits = number(&readers);
            tokio::pin!(waits);
            let polled = std::future::poll_fn(|context| {
                std::task::Poll::Ready(waits.as_mut().poll(context).is_pending())
            });
            assert!(polled.await);
            assert_eq!(readers.figures().waiting, 1);
        }
        assert_eq!(readers.figures().waiting, 0);
        assert_eq!(readers.figures().limit, 1);
        drop(held);
    }

    #[tokio::test]
    async fn a_connection_that_was_lost_is_opened_anew() {
        let readers = readers(1, Duration::from_secs(5));
        let lost = readers
            .read(|_| Box::pin(async { Err::<(), _>(StoreError::Unavailable("lost".to_owned())) }));
        assert!(lost.await.is_err());
        assert!(readers.first.lock().await.is_none());
        assert_eq!(number(&readers).await, Ok(7));
    }

    #[tokio::test]
    async fn a_reader_that_goes_away_leaves_its_connection_usable() {
        let readers = readers(1, Duration::from_secs(5));
        assert_eq!(number(&readers).await, Ok(7));
        {
            // Never answers, however quick the connection is.
            let gone = readers.read(|connection| {
                Box::pin(async move {
                    let number = query_scalar("SELECT 7");
                    let number: i64 = number.fetch_one(connection).await.map_err(fault)?;
                    std::future::pending::<()>().await;
                    Ok(number)
                })
            });
            tokio::pin!(gone);
            let polled = std::future::poll_fn(|context| {
                std::task::Poll::Ready(gone.as_mut().poll(context).is_pending())
            });
            assert!(polled.await);
        }
        assert_eq!(number(&readers).await, Ok(7));
    }
}

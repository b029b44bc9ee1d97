//! Hearing of changes as they are committed. Nothing depends on it: whoever hears nothing
//! looks for changes anyway.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How long to wait before listening again after the connection was lost.
const PAUSE: Duration = Duration::from_millis(250);

/// A connection that listens, for as long as this lives.
pub(super) struct Announcements {
    latest: watch::Receiver<i64>,
    listening: JoinHandle<()>,
}

impl Announcements {
    /// Begins to listen, now or when the server can be reached.
    pub(super) fn follow(connecting: PgConnectOptions) -> Self {
        let (heard, latest) = watch::channel(0);
        let listening = tokio::spawn(listen(connecting, heard));
        Self { latest, listening }
    }

    /// Returns when a change behind `seen` was announced, or after the time.
    pub(super) async fn wait_behind(&self, seen: i64, time: Duration) {
        let mut latest = self.latest.clone();
        let heard = async {
            if latest.wait_for(|latest| *latest > seen).await.is_err() {
                // Nobody listens any more.
                std::future::pending::<()>().await;
            }
        };
        // That nothing was heard is no error: the caller looks by itself.
        let _ = tokio::time::timeout(time, heard).await;
    }
}

impl Drop for Announcements {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn listen(connecting: PgConnectOptions, heard: watch::Sender<i64>) {
    loop {
        match listen_once(&connecting, &heard).await {
            // The database knows no announcements.
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("0A000") => return,
            Ok(()) | Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

/// Listens until the connection is lost.
async fn listen_once(
    connecting: &PgConnectOptions,
    heard: &watch::Sender<i64>,
) -> Result<(), sqlx::Error> {
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .max_lifetime(None)
        .idle_timeout(None)
        .acquire_timeout(Duration::from_secs(2))
        .connect_lazy_with(connecting.clone());
    let mut listener = PgListener::connect_with(&pool).await?;
    listener.eager_reconnect(false);
    listener.listen("scopegate_changes").await?;
    // What was heard before need not hold any more, should the database have been put back
    // to an older state.
    heard.send_replace(0);
    while let Some(announcement) = listener.try_recv().await? {
        if let Ok(number) = announcement.payload().parse::<i64>() {
            heard.send_if_modified(|latest| {
                let later = number > *latest;
                *latest = number.max(*latest);
                later
            });
        }
    }
    Ok(())
}

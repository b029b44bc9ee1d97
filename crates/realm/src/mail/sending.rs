//! What waits is sent, a few at a time.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use super::{Job, Post};
use crate::app::App;

/// So many are sent at once.
const AT_ONCE: usize = 4;
/// The pauses between tries: two minutes and a half in all.
const PAUSES: [Duration; 4] = [
    Duration::from_secs(2),
    Duration::from_secs(8),
    Duration::from_secs(30),
    Duration::from_secs(110),
];

impl App {
    /// Sends what waits, for as long as it is polled.
    pub(crate) async fn send_mail(self: &Arc<Self>) {
        let Some(post) = self.post().cloned() else {
            return std::future::pending().await;
        };
        let places = Arc::new(Semaphore::new(AT_ONCE));
        let mut waiting = post.waiting.lock().await;
        while let Some(job) = waiting.recv().await {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else {
                return;
            };
            let (app, post) = (Arc::clone(self), Arc::clone(&post));
            tokio::spawn(async move {
                let _place = place;
                app.send_one(&post, job).await;
            });
        }
    }

    async fn send_one(&self, post: &Post, job: Job) {
        let mail = match job().await {
            Ok(Some(mail)) => mail,
            Ok(None) => return,
            Err(error) => {
                self.metrics().mail_failed();
                tracing::error!(%error, "a mail could not be written");
                return;
            }
        };
        let mut pauses = PAUSES.into_iter();
        loop {
            match post.carrier.send(&mail).await {
                Ok(()) => return self.metrics().mail_sent(),
                Err(error) => match pauses.next().filter(|_| error.is_passing()) {
                    Some(pause) => {
                        tracing::warn!(%error, "a mail could not be sent; trying again");
                        tokio::time::sleep(pause).await;
                    }
                    None => {
                        self.metrics().mail_failed();
                        tracing::error!(%error, "a mail could not be sent, and is given up");
                        return;
                    }
                },
            }
        }
    }
}

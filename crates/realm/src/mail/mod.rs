//! Mail: what is written is made and sent in the background, so that nobody waits for it and time
//! tells nothing. What waits is bounded; what cannot be delivered is tried again for a while, then
//! counted and logged. What waits when the server ends is lost: whoever needs it asks again.

mod carrier;

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use oauth::model::User;
use tokio::sync::{Mutex, Semaphore, mpsc};

pub use carrier::{Carrier, Encryption, MailError, MailSettings, Smtp, Way};

use crate::accounts::links::Link;
use crate::app::App;
use crate::fault::Fault;

/// So many mails wait at most.
const WAITING: usize = 1_000;
/// So many are sent at once.
const AT_ONCE: usize = 4;
/// The pauses between tries: two minutes and a half in all.
const PAUSES: [Duration; 4] = [
    Duration::from_secs(2),
    Duration::from_secs(8),
    Duration::from_secs(30),
    Duration::from_secs(110),
];

/// A mail, in plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// To whom: an address.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub text: String,
}

impl Mail {
    /// What is written, before it is known to whom.
    #[must_use]
    pub fn about(subject: String, text: String) -> Self {
        Self {
            to: String::new(),
            subject,
            text,
        }
    }

    /// The same to somebody.
    #[must_use]
    pub fn to(self, address: &str) -> Self {
        Self {
            to: address.to_owned(),
            ..self
        }
    }
}

/// Writes a mail about a link to a person, in words that the pages have.
pub type Letter = Box<dyn FnOnce(&User, &Link) -> Mail + Send>;

/// Makes a mail, or finds that there is none to send.
pub(crate) type Job =
    Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = Result<Option<Mail>, Fault>> + Send>> + Send>;

/// Can this be written to?
#[must_use]
pub fn is_address(text: &str) -> bool {
    text.parse::<lettre::Address>().is_ok()
}

/// Can a mail be from this: an address, or `Name <address>`?
#[must_use]
pub fn is_mailbox(text: &str) -> bool {
    carrier::mailbox(text).is_ok()
}

/// What waits to be sent, and who carries it.
pub(crate) struct Post {
    carrier: Carrier,
    put: mpsc::Sender<Job>,
    waiting: Mutex<mpsc::Receiver<Job>>,
}

impl Post {
    pub(crate) fn new(carrier: Carrier) -> Self {
        let (put, waiting) = mpsc::channel(WAITING);
        Self {
            carrier,
            put,
            waiting: Mutex::new(waiting),
        }
    }

    /// Takes something to send, if there is room; answers whether there was.
    pub(crate) fn take(&self, job: Job) -> bool {
        self.put.try_send(job).is_ok()
    }
}

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

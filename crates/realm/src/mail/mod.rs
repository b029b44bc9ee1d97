//! Mail: what is written is made and sent in the background, so that nobody waits for it and time
//! tells nothing. What waits is bounded; what cannot be delivered is tried again for a while, then
//! counted and logged. What waits when the server ends is lost: whoever needs it asks again.

mod carrier;
mod sending;

use std::pin::Pin;

use tokio::sync::{Mutex, mpsc};

pub use carrier::{Carrier, Encryption, MailError, MailSettings, Smtp, Way};

use crate::fault::Fault;

/// So many mails wait at most.
const WAITING: usize = 1_000;
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

//! Who carries a mail: an SMTP server, or a folder for the demo and for tests.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use lettre::address::AddressError;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use oauth::model::TokenHash;

use super::Mail;

/// How long one exchange with a server may take.
const TIME: Duration = Duration::from_secs(20);

/// How mail is sent.
#[derive(Clone)]
pub struct MailSettings {
    /// Whom it is from: `Name <address>`, or an address.
    pub from: String,
    /// By whom.
    pub way: Way,
}

/// Who carries it.
#[derive(Clone)]
pub enum Way {
    /// A server.
    Smtp(Smtp),
    /// Each mail becomes a file here, which ends in `.eml`.
    Folder(PathBuf),
}

/// A server that takes mail.
#[derive(Clone)]
pub struct Smtp {
    /// Its name.
    pub host: String,
    /// Its port, if not the usual one.
    pub port: Option<u16>,
    /// How the connection is kept secret.
    pub encryption: Encryption,
    /// Name and password, if it wants them.
    pub credentials: Option<(String, String)>,
    /// Who vouches for it (PEM), if not Mozilla's list.
    pub ca_certificate: Option<Vec<u8>>,
}

/// How a connection to a server that takes mail is kept secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// TLS from the beginning (RFC 8314 section 3.3), usually port 465.
    Tls,
    /// By STARTTLS, and not at all without (RFC 3207), usually port 587.
    StartTls,
    /// Not: for a server on the same machine, usually port 25.
    None,
}

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// It cannot be written to this address.
    #[error("no address to write to: {0}")]
    Address(#[from] AddressError),
    /// It cannot be put together.
    #[error("the mail cannot be put together: {0}")]
    Message(#[from] lettre::error::Error),
    /// The server does not take it, or is not there.
    #[error("the mail server: {0}")]
    Smtp(#[from] lettre::transport::smtp::Error),
    /// The folder cannot be written.
    #[error("the folder for mail cannot be written: {0}")]
    Folder(#[from] std::io::Error),
}

impl MailError {
    /// Will trying again help?
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Address(_) | Self::Message(_) => false,
            Self::Smtp(error) => !error.is_permanent(),
            Self::Folder(_) => true,
        }
    }
}

/// Carries mails.
pub struct Carrier {
    from: Mailbox,
    by: By,
}

enum By {
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
    Folder(PathBuf),
}

impl Carrier {
    /// One that goes by these settings. Nothing is connected yet.
    ///
    /// # Errors
    ///
    /// What is no address to be from, no name of a server, or no certificate.
    pub fn new(settings: MailSettings) -> Result<Self, MailError> {
        let by = match settings.way {
            Way::Smtp(server) => By::Smtp(Box::new(transport(server)?)),
            Way::Folder(folder) => By::Folder(folder),
        };
        Ok(Self {
            from: mailbox(&settings.from)?,
            by,
        })
    }

    /// Sends one mail.
    ///
    /// # Errors
    ///
    /// [`MailError`] says why not, and whether to try again.
    pub async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, mail.to.parse::<Address>()?))
            .subject(&mail.subject)
            .message_id(Some(self.message_id(mail)))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.clone())?;
        match &self.by {
            By::Smtp(server) => {
                server.send(message).await?;
            }
            By::Folder(folder) => write(folder.clone(), message.formatted()).await?,
        }
        Ok(())
    }
}

impl Carrier {
    /// No two mails are the same: each has its own link.
    fn message_id(&self, mail: &Mail) -> String {
        let TokenHash(hash) = TokenHash::of(format!("{}\n{}", mail.to, mail.text).as_bytes());
        let name: String = hash
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("<{name}@{}>", self.from.email.domain())
    }
}

/// `Name <address>`, or an address.
pub(super) fn mailbox(text: &str) -> Result<Mailbox, AddressError> {
    text.parse()
}

fn transport(server: Smtp) -> Result<AsyncSmtpTransport<Tokio1Executor>, MailError> {
    let tls = |server: &Smtp| {
        let mut parameters = TlsParameters::builder(server.host.clone());
        if let Some(pem) = &server.ca_certificate {
            parameters = parameters.add_root_certificate(Certificate::from_pem(pem)?);
        }
        parameters.build_rustls()
    };
    let (tls, port) = match server.encryption {
        Encryption::Tls => (Tls::Wrapper(tls(&server)?), 465),
        Encryption::StartTls => (Tls::Required(tls(&server)?), 587),
        Encryption::None => (Tls::None, 25),
    };
    let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
        .port(server.port.unwrap_or(port))
        .tls(tls)
        .timeout(Some(TIME));
    if let Some((name, password)) = server.credentials {
        transport = transport.credentials(Credentials::new(name, password));
    }
    Ok(transport.build())
}

static PARTS: AtomicU64 = AtomicU64::new(0);

/// Whole or not at all: whoever looks into the folder sees no half of a mail.
async fn write(folder: PathBuf, text: Vec<u8>) -> Result<(), std::io::Error> {
    let written = tokio::task::spawn_blocking(move || {
        std::fs::create_dir_all(&folder)?;
        let mut number = std::fs::read_dir(&folder)?.count();
        let own = PARTS.fetch_add(1, Ordering::Relaxed);
        let part = folder.join(format!("{}-{own}.part", std::process::id()));
        std::fs::write(&part, text)?;
        loop {
            number += 1;
            let name = folder.join(format!("{number:06}.eml"));
            match std::fs::hard_link(&part, &name) {
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                linked => return linked.and(std::fs::remove_file(&part)),
            }
        }
    });
    written.await.map_err(std::io::Error::other)?
}

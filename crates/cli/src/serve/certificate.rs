//! A listener's certificate. It is read again when its files change: certificates end every
//! few weeks, and servers should not.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio_rustls::TlsAcceptor;

use super::file_version::FileVersion;
use super::hang_up::HangUp;
use super::tls::{self, Protocols};
use crate::configuration::TlsFiles;
use crate::failure::Failure;

/// How often the files are looked at; SIGHUP has it done at once.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// A certificate with its key, in files that others may replace.
pub struct Certificate {
    files: TlsFiles,
    protocols: Protocols,
    current: RwLock<Read>,
}

/// What was read last, and from which files.
struct Read {
    acceptor: TlsAcceptor,
    of: Option<[FileVersion; 2]>,
}

impl Certificate {
    /// Reads both files, which must belong together.
    pub fn load(files: &TlsFiles, protocols: Protocols) -> Result<Arc<Self>, Failure> {
        Ok(Arc::new(Self {
            current: RwLock::new(read(files, protocols)?),
            files: files.clone(),
            protocols,
        }))
    }

    /// For a new connection.
    pub fn acceptor(&self) -> TlsAcceptor {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.acceptor.clone()
    }

    /// Reads the files again if they are others than before. What cannot be used is told, and
    /// the last good one stays.
    fn look_again(&self) {
        let of = self
            .current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .of;
        if of.is_some() && of == versions(&self.files) {
            return;
        }
        let file = self.files.certificate.display();
        match read(&self.files, self.protocols) {
            Ok(read) => {
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = read;
                tracing::info!(%file, "a new certificate is used for new connections");
            }
            Err(failure) => {
                tracing::warn!(%file, %failure, "the certificate has changed and cannot be used; the last one stays in use");
            }
        }
    }
}

/// Before they are read, so that a change in between is seen the next time.
fn read(files: &TlsFiles, protocols: Protocols) -> Result<Read, Failure> {
    let of = versions(files);
    let acceptor = tls::load(files, protocols)?;
    Ok(Read { acceptor, of })
}

fn versions(files: &TlsFiles) -> Option<[FileVersion; 2]> {
    let of = FileVersion::of;
    Some([of(&files.certificate)?, of(&files.key)?])
}

/// Looks at them now and then, and when told by SIGHUP, which is heard from this call on.
pub fn keep_current(certificates: Vec<Arc<Certificate>>) -> impl Future<Output = ()> {
    look_on(certificates, HangUp::listen())
}

async fn look_on(certificates: Vec<Arc<Certificate>>, mut told: HangUp) {
    loop {
        // Whether it was told or the time has come, both are reason enough.
        let _ = tokio::time::timeout(LOOK_EVERY, told.again()).await;
        let certificates = certificates.clone();
        let look = move || certificates.iter().for_each(|one| one.look_again());
        // It fails only when the runtime is going down.
        let _ = tokio::task::spawn_blocking(look).await;
    }
}

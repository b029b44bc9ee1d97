use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use enforce::remote::rustls::{Error, RootCertStore};
use enforce::remote::{Address, Http, Transport, TransportError};
use http::{Request, Response, StatusCode};
use tokio::sync::Semaphore;

use super::addresses::Reachable;

/// So many questions of one client are under way.
const AT_ONCE: usize = 64;

/// Asks other servers. Only addresses that may be reached are connected to, whatever a name stands
/// for at that moment; no redirect is followed; a question takes so long and its answer is so large
/// as its [`Bounds`] say, and no more. By `https`, and by `http` on this machine where that may be
/// reached ([`Address::new`]).
///
/// Cloning it is cheap, and all clones share connections and bounds.
#[derive(Clone)]
pub struct Outbound {
    transport: Arc<dyn Transport>,
    at_once: Arc<Semaphore>,
}

/// What one question may cost.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// How long all of it may take, from the name of the host to the last byte.
    pub within: Duration,
    /// The largest body that is read, in bytes.
    pub most: usize,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// As many questions are under way as may be.
    #[error("too many questions are under way")]
    Busy,
    /// It took too long.
    #[error("there was no answer within {0:?}")]
    TooSlow(Duration),
    /// It could not be reached, may not be, or answered more than is read.
    #[error(transparent)]
    Transport(TransportError),
    /// It leads elsewhere, and is not followed.
    #[error("it leads elsewhere (status {0}), which is not followed")]
    LeadsElsewhere(StatusCode),
}

impl Outbound {
    /// One that reaches these addresses. Certificates count that `roots` vouch for; without them,
    /// Mozilla's list.
    ///
    /// # Errors
    ///
    /// Where TLS cannot be set up, which a build that works never does.
    pub fn new(reachable: Reachable, roots: Option<RootCertStore>) -> Result<Self, Error> {
        let roots = roots.unwrap_or_else(Http::usual_roots);
        let may_reach = move |address| reachable.check(address).map_err(|error| error.to_string());
        Ok(Self::over(Arc::new(Http::reaching(roots, may_reach)?)))
    }

    /// One whose questions go another way, such as to what a test has made up.
    #[must_use]
    pub fn over(transport: Arc<dyn Transport>) -> Self {
        Self {
            transport,
            at_once: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// The way its questions go, for what bounds them itself, such as
    /// [`PublishedKeys`](enforce::remote::PublishedKeys).
    #[must_use]
    pub fn transport(&self) -> Arc<dyn Transport> {
        Arc::clone(&self.transport)
    }

    /// Sends a request to an address; what stands in its URI is replaced. The answer is of any status
    /// but one that leads elsewhere. Nothing is sent twice.
    ///
    /// # Errors
    ///
    /// Why there is no answer.
    pub async fn ask(
        &self,
        address: &Address,
        mut request: Request<Bytes>,
        bounds: Bounds,
    ) -> Result<Response<Bytes>, Unanswered> {
        let _permit = self.at_once.try_acquire().map_err(|_| Unanswered::Busy)?;
        *request.uri_mut() = address.uri().clone();
        let sent = self.transport.send(request, bounds.most);
        let answer = tokio::time::timeout(bounds.within, sent).await;
        let answer = answer.map_err(|_| Unanswered::TooSlow(bounds.within))?;
        let answer = answer.map_err(Unanswered::Transport)?;
        match answer.status() {
            status if status.is_redirection() => Err(Unanswered::LeadsElsewhere(status)),
            _ => Ok(answer),
        }
    }
}

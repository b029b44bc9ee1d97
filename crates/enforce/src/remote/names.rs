use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::dns::Name;
use tower_service::Service;

/// Says why an address may not be reached.
type Rule = dyn Fn(IpAddr) -> Result<(), String> + Send + Sync;

/// Which addresses connections may go to.
#[derive(Clone)]
pub(super) struct Reach(Option<Arc<Rule>>);

/// Looks up what names of hosts stand for, and leaves out what may not be reached.
#[derive(Debug, Clone)]
pub(super) struct Names(Reach);

impl Reach {
    pub(super) fn anywhere() -> Self {
        Self(None)
    }

    pub(super) fn only(
        rule: impl Fn(IpAddr) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        Self(Some(Arc::new(rule)))
    }

    /// May a connection go there?
    fn check(&self, address: IpAddr) -> Result<(), String> {
        match &self.0 {
            Some(rule) => rule(address),
            None => Ok(()),
        }
    }

    /// The same for the host of a URL. One that is an address is never looked up; what a name
    /// stands for is found out, and checked, when a connection is made.
    pub(super) fn check_literal(&self, host: &str) -> Result<(), String> {
        match host.trim_matches(['[', ']']).parse() {
            Ok(address) => self.check(address),
            Err(_) => Ok(()),
        }
    }
}

impl fmt::Debug for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "some" } else { "anywhere" })
    }
}

impl Names {
    pub(super) fn within(reach: Reach) -> Self {
        Self(reach)
    }

    async fn look_up(self, name: Name) -> io::Result<std::vec::IntoIter<SocketAddr>> {
        // The port is the connector's to set.
        let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
        let mut refused = None;
        let mut reached = Vec::new();
        for address in found {
            match self.0.check(address.ip()) {
                Ok(()) => reached.push(address),
                Err(why) => refused = Some(why),
            }
        }
        match refused {
            Some(why) if reached.is_empty() => Err(io::Error::other(why)),
            _ => Ok(reached.into_iter()),
        }
    }
}

impl Service<Name> for Names {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        Box::pin(self.clone().look_up(name))
    }
}

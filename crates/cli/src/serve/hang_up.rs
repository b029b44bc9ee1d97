/// SIGHUP, where there is one: files are to be read again.
#[cfg(unix)]
pub struct HangUp(Option<tokio::signal::unix::Signal>);

#[cfg(unix)]
impl HangUp {
    /// Heard from now on; without it, the signal would end the process.
    pub fn listen() -> Self {
        let hangup = tokio::signal::unix::SignalKind::hangup();
        let listening = tokio::signal::unix::signal(hangup);
        if let Err(error) = &listening {
            tracing::warn!(%error, "SIGHUP cannot be heard; files are looked at now and then all the same");
        }
        Self(listening.ok())
    }

    /// Waits until it comes again.
    pub async fn again(&mut self) {
        let heard = match &mut self.0 {
            Some(signal) => signal.recv().await,
            None => None,
        };
        if heard.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

/// There is none.
#[cfg(not(unix))]
pub struct HangUp;

#[cfg(not(unix))]
impl HangUp {
    /// Heard from now on; without it, the signal would end the process.
    pub fn listen() -> Self {
        Self
    }

    /// Waits until it comes again.
    pub async fn again(&mut self) {
        std::future::pending().await
    }
}

//! How the server stops: told by a signal, it says that it is not ready any more, takes no new
//! connections, and finishes what is under way.

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::configuration::Shutdown;

/// Once told to: says by `not_ready` that it is not any more, cancels `stop`, has `let_go` end what
/// would go on, and waits for what is under way.
pub async fn perform(
    times: Shutdown,
    not_ready: impl FnOnce(),
    let_go: impl FnOnce(),
    stop: &CancellationToken,
    under_way: &TaskTracker,
) {
    not_ready();
    if !times.notice.is_zero() {
        tracing::info!(
            seconds = times.notice.as_secs(),
            "told to stop; not ready any more, and answering until the proxy has seen it"
        );
        tokio::time::sleep(times.notice).await;
    }
    tracing::info!("stopping; finishing what is under way");
    stop.cancel();
    let_go();
    under_way.close();
    if tokio::time::timeout(times.timeout, under_way.wait())
        .await
        .is_err()
    {
        tracing::warn!(
            seconds = times.timeout.as_secs(),
            "requests were still under way; stopping without them"
        );
    }
}

/// Ctrl-C, or a termination signal where there is one. They count from the call on, not only
/// from when the answer is waited for.
///
/// # Errors
///
/// When the system does not let them be waited for.
#[cfg(unix)]
pub fn told() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ctrl-C.
#[cfg(not(unix))]
pub fn told() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Where it cannot be waited for, nothing else ends the server either.
        let _ = tokio::signal::ctrl_c().await;
    })
}

//! The signals of the system that the server listens to.

/// Ctrl-C, or a termination signal where there is one. They count from the call on, not only
/// from when the answer is waited for.
///
/// # Errors
///
/// When the system does not let them be waited for.
#[cfg(unix)]
pub fn to_stop() -> std::io::Result<impl Future<Output = ()>> {
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
pub fn to_stop() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Where it cannot be waited for, nothing else ends the server either.
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// A write beyond the largest size that a file may have (`ulimit -f`) sends a signal that ends
/// the process. Once somebody listens to it, the write fails instead, and the database answers
/// as on a full disk. Whoever listens counts for the life of the process, also when the answer
/// is dropped.
///
/// # Errors
///
/// When the system does not let it be listened to.
#[cfg(unix)]
pub fn outlive_file_limit(runtime: &tokio::runtime::Runtime) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    // SIGXFSZ: POSIX names it and leaves the number open. On MIPS it is 31.
    let number = if cfg!(any(target_arch = "mips", target_arch = "mips64")) {
        31
    } else {
        25
    };
    let _entered = runtime.enter();
    signal(SignalKind::from_raw(number)).map(drop)
}

/// There is no such signal here.
#[cfg(not(unix))]
pub fn outlive_file_limit(_runtime: &tokio::runtime::Runtime) -> std::io::Result<()> {
    Ok(())
}

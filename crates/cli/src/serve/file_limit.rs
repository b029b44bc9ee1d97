//! The limit on the size of a file (`ulimit -f`).

/// A write beyond the largest size that a file may have (`ulimit -f`) sends a signal that ends
/// the process. Once somebody listens to it, the write fails instead, and the database answers
/// as on a full disk. Whoever listens counts for the life of the process, also when the answer
/// is dropped.
///
/// # Errors
///
/// When the system does not let it be listened to.
#[cfg(unix)]
pub fn outlive(runtime: &tokio::runtime::Runtime) -> std::io::Result<()> {
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
pub fn outlive(_runtime: &tokio::runtime::Runtime) -> std::io::Result<()> {
    Ok(())
}

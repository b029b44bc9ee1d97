//! Waiting for what others do.

use std::time::Duration;

/// Waits until something is so; it must be, sooner or later.
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..600 {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("never: {what}");
}

//! What is remembered of callers: each apart, all at once, and not more than there is room for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use enforce::limits::{Counted, MOST_KEYS, Pace};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn callers_are_counted_apart() {
    let counted = Counted::new(Pace::new(1, SECOND));
    for key in 0..1_000 {
        assert!(counted.take(key, Duration::ZERO).is_ok());
        assert!(counted.take(key, Duration::ZERO).is_err());
        assert!(counted.look(key, Duration::ZERO).is_err());
    }
    assert_eq!(counted.callers(), 1_000);
    // Looking remembers nobody.
    assert!(counted.look(5_000, Duration::ZERO).is_ok());
    assert_eq!(counted.callers(), 1_000);
}

#[test]
fn however_many_callers_come_so_many_are_remembered_and_who_keeps_calling_is_not_forgotten() {
    let counted = Counted::new(Pace::new(1, SECOND));
    let regular = u128::MAX;
    assert!(counted.take(regular, Duration::ZERO).is_ok());
    for key in 0..4 * MOST_KEYS as u128 {
        assert!(counted.take(key, Duration::ZERO).is_ok());
        if key % 100 == 0 {
            assert!(counted.take(regular, Duration::ZERO).is_err(), "{key}");
        }
        assert!(key % 1_000 > 0 || counted.callers() <= MOST_KEYS);
    }
    assert!(counted.callers() <= MOST_KEYS);
}

#[test]
fn of_calls_at_once_no_more_than_the_limit_are_let_through() {
    let counted = Arc::new(Counted::new(Pace::new(100, SECOND)));
    let through = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..200 {
                    if counted.take(7, Duration::ZERO).is_ok() {
                        through.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    assert_eq!(through.into_inner(), 100);
}

//! The count, held against one that remembers everything.

use std::time::Duration;

use enforce::limits::{Full, Pace, Room, Window};
use proptest::prelude::*;

fn ms(time: u64) -> Duration {
    Duration::from_millis(time)
}

/// How many of these moments lie less than a span before `now`.
fn within(taken: &[u64], span: u64, now: u64) -> usize {
    taken.iter().filter(|time| **time + span > now).count()
}

proptest! {
    /// Exactly: up to 256 calls, whatever the moments, it lets through what a list of all of them does.
    #[test]
    fn a_small_window_is_a_list_of_all_calls(
        calls in 1_u32..=12,
        span in 1_u64..=2_000,
        steps in proptest::collection::vec(0_u64..=700, 1..120),
    ) {
        let pace = Pace::new(calls, ms(span));
        let (mut window, mut taken, mut now) = (Window::default(), Vec::new(), 0);
        for step in steps {
            now += step;
            let known = within(&taken, span, now);
            let looked = window.look(pace, ms(now));
            let found = window.take(pace, ms(now));
            prop_assert_eq!(looked.is_ok(), known < calls as usize);
            prop_assert_eq!(found.is_ok(), looked.is_ok());
            match found {
                Ok(Room { remaining, .. }) => {
                    taken.push(now);
                    prop_assert_eq!(remaining as usize, calls as usize - known - 1);
                }
                // There is room then, and not a millisecond before.
                Err(Full { again_in }) => {
                    let again = now + u64::try_from(again_in.as_millis()).unwrap();
                    prop_assert!(within(&taken, span, again) < calls as usize);
                    prop_assert!(within(&taken, span, again - 1) >= calls as usize);
                }
            }
        }
    }

    /// A large one never lets through too many in any span, and is late by a 254th of it at most.
    #[test]
    fn a_large_window_is_never_too_wide(
        calls in 257_u32..=400,
        span in 300_u64..=100_000,
        steps in proptest::collection::vec(0_u64..=400, 300..900),
    ) {
        let pace = Pace::new(calls, ms(span));
        let tick = span.div_ceil(254);
        let (mut window, mut taken, mut now) = (Window::default(), Vec::new(), 0);
        for step in steps {
            now += step;
            match window.take(pace, ms(now)) {
                Ok(_) => {
                    taken.push(now);
                    prop_assert!(within(&taken, span, now) <= calls as usize);
                }
                Err(Full { again_in }) => {
                    prop_assert!(within(&taken, span + tick, now) >= calls as usize);
                    let again = now + u64::try_from(again_in.as_millis()).unwrap();
                    prop_assert!(window.clone().take(pace, ms(again)).is_ok());
                }
            }
        }
    }

    /// What is given back was never taken.
    #[test]
    fn what_is_given_back_leaves_no_trace(
        calls in 1_u32..=300,
        times in proptest::collection::vec((0_u64..=50, any::<bool>()), 1..80),
    ) {
        let pace = Pace::new(calls, ms(1_000));
        let (mut with, mut without, mut now) = (Window::default(), Window::default(), 0);
        for (step, goes_back) in times {
            now += step;
            if goes_back {
                if with.take(pace, ms(now)).is_ok() {
                    with.give_back(pace, ms(now));
                }
            } else {
                prop_assert_eq!(with.take(pace, ms(now)).is_ok(), without.take(pace, ms(now)).is_ok());
            }
            let looked = (with.look(pace, ms(now)), without.look(pace, ms(now)));
            prop_assert_eq!(looked.0, looked.1);
        }
    }
}

/// As when two callers count at once, and one of them is refused elsewhere.
#[test]
fn what_is_given_back_is_not_what_another_one_took_meanwhile() {
    let pace = Pace::new(2, ms(1_000));
    let mut window = Window::default();
    assert!(window.take(pace, ms(100)).is_ok());
    assert!(window.take(pace, ms(102)).is_ok());
    window.give_back(pace, ms(100));
    assert!(window.take(pace, ms(103)).is_ok());
    // The one of 102 counts until then.
    assert!(window.take(pace, ms(1_101)).is_err());
    assert!(window.take(pace, ms(1_102)).is_ok());
    // A window that nothing is left of has nothing to give back.
    let mut window = Window::default();
    window.give_back(pace, ms(5));
    assert!(window.take(pace, ms(5)).is_ok());
}

#[test]
fn a_clock_that_goes_back_opens_nothing() {
    let pace = Pace::new(2, ms(1_000));
    let mut window = Window::default();
    assert!(window.take(pace, ms(5_000)).is_ok());
    assert!(window.take(pace, ms(3_000)).is_ok());
    assert!(window.take(pace, ms(0)).is_err());
    // Both count from the latest moment that was seen.
    assert!(window.take(pace, ms(5_999)).is_err());
    let room = window.take(pace, ms(6_000)).unwrap();
    assert_eq!(room.remaining, 1);
}

#[test]
fn who_never_stops_is_counted_for_years() {
    // A call every fifty minutes by windows of an hour: none is ever empty, and milliseconds outgrow 32 bits.
    let pace = Pace::new(3, ms(3_600_000));
    let mut window = Window::default();
    for call in 0..5_000 {
        let remaining = window.take(pace, ms(call * 3_000_000)).unwrap().remaining;
        assert_eq!(remaining, if call == 0 { 2 } else { 1 }, "{call}");
    }
}

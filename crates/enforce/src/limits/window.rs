use std::collections::VecDeque;
use std::time::Duration;

/// At most so many calls in any span of so long.
///
/// A window that takes up to 256 calls remembers each of them to the millisecond: it is exact. One that
/// takes more remembers them by 254ths of its span, and counts a call for one of these longer at most. So it
/// is never too many that are let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    calls: u32,
    /// In milliseconds.
    within: u64,
    /// What is told apart, in milliseconds.
    tick: u64,
}

/// How often somebody called.
#[derive(Debug, Clone, Default)]
pub struct Window {
    /// The tick that the others are counted from.
    base: u64,
    /// How many calls in which tick; the oldest first, none of them empty.
    ticks: VecDeque<(u32, u32)>,
    total: u32,
}

/// There is room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// For so many more calls.
    pub remaining: u32,
    /// For one more than that in so long.
    pub again_in: Duration,
}

/// There is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full {
    /// For so long, if nothing else is counted.
    pub again_in: Duration,
}

/// What is remembered of a window at most.
const MOST_TICKS: u32 = 256;

/// Parts of the span of a large one: with the two at its ends they are as many as that.
const PARTS: u64 = 254;

impl Pace {
    /// `calls` in a span of `within`, which is a millisecond at least and a year at most.
    #[must_use]
    pub fn new(calls: u32, within: Duration) -> Self {
        const YEAR: u64 = 366 * 86_400_000;
        let within = u64::try_from(within.as_millis()).unwrap_or(YEAR);
        let within = within.clamp(1, YEAR);
        let tick = match calls {
            0..=MOST_TICKS => 1,
            _ => within.div_ceil(PARTS),
        };
        Self {
            calls,
            within,
            tick,
        }
    }

    /// How many calls.
    #[must_use]
    pub fn calls(self) -> u32 {
        self.calls
    }
}

impl Window {
    /// Counts a call at `now`, where there is room for it. A `now` before the one of an earlier call is
    /// taken for that.
    ///
    /// # Errors
    ///
    /// There is none, and nothing is counted.
    pub fn take(&mut self, pace: Pace, now: Duration) -> Result<Room, Full> {
        let tick = self.look(pace, now).map(|_| self.tick_of(pace, now))?;
        self.count(tick);
        Ok(Room {
            remaining: pace.calls.saturating_sub(self.total),
            again_in: self.first_leaves_in(pace, now),
        })
    }

    /// The same without counting.
    ///
    /// # Errors
    ///
    /// There is no room.
    pub fn look(&mut self, pace: Pace, now: Duration) -> Result<Room, Full> {
        self.forget(pace, now);
        let again_in = self.first_leaves_in(pace, now);
        if self.total >= pace.calls {
            return Err(Full { again_in });
        }
        Ok(Room {
            remaining: pace.calls - self.total,
            again_in,
        })
    }

    /// Takes back a call that was counted at `now`. What others counted later stays; where the call stood
    /// is not told apart from what was counted before it, so that never too much is taken back.
    pub fn give_back(&mut self, pace: Pace, now: Duration) {
        let offset = (milliseconds(now) / pace.tick).saturating_sub(self.base);
        let own = self.ticks.iter();
        let own = own
            .rev()
            .position(|(own, _)| u64::from(*own) <= offset)
            .map_or(0, |behind| self.ticks.len() - 1 - behind);
        let Some((_, count)) = self.ticks.get_mut(own) else {
            return;
        };
        *count -= 1;
        self.total -= 1;
        if *count == 0 {
            self.ticks.remove(own);
        }
    }

    /// Never before the last one.
    fn tick_of(&self, pace: Pace, now: Duration) -> u64 {
        let tick = milliseconds(now) / pace.tick;
        let last = self.ticks.back();
        last.map_or(tick, |(offset, _)| {
            tick.max(self.base.saturating_add(u64::from(*offset)))
        })
    }

    fn count(&mut self, tick: u64) {
        match self.ticks.front() {
            None => self.base = tick,
            Some((first, _)) if tick - self.base > u64::from(u32::MAX) => {
                let first = *first;
                self.base += u64::from(first);
                for (offset, _) in &mut self.ticks {
                    *offset -= first;
                }
            }
            Some(_) => {}
        }
        // What counts still lies a span apart at most, which is less than this holds.
        let offset = u32::try_from(tick - self.base).unwrap_or(u32::MAX);
        match self.ticks.back_mut() {
            Some((last, count)) if *last == offset => *count += 1,
            _ => self.ticks.push_back((offset, 1)),
        }
        self.total += 1;
    }

    /// What lies a whole span back does not count any more.
    fn forget(&mut self, pace: Pace, now: Duration) {
        let now = milliseconds(now);
        while let Some((offset, count)) = self.ticks.front() {
            if self.leaves_at(pace, *offset) > now {
                return;
            }
            self.total -= count;
            self.ticks.pop_front();
        }
    }

    fn first_leaves_in(&self, pace: Pace, now: Duration) -> Duration {
        let first = self.ticks.front();
        let at = first.map_or(0, |(offset, _)| self.leaves_at(pace, *offset));
        Duration::from_millis(at.saturating_sub(milliseconds(now)))
    }

    /// When the last moment of a tick lies a span back.
    fn leaves_at(&self, pace: Pace, offset: u32) -> u64 {
        let tick = self.base.saturating_add(u64::from(offset));
        let last = tick.saturating_add(1).saturating_mul(pace.tick) - 1;
        last.saturating_add(pace.within)
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

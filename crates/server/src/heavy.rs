//! Work that takes more than a moment: off the threads that answer requests, a few at a time, and
//! so many waiting that each is still answered soon.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use tokio::sync::{Semaphore, oneshot};

/// Pages that grow with a catalog. On the smallest machine one core is left for the others.
pub(crate) static PAGES: Heavy = Heavy::new(1, 64, Gives::Way);

/// Pages of consent for apps that ask for much: readers of other pages keep nobody from deciding.
pub(crate) static DECISIONS: Heavy = Heavy::new(1, 64, Gives::NoWay);

/// For how long whoever finds no place should stay away.
pub(crate) const AGAIN: Duration = Duration::from_secs(5);

/// There is no place, neither to work nor to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Busy;

/// Places to work, and places to wait for one.
pub(crate) struct Heavy {
    places: usize,
    working: Semaphore,
    all: Semaphore,
    gives: Gives,
    /// To the threads, once there are some.
    threads: Mutex<Option<mpsc::Sender<Work>>>,
}

type Work = Box<dyn FnOnce() + Send>;

/// What work does where the processor has something else to do, as far as the system knows of that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gives {
    /// It waits: whoever makes tokens goes first. Such work must not hold what others wait for.
    Way,
    NoWay,
}

impl Heavy {
    const fn new(working: usize, waiting: usize, gives: Gives) -> Self {
        Self {
            places: working,
            working: Semaphore::const_new(working),
            all: Semaphore::const_new(working + waiting),
            gives,
            threads: Mutex::new(None),
        }
    }

    /// Does the work when there is a place.
    ///
    /// # Errors
    ///
    /// [`Busy`], at once; also for work that broke off.
    pub(crate) async fn run<T: Send + 'static>(
        &'static self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let _waits = self.all.try_acquire().map_err(|_| Busy)?;
        let works = self.working.acquire().await.map_err(|_| Busy)?;
        let (done, result) = oneshot::channel();
        let work = move || {
            // It is given back when the work has ended, though nobody may be waiting for it.
            let _works = works;
            // Nobody may be there any more.
            let _ = done.send(work());
        };
        let threads = self.threads().map_err(|_| Busy)?;
        threads.send(Box::new(work)).map_err(|_| Busy)?;
        result.await.map_err(|_| Busy)
    }

    /// Threads of its own, since one that gives way does so for ever. They stay: the scheduler takes
    /// a new one for one that has had nothing yet, and lets it go first.
    fn threads(&self) -> std::io::Result<mpsc::Sender<Work>> {
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(threads) = &*threads {
            return Ok(threads.clone());
        }
        let (hand, work) = mpsc::channel();
        let work = Arc::new(Mutex::new(work));
        for _ in 0..self.places {
            let (work, gives) = (Arc::clone(&work), self.gives);
            let thread = thread::Builder::new().name("pages".to_owned());
            thread.spawn(move || all(&work, gives))?;
        }
        Ok(threads.insert(hand).clone())
    }
}

fn all(work: &Mutex<mpsc::Receiver<Work>>, gives: Gives) {
    if gives == Gives::Way {
        give_way();
    }
    loop {
        let next = work.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(next) = next else {
            return;
        };
        if gives == Gives::Way {
            step_aside();
        }
        // Whoever waits for it is told, since nothing comes of it.
        let _ = catch_unwind(AssertUnwindSafe(next));
    }
}

/// Lets those go first who wait for this processor. However patient a thread is, the scheduler may
/// choose it before one that had more lately, and looks again only at the next tick, which is
/// milliseconds away: work that gives way does this every fraction of one.
pub(crate) fn step_aside() {
    thread::yield_now();
}

/// This thread runs where the others leave it time, and is interrupted as soon as one of them has
/// something to do: the scheduler lets others end what they began, however patient they are. Linux
/// keeps that for each thread, others for the process as a whole.
#[cfg(target_os = "linux")]
fn give_way() {
    use thread_priority::unix::{set_thread_priority_and_policy, thread_native_id};
    use thread_priority::{NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy};

    let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
    // Where the system does not let it, it works like the others.
    let _ = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, idle);
}

#[cfg(not(target_os = "linux"))]
fn give_way() {}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn never_more_work_than_places_and_who_finds_none_is_told_at_once() {
        static PLACES: Heavy = Heavy::new(2, 3, Gives::NoWay);
        let (at_work, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let mut ends = Vec::new();
        let mut tasks = Vec::new();
        for _ in 0..5 {
            let (end, ended) = mpsc::channel::<()>();
            let (at_work, most) = (Arc::clone(&at_work), Arc::clone(&most));
            ends.push(end);
            tasks.push(tokio::spawn(PLACES.run(move || {
                let now = at_work.fetch_add(1, Ordering::SeqCst) + 1;
                most.fetch_max(now, Ordering::SeqCst);
                let _ = ended.recv();
                at_work.fetch_sub(1, Ordering::SeqCst);
            })));
        }
        while PLACES.all.available_permits() > 0 || at_work.load(Ordering::SeqCst) < 2 {
            tokio::task::yield_now().await;
        }
        assert_eq!(PLACES.run(|| ()).await, Err(Busy));
        drop(ends);
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        assert_eq!(most.load(Ordering::SeqCst), 2);
        assert_eq!(PLACES.run(|| 7).await, Ok(7));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn only_what_gives_way_runs_behind_everybody_else() {
        static PATIENT: Heavy = Heavy::new(1, 0, Gives::Way);
        static EAGER: Heavy = Heavy::new(1, 0, Gives::NoWay);
        // SCHED_IDLE of sched(7), in the place that proc(5) gives it.
        const IDLE: &str = "5";
        let policy = || {
            let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
            let (_, behind) = stat.rsplit_once(')').unwrap();
            behind.split_whitespace().nth(38).unwrap().to_owned()
        };
        let own = policy();
        assert_ne!(own, IDLE);
        assert_eq!(PATIENT.run(policy).await.unwrap(), IDLE);
        assert_eq!(EAGER.run(policy).await.unwrap(), own);
        assert_eq!(policy(), own);
    }

    #[tokio::test]
    async fn work_that_breaks_off_gives_its_place_back() {
        static PLACES: Heavy = Heavy::new(1, 0, Gives::Way);
        for _ in 0..3 {
            assert_eq!(
                PLACES.run(|| panic!("on purpose")).await,
                Err::<(), _>(Busy)
            );
        }
        assert_eq!(PLACES.run(|| 7).await, Ok(7));
    }
}

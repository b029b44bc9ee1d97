use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Token and path.
type Place = (u128, u128);

/// Writes whose answers are not over yet: as many as calls are under way.
#[derive(Debug, Default)]
pub(super) struct Writes(Mutex<HashSet<Place>>);

/// A write whose answer is not over; it is when this is dropped.
#[derive(Debug)]
pub struct UnderWay {
    writes: Arc<Writes>,
    place: Place,
}

impl Writes {
    /// Nothing where another one is under way there.
    pub(super) fn begin(self: &Arc<Self>, place: Place) -> Option<Arc<UnderWay>> {
        let is_first = self.places().insert(place);
        is_first.then(|| {
            Arc::new(UnderWay {
                writes: Arc::clone(self),
                place,
            })
        })
    }

    fn places(&self) -> std::sync::MutexGuard<'_, HashSet<Place>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.writes.places().remove(&self.place);
    }
}

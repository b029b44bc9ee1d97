//! The literal segments of a catalog's paths, and where each leads.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

/// The literal segments after a node, and the nodes they lead to.
#[derive(Debug, Clone, Default)]
pub(super) enum Literals {
    #[default]
    None,
    One(Word, u32),
    /// With the length of the longest.
    Many(FxHashMap<Word, u32>, u32),
}

impl Literals {
    #[inline]
    pub(super) fn get(&self, segment: &[u8]) -> Option<usize> {
        let next = match self {
            Self::None => None,
            Self::One(own, next) => (**own == *segment).then_some(*next),
            // An id is longer than every literal beside it, mostly.
            Self::Many(_, longest) if segment.len() > *longest as usize => None,
            Self::Many(all, _) => all.get(segment).copied(),
        };
        long(next)
    }

    pub(super) fn insert(&mut self, segment: Word, next: u32) {
        let length = short(segment.len());
        *self = match std::mem::take(self) {
            Self::None => Self::One(segment, next),
            Self::One(first, its) => {
                let longest = short(first.len());
                let both = [(first, its), (segment, next)];
                Self::Many(both.into_iter().collect(), longest.max(length))
            }
            Self::Many(mut all, longest) => {
                all.insert(segment, next);
                Self::Many(all, longest.max(length))
            }
        };
    }
}

/// A literal. Catalogs say the same few words on many paths, and each is in memory once: what a
/// lookup compares with stays in the processor's cache, however many endpoints there are.
pub(super) type Word = Arc<[u8]>;

/// The word of this text, a new one where it was not said yet.
pub(super) fn word(words: &mut FxHashSet<Word>, text: &str) -> Word {
    if let Some(own) = words.get(text.as_bytes()) {
        return Arc::clone(own);
    }
    let own = Word::from(text.as_bytes());
    words.insert(Arc::clone(&own));
    own
}

/// No catalog has as many of anything as would not fit.
pub(super) fn short(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

pub(super) fn long(place: Option<u32>) -> Option<usize> {
    place.map(|place| place as usize)
}

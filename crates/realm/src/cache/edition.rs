use std::sync::Arc;

use arc_swap::ArcSwapOption;

/// Which of the catalogs that a realm has had while this process runs. A [`scope::ScopeSet`] means
/// something within one of them only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Edition(u64);

impl Edition {
    /// The one that comes behind it.
    #[must_use]
    pub(crate) fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// What is remembered as sets of scopes. In another edition it is not known: a request that began
/// under the catalog before may remember something while others have the next one already.
#[derive(Clone)]
pub(super) struct Compiled<V> {
    edition: Edition,
    value: V,
}

impl<V> Compiled<V> {
    pub(super) fn new(edition: Edition, value: V) -> Self {
        Self { edition, value }
    }

    /// It, if it is of this edition.
    pub(super) fn of(self, edition: Edition) -> Option<V> {
        (self.edition == edition).then_some(self.value)
    }
}

/// What is made of a realm's catalog, kept until the realm has another one. Looking takes no lock.
pub struct PerEdition<T> {
    made: ArcSwapOption<(Edition, Arc<T>)>,
}

impl<T> PerEdition<T> {
    /// What is made of the catalog of this edition. Of those who ask first, each makes it.
    pub fn of(&self, edition: Edition, make: impl FnOnce() -> T) -> Arc<T> {
        let known = self.made.load();
        if let Some((of, made)) = known.as_deref()
            && *of == edition
        {
            return Arc::clone(made);
        }
        let is_newer = known.as_deref().is_none_or(|(of, _)| *of < edition);
        let made = Arc::new(make());
        // Who began under an older catalog takes nothing from the others.
        if is_newer {
            let kept = (edition, Arc::clone(&made));
            self.made.store(Some(Arc::new(kept)));
        }
        made
    }
}

impl<T> Default for PerEdition<T> {
    fn default() -> Self {
        Self {
            made: ArcSwapOption::empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_made_once_for_each_edition_and_the_latest_is_kept() {
        let kept = PerEdition::default();
        let first = Edition::default();
        let second = first.next();
        let made = std::cell::Cell::new(0);
        let of = |edition: Edition| {
            *kept.of(edition, || {
                made.set(made.get() + 1);
                edition
            })
        };
        assert_eq!([of(first), of(first)], [first, first]);
        assert_eq!(made.get(), 1);
        assert_eq!([of(second), of(second)], [second, second]);
        assert_eq!(made.get(), 2);
        // Who is late makes it for itself.
        assert_eq!([of(first), of(second)], [first, second]);
        assert_eq!(made.get(), 3);
    }
}

//! Sets of a catalog's scopes, as bits.

/// A scope of one catalog: an index into [`crate::Catalog::scopes`]. Another catalog, and
/// another version of the same one, may give the number to another scope: what outlives the
/// process is kept by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ScopeId(u32);

impl ScopeId {
    /// The id of the scope at this index of a catalog.
    pub(crate) fn new(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// The index into [`crate::Catalog::scopes`].
    pub fn index(self) -> usize {
        self.0 as usize
    }

    fn word(self) -> usize {
        self.index() / 64
    }

    fn bit(self) -> u64 {
        1 << (self.0 % 64)
    }
}

/// A set of scopes of one catalog. Membership costs one bit test, whatever the catalog's size;
/// memory is one bit for each scope. Sets of two catalogs mean nothing together.
#[derive(Debug, Clone, Default)]
pub struct ScopeSet {
    bits: Box<[u64]>,
}

impl ScopeSet {
    /// The set without a scope.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Every id below `count`.
    pub(crate) fn first(count: usize) -> Self {
        let partial = (1_u64 << (count % 64)) - 1;
        let words = std::iter::repeat_n(u64::MAX, count / 64);
        Self {
            bits: words.chain((partial != 0).then_some(partial)).collect(),
        }
    }

    /// Is the scope in it?
    #[inline]
    pub fn contains(&self, id: ScopeId) -> bool {
        self.bits
            .get(id.word())
            .is_some_and(|word| word & id.bit() != 0)
    }

    /// Puts a scope in.
    pub fn insert(&mut self, id: ScopeId) {
        if id.word() >= self.bits.len() {
            let mut longer = std::mem::take(&mut self.bits).into_vec();
            longer.resize(id.word() + 1, 0);
            self.bits = longer.into_boxed_slice();
        }
        if let Some(word) = self.bits.get_mut(id.word()) {
            *word |= id.bit();
        }
    }

    /// Takes a scope out.
    pub fn remove(&mut self, id: ScopeId) {
        if let Some(word) = self.bits.get_mut(id.word()) {
            *word &= !id.bit();
        }
    }

    /// What is in either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.combine(other, |own, others| own | others)
    }

    /// Puts everything of another set in.
    pub(crate) fn add_all(&mut self, other: &Self) {
        if other.bits.len() > self.bits.len() {
            *self = self.union(other);
            return;
        }
        for (own, others) in self.bits.iter_mut().zip(&other.bits) {
            *own |= others;
        }
    }

    /// What is in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.combine(other, |own, others| own & others)
    }

    /// What is in this one only.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.combine(other, |own, others| own & !others)
    }

    /// Is all of it in the other?
    pub fn is_subset(&self, other: &Self) -> bool {
        self.bits
            .iter()
            .enumerate()
            .all(|(index, word)| word & !other.word(index) == 0)
    }

    /// Is nothing in it?
    pub fn is_empty(&self) -> bool {
        self.bits.iter().all(|word| *word == 0)
    }

    /// How many scopes are in it.
    pub fn len(&self) -> usize {
        self.bits
            .iter()
            .map(|word| word.count_ones() as usize)
            .sum()
    }

    /// The scopes in it, in catalog order.
    pub fn iter(&self) -> impl Iterator<Item = ScopeId> + '_ {
        self.bits.iter().enumerate().flat_map(|(index, &word)| {
            // Each step clears the lowest bit that is set.
            std::iter::successors(Some(word), |left| Some(left & left.wrapping_sub(1)))
                .take_while(|left| *left != 0)
                .map(move |left| ScopeId::new(index * 64 + left.trailing_zeros() as usize))
        })
    }

    fn combine(&self, other: &Self, word: impl Fn(u64, u64) -> u64) -> Self {
        let words = self.bits.len().max(other.bits.len());
        Self {
            bits: (0..words)
                .map(|index| word(self.word(index), other.word(index)))
                .collect(),
        }
    }

    fn word(&self, index: usize) -> u64 {
        self.bits.get(index).copied().unwrap_or(0)
    }
}

impl PartialEq for ScopeSet {
    fn eq(&self, other: &Self) -> bool {
        self.is_subset(other) && other.is_subset(self)
    }
}

impl Eq for ScopeSet {}

impl FromIterator<ScopeId> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = ScopeId>>(ids: I) -> Self {
        let mut set = Self::empty();
        for id in ids {
            set.insert(id);
        }
        set
    }
}

impl Extend<ScopeId> for ScopeSet {
    fn extend<I: IntoIterator<Item = ScopeId>>(&mut self, ids: I) {
        for id in ids {
            self.insert(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(indices: &[usize]) -> ScopeSet {
        indices.iter().map(|index| ScopeId::new(*index)).collect()
    }

    #[test]
    fn sets_of_different_lengths_combine() {
        let short = set(&[1, 2]);
        let long = set(&[2, 200]);
        assert_eq!(short.union(&long), set(&[1, 2, 200]));
        assert_eq!(long.intersection(&short), set(&[2]));
        assert_eq!(long.difference(&short), set(&[200]));
        assert!(set(&[2]).is_subset(&long));
        assert!(!long.is_subset(&short));
    }

    #[test]
    fn adding_is_union() {
        for (own, other) in [(set(&[1]), set(&[2, 200])), (set(&[2, 200]), set(&[1]))] {
            let mut sum = own.clone();
            sum.add_all(&other);
            assert_eq!(sum, own.union(&other));
        }
    }

    #[test]
    fn trailing_zero_words_do_not_matter() {
        let mut emptied = set(&[200]);
        emptied.remove(ScopeId::new(200));
        assert_eq!(emptied, ScopeSet::empty());
        assert!(emptied.is_empty());
        assert_eq!(emptied.iter().count(), 0);
    }

    #[test]
    fn the_first_ids_are_all_below_the_count() {
        for count in [0, 1, 63, 64, 65, 128, 130] {
            let ids: Vec<usize> = ScopeSet::first(count).iter().map(ScopeId::index).collect();
            assert_eq!(ids, (0..count).collect::<Vec<_>>());
        }
    }

    #[test]
    fn iteration_is_in_catalog_order() {
        let ids: Vec<usize> = set(&[130, 0, 63, 64]).iter().map(ScopeId::index).collect();
        assert_eq!(ids, [0, 63, 64, 130]);
    }
}

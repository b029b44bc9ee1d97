//! Random choices from a list of numbers, so that a failing example shrinks.

pub struct Draws {
    numbers: Vec<u32>,
    at: usize,
}

impl Draws {
    pub fn new(numbers: Vec<u32>) -> Self {
        Self { numbers, at: 0 }
    }

    /// A number below `bound`; zero when the list is used up.
    pub fn below(&mut self, bound: usize) -> usize {
        let number = self.numbers.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        number as usize % bound.max(1)
    }

    pub fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == one_in - 1
    }

    pub fn pick<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())].clone()
    }

    /// Each item with this chance.
    pub fn some<T: Clone>(&mut self, items: &[T], one_in: usize) -> Vec<T> {
        items
            .iter()
            .filter(|_| self.chance(one_in))
            .cloned()
            .collect()
    }
}

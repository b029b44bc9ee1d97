//! How much work a search may do.

/// How much work is left: in words compared, more or less.
pub(super) struct Budget {
    left: usize,
}

impl Budget {
    pub(super) fn new(most: usize) -> Self {
        Self { left: most }
    }

    pub(super) fn take(&mut self, steps: usize) {
        self.left = self.left.saturating_sub(steps);
    }

    pub(super) fn is_spent(&self) -> bool {
        self.left == 0
    }

    /// As much as each of so many gets.
    pub(super) fn share(&mut self, of: usize) -> Self {
        let left = self.left / of.max(1);
        self.left -= left;
        Self { left }
    }

    pub(super) fn put_back(&mut self, share: &Self) {
        self.left += share.left;
    }
}

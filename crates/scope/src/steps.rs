//! How much work a decision may do.
//!
//! A step is a byte read, a place of the rule visited or a field looked up. Everything a caller
//! can make longer costs steps, so work grows with the size of a call and no faster; a rule that
//! would read a large call again and again ends in a denial.

use std::cell::Cell;

use crate::request::{ApiRequest, Visible};

/// What a rule may cost, however small the call.
const BASE: usize = 65_536;
/// Steps for each byte of a call.
const PER_BYTE: usize = 8;

/// The steps of one decision.
pub(crate) struct Steps {
    most: usize,
    taken: Cell<usize>,
}

impl Steps {
    pub(crate) fn of(request: &ApiRequest<'_>) -> Self {
        let bytes = |part| match part {
            Visible::Seen(text) => str::len(text),
            Visible::Hidden => 0,
        };
        let bytes = request.path.len() + bytes(request.query) + bytes(request.body);
        Self {
            most: bytes.saturating_mul(PER_BYTE).saturating_add(BASE),
            taken: Cell::new(0),
        }
    }

    /// Takes so many; are there as many left?
    pub(crate) fn take(&self, steps: usize) -> bool {
        let taken = self.taken.get().saturating_add(steps);
        self.taken.set(taken.min(self.most));
        taken <= self.most
    }

    pub(crate) fn taken(&self) -> usize {
        self.taken.get()
    }
}

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use oauth::model::{ApiKeyUse, Uuid};

/// So many keys are remembered between two writes; uses of more are told an hour later.
const MOST: usize = 100_000;

/// When keys were used since that was written last.
#[derive(Default)]
pub(crate) struct KeyUses(Mutex<HashMap<Uuid, ApiKeyUse>>);

impl KeyUses {
    pub(super) fn note(&self, one: ApiKeyUse) {
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if uses.len() < MOST || uses.contains_key(&one.key) {
            uses.insert(one.key, one);
        }
    }

    /// All of them, to be written.
    pub(crate) fn take(&self) -> Vec<ApiKeyUse> {
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *uses).into_values().collect()
    }

    /// What could not be written, unless something later was noted.
    pub(crate) fn put_back(&self, uses: Vec<ApiKeyUse>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for one in uses {
            kept.entry(one.key).or_insert(one);
        }
    }
}

//! A store some of whose calls fail.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use crate::error::StoreError;
use crate::store::{Hook, Store};
use async_trait::async_trait;

type Act = Box<dyn FnOnce(Arc<dyn Store>) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

/// Makes every call, except those it was told to break, and counts them by name.
pub struct FaultyStore {
    store: Arc<dyn Store>,
    faults: Arc<Faults>,
}

struct Faults {
    /// For those whose calls do not count.
    inner: Arc<dyn Store>,
    meanwhile: Mutex<Option<(&'static str, Act)>>,
    broken: Mutex<BTreeSet<String>>,
    calls: Mutex<Vec<&'static str>>,
}

impl FaultyStore {
    /// Over this store; nothing is broken yet.
    #[must_use]
    pub fn new(inner: Arc<dyn Store>) -> Self {
        let faults = Arc::new(Faults {
            inner: Arc::clone(&inner),
            meanwhile: Mutex::default(),
            broken: Mutex::default(),
            calls: Mutex::default(),
        });
        Self {
            store: inner.hooked(Arc::clone(&faults) as _),
            faults,
        }
    }

    /// The store itself.
    #[must_use]
    pub fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store)
    }

    /// From now on these calls fail; `*` is every call.
    pub fn break_calls(&self, names: &[&str]) {
        let mut broken = self.faults.broken.lock().unwrap();
        broken.extend(names.iter().map(|name| (*name).to_owned()));
    }

    /// Right before the next call of this name, somebody else does this.
    pub fn before<F>(
        &self,
        name: &'static str,
        act: impl FnOnce(Arc<dyn Store>) -> F + Send + 'static,
    ) where
        F: Future<Output = ()> + Send + 'static,
    {
        let act: Act = Box::new(|store| Box::pin(act(store)));
        *self.faults.meanwhile.lock().unwrap() = Some((name, act));
    }

    /// Every call works again.
    ///
    /// # Panics
    ///
    /// If a thread panicked while it told this store something; so do the others.
    pub fn mend(&self) {
        self.faults.broken.lock().unwrap().clear();
    }

    /// The calls since the last time this was asked.
    pub fn take_calls(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.faults.calls.lock().unwrap())
    }
}

impl Deref for FaultyStore {
    type Target = dyn Store;

    fn deref(&self) -> &Self::Target {
        &*self.store
    }
}

#[async_trait]
impl Hook for Faults {
    async fn before(&self, call: &'static str) -> Result<(), StoreError> {
        self.calls.lock().unwrap().push(call);
        let act = self
            .meanwhile
            .lock()
            .unwrap()
            .take_if(|(name, _)| *name == call);
        if let Some((_, act)) = act {
            act(Arc::clone(&self.inner)).await;
        }
        let broken = self.broken.lock().unwrap();
        if broken.contains("*") || broken.contains(call) {
            return Err(StoreError::Unavailable(format!(
                "{call} was broken on purpose"
            )));
        }
        Ok(())
    }
}

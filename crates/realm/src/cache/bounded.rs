use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};

use quick_cache::sync::{Cache as Records, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, Equivalent, UnitWeighter};

use crate::fault::Fault;

/// A bounded memory of records that can be told to forget.
pub(crate) struct Cache<K, V> {
    records: Records<K, V>,
    /// Grows with everything forgotten.
    forgotten: AtomicU64,
}

impl<K: Eq + Hash + Clone, V: Clone> Cache<K, V> {
    /// Room for `capacity` records; memory is taken as they come.
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            records: Records::with(
                capacity.min(1_024),
                capacity as u64,
                UnitWeighter,
                DefaultHashBuilder::default(),
                DefaultLifecycle::default(),
            ),
            forgotten: AtomicU64::new(0),
        }
    }

    pub(crate) fn get<Q>(&self, key: &Q) -> Option<V>
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        self.records.get(key)
    }

    /// Remembers a record that was just written.
    pub(crate) fn keep(&self, key: K, record: V) {
        self.records.insert(key, record);
    }

    /// Reads a record and remembers it, unless something was forgotten meanwhile: then what
    /// was read may be from before that change, and the next one to ask reads again.
    pub(crate) async fn load(
        &self,
        key: K,
        read: impl Future<Output = Result<Option<V>, Fault>>,
    ) -> Result<Option<V>, Fault> {
        let before = self.forgotten.load(Ordering::SeqCst);
        let record = read.await?;
        if let Some(record) = &record {
            self.records.insert(key.clone(), record.clone());
            // Whoever forgets counts first and removes then, so one of us removes.
            if self.forgotten.load(Ordering::SeqCst) != before {
                self.records.remove(&key);
            }
        }
        Ok(record)
    }

    pub(crate) fn forget<Q>(&self, key: &Q)
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        self.records.remove(key);
    }

    pub(crate) fn forget_all(&self) {
        self.forget_where(|_| true);
    }

    pub(crate) fn forget_where(&self, is_meant: impl Fn(&K) -> bool) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        self.records.retain(|key, _| !is_meant(key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_forgotten_while_it_was_read_is_not_remembered() {
        let remembered = Cache::<u8, &str>::new(10);
        let read = async {
            remembered.forget(&1);
            Ok(Some("old"))
        };
        assert_eq!(remembered.load(1, read).await.unwrap(), Some("old"));
        assert_eq!(remembered.get(&1), None);
    }

    #[tokio::test]
    async fn what_was_read_is_remembered_until_forgotten() {
        let remembered = Cache::<u8, &str>::new(10);
        remembered.load(1, async { Ok(Some("one")) }).await.unwrap();
        remembered.load(2, async { Ok(Some("two")) }).await.unwrap();
        assert_eq!(remembered.get(&1), Some("one"));
        remembered.forget_where(|key| *key == 1);
        assert_eq!(
            (remembered.get(&1), remembered.get(&2)),
            (None, Some("two"))
        );
    }

    #[tokio::test]
    async fn a_failure_is_not_remembered() {
        let remembered = Cache::<u8, &str>::new(10);
        let failed = async { Err(Fault::Unavailable(String::from("gone"))) };
        assert!(remembered.load(1, failed).await.is_err());
        assert_eq!(remembered.get(&1), None);
    }
}

use std::sync::Arc;

use async_trait::async_trait;

use crate::error::StoreError;

/// What else happens at the calls of a store; given by [`Store::hooked`](crate::Store::hooked).
/// Waiting for a change and looking at figures are no such calls: neither asks the database.
#[async_trait]
pub trait Hook: Send + Sync {
    /// Before a call, by the name of its method. An error is answered in its place.
    async fn before(&self, call: &'static str) -> Result<(), StoreError> {
        let _ = call;
        Ok(())
    }

    /// After a write that may have left a [`Change`](crate::Change) behind succeeded, and
    /// before it is answered.
    async fn committed(&self) {}
}

/// The hooks of a store, in the order they were given.
#[derive(Clone, Default)]
pub(crate) struct Hooks(Vec<Arc<dyn Hook>>);

impl Hooks {
    /// These and one more.
    pub(crate) fn with(&self, hook: Arc<dyn Hook>) -> Self {
        let mut hooks = self.clone();
        hooks.0.push(hook);
        hooks
    }

    pub(crate) async fn before(&self, call: &'static str) -> Result<(), StoreError> {
        for hook in &self.0 {
            hook.before(call).await?;
        }
        Ok(())
    }

    pub(crate) async fn committed(&self) {
        for hook in &self.0 {
            hook.committed().await;
        }
    }
}

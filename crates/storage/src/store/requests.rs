use async_trait::async_trait;
use oauth::model::{KeptRequest, KeptRequests, Timestamp, TokenHash};

use crate::error::StoreError;

/// Authorization requests that wait for a person.
#[async_trait]
pub trait Requests: Send + Sync {
    /// Keeps a request, unless its sender sent as many as they may within the minute before; answers
    /// whether it did. Where that makes more than `most`, the oldest of its sender or realm go;
    /// however many are kept at once, no more stay than that and those that are just being kept.
    async fn keep_request(
        &self,
        request: &KeptRequest,
        most: KeptRequests,
    ) -> Result<bool, StoreError>;
    /// A kept request that has not expired.
    async fn kept_request(
        &self,
        hash: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<KeptRequest>, StoreError>;
    /// Binds a request that no browser has to this one, with the session it has now; answers
    /// whether it did. Of browsers that come at once, one gets it.
    async fn claim_request(
        &self,
        hash: &TokenHash,
        browser: &TokenHash,
        session: Option<&TokenHash>,
        now: Timestamp,
    ) -> Result<bool, StoreError>;
}

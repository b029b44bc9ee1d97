use async_trait::async_trait;
use oauth::model::{
    BrowserSession, KeptRequests, SignInAnswer, SignInUnderWay, Timestamp, TokenHash,
};

use crate::error::StoreError;

/// Sign-ins that are under way in applications of providers. Where somebody signed in,
/// [`ArrivalStep::AnswerSignIn`](super::ArrivalStep::AnswerSignIn) answers one.
#[async_trait]
pub trait SignIns: Send + Sync {
    /// Records that one began, unless its sender began as many as they may within the minute before;
    /// answers whether it did. Where that makes more than `most`, the oldest go.
    async fn begin_sign_in(
        &self,
        sign_in: &SignInUnderWay,
        most: KeptRequests,
    ) -> Result<bool, StoreError>;
    /// One that has not expired, by its challenge.
    async fn sign_in(
        &self,
        challenge: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<SignInUnderWay>, StoreError>;
    /// One that has not expired, by the value with which its browser comes back.
    async fn answered_sign_in(
        &self,
        answer: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<SignInUnderWay>, StoreError>;
    /// Keeps what the application said where nobody signed in; answers whether it did. Of several
    /// answers, one counts.
    async fn answer_sign_in(
        &self,
        challenge: &TokenHash,
        answer: &SignInAnswer,
        now: Timestamp,
    ) -> Result<bool, StoreError>;
    /// Finishes one in its browser, and begins the session where there is one; answers whether it did.
    /// Of several that come back at once, one does.
    async fn finish_sign_in(
        &self,
        answer: &TokenHash,
        session: Option<&BrowserSession>,
        now: Timestamp,
    ) -> Result<bool, StoreError>;
}

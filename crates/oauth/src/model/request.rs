use super::{Timestamp, TokenHash};

/// An authorization request that waits for a person, under a handle that stands for it in short
/// URLs, as the `request_uri` of a pushed one does (RFC 9126 section 2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRequest {
    /// SHA-256 of the handle.
    pub hash: TokenHash,
    /// The realm; a request counts nowhere else.
    pub realm: String,
    /// Its parameters, as a query: those that are checked, and no secret. They are checked anew
    /// each time.
    pub parameters: String,
    /// Who sent it, for the bound on how many there may be: an address.
    pub sender: String,
    /// SHA-256 of the cookie of the one browser it is answered in; `None` until a browser comes
    /// with the handle.
    pub browser: Option<TokenHash>,
    /// The session that this browser had then. To sign in again is to have another.
    pub session: Option<TokenHash>,
    /// When it came.
    pub created_at: Timestamp,
    /// When it is forgotten.
    pub expires_at: Timestamp,
    /// When the person answered it; it is not answered twice.
    pub answered_at: Option<Timestamp>,
}

/// How many requests are kept; when one more comes than there may be at once, the oldest go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptRequests {
    /// Of one sender, of those that came within a minute; more are refused.
    pub of_sender_in_a_minute: usize,
    /// Of one sender.
    pub of_sender: usize,
    /// Of one realm.
    pub of_realm: usize,
}

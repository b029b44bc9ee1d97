use super::{Timestamp, TokenHash};

/// Something of another system that counts once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedOnce {
    /// The realm.
    pub realm: String,
    /// What it is.
    pub purpose: OncePurpose,
    /// SHA-256 of what makes it the only one.
    pub hash: TokenHash,
    /// Until when it could come again; then it counts no more by itself.
    pub until: Timestamp,
}

/// What it is that counts once. One is never taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OncePurpose {
    /// `state` of an attempt to sign in at a provider.
    SignInState,
    /// `jti` of a provider's logout token.
    LogoutToken,
}

impl OncePurpose {
    /// Its word in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignInState => "sign-in-state",
            Self::LogoutToken => "logout-token",
        }
    }
}

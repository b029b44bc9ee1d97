use super::{Position, Timestamp, TokenHash, Uuid};

/// What a person may do once, for a while, with a secret that only its hash is kept of: the link in
/// a mail, or a sign-in between password and second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// SHA-256 of the secret.
    pub hash: TokenHash,
    /// The realm.
    pub realm: String,
    /// Who.
    pub user: Uuid,
    /// For what.
    pub purpose: TicketPurpose,
    /// How far the changes had come when it was given.
    pub position: Position,
    /// When it was given.
    pub created_at: Timestamp,
    /// From when on it is worth nothing.
    pub expires_at: Timestamp,
}

/// What a [`Ticket`] is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketPurpose {
    /// To choose a new password.
    Reset,
    /// To choose a name and the first password.
    Invitation,
    /// To go on with a code: the password was right.
    SecondFactor,
}

impl TicketPurpose {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Reset, Self::Invitation, Self::SecondFactor];

    /// As it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Invitation => "invitation",
            Self::SecondFactor => "second-factor",
        }
    }
}

/// What came of using a code of a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeUse {
    /// This call, and no other, used it.
    Redeemed,
    /// It was right, and was used before.
    AlreadyRedeemed,
    /// It is none of the person's.
    Unknown,
}

/// A person's authenticator app.
#[derive(Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// The realm.
    pub realm: String,
    /// Whose.
    pub user: Uuid,
    /// What app and server share, as it is stored: wrapped where there is a master key.
    pub secret: Vec<u8>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When a code of the app proved that it has the secret; before, it counts for nothing.
    pub confirmed_at: Option<Timestamp>,
    /// The step of the last code that was used (RFC 6238 section 5.2): neither it nor an earlier
    /// one counts again.
    pub last_step: Option<i64>,
    /// The session in which it was begun, until it is confirmed: no other sees its secret, nor
    /// confirms it.
    pub begun_by: Option<TokenHash>,
    /// How many recovery codes are left.
    pub recovery_codes: usize,
}

impl std::fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecondFactor")
            .field("realm", &self.realm)
            .field("user", &self.user)
            .field("confirmed_at", &self.confirmed_at)
            .finish_non_exhaustive()
    }
}

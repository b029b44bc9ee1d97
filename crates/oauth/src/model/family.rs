use scope::Scope;

use super::{RevocationReason, Timestamp, Uuid};

/// One connection under a grant: a redeemed code and the tokens that follow from it, so one
/// installation or one browser. What goes wrong in one ends that one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    /// Time-ordered (UUID version 7).
    pub id: Uuid,
    /// The realm.
    pub realm: String,
    /// The app.
    pub client: String,
    /// The grant it is under.
    pub grant: Uuid,
    /// What the app asked when it was connected, as given; a refresh may repeat it.
    pub requested: Scope,
    /// When its code was redeemed.
    pub begun_at: Timestamp,
    /// When it last got tokens. Calls with them write nothing, so this is as exact as an access
    /// token is short-lived.
    pub last_used_at: Timestamp,
    /// Whether it goes on.
    pub status: FamilyStatus,
}

/// Does a connection go on? Under a grant that was revoked, none does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FamilyStatus {
    /// It does, as long as its tokens do.
    Live,
    /// It was ended.
    Ended {
        /// When.
        at: Timestamp,
        /// Why.
        reason: RevocationReason,
    },
}

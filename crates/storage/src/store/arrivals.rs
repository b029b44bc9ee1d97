use oauth::audit::AuditRecord;
use oauth::model::{
    Membership, Organisation, Role, SignInAnswer, Ticket, Timestamp, TokenHash, User,
};

/// One of the writes that make somebody who signed in elsewhere, or was invited, a person here, each
/// with the record of its act.
#[derive(Debug, Clone)]
pub enum ArrivalStep {
    /// [`People::insert_user`](super::People::insert_user).
    InsertUser(User, AuditRecord),
    /// [`People::update_user`](super::People::update_user).
    UpdateUser(User, AuditRecord),
    /// [`Organisations::insert_organisation`](super::Organisations::insert_organisation).
    InsertOrganisation(Organisation, Vec<Role>, AuditRecord),
    /// [`Organisations::rename_organisation`](super::Organisations::rename_organisation).
    RenameOrganisation(Organisation, AuditRecord),
    /// [`Organisations::put_membership`](super::Organisations::put_membership).
    PutMembership(Membership, AuditRecord),
    /// [`Organisations::remove_membership`](super::Organisations::remove_membership).
    RemoveMembership(Membership, AuditRecord),
    /// [`Accounts::give_ticket`](super::Accounts::give_ticket).
    GiveTicket(Ticket, AuditRecord),
    /// Answers a sign-in under way; [`StoreError::Conflict`](crate::StoreError::Conflict) of a `sign-in`
    /// where it was answered before, has expired, or never began.
    AnswerSignIn {
        /// SHA-256 of its challenge.
        challenge: TokenHash,
        /// What came of it.
        answer: SignInAnswer,
        /// When.
        now: Timestamp,
    },
}

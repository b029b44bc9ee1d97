use std::fmt;

use crate::model::{TokenHash, Uuid};

/// Makes a closed list of words.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$what:meta])* $word:ident = $text:literal,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$what])* $word,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$word),*];

            /// As it is stored and shown.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$word => $text,)*
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// What was done.
    Act {
        /// A client was registered.
        ClientRegistered = "client-registered",
        /// The scopes of a client's registration were changed.
        ClientScopesChanged = "client-scopes-changed",
        /// What else a client is registered as was changed.
        ClientChanged = "client-changed",
        /// A client's secrets were replaced.
        ClientSecretReplaced = "client-secret-replaced",
        /// A client has a further secret.
        ClientSecretAdded = "client-secret-added",
        /// A secret of a client works no more.
        ClientSecretRevoked = "client-secret-revoked",
        /// A client may do nothing for now.
        ClientSuspended = "client-suspended",
        /// A suspended client may do again what it could.
        ClientResumed = "client-resumed",
        /// A client may do nothing any more.
        ClientDisabled = "client-disabled",
        /// A disabled client may do again what it could.
        ClientEnabled = "client-enabled",
        /// A client was deleted, with its grants and approvals.
        ClientDeleted = "client-deleted",
        /// A resource server may introspect tokens of other audiences.
        ClientAudiencesChanged = "client-audiences-changed",
        /// A client was approved for an elevation.
        ApprovalGiven = "approval-given",
        /// An approval was taken back.
        ApprovalWithdrawn = "approval-withdrawn",
        /// A person was added.
        PersonAdded = "person-added",
        /// A person signs in by another name, or is called another.
        PersonRenamed = "person-renamed",
        /// The system that a person comes from says something else of them than before.
        PersonUpdated = "person-updated",
        /// A person is written to at another address, or at none.
        PersonEmailSet = "person-email-set",
        /// A person was given another password.
        PersonPasswordSet = "person-password-set",
        /// A person chose another password, and is signed out everywhere else.
        PersonPasswordChanged = "person-password-changed",
        /// A person chose a new password by a link, and is signed out everywhere.
        PersonPasswordReset = "person-password-reset",
        /// A link was made by which a person can choose a new password.
        PasswordLinkMade = "password-link-made",
        /// A link was made by which a new person can choose a name and a password.
        PersonInvited = "person-invited",
        /// A person who was invited chose a name and a password.
        InvitationAccepted = "invitation-accepted",
        /// A person signs in with a second factor from now on.
        SecondFactorOn = "second-factor-on",
        /// A person signs in without a second factor from now on.
        SecondFactorOff = "second-factor-off",
        /// A person signed in with a recovery code, which works no more.
        RecoveryCodeUsed = "recovery-code-used",
        /// A person has new recovery codes; the earlier ones work no more.
        RecoveryCodesReplaced = "recovery-codes-replaced",
        /// A second factor is stored under another master key, or under one at last.
        SecondFactorWrapped = "second-factor-wrapped",
        /// A person may do nothing for now.
        PersonSuspended = "person-suspended",
        /// A suspended person may do again what they could.
        PersonResumed = "person-resumed",
        /// A person may do nothing any more.
        PersonDisabled = "person-disabled",
        /// A disabled person may sign in again.
        PersonEnabled = "person-enabled",
        /// A person was deleted, with their grants, sessions and places.
        PersonDeleted = "person-deleted",
        /// What was personal in the audit record of a person was erased.
        PersonErased = "person-erased",
        /// An organisation was added, with its roles.
        OrganisationAdded = "organisation-added",
        /// An organisation has another name or short name.
        OrganisationRenamed = "organisation-renamed",
        /// An organisation was deleted, with its roles, places and grants.
        OrganisationDeleted = "organisation-deleted",
        /// A role was added, or has other rights.
        RoleSet = "role-set",
        /// A role has another name.
        RoleRenamed = "role-renamed",
        /// A role was taken away, also from those who had it.
        RoleRemoved = "role-removed",
        /// A person has a place in an organisation, or other roles there.
        MembershipSet = "membership-set",
        /// A person's place in an organisation ended.
        MembershipEnded = "membership-ended",
        /// Scopes were taken off a grant.
        GrantReduced = "grant-reduced",
        /// A grant was ended.
        GrantRevoked = "grant-revoked",
        /// An access token was ended before its time.
        AccessTokenRevoked = "access-token-revoked",
        /// A connection under a grant was ended.
        FamilyEnded = "family-ended",
        /// A browser was signed out.
        SessionEnded = "session-ended",
        /// Everything issued in a realm was ended.
        RealmCutOff = "realm-cut-off",
        /// A server goes by another catalog of the realm than the one taken last.
        CatalogTaken = "catalog-taken",
        /// A backup took the place of the database, and everything issued in a realm was ended.
        DatabaseRestored = "database-restored",
        /// An upgrade of the database was finished: servers of the version before run no more.
        UpgradeFinished = "upgrade-finished",
        /// A client has a new API key.
        ApiKeyMade = "api-key-made",
        /// A key that a client had before moved in, by its hash.
        ApiKeyMovedIn = "api-key-moved-in",
        /// An API key works no more.
        ApiKeyRevoked = "api-key-revoked",
        /// A realm got its first key of a use.
        KeyMade = "key-made",
        /// A key was replaced by another.
        KeyRotated = "key-rotated",
        /// A key was taken away.
        KeyRevoked = "key-revoked",
        /// A key is stored under another master key, or under one at last.
        KeyWrapped = "key-wrapped",
        /// Retired keys were removed that nobody needed any more.
        KeysRemoved = "keys-removed",
    }
}

words! {
    /// What kind of record an act is about.
    SubjectKind {
        /// By `client_id`.
        Client = "client",
        /// By `client_id` and elevation.
        Approval = "approval",
        /// By UUID.
        Person = "person",
        /// By UUID.
        Organisation = "organisation",
        /// By the organisation's UUID and name.
        Role = "role",
        /// By the UUIDs of organisation and person.
        Membership = "membership",
        /// By UUID.
        Grant = "grant",
        /// By `jti`.
        AccessToken = "access-token",
        /// By UUID.
        Family = "family",
        /// By the beginning of its hash.
        Session = "session",
        /// By `kid`.
        Key = "key",
        /// By UUID.
        ApiKey = "api-key",
        /// By name.
        Realm = "realm",
    }
}

/// What an act is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Kind of record.
    pub kind: SubjectKind,
    /// Which one.
    pub id: String,
}

impl Subject {
    /// A record by its kind and id.
    #[must_use]
    pub fn new(kind: SubjectKind, id: impl fmt::Display) -> Self {
        Self {
            kind,
            id: id.to_string(),
        }
    }

    /// A client's approval for an elevation.
    #[must_use]
    pub fn approval(client: &str, elevation: &str) -> Self {
        Self::new(SubjectKind::Approval, format_args!("{client}/{elevation}"))
    }

    /// A role of an organisation.
    #[must_use]
    pub fn role(organisation: Uuid, name: &str) -> Self {
        Self::new(SubjectKind::Role, format_args!("{organisation}/{name}"))
    }

    /// A person's place in an organisation.
    #[must_use]
    pub fn membership(organisation: Uuid, person: Uuid) -> Self {
        let id = format_args!("{organisation}/{person}");
        Self::new(SubjectKind::Membership, id)
    }

    /// A signed-in browser, by so much of its hash that two are told apart.
    #[must_use]
    pub fn session(hash: &TokenHash) -> Self {
        let beginning = hash.0.iter().take(8);
        let id: String = beginning.map(|byte| format!("{byte:02x}")).collect();
        Self::new(SubjectKind::Session, id)
    }
}

use oauth::api_key::rules::ApiKeyError;
use oauth::approval::ApprovalError;
use oauth::arrival::ArrivalError;
use oauth::grant::reduce::NotReducible;
use oauth::model::Status;
use oauth::naming::NamingError;
use oauth::password::PasswordError;
use oauth::registration::RegistrationError;
use oauth::scope_list::ScopeListError;
use oauth::status::IsDisabled;
use storage::StoreError;

use crate::fault::Fault;
use crate::keys::KeysError;

/// Why an act was not done. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// There is no such record.
    #[error("realm {realm} has no {what} {key:?}")]
    NoSuch {
        /// The realm.
        realm: String,
        /// Kind of record.
        what: &'static str,
        /// What was looked for.
        key: String,
    },
    /// There is one already.
    #[error("{what} {key:?} already exists")]
    Taken {
        /// Kind of record.
        what: &'static str,
        /// Its key.
        key: String,
    },
    /// There was one that was deleted.
    #[error("{what} {key:?} was deleted, and nobody gets its id again; give another")]
    GivenOnce {
        /// Kind of record.
        what: &'static str,
        /// Its key.
        key: String,
    },
    /// Somebody else changed the record since it was read.
    #[error("{what} {key:?} was changed meanwhile; read it again and decide anew")]
    Changed {
        /// Kind of record.
        what: &'static str,
        /// Its key.
        key: String,
    },
    /// A client, or a change of one, that its rules do not allow.
    #[error(transparent)]
    Registration(#[from] RegistrationError),
    /// An approval that would not count.
    #[error(transparent)]
    Approval(#[from] ApprovalError),
    /// An API key that would not count, or may not be had.
    #[error(transparent)]
    ApiKey(#[from] ApiKeyError),
    /// A client with as many keys for an organisation as it may have.
    #[error(
        "{client} has {most} live API keys{}, which is the most; revoke one first",
        of(organisation.as_deref())
    )]
    TooManyApiKeys {
        /// The client.
        client: String,
        /// The organisation, as it was named.
        organisation: Option<String>,
        /// How many it may have.
        most: usize,
    },
    /// Keys that cannot move in. None did.
    #[error("nothing moved in:{}", each(.0))]
    WrongLines(Vec<WrongLine>),
    /// There is no approval to take back.
    #[error("{client} has no standing approval for {elevation:?}")]
    NoApproval {
        /// The client.
        client: String,
        /// The elevation.
        elevation: String,
    },
    /// Rights that the catalog has not got.
    #[error(transparent)]
    Rights(#[from] ScopeListError),
    /// A name that cannot be given.
    #[error(transparent)]
    Name(#[from] NamingError),
    /// A password that nobody should have.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// Somebody who is here, was invited, and has chosen no password yet.
    #[error(
        "{username} was invited before and has not chosen a password yet; `scopegate user \
         invite-again` makes another link"
    )]
    Invited {
        /// What they will sign in with.
        username: String,
    },
    /// Somebody who need not be invited again.
    #[error("{username} has a password already; `scopegate user reset` makes a link to another")]
    HasPassword {
        /// What they sign in with.
        username: String,
    },
    /// A password that cannot be hashed.
    #[error("cannot hash the password: {0}")]
    Unhashed(String),
    /// Somebody who cannot be stopped, or let act again, in this way.
    #[error("{who} {problem}")]
    Status {
        /// Who.
        who: String,
        /// Why not.
        problem: IsDisabled,
    },
    /// Something of what another system tells of somebody who signed in there.
    #[error(transparent)]
    Arrival(#[from] ArrivalError),
    /// The sign-in that somebody arrives by was answered before.
    #[error("this sign-in was answered before")]
    Answered,
    /// Somebody signed in elsewhere who may not act here.
    #[error("{who} is {} here and may not sign in; `scopegate user enable` or `resume` lets them", status.as_str())]
    MayNotAct {
        /// What commands call them.
        who: String,
        /// Since when.
        status: Status,
    },
    /// The client has no such secret.
    #[error("{client} has no secret {secret:?}; `scopegate client show` lists them")]
    NoSecret {
        /// The client.
        client: String,
        /// How the secret was named.
        secret: String,
    },
    /// Several of something begin like that.
    #[error("several {what} begin with {beginning:?}; give more of it")]
    Ambiguous {
        /// Kind of record.
        what: &'static str,
        /// What was given.
        beginning: String,
    },
    /// A client with as many secrets as it may have.
    #[error("{client} has {most} secrets, which is the most; revoke one first")]
    TooManySecrets {
        /// The client.
        client: String,
        /// How many it may have.
        most: usize,
    },
    /// The organisation has no such role.
    #[error("{organisation} has no role {role:?}; {}", listed(there))]
    NoRole {
        /// The role.
        role: String,
        /// The organisation's short name.
        organisation: String,
        /// The roles it has.
        there: Vec<String>,
    },
    /// The person is not a member of the organisation.
    #[error("{username} has no place at {organisation}")]
    NoMember {
        /// The person.
        username: String,
        /// The organisation's name.
        organisation: String,
    },
    /// The catalog's grants are given and ended as a whole.
    #[error(transparent)]
    NotReducible(#[from] NotReducible),
    /// Keys cannot be wrapped without one.
    #[error("there is no master key to wrap keys by")]
    NoMasterKey,
    /// The realm's keys cannot be used.
    #[error(transparent)]
    Keys(KeysError),
    /// The store failed, or knows of something else that does not exist.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Why a key cannot move in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongLine {
    /// Where it is told of.
    pub line: usize,
    /// What is wrong, and what to do.
    pub problem: String,
}

fn of(organisation: Option<&str>) -> String {
    organisation.map_or_else(String::new, |name| format!(" for {name}"))
}

/// Each on its line.
fn each(lines: &[WrongLine]) -> String {
    let lines = lines.iter();
    lines
        .map(|WrongLine { line, problem }| format!("\n  line {line}: {problem}"))
        .collect()
}

fn listed(roles: &[String]) -> String {
    match roles {
        [] => String::from("it has none; `scopegate organisation role` adds one"),
        there => format!("its roles are {}", there.join(", ")),
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::AlreadyExists { what, key } => Self::Taken { what, key },
            StoreError::GivenOnce { what, key } => Self::GivenOnce { what, key },
            StoreError::Conflict { what, key } => Self::Changed { what, key },
            other => Self::Fault(other.into()),
        }
    }
}

/// For those to whom it matters only that nothing was done.
impl From<Refused> for Fault {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Fault(fault) => fault,
            Refused::Changed { .. } => Self::Unavailable(refused.to_string()),
            other => Self::Defect(other.to_string()),
        }
    }
}

impl From<KeysError> for Refused {
    fn from(error: KeysError) -> Self {
        match error {
            KeysError::Store(error) => error.into(),
            unusable @ KeysError::Unusable(..) => Self::Keys(unusable),
        }
    }
}

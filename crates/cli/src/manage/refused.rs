//! What an act of administration refuses, in the words of the command line: with the option that
//! is meant and the command that helps.

use oauth::approval::ApprovalError;
use oauth::registration::{Need, RegistrationError, alternatives};
use oauth::scope_list::ScopeListError;
use realm::manage::Refused;

use crate::configuration::MASTER_KEY;
use crate::failure::Failure;

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        let said = match &refused {
            Refused::NoSuch { realm, what, .. } => {
                format!("{refused}; `scopegate {what} list {realm}` lists them")
            }
            Refused::Registration(error) => registration(error),
            Refused::Approval(error) => approval(error),
            Refused::Rights(error) => scope_list(error),
            Refused::Password(_) => format!("{refused}; give it on standard input"),
            Refused::NoMasterKey => format!(
                "{refused}; give one in {MASTER_KEY} or in the file that `master_key_file` in \
                 [keys] names (`openssl rand -base64 32` makes one)"
            ),
            _ => refused.to_string(),
        };
        Self::new(said)
    }
}

fn registration(error: &RegistrationError) -> String {
    match error {
        RegistrationError::RedirectUri { uri, problem } => {
            format!("--redirect-uri {uri}: {problem}")
        }
        RegistrationError::NoGrantType { kind, needs } => {
            let needs = alternatives(needs, |need| match need {
                Need::RedirectUri => "--redirect-uri",
                Need::Secret => "a secret, so it is not --public",
                Need::Organisation => "--organisation, for which it acts",
            });
            format!("a client of kind {kind} needs {needs}")
        }
        RegistrationError::OptionalNotRegistered(stranger) => {
            format!("--optional names {stranger}, which is not in the registered scope")
        }
        RegistrationError::Scope(error) => scope_list(error),
        _ => error.to_string(),
    }
}

fn approval(error: &ApprovalError) -> String {
    match error {
        ApprovalError::EvidenceMissing(names) => {
            let options: Vec<_> = names
                .iter()
                .map(|name| format!("--evidence {name}=REFERENCE"))
                .collect();
            format!("still needed: {}", options.join(" "))
        }
        ApprovalError::NoReviewer => String::from("--reviewer must say who decided"),
        ApprovalError::Expired => String::from("--expires lies in the past"),
        _ => error.to_string(),
    }
}

/// A list of scopes that is none, and where the names are found.
pub fn scope_list(error: &ScopeListError) -> String {
    match error {
        ScopeListError::Unknown { catalog, .. } => {
            format!("{error}; `scopegate catalog show {catalog}` lists its scopes")
        }
        ScopeListError::Unreadable { .. } => error.to_string(),
    }
}

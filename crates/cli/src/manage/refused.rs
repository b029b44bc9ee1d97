//! What a rule refuses, in the words of the command line: with the option that is meant and the
//! command that helps.

use oauth::approval::ApprovalError;
use oauth::registration::RegistrationError;
use oauth::scope_list::ScopeListError;

use crate::failure::Failure;

/// A client that cannot be registered, or changed, so.
pub fn registration(error: RegistrationError) -> Failure {
    match error {
        RegistrationError::RedirectUri { uri, problem } => {
            Failure::new(format!("--redirect-uri {uri}: {problem}"))
        }
        RegistrationError::NoGrantType { kind } => {
            Failure::new(format!("a client of kind {kind} needs --redirect-uri"))
        }
        RegistrationError::OptionalNotRegistered(stranger) => Failure::new(format!(
            "--optional names {stranger}, which is not in the registered scope"
        )),
        RegistrationError::Scope(error) => scope_list(error),
        other => Failure::new(other.to_string()),
    }
}

/// An approval that cannot be given.
pub fn approval(error: ApprovalError) -> Failure {
    match error {
        ApprovalError::EvidenceMissing(names) => {
            let options: Vec<_> = names
                .iter()
                .map(|name| format!("--evidence {name}=REFERENCE"))
                .collect();
            Failure::new(format!("still needed: {}", options.join(" ")))
        }
        ApprovalError::NoReviewer => Failure::new("--reviewer must say who decided"),
        ApprovalError::Expired => Failure::new("--expires lies in the past"),
        other => Failure::new(other.to_string()),
    }
}

/// A list that names what the catalog has not got.
pub fn scope_list(error: ScopeListError) -> Failure {
    let hint = match &error {
        ScopeListError::Unknown { catalog, .. } => {
            format!("; `scopegate catalog show {catalog}` lists its scopes")
        }
        ScopeListError::Unreadable { .. } => String::new(),
    };
    Failure::new(format!("{error}{hint}"))
}

//! Decision cases: one call each, with what the caller holds and the expected decision and
//! reasons. Every gate and the command line run the same files.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;

use crate::catalog::Catalog;
use crate::decide::{Access, decide};
use crate::definition::RowFilter;
use crate::explain::{Explanation, explain};
use crate::reason::{Reason, Subject};
use crate::request::{ApiRequest, Visible};
use crate::why::{History, WhyMissing};
use crate::withheld::{Withheld, WithheldReason};
use crate::{GrantedScope, RegisteredScope, Scope, ScopeSet};

/// A file of decision cases.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CaseFile {
    /// The id of the catalog that decides.
    pub catalog: String,
    /// The cases in file order.
    #[serde(default)]
    pub cases: Vec<Case>,
}

impl CaseFile {
    /// Reads a case file.
    ///
    /// # Errors
    /// Says where the file is not as documented.
    pub fn parse(text: &str) -> Result<Self, CaseFileError> {
        toml::from_str(text).map_err(|error| CaseFileError(error.to_string()))
    }
}

/// Where a case file is not as documented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFileError(String);

impl fmt::Display for CaseFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CaseFileError {}

/// One call and what is expected.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Case {
    /// What the case shows.
    pub name: String,
    /// Which statement of which document it follows from.
    pub statement: Option<String>,
    /// Method, space, path with query.
    pub request: String,
    /// The token's scope before expansion.
    pub scope: Scope,
    /// Whom the token speaks for; absent means a person.
    pub subject: Option<Subject>,
    /// The client's ceiling now; absent means every scope.
    pub registered: Option<Scope>,
    /// Elevations with a live approval; absent means every elevation.
    pub approved: Option<Vec<String>>,
    /// The user's rights now; absent means every scope.
    pub rights: Option<Rights>,
    /// What the user was given at a sign-in and has run out; absent means nothing.
    pub expired: Option<Rights>,
    /// Is a second factor demanded that the user did not sign in with?
    #[serde(default)]
    pub unproven: bool,
    /// What the client asked for.
    pub requested: Option<Scope>,
    /// What the person struck at consent.
    #[serde(default)]
    pub refused: Scope,
    /// What the person took off later.
    #[serde(default)]
    pub reduced: Scope,
    /// What was withheld, and why.
    #[serde(default)]
    pub withheld: BTreeMap<String, WithheldReason>,
    /// The body; absent means that the gate cannot see it.
    pub body: Option<String>,
    /// Can the gate see the query?
    #[serde(default = "visible")]
    pub query_visible: bool,
    /// Record ids the API knows, by field.
    #[serde(default)]
    pub ids: BTreeMap<String, String>,
    /// Permit or deny.
    pub decision: Outcome,
    /// Why.
    pub reason: Reason,
    /// The alternatives, each a space-separated AND; absent means not checked.
    pub needs: Option<Vec<Scope>>,
    /// Exactly the missing scopes; absent means not checked.
    pub missing: Option<BTreeMap<String, WhyMissing>>,
    /// The row filter of a permit; absent means none.
    pub row_filter: Option<RowFilter>,
}

fn visible() -> bool {
    true
}

/// The user's rights, as one string or as a list of names, each with at most one `*`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Rights {
    /// Space-separated.
    Line(String),
    /// One by one.
    List(Vec<String>),
}

impl Rights {
    /// The names.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::Line(line) => line.split_whitespace().collect(),
            Self::List(names) => names.iter().map(String::as_str).collect(),
        }
    }
}

/// The expected outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The call goes on.
    Permit,
    /// It does not.
    Deny,
}

/// What a gate can see of a call, besides its method and its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sight {
    /// The query.
    pub query: bool,
    /// The body, where there is one.
    pub body: bool,
    /// The ids of the records it is about.
    pub ids: bool,
}

/// What the caller of a case holds, owned.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseAccess {
    /// Whom the token speaks for.
    pub subject: Subject,
    /// From the token's scope.
    pub granted: GrantedScope,
    /// From `registered`.
    pub ceiling: RegisteredScope,
    /// From `approved`.
    pub approved: ScopeSet,
    /// From `rights`.
    pub rights: ScopeSet,
    /// From `expired`.
    pub expired: Option<ScopeSet>,
    /// From `unproven`: every scope of an elevation.
    pub unproven: Option<ScopeSet>,
}

impl CaseAccess {
    /// As a decision takes it.
    pub fn access(&self) -> Access<'_> {
        Access {
            subject: self.subject,
            granted: &self.granted,
            ceiling: &self.ceiling,
            approved: &self.approved,
            rights: &self.rights,
            expired: self.expired.as_ref(),
            unproven: self.unproven.as_ref(),
        }
    }
}

impl Case {
    /// The method of the call.
    pub fn method(&self) -> &str {
        self.request
            .split_once(' ')
            .map_or("GET", |(method, _)| method)
    }

    /// The path with its query.
    pub fn path_and_query(&self) -> &str {
        self.request
            .split_once(' ')
            .map_or(self.request.as_str(), |(_, path)| path)
    }

    /// What the caller holds.
    pub fn access(&self, catalog: &Catalog) -> CaseAccess {
        let every = || catalog.scope_of(&catalog.all());
        let elevations = catalog
            .elevations()
            .iter()
            .map(|elevation| elevation.name.as_str());
        CaseAccess {
            subject: self.subject.unwrap_or(Subject::Person),
            granted: catalog.granted(&self.scope),
            ceiling: catalog.registered(self.registered.as_ref().unwrap_or(&every())),
            approved: match &self.approved {
                Some(live) => catalog.approved(live.iter().map(String::as_str)),
                None => catalog.approved(elevations),
            },
            rights: match &self.rights {
                Some(rights) => catalog.rights(rights.names()),
                None => catalog.all(),
            },
            expired: self
                .expired
                .as_ref()
                .map(|expired| catalog.rights(expired.names())),
            unproven: self.unproven.then(|| catalog.elevated().clone()),
        }
    }

    /// Decides and explains the case, and compares.
    ///
    /// # Errors
    /// Every difference between what is expected and what came out.
    pub fn check(&self, catalog: &Catalog) -> Result<(), Vec<String>> {
        let sight = Sight {
            query: self.query_visible,
            body: true,
            ids: true,
        };
        let explanation = self.explanation(catalog, sight);
        let ids = self.ids(sight);
        let access = self.access(catalog);
        let decision = decide(catalog, &access.access(), &self.asked(sight, &ids));
        let mut differences = self.differences(&explanation);
        if decision.reason() != explanation.reason {
            let (decided, explained) = (decision.reason().as_str(), explanation.reason.as_str());
            differences.push(format!("decided {decided}, but explained {explained}"));
        }
        if differences.is_empty() {
            Ok(())
        } else {
            Err(differences)
        }
    }

    /// What comes of the case at a gate that sees so much of the call.
    pub fn explanation(&self, catalog: &Catalog, sight: Sight) -> Explanation {
        let withheld = self.withheld();
        let history = History {
            requested: self.requested.as_ref(),
            refused: &self.refused,
            withheld: &withheld,
            reduced: Cow::Borrowed(&self.reduced),
            ..History::default()
        };
        let ids = self.ids(sight);
        let access = self.access(catalog);
        explain(
            catalog,
            &access.access(),
            &self.asked(sight, &ids),
            &history,
        )
    }

    /// What was withheld, as a grant records it.
    pub fn withheld(&self) -> Vec<Withheld> {
        let withheld = self.withheld.iter().map(|(scope, reason)| Withheld {
            scope: scope.clone(),
            reason: *reason,
        });
        withheld.collect()
    }

    fn asked<'a>(&'a self, sight: Sight, ids: &'a [(&'a str, &'a str)]) -> ApiRequest<'a> {
        let mut request = ApiRequest::new(self.method(), self.path_and_query());
        request.ids = ids;
        if let Some(body) = self.body.as_ref().filter(|_| sight.body) {
            request.body = Visible::Seen(body);
        }
        if !sight.query {
            request.query = Visible::Hidden;
        }
        request
    }

    fn ids(&self, sight: Sight) -> Vec<(&str, &str)> {
        let ids = self.ids.iter().filter(|_| sight.ids);
        ids.map(|(field, id)| (field.as_str(), id.as_str()))
            .collect()
    }

    /// Every difference between what is expected and an explanation of this case.
    pub fn differences(&self, explanation: &Explanation) -> Vec<String> {
        let mut differences = Vec::new();
        let mut compare = |what: &str, expected: String, found: String| {
            if expected != found {
                differences.push(format!("{what}: expected {expected}, found {found}"));
            }
        };
        let decision = match self.decision {
            Outcome::Permit => "permit",
            Outcome::Deny => "deny",
        };
        compare("decision", decision.into(), explanation.decision.into());
        compare(
            "reason",
            self.reason.as_str().into(),
            explanation.reason.as_str().into(),
        );
        let filter =
            |filter: Option<RowFilter>| filter.map_or("none", RowFilter::as_str).to_owned();
        compare(
            "row filter",
            filter(self.row_filter),
            filter(explanation.row_filter),
        );
        if let Some(needs) = &self.needs {
            let sorted = |names: Vec<&str>| {
                names
                    .into_iter()
                    .map(str::to_owned)
                    .collect::<BTreeSet<String>>()
            };
            let expected: BTreeSet<_> = needs
                .iter()
                .map(|scope| sorted(scope.iter().collect()))
                .collect();
            let required = explanation.required.iter();
            let found: BTreeSet<_> = required
                .map(|names| sorted(names.iter().map(String::as_str).collect()))
                .collect();
            compare("needs", format!("{expected:?}"), format!("{found:?}"));
        }
        if let Some(missing) = &self.missing {
            let expected: BTreeMap<&str, &str> = missing
                .iter()
                .map(|(scope, why)| (scope.as_str(), why.as_str()))
                .collect();
            let found: BTreeMap<&str, &str> = explanation
                .missing
                .iter()
                .map(|own| (own.scope.as_str(), own.why.as_str()))
                .collect();
            compare("missing", format!("{expected:?}"), format!("{found:?}"));
        }
        differences
    }
}

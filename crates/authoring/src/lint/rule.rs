//! The rules of `catalog lint`, by what they are called in reports and on the command line.

use std::fmt;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Good to know.
    Note,
    /// Somebody has to look at it.
    Warning,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
        })
    }
}

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A call that needs no scope.
    EndpointWithoutScope,
    /// A scope that no call needs.
    ScopeWithoutEndpoint,
    /// A text that a language lacks.
    MissingText,
    /// A scope whose name the pattern does not make.
    NameOffPattern,
    /// An action that brings another one which its resource does not have.
    ImplicationOrphan,
    /// A call that a more specific path takes from a template which would have opened it.
    ShadowedRoute,
    /// Two paths that take the same call, with different requirements.
    CrossingRoutes,
    /// A change that a scope for reading opens.
    WriteByReadScope,
    /// A scope that opens more than half of the API.
    BroadScope,
    /// An elevation that asks for no evidence.
    ElevatedWithoutEvidence,
    /// Paths that seem to name an organisation, in a catalog that does not say so.
    OrganisationUnsaid,
    /// A scope whose name has a meaning in OpenID Connect.
    ReservedName,
    /// An exception that nothing needs, or that names no rule.
    UnusedException,
}

impl Rule {
    /// Every rule, in the order of reports.
    pub const ALL: [Self; 13] = [
        Self::OrganisationUnsaid,
        Self::EndpointWithoutScope,
        Self::WriteByReadScope,
        Self::BroadScope,
        Self::ShadowedRoute,
        Self::CrossingRoutes,
        Self::ElevatedWithoutEvidence,
        Self::ReservedName,
        Self::MissingText,
        Self::ImplicationOrphan,
        Self::ScopeWithoutEndpoint,
        Self::NameOffPattern,
        Self::UnusedException,
    ];

    /// The rule with this id.
    #[must_use]
    pub fn find(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.id() == id)
    }

    /// What it is called, on the command line and in `[[accept]]`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::EndpointWithoutScope => "endpoint-without-scope",
            Self::ScopeWithoutEndpoint => "scope-without-endpoint",
            Self::MissingText => "missing-text",
            Self::NameOffPattern => "name-off-pattern",
            Self::ImplicationOrphan => "implication-orphan",
            Self::ShadowedRoute => "shadowed-route",
            Self::CrossingRoutes => "crossing-routes",
            Self::WriteByReadScope => "write-by-read-scope",
            Self::BroadScope => "broad-scope",
            Self::ElevatedWithoutEvidence => "elevated-without-evidence",
            Self::OrganisationUnsaid => "organisation-unsaid",
            Self::ReservedName => "reserved-name",
            Self::UnusedException => "unused-exception",
        }
    }

    /// How much its findings weigh.
    #[must_use]
    pub fn level(self) -> Level {
        match self {
            Self::ScopeWithoutEndpoint
            | Self::NameOffPattern
            | Self::ImplicationOrphan
            | Self::UnusedException => Level::Note,
            _ => Level::Warning,
        }
    }

    /// What it finds and why that matters, what to do, and when it may stay.
    #[must_use]
    pub fn explanation(self) -> &'static str {
        match self {
            Self::EndpointWithoutScope => {
                "A call that is open to any token, or to everybody, is decided by no scope: a \
                 business owner who takes everything off an app still leaves it this call. Give \
                 it a scope. It may stay where the answer tells nothing about anybody, such as a \
                 list of countries."
            }
            Self::ScopeWithoutEndpoint => {
                "No call needs this scope, so an app that asks for it gets nothing and a person \
                 who allows it allows nothing. Add the calls it opens, retire it, or leave it \
                 where the API checks it beyond what a path can tell."
            }
            Self::MissingText => {
                "A person who reads this language sees the text in the catalog's first language. \
                 `scopegate catalog texts export` lists what a translator has to write."
            }
            Self::NameOffPattern => {
                "App developers guess names from the pattern; this one has to be looked up. Old \
                 names may stay as they are: renaming one breaks every app that asks for it."
            }
            Self::ImplicationOrphan => {
                "An action brings another one of the same resource, and this resource does not \
                 have it: changing without seeing. Add the scope, or leave it where nobody has \
                 to see what is changed."
            }
            Self::ShadowedRoute => {
                "The most specific path decides a call. Here it has no rule for a method that \
                 the template beside it has, so the call is denied, though an API without a \
                 route of its own there would take it for the template. Give the path the same \
                 rule, or leave it if the API refuses the call too."
            }
            Self::CrossingRoutes => {
                "Two paths can take the same call and need different scopes. The catalog takes \
                 the one with text further to the left; if the API routes otherwise, a call is \
                 decided by the wrong rule. Compare with the API's own routing, or let both need \
                 the same."
            }
            Self::WriteByReadScope => {
                "A call that by its method changes something is open to a scope whose action \
                 only reads: people allow less than they think. Require the scope that changes. \
                 It may stay where the call only looks, such as a search by POST."
            }
            Self::BroadScope => {
                "One scope opens more than half of all calls. Nobody can tell from its line on \
                 the consent page what an app gets, and a stolen token gets nearly everything. \
                 Part it, or give it an elevation so that only reviewed apps ask for it."
            }
            Self::ElevatedWithoutEvidence => {
                "Approving an app for this elevation asks for nothing that could be looked at \
                 later. Name the evidence a reviewer has to have seen."
            }
            Self::OrganisationUnsaid => {
                "Most paths have the same template near their beginning, and the catalog does not \
                 say what it names. If it is the organisation, a token of one organisation opens \
                 the calls of every other: write `[organisation]` with `path_parameters`. It may \
                 stay where the template names something that the API itself checks."
            }
            Self::ReservedName => {
                "OpenID Connect gives this name a meaning, and clients add it by themselves: \
                 they would ask for what it opens here without knowing. Choose another name."
            }
            Self::UnusedException => {
                "An `[[accept]]` names a rule that there is not, or something that the rule does \
                 not find any more. Remove it, so that it hides nothing that comes later."
            }
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

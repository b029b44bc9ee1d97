//! Why a scope that a call needs is missing.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::catalog::Catalog;
use crate::decide::{Access, SignInFor};
use crate::withheld::{Withheld, WithheldReason};
use crate::{Scope, ScopeId};

/// What is known about the grant behind a token, for explanations only. Name what is known, and
/// take the rest from [`History::default()`], which knows nothing.
#[derive(Debug, Clone)]
pub struct History<'a> {
    /// What the client asked for, if known.
    pub requested: Option<&'a Scope>,
    /// What the person struck at consent.
    pub refused: &'a Scope,
    /// What was requested but could not be granted.
    pub withheld: &'a [Withheld],
    /// What the person took off the standing grant later, as far as the token has lost it.
    pub reduced: Cow<'a, Scope>,
    /// All of this is known somewhere else: nothing is said of why a scope is missing that the token
    /// does not hold.
    pub elsewhere: bool,
    /// It is no token but an API key: whoever lacks something gets it by another key.
    pub of_key: bool,
}

/// What became of a scope under a grant that does not give it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer<'h> {
    /// It, or a scope that would have brought it, was withheld.
    Withheld(&'h Withheld),
    /// The person took it off later.
    Reduced,
    /// The person struck it.
    Refused,
}

impl History<'_> {
    /// What happened to the scope itself, else to a scope that would have brought it; nothing where
    /// nobody answered about either. Refusals of calls and refreshes go by this.
    #[must_use]
    pub fn answer(&self, catalog: &Catalog, name: &str) -> Option<Answer<'_>> {
        let id = catalog.find(name);
        let brings = |other: &str| match (id, catalog.find(other)) {
            (Some(id), Some(other)) => catalog.implied_by(other).contains(id),
            _ => false,
        };
        let itself = |scope: &Scope| scope.contains(name);
        let brought = |scope: &Scope| scope.iter().any(brings);
        let withheld = |fits: &dyn Fn(&str) -> bool| {
            let mut withheld = self.withheld.iter();
            let found = withheld.find(|withheld| fits(&withheld.scope));
            found.map(Answer::Withheld)
        };
        withheld(&|scope| scope == name)
            .or_else(|| itself(&self.reduced).then_some(Answer::Reduced))
            .or_else(|| itself(self.refused).then_some(Answer::Refused))
            .or_else(|| brought(&self.reduced).then_some(Answer::Reduced))
            .or_else(|| brought(self.refused).then_some(Answer::Refused))
            .or_else(|| withheld(&brings))
    }
}

/// A record of a grant that knows the answers given under it: what was requested, refused,
/// withheld and taken off. They are read only when a denial is explained.
pub trait GrantAnswers: fmt::Debug + Send + Sync {
    /// The answers as they stand, to a token that was issued at this place of the issuer's changes,
    /// where that is told.
    fn history(&self, issued: Option<i64>) -> History<'_>;
}

static NOTHING: Scope = Scope::EMPTY;

impl Default for History<'_> {
    fn default() -> Self {
        Self {
            requested: None,
            refused: &NOTHING,
            withheld: &[],
            reduced: Cow::Borrowed(&NOTHING),
            elsewhere: false,
            of_key: false,
        }
    }
}

/// Why a needed scope does not count for this call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum WhyMissing {
    /// The token does not hold it, it was not refused, withheld or taken off, and nothing stands
    /// in its way: never asked for, or not for this token.
    NeverRequested,
    /// The person struck it at consent.
    Refused,
    /// Withheld: not in the catalog at the time.
    WithheldUnknown,
    /// Withheld: retired.
    WithheldRetired,
    /// Withheld: over the client's registration at the time.
    WithheldNotRegistered,
    /// Withheld: no approval at the time.
    WithheldElevation,
    /// Withheld: the person had no such right.
    WithheldRight,
    /// The person took it off the standing grant.
    Reduced,
    /// It is over the client's registration now, whether the token holds it or not.
    NotRegistered,
    /// There is no approval for it now, whether the token holds it or not.
    ElevationNotApproved,
    /// The token holds it, but the person has lost the right.
    RightMissing,
    /// The token holds it, but what the person was given to do when they signed in has run out.
    RightExpired,
    /// The token holds it, but comes of a sign-in without a second factor.
    SecondFactorNeeded,
    /// It is retired and opens nothing.
    Retired,
    /// The token does not hold it now, and only whoever issued it knows why.
    NotTold,
}

impl WhyMissing {
    /// Every reason.
    pub const ALL: [Self; 15] = [
        Self::NeverRequested,
        Self::Refused,
        Self::WithheldUnknown,
        Self::WithheldRetired,
        Self::WithheldNotRegistered,
        Self::WithheldElevation,
        Self::WithheldRight,
        Self::Reduced,
        Self::NotRegistered,
        Self::ElevationNotApproved,
        Self::RightMissing,
        Self::RightExpired,
        Self::SecondFactorNeeded,
        Self::Retired,
        Self::NotTold,
    ];

    /// The name in case files and problem bodies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NeverRequested => "never-requested",
            Self::Refused => "refused",
            Self::WithheldUnknown => "withheld-unknown",
            Self::WithheldRetired => "withheld-retired",
            Self::WithheldNotRegistered => "withheld-not-registered",
            Self::WithheldElevation => "withheld-elevation",
            Self::WithheldRight => "withheld-right",
            Self::Reduced => "reduced",
            Self::NotRegistered => "not-registered",
            Self::ElevationNotApproved => "elevation-not-approved",
            Self::RightMissing => "right-missing",
            Self::RightExpired => "right-expired",
            Self::SecondFactorNeeded => "second-factor-needed",
            Self::Retired => "retired",
            Self::NotTold => "not-told",
        }
    }
}

impl From<WithheldReason> for WhyMissing {
    fn from(reason: WithheldReason) -> Self {
        match reason {
            WithheldReason::Unknown => Self::WithheldUnknown,
            WithheldReason::Retired => Self::WithheldRetired,
            WithheldReason::NotRegistered => Self::WithheldNotRegistered,
            WithheldReason::ElevationNotApproved => Self::WithheldElevation,
            WithheldReason::RightMissing => Self::WithheldRight,
        }
    }
}

/// Why this scope is missing. Only for scopes that are.
pub(crate) fn why_missing(
    catalog: &Catalog,
    access: &Access<'_>,
    history: &History<'_>,
    id: ScopeId,
) -> WhyMissing {
    let limit = access.beyond(catalog, id);
    if access.granted.set().contains(id) {
        return match limit {
            Some(WithheldReason::Unknown | WithheldReason::Retired) => WhyMissing::Retired,
            Some(WithheldReason::NotRegistered) => WhyMissing::NotRegistered,
            Some(WithheldReason::ElevationNotApproved) => WhyMissing::ElevationNotApproved,
            Some(WithheldReason::RightMissing) | None => match access.sign_in_for(catalog, id) {
                Some(SignInFor::Right) => WhyMissing::RightExpired,
                Some(SignInFor::SecondFactor) => WhyMissing::SecondFactorNeeded,
                None => WhyMissing::RightMissing,
            },
        };
    }
    match (
        catalog.usable().contains(id),
        from_history(catalog, history, id),
    ) {
        (false, Some(WhyMissing::WithheldRetired)) => WhyMissing::WithheldRetired,
        // Whatever happened to it before: asking for it once more would open nothing.
        (false, _) => WhyMissing::Retired,
        // One that was retired then and is not any more can be asked for again. What stands in
        // the app's own way comes before: who asks in vain was told the wrong thing to do. What
        // the person may do is nothing to tell of a scope that nobody asked them for.
        (true, None | Some(WhyMissing::WithheldRetired)) => match limit {
            Some(WithheldReason::NotRegistered) => WhyMissing::NotRegistered,
            Some(WithheldReason::ElevationNotApproved) => WhyMissing::ElevationNotApproved,
            _ if history.elsewhere => WhyMissing::NotTold,
            _ => WhyMissing::NeverRequested,
        },
        (true, Some(why)) => why,
    }
}

fn from_history(catalog: &Catalog, history: &History<'_>, id: ScopeId) -> Option<WhyMissing> {
    let answer = history.answer(catalog, catalog.name(id)?)?;
    Some(match answer {
        Answer::Withheld(withheld) => WhyMissing::from(withheld.reason),
        Answer::Reduced => WhyMissing::Reduced,
        Answer::Refused => WhyMissing::Refused,
    })
}

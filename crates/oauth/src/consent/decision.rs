use scope::{Catalog, Decline, Scope, ScopeSet, WithheldReason};

use super::offer::{Offer, OfferItem};
use crate::error::{ErrorCode, OAuthError};
use crate::grant::client_credentials::reasons;
use crate::model::{Grant, Withheld};

/// The answer, as the form brought it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    /// Names of the scopes that were ticked, or of the chosen levels.
    pub allowed: Vec<String>,
}

impl Choice {
    /// The names as scopes of this catalog.
    #[must_use]
    pub fn set(&self, catalog: &Catalog) -> ScopeSet {
        catalog.set_of(self.allowed.iter().map(String::as_str)).0
    }

    /// The choice of a form, by its rows: the name of a row with that of one of its scopes, or
    /// a scope by itself where each has a box. Nothing for a row that has the answer of another,
    /// which no page shows.
    pub fn of_rows<'a>(
        catalog: &Catalog,
        answers: impl Iterator<Item = (Option<&'a str>, &'a str)>,
    ) -> Option<Self> {
        let row_of = |name: &str| Some(catalog.row_of(catalog.find(name)?)?.name.as_str());
        let allowed = answers.map(|(row, name)| {
            let is_its_own = row.is_none() || row == row_of(name);
            is_its_own.then(|| name.to_owned())
        });
        Some(Self {
            allowed: allowed.collect::<Option<_>>()?,
        })
    }
}

/// What came of a consent. Made by [`decide`] and [`from_standing`] only.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConsentDecision {
    /// What is allowed: expanded, with the defaults of every grant, in catalog order.
    pub granted: Scope,
    /// What was offered and not allowed, in catalog order.
    pub refused: Scope,
    /// What was requested and not offered.
    pub withheld: Vec<Withheld>,
}

/// Turns an answer into a decision. Names that were not offered give nothing: rights or
/// approvals may have gone since the page was shown.
///
/// # Errors
/// Those of [`something_offered`]; `access_denied` when nothing was allowed;
/// `invalid_request` when something was allowed but not everything that goes with it
/// (required by the app, or all or nothing): the page has to be shown again.
pub fn decide(
    catalog: &Catalog,
    offer: &Offer,
    choice: &Choice,
) -> Result<ConsentDecision, OAuthError> {
    something_offered(offer)?;
    let named = choice.set(catalog);
    let chosen = offer.answered(catalog, &named);
    let chosen = catalog.expand(&chosen).intersection(&offer.offered);
    if chosen.is_empty() && !offer.offered.is_empty() {
        return Err(access_denied());
    }
    let left_out = left_out(offer, &chosen);
    if !left_out.is_empty() {
        let left_out = catalog.names(&left_out);
        let why = match catalog.consent().decline {
            Decline::None => "access is given as a whole or not at all",
            Decline::Any | Decline::Optional => "the app cannot work without it",
        };
        return Err(OAuthError::invalid_request(format!(
            "the answer leaves out {}: {why}; allow it, or do not allow access",
            left_out.join(", ")
        )));
    }
    Ok(conclude(catalog, offer, &chosen))
}

/// What an answer leaves out, though nobody may decline it by itself.
#[must_use]
pub fn missing(catalog: &Catalog, offer: &Offer, choice: &Choice) -> ScopeSet {
    left_out(offer, &offer.answered(catalog, &choice.set(catalog)))
}

fn left_out(offer: &Offer, chosen: &ScopeSet) -> ScopeSet {
    let locked = items(offer).filter(|item| item.locked.is_some());
    let locked = locked.map(|item| item.scope);
    locked.filter(|id| !chosen.contains(*id)).collect()
}

/// The remembered answer: what is requested now and stands allowed.
///
/// # Errors
/// Those of [`something_offered`]; `access_denied` when nothing of it stands allowed.
pub fn from_standing(
    catalog: &Catalog,
    offer: &Offer,
    standing: &Grant,
) -> Result<ConsentDecision, OAuthError> {
    something_offered(offer)?;
    let chosen = catalog
        .set_of(standing.granted.iter())
        .0
        .intersection(&offer.offered);
    if chosen.is_empty() && !offer.offered.is_empty() {
        return Err(access_denied());
    }
    Ok(conclude(catalog, offer, &chosen))
}

fn conclude(catalog: &Catalog, offer: &Offer, chosen: &ScopeSet) -> ConsentDecision {
    let always: ScopeSet = offer.always.iter().copied().collect();
    ConsentDecision {
        granted: catalog.scope_of(&chosen.union(&always)),
        refused: catalog.scope_of(&offer.offered.difference(chosen)),
        withheld: offer.withheld.clone(),
    }
}

/// # Errors
/// What the app is told where nothing is left to decide about: `access_denied` where another
/// person could allow some of it, otherwise `invalid_scope`.
pub fn something_offered(offer: &Offer) -> Result<(), OAuthError> {
    if !offer.nothing_left {
        return Ok(());
    }
    let is_of_the_person = |withheld: &Withheld| withheld.reason == WithheldReason::RightMissing;
    let code = if offer.withheld.iter().any(is_of_the_person) {
        ErrorCode::AccessDenied
    } else {
        ErrorCode::InvalidScope
    };
    let why = match offer.withheld.as_slice() {
        [] => String::new(),
        withheld => format!(": {}", reasons(withheld)),
    };
    Err(OAuthError::new(
        code,
        format!("nothing of the requested scope can be granted{why}"),
    ))
}

fn access_denied() -> OAuthError {
    OAuthError::new(
        ErrorCode::AccessDenied,
        "the person allowed nothing of what was asked",
    )
}

fn items(offer: &Offer) -> impl Iterator<Item = &OfferItem> {
    offer
        .rows
        .iter()
        .flat_map(|row| &row.items)
        .filter(|item| item.withheld.is_none())
}

use scope::{
    Added, Catalog, ClientState, Decline, Limits, RequestedScope, Resource, ScopeId, ScopeSet,
    ScopeStatus, WithheldReason,
};

use super::answered::{answered, are_apart};
use crate::model::{Client, Grant, GrantStatus, Timestamp, Withheld};

/// What a person is asked. Made by [`offer`] only.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Offer {
    /// As the catalog has them ([`Catalog::rows`]), in its order.
    pub rows: Vec<OfferRow>,
    /// What goes with any answer but "no": the defaults of every grant, and a requested default
    /// of new clients.
    pub always: Vec<ScopeId>,
    /// What is requested and not offered, in the order of the request.
    pub withheld: Vec<Withheld>,
    /// Nothing of the request is left to decide about.
    pub nothing_left: bool,
    /// Everything an answer may contain.
    pub(super) offered: ScopeSet,
}

impl Offer {
    /// Everything an answer may contain.
    #[must_use]
    pub fn offered(&self) -> &ScopeSet {
        &self.offered
    }

    /// The choices that an answer with these comes to: a wider one takes along those below it, and
    /// nothing is given without what it brings.
    #[must_use]
    pub fn answered(&self, catalog: &Catalog, named: &ScopeSet) -> ScopeSet {
        let choices: ScopeSet = self
            .rows
            .iter()
            .flat_map(|row| &row.items)
            .filter(|item| item.withheld.is_none())
            .map(|item| item.scope)
            .collect();
        answered(catalog, &choices, &named.intersection(&choices))
    }
}

/// The scopes of one row of the catalog: of one resource, mostly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferRow {
    /// The row's name in the catalog.
    pub name: String,
    /// Its scopes in the order of the catalog's row, narrow before wide in shipped catalogs.
    pub items: Vec<OfferItem>,
    /// How they are chosen.
    pub choice: RowChoice,
}

/// How the scopes of a row are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowChoice {
    /// One of several levels, each bringing those below: no access, see, see and change.
    Levels,
    /// Each by itself.
    Boxes,
}

impl RowChoice {
    /// Levels where the scopes of the row bring one another and these of them form a chain.
    #[must_use]
    pub fn of(catalog: &Catalog, row: &Resource, these: impl Iterator<Item = ScopeId>) -> Self {
        let brings = |wide: ScopeId, narrow: ScopeId| {
            wide != narrow && catalog.implied_by(wide).contains(narrow)
        };
        let implication = row
            .scopes
            .iter()
            .any(|wide| row.scopes.iter().any(|narrow| brings(*wide, *narrow)));
        let these: Vec<ScopeId> = these.collect();
        let chain = these.iter().enumerate().all(|(index, a)| {
            let mut others = these.iter().skip(index + 1);
            others.all(|b| brings(*a, *b) || brings(*b, *a))
        });
        match implication && chain {
            true => Self::Levels,
            false => Self::Boxes,
        }
    }
}

/// One scope of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferItem {
    /// Which.
    pub scope: ScopeId,
    /// Did the client name it? If not, a requested scope brings it, and it is offered as the
    /// narrower answer ("view only").
    pub requested: bool,
    /// Why it cannot be declined by itself.
    pub locked: Option<Locked>,
    /// Does it belong to an elevation?
    pub elevated: bool,
    /// Was it never decided about, though this app was let in before?
    pub is_new: bool,
    /// Did the person refuse it, or take it back, before?
    pub refused_before: bool,
    /// Why it is shown but cannot be chosen: the person's own right is missing.
    pub withheld: Option<WithheldReason>,
    /// The answer the page starts with: yes, unless it was refused before, or is elevated, was not
    /// allowed before and the app can do without it.
    pub checked: bool,
}

/// Why a scope cannot be declined by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locked {
    /// The app has marked it as required.
    RequiredByApp,
    /// This API's consent is all or nothing.
    AllOrNothing,
}

/// Works out what a person is asked.
///
/// A scope is offered when the client asked for it, or for one that brings it, and nothing
/// stands against it: not the catalog, not the client's ceiling and approvals, not the
/// person's rights. So a request to edit is offered as "view only" to somebody who may only
/// view. `rights` is `None` where the organisation is named per call.
#[must_use]
pub fn offer(
    catalog: &Catalog,
    client: &Client,
    state: &ClientState,
    request: &RequestedScope,
    rights: Option<&ScopeSet>,
    standing: Option<&Grant>,
    now: Timestamp,
) -> Offer {
    let limits = Limits::new(catalog, state, rights, now.into());
    let asked = Asked::new(catalog, client, request, &limits);
    let answers = Answers::new(catalog, standing);
    let rows: Vec<OfferRow> = catalog
        .rows()
        .iter()
        .filter_map(|of| row(catalog, of, &asked, &answers))
        .collect();
    let mut offered: ScopeSet = rows
        .iter()
        .flat_map(|row| &row.items)
        .filter(|item| item.withheld.is_none())
        .map(|item| item.scope)
        .collect();
    // What comes along unasked where everything is one answer.
    let along = asked.expanded.intersection(&catalog.expand(&offered));
    offered.extend(along.iter().filter(|id| asked.is_offered(*id)));
    let nothing_left = offered.is_empty() && asked.always.intersection(request.known()).is_empty();
    Offer {
        rows,
        always: asked.always.iter().collect(),
        withheld: limits.withheld(request),
        nothing_left,
        offered,
    }
}

/// The request, sorted.
struct Asked<'a> {
    /// As named, without what is never a choice and what works no more.
    named: ScopeSet,
    /// With what the named ones bring.
    expanded: ScopeSet,
    always: ScopeSet,
    /// Of the named ones, those the person may decline.
    optional: ScopeSet,
    decline: Decline,
    limits: &'a Limits<'a>,
}

impl<'a> Asked<'a> {
    fn new(
        catalog: &Catalog,
        client: &Client,
        request: &RequestedScope,
        limits: &'a Limits<'a>,
    ) -> Self {
        let default_for_new = |id: &ScopeId| {
            catalog
                .scope(*id)
                .is_some_and(|definition| definition.added == Added::NewClient)
        };
        let given_anyway: ScopeSet = request.known().iter().filter(default_for_new).collect();
        let (always, _) = limits.split(&catalog.every_grant().union(&given_anyway));
        let works = |id: &ScopeId| {
            catalog
                .scope(*id)
                .is_some_and(|definition| definition.status != ScopeStatus::Retired)
        };
        let choosable = request
            .known()
            .difference(catalog.every_grant())
            .difference(&given_anyway);
        let named: ScopeSet = choosable.iter().filter(works).collect();
        Self {
            expanded: catalog
                .expand(&named)
                .difference(&always)
                .difference(catalog.every_grant()),
            optional: catalog.set_of(client.optional_scope.iter()).0,
            decline: catalog.consent().decline,
            named,
            always,
            limits,
        }
    }

    /// The named scopes that bring this one, other than itself.
    fn wider<'s>(
        &'s self,
        catalog: &'s Catalog,
        id: ScopeId,
    ) -> impl Iterator<Item = ScopeId> + 's {
        self.named
            .iter()
            .filter(move |named| *named != id && catalog.implied_by(*named).contains(id))
    }

    fn is_offered(&self, id: ScopeId) -> bool {
        self.limits.reason(id).is_none()
    }

    /// A narrower scope takes over the lock of a wider one only if that one is not offered, or is
    /// answered in another row.
    fn locked(&self, catalog: &Catalog, id: ScopeId) -> Option<Locked> {
        match self.decline {
            Decline::Any => None,
            Decline::None => Some(Locked::AllOrNothing),
            Decline::Optional => {
                let required = |id: ScopeId| !self.optional.contains(id);
                let by_itself = self.named.contains(id) && required(id);
                let by_wider = || {
                    self.wider(catalog, id).any(|wider| {
                        let is_elsewhere = || are_apart(catalog, wider, id);
                        required(wider) && (!self.is_offered(wider) || is_elsewhere())
                    })
                };
                (by_itself || by_wider()).then_some(Locked::RequiredByApp)
            }
        }
    }
}

/// What the person has answered this app before.
pub(super) struct Answers {
    pub(super) granted: ScopeSet,
    /// Struck, or taken off later.
    pub(super) refused: ScopeSet,
    before: bool,
}

impl Answers {
    pub(super) fn new(catalog: &Catalog, standing: Option<&Grant>) -> Self {
        let Some(grant) = standing.filter(|grant| grant.status == GrantStatus::Live) else {
            return Self {
                granted: ScopeSet::empty(),
                refused: ScopeSet::empty(),
                before: false,
            };
        };
        let granted = catalog.set_of(grant.granted.iter()).0;
        let refused = catalog
            .set_of(grant.refused.iter().chain(grant.reduced.iter()))
            .0;
        Self {
            refused: refused.difference(&granted),
            granted,
            before: true,
        }
    }
}

fn row(catalog: &Catalog, of: &Resource, asked: &Asked<'_>, answers: &Answers) -> Option<OfferRow> {
    let items: Vec<OfferItem> = of
        .scopes
        .iter()
        .filter_map(|id| item(catalog, *id, asked, answers))
        .collect();
    (!items.is_empty()).then(|| OfferRow {
        name: of.name.clone(),
        choice: RowChoice::of(catalog, of, items.iter().map(|item| item.scope)),
        items,
    })
}

fn item(catalog: &Catalog, id: ScopeId, asked: &Asked<'_>, answers: &Answers) -> Option<OfferItem> {
    if !asked.expanded.contains(id) {
        return None;
    }
    let requested = asked.named.contains(id);
    let withheld = match asked.limits.reason(id) {
        None => None,
        Some(WithheldReason::RightMissing) => Some(WithheldReason::RightMissing),
        Some(_) => return None,
    };
    let stands_in = || {
        !asked
            .wider(catalog, id)
            .any(|wider| asked.is_offered(wider))
    };
    if asked.decline == Decline::None && !requested && !stands_in() {
        return None;
    }
    let refused_before = answers.refused.contains(id);
    let locked = asked.locked(catalog, id).filter(|_| withheld.is_none());
    let elevated = catalog.elevated().contains(id);
    let granted_before = answers.granted.contains(id);
    let is_on = locked.is_some() || granted_before || (!refused_before && !elevated);
    Some(OfferItem {
        scope: id,
        requested,
        locked,
        elevated,
        is_new: answers.before && !refused_before && !granted_before,
        refused_before,
        withheld,
        checked: withheld.is_none() && is_on,
    })
}

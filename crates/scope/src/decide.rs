//! The decision: one route lookup and a few bit tests.

use crate::catalog::Catalog;
use crate::definition::RowFilter;
use crate::effective::beyond;
use crate::endpoint::Endpoint;
use crate::evaluate::{Closed, Reading, evaluate};
use crate::reason::{Reason, Subject};
use crate::request::ApiRequest;
use crate::route::Route;
use crate::steps::Steps;
use crate::withheld::WithheldReason;
use crate::{GrantedScope, RegisteredScope, ScopeId, ScopeSet};

/// What limits a call. A scope is held when it is in all four and not retired. Whoever decides
/// names each of them: there is no default, and a further limit would be a further field.
#[derive(Debug, Clone, Copy)]
pub struct Access<'a> {
    /// Whom the token speaks for.
    pub subject: Subject,
    /// What the token holds, within what its grant still allows.
    pub granted: &'a GrantedScope,
    /// What the client is registered for now.
    pub ceiling: &'a RegisteredScope,
    /// What the client is approved for now, from [`Catalog::approved`].
    pub approved: &'a ScopeSet,
    /// What the user may do in the organisation now, from [`Catalog::rights`].
    pub rights: &'a ScopeSet,
    /// What they could do there until what they were given at their sign-in ran out, if it has. It
    /// opens nothing, but says what a new sign-in would.
    pub expired: Option<&'a ScopeSet>,
    /// What opens nothing to a token of a sign-in without a second factor, if this is one and the
    /// realm demands one. It says what such a sign-in would open.
    pub unproven: Option<&'a ScopeSet>,
}

impl Access<'_> {
    /// Everything that is held, for whoever tells it on.
    #[must_use]
    pub fn counts(&self, catalog: &Catalog) -> ScopeSet {
        let held = |id: &ScopeId| self.holds(catalog, *id);
        let mut counts = ScopeSet::empty();
        for id in self.granted.set().iter().filter(held) {
            counts.insert(id);
        }
        counts
    }
}

/// Permit or deny.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Decision<'c> {
    /// The call may go on.
    Permit(Permit<'c>),
    /// It may not.
    Deny(Denial<'c>),
}

impl Decision<'_> {
    /// May the call go on?
    pub fn is_permit(&self) -> bool {
        matches!(self, Self::Permit(_))
    }

    /// Why.
    pub fn reason(&self) -> Reason {
        match self {
            Self::Permit(_) => Reason::Permitted,
            Self::Deny(denial) => denial.reason,
        }
    }
}

/// A permitted call.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Permit<'c> {
    /// The rule that permits it.
    pub endpoint: &'c Endpoint,
    /// What the API must apply to the answer; the caller holds no alternative without it.
    pub row_filter: Option<RowFilter>,
}

/// A denied call.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Denial<'c> {
    /// Why.
    pub reason: Reason,
    /// The rule that denies it, if there is one.
    pub endpoint: Option<&'c Endpoint>,
}

impl Access<'_> {
    /// Is the scope in all four, and not retired, and is no further sign-in needed for it?
    #[inline]
    pub(crate) fn holds(&self, catalog: &Catalog, id: ScopeId) -> bool {
        self.granted.set().contains(id)
            && self.beyond(catalog, id).is_none()
            && !self.is_unproven(id)
    }

    /// Which sign-in alone would open the scope, where there is one: it is in all four but for a right
    /// that has run out, or opens nothing without a second factor. One with that brings both.
    #[inline]
    pub(crate) fn sign_in_for(&self, catalog: &Catalog, id: ScopeId) -> Option<SignInFor> {
        let has_run_out = self.expired.is_some_and(|expired| expired.contains(id));
        let stands = self.granted.set().contains(id)
            && beyond(catalog, self.ceiling, self.approved, None, id).is_none()
            && (has_run_out || self.rights.contains(id));
        match stands {
            true if self.is_unproven(id) => Some(SignInFor::SecondFactor),
            true if has_run_out => Some(SignInFor::Right),
            _ => None,
        }
    }

    #[inline]
    fn is_unproven(&self, id: ScopeId) -> bool {
        self.unproven.is_some_and(|unproven| unproven.contains(id))
    }

    /// Which limit the scope is beyond, whether the token holds it or not.
    #[inline]
    pub(crate) fn beyond(&self, catalog: &Catalog, id: ScopeId) -> Option<WithheldReason> {
        beyond(catalog, self.ceiling, self.approved, Some(self.rights), id)
    }
}

/// What another sign-in of the person would bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignInFor {
    /// A right that was given at a sign-in, and has run out.
    Right,
    /// A second factor.
    SecondFactor,
}

impl From<SignInFor> for Reason {
    fn from(sign_in: SignInFor) -> Self {
        match sign_in {
            SignInFor::Right => Self::RightExpired,
            SignInFor::SecondFactor => Self::SecondFactorNeeded,
        }
    }
}

/// Decides a call. The cost does not depend on the catalog's size, and nothing is allocated
/// (a rule that reads the body may allocate for escapes and nesting in it).
pub fn decide<'c>(
    catalog: &'c Catalog,
    access: &Access<'_>,
    request: &ApiRequest<'_>,
) -> Decision<'c> {
    match catalog.route(request.method, request.path) {
        Ok(route) => decide_route(catalog, access, &route, request),
        Err(none) => Decision::Deny(Denial {
            reason: none.into(),
            endpoint: None,
        }),
    }
}

/// Decides a call whose rule has been looked up with the same method and path.
pub fn decide_route<'c>(
    catalog: &'c Catalog,
    access: &Access<'_>,
    route: &Route<'c, '_>,
    request: &ApiRequest<'_>,
) -> Decision<'c> {
    let endpoint = route.endpoint();
    match verdict(catalog, access, route, request, &Steps::of(request)) {
        Verdict::Open(row_filter) => Decision::Permit(Permit {
            endpoint,
            row_filter,
        }),
        Verdict::Shut(reason) => Decision::Deny(Denial {
            reason,
            endpoint: Some(endpoint),
        }),
    }
}

/// Decides a call that came without a token: nothing but a public rule permits it, and only where
/// no parameter of the call asks for a scope besides. `None` means that the call needs a token.
pub fn decide_without_token<'c>(
    catalog: &'c Catalog,
    route: &Route<'c, '_>,
    request: &ApiRequest<'_>,
) -> Option<Permit<'c>> {
    if !route.is_public() {
        return None;
    }
    let (expand, steps) = (catalog.expand.as_ref(), Steps::of(request));
    // Whom it is for makes no difference: a public rule stands alone.
    let is_open = evaluate(&mut Nobody, Subject::Client, route, expand, request, &steps);
    is_open.then(|| Permit {
        endpoint: route.endpoint(),
        row_filter: None,
    })
}

/// How many steps it takes to decide a call: bytes read, places of the rule visited and fields
/// looked up. For the law that holds them to the size of the call.
pub fn steps(catalog: &Catalog, access: &Access<'_>, request: &ApiRequest<'_>) -> usize {
    let steps = Steps::of(request);
    if let Ok(route) = catalog.route(request.method, request.path) {
        verdict(catalog, access, &route, request, &steps);
    }
    steps.taken()
}

fn verdict(
    catalog: &Catalog,
    access: &Access<'_>,
    route: &Route<'_, '_>,
    request: &ApiRequest<'_>,
    steps: &Steps<'_>,
) -> Verdict {
    let mut bits = Bits { catalog, access };
    evaluate(
        &mut bits,
        access.subject,
        route,
        catalog.expand.as_ref(),
        request,
        steps,
    )
}

struct Bits<'a> {
    catalog: &'a Catalog,
    access: &'a Access<'a>,
}

/// Holds nothing.
struct Nobody;

impl Reading for Nobody {
    type Value = bool;

    fn open(&mut self) -> bool {
        true
    }

    fn scope(&mut self, _: ScopeId) -> bool {
        false
    }

    fn closed(&mut self, _: Closed<'_>) -> bool {
        false
    }

    fn and(&mut self, left: bool, right: bool) -> bool {
        left && right
    }

    fn or(&mut self, left: bool, right: bool) -> bool {
        left || right
    }
}

#[derive(Clone, Copy)]
enum Verdict {
    Open(Option<RowFilter>),
    Shut(Reason),
}

impl Reading for Bits<'_> {
    type Value = Verdict;

    fn open(&mut self) -> Verdict {
        Verdict::Open(None)
    }

    fn scope(&mut self, id: ScopeId) -> Verdict {
        if self.access.holds(self.catalog, id) {
            Verdict::Open(self.catalog.row_filter(id))
        } else {
            let sign_in = self.access.sign_in_for(self.catalog, id);
            Verdict::Shut(sign_in.map_or(Reason::InsufficientScope, Reason::from))
        }
    }

    fn closed(&mut self, why: Closed<'_>) -> Verdict {
        Verdict::Shut(why.reason())
    }

    /// What is harder to come by says more.
    fn and(&mut self, left: Verdict, right: Verdict) -> Verdict {
        match (left, right) {
            (Verdict::Open(left), Verdict::Open(right)) => Verdict::Open(left.or(right)),
            (Verdict::Shut(own), Verdict::Shut(other)) if hard(other) > hard(own) => right,
            (Verdict::Shut(_), _) => left,
            (_, Verdict::Shut(_)) => right,
        }
    }

    /// The wider part counts, and what is easier to come by says more.
    fn or(&mut self, left: Verdict, right: Verdict) -> Verdict {
        match (left, right) {
            (Verdict::Open(left), Verdict::Open(right)) => Verdict::Open(left.and(right)),
            (Verdict::Open(filter), _) | (_, Verdict::Open(filter)) => Verdict::Open(filter),
            (Verdict::Shut(own), Verdict::Shut(other)) if hard(other) < hard(own) => right,
            (Verdict::Shut(_), _) => left,
        }
    }
}

/// How much it takes to open what is shut: a sign-in, one with a second factor, another
/// authorization, or what nobody has.
pub(crate) fn hard(reason: Reason) -> u8 {
    match reason {
        Reason::RightExpired => 0,
        Reason::SecondFactorNeeded => 1,
        Reason::InsufficientScope => 2,
        _ => 3,
    }
}

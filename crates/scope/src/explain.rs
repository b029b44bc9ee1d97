//! The decision with its reasons, for people. It walks the same requirement as the decision.

use serde::Serialize;

use crate::catalog::Catalog;
use crate::decide::{Access, hard};
use crate::definition::RowFilter;
use crate::endpoint::Method;
use crate::evaluate::{Closed, Condition, Reading, evaluate};
use crate::message;
use crate::minimal::cost::risk;
use crate::reason::{Reason, Subject};
use crate::request::ApiRequest;
use crate::rights::RightsOrigin;
use crate::route::{NoRoute, Route};
use crate::steps::Steps;
use crate::why::{History, WhyMissing, why_missing};
use crate::{RequiredScope, ScopeId};

/// Why a call is permitted or denied, and what would open it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// `"permit"` or `"deny"`.
    pub decision: &'static str,
    /// Why.
    pub reason: Reason,
    /// The rule, if there is one.
    pub endpoint: Option<EndpointName>,
    /// What this call needs: at least one of the alternatives, all scopes of it.
    pub required: Vec<Vec<String>>,
    /// Every missing scope of a denial's alternatives, with the reason.
    pub missing: Vec<Missing>,
    /// The alternative of least risk that opened a permitted call.
    pub sufficient: Vec<String>,
    /// What the API must apply to a permitted call.
    pub row_filter: Option<RowFilter>,
    /// Conditions that were not visible or not given, so that everything they could ask for
    /// was needed.
    pub unseen: Vec<String>,
    /// Where the person's rights come from and since when they are known, where that is no role of
    /// an organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rights: Option<RightsOrigin>,
    /// Plain English: what happened and what to do.
    pub message: String,
}

/// A rule's method and path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EndpointName {
    /// The method of the rule.
    pub method: Method,
    /// The path of the rule, with templates.
    pub path: String,
}

/// A scope that a call needs and the caller does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Missing {
    /// The scope.
    pub scope: String,
    /// Why it is missing.
    pub why: WhyMissing,
}

impl Explanation {
    /// May the call go on?
    pub fn is_permit(&self) -> bool {
        self.reason == Reason::Permitted
    }

    /// Is a scope missing for this?
    #[must_use]
    pub fn lacks(&self, why: WhyMissing) -> bool {
        self.missing.iter().any(|missing| missing.why == why)
    }

    /// The same, with where the person's rights come from; a denial for want of one says it in its
    /// message, too.
    #[must_use]
    pub fn with_rights(mut self, origin: RightsOrigin) -> Self {
        let mut whys = self.missing.iter().map(|missing| missing.why);
        if whys.any(|why| matches!(why, WhyMissing::RightMissing | WhyMissing::RightExpired)) {
            self.message.push(' ');
            self.message.push_str(&origin.sentence());
        }
        self.rights = Some(origin);
        self
    }

    /// The scope to name in an RFC 6750 section 3 challenge: every scope of the alternative
    /// with the fewest missing ones, one that can be asked for before one that something else
    /// stands in the way of, and that before one with retired scopes. For a permitted call, what
    /// opened it. `None` when no scope opens the call.
    pub fn required_scope(&self) -> Option<String> {
        if self.is_permit() {
            return Some(self.sufficient.join(" "));
        }
        let missing = |alternative: &&Vec<String>| {
            let missing = self
                .missing
                .iter()
                .filter(|own| alternative.contains(&own.scope));
            missing.fold([0; 3], |[retired, limited, other], own| match own.why {
                WhyMissing::Retired | WhyMissing::WithheldRetired => [retired + 1, limited, other],
                WhyMissing::NotRegistered
                | WhyMissing::ElevationNotApproved
                | WhyMissing::RightMissing => [retired, limited + 1, other],
                _ => [retired, limited, other + 1],
            })
        };
        let nearest = self.required.iter().min_by_key(missing);
        nearest.map(|alternative| alternative.join(" "))
    }
}

/// Decides a call and explains the decision. Agrees with [`crate::decide`] always.
pub fn explain(
    catalog: &Catalog,
    access: &Access<'_>,
    request: &ApiRequest<'_>,
    history: &History<'_>,
) -> Explanation {
    match catalog.route(request.method, request.path) {
        Ok(route) => explain_route(catalog, access, &route, request, history),
        Err(none) => without_rule(catalog, request, none),
    }
}

/// What a call needs, whoever makes it.
///
/// # Errors
/// Why no scope opens it.
pub fn required(catalog: &Catalog, request: &ApiRequest<'_>) -> Result<RequiredScope, Reason> {
    let route = catalog
        .route(request.method, request.path)
        .map_err(Reason::from)?;
    let mut reading = Alternatives::default();
    let mut needs = |subject| {
        let (expand, steps) = (catalog.expand.as_ref(), Steps::of(request));
        evaluate(&mut reading, subject, &route, expand, request, &steps)
    };
    let [person, client] = [Subject::Person, Subject::Client].map(&mut needs);
    reading.or(person, client).map(RequiredScope)
}

fn without_rule(catalog: &Catalog, request: &ApiRequest<'_>, none: NoRoute) -> Explanation {
    Explanation {
        decision: "deny",
        reason: none.into(),
        endpoint: None,
        required: Vec::new(),
        missing: Vec::new(),
        sufficient: Vec::new(),
        row_filter: None,
        unseen: Vec::new(),
        rights: None,
        message: message::without_rule(catalog, request, none),
    }
}

fn explain_route(
    catalog: &Catalog,
    access: &Access<'_>,
    route: &Route<'_, '_>,
    request: &ApiRequest<'_>,
    history: &History<'_>,
) -> Explanation {
    let mut reading = Alternatives::default();
    let value = evaluate(
        &mut reading,
        access.subject,
        route,
        catalog.expand.as_ref(),
        request,
        &Steps::of(request),
    );
    let endpoint = route.endpoint();
    let names = |ids: &[ScopeId]| {
        ids.iter()
            .filter_map(|id| catalog.name(*id))
            .map(str::to_owned)
            .collect()
    };
    let mut explanation = Explanation {
        decision: "deny",
        reason: Reason::InsufficientScope,
        endpoint: Some(EndpointName {
            method: endpoint.method,
            path: endpoint.path.clone(),
        }),
        required: Vec::new(),
        missing: Vec::new(),
        sufficient: Vec::new(),
        row_filter: None,
        unseen: reading.unseen.clone(),
        rights: None,
        message: String::new(),
    };
    let alternatives = match value {
        Ok(alternatives) => alternatives,
        Err(reason) => {
            explanation.reason = reason;
            explanation.message = message::closed(catalog, endpoint, &reading.closed);
            return explanation;
        }
    };
    explanation.required = alternatives.iter().map(|ids| names(ids)).collect();
    match narrowest(catalog, access, &alternatives) {
        Some((row_filter, sufficient)) => {
            explanation.decision = "permit";
            explanation.reason = Reason::Permitted;
            explanation.sufficient = names(sufficient);
            explanation.row_filter = row_filter;
            explanation.message = message::permitted(&explanation, &endpoint.requirement);
        }
        None => {
            let shut = alternatives.iter();
            let shut = shut.filter_map(|ids| hardest(catalog, access, ids));
            if let Some(reason) = shut.min_by_key(|reason| hard(*reason)) {
                explanation.reason = reason;
            }
            explanation.missing = all_missing(catalog, access, history, &alternatives);
            explanation.message =
                message::insufficient(catalog, access, &explanation, history.of_key);
        }
    }
    explanation
}

/// What takes most of what an alternative lacks; `None` where it lacks nothing.
fn hardest(catalog: &Catalog, access: &Access<'_>, ids: &[ScopeId]) -> Option<Reason> {
    let lacking = ids.iter().filter(|id| !access.holds(catalog, **id));
    let reasons = lacking.map(|id| {
        let sign_in = access.sign_in_for(catalog, *id);
        sign_in.map_or(Reason::InsufficientScope, Reason::from)
    });
    reasons.max_by_key(|reason| hard(*reason))
}

/// The held alternative without row filter before those with one, as the decision has it, then the
/// one of least risk: of one call, that is cheap to tell, where what else scopes open is not.
fn narrowest<'a>(
    catalog: &Catalog,
    access: &Access<'_>,
    alternatives: &'a [Vec<ScopeId>],
) -> Option<(Option<RowFilter>, &'a [ScopeId])> {
    let filter = |ids: &[ScopeId]| ids.iter().find_map(|id| catalog.row_filter(*id));
    let risk = |ids: &[ScopeId]| {
        let asked = ids
            .iter()
            .filter(|id| !catalog.every_grant().contains(**id));
        risk(asked.filter_map(|id| catalog.scope(*id)))
    };
    let held = alternatives
        .iter()
        .filter(|ids| ids.iter().all(|id| access.holds(catalog, *id)));
    let narrowest = held.min_by_key(|ids| (filter(ids).is_some(), risk(ids), ids.len()))?;
    Some((filter(narrowest), narrowest))
}

fn all_missing(
    catalog: &Catalog,
    access: &Access<'_>,
    history: &History<'_>,
    alternatives: &[Vec<ScopeId>],
) -> Vec<Missing> {
    let mut missing: Vec<Missing> = Vec::new();
    for id in alternatives.iter().flat_map(|ids| ids.iter()) {
        let Some(name) = catalog.name(*id) else {
            continue;
        };
        if access.holds(catalog, *id) || missing.iter().any(|own| own.scope == name) {
            continue;
        }
        missing.push(Missing {
            scope: name.to_owned(),
            why: why_missing(catalog, access, history, *id),
        });
    }
    missing
}

/// Collects OR of AND. `Err` is a part that no scope opens.
#[derive(Default)]
struct Alternatives {
    unseen: Vec<String>,
    closed: Vec<message::ClosedPart>,
}

impl Reading for Alternatives {
    type Value = Result<Vec<Vec<ScopeId>>, Reason>;

    fn open(&mut self) -> Self::Value {
        Ok(vec![Vec::new()])
    }

    fn scope(&mut self, id: ScopeId) -> Self::Value {
        Ok(vec![vec![id]])
    }

    fn closed(&mut self, why: Closed<'_>) -> Self::Value {
        self.closed.push(message::ClosedPart::new(why));
        Err(why.reason())
    }

    fn and(&mut self, left: Self::Value, right: Self::Value) -> Self::Value {
        let (left, right) = (left?, right?);
        let brings =
            |own: &Vec<ScopeId>, other: &Vec<ScopeId>| other.iter().all(|id| own.contains(id));
        // Nothing new, as when one value is given many times.
        if left
            .iter()
            .all(|own| right.iter().any(|other| brings(own, other)))
        {
            return Ok(left);
        }
        let pairs = left
            .iter()
            .flat_map(|left| right.iter().map(move |right| (left, right)));
        Ok(absorbed(
            pairs.map(|(left, right)| joined(left, right)).collect(),
        ))
    }

    fn or(&mut self, left: Self::Value, right: Self::Value) -> Self::Value {
        match (left, right) {
            (Ok(mut left), Ok(right)) => {
                left.extend(right);
                Ok(absorbed(left))
            }
            (Err(_), Ok(alternatives)) | (Ok(alternatives), Err(_)) => Ok(alternatives),
            (Err(reason), Err(_)) => Err(reason),
        }
    }

    fn unseen(&mut self, condition: Condition<'_>) {
        let name = message::condition(condition);
        if !self.unseen.contains(&name) {
            self.unseen.push(name);
        }
    }
}

/// Both lists, in order, each scope once.
fn joined(left: &[ScopeId], right: &[ScopeId]) -> Vec<ScopeId> {
    let added = right.iter().filter(|id| !left.contains(id));
    left.iter().chain(added).copied().collect()
}

/// Without alternatives that contain another one.
fn absorbed(alternatives: Vec<Vec<ScopeId>>) -> Vec<Vec<ScopeId>> {
    let mut kept: Vec<Vec<ScopeId>> = Vec::new();
    for next in alternatives {
        let contains =
            |wide: &[ScopeId], narrow: &[ScopeId]| narrow.iter().all(|id| wide.contains(id));
        if kept.iter().any(|own| contains(&next, own)) {
            continue;
        }
        kept.retain(|own| !contains(own, &next));
        kept.push(next);
    }
    kept
}

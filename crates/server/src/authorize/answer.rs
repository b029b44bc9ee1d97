use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use oauth::authorization::{AuthorizationRequest, Outcome, response_url};
use oauth::consent::{ConsentDecision, from_standing, merge};
use oauth::model::{
    AuthorizationCode, Consent, ConsentEvidence, Grant, GrantOwner, GrantStatus, Recording, Uuid,
};
use oauth::{ErrorCode, OAuthError, Secret, SecretKind};
use scope::{Scope, ScopeSet};
use storage::StoreError;

use super::situation::Situation;
use crate::pages::refusal::Refusal;
use crate::pages::respond;
use crate::pages::visit::Visit;

/// The decision, recorded with its grant and the code in one step; then the code goes to the
/// app.
pub(super) async fn allow(
    visit: &Visit,
    situation: &Situation,
    decision: &ConsentDecision,
) -> Result<Response, Refusal> {
    let now = visit.app.now();
    let catalog = visit.realm.catalog();
    let standing = situation.standing.as_deref();
    let merged = merge(catalog, standing, &situation.request.scope, decision);
    let grant = Grant {
        id: visit.app.new_id(),
        realm: visit.realm.id().to_owned(),
        client: situation.request.client_id.clone(),
        owner: GrantOwner::Person,
        user: situation.signed_in.user.id,
        organisation: place(situation),
        catalog_version: catalog.version().to_owned(),
        requested: merged.requested,
        granted: merged.granted,
        refused: merged.refused,
        withheld: decision.withheld.clone(),
        reduced: merged.reduced,
        created_at: standing.map_or(now, |grant| grant.created_at),
        updated_at: now,
        status: GrantStatus::Live,
        version: 1,
    };
    let consent = Consent {
        granted: decision.granted.clone(),
        refused: decision.refused.clone(),
        grant: Some(grant.id),
        ..nothing_allowed(visit, situation, now)
    };
    let (secret, code) = new_code(visit, situation, decision, grant.id, now);
    let store = visit.app.store();
    let recording = store.record_consent(&consent, &grant, &code, standing);
    Ok(match recording.await? {
        Recording::Recorded(_) => redirect_code(visit, situation, &secret),
        Recording::StandingChanged => decide_anew(visit),
    })
}

/// Nothing is allowed. What stands allowed from earlier stays; that the rest was refused is
/// kept, so that nobody is asked for ever.
pub(super) async fn deny(visit: &Visit, situation: &Situation) -> Result<Response, Refusal> {
    let now = visit.app.now();
    let catalog = visit.realm.catalog();
    let offered: ScopeSet = situation
        .offer
        .rows
        .iter()
        .flat_map(|row| &row.items)
        .filter(|item| item.withheld.is_none())
        .map(|item| item.scope)
        .collect();
    let standing = situation.standing.as_deref();
    let left = standing.map(|grant| {
        let known = |scope: &Scope| catalog.set_of(scope.iter()).0;
        let newly_refused = offered.difference(&known(&grant.granted));
        Grant {
            refused: catalog.scope_of(&known(&grant.refused).union(&newly_refused)),
            updated_at: now,
            ..Grant::clone(grant)
        }
    });
    let consent = Consent {
        refused: catalog.scope_of(&offered),
        ..nothing_allowed(visit, situation, now)
    };
    let store = visit.app.store();
    let recording = store.record_refusal(&consent, left.as_ref(), standing);
    if recording.await? == Recording::StandingChanged {
        return Ok(decide_anew(visit));
    }
    let error = OAuthError::new(ErrorCode::AccessDenied, "the person did not allow access");
    Ok(redirect_error(visit, &situation.request, &error))
}

/// The grant changed between the page and the answer, in another window or at another
/// person's hand. The person sees the offer as it is now.
fn decide_anew(visit: &Visit) -> Response {
    respond::see_other(&visit.here())
}

/// The remembered answer: a further code from the standing grant.
pub(super) async fn answer_again(
    visit: &Visit,
    situation: &Situation,
) -> Result<Response, Refusal> {
    let catalog = visit.realm.catalog();
    let Some(grant) = &situation.standing else {
        return Err(Refusal::Store(StoreError::NotFound {
            what: "grant",
            key: situation.request.client_id.clone(),
        }));
    };
    let decision = match from_standing(catalog, &situation.offer, grant) {
        Ok(decision) => decision,
        Err(error) => return Ok(redirect_error(visit, &situation.request, &error)),
    };
    let (secret, code) = new_code(visit, situation, &decision, grant.id, visit.app.now());
    match visit.realm.cache().insert_code(code).await {
        Ok(()) => Ok(redirect_code(visit, situation, &secret)),
        // The grant ended a moment ago.
        Err(StoreError::NotFound { .. }) => Ok(decide_anew(visit)),
        Err(error) => Err(error.into()),
    }
}

fn nothing_allowed(visit: &Visit, situation: &Situation, now: Timestamp) -> Consent {
    Consent {
        id: visit.app.new_id(),
        realm: visit.realm.id().to_owned(),
        grant: None,
        client: situation.request.client_id.clone(),
        user: situation.signed_in.user.id,
        organisation: place(situation),
        catalog_version: visit.realm.catalog().version().to_owned(),
        requested: situation.request.scope.given().clone(),
        granted: Scope::empty(),
        refused: Scope::empty(),
        withheld: situation.offer.withheld.clone(),
        decided_at: now,
        evidence: Some(evidence(visit, situation)),
    }
}

/// What proves the decision later.
fn evidence(visit: &Visit, situation: &Situation) -> ConsentEvidence {
    ConsentEvidence {
        catalog: visit.realm.catalog_digest(),
        language: visit.words.language().code().to_owned(),
        rows: None,
        returned_to: situation.request.redirect_uri.clone(),
        signed_in_at: situation.signed_in.session.created_at,
    }
}

fn new_code(
    visit: &Visit,
    situation: &Situation,
    decision: &ConsentDecision,
    grant: Uuid,
    now: Timestamp,
) -> (Secret, AuthorizationCode) {
    let secret = oauth::secret::generate(SecretKind::AuthorizationCode, visit.app.random_bytes());
    let seconds = visit.realm.catalog().token_policy().code_ttl;
    let life = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(60));
    let code = AuthorizationCode {
        hash: secret.hash(),
        realm: visit.realm.id().to_owned(),
        client: situation.request.client_id.clone(),
        grant,
        family: Some(visit.app.new_id()),
        user: situation.signed_in.user.id,
        organisation: place(situation),
        redirect_uri: situation.request.redirect_uri_given.clone(),
        code_challenge: situation.request.code_challenge,
        scope: decision.granted.clone(),
        withheld: decision.withheld.clone(),
        refused: decision.refused.clone(),
        created_at: now,
        expires_at: now.saturating_add(life).unwrap_or(now),
        consumed_at: None,
        position: Some(visit.position),
    };
    (secret, code)
}

fn place(situation: &Situation) -> Option<Uuid> {
    situation
        .organisation
        .as_ref()
        .map(|organisation| organisation.id)
}

fn redirect_code(visit: &Visit, situation: &Situation, code: &Secret) -> Response {
    let request = &situation.request;
    let outcome = Outcome::Code(code.expose());
    respond::see_other(&response_url(
        &request.redirect_uri,
        visit.realm.issuer(),
        request.state.as_deref(),
        outcome,
    ))
}

/// Tells the app why there is no code.
pub(super) fn redirect_error(
    visit: &Visit,
    request: &AuthorizationRequest,
    error: &OAuthError,
) -> Response {
    redirect_error_to(
        visit,
        &request.redirect_uri,
        request.state.as_deref(),
        error,
    )
}

/// The same before the whole request is known to be good; its redirect URI is.
pub(super) fn redirect_error_to(
    visit: &Visit,
    redirect_uri: &str,
    state: Option<&str>,
    error: &OAuthError,
) -> Response {
    let url = response_url(
        redirect_uri,
        visit.realm.issuer(),
        state,
        Outcome::Error(error),
    );
    let mut response = respond::see_other(&url);
    // To be counted.
    response.extensions_mut().insert(error.code);
    response
}

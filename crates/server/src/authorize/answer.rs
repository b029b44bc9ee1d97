use axum::response::Response;
use oauth::consent::{ConsentDecision, from_standing};
use oauth::model::Recording;
use oauth::token::AccessTokenClaims;
use oauth::{ErrorCode, OAuthError, Secret};
use realm::{Fault, consents};

use super::redirect::{redirect_code, redirect_error};
use super::situation::Situation;
use crate::pages::refusal::Refusal;
use crate::pages::respond;
use crate::pages::visit::Visit;

/// What the person allows is recorded; then the code goes to the app.
pub(super) async fn allow(
    visit: &Visit,
    situation: &Situation,
    decision: &ConsentDecision,
) -> Result<Response, Refusal> {
    if let Err(error) = fits(situation, visit, decision) {
        return Ok(redirect_error(visit, &situation.request, &error));
    }
    let question = situation.question(visit);
    let recording = consents::allow(&visit.app, &visit.realm, &question, decision);
    Ok(code_or_anew(visit, situation, recording.await?))
}

/// Nothing is allowed, and the app is told so.
pub(super) async fn deny(visit: &Visit, situation: &Situation) -> Result<Response, Refusal> {
    let question = situation.question(visit);
    let recording = consents::refuse(&visit.app, &visit.realm, &question);
    if recording.await? == Recording::StandingChanged {
        return Ok(decide_anew(visit));
    }
    let error = OAuthError::new(ErrorCode::AccessDenied, "the person did not allow access");
    Ok(redirect_error(visit, &situation.request, &error))
}

/// The remembered answer: a further code from the standing grant.
pub(super) async fn answer_again(
    visit: &Visit,
    situation: &Situation,
) -> Result<Response, Refusal> {
    let Some(grant) = &situation.standing else {
        let client = &situation.request.client_id;
        return Err(Refusal::Fault(Fault::Defect(format!(
            "grant {client:?} does not exist"
        ))));
    };
    let decision = match from_standing(visit.realm.catalog(), &situation.offer, grant) {
        Ok(decision) => decision,
        Err(error) => return Ok(redirect_error(visit, &situation.request, &error)),
    };
    if let Err(error) = fits(situation, visit, &decision) {
        return Ok(redirect_error(visit, &situation.request, &error));
    }
    let question = situation.question(visit);
    let again = consents::allow_again(&visit.app, &visit.realm, &question, &decision, grant.id);
    Ok(code_or_anew(visit, situation, again.await?))
}

/// Nothing is recorded that no token could hold.
fn fits(
    situation: &Situation,
    visit: &Visit,
    decision: &ConsentDecision,
) -> Result<(), OAuthError> {
    let (client, realm) = (&situation.client.client, &visit.realm);
    let mut claims = AccessTokenClaims::of_any_person(client, &decision.granted, realm.audience());
    claims.issued_at = visit.app.now();
    let form = client.token_format_in(realm.catalog());
    let checked = realm.keys().check(realm.issuer(), &claims, form);
    checked.map_err(|error| OAuthError::new(ErrorCode::InvalidScope, error.to_string()))
}

fn code_or_anew(visit: &Visit, situation: &Situation, code: Recording<Secret>) -> Response {
    match code {
        Recording::Recorded(code) => redirect_code(visit, &situation.request, &code),
        Recording::StandingChanged => decide_anew(visit),
    }
}

/// The grant changed between the page and the answer, in another window or at another
/// person's hand. The person sees the offer as it is now.
fn decide_anew(visit: &Visit) -> Response {
    respond::see_other(&visit.here())
}

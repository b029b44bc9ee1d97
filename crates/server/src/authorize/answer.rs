use axum::response::Response;
use oauth::consent::{ConsentDecision, Shown, from_standing};
use oauth::model::{Recording, TokenHash};
use oauth::token::AccessTokenClaims;
use oauth::{ErrorCode, OAuthError, Secret};
use realm::Fault;
use realm::consents::{self, Answered};
use realm::manage::{ReduceGrant, Refused};

use super::redirect::{redirect_code, redirect_error};
use super::situation::Situation;
use crate::pages::refusal::Refusal;
use crate::pages::visit::Visit;

/// A form of the page, and what it is an answer to.
pub(super) struct Given<'a> {
    /// What the page showed.
    pub(super) shown: &'a Shown,
    /// The kept request.
    pub(super) to: &'a TokenHash,
}

impl Given<'_> {
    /// What is kept of the page with the decision.
    fn page<'a>(&'a self, visit: &Visit, situation: &'a Situation) -> Answered<'a> {
        Answered {
            request: self.to,
            shown: self.shown,
            names: situation.names(visit),
        }
    }
}

/// What the person allows is recorded; then the code goes to the app. No answer where the grant
/// changed between the page and the decision, in another window or at another person's hand, or
/// the request was answered at the same moment: the person is to see how it stands now.
pub(super) async fn allow(
    visit: &Visit,
    situation: &Situation,
    given: &Given<'_>,
    decision: &ConsentDecision,
) -> Result<Option<Response>, Refusal> {
    if let Err(error) = fits(situation, visit, decision) {
        let told = redirect_error(visit, &situation.asked.request, &error);
        return Ok(Some(told));
    }
    let (question, page) = (situation.question(visit), given.page(visit, situation));
    let recording = consents::allow(&visit.app, &visit.realm, &question, &page, decision);
    Ok(redirect_recorded(visit, situation, recording.await?))
}

/// Nothing is allowed, and the app is told so. No answer as for [`allow`].
pub(super) async fn deny(
    visit: &Visit,
    situation: &Situation,
    given: &Given<'_>,
) -> Result<Option<Response>, Refusal> {
    let (question, page) = (situation.question(visit), given.page(visit, situation));
    let recording = consents::refuse(&visit.app, &visit.realm, &question, &page);
    if recording.await?.recorded().is_none() {
        return Ok(None);
    }
    let error = OAuthError::new(ErrorCode::AccessDenied, "the person did not allow access");
    Ok(Some(redirect_error(
        visit,
        &situation.asked.request,
        &error,
    )))
}

/// Allowed, and every row set to nothing: what stands allowed of them is taken off, as on the page of
/// connected apps. Whoever does not allow leaves what stands as it is. No answer as for [`allow`].
pub(super) async fn allow_nothing(
    visit: &Visit,
    situation: &Situation,
    given: &Given<'_>,
) -> Result<Option<Response>, Refusal> {
    let answer = deny(visit, situation, given).await?;
    let (Some(_), Some(standing)) = (&answer, &situation.standing) else {
        return Ok(answer);
    };
    let catalog = visit.realm.catalog();
    let offered = situation.offer.offered();
    let is_offered = |name: &str| catalog.find(name).is_some_and(|id| offered.contains(id));
    let kept = standing.granted.iter().filter(|name| !is_offered(name));
    let command = ReduceGrant {
        grant: standing.id,
        keep: kept.map(str::to_owned).collect(),
        version: None,
    };
    let desk = visit.app.desk(&visit.realm);
    let by = visit.actor(&situation.signed_in.user);
    match desk.reduce_grant(&by, command).await {
        Ok(_) | Err(Refused::NotReducible(_)) => Ok(answer),
        Err(refused) => Err(refused.into()),
    }
}

/// The remembered answer: a further code from the standing grant. No answer as for [`allow`].
pub(super) async fn answer_again(
    visit: &Visit,
    situation: &Situation,
) -> Result<Option<Response>, Refusal> {
    let Some(grant) = &situation.standing else {
        let client = &situation.asked.request.client_id;
        return Err(Refusal::Fault(Fault::Defect(format!(
            "grant {client:?} does not exist"
        ))));
    };
    let decision = match from_standing(visit.realm.catalog(), &situation.offer, grant) {
        Ok(decision) => decision,
        Err(error) => {
            let told = redirect_error(visit, &situation.asked.request, &error);
            return Ok(Some(told));
        }
    };
    if let Err(error) = fits(situation, visit, &decision) {
        let told = redirect_error(visit, &situation.asked.request, &error);
        return Ok(Some(told));
    }
    let question = situation.question(visit);
    let again = consents::allow_again(&visit.app, &visit.realm, &question, &decision, grant.id);
    Ok(redirect_recorded(visit, situation, again.await?))
}

/// Nothing is recorded that no token could hold.
fn fits(
    situation: &Situation,
    visit: &Visit,
    decision: &ConsentDecision,
) -> Result<(), OAuthError> {
    let (client, realm) = (&situation.asked.client.client, &visit.realm);
    let form = client.token_format_in(realm.catalog());
    for audience in realm.audiences() {
        let mut claims = AccessTokenClaims::of_any_person(client, &decision.granted, audience);
        claims.for_sandbox = realm.has_beside(audience);
        claims.issued_at = visit.app.now();
        let checked = realm.keys().check(realm.issuer(), &claims, form);
        checked.map_err(|error| OAuthError::new(ErrorCode::InvalidScope, error.to_string()))?;
    }
    Ok(())
}

fn redirect_recorded(
    visit: &Visit,
    situation: &Situation,
    code: Recording<Secret>,
) -> Option<Response> {
    match code {
        Recording::Recorded(code) => Some(redirect_code(visit, &situation.asked.request, &code)),
        Recording::StandingChanged | Recording::Answered => None,
    }
}

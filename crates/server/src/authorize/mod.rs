//! The authorization endpoint (RFC 6749 section 4.1.1). It keeps nothing before the decision:
//! each request is checked from the beginning, also the one that brings the answer.

mod answer;
mod consent;
mod organisation;
mod redirect;
mod situation;
mod views;

use axum::response::Response;

use crate::pages::form::PageForm;
use crate::pages::refusal::Refusal;
use crate::pages::visit::Visit;
use answer::{allow, answer_again, deny};
use oauth::{ErrorCode, OAuthError};
use redirect::redirect_error;
use situation::{Occasion, Stage};

#[cfg(test)]
pub(crate) use views::{ConsentPage, OrganisationPage};

/// `GET /{realm}/oauth/authorize`: asks, or answers at once where nothing is left to ask.
pub(crate) async fn ask(visit: Visit) -> Response {
    match show(&visit).await {
        Ok(response) => response,
        Err(refusal) => refuse(&visit, refusal),
    }
}

/// `POST /{realm}/oauth/authorize`: the person's decision.
pub(crate) async fn decide(visit: Visit, form: PageForm) -> Response {
    match take(&visit, form).await {
        Ok(response) => response,
        Err(refusal) => refuse(&visit, refusal),
    }
}

async fn show(visit: &Visit) -> Result<Response, Refusal> {
    let situation = match situation::read(visit, Occasion::Asked).await? {
        Stage::Answered(response) => return Ok(response),
        Stage::Ready(situation) => situation,
    };
    if situation.offer.nothing_left {
        let nothing = oauth::consent::decide(
            visit.realm.catalog(),
            &situation.offer,
            &oauth::consent::Choice::default(),
        );
        let error = nothing.err().unwrap_or_else(nothing_to_allow);
        return Ok(redirect_error(visit, &situation.request, &error));
    }
    if !situation.needs_consent(visit) {
        return answer_again(visit, &situation).await;
    }
    if situation.request.prompt.none {
        let error = OAuthError::new(
            ErrorCode::ConsentRequired,
            "the person has to be asked, and prompt=none forbids it",
        );
        return Ok(redirect_error(visit, &situation.request, &error));
    }
    Ok(consent::ask(visit, &situation, false))
}

async fn take(visit: &Visit, form: PageForm) -> Result<Response, Refusal> {
    visit.own_form()?;
    let form = form.filled()?;
    let organisation = Some(form.get("organisation")).filter(|value| !value.is_empty());
    let situation = match situation::read(visit, Occasion::Answered { organisation }).await? {
        Stage::Answered(response) => return Ok(response),
        Stage::Ready(situation) => situation,
    };
    match form.get("decision") {
        "deny" => deny(visit, &situation).await,
        "allow" => {
            let choice = oauth::consent::Choice {
                allowed: form.allowed(),
            };
            let decided = oauth::consent::decide(visit.realm.catalog(), &situation.offer, &choice);
            match decided {
                Ok(decision) => allow(visit, &situation, &decision).await,
                Err(error) if error.code == ErrorCode::AccessDenied => {
                    deny(visit, &situation).await
                }
                Err(error) if error.code == ErrorCode::InvalidRequest => {
                    Ok(consent::ask(visit, &situation, true))
                }
                Err(error) => Ok(redirect_error(visit, &situation.request, &error)),
            }
        }
        _ => Err(Refusal::Form),
    }
}

fn refuse(visit: &Visit, refusal: Refusal) -> Response {
    let told = match &refusal {
        Refusal::Request(error) => Some(error.code),
        _ => None,
    };
    let mut response = refusal.answer(visit);
    if let Some(code) = told {
        // To be counted.
        response.extensions_mut().insert(code);
    }
    response
}

fn nothing_to_allow() -> OAuthError {
    OAuthError::new(
        ErrorCode::InvalidScope,
        "nothing of the requested scope can be granted",
    )
}

//! The authorization endpoint (RFC 6749 section 3.1) and the pages it leads to. A request that
//! waits for a person is kept; each time it is checked from the beginning, also when the answer
//! comes.

mod answer;
mod consent;
mod kept;
mod lacking;
mod large;
mod nothing;
mod organisation;
mod redirect;
mod request;
mod second_factor;
mod situation;
mod unsigned;
mod views;

use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use enforce::reading;
use oauth::parameters::Parameters;
use oauth::{ErrorCode, OAuthError};
use realm::limits;

use crate::body;
use crate::pages::form::SentForm;
use crate::pages::refusal::Refusal;
use crate::pages::respond;
use crate::pages::visit::Visit;
use crate::session::SignedIn;
use answer::{Given, allow, allow_nothing, answer_again, deny};
use consent::Problem;
use kept::Kept;
use large::Filled;
use oauth::consent::Shown;
use redirect::redirect_error;
use request::Asked;
use situation::{Choosing, Occasion, Situation, Stage};

pub(crate) use kept::Behind;
pub(crate) use redirect::onward_to_sign_in;
pub(crate) use unsigned::{Wanted, Way};
#[cfg(test)]
pub(crate) use views::{ConsentPage, NothingPage, OrganisationPage};

/// `GET /{realm}/oauth/authorize`: answers at once where nobody has to be asked, and otherwise
/// keeps the request and leads to who is to be asked.
pub(crate) async fn begin(method: Method, visit: Visit) -> Response {
    if method == Method::HEAD {
        return nothing_done();
    }
    let query = visit.uri.query().unwrap_or_default().to_owned();
    answered(&visit, enter(&visit, query.as_bytes()).await)
}

/// `POST /{realm}/oauth/authorize`: the same for requests that fit into no address. Browsers
/// send none of our cookies with a form of another site, so who is signed in is found out
/// behind a redirect.
pub(crate) async fn begin_by_form(visit: Visit, request: Request) -> Response {
    answered(&visit, enter_by_form(&visit, request).await)
}

/// `GET /{realm}/consent?request=`: asks what is open about a kept request.
pub(crate) async fn show(method: Method, visit: Visit) -> Response {
    if method == Method::HEAD {
        return nothing_done();
    }
    redirect::from_a_page(&visit, answered(&visit, ask(&visit).await))
}

/// `POST /{realm}/consent?request=`: the person's decision.
pub(crate) async fn decide(visit: Visit, form: SentForm) -> Response {
    redirect::from_a_page(&visit, answered(&visit, take(&visit, form).await))
}

/// `POST /{realm}/organisation?request=`: whose data is meant.
pub(crate) async fn choose(visit: Visit, form: SentForm) -> Response {
    let chosen = || {
        visit.own_form()?;
        let form = form.filled()?;
        let place = kept::Place::of(&visit)?.with_organisation(form.get("organisation"))?;
        Ok(respond::see_other(&place.consent(&visit)))
    };
    answered(&visit, chosen())
}

/// What can be done about a request without asking anybody.
enum Step {
    Answered(Response),
    SignIn(Box<Asked>),
    Prove(Box<Asked>, Box<SignedIn>),
    Choose(Box<Choosing>),
    Nowhere(Box<Choosing>),
    Untold(Box<Choosing>),
    Ask(Box<Situation>),
    /// Nothing of it can be allowed; what the app is told then.
    Nothing(Box<Situation>, OAuthError),
    /// The grant changed at this moment.
    Again(Box<Asked>),
}

async fn enter(visit: &Visit, parameters: &[u8]) -> Result<Response, Refusal> {
    let asked = match request::read(visit, parameters).await? {
        Ok(asked) => asked,
        Err(response) => return Ok(response),
    };
    let (asked, signs_in) = match step(visit, asked, None).await? {
        Step::Answered(response) => return Ok(response),
        Step::SignIn(asked) => (*asked, true),
        // On its own page it is known where to go.
        Step::Prove(asked, _) => (*asked, false),
        Step::Choose(choosing) | Step::Nowhere(choosing) | Step::Untold(choosing) => {
            (choosing.asked, false)
        }
        Step::Ask(situation) | Step::Nothing(situation, _) => (situation.asked, false),
        Step::Again(asked) => (*asked, false),
    };
    let (place, cookie) = kept::keep(visit, &asked).await?;
    let location = if signs_in {
        place.login(visit)
    } else {
        place.consent(visit)
    };
    Ok(respond::see_other_with_cookie(&location, cookie))
}

async fn enter_by_form(visit: &Visit, request: Request) -> Result<Response, Refusal> {
    let (head, sent) = request.into_parts();
    let form = reading::read(&head.headers, sent, limits::FORM_BYTES).await;
    let form = form.map_err(|_| Refusal::Form)?;
    // A page of the version before, whose decision counts no more, sends the request in the
    // address: the person is asked once more.
    let names_client = |parameters: &Parameters| parameters.get("client_id").is_some();
    let is_request = Parameters::read(&form).map_or_else(
        |faulty| names_client(faulty.usable()) || faulty.is_unusable("client_id"),
        |parameters| names_client(&parameters),
    );
    let query = visit.uri.query().unwrap_or_default();
    let parameters = if is_request && body::is_form(&head.headers) {
        &*form
    } else {
        query.as_bytes()
    };
    match request::read(visit, parameters).await? {
        Ok(asked) => {
            let place = kept::keep_for_whoever_comes(visit, &asked).await?;
            Ok(respond::see_other(&place.consent(visit)))
        }
        Err(response) => Ok(response),
    }
}

async fn step(visit: &Visit, asked: Asked, kept: Option<&Kept>) -> Result<Step, Refusal> {
    let chosen = kept.and_then(|kept| kept.place.organisation());
    let stage = situation::read(visit, asked, kept, chosen, Occasion::Asked);
    let situation = match stage.await? {
        Stage::Answered(response) => return Ok(Step::Answered(response)),
        Stage::SignIn(asked) => return Ok(Step::SignIn(asked)),
        Stage::Prove(asked, signed_in) => return Ok(Step::Prove(asked, signed_in)),
        Stage::Choose(choosing) => return Ok(Step::Choose(choosing)),
        Stage::Nowhere(choosing) => return Ok(Step::Nowhere(choosing)),
        Stage::Untold(choosing) => return Ok(Step::Untold(choosing)),
        Stage::Ready(situation) => situation,
    };
    let refuse = |error: &OAuthError| redirect_error(visit, &situation.asked.request, error);
    if let Err(error) = nothing::is_left(&situation) {
        return Ok(if situation.asked.request.prompt.none {
            Step::Answered(refuse(&error))
        } else {
            Step::Nothing(situation, error)
        });
    }
    if !situation.needs_consent(visit) {
        return Ok(match answer_again(visit, &situation).await? {
            Some(response) => Step::Answered(response),
            None => Step::Again(Box::new(situation.asked)),
        });
    }
    if situation.asked.request.prompt.none {
        let error = OAuthError::new(
            ErrorCode::ConsentRequired,
            "the person has to be asked, and prompt=none forbids it",
        );
        return Ok(Step::Answered(refuse(&error)));
    }
    Ok(Step::Ask(situation))
}

async fn ask(visit: &Visit) -> Result<Response, Refusal> {
    let kept = kept::find(visit).await?;
    let place = &kept.place;
    let step = match request::read(visit, kept.parameters.as_bytes()).await? {
        Ok(asked) => step(visit, asked, Some(&kept)).await?,
        Err(response) => Step::Answered(response),
    };
    let response = match step {
        Step::Answered(response) => response,
        Step::SignIn(_) => respond::see_other(&place.login(visit)),
        Step::Prove(asked, signed_in) => {
            match second_factor::way(visit, place, &signed_in).await? {
                Some(way) => respond::see_other(&way),
                None => redirect_error(visit, &asked.request, &second_factor::unmet()),
            }
        }
        Step::Choose(choosing) => organisation::choose(visit, place, &choosing),
        Step::Nowhere(choosing) => {
            let refusal = situation::no_organisation(visit, &kept, &choosing);
            return Ok(kept.remembered(refusal.answer(visit)));
        }
        Step::Untold(choosing) => {
            let refusal = situation::rights_unavailable(visit, &kept, &choosing);
            return Ok(kept.remembered(refusal.answer(visit)));
        }
        Step::Ask(situation) => {
            consent::ask(visit, place, &situation, None, &Filled::default()).await?
        }
        Step::Nothing(situation, error) => nothing::tell(visit, place, &situation, &error),
        Step::Again(_) => respond::see_other(&place.consent(visit)),
    };
    Ok(kept.remembered(response))
}

async fn take(visit: &Visit, form: SentForm) -> Result<Response, Refusal> {
    visit.own_form()?;
    let form = form.filled()?;
    let kept = kept::find(visit).await?;
    let place = &kept.place;
    let asked = match request::read(visit, kept.parameters.as_bytes()).await? {
        Ok(asked) => asked,
        Err(response) => return Ok(response),
    };
    // From the page that says so; asking once more would have the person wait for it.
    if form.get("decision") == "later" {
        return Ok(redirect_error(visit, &asked.request, &situation::untold()));
    }
    let shown = Shown::read(form.get("shown"));
    let meant = shown.as_ref().and_then(Shown::organisation);
    let meant = meant.map(|id| id.to_string());
    let chosen = meant.as_deref().or(place.organisation());
    let stage = situation::read(visit, asked, Some(&kept), chosen, Occasion::Answered);
    let situation = match stage.await? {
        Stage::Answered(response) => return Ok(response),
        Stage::SignIn(_) => return Ok(respond::see_other(&place.login(visit))),
        Stage::Prove(..) => return Ok(respond::see_other(&place.consent(visit))),
        Stage::Choose(choosing) => return Ok(organisation::choose(visit, place, &choosing)),
        Stage::Nowhere(choosing) if form.get("decision") == "deny" => {
            let told = redirect_error(visit, &choosing.asked.request, &situation::nowhere());
            return Ok(told);
        }
        Stage::Nowhere(choosing) => {
            return Err(situation::no_organisation(visit, &kept, &choosing));
        }
        Stage::Untold(choosing) => {
            return Err(situation::rights_unavailable(visit, &kept, &choosing));
        }
        Stage::Ready(situation) => situation,
    };
    if let Err(error) = nothing::is_left(&situation) {
        return Ok(if form.get("decision") == "deny" {
            redirect_error(visit, &situation.asked.request, &error)
        } else {
            nothing::tell(visit, place, &situation, &error)
        });
    }
    let now = situation.shown(visit);
    let catalog = visit.realm.catalog();
    let differences = shown.as_ref().map(|shown| shown.differences(&now));
    let is_same = differences.as_ref().is_some_and(Vec::is_empty);
    let Some(shown) = shown.as_ref().filter(|_| is_same) else {
        let problem = Problem::Different(differences.unwrap_or_default());
        let choice = form.choice(catalog).ok();
        let still = shown
            .zip(choice)
            .and_then(|(shown, choice)| shown.kept(&now, catalog, &choice));
        let filled = Filled::again(&form, still);
        let again = consent::ask(visit, place, &situation, Some(problem), &filled).await?;
        return Ok(kept.remembered(again));
    };
    if let Some(filled) = Filled::of(catalog, &situation.offer, &form)? {
        let again = consent::ask(visit, place, &situation, None, &filled).await?;
        return Ok(kept.remembered(again));
    }
    let given = Given {
        shown,
        to: &kept.hash,
    };
    let answer = match form.get("decision") {
        "deny" => deny(visit, &situation, &given).await?,
        "allow" => {
            let choice = form.choice(catalog)?;
            let decided = oauth::consent::decide(catalog, &situation.offer, &choice);
            match decided {
                Ok(decision) => allow(visit, &situation, &given, &decision).await?,
                Err(error) if error.code == ErrorCode::AccessDenied => {
                    allow_nothing(visit, &situation, &given).await?
                }
                Err(error) if error.code == ErrorCode::InvalidRequest => {
                    let missing = oauth::consent::missing(catalog, &situation.offer, &choice);
                    let problem = Some(Problem::Incomplete(missing));
                    let filled = Filled::again(&form, Some(choice.set(catalog)));
                    Some(consent::ask(visit, place, &situation, problem, &filled).await?)
                }
                Err(error) => Some(redirect_error(visit, &situation.asked.request, &error)),
            }
        }
        _ => return Err(Refusal::Form),
    };
    Ok(answer.unwrap_or_else(|| respond::see_other(&place.consent(visit))))
}

fn answered(visit: &Visit, answer: Result<Response, Refusal>) -> Response {
    let refusal = match answer {
        Ok(response) => return response,
        Err(refusal) => refusal,
    };
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

/// Programs that look at links send HEAD, and it changes nothing: no request is kept or taken, no
/// code made (RFC 9110 section 9.2.1).
fn nothing_done() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

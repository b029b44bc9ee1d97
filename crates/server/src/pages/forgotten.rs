//! Asking for a link to a new password. Page, answer and time are the same for everybody, whether
//! there is such an account or not.

use axum::http::StatusCode;
use axum::response::Response;
use realm::accounts::links::{self, Asked};

use super::attempts::{self, Problem};
use super::form::SentForm;
use super::letters;
use super::refusal::Refusal;
use super::respond;
use super::views::{ForgottenPage, LoginProblem};
use super::visit::Visit;

/// `GET /{realm}/forgotten`
pub(crate) async fn show(visit: Visit) -> Response {
    match visit.app.sends_mail() && visit.with_accounts().is_ok() {
        true => respond::page(StatusCode::OK, &page(&visit, "", None, false)),
        false => Refusal::NotFound.answer(&visit),
    }
}

/// `POST /{realm}/forgotten`
pub(crate) async fn ask(visit: Visit, form: SentForm) -> Response {
    let answer = async {
        visit.own_form()?;
        let form = form.filled()?;
        visit.with_accounts()?;
        if !visit.app.sends_mail() {
            return Err(Refusal::NotFound);
        }
        let name = form.get("username").trim();
        let told = |problem: Problem| {
            let shown = problem.told(visit.words);
            let page = page(&visit, name, Some(shown), false);
            problem.answered(respond::page(problem.status(), &page))
        };
        if name.is_empty() {
            return Ok(told(Problem::missing("username", "login-missing-username")));
        }
        let letter = letters::reset(visit.words, &visit.frame(None).realm_title);
        let asked = links::ask(&visit.app, &visit.realm, visit.address, name, letter).await?;
        Ok(match asked {
            Asked::Taken => respond::page(StatusCode::OK, &page(&visit, name, None, true)),
            Asked::TooMany(until) => told(attempts::too_many("username", until)),
            Asked::Busy => told(attempts::busy("username")),
        })
    };
    answer
        .await
        .unwrap_or_else(|refusal: Refusal| refusal.answer(&visit))
}

fn page(
    visit: &Visit,
    username: &str,
    problem: Option<LoginProblem>,
    taken: bool,
) -> ForgottenPage {
    ForgottenPage {
        frame: visit.frame(None),
        action: visit.form_at("forgotten"),
        login: visit.form_at("login"),
        username: username.to_owned(),
        problem,
        taken,
    }
}

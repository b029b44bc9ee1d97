//! The second factor at sign-in: the password was right, a code is missing.

use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use oauth::model::Authentication;
use realm::accounts::half::{self, Half};
use realm::accounts::second_factor;

use super::attempts::{self, Problem};
use super::form::SentForm;
use super::login::Goal;
use super::refusal::Refusal;
use super::views::{CodePage, LoginProblem};
use super::visit::Visit;
use super::words::shown;
use super::{next, respond};
use crate::session;

/// `GET /{realm}/login/code`
pub(crate) async fn show(visit: Visit) -> Response {
    let answer = async {
        visit.with_accounts()?;
        let goal = Goal::of(&visit, &visit.parameter("next")).await?;
        Ok(match half(&visit).await? {
            Some(half) => respond::page(StatusCode::OK, &page(&visit, &half, &goal, None)),
            None => begin_again(&visit, &goal),
        })
    };
    answer
        .await
        .unwrap_or_else(|refusal: Refusal| refusal.answer(&visit))
}

/// `POST /{realm}/login/code`
pub(crate) async fn sign_in(visit: Visit, form: SentForm) -> Response {
    let answer = async {
        visit.own_form()?;
        visit.with_accounts()?;
        let form = form.filled()?;
        let goal = Goal::of(&visit, form.get("next")).await?;
        let Some(half) = half(&visit).await? else {
            return Ok(begin_again(&visit, &goal));
        };
        let typed = form.get("code").trim();
        let (app, realm, user) = (&visit.app, &visit.realm, half.user.clone());
        let problem = match typed {
            "" => Err(Problem::missing("code", "code-missing")),
            typed => {
                let by = visit.actor(&user);
                let checked =
                    second_factor::check(app, realm, &by, user.id, visit.address, typed).await?;
                attempts::right(checked, "code", "code-wrong")
            }
        };
        if let Err(problem) = problem {
            let page = page(&visit, &half, &goal, Some(problem.told(visit.words)));
            return Ok(problem.answered(respond::page(problem.status(), &page)));
        }
        let position = half.position;
        if !half.end(app).await? {
            return Ok(begin_again(&visit, &goal));
        }
        let proved = Authentication::by_password_and_code(app.now());
        let cookie = visit.begin_session(&user, proved, position).await?;
        let mut response = respond::see_other_with_cookie(&goal.next, cookie);
        let ended = session::ended_half(app, realm);
        response.headers_mut().append(SET_COOKIE, ended);
        Ok(response)
    };
    answer
        .await
        .unwrap_or_else(|refusal: Refusal| refusal.answer(&visit))
}

/// With the password: too much time went by, or it is another browser.
fn begin_again(visit: &Visit, goal: &Goal) -> Response {
    respond::see_other(&next::login(visit.realm.layout(), &goal.next))
}

async fn half(visit: &Visit) -> Result<Option<Half>, Refusal> {
    for given in session::halves(&visit.app, &visit.realm, &visit.headers) {
        if let Some(half) = half::of(&visit.app, &visit.realm, &given).await? {
            return Ok(Some(half));
        }
    }
    Ok(None)
}

fn page(visit: &Visit, half: &Half, goal: &Goal, problem: Option<LoginProblem>) -> CodePage {
    CodePage {
        frame: visit.frame(None),
        action: visit.form_at("login/code"),
        next: goal.next.clone(),
        going_on_to: goal.behind.app.clone(),
        username: shown(&half.user.username),
        login: next::login(visit.realm.layout(), &goal.next),
        problem,
    }
}

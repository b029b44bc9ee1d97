//! Choosing a password by a link. The link's secret leaves the address at once, for a cookie:
//! addresses are kept in histories, and told to others.

use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use oauth::audit::Actor;
use realm::accounts::links::{self, Opened};
use realm::manage::Refused;

use super::attempts::{self, Problem};
use super::form::SentForm;
use super::refusal::Refusal;
use super::respond;
use super::views::{LinkPage, LoginProblem};
use super::visit::Visit;
use super::words::shown;
use crate::session;

/// `GET /{realm}/link`: with the secret in the address, or in the cookie.
pub(crate) async fn show(visit: Visit) -> Response {
    let answer = async {
        visit.with_accounts()?;
        let given = visit.parameter("v");
        if !given.is_empty() {
            // Nothing is used up: programs open links in mails, too.
            let cookie = session::link_cookie(&visit.app, &visit.realm, &given);
            let Some(cookie) = cookie else {
                return Err(Refusal::LinkGone);
            };
            return Ok(respond::see_other_with_cookie(
                &visit.form_at("link"),
                cookie,
            ));
        }
        let opened = opened(&visit).await?;
        Ok(respond::page(
            StatusCode::OK,
            &page(&visit, &opened, "", None),
        ))
    };
    answer
        .await
        .unwrap_or_else(|refusal: Refusal| refusal.answer(&visit))
}

/// `POST /{realm}/link`: the password is chosen; signing in comes next.
pub(crate) async fn choose(visit: Visit, form: SentForm) -> Response {
    let answer = async {
        visit.own_form()?;
        visit.with_accounts()?;
        let form = form.filled()?;
        let opened = opened(&visit).await?;
        let name = form.get("name").trim();
        let chosen = choice(
            &visit,
            &opened,
            name,
            (form.get("new-password"), form.get("again")),
        );
        let told = |problem: Problem| {
            let shown = problem.told(visit.words);
            let page = page(&visit, &opened, name, Some(shown));
            respond::page(problem.status(), &page)
        };
        let password = match chosen {
            Ok(password) => password,
            Err(problem) => return Ok(told(problem)),
        };
        let desk = visit.app.desk(&visit.realm);
        let by = visit.actor(&opened.user);
        match desk.choose_by_link(&by, &opened, password, name).await {
            Ok(true) => {}
            Ok(false) => return Err(Refusal::LinkGone),
            Err(Refused::Name(_)) => {
                return Ok(told(Problem::missing("name", "invitation-name-wrong")));
            }
            Err(Refused::Password(why)) => return Ok(told(attempts::no_password(why))),
            Err(refused) => return Err(refused.into()),
        }
        end_here(&visit, &by).await?;
        let login = visit.form_at("login");
        let done = match login.contains('?') {
            true => format!("{login}&done=password"),
            false => format!("{login}?done=password"),
        };
        let mut response = respond::see_other(&done);
        for gone in [
            session::ended_link(&visit.app, &visit.realm),
            session::ended_session(&visit.app, &visit.realm),
        ] {
            response.headers_mut().append(SET_COOKIE, gone);
        }
        Ok(response)
    };
    answer
        .await
        .unwrap_or_else(|refusal: Refusal| refusal.answer(&visit))
}

fn choice<'f>(
    visit: &Visit,
    opened: &Opened,
    name: &str,
    (new, again): (&'f str, &str),
) -> Result<&'f str, Problem> {
    if opened.is_invitation && name.is_empty() {
        return Err(Problem::missing("name", "invitation-name-missing"));
    }
    let name = opened.is_invitation.then_some(name);
    let own = visit.app.desk(&visit.realm).own_words_by_link(opened, name);
    attempts::chosen(new, again, &own)
}

/// Whoever was signed in here is not any more, also if it was somebody else.
async fn end_here(visit: &Visit, by: &Actor) -> Result<(), Refusal> {
    for session in session::session_hashes(&visit.app, &visit.realm, &visit.headers) {
        visit
            .app
            .desk(&visit.realm)
            .end_session(by, &session)
            .await?;
    }
    Ok(())
}

async fn opened(visit: &Visit) -> Result<Opened, Refusal> {
    for given in session::links(&visit.app, &visit.realm, &visit.headers) {
        if let Some(opened) = links::open(&visit.app, &visit.realm, &given).await? {
            return Ok(opened);
        }
    }
    Err(Refusal::LinkGone)
}

fn page(visit: &Visit, opened: &Opened, name: &str, problem: Option<LoginProblem>) -> LinkPage {
    LinkPage {
        frame: visit.frame(None),
        action: visit.form_at("link"),
        username: shown(&opened.user.username),
        is_invitation: opened.is_invitation,
        name: name.to_owned(),
        problem,
    }
}

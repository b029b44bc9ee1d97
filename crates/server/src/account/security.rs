//! How a person signs in: their password, their second factor, and the browsers that are signed in.

use axum::http::StatusCode;
use axum::response::Response;
use oauth::audit::Subject;
use oauth::model::{BrowserSession, User};
use realm::accounts::second_factor;
use realm::manage::Refused;
use realm::throttle;

use super::grant::Named;
use crate::pages::attempts::{self, Problem};
use crate::pages::form::{PageForm, SentForm};
use crate::pages::refusal::Refusal;
use crate::pages::views::{FactorState, LoginProblem, SecurityPage, SessionLine, When};
use crate::pages::visit::Visit;
use crate::pages::words::shown;
use crate::pages::{next, respond};
use crate::session::SignedIn;

/// So many signed-in browsers are shown.
const SESSIONS: usize = 20;

/// `GET /{realm}/account/security`
pub(crate) async fn show(visit: Visit) -> Response {
    let answer = async {
        let Some(signed_in) = visit.signed_in().await? else {
            return Ok(sign_in_first(&visit));
        };
        let page = page(&visit, &signed_in, None).await?;
        Ok(respond::page(StatusCode::OK, &page))
    };
    answer
        .await
        .unwrap_or_else(|refusal: Refusal| refusal.answer(&visit))
}

/// `POST /{realm}/account/password`: another password, for whoever knows the old one.
pub(crate) async fn change_password(visit: Visit, form: SentForm) -> Response {
    let answer = async {
        visit.with_accounts()?;
        let (signed_in, form) = match own_form(&visit, form).await? {
            Ok(own) => own,
            Err(response) => return Ok(response),
        };
        let desk = visit.app.desk(&visit.realm);
        let own = desk.own_words_of(&signed_in.user);
        let new = attempts::chosen(form.get("new-password"), form.get("again"), &own);
        let new = match new {
            Ok(new) => new,
            Err(problem) => return again(&visit, &signed_in, problem).await,
        };
        let person = match right_password(&visit, &signed_in, &form, "old-password").await? {
            Ok(person) => person,
            Err(problem) => return again(&visit, &signed_in, problem).await,
        };
        let by = visit.actor(&person);
        match desk.choose_password(&by, &person, new).await {
            // They were just given another name.
            Err(Refused::Password(why)) => {
                return again(&visit, &signed_in, attempts::no_password(why)).await;
            }
            chosen => chosen?,
        }
        // Every session ended, this one too: the browser gets another, under another secret.
        let position = visit.realm.cache().position();
        let proved = signed_in.session.authentication.clone();
        let cookie = visit
            .begin_session(&signed_in.user, proved, position)
            .await?;
        let done = done(&visit, "password");
        Ok(respond::see_other_with_cookie(&done, cookie))
    };
    answer
        .await
        .unwrap_or_else(|refusal: Refusal| refusal.answer(&visit))
}

/// `POST /{realm}/account/sessions/{session}/end`: signs one browser out.
pub(crate) async fn end_session(Named(session): Named, visit: Visit, form: SentForm) -> Response {
    let answer = async {
        let (signed_in, _) = match own_form(&visit, form).await? {
            Ok(own) => own,
            Err(response) => return Ok(response),
        };
        let desk = visit.app.desk(&visit.realm);
        let by = visit.actor(&signed_in.user);
        for other in desk.sessions(&signed_in.user).await? {
            if name_of(&other) == session {
                desk.end_session(&by, &other.hash).await?;
            }
        }
        Ok(respond::see_other(&done(&visit, "session")))
    };
    answer
        .await
        .unwrap_or_else(|refusal: Refusal| refusal.answer(&visit))
}

/// `POST /{realm}/account/sessions/end-others`: signs every other browser out.
pub(crate) async fn end_others(visit: Visit, form: SentForm) -> Response {
    let answer = async {
        let (signed_in, _) = match own_form(&visit, form).await? {
            Ok(own) => own,
            Err(response) => return Ok(response),
        };
        let desk = visit.app.desk(&visit.realm);
        let by = visit.actor(&signed_in.user);
        for other in desk.sessions(&signed_in.user).await? {
            if other.hash != signed_in.session.hash {
                desk.end_session(&by, &other.hash).await?;
            }
        }
        Ok(respond::see_other(&done(&visit, "sessions")))
    };
    answer
        .await
        .unwrap_or_else(|refusal: Refusal| refusal.answer(&visit))
}

/// Signing in leads back to this page.
pub(super) fn sign_in_first(visit: &Visit) -> Response {
    let here = visit.form_at("account/security");
    respond::see_other(&next::login(visit.realm.layout(), &here))
}

/// Who sends a form of ours, and what it says.
pub(super) async fn own_form(
    visit: &Visit,
    form: SentForm,
) -> Result<Result<(SignedIn, PageForm), Response>, Refusal> {
    visit.own_form()?;
    let form = form.once()?;
    Ok(match visit.signed_in().await? {
        Some(signed_in) => Ok((signed_in, form)),
        None => Err(sign_in_first(visit)),
    })
}

/// The person, if the field holds their password; it counts as an attempt to sign in.
pub(super) async fn right_password(
    visit: &Visit,
    signed_in: &SignedIn,
    form: &PageForm,
    field: &'static str,
) -> Result<Result<User, Problem>, Refusal> {
    let given = form.get(field);
    if given.is_empty() {
        return Ok(Err(Problem::missing(field, "login-missing-password")));
    }
    let (realm, username) = (visit.realm.id(), &signed_in.user.username);
    let checked = throttle::sign_in(&visit.app, realm, visit.address, username, given).await?;
    let right = attempts::right(checked, field, "password-wrong");
    Ok(
        right.and_then(|person| match person.id == signed_in.user.id {
            true => Ok(*person),
            // The name was given to somebody else at this moment.
            false => Err(Problem::missing(field, "password-wrong")),
        }),
    )
}

/// The page again, with what was wrong.
pub(super) async fn again(
    visit: &Visit,
    signed_in: &SignedIn,
    problem: Problem,
) -> Result<Response, Refusal> {
    let page = page(visit, signed_in, Some(problem.told(visit.words))).await?;
    Ok(problem.answered(respond::page(problem.status(), &page)))
}

/// Back to the page, which says what was done.
pub(super) fn done(visit: &Visit, what: &str) -> String {
    let path = visit.form_at("account/security");
    match path.contains('?') {
        true => format!("{path}&done={what}"),
        false => format!("{path}?done={what}"),
    }
}

async fn page(
    visit: &Visit,
    signed_in: &SignedIn,
    problem: Option<LoginProblem>,
) -> Result<SecurityPage, Refusal> {
    let user = &signed_in.user;
    let factor = second_factor::of(&visit.app, &visit.realm, user.id).await?;
    let can_be_set_up = second_factor::can_be_set_up(&visit.app).await?;
    let has_accounts = visit.with_accounts().is_ok();
    let desk = visit.app.desk(&visit.realm);
    let sessions = desk.sessions(user).await?;
    let shown_sessions = sessions.iter().take(SESSIONS);
    Ok(SecurityPage {
        frame: visit.frame(Some(user)),
        name: shown(&user.name),
        username: shown(&user.username),
        notice: if problem.is_none() {
            notice(visit)
        } else {
            None
        },
        problem,
        has_password: has_accounts,
        factor: has_accounts.then(|| FactorState {
            is_on: factor.is_some(),
            codes_left: factor.map_or(0, |factor| factor.recovery_codes),
            can_be_set_up,
        }),
        more_sessions: sessions.len().saturating_sub(SESSIONS),
        sessions: shown_sessions
            .map(|session| line(visit, signed_in, session))
            .collect(),
    })
}

/// What was just done, named by the address after a redirect; nothing else is believed.
fn notice(visit: &Visit) -> Option<String> {
    let key = match visit.parameter("done").as_str() {
        "password" => "notice-password",
        "session" => "notice-session",
        "sessions" => "notice-sessions",
        "factor-off" => "notice-factor-off",
        _ => return None,
    };
    Some(visit.words.get(key))
}

fn line(visit: &Visit, signed_in: &SignedIn, session: &BrowserSession) -> SessionLine {
    let browser = session.browser.as_deref();
    SessionLine {
        browser: browser.map_or_else(|| visit.words.get("sessions-unknown"), shown),
        how: visit.words.get(how(session)),
        since: When::new(visit.words, session.created_at, visit.app.now()),
        is_this: session.hash == signed_in.session.hash,
        end: visit.form_at(&format!("account/sessions/{}/end", name_of(session))),
    }
}

fn how(session: &BrowserSession) -> &'static str {
    let proved = &session.authentication;
    match (&proved.upstream, proved.has_second_factor()) {
        (Some(_), _) => "sessions-elsewhere",
        (None, true) => "sessions-by-code",
        (None, false) => "sessions-by-password",
    }
}

/// By what a session is named in an address: enough of its hash to tell two apart.
fn name_of(session: &BrowserSession) -> String {
    Subject::session(&session.hash).id
}

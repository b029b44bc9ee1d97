use axum::extract::State;
use axum::http::header::{RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use std::sync::Arc;

use oauth::audit::Actor;
use oauth::naming;

use super::form::SentForm;
use super::next;
use super::refusal::Refusal;
use super::respond;
use super::views::{LoginPage, LoginProblem, clock, span};
use super::visit::Visit;
use crate::authorize::Behind;
use crate::external;
use crate::openid;
use crate::session;
use realm::App;
use realm::sessions;
use realm::sign_in::SignInKind;
use realm::throttle::{self, Outcome, TooMany};

/// `GET /{realm}/login`
pub(crate) async fn show(visit: Visit) -> Response {
    let answer = async {
        let next = visit.parameter("next");
        if next.is_empty() && visit.signed_in().await?.is_some() {
            return Ok(respond::see_other(&visit.form_at("account")));
        }
        if let Some(elsewhere) = elsewhere(&visit, &next).await? {
            return Ok(elsewhere);
        }
        let goal = Goal::of(&visit, &next).await?;
        let username = &goal.behind.login_hint;
        let mut page = page(&visit, &goal, username, None, StatusCode::OK);
        if is_without_cookies(&visit) {
            let browser = session::new_browser(&visit.app);
            let cookie = session::browser_cookie(&visit.app, &visit.realm, &browser);
            page.headers_mut().append(SET_COOKIE, cookie);
        }
        Ok(page)
    };
    answer
        .await
        .unwrap_or_else(|refusal: Refusal| refusal.answer(&visit))
}

/// The way to where the realm's people sign in, if that is not here.
async fn elsewhere(visit: &Visit, next: &str) -> Result<Option<Response>, Refusal> {
    let next = next::local_path(visit.realm.id(), next);
    let next = next.map_or_else(|| visit.form_at("account"), str::to_owned);
    Ok(match &visit.realm.sign_in().kind {
        SignInKind::Accounts => None,
        SignInKind::External(there) => Some(external::begin(visit, there, &next, false).await?),
        SignInKind::OpenIdConnect(there) => Some(openid::begin(visit, there, &next).await?),
    })
}

/// `POST /{realm}/login`
pub(crate) async fn sign_in(State(_): State<Arc<App>>, visit: Visit, form: SentForm) -> Response {
    let answer = async {
        visit.own_form()?;
        if !matches!(visit.realm.sign_in().kind, SignInKind::Accounts) {
            // A password that is still kept here opens nothing.
            return Ok(respond::see_other(&visit.form_at("login")));
        }
        let form = form.filled()?;
        if !form.get("cookie").is_empty() && is_without_cookies(&visit) {
            return Err(Refusal::NoCookies);
        }
        let goal = Goal::of(&visit, form.get("next")).await?;
        let username = form.get("username").trim();
        match check(&visit, username, form.get("password")).await? {
            Ok(cookie) => Ok(respond::see_other_with_cookie(&goal.next, cookie)),
            Err(problem) => Ok(problem_page(&visit, &goal, username, problem)),
        }
    };
    answer
        .await
        .unwrap_or_else(|refusal: Refusal| refusal.answer(&visit))
}

/// `POST /{realm}/logout`
pub(crate) async fn sign_out(visit: Visit, form: SentForm) -> Response {
    let answer = async {
        visit.own_form()?;
        let form = form.once()?;
        let by = match visit.signed_in().await? {
            Some(signed_in) => visit.actor(&signed_in.user),
            None => Actor::system(),
        };
        visit.end_sessions(&by).await?;
        let next = next::local_path(visit.realm.id(), form.get("next"));
        let ended = session::ended_session(&visit.app, &visit.realm);
        let left = match (&visit.realm.sign_in().kind, next) {
            (SignInKind::Accounts, _) => None,
            // Who is to be somebody else is asked there, too.
            (_, Some(next)) => {
                let login = next::login(visit.realm.id(), next);
                Some(respond::see_other(&format!("{login}&{}=1", openid::ANEW)))
            }
            (SignInKind::External(external), None) => Some(external::left(&visit, external)),
            (SignInKind::OpenIdConnect(provider), None) => {
                Some(openid::left(&visit, provider).await)
            }
        };
        if let Some(mut left) = left {
            left.headers_mut().append(SET_COOKIE, ended);
            return Ok(left);
        }
        let login = match next {
            Some(next) => next::login(visit.realm.id(), next),
            None => visit.form_at("login"),
        };
        Ok(respond::see_other_with_cookie(&login, ended))
    };
    answer
        .await
        .unwrap_or_else(|refusal: Refusal| refusal.answer(&visit))
}

/// Where the person goes on to, and what is known about it.
struct Goal {
    next: String,
    behind: Behind,
}

impl Goal {
    async fn of(visit: &Visit, next: &str) -> Result<Self, Refusal> {
        let next = next::local_path(visit.realm.id(), next)
            .map_or_else(|| visit.form_at("account"), str::to_owned);
        let behind = Behind::of(visit, &next).await?;
        Ok(Self { next, behind })
    }
}

/// Why nobody was signed in.
enum Problem {
    NoUsername,
    NoPassword,
    Wrong,
    TooMany(TooMany),
    Busy,
}

async fn check(
    visit: &Visit,
    username: &str,
    given: &str,
) -> Result<Result<HeaderValue, Problem>, Refusal> {
    if username.is_empty() {
        return Ok(Err(Problem::NoUsername));
    }
    if given.is_empty() {
        return Ok(Err(Problem::NoPassword));
    }
    if naming::is_too_long_for_a_username(username) {
        return Ok(Err(Problem::Wrong));
    }
    let signed_in = throttle::sign_in(&visit.app, visit.realm.id(), visit.address, username, given);
    let user = match signed_in.await? {
        Outcome::Right(user) => user,
        Outcome::Wrong => return Ok(Err(Problem::Wrong)),
        Outcome::TooMany(too_many) => return Ok(Err(Problem::TooMany(too_many))),
        Outcome::Busy => return Ok(Err(Problem::Busy)),
    };
    visit.end_sessions(&visit.actor(&user)).await?;
    let secret = sessions::begin(&visit.app, &visit.realm, &user, None, visit.position).await?;
    Ok(Ok(session::begun_session(
        &visit.app,
        &visit.realm,
        &secret,
    )))
}

/// Has this browser sent nothing that tells it apart? The page that signs in gives it something:
/// who comes back without it keeps no cookies, and would be asked to sign in for ever.
fn is_without_cookies(visit: &Visit) -> bool {
    session::browsers(&visit.app, &visit.realm, &visit.headers).is_empty()
}

fn problem_page(visit: &Visit, goal: &Goal, username: &str, problem: Problem) -> Response {
    let words = visit.words;
    let (field, text, status) = match &problem {
        Problem::NoUsername => (
            "username",
            words.get("login-missing-username"),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        Problem::NoPassword => (
            "password",
            words.get("login-missing-password"),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        Problem::Wrong => (
            "password",
            words.get("login-wrong"),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        Problem::TooMany(until) => (
            "username",
            words.with(
                "login-too-many",
                &[
                    ("time", &clock(until.again_at)),
                    ("span", &span(words, until.seconds)),
                ],
            ),
            StatusCode::TOO_MANY_REQUESTS,
        ),
        Problem::Busy => (
            "username",
            words.get("login-busy"),
            StatusCode::TOO_MANY_REQUESTS,
        ),
    };
    let mut response = page(
        visit,
        goal,
        username,
        Some(LoginProblem { field, text }),
        status,
    );
    let again = match problem {
        Problem::TooMany(until) => until.seconds,
        Problem::Busy => 5,
        Problem::NoUsername | Problem::NoPassword | Problem::Wrong => return response,
    };
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from(again));
    response
}

fn page(
    visit: &Visit,
    goal: &Goal,
    username: &str,
    problem: Option<LoginProblem>,
    status: StatusCode,
) -> Response {
    let page = LoginPage {
        frame: visit.frame(None),
        action: visit.form_at("login"),
        next: goal.next.clone(),
        going_on_to: goal.behind.app.clone(),
        username: username.to_owned(),
        problem,
        sample_accounts: visit.sample_accounts(),
    };
    respond::page(status, &page)
}

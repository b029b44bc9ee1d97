use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use std::sync::Arc;

use oauth::audit::Actor;
use oauth::model::Authentication;
use oauth::naming;
use oauth::sign_in::SecondFactorPolicy;

use super::attempts::{self, Problem};
use super::form::SentForm;
use super::next;
use super::refusal::Refusal;
use super::respond;
use super::views::{LoginPage, LoginProblem};
use super::visit::Visit;
use crate::authorize::Behind;
use crate::external;
use crate::openid;
use crate::session;
use realm::App;
use realm::accounts::{half, second_factor};
use realm::sign_in::SignInKind;
use realm::throttle::{self, Outcome};

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
    let next = next::local_path(visit.realm.layout(), next);
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
            Ok(Passed::SignedIn(cookie)) => {
                let to = after_password(&visit, &goal.next).await?;
                Ok(respond::see_other_with_cookie(&to, cookie))
            }
            Ok(Passed::Half(cookie)) => {
                let code = next::after(&visit.form_at("login/code"), &goal.next);
                Ok(respond::see_other_with_cookie(&code, cookie))
            }
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
        let next = next::local_path(visit.realm.layout(), form.get("next"));
        let ended = session::ended_session(&visit.app, &visit.realm);
        let left = match (&visit.realm.sign_in().kind, next) {
            (SignInKind::Accounts, _) => None,
            // Who is to be somebody else is asked there, too.
            (_, Some(next)) => {
                let login = next::login(visit.realm.layout(), next);
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
            Some(next) => next::login(visit.realm.layout(), next),
            None => visit.form_at("login"),
        };
        Ok(respond::see_other_with_cookie(&login, ended))
    };
    answer
        .await
        .unwrap_or_else(|refusal: Refusal| refusal.answer(&visit))
}

/// Where the person goes on to, and what is known about it.
pub(super) struct Goal {
    pub(super) next: String,
    pub(super) behind: Behind,
}

impl Goal {
    pub(super) async fn of(visit: &Visit, next: &str) -> Result<Self, Refusal> {
        let next = next::local_path(visit.realm.layout(), next)
            .map_or_else(|| visit.form_at("account"), str::to_owned);
        let behind = Behind::of(visit, &next).await?;
        Ok(Self { next, behind })
    }
}

/// Where a person goes on to whose password was enough: to set up a second factor, where everybody
/// has to have one.
async fn after_password(visit: &Visit, to: &str) -> Result<String, Refusal> {
    let policy = visit.realm.sign_in().second_factor;
    let is_demanded = policy == SecondFactorPolicy::Always;
    if is_demanded && second_factor::can_be_set_up(&visit.app).await? {
        return Ok(next::after(&visit.form_at("account/second-factor"), to));
    }
    Ok(to.to_owned())
}

/// What a right password leads to.
enum Passed {
    /// Somebody is signed in: the cookie of the session.
    SignedIn(HeaderValue),
    /// A code is missing: the cookie to go on with.
    Half(HeaderValue),
}

async fn check(
    visit: &Visit,
    username: &str,
    given: &str,
) -> Result<Result<Passed, Problem>, Refusal> {
    if username.is_empty() {
        return Ok(Err(Problem::missing("username", "login-missing-username")));
    }
    if given.is_empty() {
        return Ok(Err(Problem::missing("password", "login-missing-password")));
    }
    let wrong = Problem::missing("password", "login-wrong");
    if naming::is_too_long_for_a_username(username) {
        return Ok(Err(wrong));
    }
    let (app, realm) = (&visit.app, &visit.realm);
    let signed_in = throttle::sign_in(app, realm.id(), visit.address, username, given);
    let user = match signed_in.await? {
        Outcome::Right(user) => user,
        Outcome::Wrong | Outcome::AlreadyUsed => return Ok(Err(wrong)),
        Outcome::TooMany(until) => return Ok(Err(attempts::too_many("username", until))),
        Outcome::Busy => return Ok(Err(attempts::busy("username"))),
    };
    if second_factor::of(app, realm, user.id).await?.is_some() {
        let secret = half::begin(app, realm, &user, visit.position).await?;
        let cookie = session::half_cookie(app, realm, &secret);
        return Ok(Ok(Passed::Half(cookie)));
    }
    let by_password = Authentication::by_password(app.now());
    let cookie = visit
        .begin_session(&user, by_password, visit.position)
        .await?;
    Ok(Ok(Passed::SignedIn(cookie)))
}

/// Has this browser sent nothing that tells it apart? The page that signs in gives it something:
/// who comes back without it keeps no cookies, and would be asked to sign in for ever.
fn is_without_cookies(visit: &Visit) -> bool {
    session::browsers(&visit.app, &visit.realm, &visit.headers).is_empty()
}

fn problem_page(visit: &Visit, goal: &Goal, username: &str, problem: Problem) -> Response {
    let told = Some(problem.told(visit.words));
    problem.answered(page(visit, goal, username, told, problem.status()))
}

fn page(
    visit: &Visit,
    goal: &Goal,
    username: &str,
    problem: Option<LoginProblem>,
    status: StatusCode,
) -> Response {
    let done = visit.parameter("done");
    let notice =
        (done == "password" && problem.is_none()).then(|| visit.words.get("login-password-chosen"));
    let page = LoginPage {
        frame: visit.frame(None),
        action: visit.form_at("login"),
        next: goal.next.clone(),
        going_on_to: goal.behind.app.clone(),
        username: username.to_owned(),
        notice,
        forgotten: visit.app.sends_mail().then(|| visit.form_at("forgotten")),
        problem,
        sample_accounts: visit.sample_accounts(),
    };
    respond::page(status, &page)
}

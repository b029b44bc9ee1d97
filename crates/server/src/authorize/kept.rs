//! A request that waits for a person is kept, and has addresses of its own until it is answered:
//! short ones, whatever was asked.

use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use jiff::SignedDuration;
use oauth::authorization::{AuthorizationError, validate};
use oauth::model::{BrowserSession, KeptRequest, Timestamp, TokenHash};
use oauth::parameters::Parameters;
use oauth::{Secret, SecretKind};
use realm::requests::{self, Browser};
use url::form_urlencoded;

use super::request::Asked;
use crate::language::{self, Language};
use crate::pages::next;
use crate::pages::refusal::Refusal;
use crate::pages::visit::{Visit, query_value};
use crate::pages::words::shown;
use crate::session;

/// Where a kept request is answered.
pub(super) struct Place {
    handle: String,
    /// The organisation that was chosen on the way.
    organisation: Option<String>,
    /// The language that was chosen by hand or asked for by the app.
    language: Option<&'static str>,
}

/// A kept request that belongs to this browser.
pub(super) struct Kept {
    pub(super) place: Place,
    /// What it is kept under.
    pub(super) hash: TokenHash,
    /// Its parameters, as a query.
    pub(super) parameters: String,
    /// The session that the browser had when it came with the request.
    session_before: Option<TokenHash>,
    /// When the request came.
    came_at: Timestamp,
    /// The browser that has just been told apart.
    cookie: HeaderValue,
}

impl Place {
    /// The one that the address names.
    ///
    /// # Errors
    ///
    /// [`Refusal::RequestGone`] when it names none.
    pub(super) fn of(visit: &Visit) -> Result<Self, Refusal> {
        let handle = visit.parameter("request");
        if oauth::secret::hash(SecretKind::RequestHandle, &handle).is_none() {
            return Err(Refusal::RequestGone);
        }
        let language = visit.parameter("ui_locales");
        Ok(Self {
            handle,
            organisation: Some(visit.parameter("organisation")).filter(|name| is_short(name)),
            language: (!language.is_empty()).then(|| visit.words.language().code()),
        })
    }

    /// With an organisation chosen, as one of our pages names it: by its id.
    ///
    /// # Errors
    ///
    /// [`Refusal::Form`] for what no page of ours sends.
    pub(super) fn with_organisation(mut self, name: &str) -> Result<Self, Refusal> {
        if !is_short(name) {
            return Err(Refusal::Form);
        }
        self.organisation = Some(name.to_owned());
        Ok(self)
    }

    /// The organisation that was chosen on the way.
    pub(super) fn organisation(&self) -> Option<&str> {
        self.organisation.as_deref()
    }

    /// A page about the request, with what was chosen so far.
    pub(super) fn at(&self, visit: &Visit, page: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("request", &self.handle);
        if let Some(organisation) = &self.organisation {
            query.append_pair("organisation", organisation);
        }
        if let Some(language) = self.language {
            query.append_pair("ui_locales", language);
        }
        format!("{}?{}", visit.at(page), query.finish())
    }

    /// Where the person decides.
    pub(super) fn consent(&self, visit: &Visit) -> String {
        self.at(visit, "consent")
    }

    /// Signing in, and on to the decision.
    pub(super) fn login(&self, visit: &Visit) -> String {
        next::login(visit.realm.id(), &self.consent(visit))
    }
}

fn is_short(name: &str) -> bool {
    const LONGEST: usize = 64;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=LONGEST).contains(&name.len()) && name.bytes().all(is_plain)
}

/// Keeps a request that came with this browser's cookies.
pub(super) async fn keep(visit: &Visit, asked: &Asked) -> Result<(Place, HeaderValue), Refusal> {
    let browser = browser(visit);
    let session = session::session_hash(&visit.app, &visit.realm, &visit.headers).await?;
    let owner = Browser {
        hash: &browser.hash(),
        session: session.as_ref(),
    };
    let place = keep_for(visit, asked, Some(owner)).await?;
    Ok((place, cookie_of(visit, &browser)))
}

/// Keeps a request for the browser that comes with its handle next.
pub(super) async fn keep_for_whoever_comes(visit: &Visit, asked: &Asked) -> Result<Place, Refusal> {
    keep_for(visit, asked, None).await
}

async fn keep_for(
    visit: &Visit,
    asked: &Asked,
    browser: Option<Browser<'_>>,
) -> Result<Place, Refusal> {
    let language = wanted_language(visit, &asked.request.ui_locales);
    let (app, realm) = (&visit.app, &visit.realm);
    let handle = requests::keep(app, realm, asked.to_keep(), visit.address, browser);
    let handle = handle.await?.ok_or(Refusal::TooMany)?;
    Ok(Place {
        handle: handle.expose().to_owned(),
        organisation: None,
        language,
    })
}

fn wanted_language(visit: &Visit, wanted: &[String]) -> Option<&'static str> {
    if wanted.is_empty() {
        return None;
    }
    let spoken = language::spoken(visit.realm.catalog().languages());
    let language: Language = language::choose(&spoken, wanted, visit.accept_language());
    Some(language.code())
}

/// The kept request that the address names.
///
/// # Errors
///
/// [`Refusal::RequestGone`] when there is none for this browser, [`Refusal::Answered`] when the
/// person has answered it, [`Refusal::NoCookies`] when the browser could not say which one it is.
pub(super) async fn find(visit: &Visit) -> Result<Kept, Refusal> {
    let place = Place::of(visit)?;
    let mut browsers = session::browsers(&visit.app, &visit.realm, &visit.headers);
    let is_known = !browsers.is_empty();
    if !is_known {
        browsers.push(browser(visit));
    }
    match of_one(visit, &place.handle, browsers).await? {
        Some((kept, _)) if kept.answered_at.is_some() => Err(Refusal::Answered {
            app: app_of(visit, &kept.parameters).await?,
        }),
        Some((kept, browser)) => Ok(Kept {
            place,
            hash: kept.hash,
            parameters: kept.parameters,
            session_before: kept.session,
            came_at: kept.created_at,
            cookie: cookie_of(visit, &browser),
        }),
        None if is_known => Err(Refusal::RequestGone),
        None => Err(Refusal::NoCookies),
    }
}

/// The name of the app that asked.
async fn app_of(visit: &Visit, parameters: &str) -> Result<String, Refusal> {
    let id = query_value(parameters, "client_id");
    let client = visit.realm.cache().client(&id).await?;
    Ok(client.map_or(id, |known| shown(&known.client.name)))
}

/// The request behind a handle, and which of a browser's names it is kept for.
async fn of_one(
    visit: &Visit,
    handle: &str,
    browsers: Vec<Secret>,
) -> Result<Option<(KeptRequest, Secret)>, Refusal> {
    let session = session::session_hash(&visit.app, &visit.realm, &visit.headers).await?;
    for browser in browsers {
        let owner = Browser {
            hash: &browser.hash(),
            session: session.as_ref(),
        };
        if let Some(kept) = requests::find(&visit.app, &visit.realm, handle, owner).await? {
            return Ok(Some((kept, browser)));
        }
    }
    Ok(None)
}

impl Kept {
    /// Did the person sign in after the app asked? Not with the session that was there then, nor
    /// with one from long before: clocks of several nodes differ by less than a minute.
    pub(super) fn is_answered_by(&self, session: &BrowserSession) -> bool {
        const CLOCKS: SignedDuration = SignedDuration::from_mins(1);
        let earliest = self.came_at.saturating_sub(CLOCKS).unwrap_or(self.came_at);
        self.session_before.as_ref() != Some(&session.hash) && session.authentication.at >= earliest
    }

    /// The answer with the cookie by which this browser is known again.
    pub(super) fn remembered(&self, mut answer: Response) -> Response {
        let headers = answer.headers_mut();
        headers.append(SET_COOKIE, self.cookie.clone());
        answer
    }
}

/// What tells this browser apart; something new where nothing did so far.
fn browser(visit: &Visit) -> Secret {
    let (app, realm) = (&visit.app, &visit.realm);
    let known = session::browsers(app, realm, &visit.headers);
    known
        .into_iter()
        .next()
        .unwrap_or_else(|| session::new_browser(app))
}

fn cookie_of(visit: &Visit, browser: &Secret) -> HeaderValue {
    session::browser_cookie(&visit.app, &visit.realm, browser)
}

/// What signing in leads on to, where that is an app's request.
#[derive(Default)]
pub(crate) struct Behind {
    /// The app's name.
    pub(crate) app: Option<String>,
    /// Who the app says will sign in.
    pub(crate) login_hint: String,
}

impl Behind {
    /// What is behind a local path: a kept request of this browser's, or one that a node of the
    /// version before wrote out in full.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub(crate) async fn of(visit: &Visit, next: &str) -> Result<Self, Refusal> {
        let (path, query) = next.split_once('?').unwrap_or((next, ""));
        let parameters = if path == visit.at("consent") {
            kept_parameters(visit, &query_value(query, "request")).await?
        } else if path == visit.at("oauth/authorize") {
            Some(query.to_owned())
        } else {
            None
        };
        let parameters = parameters.and_then(|text| Parameters::parse(text.as_bytes()).ok());
        let Some(parameters) = parameters else {
            return Ok(Self::default());
        };
        let id = parameters.get("client_id").unwrap_or_default();
        let client = visit.realm.cache().client(id).await?;
        let client = client.as_ref().map(|known| &*known.client);
        let (is_known, hint) = match validate(visit.realm.catalog(), client, &parameters) {
            Ok(request) => (true, request.login_hint),
            Err(AuthorizationError::Redirect { .. }) => (true, None),
            Err(AuthorizationError::Page(_)) => (false, None),
        };
        Ok(Self {
            app: client
                .filter(|_| is_known)
                .map(|client| shown(&client.name)),
            login_hint: hint.unwrap_or_default(),
        })
    }
}

pub(super) async fn kept_parameters(
    visit: &Visit,
    handle: &str,
) -> Result<Option<String>, Refusal> {
    let browsers = session::browsers(&visit.app, &visit.realm, &visit.headers);
    let kept = of_one(visit, handle, browsers).await?;
    Ok(kept.map(|(kept, _)| kept.parameters))
}

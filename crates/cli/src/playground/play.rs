use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{FromRequestParts, State};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use oauth::SecretKind;

use super::demo::{DemoClient, DemoRealm};
use super::groups;
use super::memory::{Notice, Play};
use super::query::PlayQuery;
use super::shared::Playground;
use super::verdicts::Verdicts;
use super::views::{AskForm, HeldView, PlayPage};
use super::words::Reader;
use realm::Realm;
use sandbox::ExampleCalls;
use server::ApiError;
use server::csrf;
use server::pages::{foreign_form, nowhere, respond};

use server::InRealm;

const COOKIE_NAME: &str = "sg_play";

/// One visitor in one realm.
pub struct Seat {
    pub realm: Arc<Realm>,
    pub demo: DemoRealm,
    play: Arc<Mutex<Play>>,
    new_cookie: Option<HeaderValue>,
}

impl Seat {
    /// Finds the visitor's play, or begins one.
    fn take(playground: &Playground, realm: Arc<Realm>, headers: &HeaderMap) -> Option<Self> {
        let demo = playground.samples.realm(realm.id())?;
        let (browser, new_cookie) = match browser_id(headers) {
            Some(id) => (id, None),
            None => new_browser(playground),
        };
        Some(Self {
            demo,
            play: playground.memory.play(&browser, realm.id()),
            realm,
            new_cookie,
        })
    }

    /// What the visitor plays. Held only for a moment, never across an await.
    pub fn play(&self) -> MutexGuard<'_, Play> {
        self.play.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A client of the realm by its id.
    pub fn client(&self, id: &str) -> Option<&DemoClient> {
        self.demo
            .clients
            .iter()
            .find(|client| client.client_id == id)
    }

    /// Puts the cookie of a new visitor on a response.
    pub fn seal(self, mut response: Response) -> Response {
        if let Some(cookie) = self.new_cookie {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        response
    }
}

/// The visitor of the realm in the path. A form must come from one of our own pages.
impl FromRequestParts<Arc<Playground>> for Seat {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        playground: &Arc<Playground>,
    ) -> Result<Self, Response> {
        let InRealm(realm) = InRealm::from_request_parts(parts, &playground.app)
            .await
            .map_err(|_| nowhere(parts))?;
        if parts.method == Method::POST && !csrf::is_own_form(&playground.app, &parts.headers) {
            return Err(foreign_form(parts, &playground.app));
        }
        Self::take(playground, realm, &parts.headers).ok_or_else(|| nowhere(parts))
    }
}

fn browser_id(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, value)| {
            *name == COOKIE_NAME && oauth::secret::hash(SecretKind::BrowserSession, value).is_some()
        })
        .map(|(_, value)| value.to_owned())
}

fn new_browser(playground: &Playground) -> (String, Option<HeaderValue>) {
    let secret = oauth::secret::generate(SecretKind::BrowserSession, playground.app.random_bytes());
    let text = format!(
        "{COOKIE_NAME}={}; Path=/play; HttpOnly; SameSite=Lax",
        secret.expose()
    );
    (
        secret.expose().to_owned(),
        HeaderValue::from_str(&text).ok(),
    )
}

/// `GET /play/{realm}`: the app's side and the API's side.
pub async fn show(
    State(playground): State<Arc<Playground>>,
    seat: Seat,
    reader: Reader,
    query: PlayQuery,
) -> Response {
    let mut play = {
        let mut play = seat.play();
        if reader.by_hand {
            play.language = Some(reader.words.language());
        }
        play.clone()
    };
    if query.is_mistaken {
        play.notice = Some(Notice::problem("notice-place"));
    }
    let reader = reader.remembering(play.language);
    let Some(client) = chosen_client(&seat, &query, &play) else {
        return ApiError::unknown_realm().into_response();
    };
    let catalog = seat.realm.catalog();
    let token = play.held.as_ref().map(|held| held.access_token.as_str());
    let examples = playground.examples.get(seat.realm.id());
    let examples =
        examples.map(|own| own.of(seat.realm.edition(), || ExampleCalls::of(&seat.realm)));
    let verdicts = Verdicts::of(&seat.realm, token, examples.as_deref()).await;
    let table = groups::table(catalog, &verdicts, reader.words, &query);
    let held = play.held.as_ref().map(|held| {
        let app = seat.client(&held.client);
        let app = app.map_or(held.client.as_str(), |client| client.name.as_str());
        HeldView::of(reader.words, catalog, app, held)
    });
    let page = PlayPage {
        realm: seat.realm.id().to_owned(),
        title: catalog
            .title()
            .get(reader.words.language().code())
            .to_owned(),
        clients: seat.demo.clients.clone(),
        ask: AskForm::new(reader.words, catalog, client, &seat.demo),
        users: seat.demo.users.clone(),
        held,
        named: verdicts.named(),
        play,
        table,
        query,
        reader,
    };
    let response = respond::page_with_script(StatusCode::OK, &page);
    seat.seal(response)
}

/// The client asked for, or the one that holds a token, or the first.
fn chosen_client<'a>(seat: &'a Seat, query: &PlayQuery, play: &Play) -> Option<&'a DemoClient> {
    query
        .client
        .as_deref()
        .or(play.held.as_ref().map(|held| held.client.as_str()))
        .and_then(|id| seat.client(id))
        .or(seat.demo.clients.first())
}

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use oauth::audit::Actor;
use oauth::model::{Position, User};
use scope::Text;
use url::form_urlencoded;

use super::refusal::Refusal;
use super::respond;
use super::views::{Frame, LanguageLink, SampleAccount, SampleAccounts};
use super::words::{Words, shown};
use crate::csrf;
use crate::language::{self, Language};
use crate::operations::client_address::{client_address, origin};
use crate::session::{self, SignedIn};
use realm::{App, Fault, Realm};

/// One request for a page of a realm: where, by which browser, in which language.
pub(crate) struct Visit {
    /// The app.
    pub app: Arc<App>,
    /// The realm.
    pub realm: Arc<Realm>,
    /// How far the changes were known when the request came.
    pub position: Position,
    /// What the browser sent.
    pub headers: HeaderMap,
    /// The address, without scheme and host.
    pub uri: Uri,
    /// The words of the reader's language.
    pub words: Words,
    /// Where the browser is, if the shell told.
    pub address: Option<IpAddr>,
    /// Sample accounts to offer; the shell puts an `Arc<SampleAccounts>` into the request's
    /// extensions in demo mode only.
    samples: Option<Arc<SampleAccounts>>,
}

impl Visit {
    /// This request, in this realm.
    pub(super) fn of(parts: &Parts, app: &Arc<App>, realm: Arc<Realm>) -> Self {
        let available = language::spoken(realm.catalog().languages());
        let language = choose_language(&available, &parts.uri, &parts.headers);
        Self {
            app: Arc::clone(app),
            position: realm.cache().position(),
            realm,
            headers: parts.headers.clone(),
            uri: parts.uri.clone(),
            words: Words::new(language),
            address: client_address(&parts.extensions),
            samples: parts.extensions.get::<Arc<SampleAccounts>>().cloned(),
        }
    }

    /// The sample people of this realm, in a demo.
    pub(super) fn sample_accounts(&self) -> Vec<SampleAccount> {
        let samples = self.samples.as_ref();
        let here = samples.and_then(|samples| samples.0.get(self.realm.id()));
        here.cloned().unwrap_or_default()
    }

    /// Who is signed in with this browser.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub(crate) async fn signed_in(&self) -> Result<Option<SignedIn>, Fault> {
        session::signed_in(&self.app, &self.realm, &self.headers).await
    }

    /// The person as somebody who acts.
    #[must_use]
    pub(crate) fn actor(&self, person: &User) -> Actor {
        Actor::person(person, origin(self.address))
    }

    /// Refuses a form that none of our pages sent.
    ///
    /// # Errors
    ///
    /// [`Refusal::ForeignForm`].
    pub(crate) fn own_form(&self) -> Result<(), Refusal> {
        if csrf::is_own_form(&self.app, &self.headers) {
            Ok(())
        } else {
            Err(Refusal::ForeignForm {
                origin: csrf::own_origin(&self.app),
                is_told: csrf::tells_origin(&self.headers),
            })
        }
    }

    /// Ends whatever session this browser has a cookie of.
    ///
    /// # Errors
    ///
    /// When that cannot be kept.
    pub(crate) async fn end_sessions(&self, by: &Actor) -> Result<(), Refusal> {
        for session in session::session_hashes(&self.app, &self.realm, &self.headers) {
            self.app.desk(&self.realm).end_session(by, &session).await?;
        }
        Ok(())
    }

    /// What stands around the page.
    #[must_use]
    pub(crate) fn frame(&self, person: Option<&User>) -> Frame {
        Frame {
            words: self.words,
            realm: self.realm.id().to_owned(),
            realm_title: self.text(self.realm.catalog().title()).to_owned(),
            person: person.map(|user| shown(&user.name)),
            languages: self.languages(),
            keeps_language: !self.parameter("ui_locales").is_empty(),
        }
    }

    /// What stands around a page that says the same to everybody, at this address.
    #[must_use]
    pub(crate) fn public_frame(&self, own: &Uri) -> Frame {
        let spoken = language::spoken(self.realm.catalog().languages());
        Frame {
            languages: language_links(&spoken, own, self.words.language()),
            ..self.frame(None)
        }
    }

    /// A text of the catalog.
    #[must_use]
    pub(crate) fn text<'t>(&self, text: &'t Text) -> &'t str {
        text.get(self.words.language().code())
    }

    /// The value of a query parameter; empty when it is not there.
    #[must_use]
    pub(crate) fn parameter(&self, name: &str) -> String {
        query_value(self.uri.query().unwrap_or_default(), name)
    }

    /// What the browser says about languages.
    #[must_use]
    pub(crate) fn accept_language(&self) -> Option<&str> {
        accept_language(&self.headers)
    }

    /// A path of this realm.
    #[must_use]
    pub(crate) fn at(&self, path: &str) -> String {
        format!("/{}/{path}", self.realm.id())
    }

    /// A path of this realm for a form, which keeps the language that was chosen by hand.
    #[must_use]
    pub(crate) fn form_at(&self, path: &str) -> String {
        let path = self.at(path);
        match self.parameter("ui_locales").as_str() {
            "" => path,
            _ => format!("{path}?ui_locales={}", self.words.language().code()),
        }
    }

    /// Where the page is whose form was sent here; the address itself, where it is a page.
    #[must_use]
    pub(super) fn page_of_form(&self) -> String {
        let here = self.uri.path();
        let under = |path: &str| here.starts_with(&self.at(path));
        if under("account/") {
            return self.form_at("account");
        }
        if here == self.at("logout") {
            return self.form_at("login");
        }
        let path = if here == self.at("organisation") {
            self.at("consent")
        } else {
            here.to_owned()
        };
        match self.uri.query() {
            Some(query) => format!("{path}?{query}"),
            None => path,
        }
    }

    fn languages(&self) -> Vec<LanguageLink> {
        let spoken = language::spoken(self.realm.catalog().languages());
        language_links(&spoken, &self.uri, self.words.language())
    }
}

impl FromRequestParts<Arc<App>> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let realm = RawPathParams::from_request_parts(parts, app)
            .await
            .ok()
            .and_then(|parameters| {
                let (_, id) = parameters.iter().find(|(name, _)| *name == "realm")?;
                app.realm(id)
            });
        let Some(realm) = realm else {
            return Err(nowhere(parts));
        };
        Ok(Self::of(parts, app, realm))
    }
}

/// What stands around a page that belongs to no realm.
pub(super) fn outside(parts: &Parts) -> Frame {
    let language = choose_language(&Language::ALL, &parts.uri, &parts.headers);
    Frame {
        words: Words::new(language),
        realm: String::new(),
        realm_title: "Scopegate".to_owned(),
        person: None,
        languages: language_links(&Language::ALL, &parts.uri, language),
        keeps_language: !query_value(parts.uri.query().unwrap_or_default(), "ui_locales")
            .is_empty(),
    }
}

/// The page for an address in no realm.
#[must_use]
pub fn nowhere(parts: &Parts) -> Response {
    refused(parts, Refusal::NotFound)
}

/// The page for a form that none of our pages sent.
#[must_use]
pub fn foreign_form(parts: &Parts, app: &App) -> Response {
    let refusal = Refusal::ForeignForm {
        origin: csrf::own_origin(app),
        is_told: csrf::tells_origin(&parts.headers),
    };
    refused(parts, refusal)
}

fn refused(parts: &Parts, refusal: Refusal) -> Response {
    let frame = outside(parts);
    let link = (String::from("/"), frame.t("error-home"), false);
    let status = refusal.status();
    let mut page = refusal.page(frame);
    page.link = Some(link);
    respond::page(status, &page)
}

/// The same page in each of the languages it is there in.
#[must_use]
pub fn language_links(available: &[Language], uri: &Uri, current: Language) -> Vec<LanguageLink> {
    let link = |each: &Language| LanguageLink {
        code: each.code(),
        name: each.own_name(),
        href: with_parameter(uri, "ui_locales", each.code()),
        current: *each == current,
    };
    available.iter().map(link).collect()
}

/// The language of a page: by `ui_locales` of this address, or of the one a login leads on to,
/// then by the browser's wishes.
#[must_use]
pub fn choose_language(available: &[Language], uri: &Uri, headers: &HeaderMap) -> Language {
    let query = uri.query().unwrap_or_default();
    let mut wanted = query_value(query, "ui_locales");
    if wanted.is_empty() {
        let next = query_value(query, "next");
        let next_query = next.split_once('?').map_or("", |(_, query)| query);
        wanted = query_value(next_query, "ui_locales");
    }
    let wanted: Vec<String> = wanted.split_whitespace().map(str::to_owned).collect();
    language::choose(available, &wanted, accept_language(headers))
}

fn accept_language(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(ACCEPT_LANGUAGE)
        .and_then(|header| header.to_str().ok())
}

/// The value of a parameter in a query; empty when it is not there.
pub(crate) fn query_value(query: &str, name: &str) -> String {
    // A long request is not decoded for the sake of one small parameter.
    let may_be = |pair: &&str| {
        let key = pair.split_once('=').map_or(*pair, |(key, _)| key);
        key == name || key.contains(['%', '+'])
    };
    query
        .split('&')
        .filter(may_be)
        .flat_map(|pair| form_urlencoded::parse(pair.as_bytes()))
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// An address with one parameter set anew.
fn with_parameter(uri: &Uri, name: &str, value: &str) -> String {
    let query = uri.query().unwrap_or_default();
    let kept = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key != name);
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept)
        .append_pair(name, value)
        .finish();
    format!("{}?{query}", uri.path())
}

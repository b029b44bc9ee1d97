use std::collections::BTreeSet;

use askama::Template;
use scope::Catalog;
use server::pages::{Words, stylesheet_path};

use super::demo::{DemoClient, DemoRealm, DemoUser};
use super::exchange::{self, Exchange};
use super::groups::{Group, Table};
use super::held::{Because, Held};
use super::memory::{Call, Notice, Play};
use super::named::Named;
use super::query::{PlayQuery, Show};
use super::verdicts::{Row, TokenState, in_words};
use super::words::Reader;

/// `/`: what this is, where to begin, and the realms.
#[derive(Template)]
#[template(path = "playground/home.html")]
pub struct HomePage {
    pub reader: Reader,
    pub realms: Vec<RealmCard>,
}

/// One realm on the first page.
pub struct RealmCard {
    pub id: String,
    pub title: String,
    pub summary: String,
    pub scopes: usize,
    pub endpoints: usize,
    /// The app that is played first.
    pub app: String,
    pub users: Vec<DemoUser>,
}

/// `/play/{realm}`.
#[derive(Template)]
#[template(path = "playground/play.html")]
pub struct PlayPage {
    pub reader: Reader,
    pub realm: String,
    pub title: String,
    pub clients: Vec<DemoClient>,
    pub ask: AskForm,
    pub users: Vec<DemoUser>,
    pub held: Option<HeldView>,
    /// How calls name the organisation, besides their path.
    pub named: Option<Named>,
    pub play: Play,
    pub table: Table,
    pub query: PlayQuery,
}

/// Where a visitor stands in the play.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The app asks.
    Ask,
    /// The person decides, in this browser.
    Decide,
    /// The app calls.
    Call,
}

impl HomePage {
    fn stylesheet(&self) -> &'static str {
        stylesheet_path()
    }

    /// How to begin: whom to sign in as.
    fn begin_text(&self, realm: &RealmCard) -> String {
        let (person, password) = realm.users.first().map_or(("", ""), |user| {
            (user.username.as_str(), user.password.as_str())
        });
        let values = [
            ("app", realm.app.as_str()),
            ("person", person),
            ("password", password),
        ];
        self.reader.words.with("begin-text", &values)
    }
}

impl PlayPage {
    fn stylesheet(&self) -> &'static str {
        stylesheet_path()
    }

    /// "open" of "total".
    fn of(&self, key: &str, open: &usize, total: &usize) -> String {
        let (open, total) = (open.to_string(), total.to_string());
        let values = [("open", open.as_str()), ("total", total.as_str())];
        self.reader.words.with(key, &values)
    }

    /// Tells what is sent with each call, so that it names the organisation.
    fn named_text(&self) -> Option<String> {
        let words = self.reader.words;
        Some(match self.named.as_ref()? {
            Named::Header(name, value) => {
                let header = format!("{name}: {value}");
                words.with("named-header", &[("header", &header)])
            }
            Named::Host(host) => words.with("named-host", &[("host", host)]),
            Named::Query(name, _) => words.with("named-query", &[("parameter", name)]),
        })
    }

    fn step(&self) -> Step {
        match (&self.play.pending, &self.play.held) {
            (Some(_), _) => Step::Decide,
            (None, Some(_)) if self.has_token() => Step::Call,
            (None, _) => Step::Ask,
        }
    }

    fn notice(&self, notice: &Notice) -> String {
        let values = notice.values.iter();
        let values: Vec<(&str, &str)> = values
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        self.reader.words.with(notice.text, &values)
    }

    /// What sort of app is asked for here.
    fn sort(&self, ask: &AskForm) -> String {
        let values = [
            ("app", ask.client.name.as_str()),
            ("kind", ask.client.kind.as_str()),
        ];
        self.reader.words.with(ask.sort(), &values)
    }

    /// What came back, as text: where nothing could be sent, the reason.
    fn answer(&self, exchange: &Exchange) -> String {
        match &exchange.answer {
            None => self.reader.t("sent-authorize-answer"),
            Some(answer) if answer.status.is_none() => {
                self.reader.tv("answer-not-sent", "error", &answer.text)
            }
            Some(answer) => answer.text.clone(),
        }
    }

    fn show_link(&self, show: &str) -> String {
        let show = match show {
            "open" => Show::Open,
            "closed" => Show::Closed,
            _ => Show::All,
        };
        format!(
            "/play/{}{}#api",
            self.realm,
            self.query.showing(show).text()
        )
    }

    fn group_link(&self, group: &Group) -> String {
        let place = if self.is_listed(group) {
            ""
        } else {
            &group.name
        };
        let query = self.query.grouped(place).text();
        format!("/play/{}{query}#group-{}", self.realm, group.name)
    }

    fn page_link(&self, page: usize) -> String {
        format!(
            "/play/{}{}#api",
            self.realm,
            self.query.at_page(page).text()
        )
    }

    fn page_of(&self) -> String {
        self.of("page-of", &(self.table.page + 1), &self.table.pages)
    }

    /// Where a call is sent: the answer comes back to this place of the page.
    fn call_action(&self) -> String {
        format!("/play/{}/call{}", self.realm, self.query.text())
    }

    fn is_listed(&self, group: &Group) -> bool {
        self.query.is_search() || self.query.group == group.name
    }

    fn call(&self, row: &Row) -> Option<&Call> {
        self.play.call(row.endpoint)
    }

    /// The path to call: the one called last, or the example.
    fn called_path<'a>(&'a self, row: &'a Row) -> &'a str {
        self.call(row).map_or(&row.example, |call| &call.path)
    }

    /// The body to send: the one sent last, or the example.
    fn called_body<'a>(&'a self, row: &'a Row) -> Option<&'a str> {
        let called = self.call(row).and_then(|call| call.body.as_deref());
        row.body.as_deref().map(|example| called.unwrap_or(example))
    }

    /// How many lines of a text are shown at once.
    fn lines(&self, text: &str) -> usize {
        text.lines().count().clamp(2, 14)
    }

    fn has_token(&self) -> bool {
        self.table.token == TokenState::Live
    }

    fn has_ended_token(&self) -> bool {
        self.table.token == TokenState::Ended
    }
}

/// What the app can ask for.
pub struct AskForm {
    pub client: DemoClient,
    pub is_machine: bool,
    pub is_public: bool,
    pub scopes: Vec<AskScope>,
    pub organisations: Vec<(String, String)>,
    /// Does asking for nothing mean the app's defaults?
    pub has_defaults: bool,
    /// A scope the catalog has and the client did not register: to see it withheld.
    pub beyond: Option<String>,
}

/// One scope of the client's ceiling.
pub struct AskScope {
    pub name: String,
    pub title: String,
    pub checked: bool,
}

impl AskForm {
    /// The form for a client: its registered scope, the first few chosen.
    pub fn new(words: Words, catalog: &Catalog, client: &DemoClient, demo: &DemoRealm) -> Self {
        const CHOSEN_AT_FIRST: usize = 6;
        let registered: BTreeSet<&str> = client.registered_scope.split_whitespace().collect();
        let ceiling = catalog.expand(&catalog.set_of(registered.iter().copied()).0);
        let is_held = |name: &str| catalog.find(name).is_some_and(|id| ceiling.contains(id));
        let first: BTreeSet<&str> = client
            .registered_scope
            .split_whitespace()
            .take(CHOSEN_AT_FIRST)
            .collect();
        let scopes = catalog
            .scopes()
            .iter()
            .filter(|scope| is_held(&scope.name) && scope.added.as_str() != "every-grant")
            .map(|scope| AskScope {
                name: scope.name.clone(),
                title: scope.title.get(words.language().code()).to_owned(),
                checked: first.contains(scope.name.as_str()),
            })
            .collect();
        let beyond = catalog
            .scopes()
            .iter()
            .find(|scope| !is_held(&scope.name) && scope.added.as_str() == "never")
            .map(|scope| scope.name.clone());
        let organisations: BTreeSet<(String, String)> =
            if catalog.grant_policy().is_bound_to_organisation() {
                demo.users
                    .iter()
                    .flat_map(|user| &user.organisations)
                    .map(|place| (place.name.clone(), place.id.clone()))
                    .collect()
            } else {
                BTreeSet::new()
            };
        Self {
            is_machine: !client
                .grant_types
                .iter()
                .any(|one| one == "authorization_code"),
            is_public: client.client_secret.is_none(),
            client: client.clone(),
            scopes,
            organisations: organisations.into_iter().collect(),
            has_defaults: !catalog.new_client().is_empty(),
            beyond,
        }
    }

    /// What sort of app this is, in words.
    fn sort(&self) -> &'static str {
        match (self.is_machine, self.is_public) {
            (true, _) => "client-machine",
            (false, true) => "client-public",
            (false, false) => "client-confidential",
        }
    }
}

/// The tokens held, as the page shows them.
pub struct HeldView {
    pub app: String,
    pub scopes: Vec<ScopeLine>,
    pub withheld: Vec<ScopeLine>,
    pub access_token: String,
    pub can_refresh: bool,
}

/// A scope with a word on it.
pub struct ScopeLine {
    pub name: String,
    pub why: String,
    /// Did the app ask for it by name?
    pub is_asked: bool,
}

impl HeldView {
    /// What this app holds, in these words.
    pub fn of(words: Words, catalog: &Catalog, app: &str, held: &Held) -> Self {
        let scopes = held.scopes(catalog).into_iter().map(|scope| ScopeLine {
            is_asked: scope.because == Because::Asked,
            name: scope.name,
            why: match scope.because {
                Because::Asked => words.get("because-asked"),
                Because::PartOf(whole) => words.with("because-part", &[("scope", &whole)]),
                Because::Default => words.get("because-default"),
                Because::EveryGrant => words.get("because-every-grant"),
                Because::Before => words.get("because-before"),
            },
        });
        let withheld = held.withheld.iter().map(|withheld| ScopeLine {
            name: withheld.scope.clone(),
            why: in_words(words, &withheld.reason),
            is_asked: true,
        });
        Self {
            app: app.to_owned(),
            scopes: scopes.collect(),
            withheld: withheld.collect(),
            access_token: exchange::short(&held.access_token),
            can_refresh: held.refresh_token.is_some(),
        }
    }
}

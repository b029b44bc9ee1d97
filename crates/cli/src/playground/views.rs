use std::collections::BTreeSet;

use askama::Template;
use scope::Catalog;

use super::demo::{DemoClient, DemoRealm, DemoUser};
use super::exchange::Exchange;
use super::query::{PlayQuery, Show};
use super::verdicts::{Table, TokenState};
use server::pages::stylesheet_path;

/// `/`: the four realms.
#[derive(Template)]
#[template(path = "playground/home.html")]
pub struct HomePage {
    pub realms: Vec<RealmCard>,
}

/// One realm on the first page.
pub struct RealmCard {
    pub id: String,
    pub title: String,
    pub summary: String,
    pub scopes: usize,
    pub endpoints: usize,
    pub users: Vec<DemoUser>,
}

/// `/play/{realm}`.
#[derive(Template)]
#[template(path = "playground/play.html")]
pub struct PlayPage {
    pub realm: String,
    pub title: String,
    pub clients: Vec<DemoClient>,
    pub ask: AskForm,
    pub users: Vec<DemoUser>,
    pub held: Option<HeldView>,
    pub notice: Option<String>,
    pub exchanges: Vec<Exchange>,
    pub table: Table,
    pub query: PlayQuery,
}

impl HomePage {
    fn stylesheet(&self) -> &'static str {
        stylesheet_path()
    }
}

impl PlayPage {
    fn stylesheet(&self) -> &'static str {
        stylesheet_path()
    }

    /// A link to another part of the table.
    fn table_link(&self, show: &str, page: usize) -> String {
        let find: String =
            url::form_urlencoded::byte_serialize(self.query.find.as_bytes()).collect();
        format!("?show={show}&find={find}&page={page}#api")
    }

    fn shown(&self) -> &'static str {
        match self.query.show {
            Show::All => "all",
            Show::Open => "open",
            Show::Closed => "closed",
        }
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
    pub fn new(catalog: &Catalog, client: &DemoClient, demo: &DemoRealm) -> Self {
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
                title: scope.title.get("en").to_owned(),
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
            beyond,
        }
    }
}

/// The tokens held, as the page shows them.
pub struct HeldView {
    pub app: String,
    pub asked: String,
    pub scope: Vec<String>,
    pub access_token: String,
    pub can_refresh: bool,
}

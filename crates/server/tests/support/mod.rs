//! A small world to try the server in: two people, one organisation, time that stands still.

#![allow(dead_code, reason = "not every test binary needs all of it")]

mod answer;
mod sending;
mod tokens;

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use oauth::audit::{Act, Actor, AuditRecord, Subject, SubjectKind};
use oauth::model::*;
use oauth::policy::{RealmPolicy, Sandbox};
use oauth::{Secret, SecretKind};
use realm::endpoint_limits::EndpointPaces;
use realm::rights::RightsSource;
use realm::sign_in::SignIn;
use realm::{Api, App, AppBuilder, FixedClock, Realm, SeededRandom};
use scope::{ApiDescription, Catalog, Scope};
use storage::{SqliteStore, Store};

pub use answer::Answer;
#[allow(unused_imports, reason = "not every test binary needs all of it")]
pub use sending::{basic, encode};
pub use storage::conformance::FaultyStore;

pub const BASE: &str = "https://auth.example.com";
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// A shipped catalog with room for as many calls as a test makes while time stands still.
pub fn catalog(id: &str) -> Catalog {
    let lines = shipped(id).lines().map(|line| match line {
        line if line.starts_with("calls = ") => "calls = 1000000",
        line => line,
    });
    let text: Vec<&str> = lines.collect();
    Catalog::parse(&format!("{id}.toml"), &text.join("\n")).unwrap()
}

/// The same as it is shipped.
pub fn catalog_with_limits(id: &str) -> Catalog {
    Catalog::parse(&format!("{id}.toml"), shipped(id)).unwrap()
}

fn shipped(id: &str) -> &'static str {
    match id {
        "bexio" => include_str!("../../../../catalogs/bexio.toml"),
        "bokio" => include_str!("../../../../catalogs/bokio.toml"),
        "freshbooks" => include_str!("../../../../catalogs/freshbooks.toml"),
        "stora" => include_str!("../../../../catalogs/stora.toml"),
        other => panic!("no catalog {other}"),
    }
}

pub fn scope(text: &str) -> Scope {
    Scope::parse(text).unwrap()
}

pub fn start() -> Timestamp {
    "2026-03-01T08:00:00Z".parse().unwrap()
}

pub fn secret(kind: SecretKind, number: u8) -> Secret {
    oauth::secret::generate(kind, [number; 32])
}

/// The record of an act that nobody looks into.
pub fn audit() -> &'static AuditRecord {
    static RECORD: LazyLock<AuditRecord> = LazyLock::new(|| {
        let subject = Subject::new(SubjectKind::Realm, "bexio");
        let random = [7; AuditRecord::RANDOM_BYTES];
        let by = Actor::system();
        AuditRecord::new(
            "bexio",
            &by,
            Act::ClientRegistered,
            subject,
            start(),
            &random,
        )
    });
    &RECORD
}

/// A running server over a database in memory.
pub struct World {
    pub app: Arc<App>,
    pub store: Arc<FaultyStore>,
    /// The same as the app has it: its caches follow what is written here at once.
    pub followed: Arc<dyn Store>,
    pub clock: Arc<FixedClock>,
    pub router: Router,
    pub realm: String,
    /// The realm with the catalog that the server began with.
    pub begun: Arc<Realm>,
    pub anna: User,
    pub muster: Organisation,
}

impl World {
    /// One realm, with Anna, who may do everything at Muster AG.
    pub async fn new(realm: &str) -> Self {
        let database = SqliteStore::open_in_memory().await.unwrap();
        Self::over(realm, Arc::new(database)).await
    }

    pub async fn over(realm: &str, database: Arc<dyn Store>) -> Self {
        Self::of(catalog(realm), database).await
    }

    pub async fn of(catalog: Catalog, database: Arc<dyn Store>) -> Self {
        Self::with_sandbox(Sandbox::IsTheApi, catalog, database).await
    }

    /// With the sandbox as it is in a demo, or otherwise.
    pub async fn with_sandbox(
        sandbox: Sandbox,
        catalog: Catalog,
        database: Arc<dyn Store>,
    ) -> Self {
        Self::described(sandbox, catalog, ApiDescription::default(), database).await
    }

    /// With what is known of the bodies and answers of its API.
    pub async fn described(
        sandbox: Sandbox,
        catalog: Catalog,
        description: ApiDescription,
        database: Arc<dyn Store>,
    ) -> Self {
        Self::built(sandbox, catalog, database, |building, realm| {
            building.description(realm, description)
        })
        .await
    }

    /// With APIs of the provider's own.
    pub async fn with_apis(
        sandbox: Sandbox,
        apis: Vec<Api>,
        catalog: Catalog,
        database: Arc<dyn Store>,
    ) -> Self {
        Self::built(sandbox, catalog, database, |building, realm| {
            building.apis(realm, apis)
        })
        .await
    }

    /// With other limits at its own endpoints.
    pub async fn with_paces(realm: &str, paces: EndpointPaces) -> Self {
        let database = SqliteStore::open_in_memory().await.unwrap();
        let (database, catalog) = (Arc::new(database), catalog(realm));
        Self::built(Sandbox::IsTheApi, catalog, database, |building, _| {
            building.endpoint_paces(paces)
        })
        .await
    }

    /// With rights from elsewhere, where both are called as here.
    pub async fn with_rights(realm: &str, rights: RightsSource) -> Self {
        let database = SqliteStore::open_in_memory().await.unwrap();
        let (database, catalog) = (Arc::new(database), catalog(realm));
        Self::built(Sandbox::IsTheApi, catalog, database, |building, realm| {
            building.rights(realm, rights)
        })
        .await
    }

    /// Whose people sign in so.
    pub async fn with_sign_in(realm: &str, sign_in: SignIn, database: Arc<dyn Store>) -> Self {
        Self::built(
            Sandbox::IsTheApi,
            catalog(realm),
            database,
            |building, realm| building.sign_in(realm, sign_in),
        )
        .await
    }

    /// With mail that lies in this folder.
    pub async fn with_mail(realm: &str, folder: &std::path::Path) -> Self {
        let database = SqliteStore::open_in_memory().await.unwrap();
        let settings = realm::mail::MailSettings {
            from: String::from("login@bexio.example"),
            way: realm::mail::Way::Folder(folder.to_owned()),
        };
        let carrier = realm::mail::Carrier::new(settings).unwrap();
        let (database, catalog) = (Arc::new(database), catalog(realm));
        Self::built(Sandbox::IsTheApi, catalog, database, |building, _| {
            building.mail(carrier)
        })
        .await
    }

    async fn built(
        sandbox: Sandbox,
        catalog: Catalog,
        database: Arc<dyn Store>,
        more: impl FnOnce(AppBuilder, &str) -> AppBuilder,
    ) -> Self {
        let realm = &catalog.id().to_owned();
        let store = Arc::new(FaultyStore::new(database));
        let clock = Arc::new(FixedClock::at(start()));
        let building = App::builder(
            store.store(),
            Arc::clone(&clock) as Arc<dyn realm::Clock>,
            Arc::new(SeededRandom::new(seed(realm))),
        )
        .base_url(BASE)
        .policy(realm, with(sandbox))
        .realm(catalog);
        let building = more(building, realm).build_with_store();
        let (app, followed) = building.await.unwrap();
        let (anna, muster) = people(realm, &app, &*followed).await;
        Self {
            router: router(&app),
            realm: realm.to_owned(),
            begun: app.realm(realm).unwrap(),
            app,
            store,
            followed,
            clock,
            anna,
            muster,
        }
    }

    /// The same database under a server that was configured otherwise.
    pub async fn again(&self, sandbox: Sandbox) -> Self {
        let building = App::builder(
            self.store.store(),
            Arc::clone(&self.clock) as Arc<dyn realm::Clock>,
            Arc::new(SeededRandom::new(seed(&format!("{sandbox:?}")))),
        )
        .base_url(BASE)
        .policy(&self.realm, with(sandbox))
        .realm(catalog(&self.realm))
        .build_with_store();
        let (app, followed) = building.await.unwrap();
        Self {
            router: router(&app),
            realm: self.realm.clone(),
            begun: app.realm(&self.realm).unwrap(),
            app,
            store: Arc::clone(&self.store),
            followed,
            clock: Arc::clone(&self.clock),
            anna: self.anna.clone(),
            muster: self.muster.clone(),
        }
    }

    /// A client of this realm as most tests want it: confidential, by HTTP Basic.
    pub fn app_client(&self, id: &str, registered: &str) -> Client {
        let known = self.app.realm(&self.realm).unwrap();
        let kind = known.catalog().client_kinds()[0].name.clone();
        Client {
            realm: self.realm.clone(),
            id: id.to_owned(),
            name: format!("App {id}"),
            maker: String::from("Maker"),
            homepage: None,
            verified: false,
            client_type: ClientType::Confidential,
            kind,
            auth_method: TokenEndpointAuthMethod::ClientSecretBasic,
            secrets: vec![stored_secret(id)],
            redirect_uris: vec![String::from("https://app.example/cb")],
            grant_types: BTreeSet::from([GrantType::AuthorizationCode, GrantType::RefreshToken]),
            registered_scope: scope(registered),
            optional_scope: Scope::empty(),
            legacy_without_pkce: false,
            token_format: None,
            refresh_retry: None,
            organisation: None,
            introspects: None,
            signs_in: false,
            created_at: start(),
            status: Status::Active,
            cut_off: None,
            uuid: Uuid::nil(),
            version: 1,
        }
    }

    /// A machine of this realm's machine kind, for Muster AG.
    pub fn machine(&self, id: &str, kind: &str, registered: &str) -> Client {
        Client {
            kind: kind.to_owned(),
            grant_types: BTreeSet::from([GrantType::ClientCredentials]),
            redirect_uris: Vec::new(),
            organisation: Some(self.muster.id),
            ..self.app_client(id, registered)
        }
    }

    /// A resource server of this realm's API.
    pub fn api(&self, id: &str) -> Client {
        Client {
            grant_types: BTreeSet::new(),
            redirect_uris: Vec::new(),
            introspects: Some(BTreeSet::from([self.audience()])),
            ..self.app_client(id, "")
        }
    }

    pub async fn add(&self, client: Client) -> Client {
        let client = Client {
            uuid: self.app.new_id(),
            ..client
        };
        self.followed.insert_client(&client, audit()).await.unwrap();
        client
    }

    /// Makes a client so, whatever changed it before.
    pub async fn change(&self, client: &Client) {
        let store = &self.followed;
        let there = store.client(&client.realm, &client.id).await.unwrap();
        let client = Client {
            version: there.unwrap().version,
            ..client.clone()
        };
        store.update_client(&client, audit()).await.unwrap();
    }

    /// Makes Anna so, whatever changed her before.
    pub async fn change_anna(&self, anna: &User) {
        let store = &self.followed;
        let there = store.user(&anna.realm, anna.id).await.unwrap();
        let anna = User {
            version: there.unwrap().version,
            ..anna.clone()
        };
        store.update_user(&anna, audit()).await.unwrap();
    }

    /// Touches the client, Anna and Muster AG, so that nothing of them is remembered.
    pub async fn forget(&self, client: &Client) {
        self.change(client).await;
        self.change_anna(&self.anna).await;
        self.be(&["owner"]).await;
    }

    /// From now on Anna has these roles at Muster AG.
    pub async fn be(&self, roles: &[&str]) {
        self.be_or_be_given(roles, None).await;
    }

    /// From now on Anna has these rights at Muster AG, for so long.
    pub async fn be_given(&self, rights: &[&str], valid_for: Duration) {
        let rights = rights.iter().map(|right| (*right).to_owned()).collect();
        let given = GivenRights::new(rights, self.app.now(), valid_for);
        self.be_or_be_given(&[], Some(given)).await;
    }

    async fn be_or_be_given(&self, roles: &[&str], given: Option<GivenRights>) {
        let store = &self.followed;
        let there = store.memberships(&self.realm, self.anna.id).await.unwrap();
        let mut there = there.into_iter().map(|(_, membership)| membership);
        let membership = Membership {
            realm: self.realm.clone(),
            organisation: self.muster.id,
            user: self.anna.id,
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            given,
            cut_off: None,
            version: there
                .find(|there| there.organisation == self.muster.id)
                .map_or(0, |there| there.version),
        };
        store.put_membership(&membership, audit()).await.unwrap();
    }

    pub fn issuer(&self) -> String {
        format!("{BASE}/{}", self.realm)
    }

    /// The sandbox, which is the API in most tests.
    pub fn audience(&self) -> String {
        format!("{}/api", self.issuer())
    }

    pub fn path(&self, endpoint: &str) -> String {
        format!("/{}/oauth/{endpoint}", self.realm)
    }

    /// Anna has no place in the organisation any more.
    pub async fn anna_leaves(&self) {
        let store = &self.followed;
        let places = store.memberships(&self.realm, self.anna.id).await.unwrap();
        for (_, place) in places {
            assert!(store.remove_membership(&place, audit()).await.unwrap());
        }
    }
}

/// A realm's policy with this sandbox.
pub fn with(sandbox: Sandbox) -> RealmPolicy {
    RealmPolicy {
        sandbox,
        ..RealmPolicy::default()
    }
}

/// The authorization server with the sandbox, as one node serves them.
pub fn router(app: &Arc<App>) -> Router {
    server::router(Arc::clone(app)).merge(sandbox::router(app))
}

/// Realms that share a database must not draw the same ids.
fn seed(realm: &str) -> u64 {
    realm.bytes().fold(7_u64, |seed, byte| {
        seed.wrapping_mul(31).wrapping_add(u64::from(byte))
    })
}

async fn people(realm: &str, app: &App, store: &dyn Store) -> (User, Organisation) {
    let organisation = Organisation {
        realm: realm.to_owned(),
        id: app.new_id(),
        slug: String::from("muster"),
        number: 0,
        name: String::from("Muster AG"),
        created_at: start(),
        external: external("muster"),
        version: 1,
    };
    let roles: Vec<Role> = [("owner", "*"), ("nothing", "no_such_scope")]
        .map(|(name, right)| Role {
            realm: realm.to_owned(),
            organisation: organisation.id,
            name: name.to_owned(),
            rights: vec![right.to_owned()],
            version: 0,
        })
        .into();
    let organisation = store
        .insert_organisation(&organisation, &roles, audit())
        .await
        .unwrap();
    let user = User {
        realm: realm.to_owned(),
        id: app.new_id(),
        number: 0,
        username: String::from("anna@muster.example"),
        name: String::from("Anna Muster"),
        email: None,
        email_verified: false,
        language: None,
        password_hash: Some(String::from("$argon2id$never")),
        created_at: start(),
        status: Status::Active,
        cut_off: None,
        sessions_cut_off: None,
        external: external("anna"),
        version: 1,
    };
    let user = store.insert_user(&user, audit()).await.unwrap();
    let membership = Membership {
        realm: realm.to_owned(),
        organisation: organisation.id,
        user: user.id,
        roles: vec![String::from("owner")],
        given: None,
        cut_off: None,
        version: 0,
    };
    store.put_membership(&membership, audit()).await.unwrap();
    (user, organisation)
}

/// What the provider's own system calls somebody.
fn external(id: &str) -> Option<ExternalId> {
    Some(ExternalId {
        source: String::from("sign-in"),
        id: id.to_owned(),
    })
}

/// Runs everything at once, in one task.
pub async fn join_all<T>(work: impl IntoIterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut pending: Vec<_> = work.into_iter().map(Box::pin).collect();
    let mut done = Vec::new();
    std::future::poll_fn(|context| {
        pending.retain_mut(|one| match one.as_mut().poll(context) {
            Poll::Ready(outcome) => {
                done.push(outcome);
                false
            }
            Poll::Pending => true,
        });
        if pending.is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    done
}

/// The secret that belongs to a client's id in these tests.
pub fn client_secret(id: &str) -> Secret {
    let mut bytes = [1; 32];
    for (byte, letter) in bytes.iter_mut().zip(id.bytes()) {
        *byte = letter;
    }
    oauth::secret::generate(SecretKind::ClientSecret, bytes)
}

/// The same, as it is kept.
pub fn stored_secret(id: &str) -> StoredSecret {
    StoredSecret {
        hash: client_secret(id).hash(),
        made_at: Some(start()),
    }
}

pub fn challenge(verifier: &str) -> [u8; 32] {
    TokenHash::of(verifier.as_bytes()).0
}

//! A small world to try the server in: two people, one organisation, time that stands still.

#![allow(dead_code, reason = "not every test binary needs all of it")]

mod answer;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use oauth::audit::{Act, Actor, AuditRecord, Subject, SubjectKind};
use oauth::model::*;
use oauth::policy::{RealmPolicy, Sandbox};
use oauth::{Secret, SecretKind};
use realm::{App, FixedClock, SeededRandom};
use scope::{Catalog, Scope};
use storage::{SqliteStore, Store};
use tower::ServiceExt;

pub use answer::Answer;
pub use storage::conformance::FaultyStore;

pub const BASE: &str = "https://auth.example.com";
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

pub fn catalog(id: &str) -> Catalog {
    let text = match id {
        "bexio" => include_str!("../../../../catalogs/bexio.toml"),
        "bokio" => include_str!("../../../../catalogs/bokio.toml"),
        "freshbooks" => include_str!("../../../../catalogs/freshbooks.toml"),
        "stora" => include_str!("../../../../catalogs/stora.toml"),
        other => panic!("no catalog {other}"),
    };
    Catalog::parse(&format!("{id}.toml"), text).unwrap()
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
        .realm(catalog)
        .build_with_store();
        let (app, followed) = building.await.unwrap();
        let (anna, muster) = people(realm, &app, &*followed).await;
        Self {
            router: router(&app),
            realm: realm.to_owned(),
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
            secrets: vec![client_secret(id).hash()],
            redirect_uris: vec![String::from("https://app.example/cb")],
            grant_types: BTreeSet::from([GrantType::AuthorizationCode, GrantType::RefreshToken]),
            registered_scope: scope(registered),
            optional_scope: Scope::empty(),
            legacy_without_pkce: false,
            token_format: None,
            refresh_retry: None,
            organisation: None,
            introspects: None,
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
        let store = &self.followed;
        let there = store.memberships(&self.realm, self.anna.id).await.unwrap();
        let mut there = there.into_iter().map(|(_, membership)| membership);
        let membership = Membership {
            realm: self.realm.clone(),
            organisation: self.muster.id,
            user: self.anna.id,
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
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

    /// What consent leaves behind: a grant of Anna's and a code. `number` makes the code.
    pub async fn consent(&self, client: &Client, granted: &str, number: u8) -> (Secret, Grant) {
        self.consent_with(client, granted, number, |_| {}).await
    }

    pub async fn consent_with(
        &self,
        client: &Client,
        granted: &str,
        number: u8,
        change: impl FnOnce(&mut AuthorizationCode),
    ) -> (Secret, Grant) {
        let known = self.app.realm(&self.realm).unwrap();
        let catalog = known.catalog();
        let is_bound = catalog.grant_policy().is_bound_to_organisation();
        let organisation = is_bound.then_some(self.muster.id);
        let now = self.app.now();
        let expanded = catalog.scope_of(catalog.granted(&scope(granted)).set());
        let grant = Grant {
            id: self.app.new_id(),
            realm: self.realm.clone(),
            client: client.id.clone(),
            user: self.anna.id,
            organisation,
            catalog_version: catalog.version().to_owned(),
            requested: scope(granted),
            granted: expanded.clone(),
            refused: Scope::empty(),
            withheld: Vec::new(),
            reduced: Scope::empty(),
            taken_off: BTreeMap::new(),
            created_at: now,
            updated_at: now,
            status: GrantStatus::Live,
            owner: GrantOwner::Person,
            version: 1,
        };
        let consent = Consent {
            id: self.app.new_id(),
            realm: self.realm.clone(),
            grant: Some(grant.id),
            client: client.id.clone(),
            user: self.anna.id,
            organisation,
            catalog_version: grant.catalog_version.clone(),
            requested: grant.requested.clone(),
            granted: expanded.clone(),
            refused: Scope::empty(),
            withheld: Vec::new(),
            decided_at: now,
            evidence: None,
        };
        let code = secret(SecretKind::AuthorizationCode, number);
        let mut record = AuthorizationCode {
            hash: code.hash(),
            realm: self.realm.clone(),
            client: client.id.clone(),
            grant: grant.id,
            user: self.anna.id,
            organisation,
            redirect_uri: Some(String::from("https://app.example/cb")),
            code_challenge: Some(challenge(VERIFIER)),
            scope: expanded,
            withheld: Vec::new(),
            refused: Scope::empty(),
            requested: Some(scope(granted)),
            created_at: now,
            expires_at: now + Duration::from_secs(60),
            consumed_at: None,
            family: Some(self.app.new_id()),
            position: Some(known.cache().position()),
        };
        change(&mut record);
        let store = &self.followed;
        let standing = store
            .standing_grant(&self.realm, &client.id, self.anna.id, organisation)
            .await
            .unwrap();
        let stored = store.record_consent(&consent, &grant, &record, standing.as_ref(), None);
        (code, stored.await.unwrap().recorded().unwrap())
    }

    /// The family an access token belongs to.
    pub async fn family_of(&self, access_token: &str) -> Family {
        let keys = self.app.realm(&self.realm).unwrap().keys();
        let claims = keys.open(access_token).unwrap();
        let family = self.followed.family(&self.realm, claims.family.unwrap());
        family.await.unwrap().unwrap()
    }

    /// Anna has no place in the organisation any more.
    pub async fn anna_leaves(&self) {
        let store = &self.followed;
        let places = store.memberships(&self.realm, self.anna.id).await.unwrap();
        for (_, place) in places {
            assert!(store.remove_membership(&place, audit()).await.unwrap());
        }
    }

    /// The whole code flow of a client; answers the token response.
    pub async fn tokens(&self, client: &Client, granted: &str, number: u8) -> serde_json::Value {
        let (code, _) = self.consent(client, granted, number).await;
        let answer = self.redeem(client, &code).await;
        answer.expect(StatusCode::OK);
        answer.json()
    }

    pub async fn redeem(&self, client: &Client, code: &Secret) -> Answer {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.expose()),
            ("redirect_uri", "https://app.example/cb"),
            ("code_verifier", VERIFIER),
        ];
        self.post_as(client, "token", &form).await
    }

    /// A public client's comes a moment after whatever was before.
    pub async fn refresh(&self, client: &Client, token: &str) -> Answer {
        if client.auth_method == TokenEndpointAuthMethod::None {
            self.clock.advance(Duration::from_secs(1));
        }
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.post_as(client, "token", &form).await
    }

    /// What the API's resource server learns about a token.
    pub async fn introspect(&self, api: &Client, token: &str) -> serde_json::Value {
        let answer = self.post_as(api, "introspect", &[("token", token)]).await;
        answer.expect(StatusCode::OK);
        answer.json()
    }

    pub async fn is_active(&self, api: &Client, token: &str) -> bool {
        self.introspect(api, token).await["active"] == true
    }

    /// A form from this client, authenticated as it is registered.
    pub async fn post_as(&self, client: &Client, endpoint: &str, form: &[(&str, &str)]) -> Answer {
        match client.auth_method {
            TokenEndpointAuthMethod::ClientSecretBasic => {
                let request = self.form(endpoint, form).header(
                    header::AUTHORIZATION,
                    basic(&client.id, client_secret(&client.id).expose()),
                );
                self.send(request.body(Body::from(encode(form))).unwrap())
                    .await
            }
            TokenEndpointAuthMethod::ClientSecretPost => {
                let secret = client_secret(&client.id);
                let mut form = form.to_vec();
                form.extend([
                    ("client_id", client.id.as_str()),
                    ("client_secret", secret.expose()),
                ]);
                self.post(endpoint, &form).await
            }
            TokenEndpointAuthMethod::None => {
                let mut form = form.to_vec();
                form.push(("client_id", client.id.as_str()));
                self.post(endpoint, &form).await
            }
        }
    }

    /// A form without a header for authentication.
    pub async fn post(&self, endpoint: &str, form: &[(&str, &str)]) -> Answer {
        let request = self.form(endpoint, form).body(Body::from(encode(form)));
        self.send(request.unwrap()).await
    }

    fn form(&self, endpoint: &str, _: &[(&str, &str)]) -> axum::http::request::Builder {
        Request::post(self.path(endpoint))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    pub async fn method(&self, method: Method, path: &str) -> Answer {
        let request = Request::builder().method(method).uri(path);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        Answer {
            status: head.status,
            headers: head.headers,
            body: String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap(),
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
    realm
        .bytes()
        .fold(7, |seed, byte| seed * 31 + u64::from(byte))
}

async fn people(realm: &str, app: &App, store: &dyn Store) -> (User, Organisation) {
    let organisation = Organisation {
        realm: realm.to_owned(),
        id: app.new_id(),
        slug: String::from("muster"),
        number: 0,
        name: String::from("Muster AG"),
        created_at: start(),
        external: None,
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
        password_hash: String::from("$argon2id$never"),
        created_at: start(),
        status: Status::Active,
        cut_off: None,
        external: None,
        version: 1,
    };
    let user = store.insert_user(&user, audit()).await.unwrap();
    let membership = Membership {
        realm: realm.to_owned(),
        organisation: organisation.id,
        user: user.id,
        roles: vec![String::from("owner")],
        cut_off: None,
        version: 0,
    };
    store.put_membership(&membership, audit()).await.unwrap();
    (user, organisation)
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

pub fn basic(id: &str, secret: &str) -> String {
    use base64::Engine as _;
    let credentials = format!("{}:{}", encode_one(id), encode_one(secret));
    format!(
        "Basic {}",
        base64::engine::general_purpose::STANDARD.encode(credentials)
    )
}

pub fn challenge(verifier: &str) -> [u8; 32] {
    TokenHash::of(verifier.as_bytes()).0
}

pub fn encode(form: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish()
}

fn encode_one(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

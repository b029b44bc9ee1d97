//! Tokens and sessions of the release of 22 November 2026, before, during and after the upgrade
//! of their database.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use oauth::model::{KeyPurpose, Timestamp};
use oauth::policy::Sandbox;
use realm::keys::{KeySettings, SigningAlgorithm};
use realm::{App, FixedClock, SeededRandom};
use scope::Catalog;
use serde_json::Value;
use storage::conformance::november;
use storage::conformance::postgres_server::TestPostgres;
use storage::{Store, Upgrade};
use tower::ServiceExt;

use crate::support::{Answer, basic, catalog, encode, router, with};

/// A database that the release left, with what belongs to it.
struct Old {
    url: String,
    secrets: Value,
    _place: Box<dyn std::any::Any>,
}

impl Old {
    async fn of_each() -> [Self; 2] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scopegate.sqlite");
        november::sqlite(&path).await;
        let database = TestPostgres::shared().await.make_database("").await;
        november::postgres(&database).await;
        [
            Self {
                url: path.to_str().unwrap().to_owned(),
                secrets: serde_json::from_str(november::SQLITE_SECRETS).unwrap(),
                _place: Box::new(folder),
            },
            Self {
                url: database.url(),
                secrets: serde_json::from_str(november::POSTGRES_SECRETS).unwrap(),
                _place: Box::new(database),
            },
        ]
    }

    fn secret(&self, name: &str, what: &str) -> &str {
        self.secrets[name][what].as_str().unwrap()
    }

    /// A node of this version, a second after the release left.
    async fn node(&self, seed: u64, bexio: Catalog) -> Node<'_> {
        self.node_with(seed, bexio, Sandbox::IsTheApi).await
    }

    async fn node_with(&self, seed: u64, bexio: Catalog, sandbox: Sandbox) -> Node<'_> {
        let store: Arc<dyn Store> = storage::open(&self.url).await.unwrap();
        let second = self.secrets["at"].as_i64().unwrap() + 1;
        let clock = FixedClock::at(Timestamp::from_second(second).unwrap());
        let random = Arc::new(SeededRandom::new(seed));
        let app = App::builder(Arc::clone(&store), Arc::new(clock), random)
            .base_url(self.secrets["issuer"].as_str().unwrap())
            .realm(bexio)
            .realm(catalog("bokio"))
            .realm(catalog("freshbooks"));
        let realms = ["bexio", "bokio", "freshbooks"].into_iter();
        let app = realms.fold(app, |app, realm| app.policy(realm, with(sandbox)));
        let (app, store) = app.build_with_store().await.unwrap();
        Node {
            old: self,
            router: router(&app),
            app,
            store,
        }
    }
}

struct Node<'o> {
    old: &'o Old,
    app: Arc<App>,
    store: Arc<dyn Store>,
    router: Router,
}

impl Node<'_> {
    async fn post(&self, client: &str, endpoint: &str, form: &[(&str, &str)]) -> Answer {
        let (realm, id) = client.split_once('/').unwrap();
        let request = Request::post(format!("/{realm}/oauth/{endpoint}"));
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let mut form = form.to_vec();
        let request = match self.old.secrets["secrets"][client].as_str() {
            Some(secret) => request.header(header::AUTHORIZATION, basic(id, secret)),
            None => {
                form.push(("client_id", id));
                request
            }
        };
        self.send(request.body(Body::from(encode(&form))).unwrap())
            .await
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        Answer {
            status: head.status,
            headers: head.headers,
            body: String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap(),
        }
    }

    async fn introspected(&self, token: &str) -> Value {
        let answer = self
            .post("bexio/api", "introspect", &[("token", token)])
            .await;
        answer.expect(StatusCode::OK);
        answer.json()
    }

    async fn is_active(&self, token: &str) -> bool {
        self.introspected(token).await["active"] == true
    }

    async fn refresh(&self, client: &str, token: &str) -> Answer {
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.post(client, "token", &form).await
    }

    async fn refreshed(&self, client: &str, token: &str) -> [String; 2] {
        let answer = self.refresh(client, token).await;
        answer.expect(StatusCode::OK);
        let answer = answer.json();
        ["access_token", "refresh_token"].map(|name| answer[name].as_str().unwrap().to_owned())
    }

    async fn call(&self, path: &str, token: &str) -> StatusCode {
        let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Body::empty()).unwrap()).await.status
    }

    /// What the release gave out and nobody ended.
    async fn everything_works(&self) {
        let token = |name| self.old.secret(name, "access_token");
        for name in ["ledger", "signed"] {
            assert!(self.is_active(token(name)).await, "{name}");
            let status = self.call("/bexio/api/2.0/contact", token(name)).await;
            assert_eq!(status, StatusCode::OK, "{name}");
        }
        let me = "/freshbooks/api/auth/api/v1/users/me";
        for (name, status) in [("hours", 403), ("swift", 403), ("ended", 401)] {
            // None asked for the profile; where the grant ended, nobody gets that far.
            assert_eq!(self.call(me, token(name)).await.as_u16(), status, "{name}");
        }
        let firma = self.store.organisation_by_slug("bokio", "firma").await;
        let invoices = format!(
            "/bokio/api/v1/companies/{}/invoices",
            firma.unwrap().unwrap().id
        );
        for (name, status) in [("partner", 200), ("batch", 200), ("revoked", 401)] {
            let called = self.call(&invoices, token(name)).await;
            assert_eq!(called.as_u16(), status, "{name}");
        }
        let cookie = format!("sg_bexio={}", self.old.secret("cookies", "bexio"));
        let account = Request::get("/bexio/account").header(header::COOKIE, cookie);
        let account = self.send(account.body(Body::empty()).unwrap()).await;
        account.expect(StatusCode::OK);
        assert!(account.body.contains("Eva Muster") && account.body.contains("Ledger"));
    }
}

/// The format of a sealed token.
fn format(token: &str) -> u8 {
    match token.get(..8) {
        Some("sg_at_AR") => 1,
        Some("sg_at_Ah") => 2,
        _ => panic!("{token} is not sealed"),
    }
}

/// A catalog with one scope more.
fn with_one_more_scope() -> Catalog {
    let text = include_str!("../../../../../catalogs/bexio.toml");
    let texts = |word: &str| {
        let in_each = ["en", "de", "fr", "it"].map(|language| format!("{language} = \"{word}\""));
        format!("{{ {} }}", in_each.join(", "))
    };
    let more = format!(
        "\n[resources.weather]\ntitle = {}\n[resources.weather.show]\ntitle = {}\n\
         description = {}\n",
        texts("Weather"),
        texts("See the weather"),
        texts("How it will be.")
    );
    Catalog::parse("bexio.toml", &(text.to_owned() + &more)).unwrap()
}

#[tokio::test]
async fn what_the_release_before_gave_out_works_through_the_upgrade() {
    for old in Old::of_each().await {
        let one = old.node(1, catalog("bexio")).await;
        let two = old.node(2, catalog("bexio")).await;
        one.everything_works().await;
        let code = [
            ("grant_type", "authorization_code"),
            ("code", old.secret("pocket", "code")),
            (
                "redirect_uri",
                old.secrets["redirect_uri"].as_str().unwrap(),
            ),
            ("code_verifier", old.secrets["verifier"].as_str().unwrap()),
        ];
        let redeemed = one.post("bexio/pocket", "token", &code).await;
        redeemed.expect(StatusCode::OK);
        let redeemed = redeemed.json();
        let pocket = redeemed["access_token"].as_str().unwrap();
        // What a node of the release before could not read is not written yet.
        assert_eq!(format(pocket), 1);
        let ledger = old.secret("ledger", "refresh_token");
        let [first, ledger] = one.refreshed("bexio/ledger", ledger).await;
        assert_eq!(format(&first), 1);
        let swift = old.secret("swift", "refresh_token");
        let [_, swift] = two.refreshed("freshbooks/swift", swift).await;
        let [_, hours] = two
            .refreshed("freshbooks/hours", old.secret("hours", "refresh_token"))
            .await;

        storage::migrate(&old.url, Upgrade::Finish).await.unwrap();
        // Both hear of it.
        one.app.catch_up().await.unwrap();
        two.app.catch_up().await.unwrap();
        for node in [&one, &two] {
            node.everything_works().await;
            assert!(node.is_active(pocket).await && node.is_active(&first).await);
        }
        let [second, ledger] = one.refreshed("bexio/ledger", &ledger).await;
        assert_eq!(format(&second), 2);
        assert!(second.len() < first.len());
        for node in [&one, &two] {
            assert!(node.is_active(&second).await);
            let status = node.call("/bexio/api/2.0/contact", &second).await;
            assert_eq!(status, StatusCode::OK);
        }
        let said = one.introspected(&second).await;
        assert_eq!(said["client_id"], "ledger");
        assert_eq!(
            said["scope"],
            "general article_show contact_show contact_edit task_show"
        );
        // A token that was rotated before the upgrade is still known to be used.
        two.refreshed("freshbooks/swift", &swift).await;
        let used = old.secret("used", "refresh_token");
        let reused = two.refresh("freshbooks/hours", used).await;
        reused.expect_error(400, "invalid_grant");
        let ended = two.refresh("freshbooks/hours", &hours).await;
        ended.expect_error(400, "invalid_grant");
        // The app gives one back that is named by its UUID alone.
        let form = [("token", second.as_str())];
        let revoked = one.post("bexio/ledger", "revoke", &form).await;
        revoked.expect(StatusCode::OK);
        assert!(!one.is_active(&second).await);
        one.refreshed("bexio/ledger", &ledger).await;
    }
}

/// A node of the next version numbers a scope that this one does not know, and seals a token
/// with it before this one has followed.
#[tokio::test]
async fn numbers_of_another_node_are_read_when_a_token_has_them() {
    for old in Old::of_each().await {
        storage::migrate(&old.url, Upgrade::Finish).await.unwrap();
        let this = old.node(1, catalog("bexio")).await;
        let next = old.node(2, with_one_more_scope()).await;
        let realm = next.app.realm("bexio").unwrap();
        let keys = realm.keys();
        let ledger = old.secret("ledger", "access_token");
        let mut claims = keys.access_token(realm.issuer(), ledger).unwrap();
        let client = next.store.client("bexio", "ledger").await;
        claims.client = oauth::token::TokenClient::Uuid(client.unwrap().unwrap().uuid);
        claims.scope = scope::Scope::parse("contact_show weather_show").unwrap();
        let token = keys.seal(&claims, [7; 12]).expose().to_owned();
        assert_eq!(format(&token), 2);
        let status = this.call("/bexio/api/2.0/contact", &token).await;
        assert_eq!(status, StatusCode::OK);
        // What this node's catalog does not know counts for nothing here.
        assert_eq!(this.introspected(&token).await["scope"], "contact_show");
    }
}

/// Whoever is registered under a `client_id` later inherits nothing.
#[tokio::test]
async fn a_token_of_another_registration_under_the_same_id_is_worth_nothing() {
    let [old, _] = Old::of_each().await;
    storage::migrate(&old.url, Upgrade::Finish).await.unwrap();
    let node = old.node(1, catalog("bexio")).await;
    let realm = node.app.realm("bexio").unwrap();
    let keys = realm.keys();
    let token = old.secret("ledger", "access_token");
    let claims = keys.access_token(realm.issuer(), token).unwrap();
    let client = node.store.client("bexio", "ledger").await;
    let uuid = client.unwrap().unwrap().uuid;
    let before = oauth::model::Uuid::from_u128(7);
    for (uuid, counts) in [(uuid, true), (before, false)] {
        let mut claims = claims.clone();
        claims.client = oauth::token::TokenClient::Both {
            id: "ledger".to_owned(),
            uuid,
        };
        let sealed = keys.seal(&claims, [7; 12]);
        let signed = keys.sign_jwt(realm.issuer(), &claims);
        for token in [sealed.expose(), signed.expose()] {
            assert_eq!(node.is_active(token).await, counts, "{token}");
            let status = node.call("/bexio/api/2.0/contact", token).await;
            assert_eq!(status == StatusCode::OK, counts, "{status}");
        }
    }
}

/// Until then every realm had a sandbox, and tokens for the API had its name.
#[tokio::test]
async fn a_realm_that_loses_its_sandbox_keeps_its_resource_servers() {
    for old in Old::of_each().await {
        let node = old.node_with(1, catalog("bexio"), Sandbox::Off).await;
        let realm = node.app.realm("bexio").unwrap();
        let before = format!("{}/api", realm.issuer());
        let audience = async |token: &str| node.introspected(token).await["aud"].clone();
        assert_eq!(audience(old.secret("ledger", "access_token")).await, before);
        let ledger = old.secret("ledger", "refresh_token");
        let [first, ledger] = node.refreshed("bexio/ledger", ledger).await;
        assert_eq!(
            audience(&first).await,
            before,
            "a server of the release may be asked"
        );

        storage::migrate(&old.url, Upgrade::Finish).await.unwrap();
        node.app.catch_up().await.unwrap();
        let [second, _] = node.refreshed("bexio/ledger", &ledger).await;
        assert_eq!(audience(&second).await, realm.issuer());
        assert_eq!(audience(&first).await, before);
        let status = node.call("/bexio/api/2.0/contact", &first).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_key_that_the_release_cannot_read_is_made_once_it_is_gone() {
    for old in Old::of_each().await {
        let store: Arc<dyn Store> = storage::open(&old.url).await.unwrap();
        let start = async |seed| {
            let second = old.secrets["at"].as_i64().unwrap() + 1;
            let clock = FixedClock::at(Timestamp::from_second(second).unwrap());
            let random = Arc::new(SeededRandom::new(seed));
            let app = App::builder(Arc::clone(&store), Arc::new(clock), random);
            let keys = KeySettings {
                algorithm: SigningAlgorithm::Rs256,
                ..KeySettings::default()
            };
            app.realm(catalog("bexio"))
                .keys(keys)
                .build()
                .await
                .unwrap();
            let keys = store.keys("bexio").await.unwrap();
            let mut purposes = keys.iter().map(|key| key.purpose);
            purposes.any(|purpose| purpose == KeyPurpose::SignRs256)
        };
        assert!(!start(1).await);
        storage::migrate(&old.url, Upgrade::Finish).await.unwrap();
        assert!(start(2).await);
    }
}

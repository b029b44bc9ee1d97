//! Signing in in an application of the provider's, and what becomes of what does not count.

mod refusals;
mod sign_in;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use oauth::model::{Client, User};
use realm::sign_in::{ExternalSignIn, SignIn, SignInKind};
use serde_json::{Value, json};
use storage::{SqliteStore, Store};
use url::Url;

use crate::browser::Browser;
use crate::support::{Answer, World, basic, client_secret};

const CONTACTS: &str = "contact_show";

/// A realm whose people sign in in an application, and an app.
struct Place {
    world: World,
    app: Client,
}

impl Place {
    async fn new() -> Self {
        let database = SqliteStore::open_in_memory().await.unwrap();
        Self::over("bexio", Arc::new(database)).await
    }

    async fn over(realm: &str, database: Arc<dyn Store>) -> Self {
        let sign_in = SignIn {
            kind: SignInKind::External(ExternalSignIn {
                url: "https://my.example/sign-in?from=scopegate".to_owned(),
                source: "my-app".to_owned(),
                sign_out_url: Some("https://my.example/logout".to_owned()),
            }),
            again_for_elevated: None,
            ..SignIn::default()
        };
        let world = World::with_sign_in(realm, sign_in, database).await;
        let app = world.add(world.app_client("ledgerly", CONTACTS)).await;
        let service = Client {
            signs_in: true,
            grant_types: [].into(),
            redirect_uris: Vec::new(),
            ..world.app_client("my-app", "")
        };
        world.add(service).await;
        Self { world, app }
    }

    fn now(&self) -> i64 {
        self.world.app.now().as_second()
    }

    /// What the application says of Grace.
    fn grace(&self) -> Value {
        json!({
            "subject": "42",
            "name": "Grace Muster",
            "email": "grace@hafen.example",
            "email_verified": true,
            "language": "de-CH",
            "authenticated_at": self.now() - 30,
            "methods": ["pwd"],
            "session": "s1",
            "organisations": [{ "id": "17", "name": "Hafen GmbH", "roles": ["administrator"] }],
        })
    }

    fn grace_with(&self, change: &Value) -> Value {
        let mut grace = self.grace();
        for (name, value) in change.as_object().unwrap() {
            grace[name] = value.clone();
        }
        grace
    }

    /// What an app's request leads to: the application, with a challenge.
    async fn goes(&self, browser: &mut Browser<'_>, more: &[(&str, &str)]) -> Url {
        let request = self.world.authorize(&self.app, CONTACTS, more);
        let asked = browser.get(&request).await;
        let sent = browser.get(asked.location()).await;
        let url = Url::parse(sent.location()).unwrap();
        let there = "https://my.example/sign-in?from=scopegate&challenge=sg_sc_";
        assert!(url.as_str().starts_with(there), "{url}");
        url
    }

    fn path(&self, challenge: &str) -> String {
        format!("/{}/sign-ins/{challenge}", self.world.realm)
    }

    async fn asked(&self, challenge: &str) -> Answer {
        let request = Request::get(self.path(challenge));
        let request = request.header(header::AUTHORIZATION, own());
        self.world.send(request.body(Body::empty()).unwrap()).await
    }

    async fn tell(&self, challenge: &str, said: &Value) -> Answer {
        self.send(challenge, &own(), said.to_string()).await
    }

    async fn send(&self, challenge: &str, credentials: &str, body: impl Into<Body>) -> Answer {
        let request = Request::post(self.path(challenge))
            .header(header::AUTHORIZATION, credentials)
            .header(header::CONTENT_TYPE, "application/json");
        self.world.send(request.body(body.into()).unwrap()).await
    }

    /// Where the application is told to send the browser.
    async fn told(&self, challenge: &str, said: &Value) -> String {
        let answer = self.tell(challenge, said).await;
        answer.expect(StatusCode::OK);
        let back = answer.json()["redirect_to"].as_str().unwrap().to_owned();
        let path = back.strip_prefix("https://auth.example.com").unwrap();
        let begins = format!("/{}/sign-ins/finish?answer=sg_sa_", self.world.realm);
        assert!(path.starts_with(&begins), "{path}");
        path.to_owned()
    }

    /// All of it: Grace is back, on the way to decide.
    async fn graces_browser(&self) -> Browser<'_> {
        let mut browser = self.world.browser();
        let sent = self.goes(&mut browser, &[]).await;
        let back = self.told(&challenge(&sent), &self.grace()).await;
        let back = browser.get(&back).await;
        assert!(back.location().starts_with("/bexio/consent?request="));
        browser
    }

    async fn person(&self) -> Option<User> {
        let called = oauth::model::ExternalId {
            source: "my-app".to_owned(),
            id: "42".to_owned(),
        };
        let store = &self.world.followed;
        store
            .user_by_external(&self.world.realm, &called)
            .await
            .unwrap()
    }
}

/// The application's own credentials.
fn own() -> String {
    basic("my-app", client_secret("my-app").expose())
}

fn value(url: &Url, name: &str) -> Option<String> {
    let mut pairs = url.query_pairs();
    let found = pairs.find(|(own, _)| own == name);
    found.map(|(_, value)| value.into_owned())
}

fn challenge(sent: &Url) -> String {
    value(sent, "challenge").unwrap()
}

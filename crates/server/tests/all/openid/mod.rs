//! Signing in at a provider of OpenID Connect, and out again.

mod logout;
mod provider;
mod refusals;
mod sign_in;

use std::sync::Arc;
use std::time::Duration;

use oauth::model::Client;
use realm::sign_in::{SignIn, SignInKind};
use serde_json::{Value, json};
use storage::SqliteStore;
use url::Url;

use crate::browser::Browser;
use crate::support::{Answer, World, encode};
use provider::{CLIENT_ID, ISSUER, Provider};

const CONTACTS: &str = "contact_show";

/// A realm whose people sign in at a provider, and an app.
struct Place {
    world: World,
    provider: Arc<Provider>,
    app: Client,
}

impl Place {
    async fn new() -> Self {
        let provider = Provider::new();
        let sign_in = SignIn {
            kind: SignInKind::OpenIdConnect(Arc::new(provider.configured())),
            again_for_elevated: None,
            ..SignIn::default()
        };
        let database = Arc::new(SqliteStore::open_in_memory().await.unwrap());
        let world = World::with_sign_in("bexio", sign_in, database).await;
        let app = world.add(world.app_client("ledgerly", CONTACTS)).await;
        Self {
            world,
            provider,
            app,
        }
    }

    fn advance(&self, by: Duration) {
        for clock in [&self.world.clock, &self.provider.clock] {
            clock.advance(by);
            clock.advance_monotonic(by);
        }
    }

    fn now(&self) -> i64 {
        self.world.app.now().as_second()
    }

    /// What it says of Grace.
    fn grace(&self) -> Value {
        json!({
            "iss": ISSUER,
            "aud": CLIENT_ID,
            "sub": "grace",
            "iat": self.now(),
            "exp": self.now() + 300,
            "auth_time": self.now() - 30,
            "amr": ["pwd", "otp"],
            "sid": "s1",
            "name": "Grace Muster",
            "email": "grace@firma.example",
            "email_verified": true,
            "locale": "de_CH",
            "orgs": [{"id": 17, "name": "Hafen GmbH", "roles": ["administrator"]}],
        })
    }

    /// What an app's request leads to, up to the provider.
    async fn goes(&self, browser: &mut Browser<'_>, more: &[(&str, &str)]) -> Url {
        let request = self.world.authorize(&self.app, CONTACTS, more);
        let asked = browser.get(&request).await;
        let sent = browser.get(asked.location()).await;
        let url = Url::parse(sent.location()).unwrap();
        assert!(url.as_str().starts_with("https://login.example/authorize?"));
        url
    }

    /// Grace comes back from there, and the provider says so, but for a change.
    async fn comes_back(&self, browser: &mut Browser<'_>, sent: &Url, change: &Value) -> Answer {
        let mut claims = self.grace();
        claims["nonce"] = json!(value(sent, "nonce").unwrap());
        for (name, value) in change.as_object().unwrap() {
            if value.is_null() {
                claims.as_object_mut().unwrap().remove(name);
            } else {
                claims[name] = value.clone();
            }
        }
        self.provider.says(claims);
        browser.get(&callback(sent)).await
    }

    /// All of it: a browser that Grace is signed in with.
    async fn graces_browser(&self) -> Browser<'_> {
        let mut browser = self.world.browser();
        let sent = self.goes(&mut browser, &[]).await;
        let back = self.comes_back(&mut browser, &sent, &json!({})).await;
        assert!(back.location().starts_with("/bexio/consent?request="));
        browser
    }
}

fn value(url: &Url, name: &str) -> Option<String> {
    let mut pairs = url.query_pairs();
    let found = pairs.find(|(own, _)| own == name);
    found.map(|(_, value)| value.into_owned())
}

/// Where the provider sends the browser back to, with a code.
fn callback(sent: &Url) -> String {
    let state = value(sent, "state").unwrap();
    let answer = [("code", "c0de"), ("state", state.as_str()), ("iss", ISSUER)];
    format!("/bexio/sign-in/callback?{}", encode(&answer))
}

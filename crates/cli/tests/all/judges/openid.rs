//! Signing in at providers that others made, in a real browser: npm oidc-provider, versions 8 and 9, and PyPI
//! idpyoidc. They need Node.js and Python with their packages: `./test` installs them.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use fantoccini::Locator;
use reqwest::Url;
use serde_json::{Value, json};
use storage::conformance::postgres_server::TestPostgres;

use super::chrome::{Browser, Settings, in_browser};
use crate::common::play::VERIFIER;
use crate::common::running::{Running, folder};
use crate::common::site::{App, Node, Site};
use crate::common::{root, scopegate};

const SECRET: &str = "a secret of the realm + %";

#[derive(Clone, Copy, PartialEq)]
enum Made {
    Npm(u32),
    Python,
}

/// A realm whose people sign in at a provider, which need not run.
struct Place {
    made: Made,
    site: Site,
    base: String,
    port: u16,
    app: App,
    /// Where the app is.
    back: String,
}

impl Place {
    fn new(made: Made, database: Option<&str>, authentication: &str) -> Self {
        let taken = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let [own, port] = taken
            .each_ref()
            .map(|listener| listener.local_addr().unwrap().port());
        let base = format!("http://127.0.0.1:{own}");
        let database = database.unwrap_or("scopegate.sqlite");
        let text = format!(
            "listen = \"127.0.0.1:{own}\"\nbase_url = \"{base}\"\ndatabase = \"{database}\"\n{}",
            configured(port, authentication)
        );
        let site = Site::with(&[text], vec![base.clone()]);
        std::fs::write(site.at("sso.secret"), format!("{SECRET}\n")).unwrap();
        let key = rcgen::KeyPair::generate().unwrap();
        std::fs::write(site.at("provider.pem"), key.serialize_pem()).unwrap();
        let app = site.settle(1).remove(0);
        Self {
            made,
            site,
            base,
            port,
            app,
            back: the_app(),
        }
    }

    fn start(&self) -> Node {
        self.site.start(0)
    }

    /// `jwks` is a file with the key that the realm signs by, if it does.
    fn provider(&self, jwks: Option<&PathBuf>) -> Running {
        let judge = root().join("tests/judges/openid");
        let mut command = match self.made {
            Made::Npm(version) => {
                let mut command = Command::new("node");
                command.arg(judge.join("provider.mjs"));
                command.arg(version.to_string());
                command
            }
            Made::Python => {
                let mut command = Command::new(root().join("target/judges/openid/bin/python"));
                command.arg(judge.join("provider.py"));
                command
            }
        };
        command.arg(self.port.to_string());
        command.arg(format!("{}/bexio", self.base));
        command.args(jwks);
        Running::start(command, folder(), self.port)
    }

    fn asked(&self, more: &[(&str, &str)]) -> String {
        let issuer = format!("{}/bexio", self.base);
        let mut url = self
            .app
            .authorization_url(&issuer, "contact_edit task_show");
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(name, _)| name != "organisation" && name != "redirect_uri")
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        url.query_pairs_mut()
            .clear()
            .extend_pairs(kept)
            .append_pair("redirect_uri", &self.back)
            .extend_pairs(more);
        url.into()
    }

    /// The way that a person takes at the provider.
    async fn sign_in(&self, browser: &Browser, who: &str) {
        match self.made {
            Made::Npm(_) => {
                browser.fill("login", who).await;
                browser.fill("password", "any").await;
                browser.follow("//button[@type='submit']").await;
            }
            Made::Python => {
                browser.fill("sub", who).await;
                browser.follow("//button[.='Authorize']").await;
                return;
            }
        }
        // Its own question, whether this realm may know who they are: the first time only.
        let title = "//button[@type='submit' and contains(@class,'login-submit')]";
        browser.follow(title).await;
    }

    /// What the app got: waits until the browser is there.
    async fn arrived(&self, browser: &Browser) -> Url {
        browser.find("//p[.='The app.']").await;
        let url = browser.0.current_url().await.unwrap();
        Url::parse(url.as_str()).unwrap()
    }

    async fn token(&self, arrived: &Url) -> Value {
        let code = value(arrived, "code").unwrap_or_else(|| panic!("no code: {arrived}"));
        let sent = reqwest::Client::new()
            .post(format!("{}/bexio/oauth/token", self.base))
            .basic_auth(&self.app.id, Some(&self.app.secret))
            .form(&[
                ("grant_type", "authorization_code"),
                ("code", code.as_str()),
                ("redirect_uri", self.back.as_str()),
                ("code_verifier", VERIFIER),
            ])
            .send();
        sent.await.unwrap().json().await.unwrap()
    }
}

/// The realm as `docs/your-sign-in.md` has it, for a provider on this machine.
fn configured(port: u16, authentication: &str) -> String {
    let page = of_the_page("toml");
    let mut lines: Vec<&str> = page.lines().collect();
    let at = format!("issuer = \"http://127.0.0.1:{port}\"\nallow_addresses = [\"127.0.0.1\"]");
    for (begins, line) in [
        ("issuer = ", at.as_str()),
        ("client_secret_file = ", authentication),
    ] {
        let place = lines.iter().position(|line| line.starts_with(begins));
        lines[place.unwrap()] = line;
    }
    lines.join("\n")
}

/// The only block of a kind in the section of the page.
fn of_the_page(kind: &str) -> String {
    let page = std::fs::read_to_string(root().join("docs/your-sign-in.md")).unwrap();
    let (_, section) = page
        .split_once("\n## A provider of OpenID Connect\n")
        .unwrap();
    let (_, block) = section.split_once(&format!("   ```{kind}\n")).unwrap();
    let (block, _) = block.split_once("\n   ```\n").unwrap();
    let lines = block.lines();
    let lines: Vec<&str> = lines
        .map(|line| line.strip_prefix("   ").unwrap_or(line))
        .collect();
    lines.join("\n")
}

/// The app: a page that says so, for as long as the test runs.
fn the_app() -> String {
    let port = the_app_at(0);
    format!("http://127.0.0.1:{port}/callback")
}

/// The same at a port of this machine, or at any.
pub fn the_app_at(port: u16) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut stream = stream;
            let _ = stream.read(&mut [0; 8192]);
            let body = "<!doctype html><title>App</title><p>The app.</p>";
            let length = body.len();
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
            );
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
        }
    });
    port
}

fn value(url: &Url, name: &str) -> Option<String> {
    let mut pairs = url.query_pairs();
    let found = pairs.find(|(own, _)| own == name);
    found.map(|(_, value)| value.into_owned())
}

/// From a person whom nobody knows to a token, back again, and to a sign-out that reaches this realm.
async fn whole_way(place: Place, jwks: Option<PathBuf>) {
    let _node = place.start();
    in_browser(Settings::default(), |browser| async move {
        // The provider is not there yet.
        browser.go(&place.asked(&[])).await;
        let title = browser.text("//h1").await;
        assert_eq!(title, "Signing in is not possible right now");
        let back = browser.find("//a[.='Go back to app-0']").await;
        let back = back.attr("href").await.unwrap().unwrap();
        assert!(back.contains("error=temporarily_unavailable"), "{back}");
        assert!(back.contains("state=kept"), "{back}");

        let provider = place.provider(jwks.as_ref());
        until_it_leads(&browser, place.port).await;
        place.sign_in(&browser, "grace").await;
        let heading = browser.text("//h1").await;
        assert!(heading.contains("app-0"), "{heading}");
        choose_if_asked(&browser).await;
        let page = browser.0.source().await.unwrap();
        assert!(page.contains("Grace Muster"), "{page}");
        browser.follow("//button[@value='allow']").await;
        let token = place.token(&place.arrived(&browser).await).await;
        assert_eq!(token["org"], "muster-ag", "{token}");
        let scope = token["scope"].as_str().unwrap();
        assert!(scope.contains("contact_edit"), "{token}");

        // Signed in here: the app is answered at once.
        browser
            .go(&place.asked(&[("organisation", "muster-ag")]))
            .await;
        place.token(&place.arrived(&browser).await).await;

        // Signed out here, and still signed in there: nobody is asked for a password.
        let account = format!("{}/bexio/account", place.base);
        browser.go(&account).await;
        browser.follow("//button[.='Sign out']").await;
        assert_eq!(browser.text("//h1").await, "You are signed out");
        let of_muster = [("organisation", "muster-ag")];
        browser.go(&place.asked(&of_muster)).await;
        if place.made == Made::Python {
            place.sign_in(&browser, "grace").await;
            place.arrived(&browser).await;
            drop(provider);
            return;
        }
        place.token(&place.arrived(&browser).await).await;

        // Signed out there: the session here ends with it.
        let there = format!("http://127.0.0.1:{}", place.port);
        browser.go(&account).await;
        browser.find("//button[.='Sign out']").await;
        browser.go(&format!("{there}/session/end")).await;
        browser.follow("//button[@value='yes']").await;
        browser.go(&account).await;
        browser.find("//input[@name='login']").await;

        // Whoever does not want to sign in is led back to the app.
        browser.go(&place.asked(&[])).await;
        browser.follow("//a[contains(.,'Cancel')]").await;
        let arrived = place.arrived(&browser).await;
        assert_eq!(value(&arrived, "error").as_deref(), Some("access_denied"));
        assert_eq!(value(&arrived, "state").as_deref(), Some("kept"));
        drop(provider);
    })
    .await;
}

/// Tries again until the browser is at the provider.
async fn until_it_leads(browser: &Browser, port: u16) {
    for _ in 0..60 {
        browser.follow("//a[.='Try again']").await;
        let url = browser.0.current_url().await.unwrap();
        if url.port() == Some(port) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    panic!("never at the provider");
}

/// Who belongs to several organisations says which one is meant.
async fn choose_if_asked(browser: &Browser) {
    let choose = "//button[contains(.,'Muster AG')]";
    if !browser
        .0
        .find_all(Locator::XPath(choose))
        .await
        .unwrap()
        .is_empty()
    {
        browser.follow(choose).await;
    }
}

const BY_SECRET: &str = "client_secret_file = \"sso.secret\"";

#[tokio::test(flavor = "multi_thread")]
async fn npm_oidc_provider_9_by_secret() {
    whole_way(Place::new(Made::Npm(9), None, BY_SECRET), None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn npm_oidc_provider_8_by_secret() {
    whole_way(Place::new(Made::Npm(8), None, BY_SECRET), None).await;
}

/// A realm with a key of its own, and the file with the public half of it that `config check` prints.
fn by_key(made: Made, database: Option<&str>) -> (Place, PathBuf) {
    let place = Place::new(made, database, "private_key_file = \"provider.pem\"");
    let config = place.site.config(0);
    let checked = scopegate(["config", "check", "--config", config.to_str().unwrap()]).ok();
    let (_, key) = checked.out.split_once("register: public key ").unwrap();
    let key: Value = serde_json::from_str(key.lines().next().unwrap()).unwrap();
    assert_eq!(key["kty"], "EC");
    let told = of_the_page("text")
        .replace("https://login.example.com", &place.base)
        .replace(
            "https://sso.example.com/realms/main",
            &format!("http://127.0.0.1:{}", place.port),
        );
    for line in told.lines() {
        assert!(checked.out.contains(line), "{line}: {}", checked.out);
    }
    let jwks = place.site.at("provider.jwks");
    std::fs::write(&jwks, json!({ "keys": [key] }).to_string()).unwrap();
    (place, jwks)
}

#[tokio::test(flavor = "multi_thread")]
async fn npm_oidc_provider_9_by_key_on_postgresql() {
    let database = TestPostgres::shared().await.fresh_database().await;
    let (place, jwks) = by_key(Made::Npm(9), Some(&database.url()));
    whole_way(place, Some(jwks)).await;
}

/// It holds PKCE, redirect URI, the client's assertion and `jti` to what they have to be, and signs UserInfo.
#[tokio::test(flavor = "multi_thread")]
async fn pypi_idpyoidc_by_key() {
    let (place, jwks) = by_key(Made::Python, None);
    whole_way(place, Some(jwks)).await;
}

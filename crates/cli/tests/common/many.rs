//! A server of an API with five hundred scopes, an app that may have all of them, and a person who
//! has every right.

use std::net::TcpListener;

use reqwest::Url;
use reqwest::blocking::{Client, Response};

use super::play::{CHALLENGE, REDIRECT_URI, VERIFIER};
use super::site::{App, Node, PASSWORD, Site, USER};
use serde_json::Value;

const REALM: &str = "many";
/// Each has a scope to read and one to write.
const RESOURCES: usize = 250;

pub struct Many {
    pub site: Site,
    pub app: App,
    pub node: Node,
    /// Where people reach it: the issuer begins with it.
    pub base: String,
}

impl Many {
    /// Behind a proxy at that port of this machine, or at a port of its own.
    pub fn start(outside: Option<u16>) -> Self {
        Self::of(&catalog(), outside)
    }

    /// With this catalog instead, whose id is the same.
    pub fn of(catalog: &str, outside: Option<u16>) -> Self {
        let [inside] = free_ports();
        let base = format!("http://127.0.0.1:{}", outside.unwrap_or(inside));
        let configuration = format!(
            "listen = \"127.0.0.1:{inside}\"\nbase_url = \"{base}\"\ndatabase = \"many.db\"\n\
             trusted_proxies = [\"127.0.0.1/32\"]\n[[realm]]\ncatalog = \"many.toml\"\nsandbox = true\n"
        );
        let inside = format!("http://127.0.0.1:{inside}");
        let site = Site::with(&[configuration], vec![inside]);
        std::fs::write(site.at("many.toml"), catalog).unwrap();
        site.manage(&["migrate"]).ok();
        site.manage(&["organisation", "add", REALM, "firma", "--name", "Firma"])
            .ok();
        let user = ["user", "add", REALM, USER, "--name", "Eva"];
        site.manage_with_input(&user, &format!("{PASSWORD}\n")).ok();
        let member = ["organisation", "member", REALM, "firma", USER];
        site.manage(&[&member[..], &["--role", "owner"]].concat())
            .ok();
        let about = ["client", "add", REALM, "all", "--name", "All", "--maker"];
        let may = ["Us", "--scope", "*", "--redirect-uri"];
        let uri = ["http://127.0.0.1/callback"];
        let said = site.manage(&[&about[..], &may, &uri].concat()).ok().out;
        let app = App {
            id: "all".to_owned(),
            secret: said.split_whitespace().last().unwrap().to_owned(),
        };
        Self {
            node: site.start(0),
            site,
            app,
            base,
        }
    }

    pub fn authorize(&self) -> String {
        format!("{}/{REALM}/oauth/authorize", self.base)
    }

    /// A request for the first scopes of the catalog.
    pub fn request(&self, scopes: usize) -> Vec<(&'static str, String)> {
        self.request_for(&names().take(scopes).collect::<Vec<_>>())
    }

    /// A request for these scopes.
    pub fn request_for(&self, scope: &[String]) -> Vec<(&'static str, String)> {
        vec![
            ("response_type", "code".to_owned()),
            ("client_id", self.app.id.clone()),
            ("redirect_uri", REDIRECT_URI.to_owned()),
            ("scope", scope.join(" ")),
            ("state", "kept".to_owned()),
            ("code_challenge", CHALLENGE.to_owned()),
            ("code_challenge_method", "S256".to_owned()),
        ]
    }

    /// The token response for the code in a redirect to the app.
    pub fn redeem(&self, browser: &Client, redirect: &Url) -> Value {
        let code = redirect.query_pairs().find(|(name, _)| name == "code");
        let code = code.unwrap_or_else(|| panic!("{redirect}")).1.into_owned();
        self.token(
            browser,
            &[
                ("grant_type", "authorization_code"),
                ("code", &code),
                ("redirect_uri", REDIRECT_URI),
                ("code_verifier", VERIFIER),
            ],
        )
    }

    /// What the token endpoint answers; the token is for the sandbox.
    pub fn token(&self, browser: &Client, form: &[(&str, &str)]) -> Value {
        let sandbox = format!("{}/{REALM}/api", self.base);
        let answer = browser
            .post(format!("{}/{REALM}/oauth/token", self.base))
            .basic_auth(&self.app.id, Some(&self.app.secret))
            .form(&[form, &[("resource", &sandbox)]].concat())
            .send()
            .unwrap();
        let status = answer.status();
        let text = answer.text().unwrap();
        assert_eq!(status, 200, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    /// A call of the API with an access token.
    pub fn call(&self, browser: &Client, path: &str, token: &str) -> Response {
        let url = format!("{}/{REALM}/api{path}", self.base);
        browser.get(url).bearer_auth(token).send().unwrap()
    }
}

/// The names of the scopes in catalog order, 30 bytes each or one more.
fn names() -> impl Iterator<Item = String> {
    (0..RESOURCES).flat_map(|number| ["read", "write"].map(|action| name(number, action)))
}

fn name(number: usize, action: &str) -> String {
    format!("records-of-some-kind-{number:03}:{action}")
}

fn catalog() -> String {
    let title = "title = { en = \"Some\" }\n";
    let description = "description = { en = \"Some of it.\" }\n";
    let mut text = head();
    for number in 0..RESOURCES {
        let resource = format!("records-of-some-kind-{number:03}");
        text += &format!("[resources.{resource}]\ntitle = {{ en = \"Kind {number}\" }}\n");
        for action in ["read", "write"] {
            text += &format!("[resources.{resource}.{action}]\n{title}{description}");
        }
        text += &format!(
            "[[endpoints]]\npath = \"/kind-{number}\"\nget = \"{resource}:read\"\n\
             post = \"{resource}:write\"\n"
        );
    }
    text
}

/// The beginning of a catalog: all but its resources and endpoints. It has the actions to read and
/// to write.
pub fn head() -> String {
    let title = "title = { en = \"Some\" }\n";
    let description = "description = { en = \"Some of it.\" }\n";
    format!(
        "id = \"{REALM}\"\nversion = \"1\"\nlanguages = [\"en\"]\n{title}summary = {{ en = \"Many.\" }}\n\
         scope_pattern = \"{{resource}}:{{action}}\"\n[consent]\ndecline = \"any\"\n\
         [grant]\nbound_to = \"user\"\nreducible = true\n[token]\ncode_ttl = \"60s\"\n\
         access_ttl = \"1h\"\nrefresh_ttl = \"14d\"\n[actions.read]\n{title}access = \"read\"\n\
         [actions.write]\n{title}access = \"write\"\n\
         [client_kinds.app]\n{title}{description}\
         grant_types = [\"authorization_code\", \"refresh_token\"]\n\
         [roles.owner]\n{title}rights = [\"*\"]\n"
    )
}

/// All are taken at once, so that no port comes twice.
pub fn free_ports<const COUNT: usize>() -> [u16; COUNT] {
    let taken = [(); COUNT].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    taken.map(|listener| listener.local_addr().unwrap().port())
}

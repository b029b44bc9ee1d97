//! `scopegate key revoke` beside running servers: what a stolen key made stops working
//! everywhere, and apps go on.

use crate::common::person;
use crate::common::play::{REDIRECT_URI, VERIFIER, text};
use crate::common::site::{App, Node, PASSWORD, SCOPE, Site, USER};
use reqwest::blocking::Client;
use serde_json::Value;
use storage::conformance::postgres_server::TestPostgres;

#[test]
fn a_stolen_key_is_revoked_on_sqlite() {
    revoke_both(&Site::new(2, "own.sqlite"));
}

#[test]
fn a_stolen_key_is_revoked_on_postgresql() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let database = runtime.block_on(async {
        let postgres = TestPostgres::shared().await;
        postgres.fresh_database().await
    });
    revoke_both(&Site::new(2, &database.url()));
}

fn revoke_both(site: &Site) {
    site.settle(1);
    let _nodes: Vec<Node> = (0..2).map(|node| site.start(node)).collect();
    for (format, made) in [("jwt", "signs"), ("opaque", "seals")] {
        let app = app(site, format);
        let http = person::browser();
        let tokens = tokens(site, &http, &app);
        let token = text(&tokens["access_token"]);
        assert_eq!(statuses(site, &http, &token), [200, 200]);
        let key = current(site, made);

        // Asked without being told to do it, it says what would happen and does nothing.
        let command = ["key", "revoke", "bexio", &key];
        let asked = site.manage(&command);
        assert_eq!(asked.code, 1, "{asked:?}");
        for told in ["nothing done", &key, "refresh", "--yes"] {
            assert!(asked.out.contains(told), "{told}: {asked:?}");
        }
        assert_eq!(statuses(site, &http, &token), [200, 200]);

        let said = site.manage(&[&command[..], &["--yes"]].concat()).ok().out;
        assert!(
            said.contains("is revoked") && said.contains("used since"),
            "{said}"
        );
        assert_eq!(statuses(site, &http, &token), [401, 401], "{made}");
        assert_ne!(current(site, made), key);
        for base in &site.bases {
            let jwks = http.get(format!("{base}/bexio/oauth/jwks")).send();
            let jwks = jwks.unwrap().text().unwrap();
            assert!(jwks.contains("kid") && !jwks.contains(&key), "{jwks}");
        }

        // The grant stands: the app goes on without its person.
        let refresh = text(&tokens["refresh_token"]);
        let sandbox = format!("{}/bexio/api", site.bases[0]);
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", &refresh),
            ("resource", &sandbox),
        ];
        let refreshed = token_request(site, &http, &app, &fields);
        let token = text(&refreshed["access_token"]);
        assert_eq!(statuses(site, &http, &token), [200, 200]);

        site.manage(&[&command[..], &["--yes"]].concat()).wrong(&[
            "no key",
            &key,
            "key list bexio",
        ]);
    }
}

fn app(site: &Site, format: &str) -> App {
    let about = [
        "client", "add", "bexio", format, "--name", "A", "--maker", "B",
    ];
    let may = [
        "--redirect-uri",
        "http://127.0.0.1/callback",
        "--scope",
        SCOPE,
    ];
    let tokens = ["--token-format", format];
    let said = site.manage(&[&about[..], &may, &tokens].concat()).ok().out;
    App {
        id: format.to_owned(),
        secret: said.split_whitespace().last().unwrap().to_owned(),
    }
}

fn tokens(site: &Site, http: &Client, app: &App) -> Value {
    let base = &site.bases[0];
    let url = app.authorization_url(&format!("{base}/bexio"), SCOPE);
    let back = person::walk(http, url, base, USER, PASSWORD, &[]).unwrap();
    let code = back.query_pairs().find(|(name, _)| name == "code");
    let (_, code) = code.unwrap_or_else(|| panic!("no code in {back}"));
    let sandbox = format!("{base}/bexio/api");
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", VERIFIER),
        ("resource", &sandbox),
    ];
    token_request(site, http, app, &fields)
}

fn token_request(site: &Site, http: &Client, app: &App, fields: &[(&str, &str)]) -> Value {
    let request = http
        .post(format!("{}/bexio/oauth/token", site.bases[0]))
        .basic_auth(&app.id, Some(&app.secret))
        .form(fields);
    let answer: Value = request.send().unwrap().json().unwrap();
    assert!(answer["access_token"].is_string(), "{answer}");
    answer
}

/// What each node answers to a call of the API.
fn statuses(site: &Site, http: &Client, token: &str) -> Vec<u16> {
    let call = |base: &String| {
        let call = http.get(format!("{base}/bexio/api/2.0/contact"));
        call.bearer_auth(token).send().unwrap().status().as_u16()
    };
    site.bases.iter().map(call).collect()
}

/// The id of the key that is in use for this.
fn current(site: &Site, made: &str) -> String {
    let listed = site.manage(&["key", "list", "bexio"]).ok().out;
    let line = listed
        .lines()
        .find(|line| line.contains(made) && line.contains("used since"));
    line.unwrap().split(':').next().unwrap().to_owned()
}

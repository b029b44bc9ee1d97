//! `docs/at-the-root.md`: apps that were written for another server, and people, do not notice.

use std::path::{Path, PathBuf};
use std::process::Command;

use reqwest::Url;
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use storage::conformance::postgres_server::TestPostgres;

use super::chrome::{Browser, Settings, in_browser};
use crate::common::many::free_ports;
use crate::common::page::block;
use crate::common::play::{REDIRECT_URI, VERIFIER};
use crate::common::site::{App, ORGANISATION, PASSWORD, SCOPE, Site, USER};
use crate::common::{Running, person};

const PAGE: &str = "docs/at-the-root.md";

/// The realm of the page, at a server of its own, with the lines of its configuration: on SQLite, or on another database
/// by its URL.
fn site(lines: &str, database: Option<&str>) -> Site {
    let [port] = free_ports();
    let base = format!("http://127.0.0.1:{port}");
    let database = database.unwrap_or("root.sqlite");
    let text = format!(
        "listen = \"127.0.0.1:{port}\"\nbase_url = \"{base}\"\ndatabase = \"{database}\"\n\
         [[realm]]\ncatalog = \"bexio\"\nsandbox = true\n{lines}"
    );
    Site::with(&[text], vec![base])
}

/// What the page writes into a `[[realm]]`, behind its catalog.
fn old_names() -> String {
    let text = block(PAGE, "## Endpoints named as before", "toml");
    let (_, lines) = text.split_once("issuer_path").unwrap();
    format!("issuer_path{lines}")
}

fn secret(site: &Site, arguments: &[&str]) -> String {
    let said = site.manage(arguments).ok().out;
    said.split_whitespace().last().unwrap().to_owned()
}

fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().unwrap()
}

/// What a judge has to know of the one realm, as `/demo.json` of a demo tells it.
fn told(site: &Site, apps: &[App]) -> Value {
    let add = ["client", "add", "bexio"];
    let about = ["--name", "Any", "--maker", "Us"];
    let robot = [
        "robot",
        "--kind",
        "machine",
        "--scope",
        "contact_show",
        "--organisation",
        ORGANISATION,
    ];
    let robot = secret(site, &[&add[..], &robot, &about].concat());
    let native = [
        "native",
        "--public",
        "--redirect-uri",
        REDIRECT_URI,
        "--scope",
        "contact_show",
    ];
    site.manage(&[&add[..], &native, &about].concat()).ok();
    let api = secret(
        site,
        &[&add[..], &["api", "--introspector"], &about].concat(),
    );
    let client = |id: &str, secret: Option<&str>, scope: &str| json!({ "client_id": id, "client_secret": secret, "registered_scope": scope });
    json!({ "realms": { "bexio": {
        "issuer": site.bases[0],
        "clients": [
            client(&apps[0].id, Some(&apps[0].secret), SCOPE),
            client("native", None, "contact_show"),
            client("robot", Some(&robot), "contact_show"),
        ],
        "users": [{
            "username": USER,
            "password": PASSWORD,
            "organisations": [{ "id": ORGANISATION, "name": "Firma" }],
        }],
        "introspector": { "client_id": "api", "client_secret": api },
    } } })
}

fn judge(program: &Path, script: &str, base: &str, told: &Path) {
    let output = Command::new(program)
        .arg(root().join(script))
        .arg(base)
        .arg(told)
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}; ./test installs it", program.display()));
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{said}");
    assert!(
        output.status.success() && said.contains(" passed, 0 failed"),
        "{script}:\n{said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Both read the metadata of the issuer at the root; the first holds it against what an app has in its settings.
#[test]
fn independent_clients_get_along_with_endpoints_named_as_before() {
    let site = site(&old_names(), None);
    let apps = site.settle(1);
    let _node = site.start(0);
    let base = &site.bases[0];
    let mut told = told(&site, &apps);
    told["plays"] = json!({ "bexio": {
        "client": apps[0].id, "user": USER, "organisation": "Firma",
        "ask": SCOPE, "strike": "task_show", "granted": "general contact_show contact_edit",
        "machine": { "client": "robot", "ask": "contact_show task_show", "granted": "general contact_show", "withheld": "task_show" },
        "settings": {
            "authorization_endpoint": format!("{base}/oauth/authorize"),
            "token_endpoint": format!("{base}/oauth2/token"),
            "introspection_endpoint": format!("{base}/oauth2/introspect"),
            "revocation_endpoint": format!("{base}/oauth2/revoke"),
            "jwks_uri": format!("{base}/oauth2/certs"),
        },
    } });
    let file = site.at("told.json");
    std::fs::write(&file, told.to_string()).unwrap();
    judge(
        Path::new("node"),
        "tests/judges/oauth4webapi/judge.mjs",
        base,
        &file,
    );
    told["plays"] = json!({ "bexio": [
        apps[0].id, USER, SCOPE, "task_show", ["general", "contact_show", "contact_edit"], null, "robot", "contact_show",
    ] });
    std::fs::write(&file, told.to_string()).unwrap();
    let python = root().join("target/judges/venv/bin/python");
    judge(&python, "tests/judges/authlib/judge.py", base, &file);
}

/// A person in a real browser, and an app that has addresses in its settings and reads nothing.
async fn lets_the_app_in(
    browser: Browser,
    app: App,
    base: String,
    endpoint: String,
    below: String,
) {
    let mut url = app.authorization_url(&base, SCOPE);
    url.set_path(&endpoint);
    browser.go(url.as_str()).await;
    assert_eq!(browser.path().await, format!("{below}/login"));
    browser.fill("username", USER).await;
    browser.fill("password", PASSWORD).await;
    browser.follow("//button[.='Sign in']").await;
    assert_eq!(browser.path().await, format!("{below}/consent"));
    // In the other language and back, as it was.
    browser.follow("//a[@lang='de']").await;
    browser.find("//html[@lang='de']").await;
    browser.follow("//a[@lang='en']").await;
    let style = "getComputedStyle(document.querySelector('main')).maxWidth === '640px' ? 1 : 0";
    assert!(
        (browser.measure(style).await - 1.0).abs() < f64::EPSILON,
        "no stylesheet"
    );
    browser
        .find("//button[@value='allow']")
        .await
        .click()
        .await
        .unwrap();
    // Nobody listens there.
    let code = loop {
        let at = browser.0.current_url().await.unwrap();
        if at.path() == "/callback" {
            break at;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    let value = |name: &str| {
        let mut pairs = code.query_pairs();
        pairs
            .find_map(|(key, value)| (key == name).then(|| value.into_owned()))
            .unwrap()
    };
    assert_eq!(value("iss"), format!("{base}{below}"));
    browser.go(&format!("{base}{below}/account")).await;
    browser.find("//h2[.='app-0']").await;
    browser.follow("//a[contains(., 'Remove')]").await;
    browser
        .follow("//form//button[contains(@class, 'loss')]")
        .await;
    assert_eq!(browser.path().await, format!("{below}/account"));
    browser.follow("//button[.='Sign out']").await;
    assert_eq!(browser.path().await, format!("{below}/login"));
    // The account is the app's way out, and the code it had is nothing any more.
    assert!(!value("code").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_notices_nothing_but_the_address() {
    let outside =
        "issuer_path = \"/account/v2\"\n[realm.endpoints]\nauthorize = \"/connect/authorize\"\n";
    let postgres = TestPostgres::shared().await.fresh_database().await;
    let other = postgres.url();
    for (lines, database, endpoint, below) in [
        (old_names(), None, "/oauth/authorize", ""),
        (old_names(), Some(other), "/oauth/authorize", ""),
        (
            "issuer_path = \"/oauth2\"\n".to_owned(),
            None,
            "/oauth2/oauth/authorize",
            "/oauth2",
        ),
        (
            outside.to_owned(),
            None,
            "/connect/authorize",
            "/account/v2",
        ),
    ] {
        let started = tokio::task::spawn_blocking(move || {
            let site = site(&lines, database.as_deref());
            let apps = site.settle(1);
            let node = site.start(0);
            (site, apps, node)
        });
        let (site, apps, node) = started.await.unwrap();
        let (app, base) = (apps[0].clone(), site.bases[0].clone());
        let (endpoint, below) = (endpoint.to_owned(), below.to_owned());
        in_browser(Settings::default(), |browser| {
            lets_the_app_in(browser, app, base, endpoint, below)
        })
        .await;
        tokio::task::spawn_blocking(move || drop((site, node)))
            .await
            .unwrap();
    }
}

/// The whole exchange by the old names alone, and what is at the names that every realm has.
#[test]
fn an_app_that_reads_no_metadata_goes_on() {
    goes_on_without_metadata(None);
}

#[test]
fn an_app_that_reads_no_metadata_goes_on_on_postgresql() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let database = runtime.block_on(async {
        let postgres = TestPostgres::shared().await;
        postgres.fresh_database().await
    });
    goes_on_without_metadata(Some(&database.url()));
}

fn goes_on_without_metadata(database: Option<&str>) {
    let site = site(&old_names(), database);
    let app = site.settle(1).remove(0);
    let _node = site.start(0);
    let base = &site.bases[0];
    let url = app.authorization_url(base, SCOPE);
    let back = person::consent(url, USER, PASSWORD, &[]);
    let mut pairs = back.query_pairs();
    let code = pairs.find_map(|(key, value)| (key == "code").then(|| value.into_owned()));
    let client = reqwest::blocking::Client::builder()
        .redirect(Policy::none())
        .build()
        .unwrap();
    let exchange = |path: &str| {
        client
            .post(format!("{base}{path}"))
            .basic_auth(&app.id, Some(&app.secret))
            .form(&[
                ("grant_type", "authorization_code"),
                ("code", code.as_deref().unwrap()),
                ("redirect_uri", REDIRECT_URI),
                ("code_verifier", VERIFIER),
            ])
            .send()
            .unwrap()
    };
    for elsewhere in ["/oauth/token", "/bexio/oauth/token", "/oauth2/token/"] {
        assert_eq!(exchange(elsewhere).status(), 404, "{elsewhere}");
    }
    let tokens: Value = exchange("/oauth2/token").json().unwrap();
    assert!(tokens["access_token"].is_string(), "{tokens}");
    let url = Url::parse(&format!("{base}/oauth2/certs")).unwrap();
    let keys: Value = client.get(url).send().unwrap().json().unwrap();
    assert!(keys["keys"].is_array(), "{keys}");
}

/// `scopegate gate run` beside a server whose issuer does not end in the realm's name, and whose introspection has
/// another one.
#[test]
fn a_gate_in_a_process_of_its_own_finds_the_server() {
    let api = "https://api.example.com";
    let lines = format!("{}\n[[realm.api]]\nurl = \"{api}\"\n", old_names());
    let site = site(&lines, None);
    site.settle(1);
    let add = |id: &str, more: &[&str]| {
        let about = ["client", "add", "bexio", id, "--name", id, "--maker", "Us"];
        secret(&site, &[&about[..], &["--kind", "machine"], more].concat())
    };
    let robot = ["--scope", "contact_show", "--organisation", ORGANISATION];
    let robot = add("robot", &robot);
    let own = add("gate", &["--introspector"]);
    let _node = site.start(0);
    let base = &site.bases[0];
    let [port] = free_ports();
    let file = site.at("gate.toml");
    std::fs::write(site.at("gate-secret"), &own).unwrap();
    let text = format!(
        "issuer = \"{base}\"\nrealm = \"bexio\"\nclient = \"gate\"\nsecret_file = \"gate-secret\"\n\
         listen = \"127.0.0.1:{port}\"\ndeny_after = \"5s\"\n"
    );
    std::fs::write(&file, &text).unwrap();
    let _gate = Running::start(["gate", "run", "--config", file.to_str().unwrap()]);
    let client = person::browser();
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", "contact_show"),
    ];
    let tokens = client.post(format!("{base}/oauth2/token")).form(&form);
    let tokens: Value = tokens
        .basic_auth("robot", Some(&robot))
        .send()
        .unwrap()
        .json()
        .unwrap();
    let ask = |token: &str| {
        let question = json!({ "method": "GET", "target": "/2.0/contact", "token": token });
        let asked = client
            .post(format!("http://127.0.0.1:{port}/bexio/decide"))
            .header("content-type", "application/json")
            .body(question.to_string())
            .basic_auth("gate", Some(&own));
        let answer: Value = asked.send().unwrap().json().unwrap();
        answer
    };
    let allowed = ask(tokens["access_token"].as_str().unwrap());
    assert_eq!(allowed["decision"], "permit", "{allowed}");
    let denied = ask("sg_at_nothing");
    assert_eq!(denied["decision"], "deny", "{denied}");
    assert!(
        denied.to_string().contains(&format!("{base}/errors/")),
        "{denied}"
    );

    // Without the realm's name, it is asked for.
    std::fs::write(&file, text.replace("realm = \"bexio\"\n", "")).unwrap();
    let said = crate::common::scopegate(["gate", "run", "--config", file.to_str().unwrap()]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.err.contains("realm = \"orders\""), "{said:?}");
}

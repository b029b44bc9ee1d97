//! `scopegate serve`: a server from a configuration file, and what is wrong with one.

use std::path::PathBuf;

use crate::common::{Ran, Running, person, raise_schema, root, scopegate, scopegate_with_input};
use serde_json::Value;
use tempfile::TempDir;

/// A folder with a configuration file.
struct Site {
    folder: TempDir,
}

impl Site {
    fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("scopegate.toml"), text).unwrap();
        Self { folder }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, command: &[&str]) -> Ran {
        self.run_with_input(command, "")
    }

    fn run_with_input(&self, command: &[&str], input: &str) -> Ran {
        let config = self.at("scopegate.toml");
        let config = ["--config", config.to_str().unwrap()];
        scopegate_with_input([command, &config].concat(), input)
    }
}

const MINIMAL: &str =
    "listen = \"127.0.0.1:0\"\nbase_url = \"http://127.0.0.1:1\"\ndatabase = \"own.sqlite\"\n";

fn with_realm(catalog: &str) -> String {
    format!("{MINIMAL}[[realm]]\ncatalog = \"{catalog}\"\n")
}

#[test]
fn it_serves_the_realms_of_its_file() {
    let site = Site::new("");
    // The issuer must be where people reach the server: take a free port first.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let base = format!("http://127.0.0.1:{port}");
    let config = format!(
        "listen = \"127.0.0.1:{port}\"\nbase_url = \"{base}\"\ndatabase = \"own.sqlite\"\n         [[realm]]\ncatalog = \"bexio\"\n[[realm]]\ncatalog = \"mine.toml\"\nunknown_scope = \"reject\"\n"
    );
    std::fs::write(site.at("scopegate.toml"), config).unwrap();
    let bokio = std::fs::read_to_string(root().join("catalogs/bokio.toml")).unwrap();
    let mine = bokio.replacen("id = \"bokio\"", "id = \"mine\"", 1);
    assert_ne!(mine, bokio);
    std::fs::write(site.at("mine.toml"), mine).unwrap();

    let config = site.at("scopegate.toml");
    let server = Running::start(["serve", "--config", config.to_str().unwrap()]);
    assert_eq!(server.base, base);
    let http = person::browser();
    for realm in ["bexio", "mine"] {
        let url = format!("{base}/.well-known/oauth-authorization-server/{realm}");
        let found: Value = http.get(url).send().unwrap().json().unwrap();
        assert_eq!(found["issuer"], format!("{base}/{realm}"));
    }
    let status = |path: &str| {
        http.get(format!("{base}{path}"))
            .send()
            .unwrap()
            .status()
            .as_u16()
    };
    assert_eq!(status("/.well-known/oauth-authorization-server/bokio"), 404);
    // What belongs to the demo is not there.
    assert_eq!((status("/demo.json"), status("/play/bexio")), (404, 404));
    assert!(
        site.at("own.sqlite").exists(),
        "the database lies beside the configuration"
    );

    // And it is managed through the same file.
    site.run(&["organisation", "add", "mine", "firma", "--name", "Firma"])
        .ok();
    site.run_with_input(
        &["user", "add", "mine", "eva", "--name", "Eva"],
        "a good password\n",
    )
    .ok();
    let said = site.run(&[
        "client",
        "add",
        "mine",
        "robot",
        "--name",
        "Robot",
        "--maker",
        "Firma",
        "--kind",
        "private-integration",
        "--organisation",
        "firma",
        "--scope",
        "sie:read invoices:read",
    ]);
    let said = said.ok().out;
    let secret = said.split_whitespace().last().unwrap();
    let ask = |scope: &str| -> Value {
        let answer = http
            .post(format!("{base}/mine/oauth/token"))
            .basic_auth("robot", Some(secret))
            .form(&[("grant_type", "client_credentials"), ("scope", scope)])
            .send();
        answer.unwrap().json().unwrap()
    };
    let answer = ask("sie:read");
    assert_eq!(answer["scope"], "sie:read", "{answer}");
    // The realm refuses what another would withhold.
    let answer = ask("sie:read customers:read");
    assert_eq!(answer["error"], "invalid_scope", "{answer}");
}

#[test]
fn an_unknown_key_is_named_with_its_line() {
    let site = Site::new(&format!(
        "# mine\n{}colour = \"red\"\n",
        with_realm("bexio")
    ));
    site.run(&["serve"])
        .wrong(&["scopegate.toml", "colour", "7"]);
    let site = Site::new(&format!("tls = true\n{}", with_realm("bexio")));
    site.run(&["serve"])
        .wrong(&["scopegate.toml", "tls", "1", "listen"]);
}

#[test]
fn what_is_missing_is_named() {
    Site::new("listen = \"127.0.0.1:0\"\n")
        .run(&["serve"])
        .wrong(&["base_url"]);
    Site::new(MINIMAL).run(&["serve"]).wrong(&["realm"]);
    Site::new(&format!("realm = []\n{MINIMAL}"))
        .run(&["serve"])
        .wrong(&["[[realm]]"]);
    Site::new(&format!("{MINIMAL}[[realm]]\n"))
        .run(&["serve"])
        .wrong(&["catalog"]);
    Site::new(&with_realm("acme"))
        .run(&["serve"])
        .wrong(&["acme", "bexio"]);
    let none = Site::new("");
    std::fs::remove_file(none.at("scopegate.toml")).unwrap();
    none.run(&["serve"]).wrong(&["scopegate.toml", "--config"]);
    Site::new("listen = ").run(&["serve"]).wrong(&["line 1"]);
    Site::new(&with_realm("bexio").replace("127.0.0.1:0", "everywhere"))
        .run(&["serve"])
        .wrong(&["listen", "everywhere"]);
}

#[test]
fn a_mistaken_catalog_is_not_served() {
    let site = Site::new(&with_realm("mine.toml"));
    std::fs::write(site.at("mine.toml"), "id = \"mine\"\ncolour = 1\n").unwrap();
    site.run(&["serve"]).wrong(&["mine.toml", "colour"]);
}

#[test]
fn a_base_url_must_be_one_and_a_realm_unlike_the_others() {
    for wrong in [
        "login.example.com",
        "https://login.example.com/?a=b",
        "ftp://a.example",
        "",
    ] {
        let site = Site::new(&with_realm("bexio").replace("http://127.0.0.1:1", wrong));
        site.run(&["serve"]).wrong(&["base URL"]);
    }
    let site = Site::new(&format!(
        "{}[[realm]]\ncatalog = \"bexio\"\n",
        with_realm("bexio")
    ));
    site.run(&["serve"]).wrong(&["two catalogs", "bexio"]);
}

#[test]
fn a_taken_port_is_said() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let site = Site::new(&with_realm("bexio").replace("127.0.0.1:0", &address));
    site.run(&["serve"]).wrong(&[&address, "choose another"]);
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let site = Site::new(&with_realm("bexio"));
    let letter = "Dear reader, this is a letter and not a database. ".repeat(100);
    std::fs::write(site.at("own.sqlite"), &letter).unwrap();
    site.run(&["serve"])
        .wrong(&["own.sqlite", "not a database"]);
    site.run(&["client", "list", "bexio"])
        .wrong(&["own.sqlite", "not a database"]);
    assert_eq!(
        std::fs::read_to_string(site.at("own.sqlite")).unwrap(),
        letter
    );

    let folder = Site::new(&with_realm("bexio"));
    std::fs::create_dir(folder.at("own.sqlite")).unwrap();
    folder.run(&["serve"]).wrong(&["own.sqlite"]);
    let nowhere = Site::new(&with_realm("bexio").replace("own.sqlite", "not/there/own.sqlite"));
    nowhere.run(&["serve"]).wrong(&["own.sqlite"]);
}

#[test]
fn a_newer_database_is_left_alone() {
    let site = Site::new(&with_realm("bexio"));
    site.run(&["migrate"]).ok();
    raise_schema(&site.at("own.sqlite"));
    site.run(&["serve"])
        .wrong(&["schema 9999", "newer scopegate"]);
    site.run(&["client", "list", "bexio"])
        .wrong(&["schema 9999", "newer scopegate"]);
}

#[test]
fn usage_is_told() {
    scopegate(["serve", "--port", "80"]).wrong(&["--port", "Usage"]);
}

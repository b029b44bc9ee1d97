//! `scopegate key`, and a server whose keys are wrapped.

use std::path::PathBuf;

use crate::common::{Ran, Running, RunningDemo, person, scopegate};
use serde_json::Value;
use tempfile::TempDir;

const ONE: &str = "1111111111111111111111111111111111111111111111111111111111111111";
const TWO: &str = "2222222222222222222222222222222222222222222222222222222222222222";

/// A server's folder: its configuration, its database and its master keys.
struct Site(TempDir);

impl Site {
    fn new(keys: &str) -> Self {
        let site = Self(tempfile::tempdir().unwrap());
        site.configure(keys);
        site
    }

    fn configure(&self, keys: &str) {
        let text = format!(
            "listen = \"127.0.0.1:0\"\nbase_url = \"http://127.0.0.1:1\"\n\
             database = \"own.sqlite\"\n{keys}\n[[realm]]\ncatalog = \"bexio\"\n"
        );
        std::fs::write(self.at("scopegate.toml"), text).unwrap();
    }

    fn masters(&self, keys: &[&str]) {
        std::fs::write(self.at("masters"), keys.join("\n")).unwrap();
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, command: &[&str]) -> Ran {
        let config = self.at("scopegate.toml");
        scopegate([command, &["--config", config.to_str().unwrap()]].concat())
    }

    /// Starts the server, and ends it when it is ready.
    fn serve_once(&self) {
        let config = self.at("scopegate.toml");
        drop(Running::start([
            "serve",
            "--config",
            config.to_str().unwrap(),
        ]));
    }

    fn list(&self) -> Vec<String> {
        let said = self.run(&["key", "list", "bexio"]).ok().out;
        said.lines().map(str::to_owned).collect()
    }
}

const WITH_MASTER: &str = "[keys]\nmaster_key_file = \"masters\"";

#[test]
fn keys_are_listed_and_replaced_on_a_running_server() {
    let demo = RunningDemo::start();
    let listed = demo.manage(&["key", "list", "bexio"]).ok().out;
    assert_eq!(listed.lines().count(), 2, "{listed}");
    assert!(listed.contains("signs ES256, used since") && listed.contains("in the clear"));
    let published = || -> Vec<String> {
        let url = format!("{}/bexio/oauth/jwks", demo.base);
        let keys: Value = person::browser().get(url).send().unwrap().json().unwrap();
        let keys = keys["keys"].as_array().unwrap().clone();
        keys.iter()
            .map(|key| key["kid"].as_str().unwrap().to_owned())
            .collect()
    };
    let before = published();
    let said = demo
        .manage(&["key", "rotate", "bexio", "--purpose", "sign"])
        .ok()
        .out;
    assert!(said.contains("published, used from"), "{said}");
    assert_eq!(said.lines().count(), 1);
    let kid = said.split(':').next().unwrap().to_owned();
    let after = published();
    assert!(
        after.contains(&kid) && after.contains(&before[0]),
        "{after:?}"
    );
    // At once, and both.
    let said = demo.manage(&["key", "rotate", "bexio", "--now"]).ok().out;
    assert_eq!(said.matches("used since").count(), 2, "{said}");
    let listed = demo.manage(&["key", "list", "bexio"]).ok().out;
    let current = |line: &&str| !line.contains("retired") && !line.contains("until");
    assert_eq!(listed.lines().filter(current).count(), 2, "{listed}");
    demo.manage(&["key", "rotate", "nowhere"])
        .wrong(&["nowhere", "bexio"]);
    demo.manage(&["key", "seal"])
        .wrong(&["no master key", "SCOPEGATE_MASTER_KEY"]);
}

#[test]
fn keys_are_wrapped_and_their_master_key_is_changed() {
    let site = Site::new("");
    site.run(&["migrate"]).ok();
    assert!(
        site.run(&["key", "list", "bexio"])
            .ok()
            .out
            .contains("no keys yet")
    );
    site.serve_once();
    assert!(
        site.list()
            .iter()
            .all(|line| line.ends_with("in the clear"))
    );

    site.configure(WITH_MASTER);
    site.masters(&[ONE]);
    site.run(&["config", "check"]).ok();
    // Nobody but the operator can tell whose keys these are.
    for command in [&["serve"][..], &["key", "rotate", "bexio"]] {
        site.run(command)
            .wrong(&["bexio", "in the clear", "scopegate key seal"]);
    }
    let said = site.run(&["key", "seal"]).ok().out;
    assert!(said.starts_with("2 keys changed"), "{said}");
    assert!(said.contains("These lay in the clear: "), "{said}");
    let first = site.list();
    assert!(
        first
            .iter()
            .all(|line| line.contains("wrapped by master key"))
    );
    site.serve_once();

    // Without it, or with another, nothing starts and nothing is made.
    site.masters(&[TWO]);
    site.run(&["serve"])
        .wrong(&["bexio", "was not given", "SCOPEGATE_MASTER_KEY"]);
    site.run(&["key", "rotate", "bexio"])
        .wrong(&["was not given"]);
    site.run(&["key", "seal"]).wrong(&["was not given"]);
    site.configure("");
    site.run(&["serve"])
        .wrong(&["bexio", "was not given", "given: none"]);
    assert_eq!(site.list(), first);

    site.configure(WITH_MASTER);
    site.masters(&[TWO, ONE]);
    let said = site.run(&["key", "seal"]).ok().out;
    assert!(said.starts_with("2 keys changed"), "{said}");
    assert!(!said.contains("in the clear"), "{said}");
    site.masters(&[TWO]);
    site.serve_once();
    assert_ne!(site.list(), first);
}

#[test]
fn a_wrong_keys_table_is_said() {
    let site = Site::new("[keys]\nalgorithm = \"HS256\"\nrotate_signing_every = \"5m\"");
    let said = site.run(&["config", "check"]).out;
    for word in ["HS256", "RS256", "an hour at least"] {
        assert!(said.contains(word), "{said}");
    }
    site.configure(WITH_MASTER);
    site.run(&["migrate"]).ok();
    for command in [&["serve"][..], &["key", "seal"]] {
        site.run(command).wrong(&["master key file", "masters"]);
    }
    site.masters(&["hunter2"]);
    let ran = site
        .run(&["serve"])
        .wrong(&["masters", "number 1", "32 bytes"]);
    assert!(!ran.err.contains("hunter2"));
    assert_eq!(site.run(&["config", "check"]).code, 1);
}

//! The files in `deploy`: right by themselves, and of one mind.
//!
//! Not run here: the image is not built, the containers are not started, and no systemd runs
//! the unit. Each of those files says so. Caddy runs in `behind_caddy.rs`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::{Running, person, root, scopegate};

fn path(name: &str) -> PathBuf {
    root().join("deploy").join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap()
}

fn configuration(name: &str) -> toml::Table {
    toml::from_str(&text(name)).unwrap()
}

/// The lines of a YAML or systemd file that say something.
fn said(text: &str) -> Vec<&str> {
    let lines = text.lines().map(str::trim_end);
    lines
        .filter(|line| !line.is_empty() && !line.trim_start().starts_with('#'))
        .collect()
}

/// The configuration of one machine as it is, but for the places: those a test may use.
fn placed(folder: &Path, address: &str) -> PathBuf {
    let mut changed = text("scopegate.toml");
    let database = folder.join("scopegate.sqlite");
    for (from, to) in [
        (
            "https://login.example.com",
            &format!("http://{address}")[..],
        ),
        (
            "/var/lib/scopegate/scopegate.sqlite",
            database.to_str().unwrap(),
        ),
        ("127.0.0.1:8080", address),
        ("127.0.0.1:9464", "127.0.0.1:0"),
    ] {
        assert_eq!(changed.matches(from).count(), 1, "{from}");
        changed = changed.replacen(from, to, 1);
    }
    let file = folder.join("scopegate.toml");
    std::fs::write(&file, changed).unwrap();
    file
}

#[test]
fn both_configurations_are_right() {
    let folder = tempfile::tempdir().unwrap();
    let one_machine = placed(folder.path(), "127.0.0.1:18080");
    for file in [one_machine, path("compose.toml")] {
        scopegate(["config", "check", "--config", file.to_str().unwrap()]).ok();
    }
}

#[test]
fn a_server_runs_with_the_configuration_of_one_machine() {
    let folder = tempfile::tempdir().unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    let file = placed(folder.path(), &address);
    let server = Running::start(["serve", "--config", file.to_str().unwrap()]);
    let answer = person::browser().get(format!("{}/healthz", server.base));
    assert_eq!(answer.send().unwrap().status(), 200);
    drop(server);
    assert!(folder.path().join("scopegate.sqlite").exists());
}

#[test]
fn the_unit_runs_what_it_installs_and_waits_for_the_end() {
    let unit = text("scopegate.service");
    for line in [
        "ExecStart=/usr/local/bin/scopegate serve --config /etc/scopegate/scopegate.toml",
        "ExecReload=/bin/kill -HUP $MAINPID",
        "User=scopegate",
        "StateDirectory=scopegate",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "CapabilityBoundingSet=",
    ] {
        assert!(said(&unit).contains(&line), "{line}");
    }
    assert!(text("scopegate.sysusers").contains("u scopegate "));
    let database = configuration("scopegate.toml")["database"].clone();
    let database = database.as_str().unwrap();
    assert!(database.starts_with("/var/lib/scopegate/"), "{database}");
    let timeout = |line: &&&str| line.starts_with("TimeoutStopSec=");
    let lines = said(&unit);
    let seconds = lines.iter().find(timeout).unwrap();
    let seconds = seconds.trim_start_matches("TimeoutStopSec=");
    // The default of `shutdown_timeout` is 30 seconds.
    assert!(seconds.trim_end_matches('s').parse::<u32>().unwrap() > 30);
}

/// Where systemd is. The built binary stands in for the installed one.
#[test]
fn systemd_finds_no_fault_with_the_unit() {
    if Command::new("systemd-analyze")
        .arg("--version")
        .output()
        .is_err()
    {
        if cfg!(feature = "judges") {
            panic!("systemd-analyze is needed: on Debian or Ubuntu, `apt-get install systemd`");
        }
        eprintln!("no systemd-analyze here: the unit was only read");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join("scopegate.service");
    let here = env!("CARGO_BIN_EXE_scopegate");
    let there = text("scopegate.service").replace(
        "ExecStart=/usr/local/bin/scopegate",
        &format!("ExecStart={here}"),
    );
    std::fs::write(&unit, there).unwrap();
    for question in [
        &["verify", "--man=no"][..],
        // Of 100, the more the worse; without hardening a service has 96.
        &["security", "--offline=true", "--threshold=15"],
    ] {
        let output = Command::new("systemd-analyze")
            .args(question)
            .arg(&unit)
            .output()
            .unwrap();
        let all = [output.stdout, output.stderr].concat();
        let all = String::from_utf8_lossy(&all);
        assert!(output.status.success(), "{question:?}: {all}");
        // It ends well even where it found a line it does not know.
        assert!(!all.contains("Unknown"), "{all}");
    }
}

/// Nobody can log in with a wrong host, and no proxy finds a node at a wrong port.
#[test]
fn compose_caddy_and_configuration_agree() {
    let configuration = configuration("compose.toml");
    let (compose, caddy) = (text("compose.yaml"), text("Caddyfile"));
    let base = configuration["base_url"].as_str().unwrap();
    let host = base.strip_prefix("https://").unwrap();
    assert!(said(&caddy).contains(&format!("{host} {{").as_str()));

    let port = |listener: &toml::Value| {
        let address = listener["address"].as_str().unwrap();
        address.rsplit_once(':').unwrap().1.to_owned()
    };
    let listeners = configuration["listener"].as_array().unwrap();
    let serves = |side: &str| {
        listeners.iter().find(|listener| {
            let serves = listener.get("serves").and_then(|serves| serves.as_array());
            serves.map_or(side == "public", |serves| {
                serves.iter().any(|one| one.as_str() == Some(side))
            })
        })
    };
    let public = port(serves("public").unwrap());
    let operations = port(serves("operations").unwrap());
    assert!(caddy.contains(&format!("reverse_proxy node1:{public} node2:{public} {{")));
    assert!(caddy.contains(&format!("health_port {operations}\n")));
    assert!(text("Dockerfile").contains(&format!("EXPOSE {public} {operations}")));

    let network = configuration["trusted_proxies"][0].as_str().unwrap();
    assert!(compose.contains(&format!("- subnet: {network}\n")));
    let database = configuration["database"].as_str().unwrap();
    assert_eq!(database, "postgres://scopegate@postgres/scopegate");
    for line in [
        "  node1: *node",
        "  node2: *node",
        "  postgres:",
        "  caddy:",
        "      POSTGRES_USER: scopegate",
        "      POSTGRES_DB: scopegate",
        "    dockerfile: deploy/Dockerfile",
    ] {
        assert!(compose.lines().any(|own| own == line), "{line}");
    }
    // Nothing of the nodes or the database is open to the outside.
    assert_eq!(compose.matches("ports:").count(), 1);
}

/// Who stops a node waits until it has given notice and finished, and Caddy has seen it.
#[test]
fn a_node_is_given_the_time_to_stop() {
    let seconds = |text: &str, key: &str| {
        let lines = said(text);
        let value = lines
            .iter()
            .find_map(|line| line.trim().strip_prefix(key)?.strip_suffix('s'));
        let value = value.unwrap_or_else(|| panic!("no seconds for {key}"));
        value.trim().parse::<u32>().unwrap()
    };
    let configuration = configuration("compose.toml");
    let notice = configuration["shutdown_notice"].as_str().unwrap();
    let notice = seconds(&format!("notice {notice}"), "notice");
    let caddy = text("Caddyfile");
    assert!(notice > 2 * seconds(&caddy, "health_interval"));
    // The default of `shutdown_timeout` is 30 seconds.
    assert!(!configuration.contains_key("shutdown_timeout"));
    assert!(seconds(&text("compose.yaml"), "stop_grace_period:") > notice + 30);
}

/// The image, the containers and the unit start what the binary knows, with one file.
#[test]
fn everything_starts_the_same_command() {
    let command = r#"["serve", "--config", "/etc/scopegate/scopegate.toml"]"#;
    let (compose, dockerfile) = (text("compose.yaml"), text("Dockerfile"));
    assert!(dockerfile.contains(&format!("\nENTRYPOINT [\"scopegate\"]\nCMD {command}\n")));
    assert!(compose.contains(&format!("\n  command: {command}\n")));
    assert!(compose.contains("- ./compose.toml:/etc/scopegate/scopegate.toml:ro\n"));
    assert!(compose.contains("- ./Caddyfile:/etc/caddy/Caddyfile:ro\n"));
    // A file that is not there is all that is wrong with it.
    scopegate(["serve", "--config", "/nowhere/scopegate.toml"])
        .wrong(&["cannot read the configuration /nowhere/scopegate.toml"]);
    assert!(dockerfile.contains("scopegate --version\n"));
    scopegate(["--version"]).ok();
}

/// What YAML forbids and an editor does not show; names used are defined.
#[test]
fn the_compose_file_is_well_formed() {
    let compose = text("compose.yaml");
    assert!(!compose.contains('\t'), "YAML knows no tabs");
    for line in said(&compose) {
        let indent = line.len() - line.trim_start().len();
        assert_eq!(indent % 2, 0, "{line}");
        for (open, close) in [('[', ']'), ('{', '}')] {
            assert_eq!(
                line.matches(open).count(),
                line.matches(close).count(),
                "{line}"
            );
        }
        assert_eq!(line.matches('"').count() % 2, 0, "{line}");
    }
    let tops: Vec<&str> = said(&compose)
        .into_iter()
        .filter(|line| !line.starts_with(' '))
        .map(|line| line.split(':').next().unwrap())
        .collect();
    assert_eq!(tops, ["name", "x-node", "services", "networks", "volumes"]);
    for file in ["compose.toml", "Caddyfile"] {
        assert!(compose.contains(&format!("./{file}:")) && path(file).exists());
    }
    // The secrets are asked for, and kept out of the repository.
    assert_eq!(compose.matches("${POSTGRES_PASSWORD:?").count(), 2);
    assert_eq!(compose.matches("${SCOPEGATE_MASTER_KEY:?").count(), 1);
    assert!(text(".gitignore").lines().any(|line| line == ".env"));
}

#[test]
fn the_image_is_built_from_what_the_repository_has() {
    let dockerfile = text("Dockerfile");
    let version = include_str!("../../../../../Cargo.toml")
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = \""))
        .unwrap()
        .trim_end_matches('"');
    assert!(dockerfile.contains(&format!("FROM rust:{version}-alpine AS build\n")));
    assert!(dockerfile.contains("\nFROM scratch\n") && dockerfile.contains("\nUSER 10001:10001\n"));
    let copied = text("Dockerfile.dockerignore");
    let copied: Vec<&str> = copied
        .lines()
        .filter_map(|line| line.strip_prefix('!'))
        .collect();
    for name in &copied {
        assert!(root().join(name).exists(), "{name}");
    }
    // Cargo reads every member's manifest; the binary takes the shipped catalogs in.
    for needed in [
        "Cargo.toml",
        "Cargo.lock",
        "crates",
        "bench",
        "fuzz",
        "catalogs",
    ] {
        assert!(copied.contains(&needed), "{needed}");
    }
}

/// Whoever reads one of these files learns what was never tried.
#[test]
fn what_is_not_run_says_so() {
    for name in ["scopegate.service", "Dockerfile", "compose.yaml"] {
        assert!(text(name).contains("Not run in the tests"), "{name}");
    }
}
